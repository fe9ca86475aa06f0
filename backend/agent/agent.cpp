#include "backend/agent/agent.h"

#include "backend/base/logging.h"
#include "backend/base/version.h"
#include "backend/protocol/cborcodec.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int beatsForDisk = 15;
constexpr std::chrono::seconds strangersAfter{5};
constexpr std::chrono::seconds helloAgain{3};
constexpr qsizetype earlyMost = 1000; // messages kept until the welcome

StartSurroundings surroundingsOf(const AgentSettings &settings, const MachineFacts &facts)
{
    StartSurroundings surroundings;
    surroundings.runRoot = QFile::encodeName(settings.paths.run()).toStdString();
    surroundings.fenceFile = QFile::encodeName(settings.paths.fence()).toStdString();
    surroundings.home = QFile::encodeName(settings.home).toStdString();
    surroundings.cores = facts.cores;
    surroundings.memory = facts.memory;
    return surroundings;
}

/// Agents with states of their own do not meet in one cgroup.
QString cgroupName(const AgentPaths &paths)
{
    const QByteArray hash
        = QCryptographicHash::hash(paths.state.toUtf8(), QCryptographicHash::Sha256);
    return u"drover-"_s + QString::fromLatin1(hash.toHex().left(8));
}

} // namespace

Agent::Agent(const AgentSettings &settings, DaemonLink &link, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_link(link)
    , m_clock(clock)
    , m_files(settings.paths, settings.users, settings.cacheSize, clock)
    , m_supplies(m_files)
    , m_host(settings.shimProgram, settings.shimWrapper)
    , m_reporter(link)
    , m_runner(m_files, m_supplies, m_host, m_reporter, m_fence, clock,
               surroundingsOf(settings, m_facts.facts()))
{
    if (settings.fileLimit)
        m_host.setFileLimit(*settings.fileLimit);
    connect(&m_files, &FileThread::opened, this, &Agent::onOpened);
    connect(&m_files, &FileThread::openFailed, this, &Agent::failed);
    connect(&m_files, &FileThread::chunks, this, &Agent::onChunks);
    connect(&m_files, &FileThread::cgroupsArranged, this, &Agent::onCgroups);
    connect(&m_files, &FileThread::gauges, this,
            [this](const QList<AttemptGauge> &gauges) { m_telemetry.noteGauges(gauges); });
    connect(
        &m_files, &FileThread::disksMeasured, this,
        [this](const QList<DiskFact> &disks, qint64 used) { m_telemetry.setDisks(disks, used); });
    connect(&m_host, &ShimHost::hello, this, &Agent::onHostHello);
    connect(&m_facts, &FactFinder::found, this, [this] {
        m_factsKnown = true;
        sayHello();
    });
    connect(&m_link, &DaemonLink::connected, this, &Agent::onConnected);
    connect(&m_link, &DaemonLink::disconnected, this, &Agent::onDisconnected);
    connect(&m_link, &DaemonLink::received, this, &Agent::onReceived);
    m_beat.callOnTimeout(this, &Agent::beat);
}

Result<void> Agent::start()
{
    if (const int error = m_fence.open(QFile::encodeName(m_settings.paths.fence()).toStdString()))
        return fail(ErrorCode::Io,
                    u"%1: %2"_s.arg(m_settings.paths.fence(), qt_error_string(error)));
    m_files.open();
    m_files.measureDisks();
    m_facts.start(m_settings.gpus);
    if (const Result<void> started = m_host.start(); !started)
        return started.error();
    m_link.start();
    return {};
}

void Agent::onOpened(const AttemptFolders::Opened &opened)
{
    m_isOpen = true;
    // CLOCK_BOOTTIME began anew: the word would hold fences open for as long as the machine ran.
    if (opened.isNewBoot)
        m_fence.set(0);
    m_epoch = opened.epoch;
    m_revision = opened.revision;
    m_runner.setEpoch(m_epoch);
    m_reporter.begin(opened.generation);
    m_runner.adopt(opened.found);
    QTimer::singleShot(strangersAfter, this, [this] { m_files.lookForStrangers(); });
    sayHello();
}

void Agent::onHostHello(qint64 pid, const QString &scope)
{
    m_files.arrangeCgroups(pid, scope, cgroupName(m_settings.paths));
}

void Agent::onCgroups(const Cgroups &cgroups)
{
    m_cgroups = cgroups;
    m_cgroupsKnown = true;
    m_runner.setCgroups(cgroups);
    m_host.open();
    sayHello();
}

void Agent::onConnected()
{
    m_helloSent = m_welcomed = false;
    m_supplies.setTarget(m_link.target());
    m_early.clear();
    sayHello();
}

void Agent::onDisconnected(const QString &reason)
{
    // Once for each reason, not for each try.
    if (reason != m_lastReason) {
        logWarning(LogCategory::Agent, u"no connection to the daemon", {{"reason"_L1, reason}});
        writeStatus({.connected = false, .since = m_clock.now(), .reason = reason});
    }
    m_lastReason = reason;
    m_beat.stop();
    m_reporter.pause();
    m_files.setConnected(false);
}

void Agent::writeStatus(const ConnectionStatus &status)
{
    m_files.writeFile(m_settings.paths.status(), toJson(status) + '\n');
}

/// Once everything is known that belongs into it.
void Agent::sayHello()
{
    if (m_helloSent || !m_isOpen || !m_factsKnown || !m_cgroupsKnown || !m_link.isConnected())
        return;
    m_helloSent = true;
    MachineFacts facts = m_facts.facts();
    facts.limits = m_cgroups.limits();
    facts.isolated = m_settings.users.firstUser >= 0;
    facts.disks = m_telemetry.disks();
    m_link.hello({.wire = wireVersion,
                  .version = programVersion(),
                  .facts = facts,
                  .epoch = m_epoch,
                  .held = m_runner.held(),
                  .revision = m_revision},
                 [this](const Result<AgentWelcome> &welcome) {
                     if (welcome)
                         onWelcome(*welcome);
                     else
                         onRefused(welcome.error());
                 });
}

void Agent::onRefused(const Error &error)
{
    logError(LogCategory::Agent, u"the daemon does not take this machine on",
             {{"reason"_L1, error.message}});
    // Its storage may be away, or it is busy; a cut meanwhile says hello by itself.
    QTimer::singleShot(helloAgain, this, [this] {
        m_helloSent = m_welcomed;
        sayHello();
    });
}

void Agent::onWelcome(const AgentWelcome &welcome)
{
    logInfo(LogCategory::Agent, u"on duty",
            {{"machine"_L1, welcome.name}, {"slots"_L1, QString::number(welcome.slotCount)}});
    m_lastReason.clear();
    m_welcomed = true;
    writeStatus(
        {.connected = true, .since = m_clock.now(), .reason = {}, .slotCount = welcome.slotCount});
    m_revision = welcome.epoch == m_epoch ? std::max(m_revision, welcome.revision) : welcome.revision;
    m_epoch = welcome.epoch;
    m_files.setHistory(m_epoch, m_revision);
    m_runner.setEpoch(m_epoch);
    m_runner.setOutputCap(welcome.outputCap);
    QList<Order> unwanted;
    for (const HeldAttempt &held : welcome.stop)
        unwanted.append({.task = held.task,
                         .n = held.n,
                         .kind = OrderKind::Stop,
                         .reason = EndReason::Superseded});
    m_runner.obey(unwanted);
    m_reporter.resume();
    m_files.setConnected(true);
    m_beat.start(std::max(welcome.beat, std::chrono::milliseconds(50)));
    beat(); // at once: the fence of what is about to start stands on it
    m_runner.setSlots(welcome.slotCount);
    for (const auto &[method, params] : std::exchange(m_early, {}))
        obey(method, params);
    emit welcomed(welcome);
}

template <typename T> bool Agent::take(const QByteArray &params, void (Agent::*handle)(const T &))
{
    const Result<T> message = decode<T>(params);
    if (message)
        (this->*handle)(*message);
    else
        logError(LogCategory::Agent, u"a message from the daemon cannot be read",
                 {{"method"_L1, T::method}, {"reason"_L1, message.error().message}});
    return true;
}

void Agent::onReceived(const QString &method, const QByteArray &params)
{
    // Whose history it belongs to is known with the welcome.
    if (!m_welcomed && m_early.size() < earlyMost)
        m_early.append({method, params});
    else if (m_welcomed)
        obey(method, params);
}

void Agent::obey(const QString &method, const QByteArray &params)
{
    const bool known = (method == AgentAssign::method && take(params, &Agent::onAssign))
        || (method == ReportsAck::method && take(params, &Agent::onReportsAck))
        || (method == AgentOrders::method && take(params, &Agent::onOrders))
        || (method == OutputAck::method && take(params, &Agent::onOutputAck))
        || (method == AgentBeatAck::method && take(params, &Agent::onBeatAck));
    if (!known)
        logWarning(LogCategory::Agent, u"the daemon says something new", {{"method"_L1, method}});
}

void Agent::onOrders(const AgentOrders &message)
{
    m_runner.obey(message.orders);
    if (message.slotCount)
        m_runner.setSlots(*message.slotCount);
}

void Agent::onOutputAck(const OutputAck &message)
{
    m_files.acknowledgeOutput(message.id(), message.stream, message.upTo);
}

void Agent::onChunks(const QList<OutputChunk> &chunks)
{
    for (const OutputChunk &chunk : chunks)
        m_link.send(chunk);
}

void Agent::beat()
{
    m_link.send(AgentBeat{.bootTime = qint64(bootNow()),
                          .load = m_telemetry.load(),
                          .gauges = m_telemetry.gauges(m_runner.running())});
    if (++m_beats % beatsForDisk != 0)
        return;
    m_files.measureDisks();
    m_files.setHistory(m_epoch, m_revision);
}

void Agent::onBeatAck(const AgentBeatAck &ack)
{
    m_revision = std::max(m_revision, ack.revision);
    // Only what we can have sent: the fence must never lie in the future.
    const auto sent = uint64_t(ack.bootTime);
    if (sent <= m_fence.value() || sent > bootNow())
        return;
    m_fence.set(sent);
    m_runner.onFenceMoved();
}

void Agent::sayGoodbye(const QString &reason)
{
    m_files.setHistory(m_epoch, m_revision);
    m_link.send(AgentGoodbye{.reason = reason});
    auto *poll = new QTimer(this);
    const auto until = m_clock.steady() + std::chrono::seconds(1);
    poll->callOnTimeout(this, [this, until] {
        if (!m_link.isConnected() || m_link.backlog() == 0 || m_clock.steady() > until)
            emit leftBehind();
    });
    poll->start(std::chrono::milliseconds(10));
}

} // namespace Drover
