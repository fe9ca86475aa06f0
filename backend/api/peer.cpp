#include "backend/api/peer.h"

#include "backend/base/logging.h"
#include "backend/tls/sslconfiguration.h"

#include <QtWebSockets/QWebSocket>
#include <QtWebSockets/QWebSocketServer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// Before the upgrade, what we do not read shall wait in the network and not in our memory.
constexpr qint64 readAhead = 64 * 1024;

constexpr QLatin1StringView cborProtocol("drover.v1.cbor");
constexpr QLatin1StringView jsonProtocol("drover.v1.json");

std::optional<HttpReply> refusalOf(const HttpHead &head)
{
    const HttpHeaders &headers = head.headers;
    if (head.method != "GET" || head.minorVersion < 1 || head.hasBody()
        || !headers.tokens("connection").contains("upgrade"))
        return httpRefusal(400, "a WebSocket begins with GET and Connection: Upgrade");
    if (headers.value("sec-websocket-version") != "13") {
        HttpReply reply = httpRefusal(426, "WebSocket version 13, please");
        reply.headers.emplaceBack("Sec-WebSocket-Version", "13");
        return reply;
    }
    if (QByteArray::fromBase64(headers.value("sec-websocket-key")).size() != 16)
        return httpRefusal(400, "no Sec-WebSocket-Key");
    const QByteArrayList offered = headers.tokens("sec-websocket-protocol");
    const auto speaks = [&](QLatin1StringView protocol) {
        return offered.contains(QByteArrayView(protocol.data(), protocol.size()));
    };
    if (!speaks(cborProtocol) && !speaks(jsonProtocol))
        return httpRefusal(400, "subprotocol drover.v1.cbor or drover.v1.json, please");
    return {};
}

} // namespace

Peer::Peer(PeerId id, const PeerSurroundings &surroundings, QWebSocketServer &upgrader,
           QObject *parent)
    : QObject(parent)
    , m_id(id)
    , m_surroundings(surroundings)
    , m_limits(surroundings.limits)
    , m_upgrader(upgrader)
    , m_socket(new QSslSocket(this))
    , m_since(surroundings.clock.steady())
    , m_stateSince(m_since)
{
}

Peer::~Peer()
{
    disconnect(m_socket, nullptr, this, nullptr);
    if (m_http)
        m_http->end();
    delete m_webSocket; // before the socket under it
}

bool Peer::start(qintptr descriptor)
{
    m_socket->setSslConfiguration(m_surroundings.tls);
    m_socket->setReadBufferSize(readAhead);
    if (!m_socket->setSocketDescriptor(descriptor))
        return false;
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_info.address = m_socket->peerAddress();
    m_info.port = m_socket->peerPort();
    connect(m_socket, &QSslSocket::encrypted, this, &Peer::onEncrypted);
    connect(m_socket, &QSslSocket::disconnected, this, &Peer::onDisconnected);
    m_socket->startServerEncryption();
    return m_state != State::Gone;
}

void Peer::onEncrypted()
{
    judgeCertificate();
    setState(State::Http);
    m_http = new HttpConversation(*m_socket, m_surroundings.routes, m_limits, m_surroundings.clock,
                                  m_id, m_info, this);
    connect(m_http, &HttpConversation::upgradeAsked, this, &Peer::onUpgradeAsked);
    connect(m_socket, &QSslSocket::readyRead, m_http, &HttpConversation::readOn);
}

void Peer::judgeCertificate()
{
    const QList<Certificate> shown = certificatesOf({m_socket->peerCertificate()});
    if (shown.isEmpty())
        return;
    m_info.certificateSerial = shown.first().serial();
    m_info.certificateFingerprint = shown.first().fingerprint();
    const Result<MachineId> machine
        = verifyMachine(shown.first(), m_surroundings.authorities, m_surroundings.clock.now());
    // Not refused here: only with a connection can an agent be told what is wrong with it.
    if (machine)
        m_info.machine = *machine;
    else
        m_info.certificateProblem = machine.error().message;
}

void Peer::onUpgradeAsked(const HttpHead &head, qsizetype headBytes)
{
    if (const auto refusal = refusalOf(head))
        return m_http->refuse(*refusal);
    if (m_socket->bytesAvailable() > headBytes)
        return m_http->refuse(httpRefusal(400, "wait for the answer before going on"));
    setState(State::Upgrading);
    m_http->leave();
    disconnect(m_socket, nullptr, m_http, nullptr);
    std::exchange(m_http, nullptr)->deleteLater();
    // QWebSocket takes a frame only when all of it has come: a bound here would be a deadlock.
    // The bound on messages takes its place.
    m_socket->setReadBufferSize(0);
    m_upgrader.handleConnection(m_socket); // reads the head again, from the socket
}

void Peer::becomeWebSocket(QWebSocket *webSocket)
{
    m_webSocket = webSocket;
    m_webSocket->setParent(this);
    const bool cbor = m_webSocket->subprotocol() == cborProtocol;
    m_info.format = cbor ? WireFormat::Cbor : WireFormat::Json;
    m_webSocket->setMaxAllowedIncomingFrameSize(quint64(m_limits.unsignedMessage));
    m_webSocket->setMaxAllowedIncomingMessageSize(quint64(m_limits.unsignedMessage));
    connect(m_socket, &QSslSocket::readyRead, this, [this] { m_isHeard = true; });
    if (cbor) {
        connect(m_webSocket, &QWebSocket::binaryMessageReceived, this, &Peer::received);
        connect(m_webSocket, &QWebSocket::textMessageReceived, this, &Peer::onWrongKind);
    } else {
        connect(m_webSocket, &QWebSocket::textMessageReceived, this,
                [this](const QString &message) { emit received(message.toUtf8()); });
        connect(m_webSocket, &QWebSocket::binaryMessageReceived, this, &Peer::onWrongKind);
    }
    setState(State::Socket);
    m_openedAt = m_heardAt = m_stateSince;
    emit opened();
}

void Peer::onWrongKind()
{
    close(QWebSocketProtocol::CloseCodeDatatypeNotSupported, u"not as the subprotocol says"_s);
}

void Peer::setSignedIn()
{
    m_isSignedIn = true;
    if (m_webSocket) {
        m_webSocket->setMaxAllowedIncomingFrameSize(quint64(m_limits.message));
        m_webSocket->setMaxAllowedIncomingMessageSize(quint64(m_limits.message));
    }
}

bool Peer::isEvictable() const
{
    if (m_isSignedIn)
        return false;
    return m_state == State::Http ? m_http->waitsForPeer() : m_state != State::Gone;
}

bool Peer::send(const QByteArray &message)
{
    if (m_state != State::Socket)
        return false;
    if (m_info.format == WireFormat::Json) {
        m_webSocket->sendTextMessage(QString::fromUtf8(message));
    } else {
        if (m_out.size() + message.size() > m_limits.frame)
            writeFrame();
        m_out += message;
    }
    return !std::exchange(m_isFlushDue, true);
}

void Peer::writeFrame()
{
    if (m_out.isEmpty())
        return;
    m_webSocket->sendBinaryMessage(m_out);
    m_out.resize(0); // keeps its memory for the next turn
}

void Peer::flush()
{
    m_isFlushDue = false;
    if (m_state != State::Socket)
        return;
    writeFrame();
    // Else Qt writes in its next turn only, by way of the dispatcher.
    m_webSocket->flush();
}

qint64 Peer::backlog() const
{
    // bytesToWrite() is what is not encrypted yet, and nearly always 0: what waits for the peer
    // waits encrypted.
    return m_out.size() + m_socket->bytesToWrite() + m_socket->encryptedBytesToWrite();
}

void Peer::close(quint16 code, const QString &reason)
{
    if (m_state == State::Socket) {
        writeFrame();
        m_reason = reason;
        setState(State::Closing);
        m_webSocket->close(QWebSocketProtocol::CloseCode(code), reason);
    } else if (m_state != State::Closing) {
        abort(reason);
    }
}

void Peer::abort(const QString &reason)
{
    if (m_state == State::Gone)
        return;
    m_reason = reason;
    m_socket->abort();
    onDisconnected(); // a socket that never was connected does not say so
}

void Peer::onDisconnected()
{
    if (m_state == State::Gone)
        return;
    setState(State::Gone);
    if (m_http)
        m_http->end();
    if (m_reason.isEmpty() && m_webSocket)
        m_reason = m_webSocket->closeReason();
    if (m_reason.isEmpty()) {
        const bool unknown = m_socket->error() == QAbstractSocket::UnknownSocketError;
        m_reason = unknown ? u"closed by the peer"_s : m_socket->errorString();
    }
    if (m_webSocket) {
        // Everyday life of scripts: sign-ins and refusals are in the audit.
        log(LogCategory::Net, LogLevel::Debug, u"a connection has ended",
            {{"peer"_L1, QString::number(m_id.value)},
             {"address"_L1, m_info.address.toString()},
             {"reason"_L1, m_reason}});
    }
    emit gone(m_reason);
}

void Peer::check()
{
    const SteadyInstant now = m_surroundings.clock.steady();
    const auto waited = now - m_stateSince;
    switch (m_state) {
    case State::Handshake:
        if (waited > m_limits.handshake)
            abort(u"no TLS handshake in time"_s);
        break;
    case State::Http:
        if (const QString reason = m_http->overdue(); !reason.isEmpty())
            abort(reason);
        break;
    case State::Upgrading:
        if (waited > m_limits.head)
            abort(u"no upgrade in time"_s);
        break;
    case State::Socket:
        checkSocket(now);
        break;
    case State::Closing:
        if (waited > m_limits.linger)
            abort(m_reason);
        break;
    case State::Gone:
        break;
    }
}

void Peer::checkSocket(SteadyInstant now)
{
    if (std::exchange(m_isHeard, false)) {
        m_heardAt = now;
        m_isPinged = false;
    }
    if (!m_isSignedIn && now - m_openedAt > m_limits.signIn)
        return close(QWebSocketProtocol::CloseCodePolicyViolated, u"no sign-in in time"_s);
    if (now - m_heardAt > m_limits.silence)
        return abort(u"silent"_s);
    if (!m_isPinged && now - m_heardAt > m_limits.silence / 2) {
        m_isPinged = true;
        m_webSocket->ping();
    }
    const bool isSlow = backlog() > m_limits.slowBytes;
    if (isSlow && !m_isSlow)
        m_slowSince = now;
    m_isSlow = isSlow;
    if (m_isSlow && now - m_slowSince > m_limits.slowFor)
        abort(u"reads too slowly"_s);
}

void Peer::setState(State state)
{
    m_state = state;
    m_stateSince = m_surroundings.clock.steady();
}

} // namespace Drover
