#pragma once

#include "backend/api/httpconversation.h"
#include "backend/tls/certificate.h"

#include <QtNetwork/QSslConfiguration>

QT_FORWARD_DECLARE_CLASS(QWebSocket)
QT_FORWARD_DECLARE_CLASS(QWebSocketServer)

namespace Drover {

/// What the peers of one front door share; it outlives them.
struct PeerSurroundings
{
    const FrontDoorLimits &limits;
    const Clock &clock;
    HttpRoutes routes;
    QSslConfiguration tls; // for connections from now on
    QList<Certificate> authorities; // of agents
};

/// One connection: TLS, then HTTP, then perhaps a WebSocket, each with its time limits. Tells when
/// it is open, what it receives, and once when it is gone. Net thread.
class Peer : public QObject
{
    Q_OBJECT

public:
    Peer(PeerId id, const PeerSurroundings &surroundings, QWebSocketServer &upgrader,
         QObject *parent);
    ~Peer() override;

    /// Takes over the accepted socket; false when it is dead already.
    bool start(qintptr descriptor);

    PeerId id() const { return m_id; }
    const PeerInfo &info() const { return m_info; }
    bool isSignedIn() const { return m_isSignedIn; }
    void setSignedIn();

    /// It has not signed in, and it is the peer who keeps us waiting.
    bool isEvictable() const;
    SteadyInstant since() const { return m_since; }

    /// The server answered our hand-over.
    void becomeWebSocket(QWebSocket *webSocket);

    /// Collects; `flush` sends. True when nothing had been collected since.
    bool send(const QByteArray &message);
    void flush();
    qint64 backlog() const; ///< bytes that the peer has not taken yet

    void close(quint16 code, const QString &reason);
    void abort(const QString &reason);

    /// Applies the time limits.
    void check();

signals:
    void opened();
    void received(const QByteArray &message);
    void gone(const QString &reason);

private:
    enum class State { Handshake, Http, Upgrading, Socket, Closing, Gone };

    void onEncrypted();
    void judgeCertificate();
    void onUpgradeAsked(const HttpHead &head, qsizetype headBytes);
    void onWrongKind();
    void onDisconnected();
    void writeFrame();
    void checkSocket(SteadyInstant now);
    void setState(State state);

    const PeerId m_id;
    const PeerSurroundings &m_surroundings;
    const FrontDoorLimits &m_limits;
    QWebSocketServer &m_upgrader;
    QSslSocket *m_socket;
    HttpConversation *m_http = nullptr;
    QWebSocket *m_webSocket = nullptr;

    PeerInfo m_info;
    State m_state = State::Handshake;
    const SteadyInstant m_since; // of the connection
    SteadyInstant m_stateSince;
    SteadyInstant m_openedAt; // as a WebSocket
    SteadyInstant m_heardAt;
    SteadyInstant m_slowSince;
    bool m_isSlow = false;
    bool m_isHeard = false; // since the last check
    bool m_isPinged = false;
    bool m_isSignedIn = false;
    bool m_isFlushDue = false;
    QByteArray m_out; // CBOR items of this turn
    QString m_reason; // ours, for being gone
};

} // namespace Drover
