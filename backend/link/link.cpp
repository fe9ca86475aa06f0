#include "backend/link/link.h"

#include "backend/base/logging.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QEvent>
#include <QtCore/QRandomGenerator>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QSslSocket>
#include <QtWebSockets/QWebSocket>
#include <QtWebSockets/QWebSocketHandshakeOptions>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr QLatin1StringView subprotocol("drover.v1.cbor");
constexpr qint64 lowWater = 256 * 1024;
const auto flushEvent = QEvent::Type(QEvent::registerEventType());

QUrl urlOf(const ServerAddress &address)
{
    QUrl url;
    url.setScheme(u"wss"_s);
    url.setHost(address.host);
    url.setPort(address.port);
    url.setPath(u"/rpc"_s);
    return url;
}

std::chrono::milliseconds checkInterval(const LinkSettings &settings)
{
    const auto shortest
        = std::min({settings.connect, settings.request, settings.beat, settings.silence});
    return std::clamp<std::chrono::milliseconds>(shortest / 4, 5ms, 250ms);
}

// The worst that was met tells a person most: a wrong key is no matter of waiting.
ErrorCode worstOf(const QList<Error> &errors)
{
    for (const ErrorCode code : {ErrorCode::Untrusted, ErrorCode::VersionMismatch, ErrorCode::Protocol}) {
        if (std::any_of(errors.begin(), errors.end(),
                        [code](const Error &e) { return e.code == code; }))
            return code;
    }
    const bool allLate = std::all_of(errors.begin(), errors.end(),
                                     [](const Error &e) { return e.code == ErrorCode::TimedOut; });
    return allLate ? ErrorCode::TimedOut : ErrorCode::Unreachable;
}

} // namespace

std::chrono::milliseconds retryDelay(const LinkSettings &settings, int failures, double random)
{
    auto most = settings.retryFirst;
    for (int i = 1; i < failures && most < settings.retryMost; ++i)
        most *= 2;
    most = std::min(most, settings.retryMost);
    return std::chrono::milliseconds(qint64(double(most.count()) * random));
}

Link::Link(const LinkSettings &settings, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_retry(this)
    , m_checks(this)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Link::startRound);
    m_checks.setInterval(checkInterval(m_settings));
    connect(&m_checks, &QTimer::timeout, this, &Link::check);
}

Link::~Link()
{
    dropSocket(m_state == LinkState::Open ? Goodbye::Said : Goodbye::Unsaid);
}

void Link::open(const LinkTarget &target)
{
    Q_ASSERT(!target.addresses.isEmpty());
    close();
    m_target = target;
    m_first = 0;
    m_failures = 0;
    Result<QSslConfiguration> tls = clientConfiguration(target.authorities, target.identity);
    if (!tls) {
        // Not from inside: who calls may not have connected to us yet.
        m_lastError = tls.error();
        QMetaObject::invokeMethod(
            this, [this] { emit failed(m_lastError); }, Qt::QueuedConnection);
        return;
    }
    m_tls = std::move(*tls);
    startRound();
}

void Link::close()
{
    m_retry.stop();
    dropSocket(m_state == LinkState::Open ? Goodbye::Said : Goodbye::Unsaid);
    setState(LinkState::Idle);
    answerAll(fail(ErrorCode::Interrupted, u"the connection was closed"_s));
}

void Link::retryNow()
{
    if (m_state == LinkState::Waiting)
        startRound();
}

void Link::startRound()
{
    m_retry.stop();
    m_tried = 0;
    m_roundErrors.clear();
    setState(LinkState::Connecting);
    connectNext();
}

void Link::connectNext()
{
    m_address = m_target.addresses.at((m_first + m_tried) % m_target.addresses.size());
    m_verdict.reset();
    m_since = Now::now();
    m_socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
    m_socket->setProxy(QNetworkProxy::NoProxy);
    m_socket->setSslConfiguration(m_tls);
    m_socket->setMaxAllowedIncomingFrameSize(quint64(m_settings.message));
    m_socket->setMaxAllowedIncomingMessageSize(quint64(m_settings.message));
    watch(m_socket);
    m_checks.start();
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({subprotocol});
    m_socket->open(urlOf(m_address), options);
}

void Link::watch(QWebSocket *socket)
{
    connect(socket, &QWebSocket::connected, this, &Link::onOpened);
    connect(socket, &QWebSocket::sslErrors, this, &Link::onSslErrors);
    // Queued: the socket is busy failing, and says why only behind that it did. Some failures of
    // the handshake are told by `error` alone.
    const auto gone = [this, socket] {
        if (socket == m_socket)
            onSocketGone();
    };
    connect(socket, &QWebSocket::disconnected, this, gone, Qt::QueuedConnection);
    connect(socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, gone,
            Qt::QueuedConnection);
    connect(socket, &QWebSocket::binaryMessageReceived, this, &Link::onFrame);
    connect(socket, &QWebSocket::textMessageReceived, this,
            [this] { cut(fail(ErrorCode::Protocol, u"the daemon sent text, not CBOR"_s)); });
    connect(socket, &QWebSocket::pong, this,
            [this](quint64 elapsed) { m_latency = std::chrono::milliseconds(elapsed); });
}

void Link::onSslErrors(const QList<QSslError> &errors)
{
    const Result<void> judged = judgeServer(errors, m_socket->sslConfiguration().peerCertificate());
    if (judged)
        m_socket->ignoreSslErrors();
    else
        m_verdict = judged.error();
}

void Link::onOpened()
{
    if (m_socket->subprotocol() != subprotocol) {
        tryFailed(fail(ErrorCode::VersionMismatch, u"it does not speak %1"_s.arg(subprotocol)));
        return;
    }
    // bytesToWrite() of a QWebSocket is nearly always 0: what waits, waits encrypted, down here.
    m_ssl = m_socket->findChild<QSslSocket *>();
    if (m_ssl) {
        connect(m_ssl, &QSslSocket::readyRead, this, [this] { m_heardAt = Now::now(); });
        connect(m_ssl, &QSslSocket::encryptedBytesWritten, this, &Link::onWritten);
        m_ssl->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    }
    m_first = (m_first + m_tried) % m_target.addresses.size();
    m_since = m_heardAt = m_pingedAt = Now::now();
    setState(LinkState::Open);
    emit connected();
}

void Link::onSocketGone()
{
    const Error reason = reasonOfFailure();
    if (m_state == LinkState::Open)
        cut(reason);
    else
        tryFailed(reason);
}

Error Link::reasonOfFailure() const
{
    if (m_verdict)
        return *m_verdict;
    const QString words
        = m_socket->closeReason().isEmpty() ? m_socket->errorString() : m_socket->closeReason();
    switch (m_socket->error()) {
    case QAbstractSocket::SslHandshakeFailedError:
        return fail(ErrorCode::Untrusted, words);
    case QAbstractSocket::SocketTimeoutError:
        return fail(ErrorCode::TimedOut, words);
    case QAbstractSocket::UnknownSocketError:
        // The socket is well: it is the answer to our upgrade that was wrong.
        if (m_state == LinkState::Connecting)
            return fail(ErrorCode::Protocol, u"there is no Drover daemon (%1)"_s.arg(words));
        return fail(ErrorCode::Unreachable, words.isEmpty() ? u"the daemon closed"_s : words);
    default:
        return fail(ErrorCode::Unreachable, words);
    }
}

void Link::tryFailed(const Error &error)
{
    m_roundErrors.append({error.code, printed(m_address) + u": "_s + error.message});
    dropSocket(Goodbye::Unsaid);
    if (++m_tried < m_target.addresses.size())
        connectNext();
    else
        roundFailed();
}

void Link::roundFailed()
{
    QStringList words;
    for (const Error &error : std::as_const(m_roundErrors))
        words.append(error.message);
    m_lastError = fail(worstOf(m_roundErrors), u"cannot connect to "_s + words.join(u"; "_s));
    ++m_failures;
    const auto delay
        = retryDelay(m_settings, m_failures, QRandomGenerator::global()->generateDouble());
    m_retry.start(std::max(delay, 1ms));
    setState(LinkState::Waiting);
    emit failed(m_lastError);
}

void Link::cut(const Error &error)
{
    if (m_state != LinkState::Open)
        return;
    const bool settled = Now::now() - m_since >= m_settings.settled;
    m_failures = settled ? 1 : m_failures + 1;
    m_lastError = {error.code, printed(m_address) + u": "_s + error.message};
    dropSocket(Goodbye::Unsaid);
    const auto delay
        = retryDelay(m_settings, m_failures, QRandomGenerator::global()->generateDouble());
    m_retry.start(std::max(delay, 1ms));
    setState(LinkState::Waiting);
    answerAll(
        fail(ErrorCode::Unreachable,
             u"the connection was lost; it is not known whether this was carried out (%1)"_s.arg(
                 m_lastError.message)));
    if (m_state == LinkState::Waiting) // else a receiver has decided otherwise
        emit disconnected(m_lastError);
}

void Link::dropSocket(Goodbye goodbye)
{
    m_out.clear();
    m_isFull = false;
    m_checks.stop();
    QWebSocket *socket = std::exchange(m_socket, nullptr);
    if (!socket)
        return;
    disconnect(socket, nullptr, this, nullptr);
    if (m_ssl)
        disconnect(m_ssl, nullptr, this, nullptr);
    m_ssl = nullptr;
    if (goodbye == Goodbye::Said)
        socket->close();
    else
        socket->abort();
    socket->deleteLater();
}

void Link::sendRequest(QLatin1StringView method, const QByteArray &params, QObject *context,
                       std::function<void(const Result<QByteArray> &)> handler,
                       std::optional<std::chrono::milliseconds> limit)
{
    Q_ASSERT(context && context->thread() == thread());
    if (m_state != LinkState::Open) {
        const Error error
            = fail(ErrorCode::Unreachable,
                   m_lastError.message.isEmpty() ? u"not connected"_s : m_lastError.message);
        QMetaObject::invokeMethod(
            context, [handler = std::move(handler), error] { handler(error); },
            Qt::QueuedConnection);
        return;
    }
    const auto patience = limit.value_or(m_settings.request);
    const auto until = patience > 0ms ? Now::now() + patience : Now::time_point::max();
    m_pending.insert(++m_lastId, {context, std::move(handler), until, method});
    post(requestFrame(m_lastId, method, params, WireFormat::Cbor));
}

void Link::sendNotification(QLatin1StringView method, const QByteArray &params)
{
    if (m_state == LinkState::Open)
        post(notificationFrame(method, params, WireFormat::Cbor));
}

void Link::post(const QByteArray &message)
{
    if (m_out.size() + message.size() > m_settings.frame)
        writeFrame();
    m_out += message;
    // Behind all that waits in this turn: one frame, one TLS record, one system call for the lot.
    if (!std::exchange(m_isFlushDue, true))
        QCoreApplication::postEvent(this, new QEvent(flushEvent), Qt::LowEventPriority);
}

void Link::writeFrame()
{
    if (m_out.isEmpty() || !m_socket || !m_socket->isValid())
        return;
    m_socket->sendBinaryMessage(m_out);
    m_out.resize(0); // keeps its memory
    m_isFull = m_isFull || backlog() > lowWater;
}

bool Link::event(QEvent *event)
{
    if (event->type() != flushEvent)
        return QObject::event(event);
    m_isFlushDue = false;
    writeFrame();
    if (m_socket)
        m_socket->flush();
    return true;
}

qint64 Link::backlog() const
{
    const qint64 below = m_ssl ? m_ssl->bytesToWrite() + m_ssl->encryptedBytesToWrite() : 0;
    return m_out.size() + below;
}

void Link::onWritten()
{
    if (!m_isFull || backlog() > lowWater)
        return;
    m_isFull = false;
    emit drained();
}

void Link::onFrame(const QByteArray &frame)
{
    Result<QList<Envelope>> envelopes = envelopesOf(frame, WireFormat::Cbor);
    if (!envelopes) {
        cut(envelopes.error());
        return;
    }
    const QPointer<QWebSocket> socket = m_socket;
    for (Envelope &envelope : *envelopes) {
        if (!envelope.method.isEmpty())
            emit notified(envelope.method, envelope.params);
        else
            onReply(envelope);
        if (!m_socket || m_socket != socket)
            return; // a receiver has closed us: the rest is of another life
    }
}

void Link::onReply(Envelope &envelope)
{
    const auto found = m_pending.find(envelope.id.value_or(0));
    if (found == m_pending.end())
        return; // too late, and answered so already
    const Pending pending = std::move(*found);
    m_pending.erase(found);
    if (!pending.context)
        return;
    if (envelope.error)
        pending.handler(*envelope.error);
    else
        pending.handler(envelope.params);
}

void Link::answerAll(const Error &error)
{
    const QHash<qint64, Pending> pending = std::exchange(m_pending, {});
    for (const Pending &each : pending) {
        if (each.context)
            each.handler(error);
    }
}

void Link::check()
{
    const auto now = Now::now();
    if (m_state == LinkState::Connecting && now - m_since > m_settings.connect) {
        tryFailed(fail(ErrorCode::TimedOut,
                       u"no answer in %1"_s.arg(printedDuration(m_settings.connect))));
        return;
    }
    if (m_state != LinkState::Open || !m_socket->isValid())
        return; // closed under us: we shall hear of it in a moment
    if (now - m_heardAt > m_settings.silence) {
        cut(fail(ErrorCode::TimedOut,
                 u"nothing heard for %1"_s.arg(printedDuration(m_settings.silence))));
        return;
    }
    // What comes anyway is as good as a pong; now and then we ask for the latency's sake.
    const bool idle = now - m_heardAt >= m_settings.beat;
    const auto sincePing = now - m_pingedAt;
    if (sincePing >= m_settings.beat * 5 || (idle && sincePing >= m_settings.beat)) {
        m_pingedAt = now;
        m_socket->ping();
    }
    checkPending(now);
}

void Link::checkPending(Now::time_point now)
{
    QList<Pending> late;
    for (auto it = m_pending.begin(); it != m_pending.end();) {
        if (it->until > now) {
            ++it;
            continue;
        }
        late.append(std::move(*it));
        it = m_pending.erase(it);
    }
    for (const Pending &each : std::as_const(late)) {
        if (each.context)
            each.handler(
                fail(ErrorCode::TimedOut,
                     u"%1 has not answered %2 in time"_s.arg(printed(m_address), each.method)));
    }
}

std::chrono::milliseconds Link::silentFor() const
{
    if (m_state != LinkState::Open)
        return 0ms;
    return std::chrono::duration_cast<std::chrono::milliseconds>(Now::now() - m_heardAt);
}

void Link::setState(LinkState state)
{
    if (std::exchange(m_state, state) != state)
        emit stateChanged(state);
}

} // namespace Drover
