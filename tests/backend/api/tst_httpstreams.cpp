#include "tests/backend/api/doortest.h"

#include <QtCore/QCryptographicHash>

using namespace Drover;
using namespace std::chrono_literals;

/// Bodies of any size, both ways, through small buffers.
class TestHttpStreams : public QObject
{
    Q_OBJECT

    // A PUT route that keeps what it is told.
    struct Upload
    {
        std::optional<HttpAnswer> answer;
        QByteArray body;
        qsizetype largest = 0;
        bool isComplete = false;
        bool isGone = false;
        bool isHeldAtFirst = false;

        void addTo(TestDoor &t, quint64 maxBody = 1'000'000'000)
        {
            t.door.setStreamRoute("PUT", "/blob/", HttpRoute::Match::Prefix, maxBody,
                                  [this](const HttpRequest &, HttpAnswer given) -> HttpBodySink {
                                      answer = given;
                                      if (isHeldAtFirst)
                                          given.holdBody();
                                      return {[this](const QByteArray &piece) {
                                                  largest = std::max(largest, piece.size());
                                                  body += piece;
                                              },
                                              [this] { isComplete = true; },
                                              [this] { isGone = true; }};
                                  });
            t.start();
        }
    };

    static QByteArray put(qsizetype size, const QByteArray &more = {})
    {
        return "PUT /blob/x HTTP/1.1\r\nHost: drover\r\nContent-Length: " + QByteArray::number(size)
            + "\r\n" + more + "\r\n";
    }

    static QByteArray someBytes(qsizetype size)
    {
        QByteArray bytes(size, Qt::Uninitialized);
        QRandomGenerator(7).generate(bytes.begin(), bytes.end());
        return bytes;
    }

private slots:
    void aBodyComesInPieces()
    {
        TestDoor t;
        Upload upload;
        upload.addTo(t);
        RawClient client(t);
        const QByteArray sent = someBytes(3'000'000);
        client.write(put(sent.size()) + sent);
        QTRY_VERIFY(upload.isComplete);
        QCOMPARE(upload.body, sent);
        QVERIFY(upload.largest <= 64 * 1024);
        upload.answer->send({201, {}, {}});
        QCOMPARE(client.answer(), "201");
        upload = {};
        client.write(put(3) + "abc"); // the connection is good for another
        QTRY_VERIFY(upload.isComplete);
        QCOMPARE(upload.body, "abc");
    }

    void aHeldBodyWaitsInTheNetwork()
    {
        FrontDoorLimits limits;
        limits.bodyStall = 100ms; // our own holding is not the peer's stalling
        TestDoor t(limits);
        Upload upload;
        upload.isHeldAtFirst = true;
        upload.addTo(t);
        RawClient client(t);
        client.write(put(5, "Expect: 100-continue\r\n"));
        QTRY_VERIFY(upload.answer);
        QElapsedTimer timer;
        timer.start();
        QTRY_VERIFY(timer.elapsed() > 300);
        QVERIFY(client.input.isEmpty());
        upload.answer->resumeBody();
        QTRY_VERIFY(client.input.contains("100 Continue"));
        client.input.clear();
        client.write("hello");
        QTRY_VERIFY(upload.isComplete);
        upload.answer->send({200, {}, {}});
        QCOMPARE(client.answer(), "200");

        upload = {};
        upload.isHeldAtFirst = true;
        const QByteArray sent = someBytes(20'000'000);
        client.write(put(sent.size()) + sent);
        QTRY_VERIFY(upload.answer);
        timer.start();
        QTRY_VERIFY(timer.elapsed() > 200);
        QVERIFY(client.socket.encryptedBytesToWrite() > 1'000'000); // stands at the client still
        QVERIFY(upload.body.isEmpty());
        upload.answer->resumeBody();
        QTRY_VERIFY(upload.isComplete);
        QVERIFY(upload.body == sent);
    }

    void anAnswerBeforeTheEndOfTheBodyCloses()
    {
        FrontDoorLimits limits;
        limits.linger = 100ms;
        TestDoor t(limits);
        Upload upload;
        upload.addTo(t);
        RawClient client(t);
        client.write(put(1'000'000) + "abc");
        QTRY_COMPARE(upload.body, "abc");
        upload.answer->send({507, "text/plain", "no room"});
        QCOMPARE(client.answer(), "507 no room");
        QVERIFY(client.head.contains("Connection: close"));
        QVERIFY(client.isClosed());
        QVERIFY(!upload.isComplete);
    }

    void aBodyThatWillNotComeIsSaidSo()
    {
        TestDoor t;
        Upload upload;
        upload.addTo(t);
        RawClient client(t);
        client.write(put(1'000'000) + "abc");
        QTRY_COMPARE(upload.body, "abc");
        client.socket.abort();
        QTRY_VERIFY(upload.isGone);
        QVERIFY(!upload.isComplete);
        QVERIFY(!upload.answer->isOpen());

        upload = {};
        RawClient broken(t);
        broken.write(
            "PUT /blob/x HTTP/1.1\r\nHost: drover\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
        QVERIFY(broken.answer().startsWith("400"));
        QVERIFY(upload.isGone);
    }

    void aStreamedAnswerIsPulledAsThePeerTakesIt()
    {
        TestDoor t;
        const QByteArray content = someBytes(5'000'000);
        qsizetype at = 0;
        qint64 largestBacklog = 0;
        t.door.setRoute("GET", "/blob", HttpRoute::Match::Exact, 0,
                        [&](const HttpRequest &request, HttpAnswer answer) {
                            at = 0;
                            answer.stream({200, "application/octet-stream", {}}, content.size(),
                                          [&, answer, peer = request.peer] {
                                              largestBacklog
                                                  = std::max(largestBacklog, t.door.backlog(peer));
                                              answer.write(content.mid(at, 100'000));
                                              at += 100'000;
                                              if (at >= content.size())
                                                  answer.end();
                                          });
                        });
        t.start();
        RawClient client(t);
        client.write("GET /blob HTTP/1.1\r\nHost: drover\r\n\r\n");
        QTRY_VERIFY(client.input.size() > content.size());
        QVERIFY(client.input.endsWith(content));
        QVERIFY2(largestBacklog <= 300'000, QByteArray::number(largestBacklog));
        client.input.clear();
        client.write("GET /blob HTTP/1.1\r\nHost: drover\r\n\r\n"); // the connection is still good
        QTRY_VERIFY(client.input.endsWith(content));
    }

    void anAnswerOfUnknownLengthComesInChunks()
    {
        TestDoor t;
        t.door.setRoute("GET", "/log", HttpRoute::Match::Exact, 0,
                        [](const HttpRequest &, HttpAnswer answer) {
                            answer.stream({200, "text/plain", {}}, {}, [answer, n = 0]() mutable {
                                if (++n > 3)
                                    answer.end();
                                else
                                    answer.write("line\n");
                            });
                        });
        t.start();
        RawClient client(t);
        client.write("GET /log HTTP/1.1\r\nHost: drover\r\n\r\n");
        QTRY_VERIFY(client.input.endsWith("0\r\n\r\n"));
        QVERIFY(client.input.contains("Transfer-Encoding: chunked\r\n"));
        QVERIFY(client.input.endsWith(
            "\r\n\r\n5\r\nline\n\r\n5\r\nline\n\r\n5\r\nline\n\r\n0\r\n\r\n"));
        RawClient old(t);
        old.write("GET /log HTTP/1.0\r\n\r\n");
        QVERIFY(old.isClosed());
        QVERIFY(old.input.endsWith("\r\n\r\nline\nline\nline\n"));
        RawClient head(t);
        head.write("HEAD /log HTTP/1.1\r\nHost: drover\r\nConnection: close\r\n\r\n");
        QVERIFY(head.isClosed());
        QVERIFY(head.input.endsWith("\r\n\r\n"));
    }

    void anAnswerThatBreaksOffCannotPassForAWholeOne()
    {
        TestDoor t;
        t.door.setRoute("GET", "/short", HttpRoute::Match::Exact, 0,
                        [](const HttpRequest &, HttpAnswer answer) {
                            answer.stream({200, "text/plain", {}}, 10, [answer] {
                                answer.write("abc");
                                answer.end();
                            });
                        });
        t.door.setRoute("GET", "/dropped", HttpRoute::Match::Exact, 0,
                        [](const HttpRequest &, HttpAnswer answer) {
                            answer.stream({200, "text/plain", {}}, {}, [] {});
                        });
        t.start();
        RawClient client(t);
        client.write("GET /short HTTP/1.1\r\nHost: drover\r\n\r\n");
        QVERIFY(client.isClosed());
        RawClient dropped(t);
        dropped.write("GET /dropped HTTP/1.1\r\nHost: drover\r\n\r\n");
        QVERIFY(dropped.isClosed());
        QVERIFY(!dropped.input.contains("\r\n0\r\n"));
    }

    void whatAnAnswerHoldsIsFreedWhenThePeerGoes()
    {
        TestDoor t;
        std::weak_ptr<int> held;
        t.door.setRoute("GET", "/forever", HttpRoute::Match::Exact, 0,
                        [&](const HttpRequest &, HttpAnswer answer) {
                            auto thing = std::make_shared<int>(1);
                            held = thing;
                            answer.stream({200, "text/plain", {}}, {},
                                          [answer, thing] { answer.write("more"); });
                        });
        t.start();
        RawClient client(t);
        client.write("GET /forever HTTP/1.1\r\nHost: drover\r\n\r\n");
        QTRY_VERIFY(client.input.contains("more"));
        QVERIFY(!held.expired());
        client.socket.abort();
        QTRY_VERIFY(held.expired());
    }
};

QTEST_GUILESS_MAIN(TestHttpStreams)
#include "tst_httpstreams.moc"
