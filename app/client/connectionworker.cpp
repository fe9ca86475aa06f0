#include "app/client/connectionworker.h"

#include "backend/base/clock.h"
#include "backend/base/logging.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto frameEvery = 33ms;
constexpr auto lookEvery = 500ms; // so that lateness shows within half a second

Instant now()
{
    return SystemClock().now();
}

ClientTarget withAddresses(ClientTarget target, const QList<ServerAddress> &addresses)
{
    target.link.addresses = addresses;
    return target;
}

} // namespace

ConnectionWorker::ConnectionWorker(QString program, const ClientSettings &settings, Connection &here)
    : m_program(std::move(program))
    , m_settings(settings)
    , m_here(here)
{
}

void ConnectionWorker::start()
{
    m_client = std::make_unique<Client>(m_program, m_settings);
    const Link &link = m_client->link();
    connect(m_client.get(), &Client::signedIn, this, &ConnectionWorker::onSignedIn);
    connect(m_client.get(), &Client::lost, this, &ConnectionWorker::onLost);
    connect(m_client.get(), &Client::refused, this, &ConnectionWorker::onRefused);
    connect(&link, &Link::failed, this, &ConnectionWorker::onFailed);
    connect(&link, &Link::stateChanged, this, &ConnectionWorker::tell);
    connect(&link, &Link::notified, this, &ConnectionWorker::onNotified);
    m_frame.setSingleShot(true);
    m_frame.setTimerType(Qt::PreciseTimer);
    connect(&m_frame, &QTimer::timeout, this, &ConnectionWorker::gather);
    connect(&m_seconds, &QTimer::timeout, this, &ConnectionWorker::tell);
}

void ConnectionWorker::open(const ClientTarget &target, const std::optional<TunnelSettings> &tunnel)
{
    close();
    m_target = target;
    m_open = true;
    m_wasReady = false;
    m_error = {};
    m_away.start();
    m_lostAt = now();
    m_seconds.start(lookEvery);
    if (!tunnel) {
        m_client->open(target);
        return tell();
    }
    m_tunnel = std::make_unique<SshTunnel>(*tunnel);
    connect(m_tunnel.get(), &SshTunnel::stateChanged, this, &ConnectionWorker::onTunnelState);
    m_tunnel->open();
    tell();
}

void ConnectionWorker::close()
{
    m_open = false;
    m_refusal.reset();
    m_seconds.stop();
    m_tunnel.reset();
    m_client->close();
    tell();
}

void ConnectionWorker::retryNow()
{
    if (!m_open)
        return;
    if (m_tunnel && m_tunnel->state() == TunnelState::Waiting)
        return m_tunnel->retryNow();
    if (m_refusal && m_client->link().state() == LinkState::Idle) {
        m_refusal.reset();
        m_client->open(m_target);
    }
    m_client->retryNow();
    tell();
}

void ConnectionWorker::onTunnelState()
{
    if (m_tunnel->state() == TunnelState::Up) {
        const QList<ServerAddress> through{m_tunnel->localAddress()};
        if (m_target.link.addresses == through)
            m_client->retryNow(); // it was up before, at the same port
        else
            m_client->open(m_target = withAddresses(m_target, through));
    }
    tell();
}

void ConnectionWorker::run(const Connection::Job &job)
{
    job(*m_client, this, [this](Connection::Delivery delivery) { deliver(std::move(delivery)); });
}

void ConnectionWorker::redeem(const InvitationLink &invitation, const QString &user,
                              const QString &password, qint64 number)
{
    auto *redemption = new Redemption(invitation, m_program, this);
    redemption->start(user, password, [this, redemption, number](const Result<Redeemed> &redeemed) {
        redemption->deleteLater();
        deliver([number, redeemed](Connection &here) { here.answer(number, &redeemed); });
    });
}

void ConnectionWorker::submit(const Submit &request, qint64 number)
{
    auto *submission = new Submission(*m_client, request, this);
    connect(submission, &Submission::progressed, this, [this, number](qint64 taken, qint64 all) {
        deliver([number, taken, all](Connection &here) { here.progress(number, taken, all); });
    });
    submission->start([this, submission, number](const Result<Submitted> &submitted) {
        submission->deleteLater();
        deliver([number, submitted](Connection &here) { here.answer(number, &submitted); });
    });
}

void ConnectionWorker::upload(const QStringList &paths, qint64 number)
{
    auto *transfers = new FileTransfers(*m_client, this);
    connect(transfers, &FileTransfers::progressed, this,
            [this, number](qint64 bytes, qint64 allBytes, qsizetype files, qsizetype allFiles) {
                deliver([=](Connection &here) { here.filesProgress(number, bytes, allBytes, files, allFiles); });
            });
    transfers->upload(paths, this, [this, transfers, number](const Result<FileTransfers::Uploaded> &uploaded) {
        transfers->deleteLater();
        deliver([number, uploaded](Connection &here) { here.answer(number, &uploaded); });
    });
}

void ConnectionWorker::addChannel(std::shared_ptr<NotificationChannel> channel)
{
    const QString method(channel->method());
    m_channels.emplace(method, std::move(channel));
}

void ConnectionWorker::onNotified(const QString &method, const QByteArray &params)
{
    const auto [first, end] = m_channels.equal_range(method);
    for (auto each = first; each != end; ++each) {
        if (!each->second->take(params))
            logWarning(LogCategory::Client, u"a notification cannot be read, and is left out",
                       {{"method"_L1, method}});
    }
    if (first != end)
        gatherSoon();
}

void ConnectionWorker::gatherSoon()
{
    if (m_untaken || m_frame.isActive())
        return;
    const auto passed
        = m_lastFrame.isValid() ? std::chrono::milliseconds(m_lastFrame.elapsed()) : frameEvery;
    m_frame.start(std::max(0ms, frameEvery - passed));
}

// What has come of each type, as one more thing to deliver.
void ConnectionWorker::gather()
{
    QList<NotificationChannel::Batch> batches;
    for (const auto &[method, channel] : m_channels) {
        if (NotificationChannel::Batch batch = channel->takeBatch())
            batches.append(std::move(batch));
    }
    if (batches.isEmpty())
        return;
    m_lastFrame.start();
    m_untaken = true;
    m_out.append([batches](Connection &here) {
        for (const NotificationChannel::Batch &batch : batches)
            batch();
        here.batchTaken();
    });
    flush();
}

void ConnectionWorker::onTaken()
{
    m_untaken = false;
    gatherSoon();
}

void ConnectionWorker::deliver(Connection::Delivery delivery)
{
    gather(); // what was said before it
    m_out.append(std::move(delivery));
    if (m_out.size() == 1) // all of this turn together
        QMetaObject::invokeMethod(this, &ConnectionWorker::flush, Qt::QueuedConnection);
}

void ConnectionWorker::flush()
{
    if (m_out.isEmpty())
        return;
    QMetaObject::invokeMethod(
        &m_here, [here = &m_here, out = std::exchange(m_out, {})] { here->onDeliveries(out); },
        Qt::QueuedConnection);
}

void ConnectionWorker::onSignedIn(const SessionInfo &session)
{
    m_wasReady = true;
    m_refusal.reset();
    m_error = {};
    tell();
    deliver([session](Connection &here) { here.setSession(session); });
}

void ConnectionWorker::onLost(const Error &error)
{
    m_error = error;
    m_away.start();
    m_lostAt = now();
    tell();
    deliver([error](Connection &here) { emit here.lost(error); });
}

void ConnectionWorker::onFailed(const Error &error)
{
    m_error = error;
    // It goes on trying: a daemon that is being upgraded, or a wrong one in its place, may go away.
    if (error.code == ErrorCode::VersionMismatch || error.code == ErrorCode::Untrusted)
        m_refusal = error;
    else
        m_refusal.reset();
    tell();
}

void ConnectionWorker::onRefused(const Error &error)
{
    m_error = error;
    m_refusal = error;
    tell();
}

ConnectionStatus ConnectionWorker::status() const
{
    const Link &link = m_client->link();
    const bool ready = m_open && m_client->isReady();
    const auto away = ready ? 0ms : std::chrono::milliseconds(m_away.isValid() ? m_away.elapsed() : 0);
    ConnectionStatus status;
    status.state = stateOf({.open = m_open,
                            .ready = ready,
                            .wasReady = m_wasReady,
                            .silence = link.silentFor(),
                            .away = away,
                            .refusal = m_refusal});
    status.latency = link.latency();
    status.silence = link.silentFor();
    status.tries = ready ? 0 : link.failures();
    status.heard = ready ? now() - link.silentFor() : m_told.heard;
    status.address = link.address();
    status.error = ready ? Error() : m_error;
    if (m_tunnel && m_tunnel->state() != TunnelState::Up) {
        status.tunnel = m_tunnel->words();
        status.tries = m_tunnel->failures();
        status.error = m_tunnel->error();
    }
    const bool wasAway = m_told.state == ConnectionState::Reconnecting
        || m_told.state == ConnectionState::Offline;
    if (status.state == ConnectionState::Reconnecting || status.state == ConnectionState::Offline)
        status.since = m_lostAt;
    else
        status.since = status.state == m_told.state && !wasAway ? m_told.since : now();
    return status;
}

void ConnectionWorker::tell()
{
    const ConnectionStatus status = this->status();
    if (status == m_told)
        return;
    m_told = status;
    deliver([status](Connection &here) { here.setStatus(status); });
}

} // namespace Drover
