#pragma once

#include "app/client/tunnelsettings.h"
#include "backend/base/result.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

QT_FORWARD_DECLARE_CLASS(QProcess)
QT_FORWARD_DECLARE_CLASS(QTcpSocket)

namespace Drover {

enum class TunnelState {
    Idle, ///< not asked
    Opening, ///< ssh is connecting, or waits for a person's answer
    Up,
    Waiting, ///< ssh has ended; it is started again in a while
};

/// `ssh -N -L` to a daemon, by the system's own ssh, kept up until it is told to stop. What ssh
/// asks of a person it asks by its own means (agent, askpass). The port at this end is chosen once,
/// so that whoever connects through it need not know of a restart.
///
/// Lives in one thread, and never waits.
class SshTunnel : public QObject
{
    Q_OBJECT

public:
    explicit SshTunnel(TunnelSettings settings, QString program = QStringLiteral("ssh"),
                       QObject *parent = nullptr);
    ~SshTunnel() override;

    void open();
    /// Starts ssh again at once, when it was to be later.
    void retryNow();

    TunnelState state() const { return m_state; }
    ServerAddress localAddress() const { return {QStringLiteral("127.0.0.1"), m_port}; }
    int failures() const { return m_failures; } ///< in a row
    const Error &error() const { return m_error; } ///< of the last failure, with ssh's own words
    QString words() const; ///< "opening the tunnel through gate.example.org"

    /// The arguments of ssh; pure.
    static QStringList argumentsFor(const TunnelSettings &settings, quint16 port);

signals:
    void stateChanged();

private:
    void start();
    void probe();
    void onProbed();
    void onOutput();
    void onEnded(const QString &reason);
    void setState(TunnelState state);

    const TunnelSettings m_settings;
    const QString m_program;
    QProcess *m_ssh = nullptr;
    QTcpSocket *m_probe = nullptr;
    quint16 m_port = 0;
    TunnelState m_state = TunnelState::Idle;
    QString m_said; // the last lines of its stderr
    Error m_error;
    int m_failures = 0;
    QTimer m_retry {this};
    QTimer m_probing {this};
};

} // namespace Drover
