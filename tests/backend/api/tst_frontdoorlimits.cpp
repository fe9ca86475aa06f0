#include "tests/backend/api/doortest.h"

using namespace Drover;
using namespace std::chrono_literals;

/// Those who send nothing, too slowly, too much, or read nothing; with limits of milliseconds.
class TestFrontDoorLimits : public QObject
{
    Q_OBJECT

    // All times long but the one that a test is about.
    static FrontDoorLimits patient() { return {}; }

    static void addRoutes(TestDoor &t)
    {
        t.door.setRoute("GET", "/hello", HttpRoute::Match::Exact, 0,
                        [](const HttpRequest &, HttpAnswer answer) {
                            answer.send({200, "text/plain", "hello"});
                        });
        t.door.setRoute("POST", "/echo", HttpRoute::Match::Exact, 1024,
                        [](const HttpRequest &request, HttpAnswer answer) {
                            answer.send({200, "text/plain", request.body});
                        });
        t.door.setRoute("GET", "/large", HttpRoute::Match::Exact, 0,
                        [](const HttpRequest &, HttpAnswer answer) {
                            answer.send({200, "text/plain", QByteArray(32 * 1024 * 1024, 'x')});
                        });
        t.start();
    }

    // As many plain TCP connections as asked for.
    static std::vector<std::unique_ptr<QTcpSocket>> knock(const TestDoor &t, int count)
    {
        std::vector<std::unique_ptr<QTcpSocket>> sockets;
        for (int i = 0; i < count; ++i) {
            sockets.push_back(std::make_unique<QTcpSocket>());
            sockets.back()->connectToHost("127.0.0.1", t.door.port());
        }
        return sockets;
    }

private slots:
    void aSlowHandshakeIsCut()
    {
        FrontDoorLimits limits = patient();
        limits.handshake = 100ms;
        TestDoor t(limits);
        addRoutes(t);
        const auto sockets = knock(t, 1);
        QTRY_COMPARE(t.door.figures().connections, 1);
        QTRY_COMPARE(t.door.figures().connections, 0);
        QTRY_COMPARE(sockets.front()->state(), QAbstractSocket::UnconnectedState);
    }

    void plainHttpAndGarbageOnTheTlsPortAreCut_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("HTTP") << QByteArray("GET /hello HTTP/1.1\r\nHost: drover\r\n\r\n");
        QTest::newRow("garbage") << QByteArray(10'000, '\xfe');
        QTest::newRow("SSH") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n");
        QTest::newRow("a broken hello") << QByteArray("\x16\x03\x01\x00\x05hello", 10);
    }
    void plainHttpAndGarbageOnTheTlsPortAreCut()
    {
        QFETCH(QByteArray, bytes);
        TestDoor t;
        addRoutes(t);
        QTcpSocket socket;
        socket.connectToHost("127.0.0.1", t.door.port());
        socket.write(bytes);
        QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
        QTRY_COMPARE(t.door.figures().connections, 0);
        QVERIFY(!socket.readAll().contains("200 OK"));
        RawClient next(t); // and the door is whole
        QCOMPARE(next.ask("GET /hello HTTP/1.1\r\nHost: drover\r\n\r\n"), "200 hello");
    }

    void aSlowHeadIsToldSoAndCut()
    {
        FrontDoorLimits limits = patient();
        limits.head = 150ms;
        limits.linger = 20ms;
        TestDoor t(limits);
        addRoutes(t);
        RawClient client(t);
        QVERIFY(client.isEncrypted());
        // A byte now and then, as slowloris does, must not keep it alive.
        QTimer drip;
        connect(&drip, &QTimer::timeout, &client.socket, [&] { client.write("x"); });
        drip.start(20);
        client.write("GET /hello HTTP/1.1\r\nX: ");
        QVERIFY(client.answer().startsWith("408"));
        QVERIFY(client.isClosed());
    }

    void whoAsksForNothingIsCut()
    {
        FrontDoorLimits limits = patient();
        limits.head = 100ms;
        TestDoor t(limits);
        addRoutes(t);
        RawClient client(t);
        QVERIFY(client.isEncrypted());
        QVERIFY(client.isClosed());
        QVERIFY(client.input.isEmpty());
    }

    void anIdleConnectionIsClosed()
    {
        FrontDoorLimits limits = patient();
        limits.keepAlive = 100ms;
        TestDoor t(limits);
        addRoutes(t);
        RawClient client(t);
        QCOMPARE(client.ask("GET /hello HTTP/1.1\r\nHost: drover\r\n\r\n"), "200 hello");
        client.write("\r\n\r\n"); // is no request, and does not count
        QVERIFY(client.isClosed());
    }

    void aStalledBodyIsToldSoAndCut()
    {
        FrontDoorLimits limits = patient();
        limits.bodyStall = 100ms;
        limits.linger = 20ms;
        TestDoor t(limits);
        addRoutes(t);
        RawClient client(t);
        client.write("POST /echo HTTP/1.1\r\nHost: drover\r\nContent-Length: 5\r\n\r\nab");
        QVERIFY(client.answer().startsWith("408"));
        QVERIFY(client.isClosed());
    }

    void halfOpenConnectionsCostTheirPlacesAndNoMore()
    {
        FrontDoorLimits limits = patient();
        limits.unsignedConnections = 32;
        limits.evictAfter = 100ms;
        TestDoor t(limits);
        addRoutes(t);
        const auto sockets = knock(t, 300);
        int most = 0;
        QTimer watch;
        connect(&watch, &QTimer::timeout, &t.door,
                [&] { most = std::max(most, t.door.figures().connections); });
        watch.start(1);
        QTRY_COMPARE(t.door.figures().connections, 32);
        // Who means it comes in all the same: those who keep us waiting make way, oldest first.
        QVERIFY(t.door.figures().evicted < 300);
        SocketClient client(t);
        QVERIFY(client.isOpen());
        QVERIFY2(most <= 32, QByteArray::number(most));
        QVERIFY(t.door.figures().evicted > 0);
        // Signed in, it cannot be made to go.
        t.door.setSignedIn(t.opened.first().first);
        QTRY_VERIFY(t.door.figures().evicted >= 300 - 64);
        QVERIFY(client.socket.isValid());
        QVERIFY(t.closed.isEmpty());
    }

    void beyondAllPlacesNewcomersWaitUntilSomebodyGoes()
    {
        FrontDoorLimits limits = patient();
        limits.connections = 2;
        TestDoor t(limits);
        addRoutes(t);
        SocketClient first(t);
        SocketClient second(t);
        QVERIFY(first.isOpen() && second.isOpen());
        SocketClient third(t);
        RawClient fourth(t);
        QCoreApplication::processEvents();
        QCOMPARE(t.door.figures().connections, 2);
        first.socket.close();
        QVERIFY(third.isOpen());
        QVERIFY(!fourth.socket.isEncrypted());
    }

    void whoDoesNotSignInIsCut()
    {
        FrontDoorLimits limits = patient();
        limits.signIn = 100ms;
        TestDoor t(limits);
        addRoutes(t);
        SocketClient stranger(t);
        QVERIFY(stranger.isOpen());
        SocketClient user(t);
        QVERIFY(user.isOpen());
        t.door.setSignedIn(t.opened.last().first);
        QVERIFY(stranger.isClosed());
        QCOMPARE(int(stranger.socket.closeCode()), 1008);
        QCOMPARE(t.closed.size(), 1);
        QVERIFY(user.socket.isValid());
    }

    void aMessageOverTheCapClosesAndTheCapRisesWithSignIn()
    {
        FrontDoorLimits limits = patient();
        limits.unsignedMessage = 1'000;
        limits.message = 100'000;
        TestDoor t(limits);
        addRoutes(t);
        SocketClient stranger(t);
        QVERIFY(stranger.isOpen());
        stranger.socket.sendBinaryMessage(QByteArray(1'000, 'x'));
        QTRY_COMPARE(t.received.size(), 1);
        stranger.socket.sendBinaryMessage(QByteArray(1'001, 'x'));
        QVERIFY(stranger.isClosed());
        // In pieces it is no smaller.
        SocketClient divided(t);
        QVERIFY(divided.isOpen());
        divided.socket.setOutgoingFrameSize(100);
        divided.socket.sendBinaryMessage(QByteArray(1'001, 'x'));
        QVERIFY(divided.isClosed());

        SocketClient user(t);
        QVERIFY(user.isOpen());
        t.door.setSignedIn(t.opened.last().first);
        user.socket.sendBinaryMessage(QByteArray(100'000, 'x'));
        QTRY_COMPARE(t.received.size(), 2);
        QCOMPARE(t.received.last().second.size(), 100'000);
        user.socket.sendBinaryMessage(QByteArray(100'001, 'x'));
        QVERIFY(user.isClosed());
        QCOMPARE(t.received.size(), 2);
    }

    void brokenFramesCloseTheConnection()
    {
        TestDoor t;
        addRoutes(t);
        RawClient client(t);
        client.write(upgradeRequest());
        QTRY_COMPARE(t.opened.size(), 1);
        client.write(QByteArray("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 14));
        QVERIFY(client.isClosed());
        QTRY_COMPARE(t.closed.size(), 1);
        QVERIFY(t.received.isEmpty());
    }

    void aSlowReaderIsCut()
    {
        FrontDoorLimits limits = patient();
        limits.slowBytes = 100'000;
        limits.slowFor = 200ms;
        TestDoor t(limits);
        addRoutes(t);
        RawClient client(t);
        client.write(upgradeRequest());
        QTRY_COMPARE(t.opened.size(), 1);
        const PeerId peer = t.opened.first().first;
        t.door.setSignedIn(peer);
        client.socket.setReadBufferSize(1'000);
        disconnect(&client.socket, &QSslSocket::readyRead, nullptr, nullptr);
        // What the kernel takes does not count: it must be more than that.
        for (int i = 0; i < 200; ++i)
            t.door.send(peer, QByteArray(100'000, 'x'));
        QTRY_VERIFY(t.door.backlog(peer) > limits.slowBytes);
        QTRY_COMPARE(t.closed.size(), 1);
        QCOMPARE(t.closed.first().second, "reads too slowly");
        QCOMPARE(t.door.backlog(peer), 0);
    }

    void aFastReaderMayHaveMuch()
    {
        FrontDoorLimits limits = patient();
        limits.slowBytes = 100'000;
        limits.slowFor = 2'000ms;
        TestDoor t(limits);
        addRoutes(t);
        SocketClient client(t);
        QVERIFY(client.isOpen());
        qsizetype bytes = 0;
        connect(&client.socket, &QWebSocket::binaryMessageReceived, &client.socket,
                [&](const QByteArray &message) { bytes += message.size(); });
        for (int i = 0; i < 200; ++i)
            t.door.send(t.opened.first().first, QByteArray(100'000, 'x'));
        QTRY_COMPARE(bytes, 20'000'000);
        QCOMPARE(t.door.backlog(t.opened.first().first), 0);
        QVERIFY(t.closed.isEmpty());
    }

    void whoDoesNotReadItsAnswerIsCut()
    {
        FrontDoorLimits limits = patient();
        limits.slowFor = 200ms;
        TestDoor t(limits);
        addRoutes(t);
        RawClient client(t);
        QVERIFY(client.isEncrypted());
        client.socket.setReadBufferSize(1'000);
        disconnect(&client.socket, &QSslSocket::readyRead, nullptr, nullptr);
        client.write("GET /large HTTP/1.1\r\nHost: drover\r\n\r\n");
        QTRY_COMPARE(t.door.figures().connections, 1);
        QTRY_COMPARE(t.door.figures().connections, 0);
    }

    void whoAsksWithoutReadingGetsNoMoreAnswers()
    {
        TestDoor t;
        addRoutes(t);
        RawClient client(t);
        QVERIFY(client.isEncrypted());
        client.socket.setReadBufferSize(1'000);
        disconnect(&client.socket, &QSslSocket::readyRead, nullptr, nullptr);
        client.write(QByteArray("GET /large HTTP/1.1\r\nHost: drover\r\n\r\n").repeated(3));
        const PeerId peer{1};
        QTRY_VERIFY(t.door.backlog(peer) > 1'000'000);
        QVERIFY(t.door.backlog(peer) < 40'000'000); // one answer of the three
        // And they go on when it reads.
        qint64 bytes = client.socket.readAll().size();
        connect(&client.socket, &QSslSocket::readyRead, &client.socket,
                [&] { bytes += client.socket.readAll().size(); });
        client.socket.setReadBufferSize(0);
        QTRY_VERIFY(bytes > 3 * 32 * 1024 * 1024);
    }

    void aSilentPeerIsPingedAndThenCut()
    {
        FrontDoorLimits limits = patient();
        limits.silence = 300ms;
        TestDoor t(limits);
        addRoutes(t);
        RawClient dead(t); // answers no ping
        dead.write(upgradeRequest());
        QTRY_COMPARE(t.opened.size(), 1);
        SocketClient alive(t);
        QVERIFY(alive.isOpen());
        QTRY_COMPARE(t.closed.size(), 1);
        QCOMPARE(t.closed.first().first, t.opened.first().first);
        QCOMPARE(t.closed.first().second, "silent");
        QVERIFY2(dead.input.contains(QByteArray("\x89\x00", 2)), "was not pinged");
        QVERIFY(alive.socket.isValid());
    }
};

QTEST_GUILESS_MAIN(TestFrontDoorLimits)
#include "tst_frontdoorlimits.moc"
