#pragma once

#include "backend/api/frontdoor.h"
#include "backend/tls/sslconfiguration.h"
#include "tests/support/verify.h"

#include <QtNetwork/QSslSocket>
#include <QtWebSockets/QWebSocket>
#include <QtWebSockets/QWebSocketHandshakeOptions>

namespace Drover {

inline void must(const Result<void> &result)
{
    if (!result)
        qFatal("%s", qPrintable(result.error().message));
}

/// A front door on the loopback address, with a CA of its own, and what it has announced.
struct TestDoor
{
    SystemClock clock;
    QTemporaryDir folder;
    CertificateFolder certificates;
    FrontDoor door;

    QList<std::pair<PeerId, PeerInfo>> opened;
    QList<std::pair<PeerId, QByteArray>> received;
    QList<std::pair<PeerId, QString>> closed;

    explicit TestDoor(const FrontDoorLimits &limits = {})
        : certificates(CertificateFolder::create(folder.filePath("tls"), {}, clock.now()).value())
        , door(clock, limits)
    {
        must(door.setIdentity(certificates.identity()));
        QObject::connect(&door, &FrontDoor::opened, &door, [this](PeerId id, const PeerInfo &info) {
            opened.append({id, info});
        });
        QObject::connect(&door, &FrontDoor::received, &door,
                         [this](PeerId id, const QByteArray &m) {
                             received.append({id, m});
                         });
        QObject::connect(&door, &FrontDoor::closed, &door, [this](PeerId id, const QString &why) {
            closed.append({id, why});
        });
    }

    /// Routes must be there before.
    void start() { must(door.listen(QHostAddress::LocalHost, 0)); }

    QSslConfiguration clientTls() const
    {
        return clientConfiguration({certificates.authority().certificate()}).value();
    }
};

/// A client that sends exactly the bytes it is told to, over TLS.
class RawClient
{
public:
    explicit RawClient(const TestDoor &door) : RawClient(door, joiningConfiguration()) { }
    RawClient(const TestDoor &door, const QSslConfiguration &tls)
    {
        QObject::connect(&socket, &QSslSocket::readyRead, &socket,
                         [this] { input += socket.readAll(); });
        socket.setSslConfiguration(tls);
        socket.connectToHostEncrypted("127.0.0.1", door.door.port());
    }

    bool isEncrypted()
    {
        return QTest::qWaitFor([this] { return socket.isEncrypted(); }, 10'000);
    }

    void write(const QByteArray &bytes) { socket.write(bytes); }

    /// Waits for one whole answer (with Content-Length), and takes it: "200 body".
    QByteArray answer()
    {
        const bool whole = QTest::qWaitFor([this] { return wholeAnswer() > 0; }, 10'000);
        if (!whole)
            return "no answer, but: " + input;
        const qsizetype size = wholeAnswer();
        const QByteArray bytes = input.left(size);
        input.remove(0, size);
        head = bytes.left(bytes.indexOf("\r\n\r\n"));
        const QByteArray body = bytes.mid(head.size() + 4).trimmed();
        return head.split(' ').value(1) + (body.isEmpty() ? "" : ' ' + body);
    }

    QByteArray ask(const QByteArray &bytes)
    {
        write(bytes);
        return answer();
    }

    bool isClosed(int ms = 10'000)
    {
        return QTest::qWaitFor(
            [this] { return socket.state() == QAbstractSocket::UnconnectedState; }, ms);
    }

    QSslSocket socket;
    QByteArray input;
    QByteArray head; ///< of the last answer

private:
    qsizetype wholeAnswer() const
    {
        const qsizetype end = input.indexOf("\r\n\r\n");
        if (end < 0)
            return 0;
        qsizetype length = 0;
        for (const QByteArray &line : input.left(end).split('\n')) {
            if (line.startsWith("Content-Length: "))
                length = line.mid(16).trimmed().toLongLong();
        }
        return input.size() >= end + 4 + length ? end + 4 + length : 0;
    }
};

/// A well-behaved WebSocket client, opened.
class SocketClient
{
public:
    SocketClient(const TestDoor &door, const QString &protocol = "drover.v1.cbor")
        : SocketClient(door, protocol, door.clientTls())
    {
    }
    SocketClient(const TestDoor &door, const QString &protocol, const QSslConfiguration &tls)
    {
        socket.setSslConfiguration(tls);
        QObject::connect(
            &socket, &QWebSocket::sslErrors, &socket,
            [this](const QList<QSslError> &errors) { socket.ignoreSslErrors(errors); });
        QObject::connect(&socket, &QWebSocket::binaryMessageReceived, &socket,
                         [this](const QByteArray &message) { messages.append(message); });
        QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket,
                         [this](const QString &message) { messages.append(message.toUtf8()); });
        QWebSocketHandshakeOptions options;
        options.setSubprotocols({protocol});
        socket.open(QUrl(QString("wss://127.0.0.1:%1/rpc").arg(door.door.port())), options);
    }

    bool isOpen()
    {
        return QTest::qWaitFor([this] { return socket.isValid(); }, 10'000);
    }
    bool isClosed(int ms = 10'000)
    {
        return QTest::qWaitFor(
            [this] { return socket.state() == QAbstractSocket::UnconnectedState; }, ms);
    }

    QWebSocket socket;
    QByteArrayList messages;
};

inline QByteArray upgradeRequest(const QByteArray &protocol = "drover.v1.cbor",
                                 const QByteArray &more = {})
{
    return "GET /rpc HTTP/1.1\r\nHost: drover\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
           "Sec-WebSocket-Protocol: "
        + protocol + "\r\n" + more + "\r\n";
}

} // namespace Drover
