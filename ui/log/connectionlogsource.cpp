#include "ui/log/connectionlogsource.h"

#include "app/client/connection.h"

using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr std::chrono::milliseconds replyWithin = 30s; // past what it may wait for

template <typename Request>
Request addressed(Request request, AttemptId attempt, Stream stream)
{
    request.task = attempt.task;
    request.n = attempt.n;
    request.stream = stream;
    return request;
}

} // namespace

ConnectionLogSource::ConnectionLogSource(Connection &connection, AttemptId attempt, Stream stream)
    : m_connection(connection), m_attempt(attempt), m_stream(stream)
{
}

void ConnectionLogSource::send(ReadOutput request, QObject *context, Handler<OutputPiece> handler)
{
    m_connection.send(addressed(request, m_attempt, m_stream), context, std::move(handler));
}

void ConnectionLogSource::send(GetOutputInfo request, QObject *context, Handler<OutputInfo> handler)
{
    m_connection.send(addressed(request, m_attempt, m_stream), context, std::move(handler), request.wait + replyWithin);
}

void ConnectionLogSource::send(LocateOutput request, QObject *context, Handler<OutputPlace> handler)
{
    m_connection.send(addressed(request, m_attempt, m_stream), context, std::move(handler));
}

void ConnectionLogSource::send(FindOutput request, QObject *context, Handler<FoundOutputs> handler)
{
    m_connection.send(addressed(request, m_attempt, m_stream), context, std::move(handler));
}

} // namespace Drover
