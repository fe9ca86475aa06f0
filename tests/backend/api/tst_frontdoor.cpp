#include "tests/backend/api/doortest.h"

using namespace Drover;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// HTTP as it is spoken by whoever wants to: bytes over TLS against the real front door.
class TestFrontDoor : public QObject
{
    Q_OBJECT

    // GET /hello, POST /echo (body up to 1 kB), GET /files/…
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
        t.door.setRoute(
            "GET", "/files/", HttpRoute::Match::Prefix, 0,
            [](const HttpRequest &request, HttpAnswer answer) {
                answer.send({200, "text/plain", request.head.path + '?' + request.head.query});
            });
        t.start();
    }

private slots:
    void aRouteAnswersAndTheConnectionStays()
    {
        TestDoor t;
        addRoutes(t);
        RawClient client(t);
        QCOMPARE(client.ask("GET /hello HTTP/1.1\r\nHost: drover\r\n\r\n"), "200 hello");
        QCOMPARE(client.ask("POST /echo HTTP/1.1\r\nHost: drover\r\nContent-Length: 3\r\n\r\nabc"),
                 "200 abc");
        QCOMPARE(client.ask("GET /files/a%20b?x=1 HTTP/1.1\r\nHost: drover\r\n\r\n"),
                 "200 /files/a b?x=1");
        QVERIFY(!client.head.contains("Connection: close"));
        QCOMPARE(t.door.figures().accepted, 1);
    }

    void requestsSentAtOnceAreAnsweredInTheirOrder()
    {
        TestDoor t;
        addRoutes(t);
        RawClient client(t);
        client.write("POST /echo HTTP/1.1\r\nHost: drover\r\nContent-Length: 3\r\n\r\none"
                     "\r\n" // a line too many, as some clients send it
                     "POST /echo HTTP/1.1\r\nHost: drover\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "2\r\ntw\r\n1;x=y\r\no\r\n0\r\nTrailer: 1\r\n\r\n"
                     "GET /hello HTTP/1.1\r\nHost: drover\r\n\r\n");
        QCOMPARE(client.answer(), "200 one");
        QCOMPARE(client.answer(), "200 two");
        QCOMPARE(client.answer(), "200 hello");
    }

    void aHeadThatComesByteByByteIsUnderstood()
    {
        TestDoor t;
        addRoutes(t);
        RawClient client(t);
        QVERIFY(client.isEncrypted());
        for (const char c : QByteArray("GET /hello HTTP/1.1\r\nHost: drover\r\n\r\n")) {
            client.write(QByteArray(1, c));
            client.socket.flush();
            QCoreApplication::processEvents();
        }
        QCOMPARE(client.answer(), "200 hello");
    }

    void whatIsWrongIsRefusedByItsStatusAndTheConnectionCloses_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("status");
        const QByteArray host = "Host: drover\r\n";
        const QByteArray get = "GET /hello HTTP/1.1\r\n" + host;
        const QByteArray post = "POST /echo HTTP/1.1\r\n" + host;
        QTest::newRow("oversized head") << get + "X: " + QByteArray(40'000, 'x') << "431"_ba;
        QTest::newRow("oversized head, whole") << get + "X: " + QByteArray(40'000, 'x') + "\r\n\r\n"
                                               << "431"_ba;
        QTest::newRow("too many fields") << get + QByteArray("X: y\r\n").repeated(200) + "\r\n"
                                         << "431"_ba;
        QTest::newRow("long path")
            << "GET /" + QByteArray(9'000, 'x') + " HTTP/1.1\r\n" + host + "\r\n"
            << "414"_ba;
        QTest::newRow("path without end") << "GET /" + QByteArray(20'000, 'x') << "414"_ba;
        QTest::newRow("garbage") << QByteArray("\x01\x02\x03\r\n\r\n") << "400"_ba;
        QTest::newRow("a TLS hello inside") << QByteArray("\x16\x03\x01\x02\n\n") << "400"_ba;
        QTest::newRow("no method") << QByteArray("/hello\r\n\r\n") << "400"_ba;
        QTest::newRow("HTTP/2") << "GET /hello HTTP/2.0\r\n" + host + "\r\n"
                                << "505"_ba;
        QTest::newRow("no Host") << QByteArray("GET /hello HTTP/1.1\r\n\r\n") << "400"_ba;
        QTest::newRow("two Hosts") << get + host + "\r\n"
                                   << "400"_ba;
        QTest::newRow("bad Content-Length") << post + "Content-Length: five\r\n\r\nabcde"
                                            << "400"_ba;
        QTest::newRow("negative Content-Length") << post + "Content-Length: -5\r\n\r\nabcde"
                                                 << "400"_ba;
        QTest::newRow("signed Content-Length") << post + "Content-Length: +5\r\n\r\nabcde"
                                               << "400"_ba;
        QTest::newRow("hex Content-Length") << post + "Content-Length: 0x5\r\n\r\nabcde"
                                            << "400"_ba;
        QTest::newRow("list Content-Length") << post + "Content-Length: 5, 5\r\n\r\nabcde"
                                             << "400"_ba;
        QTest::newRow("huge Content-Length")
            << post + "Content-Length: 99999999999999999999999\r\n\r\n"
            << "400"_ba;
        QTest::newRow("doubled Content-Length")
            << post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde"
            << "400"_ba;
        QTest::newRow("two Content-Lengths")
            << post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde"
            << "400"_ba;
        QTest::newRow("length and chunks")
            << post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            << "400"_ba;
        QTest::newRow("chunks and length")
            << post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
            << "400"_ba;
        QTest::newRow("field with a blank") << post + "Content-Length : 5\r\n\r\nabcde"
                                            << "400"_ba;
        QTest::newRow("control in a field") << get
                + QByteArray("X: a\x01"
                             "b\r\n\r\n") << "400"_ba;
        QTest::newRow("another encoding")
            << post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
            << "501"_ba;
        QTest::newRow("broken chunk") << post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"
                                      << "400"_ba;
        QTest::newRow("body over the limit") << post + "Content-Length: 1025\r\n\r\n"
                                             << "413"_ba;
        QTest::newRow("chunks over the limit") << post + "Transfer-Encoding: chunked\r\n\r\n401\r\n"
                + QByteArray(1025, 'x') << "413"_ba;
        QTest::newRow("body where none is taken") << get + "Content-Length: 1\r\n\r\nx"
                                                  << "413"_ba;
        QTest::newRow("body over the limit, expected")
            << post + "Content-Length: 1025\r\nExpect: 100-continue\r\n\r\n"
            << "413"_ba;
        QTest::newRow("another expectation")
            << post + "Content-Length: 1\r\nExpect: 200-fine\r\n\r\n"
            << "417"_ba;
        QTest::newRow("Origin") << get + "Origin: https://evil.example\r\n\r\n"
                                << "403"_ba;
        QTest::newRow("empty Origin") << get + "Origin:\r\n\r\n"
                                      << "403"_ba;
        QTest::newRow("unknown path") << "GET /nothing HTTP/1.1\r\n" + host + "\r\n"
                                      << "404"_ba;
        QTest::newRow("wrong method") << "DELETE /hello HTTP/1.1\r\n" + host + "\r\n"
                                      << "405"_ba;
        QTest::newRow("a proxy's request")
            << QByteArray("CONNECT drover:1 HTTP/1.1\r\nHost: drover:1\r\n\r\n") << "400"_ba;
        QTest::newRow("control in the path") << "GET /files/%00 HTTP/1.1\r\n" + host + "\r\n"
                                             << "400"_ba;

        // Upgrades that are none of ours: refused, and really so.
        QTest::newRow("upgrade with Origin")
            << upgradeRequest("drover.v1.cbor", "Origin: https://x\r\n") << "403"_ba;
        QTest::newRow("upgrade to another protocol") << upgradeRequest("graphql-ws") << "400"_ba;
        QTest::newRow("upgrade without a protocol")
            << upgradeRequest().replace("Sec-WebSocket-Protocol: drover.v1.cbor\r\n", "")
            << "400"_ba;
        QTest::newRow("upgrade of version 8")
            << upgradeRequest().replace("Version: 13", "Version: 8") << "426"_ba;
        QTest::newRow("upgrade without key")
            << upgradeRequest().replace("Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n", "")
            << "400"_ba;
        QTest::newRow("upgrade by POST") << upgradeRequest().replace("GET", "POST") << "400"_ba;
        QTest::newRow("upgrade in HTTP/1.0")
            << upgradeRequest().replace("HTTP/1.1", "HTTP/1.0") << "400"_ba;
        QTest::newRow("upgrade with a body")
            << upgradeRequest("drover.v1.cbor", "Content-Length: 3\r\n") + "abc"
            << "400"_ba;
        QTest::newRow("upgrade without Connection")
            << upgradeRequest().replace("Connection: Upgrade\r\n", "") << "400"_ba;
        QTest::newRow("upgrade elsewhere")
            << upgradeRequest().replace("/rpc", "/elsewhere") << "404"_ba;
        QTest::newRow("frames before the answer")
            << upgradeRequest() + QByteArray("\x82\x80\x00\x00\x00\x00", 6) << "400"_ba;
    }
    void whatIsWrongIsRefusedByItsStatusAndTheConnectionCloses()
    {
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, status);
        FrontDoorLimits limits;
        limits.linger = 10ms;
        TestDoor t(limits);
        addRoutes(t);
        RawClient client(t);
        const QByteArray answer = client.ask(request);
        QVERIFY2(answer.startsWith(status + ' '), answer);
        QVERIFY(client.head.contains("Connection: close"));
        QVERIFY(client.isClosed());
        QVERIFY2(client.input.isEmpty(), client.input); // one answer, and no 101 behind it
        QVERIFY(t.opened.isEmpty());
        QTRY_COMPARE(t.door.figures().connections, 0);
    }

    void aRefusedMethodIsToldWhichAreAllowed()
    {
        TestDoor t;
        addRoutes(t);
        RawClient client(t);
        QVERIFY(client.ask("PUT /hello HTTP/1.1\r\nHost: drover\r\n\r\n").startsWith("405"));
        QVERIFY2(client.head.contains("Allow: GET, HEAD"), client.head);
    }

    void aBodyOverTheLimitIsRefusedBeforeItIsRead()
    {
        FrontDoorLimits limits;
        limits.linger = 100ms;
        TestDoor t(limits);
        addRoutes(t);
        RawClient client(t);
        client.write("POST /echo HTTP/1.1\r\nHost: drover\r\nContent-Length: 500000000\r\n\r\n");
        QVERIFY(client.answer().startsWith("413"));
        // Whoever goes on sending is read out for a moment, not kept, and then cut off.
        client.write(QByteArray(8 * 1024 * 1024, 'x'));
        QVERIFY(client.isClosed());
        QTRY_COMPARE(t.door.figures().connections, 0);
    }

    void whatIsExpectedIsAskedForOnce()
    {
        TestDoor t;
        addRoutes(t);
        RawClient client(t);
        client.write("POST /echo HTTP/1.1\r\nHost: drover\r\nContent-Length: 3\r\nExpect: "
                     "100-continue\r\n\r\n");
        QTRY_COMPARE(client.input, "HTTP/1.1 100 Continue\r\n\r\n");
        client.input.clear();
        QCOMPARE(client.ask("abc"), "200 abc");
    }

    void theOldHttpIsSpokenToo()
    {
        TestDoor t;
        addRoutes(t);
        RawClient closing(t);
        QCOMPARE(closing.ask("GET /hello HTTP/1.0\r\n\r\n"), "200 hello");
        QVERIFY(closing.isClosed());
        RawClient staying(t);
        QCOMPARE(staying.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), "200 hello");
        QVERIFY(staying.head.contains("Connection: keep-alive"));
        QCOMPARE(staying.ask("GET /hello HTTP/1.0\r\n\r\n"), "200 hello");
        QVERIFY(staying.isClosed());
    }

    void aConnectionIsClosedWhenTheClientAsksForIt()
    {
        TestDoor t;
        addRoutes(t);
        RawClient client(t);
        QCOMPARE(client.ask("GET /hello HTTP/1.1\r\nHost: drover\r\nConnection: close\r\n\r\n"),
                 "200 hello");
        QVERIFY(client.isClosed());
    }

    void headHasNoBody()
    {
        TestDoor t;
        addRoutes(t);
        RawClient client(t);
        client.write("HEAD /hello HTTP/1.1\r\nHost: drover\r\nConnection: close\r\n\r\n");
        QVERIFY(client.isClosed());
        QVERIFY(client.input.contains("Content-Length: 5\r\n"));
        QVERIFY(client.input.endsWith("\r\n\r\n"));
    }

    void anAnswerMayComeLaterOrNotAtAll()
    {
        TestDoor t;
        std::optional<HttpAnswer> kept;
        t.door.setRoute("GET", "/later", HttpRoute::Match::Exact, 0,
                        [&](const HttpRequest &, HttpAnswer answer) { kept = answer; });
        t.door.setRoute("GET", "/never", HttpRoute::Match::Exact, 0,
                        [](const HttpRequest &, const HttpAnswer &) {});
        t.start();
        RawClient client(t);
        client.write("GET /later HTTP/1.1\r\nHost: drover\r\n\r\nGET /never HTTP/1.1\r\nHost: "
                     "drover\r\n\r\n");
        QTRY_VERIFY(kept);
        QVERIFY(kept->isOpen());
        kept->send({200, "text/plain", "now"});
        QVERIFY(!kept->isOpen());
        kept->send({200, "text/plain", "twice"});
        QCOMPARE(client.answer(), "200 now");
        QVERIFY(client.answer().startsWith("500"));

        kept.reset();
        client.write("GET /later HTTP/1.1\r\nHost: drover\r\n\r\n");
        QTRY_VERIFY(kept);
        client.socket.abort();
        QTRY_COMPARE(t.door.figures().connections, 0);
        QVERIFY(!kept->isOpen());
        kept->send({200, "text/plain", "to nobody"});
    }

    void bothSubprotocolsBecomeWebSockets()
    {
        TestDoor t;
        addRoutes(t);
        SocketClient cbor(t);
        QVERIFY(cbor.isOpen());
        QCOMPARE(cbor.socket.subprotocol(), "drover.v1.cbor");
        SocketClient json(t, "drover.v1.json");
        QVERIFY(json.isOpen());
        QCOMPARE(t.opened.size(), 2);
        QCOMPARE(t.opened.at(0).second.format, WireFormat::Cbor);
        QCOMPARE(t.opened.at(1).second.format, WireFormat::Json);
        QVERIFY(t.opened.at(0).second.address.isLoopback());

        cbor.socket.sendBinaryMessage(QByteArray("\x00\x01", 2));
        json.socket.sendTextMessage(QString::fromUtf8("{\"ü\":1}"));
        QTRY_COMPARE(t.received.size(), 2);
        QVERIFY(t.received.contains({t.opened.at(0).first, QByteArray("\x00\x01", 2)}));
        QVERIFY(t.received.contains({t.opened.at(1).first, QByteArray("{\"ü\":1}")}));
        t.door.send(t.opened.at(0).first, "\x02");
        t.door.send(t.opened.at(1).first, "{\"ö\":2}");
        QTRY_COMPARE(cbor.messages, (QByteArrayList{"\x02"}));
        QTRY_COMPARE(json.messages, (QByteArrayList{"{\"ö\":2}"}));

        cbor.socket.close();
        QTRY_COMPARE(t.closed.size(), 1);
        QCOMPARE(t.closed.first().first, t.opened.at(0).first);
        t.door.send(t.opened.at(0).first, "\x03"); // to nobody
        t.door.close(t.opened.at(1).first, 1001, "going away");
        QVERIFY(json.isClosed());
        QCOMPARE(int(json.socket.closeCode()), 1001);
        QTRY_COMPARE(t.closed.size(), 2);
        QTRY_COMPARE(t.door.figures().connections, 0);
    }

    void ofTwoSubprotocolsTheOneThatTheClientLikesBetterIsTaken()
    {
        TestDoor t;
        addRoutes(t);
        RawClient client(t);
        client.write(upgradeRequest("graphql-ws, drover.v1.json, drover.v1.cbor"));
        QTRY_VERIFY(client.input.contains("101 Switching Protocols"));
        QVERIFY2(client.input.contains("Sec-WebSocket-Protocol: drover.v1.json"), client.input);
        QTRY_COMPARE(t.opened.size(), 1);
        QCOMPARE(t.opened.first().second.format, WireFormat::Json);
    }

    void framesOfTheWrongKindCloseTheConnection()
    {
        TestDoor t;
        addRoutes(t);
        SocketClient cbor(t);
        QVERIFY(cbor.isOpen());
        cbor.socket.sendTextMessage("{}");
        QVERIFY(cbor.isClosed());
        QCOMPARE(int(cbor.socket.closeCode()), 1003);
        SocketClient json(t, "drover.v1.json");
        QVERIFY(json.isOpen());
        json.socket.sendBinaryMessage("{}");
        QVERIFY(json.isClosed());
        QVERIFY(t.received.isEmpty());
    }

    void messagesOfOneTurnGoOutTogetherAndInOrder()
    {
        TestDoor t;
        addRoutes(t);
        SocketClient client(t);
        QVERIFY(client.isOpen());
        QByteArray expected;
        for (int i = 0; i < 100; ++i) {
            t.door.send(t.opened.first().first, QByteArray(1, char(i)));
            expected += char(i);
        }
        QTRY_COMPARE(client.messages.join(), expected);
        QCOMPARE(client.messages.size(), 1);

        // More than a frame's worth: several frames, nothing split, nothing lost.
        client.messages.clear();
        for (int i = 0; i < 10; ++i)
            t.door.send(t.opened.first().first, QByteArray(100'000, char('a' + i)));
        QTRY_COMPARE(client.messages.join().size(), 1'000'000);
        QCOMPARE(client.messages.size(), 5);
        QCOMPARE(client.messages.first(), QByteArray(100'000, 'a') + QByteArray(100'000, 'b'));
    }

    void eachJsonTextIsAFrame()
    {
        TestDoor t;
        addRoutes(t);
        SocketClient client(t, "drover.v1.json");
        QVERIFY(client.isOpen());
        for (int i = 0; i < 3; ++i)
            t.door.send(t.opened.first().first, QByteArray::number(i));
        QTRY_COMPARE(client.messages, (QByteArrayList{"0", "1", "2"}));
    }

    void aMachineIsKnownByItsCertificateAndAForeignOneIsNot()
    {
        TestDoor t;
        addRoutes(t);
        const auto clientOf = [&](const Authority &authority, Instant when) {
            const PrivateKey key = PrivateKey::generate().value();
            const Certificate certificate
                = authority.signMachine(key.certificateRequest().value(), MachineId{42}, when)
                      .value();
            return clientConfiguration({t.certificates.authority().certificate()},
                                       ClientIdentity{key, certificate})
                .value();
        };
        const Instant now = t.clock.now();
        SocketClient ours(t, "drover.v1.cbor", clientOf(t.certificates.authority(), now));
        QVERIFY(ours.isOpen());
        QCOMPARE(t.opened.last().second.machine.value, 42);
        QCOMPARE(t.opened.last().second.certificateProblem, "");
        QCOMPARE(t.opened.last().second.certificateSerial.size(), 32);

        SocketClient foreign(t, "drover.v1.cbor", clientOf(Authority::create(now).value(), now));
        QVERIFY(foreign.isOpen());
        QVERIFY(t.opened.last().second.machine.isNull());
        QVERIFY(t.opened.last().second.certificateProblem.contains("not to be trusted"));

        SocketClient expired(t, "drover.v1.cbor",
                             clientOf(t.certificates.authority(), now - std::chrono::days(400)));
        QVERIFY(expired.isOpen());
        QVERIFY(t.opened.last().second.machine.isNull());
        QVERIFY2(t.opened.last().second.certificateProblem.contains("expired"),
                 qPrintable(t.opened.last().second.certificateProblem));

        SocketClient person(t);
        QVERIFY(person.isOpen());
        QVERIFY(t.opened.last().second.machine.isNull());
        QCOMPARE(t.opened.last().second.certificateProblem, "");
    }

    void aRenewedCertificateIsShownWithoutDroppingAnybody()
    {
        TestDoor t;
        addRoutes(t);
        SocketClient before(t);
        QVERIFY(before.isOpen());
        const QByteArray old = before.socket.sslConfiguration().peerCertificate().serialNumber();
        VERIFY_OK(t.certificates.renewLeaf({}, t.clock.now()));
        VERIFY_OK(t.door.setIdentity(t.certificates.identity()));
        SocketClient after(t);
        QVERIFY(after.isOpen());
        QVERIFY(after.socket.sslConfiguration().peerCertificate().serialNumber() != old);
        t.door.send(t.opened.first().first, "\x01");
        QTRY_COMPARE(before.messages, (QByteArrayList{"\x01"}));
        QVERIFY(t.closed.isEmpty());
    }

    void aTakenPortIsSaidSo()
    {
        TestDoor t;
        addRoutes(t);
        FrontDoor second(t.clock);
        VERIFY_OK(second.setIdentity(t.certificates.identity()));
        VERIFY_FAILS(second.listen(QHostAddress::LocalHost, t.door.port()), ErrorCode::Io);
    }
};

QTEST_GUILESS_MAIN(TestFrontDoor)
#include "tst_frontdoor.moc"
