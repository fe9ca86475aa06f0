#pragma once

#include "backend/link/linksettings.h"
#include "backend/protocol/agentmessages.h"

#include <QtCore/QObject>

#include <functional>

namespace Drover {

/// What the agent needs of its connection to the daemon; tests put a daemon of their own behind
/// it. Reconnects by itself. Lives in the main thread; nothing waits.
class DaemonLink : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Whom it calls, for connections beside this one.
    virtual LinkTarget target() const { return {}; }
    virtual void start() = 0;
    virtual bool isConnected() const = 0;
    virtual qint64 backlog() const = 0; ///< bytes said and not taken yet

    /// Asks once; the answer is dropped when the connection goes.
    virtual void hello(const AgentHello &hello,
                       std::function<void(const Result<AgentWelcome> &)> answer)
        = 0;

    /// Says something that has no reply; dropped without a connection.
    template <NotificationType T> void send(const T &message)
    {
        sendNotification(T::method, encode(message));
    }

signals:
    /// Again for each new connection.
    void connected();
    void disconnected(const QString &reason);
    /// `params` is the CBOR of a notification from the daemon.
    void received(const QString &method, const QByteArray &params);

protected:
    virtual void sendNotification(QLatin1StringView method, const QByteArray &params) = 0;
};

} // namespace Drover
