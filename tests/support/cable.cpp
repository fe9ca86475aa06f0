#include "tests/support/cable.h"

using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr qint64 buffered = 256 * 1024; // of what waits; more waits in the kernel, as on a real line
constexpr auto lookEvery = 10ms;

} // namespace

Cable::Cable(quint16 target) : m_target(target)
{
    m_server = std::make_unique<QTcpServer>();
    m_timer = std::make_unique<QTimer>();
    if (!m_server->listen(QHostAddress::LocalHost))
        qFatal("no port is free");
    m_port = m_server->serverPort();
    QObject::connect(m_server.get(), &QTcpServer::newConnection, m_server.get(), [this] { accept(); });
    QObject::connect(m_timer.get(), &QTimer::timeout, m_timer.get(), [this] { pumpAll(); });
    m_server->moveToThread(&m_thread);
    m_timer->moveToThread(&m_thread);
    m_thread.start();
    inThread([this] { m_timer->start(lookEvery); });
}

Cable::~Cable()
{
    inThread([this] {
        m_connections.clear();
        m_timer.release()->deleteLater(); // when the thread ends
        m_server.release()->deleteLater();
    });
    m_thread.quit();
    m_thread.wait();
}

void Cable::inThread(const std::function<void()> &what)
{
    QMetaObject::invokeMethod(m_server.get(), what, Qt::BlockingQueuedConnection);
}

void Cable::pull()
{
    inThread([this] { m_isPulled = true; });
}

void Cable::plug()
{
    inThread([this] {
        m_isPulled = false;
        pumpAll();
    });
}

void Cable::breakConnections()
{
    inThread([this] { m_connections.clear(); });
}

void Cable::setDelay(std::chrono::milliseconds delay)
{
    inThread([this, delay] { m_delay = delay; });
}

void Cable::accept()
{
    while (QTcpSocket *near = m_server->nextPendingConnection()) {
        auto connection = std::make_unique<Connection>();
        near->setParent(nullptr);
        connection->near.reset(near);
        connection->far = std::make_unique<QTcpSocket>();
        connection->there = {.from = near, .to = connection->far.get(), .chunks = {}};
        connection->back = {.from = connection->far.get(), .to = near, .chunks = {}};
        Connection *known = connection.get();
        for (QTcpSocket *socket : {near, connection->far.get()}) {
            socket->setReadBufferSize(buffered);
            socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
            QObject::connect(socket, &QTcpSocket::readyRead, m_server.get(), [this, known] { pump(*known); });
            QObject::connect(socket, &QTcpSocket::disconnected, m_server.get(), [known] { known->isOver = true; });
            QObject::connect(socket, &QTcpSocket::errorOccurred, m_server.get(), [known] { known->isOver = true; });
        }
        connection->far->connectToHost(QHostAddress::LocalHost, m_target);
        m_connections.push_back(std::move(connection));
    }
}

void Cable::pumpAll()
{
    for (const auto &connection : m_connections)
        pump(*connection);
    if (!m_isPulled)
        std::erase_if(m_connections, [](const auto &each) { return each->isOver && each->there.chunks.empty() && each->back.chunks.empty(); });
}

void Cable::pump(Connection &connection)
{
    if (m_isPulled)
        return;
    for (Way *way : {&connection.there, &connection.back}) {
        take(*way);
        give(*way);
    }
}

void Cable::take(Way &way)
{
    if (way.from->bytesAvailable() > 0 && way.chunks.size() < 1000)
        way.chunks.push_back({std::chrono::steady_clock::now() + m_delay, way.from->readAll()});
}

void Cable::give(Way &way)
{
    const auto now = std::chrono::steady_clock::now();
    if (way.to->state() == QAbstractSocket::UnconnectedState)
        way.chunks.clear();
    if (way.to->state() != QAbstractSocket::ConnectedState)
        return;
    bool any = false;
    while (!way.chunks.empty() && way.chunks.front().due <= now && way.to->bytesToWrite() < buffered) {
        way.to->write(way.chunks.front().bytes);
        way.chunks.pop_front();
        any = true;
    }
    if (any)
        way.to->flush();
}

} // namespace Drover
