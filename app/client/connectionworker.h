#pragma once

#include "app/client/connection.h"
#include "app/client/sshtunnel.h"

#include <QtCore/QElapsedTimer>

#include <map>
#include <memory>

namespace Drover {

/// The half of a Connection that lives in the link's thread: client, tunnel, decoding, and what is on
/// its way to the other half.
class ConnectionWorker : public QObject
{
    Q_OBJECT

public:
    ConnectionWorker(QString program, const ClientSettings &settings, Connection &here);

    // All in the link's thread.

    void start();
    void open(const ClientTarget &target, const std::optional<TunnelSettings> &tunnel);
    void close();
    void retryNow();
    void run(const Connection::Job &job);
    void redeem(const InvitationLink &invitation, const QString &user, const QString &password, qint64 number);
    void submit(const Submit &request, qint64 number);
    void upload(const QStringList &paths, qint64 number);
    void addChannel(std::shared_ptr<NotificationChannel> channel);
    /// The other half has taken its last batch of notifications.
    void onTaken();

private:
    void deliver(Connection::Delivery delivery);
    void flush();
    void onNotified(const QString &method, const QByteArray &params);
    void gather();
    void gatherSoon();
    void onTunnelState();
    void onSignedIn(const SessionInfo &session);
    void onLost(const Error &error);
    void onFailed(const Error &error);
    void onRefused(const Error &error);
    void tell();
    ConnectionStatus status() const;

    const QString m_program;
    const ClientSettings m_settings;
    Connection &m_here;
    std::unique_ptr<Client> m_client; // made in its thread, as its sockets and timers must be
    std::unique_ptr<SshTunnel> m_tunnel;
    ClientTarget m_target;
    bool m_open = false;
    bool m_wasReady = false;
    std::optional<Error> m_refusal;
    Error m_error;
    QElapsedTimer m_away;
    Instant m_lostAt;
    ConnectionStatus m_told;
    QTimer m_seconds {this};

    std::multimap<QString, std::shared_ptr<NotificationChannel>> m_channels;
    QTimer m_frame {this};
    QElapsedTimer m_lastFrame;
    bool m_untaken = false; // the last batch is still on its way, or being looked at
    QList<Connection::Delivery> m_out;
};

} // namespace Drover
