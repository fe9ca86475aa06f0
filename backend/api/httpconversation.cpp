#include "backend/api/httpconversation.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 pieceBytes = 64 * 1024;
constexpr qint64 lowWater
    = 128 * 1024; // of a streamed answer: below it the next piece is asked for

bool wantsWebSocket(const HttpHead &head)
{
    return head.path == "/rpc" && head.headers.tokens("upgrade").contains("websocket");
}

HttpReply wrongMethod(QByteArrayList allowed)
{
    if (allowed.contains("GET"))
        allowed.append("HEAD");
    HttpReply reply = httpRefusal(405, "not by this method");
    reply.headers.emplaceBack("Allow", allowed.join(", "));
    return reply;
}

} // namespace

HttpConversation::HttpConversation(QSslSocket &socket, const HttpRoutes &routes,
                                   const FrontDoorLimits &limits, const Clock &clock, PeerId peer,
                                   const PeerInfo &info, QObject *parent)
    : QObject(parent)
    , m_socket(socket)
    , m_routes(routes)
    , m_limits(limits)
    , m_clock(clock)
    , m_parser(limits)
    , m_since(clock.steady())
{
    m_request.peer = peer;
    m_request.info = info;
    connect(&m_socket, &QSslSocket::encryptedBytesWritten, this, &HttpConversation::onWritten);
}

void HttpConversation::readOn()
{
    if (m_isReading)
        return; // a handler answered at once; the loop below goes on by itself
    m_isReading = true;
    bool more = true;
    while (more) {
        switch (m_state) {
        case State::Head:
            more = takeHead();
            break;
        case State::Body:
            more = takeBody();
            break;
        case State::Lingering:
            m_socket.skip(m_socket.bytesAvailable());
            more = false;
            break;
        case State::Answering: // the next request waits in the socket, and then in the network
        case State::Left:
            more = false;
            break;
        }
    }
    m_isReading = false;
}

bool HttpConversation::takeHead()
{
    if (backlog() > lowWater)
        return false; // who does not read answers gets no more of them
    QByteArray bytes = m_socket.peek(m_limits.headBytes + 1);
    if (m_scanned == 0) {
        m_request.head = {}; // the last one is over: it must not hold its body's memory
        m_request.body.clear();
        qsizetype blank = 0; // some clients send a line too many after a body
        while (blank < bytes.size() && (bytes.at(blank) == '\r' || bytes.at(blank) == '\n'))
            ++blank;
        m_socket.skip(blank);
        bytes.remove(0, blank);
        if (!bytes.isEmpty() && !m_isFirst)
            m_since = m_clock.steady(); // from here on it is a head that we wait for
    }
    if (bytes.isEmpty())
        return false;

    const qsizetype end = HttpParser::endOfHead(bytes, m_scanned);
    m_scanned = bytes.size();
    if (end == 0) {
        if (bytes.indexOf('\n') < 0 && bytes.size() > m_limits.targetBytes + 64)
            refuse(httpRefusal(414, "the path is too long"));
        else if (bytes.size() > m_limits.headBytes)
            refuse(httpRefusal(431, "the head is too long"));
        return false;
    }
    m_isFirst = false;
    m_scanned = 0;
    ++m_number;
    m_isAnswered = false;
    m_after = AfterAnswer::Close; // until the head has said something else
    m_route = nullptr;
    if (auto head = m_parser.readHead(QByteArrayView(bytes).first(end)))
        begin(std::move(*head), end);
    else
        refuse(head.error());
    return true;
}

void HttpConversation::begin(HttpHead head, qsizetype headBytes)
{
    m_request.head = std::move(head);
    const HttpHead &now = m_request.head;
    // Browsers send one with what a page of somebody else's does in its user's name; ours never do.
    if (now.headers.count("origin") > 0)
        return refuse(httpRefusal(403, "requests of web pages are not served here"));
    if (wantsWebSocket(now)) {
        emit upgradeAsked(now, headBytes);
        return;
    }
    const HttpRoutes::Found found = m_routes.find(now.method, now.path);
    if (!found.route)
        return refuse(found.allowed.isEmpty() ? httpRefusal(404, "there is nothing here")
                                              : wrongMethod(found.allowed));
    const QByteArrayList expected = now.headers.tokens("expect");
    if (!expected.isEmpty() && expected != QByteArrayList{"100-continue"})
        return refuse(httpRefusal(417, "Expect: 100-continue, and no other"));
    if (now.contentLength.value_or(0) > found.route->maxBody
        || (now.isChunked && found.route->maxBody == 0))
        return refuse(httpRefusal(413, "the body is too large"));

    m_socket.skip(headBytes);
    m_after = now.keepAlive ? AfterAnswer::KeepOpen : AfterAnswer::Close;
    m_isContinueOwed = !expected.isEmpty() && now.hasBody() && now.minorVersion >= 1;
    startRoute(*found.route);
}

void HttpConversation::startRoute(const HttpRoute &route)
{
    m_route = &route;
    m_isBodyHeld = false;
    setState(State::Body);
    if (route.streamHandler) {
        const quint64 number = m_number;
        HttpBodySink sink = route.streamHandler(m_request, HttpAnswer(this, m_number));
        if (!isAwaited(number))
            return; // answered, without having seen the body
        m_sink = std::move(sink);
    }
    if (m_parser.isComplete())
        completeBody();
}

bool HttpConversation::takeBody()
{
    if (m_isBodyHeld)
        return false;
    if (std::exchange(m_isContinueOwed, false)) {
        m_since = m_clock.steady();
        m_socket.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
    const QByteArray bytes = m_socket.peek(pieceBytes);
    if (bytes.isEmpty())
        return false;
    m_since = m_clock.steady();
    QByteArray piece;
    const auto read = m_parser.readBody(bytes, piece);
    if (!read) {
        refuse(read.error());
        return true;
    }
    m_socket.skip(*read);
    if (!piece.isEmpty() && !keepPiece(piece))
        return true;
    if (m_state == State::Body && m_parser.isComplete())
        completeBody();
    return true;
}

bool HttpConversation::keepPiece(const QByteArray &piece)
{
    if (m_sink.piece) {
        const quint64 number = m_number;
        m_sink.piece(piece);
        return isAwaited(number);
    }
    if (m_route->streamHandler)
        return true; // a sink that does not look
    // In chunks a body does not say its size before.
    if (quint64(m_request.body.size() + piece.size()) > m_route->maxBody) {
        refuse(httpRefusal(413, "the body is too large"));
        return false;
    }
    m_request.body += piece;
    return true;
}

void HttpConversation::completeBody()
{
    setState(State::Answering);
    if (m_route->handler) {
        m_route->handler(m_request, HttpAnswer(this, m_number));
        return;
    }
    const HttpBodySink sink = std::exchange(m_sink, {});
    if (sink.complete)
        sink.complete();
}

void HttpConversation::refuse(const HttpReply &reply)
{
    // What is unread of this request cannot be told from the next one.
    m_after = AfterAnswer::Close;
    m_isAnswered = false;
    const HttpBodySink sink = std::exchange(m_sink, {});
    send(reply);
    if (sink.gone)
        sink.gone();
}

void HttpConversation::send(const HttpReply &reply)
{
    Q_ASSERT(!m_isAnswered);
    m_isAnswered = true;
    if (!m_parser.isComplete())
        m_after = AfterAnswer::Close;
    QByteArray bytes = httpHead(reply, quint64(reply.body.size()), m_request.head, m_after);
    if (m_request.head.method != "HEAD")
        bytes += reply.body;
    m_socket.write(bytes);
    finishExchange();
}

void HttpConversation::startStream(const HttpReply &reply, std::optional<quint64> length,
                                   std::function<void()> wanted)
{
    Q_ASSERT(!m_isAnswered);
    m_isAnswered = true;
    const bool isOld = m_request.head.minorVersion == 0;
    if (!m_parser.isComplete() || (!length && isOld))
        m_after = AfterAnswer::Close;
    m_socket.write(httpHead(reply, length, m_request.head, m_after));
    if (m_request.head.method == "HEAD")
        return finishExchange();
    setState(State::Answering);
    m_stream = std::make_unique<Stream>();
    m_stream->wanted = std::make_shared<std::function<void()>>(std::move(wanted));
    m_stream->left = length;
    m_stream->isChunked = !length && !isOld;
    // Not at once: the caller is still busy beginning.
    QMetaObject::invokeMethod(this, &HttpConversation::askForPiece, Qt::QueuedConnection);
}

void HttpConversation::askForPiece()
{
    if (!m_stream || m_stream->isWanted || backlog() > lowWater)
        return;
    m_stream->isWanted = true;
    const auto wanted = m_stream->wanted; // held: it may end the stream, and with it itself
    (*wanted)();
}

void HttpConversation::writePiece(const QByteArray &piece)
{
    if (piece.isEmpty())
        return; // in chunks it would be the end
    m_stream->isWanted = false;
    if (m_stream->left) {
        if (quint64(piece.size()) > *m_stream->left)
            return breakOff(); // more than was announced
        *m_stream->left -= quint64(piece.size());
    }
    if (m_stream->isChunked)
        m_socket.write(QByteArray::number(piece.size(), 16) + "\r\n");
    m_socket.write(piece);
    if (m_stream->isChunked)
        m_socket.write("\r\n");
    m_since = m_clock.steady();
    QMetaObject::invokeMethod(this, &HttpConversation::askForPiece, Qt::QueuedConnection);
}

void HttpConversation::endStream()
{
    if (m_stream->left.value_or(0) > 0)
        return breakOff();
    if (m_stream->isChunked)
        m_socket.write("0\r\n\r\n");
    finishExchange();
}

void HttpConversation::breakOff()
{
    m_stream.reset();
    m_socket.abort();
}

void HttpConversation::holdBody(bool on)
{
    if (m_isBodyHeld == on)
        return;
    m_isBodyHeld = on;
    m_since = m_clock.steady(); // the time we held it is not the peer's
    if (!on)
        QMetaObject::invokeMethod(this, &HttpConversation::readOn, Qt::QueuedConnection);
}

void HttpConversation::finishExchange()
{
    const std::unique_ptr<Stream> stream = std::move(m_stream);
    const HttpBodySink sink = std::exchange(m_sink, {});
    m_socket.flush();
    if (m_state == State::Left)
        return; // writing has shown that nobody is there
    if (m_after == AfterAnswer::KeepOpen) {
        setState(State::Head);
        if (!m_isReading)
            QMetaObject::invokeMethod(this, &HttpConversation::readOn, Qt::QueuedConnection);
        return;
    }
    setState(State::Lingering);
    // With something unread the system would answer by a reset, which may overtake our answer:
    // that peer is read out for a while (see overdue), or goes by itself.
    if (m_parser.isComplete() && m_socket.bytesAvailable() == 0)
        m_socket.disconnectFromHost();
    else if (!m_isReading)
        QMetaObject::invokeMethod(this, &HttpConversation::readOn, Qt::QueuedConnection);
}

void HttpConversation::onWritten()
{
    m_since = m_clock.steady();
    if (m_stream)
        askForPiece();
    else if (m_state == State::Head && m_socket.bytesAvailable() > 0)
        readOn();
}

QString HttpConversation::overdue()
{
    const auto waited = m_clock.steady() - m_since;
    if (m_state != State::Body && m_state != State::Left && backlog() > 0)
        return waited > m_limits.slowFor ? u"does not read its answer"_s : QString();
    switch (m_state) {
    case State::Head:
        if (m_scanned > 0 && waited > m_limits.head)
            refuse(httpRefusal(408, "the head takes too long"));
        else if (m_scanned == 0 && waited > (m_isFirst ? m_limits.head : m_limits.keepAlive))
            return u"asked for nothing"_s;
        return {};
    case State::Body:
        if (!m_isBodyHeld && waited > m_limits.bodyStall)
            refuse(httpRefusal(408, "the body takes too long"));
        return {};
    case State::Lingering:
        return waited > m_limits.linger ? u"was answered"_s : QString();
    case State::Answering: // it waits for us
    case State::Left:
        return {};
    }
    return {};
}

void HttpConversation::end()
{
    m_isAnswered = true;
    m_state = State::Left;
    const std::unique_ptr<Stream> stream = std::move(m_stream);
    const HttpBodySink sink = std::exchange(m_sink, {});
    if (sink.gone)
        sink.gone();
}

void HttpConversation::setState(State state)
{
    m_state = state;
    m_since = m_clock.steady();
}

} // namespace Drover
