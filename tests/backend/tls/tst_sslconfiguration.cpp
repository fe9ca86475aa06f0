#include "backend/base/clock.h"
#include "backend/tls/sslconfiguration.h"
#include "tests/support/verify.h"

#include <QtNetwork/QSslServer>
#include <QtNetwork/QSslSocket>

using namespace Drover;
using namespace std::chrono_literals;

/// Real handshakes on the loopback address, as QWebSocket makes them: by address, without a name.
class TestSslConfiguration : public QObject
{
    Q_OBJECT

    Instant m_now = SystemClock().now();
    QTemporaryDir m_top;
    int m_count = 0;

    CertificateFolder newFolder(const QStringList &hosts = {}, Instant at = SystemClock().now())
    {
        return CertificateFolder::create(m_top.filePath(QString::number(++m_count)), hosts, at)
            .value();
    }

    // What came of one handshake: the error that a client of ours ends with, and what it saw.
    struct Outcome
    {
        QString client;
        QList<Certificate> chain;
        QList<Certificate> shown; // by the client, as the server saw it
    };

    static Outcome handshake(const ServerIdentity &identity, const QSslConfiguration &client)
    {
        QSslServer server;
        server.setSslConfiguration(serverConfiguration(identity).value());
        if (!server.listen(QHostAddress::LocalHost))
            return {"no server", {}, {}};
        Outcome outcome;
        QSslSocket socket;
        socket.setSslConfiguration(client);
        connect(&socket, &QSslSocket::sslErrors, &socket, [&](const QList<QSslError> &errors) {
            if (auto judged = judgeServer(errors, socket.peerCertificate()); judged)
                socket.ignoreSslErrors(errors);
            else
                outcome.client = judged.error().message;
        });
        socket.connectToHostEncrypted("127.0.0.1", server.serverPort());
        const auto done = [&] {
            return (socket.isEncrypted() && server.hasPendingConnections())
                || !outcome.client.isEmpty() || socket.state() == QAbstractSocket::UnconnectedState;
        };
        if (!QTest::qWaitFor(done, 10'000))
            return {"nothing happened", {}, {}};
        outcome.chain = certificatesOf(socket.peerCertificateChain());
        if (outcome.client.isEmpty() && !socket.isEncrypted())
            outcome.client = socket.errorString();
        if (auto *peer = qobject_cast<QSslSocket *>(server.nextPendingConnection()))
            outcome.shown = certificatesOf({peer->peerCertificate()});
        return outcome;
    }

    static QSslConfiguration believing(const Certificate &authority)
    {
        return clientConfiguration({authority}).value();
    }

private slots:
    void anAddressThatTheLeafDoesNotNameDoesNoHarm()
    {
        const CertificateFolder folder = newFolder();
        QCOMPARE(handshake(folder.identity(), believing(folder.authority().certificate())).client,
                 "");
    }

    void anotherAuthorityIsRefused()
    {
        const Outcome outcome = handshake(newFolder({"127.0.0.1"}).identity(),
                                          believing(newFolder().authority().certificate()));
        QVERIFY2(outcome.client.contains("not to be trusted"), qPrintable(outcome.client));
    }

    void anotherNameIsRefused()
    {
        // A CA of openssl's own making, so that its leaf may name whatever it likes.
        const QString folder = m_top.path();
        QProcess openssl;
        openssl.start(
            "sh",
            {"-ec",
             QString(
                 "cd '%1'; new='-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2'; "
                 "openssl req $new -keyout ca.key -out ca.pem -subj '/CN=site'; "
                 "openssl req $new -keyout leaf.key -out leaf.pem -subj '/CN=drover' -CA ca.pem "
                 "-CAkey ca.key -addext basicConstraints=critical,CA:FALSE "
                 "-addext subjectAltName=DNS:elsewhere.example")
                 .arg(folder)});
        QVERIFY(openssl.waitForFinished());
        QVERIFY2(openssl.exitCode() == 0, openssl.readAllStandardError());
        const auto read = [&](const QString &name) {
            QFile file(folder + "/" + name);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const PrivateKey key = PrivateKey::fromPem(read("leaf.key")).value();
        const QList<Certificate> chain
            = Certificate::listFromPem(read("leaf.pem") + read("ca.pem")).value();
        const Outcome outcome = handshake({key, chain, {}}, believing(chain.last()));
        QVERIFY2(outcome.client.contains("does not name \"drover\""), qPrintable(outcome.client));
        VERIFY_FAILS(authorityByPin(chain, chain.last().pin(), m_now), ErrorCode::Untrusted);
    }

    void aMachineDoesNotPassForTheServer()
    {
        // Signed by the right CA for a machine: a valid chain, but no server of ours.
        const CertificateFolder folder = newFolder();
        const PrivateKey key = PrivateKey::generate().value();
        const Certificate machine
            = folder.authority()
                  .signMachine(key.certificateRequest().value(), MachineId{7}, m_now)
                  .value();
        ServerIdentity identity{key, {machine, folder.authority().certificate()}, {}};
        const Outcome outcome = handshake(identity, believing(folder.authority().certificate()));
        QVERIFY2(!outcome.client.isEmpty(), "a machine passed for the server");
    }

    void anExpiredCertificateIsRefused()
    {
        const CertificateFolder folder = newFolder({}, m_now - std::chrono::days(400));
        const Outcome outcome
            = handshake(folder.identity(), believing(folder.authority().certificate()));
        QVERIFY2(outcome.client.contains("expired"), qPrintable(outcome.client));
    }

    void clientsOfBothAuthoritiesComeInDuringRotation()
    {
        CertificateFolder folder = newFolder();
        const Certificate old = folder.authority().certificate();
        VERIFY_OK(folder.beginRotation({}, m_now));
        const Certificate successor = folder.authority().certificate();
        QCOMPARE(handshake(folder.identity(), believing(old)).client, "");
        QCOMPARE(handshake(folder.identity(), believing(successor)).client, "");
        VERIFY_OK(folder.endRotation());
        QVERIFY(!handshake(folder.identity(), believing(old)).client.isEmpty());
        QCOMPARE(handshake(folder.identity(), believing(successor)).client, "");
    }

    void theServedChainHoldsTheAuthorityOfThePin()
    {
        const CertificateFolder folder = newFolder();
        const Outcome outcome = handshake(folder.identity(), joiningConfiguration());
        QCOMPARE(outcome.client, "");
        const Result<Certificate> found = authorityByPin(outcome.chain, folder.pin(), m_now);
        VERIFY_OK(found);
        QCOMPARE(*found, folder.authority().certificate());
    }

    void theServerSeesWhichMachineCalls()
    {
        const CertificateFolder folder = newFolder();
        const PrivateKey key = PrivateKey::generate().value();
        const Certificate machine
            = folder.authority()
                  .signMachine(key.certificateRequest().value(), MachineId{7}, m_now)
                  .value();
        const auto client
            = clientConfiguration({folder.authority().certificate()}, ClientIdentity{key, machine});
        VERIFY_OK(client);
        const Outcome outcome = handshake(folder.identity(), *client);
        QCOMPARE(outcome.client, "");
        QCOMPARE(outcome.shown, QList<Certificate>{machine});
        QCOMPARE(verifyMachine(outcome.shown.first(), folder.identity().authorities, m_now)->value,
                 7);
        QVERIFY(handshake(folder.identity(), believing(folder.authority().certificate()))
                    .shown.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestSslConfiguration)
#include "tst_sslconfiguration.moc"
