#pragma once

#include "backend/api/httpmessage.h"

#include <functional>

namespace Drover {

class HttpAnswer;

/// What a streaming route does with the body of one request; in the net thread.
struct HttpBodySink
{
    std::function<void(const QByteArray &piece)> piece; ///< at most 64 kB each
    std::function<void()> complete; ///< the whole body has come
    std::function<void()> gone; ///< it will not come: the peer went, or was refused
};

struct HttpRoute
{
    /// Answers now or later.
    using Handler = std::function<void(const HttpRequest &, HttpAnswer)>;
    /// Called at the head; the pieces follow, as fast as `HttpAnswer::holdBody` allows. An answer
    /// before the body's end closes the connection after it.
    using StreamHandler = std::function<HttpBodySink(const HttpRequest &, HttpAnswer)>;

    enum class Match { Exact, Prefix };

    QByteArray method; ///< a GET route answers HEAD as well
    QByteArray path;
    Match match = Match::Exact;
    quint64 maxBody = 0; ///< bytes
    Handler handler; ///< one of the two
    StreamHandler streamHandler;
};

/// Which handler answers which request. No I/O.
class HttpRoutes
{
public:
    void add(HttpRoute route);

    struct Found
    {
        const HttpRoute *route = nullptr;
        QByteArrayList allowed; ///< methods of that path; empty: no such path
    };
    /// An exact path goes before a prefix, a longer prefix before a shorter one.
    Found find(const QByteArray &method, const QByteArray &path) const;

private:
    QList<HttpRoute> m_routes; // the more particular first
};

} // namespace Drover
