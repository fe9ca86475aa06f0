#pragma once

#include "backend/api/httpanswer.h"
#include "backend/api/httpparser.h"
#include "backend/api/httproutes.h"
#include "backend/base/clock.h"

#include <QtCore/QObject>
#include <QtNetwork/QSslSocket>

namespace Drover {

/// HTTP/1.1 on one TLS connection: one request after the other, each with limits, until the
/// connection ends or becomes a WebSocket. Reads a head only when it is whole, and takes from the
/// socket only what it has understood, so that an upgrade finds its head still there.
/// Net thread. Borrows everything.
class HttpConversation : public QObject
{
    Q_OBJECT

public:
    HttpConversation(QSslSocket &socket, const HttpRoutes &routes, const FrontDoorLimits &limits,
                     const Clock &clock, PeerId peer, const PeerInfo &info, QObject *parent);

    /// Looks at what has come since.
    void readOn();

    /// What the peer has made us wait for longer than it may, in words for the log, when there is
    /// nothing left but to cut the connection. Whom it can still tell so, it tells (408), and
    /// answers empty.
    QString overdue();

    /// It waits for the peer, not for us: may be given up for somebody else.
    bool waitsForPeer() const { return m_state == State::Head || m_state == State::Body; }

    /// The connection is another protocol's from here on.
    void leave() { m_state = State::Left; }

    /// Answers the present request, if there is one, and closes behind the answer.
    void refuse(const HttpReply &reply);

    /// The connection is gone: sinks and answers learn of it.
    void end();

signals:
    /// A request to become a WebSocket; its head, `headBytes` long, is still unread in the socket.
    void upgradeAsked(const Drover::HttpHead &head, qsizetype headBytes);

private:
    friend class HttpAnswer;

    enum class State { Head, Body, Answering, Lingering, Left };

    // One streamed answer.
    struct Stream
    {
        std::shared_ptr<std::function<void()>> wanted;
        std::optional<quint64> left; // of the announced length
        bool isChunked = false;
        bool isWanted = false; // a piece was asked for and has not come
    };

    bool takeHead();
    void begin(HttpHead head, qsizetype headBytes);
    void startRoute(const HttpRoute &route);
    bool takeBody();
    bool keepPiece(const QByteArray &piece);
    void completeBody();

    // HttpAnswer's side
    bool isAwaited(quint64 number) const { return m_number == number && !m_isAnswered; }
    bool isStreaming(quint64 number) const { return m_number == number && m_stream; }
    void send(const HttpReply &reply);
    void startStream(const HttpReply &reply, std::optional<quint64> length,
                     std::function<void()> wanted);
    void writePiece(const QByteArray &piece);
    void endStream();
    void breakOff();
    void holdBody(bool on);

    void askForPiece();
    void onWritten();
    void finishExchange();
    void setState(State state);
    qint64 backlog() const { return m_socket.bytesToWrite() + m_socket.encryptedBytesToWrite(); }

    QSslSocket &m_socket;
    const HttpRoutes &m_routes;
    const FrontDoorLimits &m_limits;
    const Clock &m_clock;
    HttpParser m_parser;

    State m_state = State::Head;
    SteadyInstant m_since; // when this state began or last went on
    qsizetype m_scanned = 0; // bytes of a head, none of them its end
    bool m_isFirst = true; // no request has come yet
    bool m_isReading = false;

    quint64 m_number = 0; // of the request
    HttpRequest m_request;
    const HttpRoute *m_route = nullptr;
    HttpBodySink m_sink;
    bool m_isBodyHeld = false;
    bool m_isContinueOwed = false;
    bool m_isAnswered = true;
    AfterAnswer m_after = AfterAnswer::KeepOpen;
    std::unique_ptr<Stream> m_stream;
};

} // namespace Drover
