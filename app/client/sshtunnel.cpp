#include "app/client/sshtunnel.h"

#include <QtCore/QProcess>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto probeEvery = 100ms;
constexpr auto retryMost = 30s;
constexpr qsizetype mostSaid = 2000;

// Free now; ssh says so when another takes it first, and then we take another.
quint16 freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : 0;
}

} // namespace

SshTunnel::SshTunnel(TunnelSettings settings, QString program, QObject *parent)
    : QObject(parent)
    , m_settings(std::move(settings))
    , m_program(std::move(program))
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &SshTunnel::start);
    m_probing.setSingleShot(true);
    m_probing.setInterval(probeEvery);
    connect(&m_probing, &QTimer::timeout, this, &SshTunnel::probe);
}

// A QProcess that is destroyed while it runs waits for its end; ours ends by itself and is then
// forgotten, so that nobody waits here.
SshTunnel::~SshTunnel()
{
    if (!m_ssh)
        return;
    disconnect(m_ssh, nullptr, this, nullptr);
    m_ssh->setParent(nullptr);
    connect(m_ssh, &QProcess::finished, m_ssh, &QObject::deleteLater);
    m_ssh->terminate();
}

QStringList SshTunnel::argumentsFor(const TunnelSettings &settings, quint16 port)
{
    const QString host = settings.daemon.host.contains(u':') ? u'[' + settings.daemon.host + u']'
                                                             : settings.daemon.host;
    QStringList arguments{u"-N"_s,
                          u"-L"_s,
                          u"127.0.0.1:%1:%2:%3"_s.arg(port).arg(host).arg(settings.daemon.port),
                          u"-o"_s,
                          u"ExitOnForwardFailure=yes"_s,
                          u"-o"_s,
                          u"ServerAliveInterval=5"_s,
                          u"-o"_s,
                          u"ServerAliveCountMax=3"_s};
    // "--" ends the options: a destination that begins with a dash is none.
    return arguments + settings.options + QStringList{u"--"_s, settings.destination};
}

QString SshTunnel::words() const
{
    switch (m_state) {
    case TunnelState::Idle:
    case TunnelState::Up:
        return {};
    case TunnelState::Opening:
        return u"opening the tunnel through %1"_s.arg(m_settings.destination);
    case TunnelState::Waiting:
        return u"the tunnel through %1 is down"_s.arg(m_settings.destination);
    }
    return {};
}

void SshTunnel::open()
{
    m_failures = 0;
    start();
}

void SshTunnel::retryNow()
{
    if (m_state == TunnelState::Waiting)
        start();
}

void SshTunnel::start()
{
    m_retry.stop();
    if (m_port == 0)
        m_port = freePort();
    m_said.clear();
    m_ssh = new QProcess(this);
    m_ssh->setStandardInputFile(QProcess::nullDevice());
    m_ssh->setStandardOutputFile(QProcess::nullDevice());
    connect(m_ssh, &QProcess::readyReadStandardError, this, &SshTunnel::onOutput);
    connect(m_ssh, &QProcess::finished, this, [this](int status) {
        onOutput();
        onEnded(m_said.isEmpty() ? u"ssh ended with status %1"_s.arg(status) : m_said.trimmed());
    });
    connect(m_ssh, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            onEnded(u"%1 cannot be started; is ssh installed?"_s.arg(m_program));
    });
    setState(TunnelState::Opening);
    m_ssh->start(m_program, argumentsFor(m_settings, m_port));
    m_probing.start();
}

// ssh says nothing when it is through: its port answers then, and not before.
void SshTunnel::probe()
{
    m_probe = new QTcpSocket(this);
    connect(m_probe, &QTcpSocket::connected, this, &SshTunnel::onProbed);
    connect(m_probe, &QTcpSocket::errorOccurred, this, [this] {
        std::exchange(m_probe, nullptr)->deleteLater();
        m_probing.start();
    });
    m_probe->connectToHost(QHostAddress::LocalHost, m_port);
}

void SshTunnel::onProbed()
{
    disconnect(m_probe, nullptr, this, nullptr);
    m_probe->abort();
    std::exchange(m_probe, nullptr)->deleteLater();
    m_failures = 0;
    setState(TunnelState::Up);
}

void SshTunnel::onOutput()
{
    m_said += QString::fromUtf8(m_ssh->readAllStandardError());
    m_said = m_said.right(mostSaid);
}

void SshTunnel::onEnded(const QString &reason)
{
    m_probing.stop();
    if (m_probe) {
        disconnect(m_probe, nullptr, this, nullptr);
        std::exchange(m_probe, nullptr)->deleteLater();
    }
    std::exchange(m_ssh, nullptr)->deleteLater();
    if (m_state == TunnelState::Opening && reason.contains(u"ddress already in use"))
        m_port = 0;
    m_error = fail(ErrorCode::Unreachable,
                   u"the tunnel through %1 is down: %2"_s.arg(m_settings.destination, reason));
    const auto delay = std::min<std::chrono::milliseconds>(500ms * (1 << std::min(m_failures, 6)), retryMost);
    ++m_failures;
    m_retry.start(delay);
    setState(TunnelState::Waiting);
}

void SshTunnel::setState(TunnelState state)
{
    if (std::exchange(m_state, state) != state)
        emit stateChanged();
}

} // namespace Drover
