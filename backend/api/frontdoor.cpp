#include "backend/api/frontdoor.h"

#include "backend/base/logging.h"
#include "backend/tls/sslconfiguration.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QEvent>
#include <QtCore/QSocketNotifier>
#include <QtNetwork/QNetworkProxy>
#include <QtWebSockets/QWebSocket>
#include <QtWebSockets/QWebSocketServer>

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int acceptedPerTurn = 64; // so that a flood of newcomers does not stop who is in
constexpr int kernelQueue = 1024;
const auto flushEvent = QEvent::Type(QEvent::registerEventType());

// Often enough that the shortest limit is kept to within a quarter.
std::chrono::milliseconds checkInterval(const FrontDoorLimits &limits)
{
    const auto shortest = std::min({limits.evictAfter, limits.handshake, limits.head,
                                    limits.keepAlive, limits.bodyStall, limits.signIn,
                                    limits.silence, limits.linger, limits.slowFor});
    return std::clamp<std::chrono::milliseconds>(shortest / 4, 5ms, 1s);
}

} // namespace

FrontDoor::FrontDoor(const Clock &clock, const FrontDoorLimits &limits, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_limits(limits)
    , m_surroundings{m_limits, clock, {}, {}, {}}
    , m_server(this)
    , m_upgrader(new QWebSocketServer(u"drover"_s, QWebSocketServer::NonSecureMode, this))
    , m_checks(this)
{
    m_server.setListenBacklogSize(kernelQueue);
    m_server.setProxy(QNetworkProxy::NoProxy);
    m_upgrader->setSupportedSubprotocols({u"drover.v1.cbor"_s, u"drover.v1.json"_s});
    connect(m_upgrader, &QWebSocketServer::newConnection, this, &FrontDoor::onUpgraded);
    connect(&m_checks, &QTimer::timeout, this, &FrontDoor::checkAll);
    m_checks.setInterval(checkInterval(m_limits));
}

FrontDoor::~FrontDoor()
{
    for (Peer *peer : std::as_const(m_peers)) {
        disconnect(peer, nullptr, this, nullptr);
        delete peer; // before what they share
    }
}

Result<void> FrontDoor::setIdentity(const ServerIdentity &identity)
{
    Result<QSslConfiguration> configuration = serverConfiguration(identity);
    if (!configuration)
        return configuration.error();
    m_surroundings.tls = std::move(*configuration);
    m_surroundings.authorities = identity.authorities;
    return {};
}

void FrontDoor::setRoute(const QByteArray &method, const QByteArray &path, HttpRoute::Match match,
                         quint64 maxBody, HttpRoute::Handler handler)
{
    addRoute({method, path, match, maxBody, std::move(handler), {}});
}

void FrontDoor::setStreamRoute(const QByteArray &method, const QByteArray &path,
                               HttpRoute::Match match, quint64 maxBody,
                               HttpRoute::StreamHandler handler)
{
    addRoute({method, path, match, maxBody, {}, std::move(handler)});
}

void FrontDoor::addRoute(HttpRoute route)
{
    Q_ASSERT(!m_server.isListening()); // conversations point at their routes
    m_surroundings.routes.add(std::move(route));
}

Result<void> FrontDoor::listen(const QHostAddress &address, quint16 port)
{
    Q_ASSERT(!m_surroundings.tls.isNull());
    if (!m_server.listen(address, port))
        return fail(ErrorCode::Io,
                    u"cannot listen on %1 port %2: %3"_s.arg(address.toString())
                        .arg(port)
                        .arg(m_server.errorString()));
    // QTcpServer accepts until there is nobody left, whatever one says meanwhile. With a notifier
    // of our own we can stop in between, and leave newcomers to the kernel.
    m_server.pauseAccepting();
    m_newcomers = new QSocketNotifier(m_server.socketDescriptor(), QSocketNotifier::Read, this);
    connect(m_newcomers, &QSocketNotifier::activated, this, &FrontDoor::acceptSome);
    m_checks.start();
    return {};
}

void FrontDoor::stopListening()
{
    delete std::exchange(m_newcomers, nullptr);
    m_server.close();
}

void FrontDoor::acceptSome()
{
    for (int count = 0; count < acceptedPerTurn && m_newcomers; ++count) {
        if (m_peers.size() >= m_limits.connections || !makeRoom()) {
            m_newcomers->setEnabled(false); // until somebody goes, signs in, or is overdue
            return;
        }
        const int descriptor = ::accept4(int(m_server.socketDescriptor()), nullptr, nullptr,
                                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            addPeer(descriptor);
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        if (errno != EAGAIN) {
            // No descriptors left, most likely: the queue stays readable, and would spin us.
            logWarning(LogCategory::Net, u"cannot accept connections",
                       {{"reason"_L1, qt_error_string(errno)}});
            m_newcomers->setEnabled(false);
        }
        return;
    }
}

bool FrontDoor::makeRoom()
{
    if (m_notSignedIn.size() < m_limits.unsignedConnections)
        return true;
    const SteadyInstant now = m_clock.steady();
    for (Peer *peer : std::as_const(m_notSignedIn)) {
        if (now - peer->since() < m_limits.evictAfter)
            return false; // nor are those behind it old enough
        if (!peer->isEvictable())
            continue;
        if (m_evicted++ == 0)
            logWarning(LogCategory::Net, u"connections that do not sign in make way for others");
        peer->abort(u"made way for another"_s);
        return true;
    }
    return false;
}

void FrontDoor::addPeer(qintptr descriptor)
{
    auto *peer = new Peer(PeerId{++m_lastId}, m_surroundings, *m_upgrader, this);
    m_peers.insert(peer->id(), peer);
    m_notSignedIn.insert(peer->id(), peer);
    connect(peer, &Peer::gone, this,
            [this, peer](const QString &reason) { removePeer(peer, reason); });
    connect(peer, &Peer::opened, this, [this, peer] {
        m_open.insert(peer->id());
        emit opened(peer->id(), peer->info());
    });
    connect(peer, &Peer::received, this,
            [this, id = peer->id()](const QByteArray &message) { emit received(id, message); });
    if (!peer->start(descriptor)) {
        peer->abort(u"gone at once"_s);
        return;
    }
    m_byEndpoint.insert({peer->info().address, peer->info().port}, peer);
}

void FrontDoor::removePeer(Peer *peer, const QString &reason)
{
    const PeerId id = peer->id();
    m_peers.remove(id);
    m_notSignedIn.remove(id);
    const Endpoint endpoint{peer->info().address, peer->info().port};
    if (m_byEndpoint.value(endpoint) == peer)
        m_byEndpoint.remove(endpoint);
    peer->deleteLater();
    if (m_newcomers)
        m_newcomers->setEnabled(true);
    if (m_open.remove(id))
        emit closed(id, reason);
}

void FrontDoor::onUpgraded()
{
    while (QWebSocket *webSocket = m_upgrader->nextPendingConnection()) {
        Peer *peer = m_byEndpoint.value({webSocket->peerAddress(), webSocket->peerPort()});
        if (peer)
            peer->becomeWebSocket(webSocket);
        else
            webSocket->deleteLater(); // gone while it was handed over
    }
}

void FrontDoor::checkAll()
{
    const QList<Peer *> peers = m_peers.values();
    for (Peer *peer : peers)
        peer->check();
    if (m_newcomers)
        m_newcomers->setEnabled(true); // some may be old enough now to make way
}

void FrontDoor::send(PeerId id, const QByteArray &message)
{
    Peer *peer = m_peers.value(id);
    if (!peer || !peer->send(message))
        return;
    // Behind all events that wait now, and those that come while they are worked off: one frame,
    // one TLS record, one system call for the lot.
    if (m_toFlush.isEmpty())
        QCoreApplication::postEvent(this, new QEvent(flushEvent), Qt::LowEventPriority);
    m_toFlush.append(id);
}

void FrontDoor::flushAll()
{
    const QList<PeerId> due = std::exchange(m_toFlush, {});
    for (const PeerId id : due) {
        if (Peer *peer = m_peers.value(id))
            peer->flush();
    }
}

bool FrontDoor::event(QEvent *event)
{
    if (event->type() != flushEvent)
        return QObject::event(event);
    flushAll();
    return true;
}

void FrontDoor::close(PeerId id, quint16 code, const QString &reason)
{
    if (Peer *peer = m_peers.value(id))
        peer->close(code, reason);
}

void FrontDoor::setSignedIn(PeerId id)
{
    Peer *peer = m_peers.value(id);
    if (!peer)
        return;
    peer->setSignedIn();
    m_notSignedIn.remove(id);
    if (m_newcomers)
        m_newcomers->setEnabled(true);
}

qint64 FrontDoor::backlog(PeerId id) const
{
    const Peer *peer = m_peers.value(id);
    return peer ? peer->backlog() : 0;
}

FrontDoor::Figures FrontDoor::figures() const
{
    return {int(m_peers.size()), int(m_notSignedIn.size()), quint64(m_lastId), m_evicted};
}

} // namespace Drover
