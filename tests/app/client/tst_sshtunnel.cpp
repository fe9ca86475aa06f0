#include "app/client/sshtunnel.h"
#include "tests/support/verify.h"

#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

using namespace Drover;

/// The tunnel through a real sshd.
class TestSshTunnel : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QProcess m_sshd;
    quint16 m_port = 0;

    QString path(const QString &name) const { return m_folder.filePath(name); }

    static quint16 freePort()
    {
        QTcpServer server;
        return server.listen(QHostAddress::LocalHost) ? server.serverPort() : 0;
    }

    void write(const QString &name, const QStringList &lines)
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        file.write(lines.join('\n').toUtf8() + '\n');
    }

    void makeKey(const QString &name)
    {
        QCOMPARE(QProcess::execute("ssh-keygen", {"-q", "-t", "ed25519", "-N", "", "-f", path(name)}), 0);
    }

    void startServer()
    {
        // sshd wants its own full path, and a folder to change root into.
        QVERIFY(QDir().mkpath("/run/sshd"));
        m_sshd.setStandardErrorFile(path("sshd.log"), QIODevice::Append);
        m_sshd.start("/usr/sbin/sshd", {"-D", "-e", "-f", path("sshd_config")});
        QVERIFY2(m_sshd.waitForStarted(), "install openssh-server (packaging/test does)");
        QTRY_VERIFY_WITH_TIMEOUT(([&] {
                                     QTcpSocket probe;
                                     probe.connectToHost("127.0.0.1", m_port);
                                     return probe.waitForConnected(500);
                                 }()),
                                 20'000);
    }

    TunnelSettings settingsTo(quint16 port, const QString &key = "key") const
    {
        TunnelSettings settings;
        settings.destination = "root@127.0.0.1";
        settings.daemon = {"127.0.0.1", port};
        settings.options = {"-p", QString::number(m_port), "-i", path(key), "-F", "/dev/null", "-o", "BatchMode=yes",
                            "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o",
                            "UserKnownHostsFile=" + path("known"), "-o", "LogLevel=ERROR"};
        return settings;
    }

private slots:
    void initTestCase()
    {
        m_port = freePort();
        makeKey("host");
        makeKey("key");
        makeKey("stranger");
        QFile::copy(path("key.pub"), path("authorized_keys"));
        write("sshd_config",
              {QString("Port %1").arg(m_port), "ListenAddress 127.0.0.1", "HostKey " + path("host"),
               "AuthorizedKeysFile " + path("authorized_keys"), "PidFile " + path("pid"), "UsePAM no",
               "StrictModes no", "PermitRootLogin yes"});
        startServer();
    }

    void cleanupTestCase()
    {
        m_sshd.terminate();
        QVERIFY(m_sshd.waitForFinished());
    }

    void whatIsSentInComesOutAtTheOtherEnd()
    {
        QTcpServer daemon;
        QVERIFY(daemon.listen(QHostAddress::LocalHost));
        QByteArray heard;
        connect(&daemon, &QTcpServer::newConnection, this, [&] {
            while (QTcpSocket *socket = daemon.nextPendingConnection()) // the tunnel looks whether it is up
                connect(socket, &QTcpSocket::readyRead, this, [&heard, socket] { heard += socket->readAll(); });
        });
        SshTunnel tunnel(settingsTo(daemon.serverPort()));
        tunnel.open();
        QVERIFY2(tunnel.words().contains("root@127.0.0.1"), qPrintable(tunnel.words()));
        QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), TunnelState::Up, 30'000);
        QVERIFY(tunnel.words().isEmpty());
        QTcpSocket client;
        client.connectToHost(tunnel.localAddress().host, tunnel.localAddress().port);
        client.write("hello");
        QTRY_COMPARE_WITH_TIMEOUT(heard, QByteArray("hello"), 20'000);
    }

    void whoIsNotLetInHearsWhatSshSaid()
    {
        SshTunnel tunnel(settingsTo(1, "stranger"));
        tunnel.open();
        QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), TunnelState::Waiting, 30'000);
        QVERIFY2(tunnel.error().message.contains("Permission denied"), qPrintable(tunnel.error().message));
        QCOMPARE(tunnel.failures(), 1);
        tunnel.retryNow();
        QCOMPARE(tunnel.state(), TunnelState::Opening);
    }

    void aTunnelThatBreaksComesBackAtTheSamePort()
    {
        QTcpServer daemon;
        QVERIFY(daemon.listen(QHostAddress::LocalHost));
        SshTunnel tunnel(settingsTo(daemon.serverPort()));
        tunnel.open();
        QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), TunnelState::Up, 30'000);
        const ServerAddress before = tunnel.localAddress();
        QProcess::execute("pkill", {"-P", QString::number(m_sshd.processId())}); // sessions of our own sshd
        QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), TunnelState::Waiting, 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), TunnelState::Up, 30'000);
        QCOMPARE(tunnel.localAddress(), before);
    }

    void aProgramThatIsMissingIsNamed()
    {
        SshTunnel tunnel(settingsTo(1), "no-such-ssh");
        tunnel.open();
        QTRY_COMPARE(tunnel.state(), TunnelState::Waiting);
        QVERIFY2(tunnel.error().message.contains("no-such-ssh"), qPrintable(tunnel.error().message));
    }

    void theArgumentsAreThoseOfOneForward()
    {
        const TunnelSettings settings{.destination = "ops@gate", .daemon = {"2001:db8::1", 7443}, .options = {"-J", "hop"}};
        QCOMPARE(SshTunnel::argumentsFor(settings, 4000).join(' '),
                 "-N -L 127.0.0.1:4000:[2001:db8::1]:7443 -o ExitOnForwardFailure=yes -o ServerAliveInterval=5 "
                 "-o ServerAliveCountMax=3 -J hop -- ops@gate");
    }
};

QTEST_GUILESS_MAIN(TestSshTunnel)
#include "tst_sshtunnel.moc"
