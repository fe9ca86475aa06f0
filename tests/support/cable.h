#pragma once

#include <QtCore/QObject>
#include <QtCore/QThread>
#include <QtCore/QTimer>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace Drover {

/// A cable to a port of this machine, that can be pulled out and be slow. What is connected to its
/// own port reaches the other one, by way of a thread of its own, so that tests may block.
class Cable
{
public:
    /// To that port, when it answers; it need not yet.
    explicit Cable(quint16 target);
    ~Cable();

    quint16 port() const { return m_port; }

    /// Nothing passes, in neither direction; connections do not notice. What was on its way waits.
    void pull();
    /// Connections are as they were, and what has waited passes.
    void plug();
    /// As a switch that restarts: every connection breaks at once.
    void breakConnections();
    void setDelay(std::chrono::milliseconds delay);

private:
    struct Chunk
    {
        std::chrono::steady_clock::time_point due;
        QByteArray bytes;
    };
    struct Way
    {
        QTcpSocket *from = nullptr;
        QTcpSocket *to = nullptr;
        std::deque<Chunk> chunks;
    };
    struct Connection
    {
        std::unique_ptr<QTcpSocket> near; ///< who connected
        std::unique_ptr<QTcpSocket> far;
        Way there;
        Way back;
        bool isOver = false; ///< one end is gone; the other one hears of it when the cable is in
    };

    void inThread(const std::function<void()> &what);
    void accept();
    void pump(Connection &connection);
    void pumpAll();
    void take(Way &way);
    void give(Way &way);

    quint16 m_target = 0;
    quint16 m_port = 0;
    // All that follows is used in the thread alone.
    std::unique_ptr<QTcpServer> m_server;
    std::unique_ptr<QTimer> m_timer;
    std::vector<std::unique_ptr<Connection>> m_connections;
    bool m_isPulled = false;
    std::chrono::milliseconds m_delay {0};
    QThread m_thread;
};

} // namespace Drover
