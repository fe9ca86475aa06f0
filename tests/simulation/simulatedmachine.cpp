#include "tests/simulation/simulatedmachine.h"

#include "backend/protocol/envelope.h"

using namespace std::chrono_literals;

namespace Drover {

SimulatedMachine::SimulatedMachine(World &world, MachineId id, int slotCount, Transmit transmit)
    : m_world(world), m_id(id), m_slots(slotCount), m_transmit(std::move(transmit))
{
    m_fence = world.clock.steady();
}

MachineFacts SimulatedMachine::facts() const
{
    MachineFacts facts;
    facts.hostName = QString("m%1").arg(m_id.value);
    facts.cores = m_slots;
    facts.memory = 16'000'000'000;
    facts.disks = {{.path = "/", .total = 100'000'000'000, .available = 50'000'000'000}};
    facts.bootId = QString("%1-%2").arg(m_id.value).arg(m_boots);
    return facts;
}

int SimulatedMachine::processes() const
{
    return int(std::ranges::count_if(m_attempts, [](const auto &each) { return each.second.hasProcess; }));
}

int SimulatedMachine::slotsUsed() const
{
    int used = 0;
    for (const auto &[id, local] : m_attempts)
        used += local.phase == Phase::Running ? local.assignment.spec.needs.slotCount : 0;
    return used;
}

SimulatedMachine::Local *SimulatedMachine::find(AttemptId id)
{
    const auto it = m_attempts.find(id);
    return it == m_attempts.end() ? nullptr : &it->second;
}

// ---- the agent's life -----------------------------------------------------------------------

void SimulatedMachine::startAgent()
{
    m_agentUp = true;
    m_lastReport = ++m_generation << 32;
    for (auto &[id, local] : m_attempts) {
        if (local.phase == Phase::Waiting) {
            endUnstarted(local, EndReason::StatusLost); // its spec was in the memory of the other one
        } else if (local.isOver || local.phase != Phase::Running) {
            local.phase = Phase::Reported;
            add(local.end);
        } else {
            report(local, ReportKind::Started);
            if (local.frozen)
                report(local, ReportKind::Frozen);
            if (local.stop)
                report(local, ReportKind::Stopping);
        }
    }
}

void SimulatedMachine::killAgent()
{
    cut();
    m_agentUp = false;
    m_reports.clear();
    m_sent = 0;
}

void SimulatedMachine::reboot(bool forgets)
{
    killAgent();
    ++m_boots;
    m_fence = m_world.clock.steady();
    for (auto &[id, local] : m_attempts) {
        if (local.hasProcess)
            endProcess(local, EndReason::StatusLost, {});
    }
    if (forgets)
        m_attempts.clear();
}

// ---- its connection -------------------------------------------------------------------------

void SimulatedMachine::connected()
{
    ++m_connection;
    m_connected = true;
    m_welcomed = false;
    m_early.clear();
    AgentHello hello {.wire = 1, .version = {}, .facts = facts(), .epoch = m_epoch, .held = {}};
    for (const auto &[id, local] : m_attempts) {
        TaskState state = TaskState::Collecting;
        if (local.phase == Phase::Waiting)
            state = TaskState::Assigned;
        else if (local.phase == Phase::Running)
            state = local.stop ? TaskState::Stopping : local.frozen ? TaskState::Paused : TaskState::Running;
        hello.held.append({.task = id.task, .n = id.n, .epoch = local.epoch,
                           .specNumber = local.assignment.specNumber, .state = state});
    }
    m_transmit(std::move(hello));
}

void SimulatedMachine::cut()
{
    ++m_connection;
    m_connected = false;
    m_welcomed = false;
}

void SimulatedMachine::welcomed(const AgentWelcome &welcome)
{
    m_welcomed = true;
    m_epoch = welcome.epoch;
    m_beat = welcome.beat;
    for (const HeldAttempt &held : welcome.stop)
        obey({.task = held.task, .n = held.n, .kind = OrderKind::Stop, .reason = EndReason::Superseded});
    m_sent = 0;
    sendSoon();
    beat();
    startWhatFits();
    for (const Envelope &message : std::exchange(m_early, {}))
        handle(message);
}

void SimulatedMachine::receive(const QByteArray &frame)
{
    const auto messages = envelopesOf(frame, WireFormat::Cbor);
    if (!messages)
        qFatal("the daemon sent what nobody can read");
    for (const Envelope &message : *messages) {
        if (m_welcomed)
            handle(message);
        else
            m_early.append(message);
    }
}

void SimulatedMachine::handle(const Envelope &message)
{
    if (message.method == AgentAssign::method) {
        assign(*decode<AgentAssign>(message.params));
    } else if (message.method == AgentOrders::method) {
        const auto orders = decode<AgentOrders>(message.params);
        for (const Order &order : orders->orders)
            obey(order);
        if (orders->slotCount)
            m_slots = *orders->slotCount;
    } else if (message.method == ReportsAck::method) {
        acknowledge(decode<ReportsAck>(message.params)->upTo);
    } else if (message.method == AgentBeatAck::method) {
        const SteadyInstant sent {std::chrono::microseconds(decode<AgentBeatAck>(message.params)->bootTime)};
        m_fence = std::max(m_fence, sent);
    }
    startWhatFits();
}

void SimulatedMachine::beat()
{
    if (!m_connected || !m_welcomed)
        return;
    m_transmit(AgentBeat {.bootTime = m_world.clock.steady().time_since_epoch().count(), .load = {}, .gauges = {}});
    m_world.agenda.after(m_beat, [this, connection = m_connection] {
        if (connection == m_connection)
            beat();
    });
}

// ---- reports --------------------------------------------------------------------------------

void SimulatedMachine::report(const Local &local, ReportKind kind)
{
    Report report;
    report.epoch = local.epoch;
    report.task = local.id().task;
    report.n = local.id().n;
    report.kind = kind;
    report.at = m_world.clock.now();
    report.started = local.started;
    if (kind == ReportKind::Started)
        report.at = local.started;
    add(std::move(report));
}

void SimulatedMachine::add(Report report)
{
    report.seq = ++m_lastReport;
    m_reports.push_back(std::move(report));
    sendSoon();
}

void SimulatedMachine::sendSoon()
{
    if (m_sendDue || !m_welcomed)
        return;
    m_sendDue = true;
    m_world.agenda.after(1ms, [this] { send(); });
}

void SimulatedMachine::send()
{
    m_sendDue = false;
    if (!m_welcomed || m_sent == m_reports.size())
        return;
    AgentReports message;
    for (; m_sent < m_reports.size(); ++m_sent)
        message.reports.append(m_reports[m_sent]);
    m_transmit(std::move(message));
}

void SimulatedMachine::acknowledge(qint64 upTo)
{
    while (!m_reports.empty() && m_reports.front().seq <= upTo) {
        const Report &report = m_reports.front();
        if (report.kind == ReportKind::Ended) {
            m_world.history.endAcknowledged(report.id());
            if (const Local *local = find(report.id()); local && local->phase == Phase::Reported)
                m_attempts.erase(report.id());
        }
        m_reports.pop_front();
        m_sent -= m_sent > 0 ? 1 : 0;
    }
}

// ---- attempts -------------------------------------------------------------------------------

void SimulatedMachine::assign(const AgentAssign &message)
{
    for (const Assignment &assignment : message.assignments) {
        Local local;
        local.assignment = assignment;
        local.epoch = m_epoch;
        local.paused = assignment.startPaused;
        m_attempts.emplace(assignment.id(), std::move(local)); // what is here is not taken twice
    }
}

void SimulatedMachine::obey(const Order &order)
{
    Local *local = find(order.id());
    if (!local)
        return;
    switch (order.kind) {
    case OrderKind::Stop:
    case OrderKind::Kill:
        stop(*local, order);
        break;
    case OrderKind::Freeze:
    case OrderKind::Thaw:
        local->paused = order.kind == OrderKind::Freeze;
        if (local->phase == Phase::Running && !local->stop)
            setFrozen(*local, local->paused);
        break;
    case OrderKind::Recall:
        if (local->phase == Phase::Waiting)
            stop(*local, order);
        break;
    case OrderKind::Forget:
        break; // rooms do not give it
    }
}

void SimulatedMachine::stop(Local &local, const Order &order)
{
    const bool kills = order.kind == OrderKind::Kill;
    if (local.phase == Phase::Waiting) {
        endUnstarted(local, order.reason);
        return;
    }
    if (local.phase != Phase::Running || local.isOver || (local.stop && !kills))
        return;
    local.stop = order.reason;
    report(local, ReportKind::Stopping);
    const auto grace = std::chrono::microseconds(local.assignment.spec.killGrace);
    exitLater(local, kills ? 0us : m_world.between(1ms, grace));
}

void SimulatedMachine::setFrozen(Local &local, bool frozen)
{
    if (std::exchange(local.frozen, frozen) != frozen) {
        const SteadyInstant now = m_world.clock.steady();
        if (frozen) {
            local.left = local.due - now;
            ++local.turn;
        } else {
            exitLater(local, local.left);
        }
    }
    report(local, frozen ? ReportKind::Frozen : ReportKind::Thawed);
}

bool SimulatedMachine::mayStart(const Local &local) const
{
    if (local.phase != Phase::Waiting || local.paused)
        return false;
    // A fence that is due already would kill it at once.
    return local.assignment.leaseRule != LeaseRule::Fence
        || m_fence + local.assignment.lease / 2 > m_world.clock.steady();
}

void SimulatedMachine::startWhatFits()
{
    if (!m_agentUp)
        return;
    for (auto &[id, local] : m_attempts) {
        if (mayStart(local) && slotsUsed() + local.assignment.spec.needs.slotCount <= m_slots)
            start(local);
    }
}

void SimulatedMachine::start(Local &local)
{
    local.phase = Phase::Running;
    local.hasProcess = true;
    local.started = m_world.clock.now();
    m_world.history.processStarted(local.id(), m_id, local.assignment.spec.command.value(1));
    report(local, ReportKind::Started);
    exitLater(local, m_world.between(100ms, 10min));
    if (local.assignment.leaseRule == LeaseRule::Fence)
        mindFence(local.id());
}

void SimulatedMachine::exitLater(Local &local, std::chrono::microseconds after)
{
    local.due = m_world.clock.steady() + after;
    m_world.agenda.after(after, [this, id = local.id(), turn = ++local.turn] {
        if (const Local *there = find(id); there && there->turn == turn && there->hasProcess)
            onExit(id);
    });
}

// The shim's: it looks at the word when the fence is due, and kills when that has not moved.
void SimulatedMachine::mindFence(AttemptId id)
{
    const Local *local = find(id);
    if (!local || !local->hasProcess || local->willBeFenced)
        return;
    const auto grace = std::chrono::microseconds(local->assignment.spec.killGrace);
    const SteadyInstant due = m_fence + local->assignment.lease - grace;
    const SteadyInstant now = m_world.clock.steady();
    if (due > now) {
        m_world.agenda.after(due - now, [this, id] { mindFence(id); });
        return;
    }
    find(id)->willBeFenced = true;
    exitLater(*find(id), m_world.between(1ms, grace));
}

void SimulatedMachine::onExit(AttemptId id)
{
    Local &local = *find(id);
    if (local.willBeFenced)
        endProcess(local, EndReason::WorkerLost, {});
    else if (local.stop)
        endProcess(local, *local.stop, {});
    else if (m_world.chance(0.85))
        endProcess(local, EndReason::Exited, 0);
    else if (m_world.chance(0.7))
        endProcess(local, EndReason::Exited, 1 + m_world.below(100));
    else
        endProcess(local, m_world.chance(0.5) ? EndReason::OutOfMemory : EndReason::Signalled, {});
    if (m_agentUp)
        collect(local);
    startWhatFits();
}

void SimulatedMachine::endProcess(Local &local, EndReason reason, std::optional<int> exitCode)
{
    local.hasProcess = false;
    local.isOver = true;
    ++local.turn;
    m_world.history.processExited(local.id(), exitCode);
    local.end = {};
    local.end.epoch = local.epoch;
    local.end.task = local.id().task;
    local.end.n = local.id().n;
    local.end.kind = ReportKind::Ended;
    local.end.at = m_world.clock.now();
    local.end.started = local.started;
    local.end.endReason = reason;
    local.end.exitCode = exitCode;
    if (reason != EndReason::Exited)
        local.end.signal = 9;
}

void SimulatedMachine::collect(Local &local)
{
    if (m_world.chance(0.8)) {
        local.phase = Phase::Reported;
        add(local.end);
        return;
    }
    local.phase = Phase::Collecting;
    report(local, ReportKind::Collecting);
    m_world.agenda.after(m_world.between(10ms, 20s), [this, id = local.id(), generation = m_generation] {
        Local *there = find(id);
        if (!m_agentUp || generation != m_generation || !there || there->phase != Phase::Collecting)
            return;
        there->phase = Phase::Reported;
        add(there->end);
    });
}

void SimulatedMachine::endUnstarted(Local &local, EndReason reason)
{
    local.phase = Phase::Reported;
    local.end = {};
    local.end.epoch = local.epoch;
    local.end.task = local.id().task;
    local.end.n = local.id().n;
    local.end.kind = ReportKind::Ended;
    local.end.at = m_world.clock.now();
    local.end.endReason = reason;
    add(local.end);
}

} // namespace Drover
