#include "backend/dispatch/dispatcher.h"

#include "backend/base/logging.h"
#include "backend/store/queries.h"
#include "backend/store/store.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto tickEvery = 1s;
constexpr auto stallAfter = 3s; // a tick this late means that we were stopped, not the machines
constexpr size_t readAheadCount = 1000;

} // namespace

Dispatcher::Dispatcher(Store &store, Ledger &ledger, TaskQueue &queue, BatchBook &batches, Attempts &attempts,
                       Fleet &fleet, SpecCache &specs, const Clock &clock, const DispatchSettings &settings,
                       QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_ledger(ledger)
    , m_queue(queue)
    , m_batches(batches)
    , m_attempts(attempts)
    , m_fleet(fleet)
    , m_specs(specs)
    , m_clock(clock)
    , m_settings(settings)
    , m_storms(fleet, clock, settings.storms)
    , m_shares(store, queue, batches)
{
    m_store.beforeHandOver([this](Stage &stage) { beforeHandOver(stage); });
    connect(&m_queue, &TaskQueue::readyChanged, this, &Dispatcher::planSoon);
    connect(&m_fleet, &Fleet::roomChanged, this, &Dispatcher::planSoon);
    connect(&m_attempts, &Attempts::freed, &m_fleet, &Fleet::release);
    connect(&m_attempts, &Attempts::taken, &m_fleet, &Fleet::reserve);
    connect(&m_attempts, &Attempts::respecified, this, [this](TaskId task, const SpecCache::Spec &spec) {
        m_specs.insert(task, spec); // the database does not have it yet
    });
    connect(&m_fleet, &Fleet::machineChanged, this, [this](MachineId id) {
        const MachineRecord *machine = m_fleet.find(id);
        m_attempts.excuse(id, machine && machine->row.draining);
    });
    connect(&m_attempts, &Attempts::ordered, this, [this](MachineId machine, const Order &order) {
        outgoing(machine).orders.orders.append(order);
    });
    connect(&m_attempts, &Attempts::attemptEnded, this, [this](const Attempt &attempt) {
        m_fleet.countEnd(attempt.machine);
        m_gauges.remove(attempt.id());
        m_over.push_back(attempt);
    });
    m_delayed.setSingleShot(true);
    connect(&m_delayed, &QTimer::timeout, this, &Dispatcher::armDelayed);
    connect(&m_ticks, &QTimer::timeout, this, &Dispatcher::tick);
}

void Dispatcher::restore(const Snapshot &snapshot)
{
    m_outgoing.clear();
    m_gauges.clear();
    m_fenced.clear();
    m_over.clear();
    m_specs.clear();
    m_leasesOver.clear();
    m_storms.clear();
    m_shares.forget();
    m_reading = false;
    for (const Attempt &attempt : snapshot.attempts) {
        if (const auto needs = m_attempts.held(attempt.id()))
            m_fleet.reserve(attempt.machine, *needs, attempt.gpus);
    }
    for (const MachineRecord &machine : m_fleet.all())
        m_attempts.excuse(machine.row.id, machine.row.draining);
}

void Dispatcher::start()
{
    m_lastTick = m_clock.steady();
    m_ticks.start(tickEvery);
    armDelayed();
    planSoon();
}

void Dispatcher::planSoon()
{
    if (std::exchange(m_planWanted, true))
        return;
    m_store.stage(); // arranges a hand-over, and so the call of beforeHandOver
}

void Dispatcher::beforeHandOver(Stage &stage)
{
    if (std::exchange(m_planWanted, false))
        planNow();
    m_batches.stageChanged(m_clock.now());
    if (m_outgoing.isEmpty() && m_over.empty())
        return;
    stage.whenCommitted([this, outgoing = std::exchange(m_outgoing, {}), over = std::exchange(m_over, {})](const Result<void> &done) {
        if (!done)
            return; // memory is read again, and agents say hello again
        for (auto it = outgoing.cbegin(); it != outgoing.cend(); ++it)
            emit send(it.key(), frameOf(*it));
        for (const Attempt &attempt : over)
            emit attemptOver(attempt);
    });
}

QByteArray Dispatcher::frameOf(const Outgoing &out)
{
    QByteArray frame;
    if (!out.assign.assignments.isEmpty())
        frame += notificationFrame(AgentAssign::method, encode(out.assign), WireFormat::Cbor);
    if (!out.orders.orders.isEmpty() || out.orders.slotCount)
        frame += notificationFrame(AgentOrders::method, encode(out.orders), WireFormat::Cbor);
    if (out.acknowledge > 0)
        frame += notificationFrame(ReportsAck::method, encode(ReportsAck {out.acknowledge}), WireFormat::Cbor);
    return frame;
}

Dispatcher::Outgoing &Dispatcher::outgoing(MachineId machine)
{
    m_store.stage();
    return m_outgoing[machine];
}

std::vector<Room> Dispatcher::rooms() const
{
    std::vector<Room> rooms;
    const SteadyInstant heardLately = m_clock.steady() - 2 * m_settings.beat;
    for (const MachineRecord &machine : m_fleet.all()) {
        if (!machine.connected || machine.row.draining || machine.row.slotCount == 0)
            continue;
        if (machine.lastContact < heardLately)
            continue; // its cable may be pulled: what it was given would be lost with the next tick
        Room room = roomOf(machine);
        if (room.freeSlots > 0 || room.ahead > 0)
            rooms.push_back(std::move(room));
    }
    return rooms;
}

Room Dispatcher::roomOf(const MachineRecord &machine) const
{
    const Machine &row = machine.row;
    return {.machine = row.id,
            .name = row.name,
            .project = row.project,
            .pools = row.pools,
            .labels = row.labels,
            .runAs = row.runAs,
            .freeSlots = machine.freeSlots(),
            .ahead = std::max(m_fleet.prefetchRoom(machine), 0),
            .freeCpu = double(row.facts.cores) - machine.cpuUsed,
            .freeMemory = row.facts.memory - machine.memoryUsed,
            .freeDisk = availableDisk(row) - machine.diskUsed,
            .freeGpus = machine.freeGpus()};
}

void Dispatcher::planNow()
{
    const Flags &flags = m_batches.flags();
    if (flags.held || flags.paused || m_queue.ready().batches().empty())
        return;
    std::vector<Room> free = rooms();
    if (free.empty())
        return;
    const std::vector<Placement> placements
        = plan({.ready = m_queue.ready(),
                .batches = m_batches.all(),
                .shape = [this](int id) -> const Shape & { return m_queue.shape(id); },
                .rooms = std::move(free),
                .flags = flags,
                .running = m_queue.running()});
    std::vector<TaskId> missing;
    for (const Placement &placement : placements) {
        if (m_specs.find(placement.task))
            assign(placement);
        else
            missing.push_back(placement.task);
    }
    if (!missing.empty())
        readAhead(missing);
}

void Dispatcher::assign(const Placement &placement)
{
    const SpecCache::Spec spec = m_specs.find(placement.task);
    m_specs.remove(placement.task);
    const MachineRecord *machine = m_fleet.find(placement.machine);
    const QList<qint64> gpus = m_fleet.freeGpus(placement.machine, spec->needs.gpu);
    m_fleet.reserve(placement.machine, spec->needs, gpus);
    outgoing(placement.machine)
        .assign.assignments.append(m_attempts.assign(placement.task, placement.machine, machine->row.name, spec, gpus));
}

void Dispatcher::readAhead(const std::vector<TaskId> &missing)
{
    if (std::exchange(m_reading, true))
        return;
    QList<TaskId> wanted(missing.begin(), missing.end());
    for (const auto &[batch, lines] : m_queue.ready().batches()) {
        for (const auto &[kind, line] : lines) {
            size_t taken = 0;
            for (auto it = line.begin(); it != line.end() && taken < readAheadCount; ++it, ++taken) {
                if (!m_specs.find(it->id) && wanted.size() < SpecCache::most)
                    wanted.append(it->id);
            }
        }
    }
    m_store.ask<QList<QByteArray>>(
        this, [wanted](Database &db) { return specsOf(db, wanted); },
        [this, wanted](const Result<QList<QByteArray>> &specs) {
            m_reading = false;
            for (qsizetype i = 0; specs && i < wanted.size(); ++i) {
                // One that is there by now is newer: it was edited while we read.
                if (Result<TaskSpec> spec = decode<TaskSpec>(specs->value(i));
                    spec && m_queue.find(wanted[i]) && !m_specs.find(wanted[i]))
                    m_specs.insert(wanted[i], std::make_shared<const TaskSpec>(std::move(*spec)));
            }
            planSoon();
        });
}

AgentWelcome Dispatcher::hello(MachineId machine, const QString &address, const AgentHello &hello)
{
    m_fleet.connected(machine, hello.facts, address);
    m_storms.returned(machine);
    m_leasesOver.remove(machine);
    const MachineRecord *record = m_fleet.find(machine);
    Attempts::Reconciled reconciled = m_attempts.reconcile(machine, hello.held);
    if (!reconciled.again.isEmpty())
        outgoing(machine).assign.assignments += reconciled.again;
    planSoon();
    return {.machine = machine,
            .name = record->row.name,
            .epoch = m_ledger.epoch(),
            .slotCount = record->row.slotCount,
            .beat = m_settings.beat,
            .outputCap = m_settings.outputCap,
            .stop = reconciled.stop,
            .revision = m_store.committedRevision()};
}

// A cable that was pulled and put back leaves its connection as it was.
void Dispatcher::heard(MachineId machine)
{
    const MachineRecord *record = m_fleet.find(machine);
    if (record && record->lastContact < m_clock.steady() - 2 * m_settings.beat)
        planSoon(); // it takes work again
    m_fleet.contact(machine);
    if (m_leasesOver.remove(machine))
        emit helloWanted(machine);
}

void Dispatcher::reports(MachineId machine, const QList<Report> &reports)
{
    heard(machine);
    qint64 last = 0;
    for (const Report &report : reports) {
        m_attempts.apply(machine, report);
        last = std::max(last, report.seq);
    }
    if (last > 0)
        outgoing(machine).acknowledge = last;
}

void Dispatcher::beat(MachineId machine, const AgentBeat &beat)
{
    heard(machine);
    m_fleet.load(machine, beat.load);
    emit loadReported(machine, beat.load, std::chrono::nanoseconds(beat.bootTime));
    for (const AttemptGauge &gauge : beat.gauges) {
        const Attempt *attempt = m_attempts.find({gauge.task, gauge.n});
        if (attempt && attempt->machine == machine)
            m_gauges.insert(attempt->id(), gauge);
    }
}

void Dispatcher::left(MachineId machine, Fleet::Leaving leaving)
{
    m_fleet.disconnected(machine, leaving);
}

void Dispatcher::slotsChanged(MachineId machine)
{
    if (const MachineRecord *record = m_fleet.find(machine))
        outgoing(machine).orders.slotCount = record->row.slotCount;
}

void Dispatcher::setFlags(const Flags &flags)
{
    m_batches.setFlags(flags);
    followFlags();
}

void Dispatcher::followFlags()
{
    m_attempts.followFlags();
    planSoon();
}

void Dispatcher::tick()
{
    const SteadyInstant now = m_clock.steady();
    const auto late = now - m_lastTick - tickEvery;
    m_lastTick = now;
    if (late > stallAfter) {
        logWarning(LogCategory::Dispatch, u"the daemon was stopped; no lease pays for it",
                   {{"for"_L1, printedDuration(late)}});
        m_fleet.forgiveSilence(late);
    }
    for (const MachineRecord &machine : m_fleet.all())
        endLeases(machine, now);
    endStorms();
    while (!m_fenced.empty()) {
        const auto due = std::ranges::find_if(m_fenced, [&](const auto &each) { return each.second <= now; });
        if (due == m_fenced.end())
            break;
        const AttemptId attempt = due->first;
        m_fenced.erase(due);
        m_attempts.fenceEnded(attempt);
    }
    emit ticked();
}

void Dispatcher::endLeases(const MachineRecord &machine, SteadyInstant now)
{
    if (now - machine.lastContact < 2 * m_settings.beat)
        return;
    const QList<AttemptId> attempts = m_attempts.on(machine.row.id);
    bool anyLease = false;
    for (const AttemptId id : attempts) {
        const TaskRecord *task = m_queue.find(id.task);
        const Batch *batch = task ? m_batches.find(task->batch) : nullptr;
        const Attempt *attempt = m_attempts.find(id);
        if (!batch || attempt->unreachable)
            continue;
        if (now - machine.lastContact < batch->lease) {
            anyLease = true;
            continue;
        }
        if (m_attempts.leaseRule(id) == LeaseRule::Fence)
            m_fenced[id] = now + m_attempts.killGrace(id);
        m_leasesOver.insert(machine.row.id);
        m_attempts.leaseEnded(id, m_storms.judge(machine));
    }
    if (!attempts.isEmpty())
        m_fleet.setLeases(machine.row.id, anyLease ? Leases::Running : Leases::Ended);
}

void Dispatcher::endStorms()
{
    const QList<MachineId> over = m_storms.over();
    for (const MachineId machine : over)
        m_attempts.stormEnded(machine);
}

Result<void> Dispatcher::resumePool(const QString &pool)
{
    Result<void> done = m_storms.resume(pool);
    endStorms();
    return done;
}

void Dispatcher::armDelayed()
{
    const std::optional<Instant> next = m_queue.wakeDelayed();
    // A new back-off may be shorter than the one we sleep for: look at least each second.
    const auto left = next ? std::chrono::ceil<std::chrono::milliseconds>(*next - m_clock.now()) : 1000ms;
    m_delayed.start(std::clamp(left, 1ms, 1000ms));
}

} // namespace Drover
