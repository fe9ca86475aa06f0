#pragma once

#include "backend/api/frontdoor.h"
#include "backend/api/router.h"

#include <QtCore/QObject>
#include <QtCore/QSet>
#include <QtCore/QTimer>

#include <atomic>

namespace Drover {

/// A message that came in, decoded, for the state thread.
struct IncomingCall
{
    MethodRules rules;
    QString method;
    Router::Call call;
    std::shared_ptr<ReplyChannel> channel;
};

/// Stands between the front door and the state thread: takes frames apart, decodes requests by the
/// router's table, hands them over as values, and encodes the replies. Lives in the net thread.
class Gateway : public QObject
{
    Q_OBJECT

public:
    Gateway(const Router &router, const Clock &clock, const FrontDoorLimits &limits,
            QObject *parent = nullptr);

    Result<void> listen(const ServerIdentity &identity, const QHostAddress &address, quint16 port);
    quint16 port() const { return m_door.port(); }
    Result<void> setIdentity(const ServerIdentity &identity)
    {
        return m_door.setIdentity(identity);
    }
    void stopListening() { m_door.stopListening(); }

    /// A notification in the peer's own format; `taken` follows when it has nearly all been read.
    void notify(PeerId peer, QLatin1StringView method, const QByteArray &params);

    /// Queued calls from the state thread end here.
    void send(PeerId peer, const QByteArray &frame) { m_door.send(peer, frame); }
    void close(PeerId peer, quint16 code, const QString &reason)
    {
        m_door.close(peer, code, reason);
    }
    /// For routes that others add, before it listens.
    FrontDoor &door() { return m_door; }

    void signedIn(PeerId peer) { m_door.setSignedIn(peer); }

    /// What /readyz says; any thread.
    void setReady(bool ready) { m_ready = ready; }

signals:
    void opened(Drover::PeerId peer, const Drover::PeerInfo &info);
    void closed(Drover::PeerId peer);
    void taken(Drover::PeerId peer);
    /// The calls of one frame, in order.
    void called(Drover::PeerId peer, const QList<Drover::IncomingCall> &calls);
    /// One call over POST /rpc, with the token it came with.
    void posted(const QString &token, const QString &address, const Drover::IncomingCall &call);

private:
    void onOpened(PeerId peer, const PeerInfo &info);
    void onReceived(PeerId peer, const QByteArray &frame);
    void onPost(const HttpRequest &request, const HttpAnswer &answer);
    void onMetrics(const HttpRequest &request, const HttpAnswer &answer);
    void addRoutes();
    void lookAtReaders();
    friend class MetricsChannel;

    const Router &m_router;
    FrontDoor m_door;
    QHash<PeerId, WireFormat> m_formats;
    QSet<PeerId> m_readers; // have not taken their last notification
    QTimer m_looks;
    std::atomic<bool> m_ready = false;
};

} // namespace Drover

Q_DECLARE_METATYPE(Drover::IncomingCall)
