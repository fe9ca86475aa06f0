#pragma once

#include "ui/log/logsource.h"

namespace Drover {

class Connection;

/// A log of the daemon at the other end of a connection, which outlives it.
class ConnectionLogSource : public LogSource
{
public:
    ConnectionLogSource(Connection &connection, AttemptId attempt, Stream stream);

    void send(ReadOutput request, QObject *context, Handler<OutputPiece> handler) override;
    void send(GetOutputInfo request, QObject *context, Handler<OutputInfo> handler) override;
    void send(LocateOutput request, QObject *context, Handler<OutputPlace> handler) override;
    void send(FindOutput request, QObject *context, Handler<FoundOutputs> handler) override;

private:
    Connection &m_connection;
    AttemptId m_attempt;
    Stream m_stream;
};

} // namespace Drover
