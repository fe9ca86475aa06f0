#pragma once

#include "backend/api/httpmessage.h"

#include <functional>
#include <memory>

namespace Drover {

class HttpConversation;

/// The right to answer one request, once, now or later. A handle: copies share it; when the last
/// goes without an answer, the peer gets a 500 rather than nothing. Everything is safe, and does
/// nothing, when the peer has gone or was answered already. Net thread only, its end included.
class HttpAnswer
{
public:
    /// For the front door. `number` tells this request from the next on the same connection.
    HttpAnswer(HttpConversation *conversation, quint64 number);

    /// Peer there, and not answered yet.
    bool isOpen() const;
    /// `stream` was called, and neither end nor abort; false once the peer has gone.
    bool isStreaming() const;

    void send(const HttpReply &reply) const;

    /// Begins an answer whose body follows by `write`; `reply.body` is not used. `wanted` is called
    /// whenever there is room for one more piece: at first soon after this, then once for each
    /// `write`, when what was written has mostly gone out. So a file of any size passes through a
    /// buffer of a few hundred kB, and whoever reads it may be another thread.
    /// Give the length if it is known: without one the answer is sent in chunks.
    void stream(const HttpReply &reply, std::optional<quint64> length,
                std::function<void()> wanted) const;
    void write(const QByteArray &piece) const;
    /// The body is whole. Fewer bytes than announced close the connection: the peer must notice.
    void end() const;
    /// The body cannot be finished.
    void abort() const;

    /// For streaming routes: no pieces of the request's body from now on / again. The peer is
    /// slowed down by TCP. Holding in the handler itself also holds the "100 Continue" back.
    void holdBody() const;
    void resumeBody() const;

private:
    struct Exchange;
    std::shared_ptr<Exchange> m_exchange;
};

} // namespace Drover
