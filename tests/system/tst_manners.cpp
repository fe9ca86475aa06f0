#include "app/client/client.h"
#include "backend/protocol/machinerequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/userrequests.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

#include <QtNetwork/QNetworkReply>
#include <QtTest/QtTest>

#include <algorithm>
#include <csignal>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace Drover;

namespace {

// Where a service manager listens: what the daemon says of itself.
class ServiceManager
{
public:
    explicit ServiceManager(const QString &path)
    {
        m_socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        sockaddr_un address {};
        address.sun_family = AF_UNIX;
        const QByteArray name = path.toUtf8();
        std::copy_n(name.constData(), std::min<size_t>(size_t(name.size()), sizeof address.sun_path - 1), address.sun_path);
        if (::bind(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
            qFatal("cannot listen at %s", name.constData());
        qputenv("NOTIFY_SOCKET", name);
    }
    ~ServiceManager()
    {
        qunsetenv("NOTIFY_SOCKET");
        ::close(m_socket);
    }

    // Whether a line that begins so has been said.
    bool heard(const QByteArray &line)
    {
        char buffer[4096];
        for (ssize_t got = 0; (got = ::recv(m_socket, buffer, sizeof buffer, 0)) > 0;)
            m_lines += QByteArray(buffer, got).split('\n');
        return std::ranges::any_of(m_lines, [&](const QByteArray &each) { return each.startsWith(line); });
    }

private:
    int m_socket = -1;
    QByteArrayList m_lines;
};

struct Ran
{
    int status = -1;
    QString out;
    QString error;
};

Ran droverd(const QStringList &arguments)
{
    QProcess process;
    process.start(QString(DROVER_BIN_DIR) + "/droverd", arguments);
    if (!process.waitForFinished(60'000))
        return {};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError())};
}

} // namespace

/// How droverd behaves towards those who operate it: settings, checks, logs, a service manager.
class TestManners : public QObject
{
    Q_OBJECT

    Site m_site;
    QNetworkAccessManager m_network;

    void write(const QString &name, const QByteArray &text)
    {
        QFile file(m_site.path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) < 0)
            qFatal("cannot write");
    }

    QString log() const
    {
        QFile file(m_site.path("daemon.log"));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

    std::pair<int, QByteArray> get(const QString &path, const QString &token = {})
    {
        QNetworkRequest request(QUrl(QString("https://127.0.0.1:%1%2").arg(m_site.port()).arg(path)));
        if (!token.isEmpty())
            request.setRawHeader("Authorization", "Bearer " + token.toUtf8());
        std::unique_ptr<QNetworkReply> reply(m_network.get(request));
        reply->ignoreSslErrors();
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 30'000))
            return {};
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll()};
    }

private slots:
    void initTestCase()
    {
        write("droverd.toml", "[log]\nformat = 'json'\nlevel = 'info'\nfile = '" + m_site.path("daemon.log").toUtf8() + "'\n");
        m_site.setDaemonOptions({"--settings", m_site.path("droverd.toml")});
    }

    void whatIsMissingIsFoundWithItsRemedy()
    {
        const Ran before = droverd({"check", "--data", m_site.path("data")});
        QCOMPARE(before.status, 1);
        QVERIFY2(before.out.contains("droverd init makes it"), qPrintable(before.out));
        QVERIFY(m_site.init());
        const Ran after = droverd({"check", "--data", m_site.path("data"), "--listen", QString("127.0.0.1:%1").arg(m_site.port())});
        QVERIFY2(after.status == 0, qPrintable(after.out + after.error));
        QVERIFY(QFile::setPermissions(m_site.path("data"), QFile::Permissions(0x7755)));
        const Ran open = droverd({"check", "--data", m_site.path("data"), "--listen", QString("127.0.0.1:%1").arg(m_site.port())});
        QCOMPARE(open.status, 1);
        QVERIFY2(open.out.contains("chmod 700"), qPrintable(open.out));
        QVERIFY(QFile::setPermissions(m_site.path("data"), QFile::Permissions(0x7700)));
    }

    void wrongSettingsAreSaidAllAtOnceAndNothingStarts()
    {
        write("wrong.toml", "lisen = 'x'\n[log]\nlevel = 'loud'\n");
        const Ran run = droverd({"run", "--settings", m_site.path("wrong.toml"), "--set", "store.readers=0"});
        QCOMPARE(run.status, 2);
        QVERIFY2(run.error.contains("wrong.toml:1: lisen: there is no such setting; did you mean listen?"), qPrintable(run.error));
        QVERIFY2(run.error.contains("wrong.toml:3: log.level"), qPrintable(run.error));
        QVERIFY2(run.error.contains("store.readers: 0 is out of range; use 1 to 64"), qPrintable(run.error));
        const Ran defaults = droverd({"check", "--print-defaults"});
        QCOMPARE(defaults.status, 0);
        QVERIFY(defaults.out.contains("# rotate-keep = 5"));
    }

    void initSaysHowItIsStarted()
    {
        const Ran init = droverd({"init", "--data", m_site.path("other"), "--listen", "127.0.0.1:17443", "--address", "a.example:7443"});
        QVERIFY2(init.out.contains("droverd run --data " + m_site.path("other") + " --listen 127.0.0.1:17443 --address a.example:7443\n"), qPrintable(init.out));
    }

    void aServiceManagerHearsHowItIs()
    {
        ServiceManager manager(m_site.path("notify"));
        QVERIFY(m_site.startDaemon());
        QTRY_VERIFY(manager.heard("READY=1"));
        write("droverd.toml", "[log]\nformat = 'json'\nlevel = 'debug'\nfile = '" + m_site.path("daemon.log").toUtf8() + "'\n[limits]\nkeep-alive = '61s'\n");
        ::kill(pid_t(m_site.daemonPid()), SIGHUP);
        QTRY_VERIFY(manager.heard("RELOADING=1"));
        QTRY_VERIFY2(log().contains("\"needs-restart\":\"limits.keep-alive\""), qPrintable(log()));
        write("droverd.toml", "[log]\nlevel = 'loud'\n");
        ::kill(pid_t(m_site.daemonPid()), SIGHUP);
        QTRY_VERIFY2(log().contains("the settings stay as they were"), qPrintable(log()));
        QVERIFY(m_site.isReady());
        QCOMPARE(m_site.stopDaemon(), 0);
        QTRY_VERIFY(manager.heard("STOPPING=1"));
        write("droverd.toml", "[log]\nfile = '" + m_site.path("daemon.log").toUtf8() + "'\n");
    }

    void figuresAreForWhoHasAToken()
    {
        QVERIFY(m_site.startDaemon());
        QCOMPARE(get("/healthz").first, 200);
        QCOMPARE(get("/metrics").first, 401);
        QCOMPARE(get("/metrics", "wrong").first, 401);
        const auto [status, text] = get("/metrics", m_site.token());
        QCOMPARE(status, 200);
        QVERIFY2(text.contains("drover_tasks{state=\"queued\"} 0\n"), text.constData());
        QVERIFY2(text.contains("# TYPE drover_connections gauge\ndrover_connections "), text.constData());
        for (const QByteArray &line : text.split('\n'))
            QVERIFY2(line.isEmpty() || line.startsWith("# ") || line.startsWith("drover_"), line.constData());
    }

    void authoritiesAreRotatedWithoutLosingThoseWhoKnowTheOldOne()
    {
        QFile file(m_site.path("data/tls/authority.pem"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto before = Certificate::listFromPem(file.readAll());
        VERIFY_OK(before);
        QVERIFY(droverd({"rotate-ca", "--data", m_site.path("data")}).error.contains("stop the daemon first"));
        QCOMPARE(m_site.stopDaemon(), 0);
        QCOMPARE(droverd({"rotate-ca", "--data", m_site.path("data")}).status, 0);
        QVERIFY(droverd({"rotate-ca", "--data", m_site.path("data")}).status != 0); // one is on
        QVERIFY(m_site.startDaemon());
        QVERIFY(m_site.ask(GetStatus {})->rotating);
        Client client("test");
        client.open({.link = {.addresses = {{.host = "127.0.0.1", .port = m_site.port()}}, .authorities = {before->first()}, .identity = {}},
                     .token = m_site.token(), .user = {}, .password = {}});
        QTRY_VERIFY(client.isReady());
        QCOMPARE(m_site.stopDaemon(), 0);
        QCOMPARE(droverd({"rotate-ca", "--end", "--data", m_site.path("data")}).status, 0);
        QVERIFY(m_site.startDaemon());
        QVERIFY(!m_site.ask(GetStatus {})->rotating);
    }

    void certificatesAreRenewedBeforeTheyEnd()
    {
        Site site;
        site.setDaemonOptions({"--set", "tls.machine-validity=9s", "--set", "tls.server-validity=9s"});
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        const Instant first = site.ask(GetStatus {})->certificateEnds;
        QVERIFY(site.addAgent(1));
        const auto online = [&] {
            const auto machines = site.ask(ListMachines {});
            return machines && machines->machines.size() == 1 && machines->machines.first().state == MachineState::Online;
        };
        QTRY_VERIFY_WITH_TIMEOUT(online(), 20'000);
        const auto renewals = [&] {
            const auto page = site.ask(ListAudit {.where = "method = agent.renew user ~ '^machine'"});
            return page ? page->entries.size() : 0;
        };
        // Past the end of the first ones, and of those after them.
        QTRY_VERIFY_WITH_TIMEOUT(renewals() >= 3, 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(site.ask(GetStatus {})->certificateEnds > first + std::chrono::seconds(9), 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(online(), 20'000);
        const auto machines = site.ask(ListMachines {});
        VERIFY_OK(machines);
        VERIFY_OK(site.ask(RemoveMachine {.id = machines->machines.first().id}));
        QCOMPARE(site.ask(ListMachines {})->machines.size(), 0);
    }
};

QTEST_GUILESS_MAIN(TestManners)
#include "tst_manners.moc"
