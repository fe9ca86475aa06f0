#pragma once

#include "backend/protocol/outputrequests.h"

#include <functional>

QT_FORWARD_DECLARE_CLASS(QObject)

namespace Drover {

/// Where a log comes from: one output of one attempt. Nothing here waits; handlers are called in a
/// later turn, and not at all once `context` is dead. Task, attempt and stream of the requests are
/// filled in here. GUI thread.
class LogSource
{
public:
    template <typename T>
    using Handler = std::function<void(const Result<T> &)>;

    virtual ~LogSource() = default;

    virtual void send(ReadOutput request, QObject *context, Handler<OutputPiece> handler) = 0;
    virtual void send(GetOutputInfo request, QObject *context, Handler<OutputInfo> handler) = 0;
    virtual void send(LocateOutput request, QObject *context, Handler<OutputPlace> handler) = 0;
    virtual void send(FindOutput request, QObject *context, Handler<FoundOutputs> handler) = 0;
};

} // namespace Drover
