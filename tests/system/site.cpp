#include "tests/system/site.h"

#include "backend/protocol/machinerequests.h"
#include "backend/protocol/sessionrequests.h"

#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QTcpServer>
#include <QtTest/QtTest>

#include <csignal>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString program(const QString &name)
{
    return QString(DROVER_BIN_DIR) + "/" + name;
}

} // namespace

Site::Site()
{
    QTcpServer probe; // a free port; the daemon must come back on the same one
    probe.listen(QHostAddress::LocalHost);
    m_port = probe.serverPort();
    QTcpServer other;
    other.listen(QHostAddress::LocalHost);
    m_otherPort = other.serverPort();
    // Tasks of a root agent run as another user and must reach their working folder.
    QFile::setPermissions(m_folder.path(), QFile::Permissions(0x7755));
}

Site::~Site()
{
    for (const auto &agent : m_agents) {
        if (agent)
            agent->kill();
    }
    for (const auto &daemon : {m_daemon.get(), m_otherDaemon.get()}) {
        if (daemon)
            daemon->kill();
    }
    for (const auto &agent : m_agents) {
        if (agent)
            agent->waitForFinished();
    }
    for (const auto &daemon : {m_daemon.get(), m_otherDaemon.get()}) {
        if (daemon)
            daemon->waitForFinished();
    }
}

QProcessEnvironment Site::environment() const
{
    QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
    for (auto it = m_environment.cbegin(); it != m_environment.cend(); ++it)
        all.insert(it.key(), it.value());
    return all;
}

bool Site::init()
{
    QProcess init;
    init.setProcessEnvironment(environment());
    init.start(program("droverd"), QStringList {"init", "--data", path("data"), "--listen", QString("127.0.0.1:%1").arg(m_port)} + m_daemonOptions);
    if (!init.waitForFinished(30'000) || init.exitCode() != 0)
        return false;
    m_invitation = QString::fromUtf8(init.readAllStandardOutput()).trimmed().section(' ', -1);
    return m_invitation.startsWith("drover://");
}

std::unique_ptr<QProcess> Site::started(const QString &name, const QStringList &arguments)
{
    auto process = std::make_unique<QProcess>();
    process->setStandardOutputFile(path(name + ".out"), QIODevice::Append);
    process->setStandardErrorFile(path(name + ".log"), QIODevice::Append);
    process->setProcessEnvironment(environment());
    process->start(program(name), arguments);
    return process->waitForStarted() ? std::move(process) : nullptr;
}

bool Site::isReady()
{
    QNetworkRequest request(QUrl(QString("https://127.0.0.1:%1/readyz").arg(m_port)));
    std::unique_ptr<QNetworkReply> reply(m_network.get(request));
    reply->ignoreSslErrors();
    return QTest::qWaitFor([&] { return reply->isFinished(); }, 5000) && reply->error() == QNetworkReply::NoError;
}

bool Site::launchDaemon()
{
    m_daemon = started("droverd", QStringList {"run", "--data", path("data"), "--listen", QString("127.0.0.1:%1").arg(m_port)} + m_daemonOptions);
    return bool(m_daemon);
}

void Site::swapDaemons()
{
    std::swap(m_daemon, m_otherDaemon);
    std::swap(m_port, m_otherPort);
}

bool Site::startDaemon()
{
    if (!launchDaemon() || !QTest::qWaitFor([&] { return isReady(); }, 30'000))
        return false;
    if (!m_token.isEmpty())
        return true;
    const auto token = ask(RedeemInvitation {.secret = m_invitation.section('/', -1)});
    if (!token)
        return false;
    m_token = token->token;
    return true;
}

void Site::killDaemon()
{
    m_daemon->kill();
    m_daemon->waitForFinished();
}

int Site::stopDaemon()
{
    m_daemon->terminate();
    return exitStatus();
}

int Site::exitStatus()
{
    return m_daemon->waitForFinished(30'000) ? m_daemon->exitCode() : -1;
}

bool Site::addAgent(int slotCount, quint16 port)
{
    const auto invitation = ask(InviteMachine {.slotCount = slotCount});
    if (!invitation)
        return false;
    QString link = invitation->link;
    if (port != 0)
        link.replace(QString(":%1").arg(m_port), QString(":%1").arg(port));
    const int agent = int(m_agents.size());
    QProcess join;
    join.setProcessEnvironment(environment());
    join.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    join.start(program("drover-agent"), {"join", link, "--state", path(QString("agent%1").arg(agent)), "--then-exit"});
    if (!join.waitForFinished(30'000) || join.exitCode() != 0)
        return false;
    m_agents.emplace_back();
    return startAgent(agent);
}

bool Site::startAgent(int agent)
{
    m_agents[size_t(agent)] = started("drover-agent", {"run", "--state", path(QString("agent%1").arg(agent))});
    return bool(m_agents[size_t(agent)]);
}

int Site::stopAgent(int agent)
{
    QProcess &process = *m_agents[size_t(agent)];
    process.terminate();
    return process.waitForFinished(30'000) ? process.exitCode() : -1;
}

void Site::killAgent(int agent)
{
    m_agents[size_t(agent)]->kill();
    m_agents[size_t(agent)]->waitForFinished();
}

Result<QByteArray> Site::post(QLatin1StringView method, const QByteArray &params)
{
    QNetworkRequest request(QUrl(QString("https://127.0.0.1:%1/rpc").arg(m_port)));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
    request.setRawHeader("Authorization", "Bearer " + m_token.toUtf8());
    const QByteArray body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + QByteArray(method.data(), method.size()) + "\",\"params\":" + params + "}";
    std::unique_ptr<QNetworkReply> reply(m_network.post(request, body));
    reply->ignoreSslErrors();
    if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 70'000))
        return fail(ErrorCode::TimedOut, u"no answer"_s);
    const auto envelopes = envelopesOf(reply->readAll(), WireFormat::Json);
    if (!envelopes || envelopes->isEmpty())
        return fail(ErrorCode::Unreachable, reply->errorString());
    if (envelopes->first().error)
        return *envelopes->first().error;
    return envelopes->first().params;
}

} // namespace Drover
