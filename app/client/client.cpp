#include "app/client/client.h"

#include "backend/protocol/sessionrequests.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto shortPause = 250ms; // when the daemon does not say how long

bool isLost(ErrorCode code)
{
    return code == ErrorCode::Unreachable || code == ErrorCode::StorageUnavailable;
}

std::chrono::milliseconds pauseOf(const Error &error)
{
    return error.retryAfterMs > 0 ? std::chrono::milliseconds(error.retryAfterMs) : shortPause;
}

} // namespace

Client::Client(QString program, const ClientSettings &settings, QObject *parent)
    : QObject(parent)
    , m_program(std::move(program))
    , m_settings(settings)
    , m_link(settings.link)
{
    connect(&m_link, &Link::connected, this, &Client::onConnected);
    connect(&m_link, &Link::disconnected, this, &Client::onDisconnected);
    connect(&m_link, &Link::failed, this, &Client::onFailed);
}

void Client::open(const ClientTarget &target)
{
    m_target = target;
    m_ready = false;
    m_wasReady = false;
    m_closed.reset();
    m_link.open(target.link);
}

void Client::close()
{
    close(fail(ErrorCode::Interrupted, u"the connection was closed"_s));
}

void Client::close(const Error &reason)
{
    m_ready = false;
    m_closed = reason;
    m_link.close();
    answerWaiting(reason);
}

void Client::onConnected()
{
    if (m_target.token.isEmpty() && m_target.user.isEmpty())
        return ready();
    const SignIn request{.token = m_target.token,
                         .user = m_target.user,
                         .password = m_target.password,
                         .program = m_program};
    m_link.send(request, this, [this](const Result<SessionInfo> &session) { onSignedIn(session); });
}

void Client::onSignedIn(const Result<SessionInfo> &session)
{
    if (session) {
        m_session = *session;
        ready();
        emit signedIn(m_session);
        return;
    }
    const Error &error = session.error();
    if (error.code == ErrorCode::Unreachable)
        return; // cut amid of it: the link connects anew
    const bool temporary = error.code == ErrorCode::Busy
        || error.code == ErrorCode::StorageUnavailable || error.code == ErrorCode::TimedOut;
    if (temporary) {
        QTimer::singleShot(pauseOf(error), this, [this] {
            if (m_link.state() == LinkState::Open && !m_ready)
                onConnected();
        });
        return;
    }
    close(error);
    emit refused(error);
}

void Client::ready()
{
    m_ready = true;
    m_wasReady = true;
    for (Pending &pending : std::exchange(m_waiting, {}))
        transmit(std::move(pending));
}

void Client::onDisconnected(const Error &error)
{
    m_ready = false;
    emit lost(error);
}

void Client::onFailed(const Error &error)
{
    const auto patience = m_wasReady ? m_settings.patience : m_settings.firstPatience;
    const auto tooOld = Steady::now() - patience;
    QList<Pending> stay;
    for (Pending &pending : std::exchange(m_waiting, {})) {
        if (pending.waitsSince <= tooOld)
            answer(pending, error);
        else
            stay.append(std::move(pending));
    }
    // What a handler has sent meanwhile came later.
    m_waiting = stay + std::exchange(m_waiting, {});
}

void Client::sendRequest(QLatin1StringView method, const QByteArray &params, QObject *context,
                         std::function<void(const Result<QByteArray> &)> handler, Repeat repeat,
                         std::optional<std::chrono::milliseconds> limit)
{
    Pending pending{.method = method,
                    .params = params,
                    .context = context,
                    .handler = std::move(handler),
                    .repeat = repeat,
                    .limit = limit,
                    .waitsSince = {}};
    if (m_ready)
        transmit(std::move(pending));
    else
        wait(std::move(pending));
}

void Client::wait(Pending pending)
{
    // Nobody will connect before somebody says so: the answer is known.
    if (m_closed) {
        QMetaObject::invokeMethod(
            this, [pending = std::move(pending), error = *m_closed] { answer(pending, error); },
            Qt::QueuedConnection);
        return;
    }
    pending.waitsSince = Steady::now();
    m_waiting.append(std::move(pending));
}

void Client::transmit(Pending pending)
{
    const QLatin1StringView method = pending.method;
    const QByteArray params = pending.params;
    const auto limit = pending.limit;
    m_link.sendRequest(
        method, params, this,
        [this, pending = std::move(pending)](const Result<QByteArray> &reply) {
            onReply(pending, reply);
        },
        limit);
}

void Client::onReply(Pending pending, const Result<QByteArray> &reply)
{
    if (reply)
        return answer(pending, reply);
    const Error &error = reply.error();
    // Answered before anything was touched: always safe.
    if (error.code == ErrorCode::Busy)
        return sendLater(std::move(pending), pauseOf(error));
    if (!isLost(error.code) || pending.repeat == Repeat::Never)
        return answer(pending, reply);
    if (error.code == ErrorCode::StorageUnavailable)
        return sendLater(std::move(pending), pauseOf(error));
    wait(std::move(pending));
}

void Client::sendLater(Pending pending, std::chrono::milliseconds delay)
{
    QTimer::singleShot(delay, this, [this, pending = std::move(pending)] {
        if (m_ready)
            transmit(pending);
        else
            wait(pending);
    });
}

void Client::answerWaiting(const Error &error)
{
    for (const Pending &pending : std::exchange(m_waiting, {}))
        answer(pending, error);
}

void Client::answer(const Pending &pending, const Result<QByteArray> &reply)
{
    if (pending.context)
        pending.handler(reply);
}

} // namespace Drover
