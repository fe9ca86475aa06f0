#pragma once

#include "backend/api/peer.h"
#include "backend/base/result.h"
#include "backend/tls/certificatefolder.h"

#include <QtCore/QHash>
#include <QtCore/QMap>
#include <QtCore/QSet>
#include <QtCore/QTimer>
#include <QtNetwork/QTcpServer>

QT_FORWARD_DECLARE_CLASS(QSocketNotifier)

namespace Drover {

/// The one TLS port: HTTP/1.1 with routes, and WebSockets at `/rpc` (subprotocols `drover.v1.cbor`
/// and `drover.v1.json`; requests with an Origin are refused). Everything that comes from the
/// network is bounded here in size, time and number, before anybody above sees it.
///
/// Knows nothing of users: who stands above says `setSignedIn`, and until then a peer is one of a
/// few, with small messages. When those places are taken, newcomers wait in the kernel's queue,
/// and the one who kept us waiting longest makes way after a second.
///
/// Lives in the net thread; everything is called there.
class FrontDoor : public QObject
{
    Q_OBJECT

public:
    FrontDoor(const Clock &clock, const FrontDoorLimits &limits = {}, QObject *parent = nullptr);
    ~FrontDoor() override;

    /// What is shown and who is believed from now on; connections that are there stay. To be
    /// called before `listen`, and again after a renewal or rotation.
    Result<void> setIdentity(const ServerIdentity &identity);

    /// To be called before `listen`. `maxBody` in bytes.
    void setRoute(const QByteArray &method, const QByteArray &path, HttpRoute::Match match,
                  quint64 maxBody, HttpRoute::Handler handler);
    /// A route whose bodies come in pieces.
    void setStreamRoute(const QByteArray &method, const QByteArray &path, HttpRoute::Match match,
                        quint64 maxBody, HttpRoute::StreamHandler handler);

    /// Port 0 takes a free one. Io when the port is taken.
    Result<void> listen(const QHostAddress &address, quint16 port);
    quint16 port() const { return m_server.serverPort(); }

    /// No new connections; those that are there stay.
    void stopListening();

    /// To a peer that is gone already these do nothing.
    ///
    /// Messages of one turn of the event loop go out together: CBOR items one behind the other in
    /// one frame, JSON texts in a frame each.
    void send(PeerId peer, const QByteArray &message);
    void close(PeerId peer, quint16 code, const QString &reason);
    /// Larger messages, and no longer one of the few. For plain HTTP as well (a long transfer).
    void setSignedIn(PeerId peer);
    qint64 backlog(PeerId peer) const; ///< bytes the peer has not taken yet; 0 when it is gone

    struct Figures
    {
        int connections = 0;
        int notSignedIn = 0;
        quint64 accepted = 0; ///< since the start
        quint64 evicted = 0; ///< that made way for others; so many is an attack, or too low a limit
    };
    Figures figures() const;

signals:
    /// A WebSocket; plain HTTP has routes.
    void opened(Drover::PeerId peer, const Drover::PeerInfo &info);
    /// One whole message: one JSON text, or any number of CBOR items. At most 64 kB before
    /// setSignedIn.
    void received(Drover::PeerId peer, const QByteArray &message);
    /// Once for each `opened`; the reason is for logs.
    void closed(Drover::PeerId peer, const QString &reason);

private:
    void addRoute(HttpRoute route);
    void acceptSome();
    bool makeRoom();
    void addPeer(qintptr descriptor);
    void removePeer(Peer *peer, const QString &reason);
    void onUpgraded();
    void checkAll();
    void flushAll();
    bool event(QEvent *event) override;

    using Endpoint = std::pair<QHostAddress, quint16>;

    const Clock &m_clock;
    const FrontDoorLimits m_limits;
    PeerSurroundings m_surroundings;
    QTcpServer m_server;
    QSocketNotifier *m_newcomers = nullptr;
    QWebSocketServer *m_upgrader;
    QTimer m_checks;

    QHash<PeerId, Peer *> m_peers;
    QMap<PeerId, Peer *> m_notSignedIn; // the oldest first
    QHash<Endpoint, Peer *> m_byEndpoint;
    QSet<PeerId> m_open; // as WebSockets
    QList<PeerId> m_toFlush;
    qint64 m_lastId = 0;
    quint64 m_evicted = 0;
};

} // namespace Drover
