#include "backend/link/authorityfetch.h"
#include "backend/link/link.h"
#include "backend/protocol/cborcodec.h"
#include "tests/backend/api/doortest.h"

#include <QtCore/QSemaphore>
#include <QtNetwork/QSslServer>
#include <QtNetwork/QTcpServer>

using namespace Drover;
using namespace std::chrono_literals;

namespace {

struct Text
{
    QString text;
    static constexpr auto fields() { return fieldList(field("text", &Text::text)); }
};

struct Echo
{
    static constexpr QLatin1StringView method{"test.echo"};
    using Reply = Text;
    QString text;
    static constexpr auto fields() { return fieldList(field("text", &Echo::text)); }
};

struct Remark
{
    static constexpr QLatin1StringView method{"test.remark"};
    QString text;
    static constexpr auto fields() { return fieldList(field("text", &Remark::text)); }
};

// A daemon that answers test.echo (but not the text "never", and "no" by an error), and keeps
// remarks.
struct Daemon : TestDoor
{
    QStringList remarks;
    bool isMute = false;

    explicit Daemon(const CertificateFolder *as = nullptr, quint16 port = 0)
    {
        if (as)
            must(door.setIdentity(as->identity()));
        QObject::connect(&door, &FrontDoor::opened, &door,
                         [this](PeerId peer) { door.setSignedIn(peer); });
        QObject::connect(&door, &FrontDoor::received, &door,
                         [this](PeerId peer, const QByteArray &frame) {
                             const auto envelopes = envelopesOf(frame, WireFormat::Cbor);
                             for (const Envelope &envelope : *envelopes)
                                 answer(peer, envelope);
                         });
        must(door.listen(QHostAddress::LocalHost, port));
    }

    void answer(PeerId peer, const Envelope &envelope)
    {
        const QString text = decode<Text>(envelope.params)->text;
        if (!envelope.id)
            remarks.append(text);
        else if (text == "no")
            door.send(
                peer,
                errorFrame(envelope.id, fail(ErrorCode::Conflict, "not now"), WireFormat::Cbor));
        else if (text != "never" && !isMute)
            door.send(peer, resultFrame(*envelope.id, envelope.params, WireFormat::Cbor));
    }

    PeerId lastPeer() const { return opened.last().first; }
    ServerAddress address() const { return {"127.0.0.1", door.port()}; }
    LinkTarget target() const
    {
        return {{address()}, {certificates.authority().certificate()}, {}};
    }
};

LinkSettings quick()
{
    LinkSettings settings;
    settings.retryFirst = 20ms;
    settings.retryMost = 50ms;
    settings.beat = 50ms;
    return settings;
}

// A port where nobody listens.
quint16 deadPort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

// "text" or "error code: message" of an echo's answers, as they come.
struct Answers : QObject
{
    QStringList list;

    std::function<void(Result<Text>)> handler()
    {
        return [this](const Result<Text> &answer) {
            list.append(answer ? answer->text : QString(errorName(answer.error().code)));
        };
    }
};

} // namespace

class TestLink : public QObject
{
    Q_OBJECT

private slots:
    void requestsAreAnsweredInTheirOrder()
    {
        Daemon daemon;
        Link link;
        Answers answers;
        connect(&link, &Link::connected, this, [&] {
            for (const char *text : {"one", "two", "no", "three"})
                link.send(Echo{text}, &answers, answers.handler());
        });
        link.open(daemon.target());
        QCOMPARE(link.state(), LinkState::Connecting);
        QTRY_COMPARE(answers.list.join(' '), "one two conflict three");
        QCOMPARE(link.state(), LinkState::Open);
        QCOMPARE(daemon.received.size(), 1); // all in one frame
    }

    void anErrorOfTheDaemonArrivesAsItIs()
    {
        Daemon daemon;
        Link link;
        std::optional<Error> error;
        connect(&link, &Link::connected, this, [&] {
            link.send(Echo{"no"}, this,
                      [&](const Result<Text> &answer) { error = answer.error(); });
        });
        link.open(daemon.target());
        QTRY_VERIFY(error);
        QCOMPARE(*error, fail(ErrorCode::Conflict, "not now"));
    }

    void notificationsGoBothWays()
    {
        Daemon daemon;
        Link link;
        QStringList heard;
        connect(&link, &Link::notified, this, [&](const QString &method, const QByteArray &params) {
            heard.append(method + ' ' + decode<Remark>(params)->text);
        });
        link.notify(Remark{"too early: lost"});
        link.open(daemon.target());
        QTRY_COMPARE(link.state(), LinkState::Open);
        link.notify(Remark{"one"});
        link.notify(Remark{"two"});
        QTRY_COMPARE(daemon.remarks, QStringList({"one", "two"}));
        for (const char *text : {"three", "four"}) {
            daemon.door.send(
                daemon.lastPeer(),
                notificationFrame(Remark::method, encode(Remark{text}), WireFormat::Cbor));
        }
        QTRY_COMPARE(heard, QStringList({"test.remark three", "test.remark four"}));
    }

    void aLinkComesBackWhenTheServerDoes()
    {
        auto daemon = std::make_unique<Daemon>();
        const LinkTarget target = daemon->target();
        const quint16 port = daemon->door.port();
        QTemporaryDir saved; // a daemon keeps its keys over a restart
        QVERIFY(QDir(saved.path()).mkpath("tls"));
        for (const char *name : {"tls/authority.pem", "tls/server.pem"})
            QVERIFY(QFile::copy(daemon->folder.filePath(name), saved.filePath(name)));
        Link link(quick());
        int connections = 0;
        QList<Error> cuts;
        connect(&link, &Link::connected, this, [&] { ++connections; });
        connect(&link, &Link::disconnected, this, [&](const Error &error) { cuts.append(error); });
        QList<Error> rounds;
        connect(&link, &Link::failed, this, [&](const Error &error) { rounds.append(error); });
        link.open(target);
        QTRY_COMPARE(connections, 1);

        daemon.reset();
        QTRY_COMPARE(cuts.size(), 1);
        QTRY_VERIFY(rounds.size() >= 2); // goes on trying
        QCOMPARE(rounds.first().code, ErrorCode::Unreachable);
        QVERIFY(rounds.first().message.contains("127.0.0.1:" + QString::number(port)));
        const Result<CertificateFolder> same = CertificateFolder::open(saved.filePath("tls"));
        VERIFY_OK(same);
        daemon = std::make_unique<Daemon>(&*same, port);
        QTRY_COMPARE(connections, 2);
        Answers answers;
        link.send(Echo{"again"}, &answers, answers.handler());
        QTRY_COMPARE(answers.list.join(' '), "again");
        QCOMPARE(cuts.size(), 1);
    }

    void whatIsPendingAtACutIsAnsweredByAnError()
    {
        Daemon daemon;
        Link link(quick());
        Answers answers;
        link.open(daemon.target());
        QTRY_COMPARE(link.state(), LinkState::Open);
        link.send(Echo{"never"}, &answers, answers.handler());
        link.send(Echo{"never"}, &answers, answers.handler());
        QTRY_COMPARE(daemon.received.size(), 1);
        daemon.door.close(daemon.lastPeer(), 1001, "going away");
        QTRY_COMPARE(answers.list.join(' '), "unreachable unreachable");
        QVERIFY2(link.lastError().message.contains("going away"),
                 qPrintable(link.lastError().message));
    }

    void withoutAConnectionARequestIsAnsweredByAnErrorInALaterTurn()
    {
        Link link(quick());
        Answers answers;
        link.send(Echo{"one"}, &answers, answers.handler());
        QVERIFY(answers.list.isEmpty());
        QTRY_COMPARE(answers.list.join(' '), "unreachable");
    }

    void closingAnswersWhatIsPending()
    {
        Daemon daemon;
        Link link(quick());
        Answers answers;
        bool cut = false;
        connect(&link, &Link::disconnected, this, [&] { cut = true; });
        link.open(daemon.target());
        QTRY_COMPARE(link.state(), LinkState::Open);
        link.send(Echo{"never"}, &answers, answers.handler());
        link.close();
        QCOMPARE(answers.list.join(' '), "interrupted");
        QCOMPARE(link.state(), LinkState::Idle);
        QTRY_COMPARE(daemon.closed.size(), 1);
        QVERIFY(!cut);
    }

    void repliesAfterTheReceiversDeathAreDropped()
    {
        Daemon daemon;
        Link link;
        link.open(daemon.target());
        QTRY_COMPARE(link.state(), LinkState::Open);
        auto dead = std::make_unique<Answers>();
        QStringList heard;
        link.send(Echo{"one"}, dead.get(), [&](const Result<Text> &) { heard.append("one"); });
        Answers alive;
        link.send(Echo{"two"}, &alive, alive.handler());
        dead.reset();
        QTRY_COMPARE(alive.list.join(' '), "two");
        QVERIFY(heard.isEmpty());
        QVERIFY(link.state() == LinkState::Open);
    }

    void aReplyThatIsLateIsAnErrorOnce()
    {
        Daemon daemon;
        Link link(quick());
        Answers answers;
        link.open(daemon.target());
        QTRY_COMPARE(link.state(), LinkState::Open);
        link.send(Echo{"never"}, &answers, answers.handler(), 50ms);
        link.send(Echo{"never"}, &answers, answers.handler(), 0ms); // waits for ever
        QTRY_COMPARE(answers.list.join(' '), "timed-out");
        daemon.door.send(daemon.lastPeer(), resultFrame(1, encode(Text{"late"}), WireFormat::Cbor));
        daemon.door.send(daemon.lastPeer(),
                         resultFrame(2, encode(Text{"in time"}), WireFormat::Cbor));
        QTRY_COMPARE(answers.list.join(' '), "timed-out in time");
    }

    void aReceiverMayCloseTheLinkFromInside()
    {
        Daemon daemon;
        Link link(quick());
        Answers answers;
        link.open(daemon.target());
        QTRY_COMPARE(link.state(), LinkState::Open);
        link.send(Echo{"one"}, this, [&](const Result<Text> &) { link.close(); });
        link.send(Echo{"two"}, &answers, answers.handler());
        QTRY_COMPARE(answers.list.join(' '), "interrupted");
        QTRY_COMPARE(daemon.closed.size(), 1);
    }

    void theNextAddressIsTriedAndTheGoodOneRemembered()
    {
        Daemon daemon;
        Link link(quick());
        LinkTarget target = daemon.target();
        target.addresses.prepend({"127.0.0.1", deadPort()});
        int connections = 0;
        connect(&link, &Link::connected, this, [&] { ++connections; });
        link.open(target);
        QTRY_COMPARE(connections, 1);
        QCOMPARE(link.address(), daemon.address());
        QList<ServerAddress> tried;
        connect(&link, &Link::stateChanged, this, [&] { tried.append(link.address()); });
        daemon.door.close(daemon.lastPeer(), 1001, {});
        QTRY_COMPARE(connections, 2);
        QVERIFY(!tried.contains(target.addresses.first()));
    }

    void aFailedRoundNamesEveryAddress()
    {
        Link link(quick());
        std::optional<Error> error;
        connect(&link, &Link::failed, this, [&](const Error &e) { error = e; });
        const quint16 dead = deadPort();
        const Authority any = Authority::create(SystemClock().now()).value();
        link.open({{{"127.0.0.1", dead}, {"::1", dead}}, {any.certificate()}, {}});
        QTRY_VERIFY(error);
        QCOMPARE(error->code, ErrorCode::Unreachable);
        QVERIFY(error->message.contains("127.0.0.1:" + QString::number(dead)));
        QVERIFY(error->message.contains("[::1]:" + QString::number(dead)));
        QCOMPARE(link.lastError(), *error);
        link.close();
        QCOMPARE(link.state(), LinkState::Idle);
    }

    void aServerOfAnotherAuthorityIsUntrusted()
    {
        Daemon daemon;
        Link link(quick());
        std::optional<Error> error;
        connect(&link, &Link::failed, this, [&](const Error &e) { error = e; });
        LinkTarget target = daemon.target();
        target.authorities = {Authority::create(SystemClock().now())->certificate()};
        link.open(target);
        QTRY_VERIFY(error);
        QCOMPARE(error->code, ErrorCode::Untrusted);
        QVERIFY(daemon.opened.isEmpty());
    }

    void aPortThatIsNotOursIsSaidSo_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("a web server")
            << QByteArray("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        QTest::newRow("nonsense") << QByteArray("SSH-2.0\r\n\r\n");
        QTest::newRow("another subprotocol") << QByteArray();
    }
    void aPortThatIsNotOursIsSaidSo()
    {
        QFETCH(QByteArray, answer);
        // The right certificate, and then something else.
        QTemporaryDir folder;
        const auto certificates = CertificateFolder::create(folder.path(), {}, SystemClock().now());
        VERIFY_OK(certificates);
        QSslServer server;
        server.setSslConfiguration(serverConfiguration(certificates->identity()).value());
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QSslServer::pendingConnectionAvailable, this, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, answer] {
                const QByteArray request = socket->readAll();
                const qsizetype at = request.indexOf("Sec-WebSocket-Key: ") + 19;
                const QByteArray key = request.mid(at, request.indexOf('\r', at) - at);
                const QByteArray accept
                    = QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
                                               QCryptographicHash::Sha1)
                          .toBase64();
                socket->write(!answer.isEmpty()
                                  ? answer
                                  : "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                    "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                                      + accept + "\r\n\r\n");
            });
        });
        Link link(quick());
        std::optional<Error> error;
        connect(&link, &Link::failed, this, [&](const Error &e) { error = e; });
        link.open(
            {{{"127.0.0.1", server.serverPort()}}, {certificates->authority().certificate()}, {}});
        QTRY_VERIFY(error);
        QCOMPARE(QString(errorName(error->code)), answer.isEmpty() ? "version-mismatch" : "protocol");
        link.close();
    }

    void aServerThatSaysNothingIsGivenUp()
    {
        QTcpServer mute;
        QVERIFY(mute.listen(QHostAddress::LocalHost));
        LinkSettings settings = quick();
        settings.connect = 100ms;
        Link link(settings);
        std::optional<Error> error;
        connect(&link, &Link::failed, this, [&](const Error &e) { error = e; });
        const Authority any = Authority::create(SystemClock().now()).value();
        link.open({{{"127.0.0.1", mute.serverPort()}}, {any.certificate()}, {}});
        QTRY_VERIFY(error);
        QCOMPARE(error->code, ErrorCode::TimedOut);
        link.close();
    }

    void aDaemonThatFreezesIsNoticedAndFoundAgain()
    {
        QThread thread;
        std::unique_ptr<Daemon> daemon;
        QObject there;
        there.moveToThread(&thread);
        thread.start();
        const auto inThread
            = [&](auto what, Qt::ConnectionType type = Qt::BlockingQueuedConnection) {
                  QMetaObject::invokeMethod(&there, what, type);
              };
        inThread([&] { daemon = std::make_unique<Daemon>(); });
        LinkSettings settings = quick();
        settings.silence = 300ms;
        Link link(settings);
        QList<Error> cuts;
        connect(&link, &Link::disconnected, this, [&](const Error &error) { cuts.append(error); });
        link.open(daemon->target());
        QTRY_COMPARE(link.state(), LinkState::Open);
        // Well beyond the silence that is allowed: pings keep an idle link up.
        QTRY_VERIFY(link.latency() >= 0ms && link.silentFor() < 300ms);

        QSemaphore thaw;
        inThread([&] { thaw.acquire(); }, Qt::QueuedConnection);
        QTRY_COMPARE(cuts.size(), 1);
        QCOMPARE(cuts.first().code, ErrorCode::TimedOut);
        thaw.release();
        QTRY_COMPARE(link.state(), LinkState::Open);
        link.close();
        inThread([&] { daemon.reset(); });
        thread.quit();
        thread.wait();
    }

    void anIdleLinkStaysUp()
    {
        Daemon daemon;
        LinkSettings settings = quick();
        settings.silence = 200ms;
        Link link(settings);
        bool cut = false;
        connect(&link, &Link::disconnected, this, [&] { cut = true; });
        link.open(daemon.target());
        QTRY_COMPARE(link.state(), LinkState::Open);
        QElapsedTimer timer;
        timer.start();
        QTRY_VERIFY(timer.elapsed() > 600);
        QVERIFY(!cut);
        QVERIFY(link.silentFor() < 200ms);
    }

    void whatIsNotOfTheProtocolCutsTheLink()
    {
        Daemon daemon;
        Link link(quick());
        QList<Error> cuts;
        connect(&link, &Link::disconnected, this, [&](const Error &error) { cuts.append(error); });
        link.open(daemon.target());
        QTRY_COMPARE(link.state(), LinkState::Open);
        daemon.door.send(daemon.lastPeer(), "\xff\xff garbage");
        QTRY_COMPARE(cuts.size(), 1);
        QCOMPARE(cuts.first().code, ErrorCode::Protocol);
        QTRY_COMPARE(link.state(), LinkState::Open); // and it is tried anew
    }

    void anAgentIsKnownByItsCertificate()
    {
        Daemon daemon;
        const PrivateKey key = PrivateKey::generate().value();
        LinkTarget target = daemon.target();
        target.identity
            = {key,
               daemon.certificates.authority()
                   .signMachine(key.certificateRequest().value(), MachineId{9}, daemon.clock.now())
                   .value()};
        Link link;
        link.open(target);
        QTRY_COMPARE(link.state(), LinkState::Open);
        QCOMPARE(daemon.opened.last().second.machine.value, 9);
    }

    void muchIsSentAndTheBacklogIsTold()
    {
        Daemon daemon;
        Link link;
        bool drained = false;
        connect(&link, &Link::drained, this, [&] { drained = true; });
        link.open(daemon.target());
        QTRY_COMPARE(link.state(), LinkState::Open);
        for (int i = 0; i < 200; ++i)
            link.notify(Remark{QString(100'000, 'x')});
        QVERIFY(link.backlog() > 1'000'000);
        QTRY_COMPARE(daemon.remarks.size(), 200);
        QTRY_VERIFY(drained);
        QCOMPARE(link.backlog(), 0);
    }

    void waitsAreJitteredAndDoubleUpToAMost()
    {
        LinkSettings settings;
        settings.retryFirst = 500ms;
        settings.retryMost = 30s;
        QCOMPARE(retryDelay(settings, 1, 1.0), 500ms);
        QCOMPARE(retryDelay(settings, 1, 0.5), 250ms);
        QCOMPARE(retryDelay(settings, 1, 0.0), 0ms);
        QCOMPARE(retryDelay(settings, 2, 1.0), 1'000ms);
        QCOMPARE(retryDelay(settings, 7, 1.0), 30'000ms);
        QCOMPARE(retryDelay(settings, 1'000'000, 1.0), 30'000ms);
    }

    void atJoiningTheAuthorityIsFetchedByItsPin()
    {
        Daemon daemon;
        std::optional<Result<Certificate>> fetched;
        fetchAuthority({{"127.0.0.1", deadPort()}, daemon.address()}, daemon.certificates.pin(), 5s,
                       this, [&](const Result<Certificate> &result) { fetched = result; });
        QTRY_VERIFY(fetched);
        VERIFY_OK(*fetched);
        QCOMPARE(**fetched, daemon.certificates.authority().certificate());
    }

    void aWrongPinIsUntrustedAndADeadAddressUnreachable()
    {
        Daemon daemon;
        const Pin wrong{QByteArray(32, 'x')};
        std::optional<Result<Certificate>> fetched;
        const auto keep = [&](const Result<Certificate> &result) { fetched = result; };
        const ServerAddress dead{"127.0.0.1", deadPort()};
        fetchAuthority({dead, daemon.address(), dead}, wrong, 5s, this, keep);
        QTRY_VERIFY(fetched);
        VERIFY_FAILS(*fetched, ErrorCode::Untrusted);
        QVERIFY(fetched->error().message.contains(printed(dead)));
        fetched.reset();
        fetchAuthority({dead}, daemon.certificates.pin(), 5s, this, keep);
        QTRY_VERIFY(fetched);
        VERIFY_FAILS(*fetched, ErrorCode::Unreachable);

        QTcpServer mute;
        QVERIFY(mute.listen(QHostAddress::LocalHost));
        fetched.reset();
        fetchAuthority({{"127.0.0.1", mute.serverPort()}}, wrong, 100ms, this, keep);
        QTRY_VERIFY(fetched);
        VERIFY_FAILS(*fetched, ErrorCode::TimedOut);
        // A receiver that is dead is not called.
        fetched.reset();
        auto context = std::make_unique<QObject>();
        fetchAuthority({daemon.address()}, daemon.certificates.pin(), 5s, context.get(), keep);
        context.reset();
        QCoreApplication::processEvents();
        QVERIFY(!fetched);
    }
};

QTEST_GUILESS_MAIN(TestLink)
#include "tst_link.moc"
