#include "backend/daemon/daemon.h"

#include "backend/api/handlers/handlers.h"
#include "backend/api/userinvitation.h"
#include "backend/base/logging.h"
#include "backend/base/version.h"
#include "backend/tls/invitationlink.h"

#include <systemd/sd-daemon.h>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto adminInvitationValid = 7 * 24h;
constexpr auto storeAgainEvery = 1s;
constexpr auto unstoredPause = 3s;

} // namespace

Daemon::Daemon(DaemonSettings settings, CertificateFolder certificates, QObject *parent)
    : QObject(parent)
    , m_settings(std::move(settings))
    , m_certificates(std::move(certificates))
    , m_store(StoreSettings{.dataDirectory = m_settings.dataDirectory,
                            .postgres = m_settings.postgres,
                            .readers = m_settings.readers})
    , m_ledger(m_store)
    , m_access(m_store, m_ledger, m_clock)
    , m_batches(m_store, m_ledger, m_settings.lease)
    , m_queue(m_store, m_ledger, m_batches, m_clock)
    , m_blobs(m_store, m_clock)
    , m_attempts(m_store, m_ledger, m_queue, m_batches, m_blobs, m_clock, m_settings.mostPoison)
    , m_submissions(m_store, m_ledger, m_queue, m_batches, m_specs, m_blobs, m_clock)
    , m_waits(m_store, m_clock)
    , m_fleet(m_store, m_ledger, m_clock, m_settings.fleet)
    , m_dispatcher(m_store, m_ledger, m_queue, m_batches, m_attempts, m_fleet, m_specs, m_clock, m_settings.dispatch)
    , m_operations(m_store, m_ledger, m_clock)
    , m_series(m_store, m_clock)
    , m_events(m_store, m_ledger, m_clock)
    , m_outputs(std::make_unique<OutputFiles>(m_settings.dataDirectory + u"/outputs"_s))
    , m_outputReader(std::make_unique<OutputReader>(*m_outputs))
    , m_blobFiles(std::make_unique<BlobFiles>(m_settings.dataDirectory + u"/blobs"_s))
    , m_auth(std::make_unique<QObject>())
    , m_disk(m_settings.settings, m_settings.dataDirectory, m_events, *m_outputs)
    , m_retention(m_store, m_ledger, m_queue, m_batches, m_events, m_clock)
    , m_rooms{.clock = m_clock,
              .store = m_store,
              .ledger = m_ledger,
              .access = m_access,
              .batches = m_batches,
              .queue = m_queue,
              .attempts = m_attempts,
              .specs = m_specs,
              .blobs = m_blobs,
              .submissions = m_submissions,
              .waits = m_waits,
              .fleet = m_fleet,
              .dispatcher = m_dispatcher,
              .operations = m_operations,
              .series = m_series,
              .events = m_events,
              .disk = m_disk,
              .retention = m_retention,
              .certificates = m_certificates,
              .outputs = *m_outputs,
              .outputReader = *m_outputReader,
              .authThread = *m_auth,
              .addresses = {},
              .dataDirectory = m_settings.dataDirectory,
              .database = m_settings.postgres.isEmpty() ? u"SQLite"_s : u"PostgreSQL"_s,
              .started = m_clock.now(),
              .settings = m_settings.settings}
    , m_gateway(std::make_unique<Gateway>(m_router, m_clock, m_settings.limits))
    , m_blobDoor(new BlobDoor(m_gateway->door(), *m_blobFiles, m_gateway.get()))
    , m_sessions(m_rooms, *m_gateway)
    , m_outputDesk(m_rooms)
    , m_blobDesk(m_rooms, m_sessions, *m_blobDoor, *m_blobFiles)
    , m_eventDesk(m_rooms)
    , m_feed(m_rooms, m_sessions)
    , m_windows(m_rooms, m_sessions)
{
    handleEverything(m_router, m_rooms, m_sessions, m_outputDesk, m_blobDesk, m_feed, m_windows);
    connect(&m_dispatcher, &Dispatcher::ticked, &m_series, &Series::tick);
    connect(&m_dispatcher, &Dispatcher::loadReported, &m_series, &Series::load);
    connect(&m_store, &Store::failed, this, &Daemon::onStoreFailed);
    connect(&m_outputDesk, &OutputDesk::acknowledged, &m_sessions,
            [this](MachineId machine, const OutputAck &ack) {
                m_sessions.sendTo(
                    machine, notificationFrame(OutputAck::method, encode(ack), WireFormat::Cbor));
            });
    connect(&m_outputDesk, &OutputDesk::unstored, &m_sessions, [this](MachineId machine) {
        QTimer::singleShot(unstoredPause, &m_sessions, [this, machine] {
            m_sessions.closeMachine(machine, u"its output could not be stored; send it again"_s);
        });
    });
    connectRetention();
    connect(&m_minutely, &QTimer::timeout, this, &Daemon::onMinute);
    connect(&m_watchdog, &QTimer::timeout, this, [] { sd_notify(0, "WATCHDOG=1"); });
    connect(&m_renewals, &QTimer::timeout, this, &Daemon::renewLeaf);
    connect(&m_again, &QTimer::timeout, this, &Daemon::tryAgain);
    m_netThread.setObjectName(u"net"_s);
    m_fileThread.setObjectName(u"file"_s);
    m_readThread.setObjectName(u"read"_s);
    m_authThread.setObjectName(u"auth"_s);
    m_gateway->moveToThread(&m_netThread);
    m_outputs->moveToThread(&m_fileThread);
    m_blobThread.setObjectName(u"blob"_s);
    m_blobFiles->moveToThread(&m_blobThread);
    m_outputReader->moveToThread(&m_readThread);
    m_auth->moveToThread(&m_authThread);
}

// Files are the file thread's.
void Daemon::connectRetention()
{
    m_retention.setSettings(retentionOf(m_settings.settings));
    connect(&m_retention, &Retention::sizeWanted, this, [this] {
        QMetaObject::invokeMethod(m_outputs.get(), [this, &files = *m_outputs] {
            QMetaObject::invokeMethod(this, [this, bytes = files.totalSize()] { m_retention.setOutputSize(bytes); });
        });
    });
    connect(&m_retention, &Retention::outputsRemoved, this, [this](const QList<AttemptId> &attempts) {
        QMetaObject::invokeMethod(m_outputs.get(), [&files = *m_outputs, attempts] {
            for (const AttemptId attempt : attempts) {
                files.remove({attempt, 0}, OutputFiles::Removal::All);
                files.remove({attempt, 1}, OutputFiles::Removal::All);
            }
        });
    });
}

Daemon::~Daemon()
{
    stop();
}

Result<void> Daemon::start()
{
    m_netThread.start();
    m_fileThread.start();
    m_blobThread.start();
    m_readThread.start();
    m_authThread.start();
    // From the state thread: it is its standing still that a restart would help.
    if (uint64_t every = 0; sd_watchdog_enabled(0, &every) > 0)
        m_watchdog.start(std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::microseconds(every / 3)));
    const Result<void> serving = serve();
    if (serving)
        return serving;
    if (m_settings.postgres.isEmpty() || serving.error().code != ErrorCode::Conflict)
        return serving;
    standBy(serving.error());
    sd_notify(0, "READY=1");
    return {};
}

Result<void> Daemon::serve()
{
    if (!m_isOpen) {
        if (Result<void> opened = m_store.open(); !opened)
            return opened;
        m_isOpen = true;
    }
    const Result<Snapshot> snapshot = m_store.load();
    if (!snapshot)
        return snapshot.error();
    restore(*snapshot);
    m_events.add(beginning());
    if (Result<void> flushed = m_store.flush(); !flushed)
        return flushed;
    if (m_port == 0) {
        if (Result<void> opened = listen(); !opened)
            return opened;
    }
    m_standsBy = false;
    m_dispatcher.start();
    m_minutely.start(1min);
    m_disk.start();
    m_renewals.start(
        std::clamp<std::chrono::milliseconds>(m_settings.validity.server / 10, 1s, 1min));
    m_gateway->setReady(true);
    logInfo(LogCategory::Base, u"ready",
            {{"port"_L1, QString::number(m_port)},
             {"tasks"_L1, QString::number(m_queue.unfinished())}});
    sd_notify(0, "READY=1");
    tellManager();
    emit listening(m_port);
    return {};
}

// Why it serves from now on.
Event Daemon::beginning()
{
    Event event {.source = u"daemon"_s, .kind = u"started"_s, .object = {}, .project = {}, .text = u"droverd %1 has started"_s.arg(programVersion())};
    if (m_standsBy) {
        event.severity = EventSeverity::Warning;
        event.kind = u"took-over"_s;
        event.text = u"this daemon leads the database now: the one before has ended, or did not answer"_s;
    } else if (m_port != 0) {
        event.severity = EventSeverity::Warning;
        event.kind = u"database-back"_s;
        event.text = u"the database answers again; commands were refused meanwhile"_s;
    }
    return event;
}

void Daemon::standBy(const Error &why)
{
    if (!std::exchange(m_standsBy, true)) {
        logInfo(LogCategory::Store, u"stands by", {{"why"_L1, why.message}});
        sd_notify(0, "STATUS=standing by: another daemon leads the database");
        stopListening();
    }
    m_again.start(storeAgainEvery);
}

void Daemon::restore(const Snapshot &snapshot)
{
    m_ledger.restore(snapshot);
    m_access.restore(snapshot);
    m_batches.restore(snapshot);
    m_fleet.restore(snapshot);
    m_queue.restore(snapshot);
    m_blobs.restore(snapshot);
    m_attempts.restore(snapshot);
    m_submissions.restore(snapshot);
    m_dispatcher.restore(snapshot);
    m_operations.restore(snapshot);
    m_series.restore(snapshot);
    m_retention.restore();
    m_eventDesk.restore();
    m_feed.restore(snapshot);
}

Result<void> Daemon::listen()
{
    const Result<ServerAddress> address = ServerAddress::parse(m_settings.listen);
    if (!address)
        return address.error();
    const Result<QStringList> hosts = hostsOf(m_settings);
    if (!hosts)
        return hosts.error();
    if (m_certificates.leafIsDue(*hosts, m_clock.now())) {
        if (Result<void> renewed = m_certificates.renewLeaf(*hosts, m_clock.now()); !renewed)
            return renewed;
    }
    Result<void> listening;
    QMetaObject::invokeMethod(
        m_gateway.get(),
        [&] {
            listening = m_gateway->listen(m_certificates.identity(), QHostAddress(address->host),
                                          address->port);
            m_port = m_gateway->port();
        },
        Qt::BlockingQueuedConnection);
    m_rooms.addresses = publicAddresses(m_settings, m_port);
    return listening;
}

void Daemon::stopListening()
{
    m_gateway->setReady(false);
    if (std::exchange(m_port, 0) == 0)
        return;
    QMetaObject::invokeMethod(m_gateway.get(), &Gateway::stopListening,
                              Qt::BlockingQueuedConnection);
    m_sessions.closeAll(u"this daemon does not lead the database any more"_s);
}

void Daemon::stop()
{
    if (!m_netThread.isRunning())
        return;
    sd_notify(0, "STOPPING=1");
    m_again.stop();
    stopListening();
    if (m_isOpen && !m_standsBy)
        m_series.flush();
    if (const Result<void> flushed = m_isOpen && !m_standsBy ? m_store.flush() : Result<void>();
        !flushed)
        logError(LogCategory::Store, u"not everything could be stored",
                 {{"reason"_L1, flushed.error().message}});
    // Each is deleted in its own thread, whose event loop ends after that.
    QMetaObject::invokeMethod(
        m_gateway.get(), [this] { m_gateway.reset(); }, Qt::BlockingQueuedConnection);
    QMetaObject::invokeMethod(
        m_outputReader.get(), [this] { m_outputReader.reset(); }, Qt::BlockingQueuedConnection);
    QMetaObject::invokeMethod(
        m_outputs.get(), [this] { m_outputs.reset(); }, Qt::BlockingQueuedConnection);
    QMetaObject::invokeMethod(
        m_blobFiles.get(), [this] { m_blobFiles.reset(); }, Qt::BlockingQueuedConnection);
    for (QThread *thread : {&m_netThread, &m_fileThread, &m_readThread, &m_blobThread, &m_authThread}) {
        thread->quit();
        thread->wait();
    }
    logInfo(LogCategory::Base, u"stopped");
}

Result<QString> Daemon::inviteAdmin(const QString &user)
{
    if (Result<void> opened = m_store.open(); !opened)
        return opened.error();
    const Result<Snapshot> snapshot = m_store.load();
    if (!snapshot)
        return snapshot.error();
    restore(*snapshot);
    InvitationLink link{.kind = InvitationLink::Kind::User,
                        .pin = m_certificates.pin(),
                        .secret = {},
                        .addresses = {}};
    const Result<ServerAddress> listen = ServerAddress::parse(m_settings.listen);
    for (const QString &text : publicAddresses(m_settings, listen ? listen->port : defaultPort)) {
        const Result<ServerAddress> address = ServerAddress::parse(text);
        if (!address)
            return address.error();
        link.addresses.append(*address);
    }
    UserInvitation invitation{.user = user, .level = u"admin"_s, .project = u"*"_s};
    // Whoever may start the daemon on its data may let an administrator back in.
    if (const Result<StoredUser> known = m_access.findUser(user)) {
        invitation.existing = known->id;
        std::ignore = m_access.setDisabled(known->id, false);
        std::ignore = m_access.grant(known->id, {.project = u"*"_s, .level = Level::Admin});
    }
    link.secret = m_access.invite(u"user"_s, encode(invitation), adminInvitationValid);
    if (Result<void> flushed = m_store.flush(); !flushed)
        return flushed.error();
    return link.printed();
}

void Daemon::onStoreFailed(const Error &error)
{
    logError(LogCategory::Store, u"the database does not answer; everything waits",
             {{"reason"_L1, error.message}});
    m_operations.forget();
    m_retention.forget();
    m_disk.giveUpBallast(); // it may be for lack of room
    m_gateway->setReady(false);
    m_again.start(storeAgainEvery);
}

void Daemon::tryAgain()
{
    const Result<void> serving = serve();
    if (!serving) {
        const ErrorCode code = serving.error().code;
        if (code == ErrorCode::Conflict)
            standBy(serving.error());
        else if (m_standsBy && code != ErrorCode::StorageUnavailable)
            emit gaveUp(printed(serving.error()));
        return;
    }
    m_again.stop();
    m_sessions.closeAll(u"the database was away; say hello again"_s);
    logInfo(LogCategory::Store, u"the database answers again");
}

void Daemon::reload(const DaemonSettings &settings)
{
    QStringList later;
    for (const QString &name : settings.settings.differences(m_settings.settings)) {
        const auto keys = daemonSettingKeys();
        const auto key
            = std::ranges::find_if(keys, [&](const SettingKey &each) { return name == each.name; });
        if (!key->isReloaded)
            later.append(name);
    }
    changeLogging(settings.log);
    m_settings.settings = settings.settings;
    m_settings.littleDisk = settings.littleDisk;
    m_retention.setSettings(retentionOf(m_settings.settings));
    logInfo(LogCategory::Settings, u"read again",
            {{"needs-restart"_L1, later.isEmpty() ? u"none"_s : later.join(u", ")}});
}

void Daemon::tellManager()
{
    int online = 0;
    for (const MachineRecord &machine : m_fleet.all())
        online += m_fleet.shown(machine).state == MachineState::Online;
    sd_notifyf(0, "STATUS=serving on port %d: %lld tasks to do, %d machines online", int(m_port),
               static_cast<long long>(m_queue.unfinished()), online);
}

void Daemon::onMinute()
{
    m_submissions.sweep();
    tellManager();
}

void Daemon::renewLeaf()
{
    m_operations.sweep();
    const Result<QStringList> hosts = hostsOf(m_settings);
    if (!hosts || !m_certificates.leafIsDue(*hosts, m_clock.now()))
        return;
    const Result<void> renewed = m_certificates.renewLeaf(*hosts, m_clock.now());
    m_events.add({.severity = renewed ? EventSeverity::Info : EventSeverity::Error,
                  .source = u"certificate"_s,
                  .kind = renewed ? u"renewed"_s : u"not-renewed"_s,
                  .object = {},
                  .project = {},
                  .text = renewed ? u"the daemon's certificate was renewed, until %1"_s.arg(toIso(m_certificates.leafEnds()))
                                  : u"the daemon's certificate could not be renewed: %1"_s.arg(renewed.error().message)});
    if (!renewed) {
        logError(LogCategory::Tls, u"the certificate could not be renewed",
                 {{"reason"_L1, renewed.error().message}});
        return;
    }
    QMetaObject::invokeMethod(m_gateway.get(), [this, identity = m_certificates.identity()] {
        if (const Result<void> set = m_gateway->setIdentity(identity); !set)
            logError(LogCategory::Tls, u"the renewed certificate is not shown",
                     {{"reason"_L1, set.error().message}});
    });
}

} // namespace Drover
