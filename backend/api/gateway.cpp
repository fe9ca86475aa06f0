#include "backend/api/gateway.h"

#include "backend/api/metrics.h"
#include "backend/base/logging.h"
#include "backend/protocol/sessionrequests.h"

#include <QtCore/QCborMap>
#include <QtCore/QPointer>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr quint64 largestPost = 8 * 1024 * 1024;
constexpr quint16 closedForProtocol = 1002;
constexpr qint64 mostUnread = 64 * 1024; // bytes a reader may be behind and get more
constexpr std::chrono::milliseconds readersLookedAtEvery{20};

// Replies of a WebSocket: encoded in the net thread, dropped when the peer has gone.
class PeerChannel final : public ReplyChannel
{
public:
    PeerChannel(QPointer<Gateway> gateway, PeerId peer, std::optional<qint64> id, WireFormat format)
        : m_gateway(std::move(gateway))
        , m_peer(peer)
        , m_id(id)
        , m_format(format)
    {
    }

    void reply(std::function<QByteArray()> encoded) override
    {
        if (!m_id)
            return;
        QMetaObject::invokeMethod(m_gateway.data(),
                                  [gateway = m_gateway, peer = m_peer, id = *m_id,
                                   format = m_format, encoded = std::move(encoded)] {
                                      gateway->send(peer, resultFrame(id, encoded(), format));
                                  });
    }

    void refuse(const Error &error) override
    {
        QMetaObject::invokeMethod(m_gateway.data(),
                                  [gateway = m_gateway, peer = m_peer, id = m_id, format = m_format,
                                   error] { gateway->send(peer, errorFrame(id, error, format)); });
    }

private:
    QPointer<Gateway> m_gateway;
    PeerId m_peer;
    std::optional<qint64> m_id;
    WireFormat m_format;
};

int httpStatusOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::NotSignedIn:
        return 401;
    case ErrorCode::NotPermitted:
        return 403;
    case ErrorCode::NotFound:
        return 404;
    case ErrorCode::Conflict:
        return 409;
    case ErrorCode::TooLarge:
        return 413;
    case ErrorCode::Busy:
    case ErrorCode::StorageUnavailable:
        return 503;
    case ErrorCode::Internal:
        return 500;
    default:
        return 400;
    }
}

// The reply of POST /rpc. The handle is used in the net thread only.
class HttpChannel final : public ReplyChannel
{
public:
    HttpChannel(QPointer<Gateway> gateway, HttpAnswer answer, std::optional<qint64> id)
        : m_gateway(std::move(gateway))
        , m_answer(std::make_unique<HttpAnswer>(std::move(answer)))
        , m_id(id)
    {
    }

    ~HttpChannel() override
    {
        // The last copy of the handle must go in the net thread.
        send([](const HttpAnswer &) { });
    }

    void reply(std::function<QByteArray()> encoded) override
    {
        answer(200, [id = m_id, encoded = std::move(encoded)] {
            return resultFrame(id.value_or(0), encoded(), WireFormat::Json);
        });
    }

    void refuse(const Error &error) override
    {
        answer(httpStatusOf(error.code),
               [id = m_id, error] { return errorFrame(id, error, WireFormat::Json); });
    }

private:
    void answer(int status, std::function<QByteArray()> body)
    {
        send([status, body = std::move(body)](const HttpAnswer &answer) {
            answer.send({.status = status, .contentType = "application/json", .body = body() + '\n'});
        });
    }

    // As a plain pointer: a copy of the handle left behind here might be the last one.
    void send(std::function<void(const HttpAnswer &)> how)
    {
        if (!m_answer)
            return;
        QMetaObject::invokeMethod(m_gateway.data(), [handle = m_answer.release(), how = std::move(how)] {
            const std::unique_ptr<HttpAnswer> answer(handle);
            how(*answer);
        });
    }

    QPointer<Gateway> m_gateway;
    std::unique_ptr<HttpAnswer> m_answer;
    std::optional<qint64> m_id;
};

QString bearerOf(const HttpRequest &request)
{
    const QByteArray authorization = request.head.headers.value("authorization");
    return authorization.startsWith("Bearer ")
        ? QString::fromLatin1(authorization.sliced(7)).trimmed()
        : QString();
}

} // namespace

// GET /metrics: what the state thread says, then the figures of the front door. The handle is used
// in the net thread only.
class MetricsChannel final : public ReplyChannel
{
public:
    MetricsChannel(QPointer<Gateway> gateway, HttpAnswer answer)
        : m_gateway(std::move(gateway))
        , m_answer(std::make_unique<HttpAnswer>(std::move(answer)))
    {
    }
    ~MetricsChannel() override
    {
        send([](const HttpAnswer &) {});
    }

    void reply(std::function<QByteArray()> encoded) override
    {
        send([gateway = m_gateway, encoded = std::move(encoded)](const HttpAnswer &answer) {
            const Result<Metrics> metrics = decode<Metrics>(encoded());
            const QByteArray text
                = (metrics ? metrics->text : QByteArray()) + metricsOf(gateway->m_door.figures());
            answer.send({.status = 200,
                         .contentType = "text/plain; version=0.0.4; charset=utf-8",
                         .body = text});
        });
    }

    void refuse(const Error &error) override
    {
        send([error](const HttpAnswer &answer) {
            answer.send(httpRefusal(httpStatusOf(error.code), error.message.toUtf8()));
        });
    }

private:
    void send(std::function<void(const HttpAnswer &)> how)
    {
        if (!m_answer)
            return;
        QMetaObject::invokeMethod(m_gateway.data(), [handle = m_answer.release(), how = std::move(how)] {
            const std::unique_ptr<HttpAnswer> answer(handle);
            how(*answer);
        });
    }

    QPointer<Gateway> m_gateway;
    std::unique_ptr<HttpAnswer> m_answer;
};

Gateway::Gateway(const Router &router, const Clock &clock, const FrontDoorLimits &limits,
                 QObject *parent)
    : QObject(parent)
    , m_router(router)
    , m_door(clock, limits)
{
    connect(&m_door, &FrontDoor::opened, this, &Gateway::onOpened);
    connect(&m_door, &FrontDoor::received, this, &Gateway::onReceived);
    connect(&m_door, &FrontDoor::closed, this, [this](PeerId peer, const QString &reason) {
        log(LogCategory::Net, LogLevel::Debug, u"connection closed",
            {{"peer"_L1, QString::number(peer.value)}, {"reason"_L1, reason}});
        m_formats.remove(peer);
        emit closed(peer);
    });
    m_door.setParent(this);
    m_looks.setParent(this); // it moves to the net thread with this
    m_looks.setInterval(readersLookedAtEvery);
    connect(&m_looks, &QTimer::timeout, this, &Gateway::lookAtReaders);
    addRoutes();
}

void Gateway::addRoutes()
{
    m_door.setRoute("GET", "/healthz", HttpRoute::Match::Exact, 0,
                    [](const HttpRequest &, const HttpAnswer &answer) {
                        answer.send({.status = 200,
                                     .contentType = "text/plain; charset=utf-8",
                                     .body = "ok\n"});
                    });
    m_door.setRoute("GET", "/readyz", HttpRoute::Match::Exact, 0,
                    [this](const HttpRequest &, const HttpAnswer &answer) {
                        if (m_ready)
                            answer.send({.status = 200,
                                         .contentType = "text/plain; charset=utf-8",
                                         .body = "ready\n"});
                        else
                            answer.send(httpRefusal(503, "the database does not answer"));
                    });
    m_door.setRoute("GET", "/metrics", HttpRoute::Match::Exact, 0,
                    [this](const HttpRequest &request, const HttpAnswer &answer) {
                        onMetrics(request, answer);
                    });
    m_door.setRoute(
        "POST", "/rpc", HttpRoute::Match::Exact, largestPost,
        [this](const HttpRequest &request, const HttpAnswer &answer) { onPost(request, answer); });
}

Result<void> Gateway::listen(const ServerIdentity &identity, const QHostAddress &address,
                             quint16 port)
{
    if (Result<void> set = m_door.setIdentity(identity); !set)
        return set;
    return m_door.listen(address, port);
}

void Gateway::onOpened(PeerId peer, const PeerInfo &info)
{
    m_formats.insert(peer, info.format);
    emit opened(peer, info);
}

void Gateway::onReceived(PeerId peer, const QByteArray &frame)
{
    const WireFormat format = m_formats.value(peer);
    const Result<QList<Envelope>> envelopes = envelopesOf(frame, format);
    if (!envelopes) {
        m_door.send(peer, errorFrame(std::nullopt, envelopes.error(), format));
        m_door.close(peer, closedForProtocol, envelopes.error().message);
        return;
    }
    QList<IncomingCall> calls;
    calls.reserve(envelopes->size());
    for (const Envelope &envelope : *envelopes) {
        auto channel = std::make_shared<PeerChannel>(this, peer, envelope.id, format);
        const Router::Entry *entry = m_router.find(envelope.method);
        if (!entry) {
            channel->refuse(fail(ErrorCode::NotFound,
                                 u"there is no method \"%1\"; drover api lists them"_s.arg(
                                     envelope.method.left(80))));
            continue;
        }
        Result<Router::Call> call = entry->decode(envelope.params);
        if (!call) {
            channel->refuse(call.error());
            continue;
        }
        calls.append({entry->rules, envelope.method, std::move(*call), std::move(channel)});
    }
    if (!calls.isEmpty())
        emit called(peer, calls);
}

void Gateway::notify(PeerId peer, QLatin1StringView method, const QByteArray &params)
{
    const auto format = m_formats.constFind(peer);
    if (format == m_formats.cend())
        return;
    m_door.send(peer, notificationFrame(method, params, *format));
    m_readers.insert(peer);
    if (!m_looks.isActive())
        m_looks.start();
}

void Gateway::lookAtReaders()
{
    for (auto peer = m_readers.begin(); peer != m_readers.end();) {
        if (m_door.backlog(*peer) > mostUnread) {
            ++peer;
            continue;
        }
        emit taken(*peer);
        peer = m_readers.erase(peer);
    }
    if (m_readers.isEmpty())
        m_looks.stop();
}

void Gateway::onMetrics(const HttpRequest &request, const HttpAnswer &answer)
{
    const QString method{GetMetrics::method};
    const Router::Entry *entry = m_router.find(method);
    const Result<Router::Call> call = entry ? entry->decode(encode(GetMetrics{}))
                                            : fail(ErrorCode::NotFound, u"there are no metrics"_s);
    auto channel = std::make_shared<MetricsChannel>(this, answer);
    if (call)
        emit posted(bearerOf(request), request.info.address.toString(),
                    {entry->rules, method, *call, channel});
    else
        channel->refuse(call.error());
}

void Gateway::onPost(const HttpRequest &request, const HttpAnswer &answer)
{
    const Result<QList<Envelope>> envelopes = envelopesOf(request.body, WireFormat::Json);
    const bool good = envelopes && envelopes->size() == 1;
    auto channel
        = std::make_shared<HttpChannel>(this, answer, good ? envelopes->first().id : std::nullopt);
    if (!good) {
        channel->refuse(envelopes ? fail(ErrorCode::Protocol, u"one request at a time"_s)
                                  : envelopes.error());
        return;
    }
    const Envelope &envelope = envelopes->first();
    const Router::Entry *entry = m_router.find(envelope.method);
    if (!entry) {
        channel->refuse(fail(ErrorCode::NotFound,
                             u"there is no method \"%1\""_s.arg(envelope.method.left(80))));
        return;
    }
    Result<Router::Call> call = entry->decode(envelope.params);
    if (!call) {
        channel->refuse(call.error());
        return;
    }
    emit posted(bearerOf(request), request.info.address.toString(),
                {entry->rules, envelope.method, std::move(*call), channel});
}

} // namespace Drover
