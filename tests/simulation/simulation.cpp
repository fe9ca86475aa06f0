#include "tests/simulation/simulation.h"

#include "backend/protocol/envelope.h"

#include <cmath>

using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto latencyLeast = 1ms;
constexpr auto latencyMost = 400ms;
constexpr auto longestEnd = std::chrono::hours(48); // of simulated time, for what is left when all is calm

} // namespace

Simulation::Simulation(const Scenario &scenario)
    : m_scenario(scenario), m_world(scenario.seed), m_daemon(m_world.clock, m_world.history, scenario.settings)
{
    // The store reads the keys of the last 24 hours by the clock on the wall.
    m_world.clock.jump(std::chrono::hours(0) + (SystemClock().now() - m_world.clock.now()));
    QObject::connect(&m_daemon, &SimulatedDaemon::send, &m_daemon, [this](MachineId id, const QByteArray &frame) {
        const auto messages = envelopesOf(frame, WireFormat::Cbor);
        for (const Envelope &message : *messages) {
            if (message.method != AgentAssign::method)
                continue;
            const auto assign = decode<AgentAssign>(message.params);
            for (const Assignment &assignment : assign->assignments)
                m_world.history.assignmentSent(assignment.id());
        }
        sendDown(id, [frame](SimulatedMachine &machine) { machine.receive(frame); });
    });
    QObject::connect(&m_daemon, &SimulatedDaemon::helloWanted, &m_daemon, [this](MachineId id) {
        m_world.agenda.after(m_world.between(latencyLeast, latencyMost), [this, id] { cut(station(id)); });
    });
}

QStringList Simulation::run()
{
    m_daemon.start();
    addMachines();
    tick();
    often(m_scenario.submissions, &Simulation::submit);
    often(m_scenario.commands, &Simulation::command);
    often(m_scenario.cuts, &Simulation::cutOne);
    often(m_scenario.stalls, &Simulation::stallOne);
    often(m_scenario.agentDeaths, &Simulation::killAgentOne);
    often(m_scenario.reboots, &Simulation::rebootOne);
    often(m_scenario.daemonDeaths, &Simulation::killDaemon);
    often(m_scenario.freezes, &Simulation::freezeDaemon);
    often(m_scenario.storms, &Simulation::storm);
    const SteadyInstant end = m_world.clock.steady() + m_scenario.length;
    while (m_world.clock.steady() < end && m_world.agenda.step() && m_world.history.violations().isEmpty()) { }
    if (!m_world.history.violations().isEmpty())
        return m_world.history.violations();
    calm();
    const SteadyInstant latest = m_world.clock.steady() + longestEnd;
    for (int steps = 0; !isOver() && m_world.clock.steady() < latest && m_world.history.violations().isEmpty(); ++steps) {
        m_world.agenda.step();
        if (steps % 1000 == 0)
            lookAfterTheRest();
    }
    if (!m_world.history.violations().isEmpty())
        return m_world.history.violations();
    settle();
    m_world.history.finish();
    checkEmpty();
    return m_world.history.violations() + m_problems;
}

QString Simulation::summary() const
{
    return QString("seed %1: %2 events, %3 ends of %4 tasks, %5 deaths of the daemon, %6 cuts, %7 leases ended")
        .arg(m_scenario.seed)
        .arg(events())
        .arg(ends())
        .arg(m_tasks.size())
        .arg(m_deaths)
        .arg(m_cuts)
        .arg(leasesEnded());
}

void Simulation::addMachines()
{
    m_stations.resize(size_t(m_scenario.machines));
    for (int i = 0; i < m_scenario.machines; ++i) {
        Station &station = m_stations[size_t(i)];
        const int slotCount = 1 + m_world.below(4);
        const auto say = [this, &station](AgentMessage message) { transmit(station, std::move(message)); };
        station.machine = std::make_unique<SimulatedMachine>(m_world, MachineId {i + 1}, slotCount, say);
        const MachineId id = rooms().fleet.add({}, station.machine->facts(), {"default"}, slotCount);
        if (id != station.machine->id())
            qFatal("machines are numbered from 1");
        station.machine->startAgent();
        connectLater(station);
    }
    m_daemon.settle();
}

void Simulation::often(std::chrono::seconds mean, void (Simulation::*what)())
{
    if (mean.count() == 0)
        return;
    const double wait = -std::log(1 - m_world.random.generateDouble()) * double(mean.count());
    m_world.agenda.after(std::chrono::microseconds(qint64(wait * 1e6)), [this, mean, what] {
        if (m_isCalm)
            return;
        (this->*what)();
        often(mean, what);
    });
}

// ---- wires ----------------------------------------------------------------------------------

void Simulation::connectLater(Station &station)
{
    if (std::exchange(station.isConnecting, true))
        return;
    auto wait = m_world.between(200ms, 10s);
    const SteadyInstant now = m_world.clock.steady();
    if (station.apart > now)
        wait += station.apart - now;
    m_world.agenda.after(wait, [this, &station] {
        station.isConnecting = false;
        connect(station);
    });
}

void Simulation::connect(Station &station)
{
    if (!station.machine->isAgentUp() || station.machine->isConnected())
        return;
    if (!m_daemon.isUp() || m_frozenUntil > m_world.clock.steady() || station.apart > m_world.clock.steady()) {
        connectLater(station);
        return;
    }
    const int number = ++station.lastWire;
    station.wires[number] = {.number = number, .open = true, .up = {}};
    station.machine->connected();
}

void Simulation::transmit(Station &station, AgentMessage message)
{
    Wire &wire = station.wires[station.lastWire];
    if (!wire.open)
        return;
    const SteadyInstant now = m_world.clock.steady();
    wire.lastUp = std::max(wire.lastUp, now + m_world.between(latencyLeast, latencyMost));
    wire.up.push_back(std::move(message));
    m_world.agenda.after(wire.lastUp - now, [this, &station, number = wire.number] { deliverUp(station, number); });
}

void Simulation::deliverUp(Station &station, int number)
{
    const auto it = station.wires.find(number);
    if (it == station.wires.end() || it->second.up.empty())
        return;
    const SteadyInstant now = m_world.clock.steady();
    const SteadyInstant notBefore = std::max(it->second.late, m_frozenUntil);
    if (notBefore > now) {
        m_world.agenda.after(notBefore - now, [this, &station, number] { deliverUp(station, number); });
        return;
    }
    const AgentMessage message = std::move(it->second.up.front());
    it->second.up.pop_front();
    if (!it->second.open && it->second.up.empty())
        station.wires.erase(it);
    if (m_daemon.isUp())
        hear(station, number, message);
}

void Simulation::hear(Station &station, int number, const AgentMessage &message)
{
    if (const auto *hello = std::get_if<AgentHello>(&message)) {
        if (number > station.helloed) // an older connection was closed for a newer one
            hearHello(station, number, *hello);
    } else if (const auto *reports = std::get_if<AgentReports>(&message)) {
        if (station.heard == 0)
            return; // this daemon knows no such connection
        hearReports(station, *reports);
    } else if (station.heard != 0) {
        const AgentBeat &beat = std::get<AgentBeat>(message);
        rooms().dispatcher.beat(station.machine->id(), beat);
        if (number != station.heard)
            return;
        const QByteArray frame = notificationFrame(AgentBeatAck::method, encode(AgentBeatAck {beat.bootTime, 0}), WireFormat::Cbor);
        sendDown(station.machine->id(), [frame](SimulatedMachine &machine) { machine.receive(frame); });
    }
}

void Simulation::hearHello(Station &station, int number, const AgentHello &hello)
{
    station.heard = station.helloed = number;
    const AgentWelcome welcome = rooms().dispatcher.hello(station.machine->id(), {}, hello);
    for (const HeldAttempt &held : welcome.stop)
        m_world.history.stopOrdered(held.id());
    rooms().store.stage().whenCommitted([this, id = station.machine->id(), welcome](const Result<void> &) {
        sendDown(id, [welcome](SimulatedMachine &machine) { machine.welcomed(welcome); });
    });
    settleSoon();
}

void Simulation::hearReports(Station &station, const AgentReports &reports)
{
    const bool success = std::ranges::any_of(reports.reports, [](const Report &report) {
        return report.kind == ReportKind::Ended && report.endReason == EndReason::Exited && report.exitCode == 0;
    });
    const bool judge = success && reports.reports.size() == 1 && m_world.chance(0.7);
    if (judge) {
        settle();
        m_world.history.successHeard(reports.reports.first().id());
    }
    rooms().dispatcher.reports(station.machine->id(), reports.reports);
    if (m_world.chance(0.05))
        rooms().dispatcher.reports(station.machine->id(), reports.reports); // doubled
    if (judge) {
        settle();
        m_world.history.settled();
    } else {
        settleSoon();
    }
}

void Simulation::sendDown(MachineId id, std::function<void(SimulatedMachine &)> message)
{
    Station &to = station(id);
    const auto wire = to.wires.find(to.heard);
    if (to.heard == 0 || wire == to.wires.end())
        return;
    const SteadyInstant now = m_world.clock.steady();
    wire->second.lastDown = std::max(wire->second.lastDown, now + m_world.between(latencyLeast, latencyMost));
    m_world.agenda.after(wire->second.lastDown - now, [&to, number = to.heard, message = std::move(message)] {
        const auto there = to.wires.find(number);
        if (there != to.wires.end() && there->second.open)
            message(*to.machine);
    });
}

// Some of what is under way arrives all the same, perhaps after what comes on the next connection.
void Simulation::cut(Station &station)
{
    if (!station.machine->isConnected())
        return;
    ++m_cuts;
    Wire &wire = station.wires[station.lastWire];
    wire.open = false;
    wire.up.resize(size_t(m_world.below(int(wire.up.size()) + 1)));
    if (m_world.chance(0.3))
        wire.late = m_world.clock.steady() + m_world.between(100ms, 60s);
    station.machine->cut();
    const auto notice = m_world.chance(0.7) ? 0us : m_world.between(1s, 60s);
    m_world.agenda.after(notice, [this, &station, number = wire.number] { noticeCut(station, number); });
    if (station.machine->isAgentUp())
        connectLater(station);
}

void Simulation::noticeCut(Station &station, int number)
{
    const auto wire = station.wires.find(number);
    if (wire != station.wires.end() && !wire->second.up.empty()) { // what came before is heard before
        m_world.agenda.after(1s, [this, &station, number] { noticeCut(station, number); });
        return;
    }
    inDaemon([this, &station, number] {
        if (!m_daemon.isUp() || station.heard != number)
            return;
        station.heard = 0;
        rooms().dispatcher.left(station.machine->id(), Fleet::Leaving::Cut);
        settleSoon();
    });
}

// ---- the daemon's time ----------------------------------------------------------------------

void Simulation::inDaemon(std::function<void()> what)
{
    const SteadyInstant now = m_world.clock.steady();
    if (m_frozenUntil > now)
        m_world.agenda.after(m_frozenUntil - now, std::move(what));
    else
        what();
}

void Simulation::tick()
{
    m_world.agenda.after(1s, [this] {
        inDaemon([this] {
            if (m_daemon.isUp()) {
                rooms().dispatcher.tick();
                (void)rooms().queue.wakeDelayed();
                settle();
            }
            tick();
        });
    });
}

void Simulation::settleSoon()
{
    if (m_world.chance(0.6))
        settle();
    else
        m_world.agenda.after(m_world.between(1ms, 50ms), [this] { settle(); });
}

void Simulation::settle()
{
    if (!m_daemon.isUp() || m_frozenUntil > m_world.clock.steady())
        return;
    m_daemon.settle();
}

// ---- faults ---------------------------------------------------------------------------------

void Simulation::cutOne()
{
    Station &any = m_stations[size_t(m_world.below(m_scenario.machines))];
    if (m_world.chance(0.5))
        any.apart = m_world.clock.steady() + m_world.between(1s, 4 * std::chrono::microseconds(m_scenario.settings.lease));
    cut(any);
}

void Simulation::stallOne()
{
    Station &any = m_stations[size_t(m_world.below(m_scenario.machines))];
    if (!any.machine->isConnected())
        return;
    Wire &wire = any.wires[any.lastWire];
    const auto length = m_world.between(1s, 3 * std::chrono::microseconds(m_scenario.settings.lease));
    wire.late = m_world.clock.steady() + length;
    wire.lastDown = std::max(wire.lastDown, wire.late);
}

void Simulation::killAgentOne()
{
    Station &any = m_stations[size_t(m_world.below(m_scenario.machines))];
    if (!any.machine->isAgentUp())
        return;
    cut(any);
    any.machine->killAgent();
    m_world.agenda.after(m_world.between(500ms, 3 * std::chrono::microseconds(m_scenario.settings.lease)), [this, &any] {
        if (any.machine->isAgentUp())
            return;
        any.machine->startAgent();
        connectLater(any);
    });
}

void Simulation::rebootOne()
{
    Station &any = m_stations[size_t(m_world.below(m_scenario.machines))];
    cut(any);
    any.machine->reboot(m_world.chance(0.3));
    m_world.agenda.after(m_world.between(5s, 3 * std::chrono::microseconds(m_scenario.settings.lease)), [this, &any] {
        if (any.machine->isAgentUp())
            return;
        any.machine->startAgent();
        connectLater(any);
    });
}

void Simulation::killDaemon()
{
    if (!m_daemon.isUp())
        return;
    ++m_deaths;
    const int kind = m_world.below(3);
    m_daemon.die(kind == 0 ? SimulatedDaemon::Death::Clean
                     : kind == 1 ? SimulatedDaemon::Death::BeforeCommit
                                 : SimulatedDaemon::Death::DuringCommit);
    m_frozenUntil = {};
    for (Station &each : m_stations) {
        each.heard = 0;
        cut(each);
        for (auto &[number, wire] : each.wires)
            wire.up.clear();
    }
    const auto away = m_world.chance(0.8) ? m_world.between(200ms, 10s)
                                          : m_world.between(10s, 2 * std::chrono::microseconds(m_scenario.settings.lease));
    m_world.agenda.after(away, [this] { startDaemon(); });
}

void Simulation::startDaemon()
{
    if (!m_daemon.isUp())
        m_daemon.start();
}

void Simulation::freezeDaemon()
{
    if (m_daemon.isUp())
        m_frozenUntil = m_world.clock.steady() + m_world.between(1s, 2 * std::chrono::microseconds(m_scenario.settings.lease));
}

// A switch fails: half of all machines are cut at once, for longer than their leases.
void Simulation::storm()
{
    const SteadyInstant until = m_world.clock.steady() + m_scenario.settings.lease + m_world.between(1s, 20min);
    for (Station &each : m_stations) {
        if (m_world.chance(0.5)) {
            each.apart = until;
            cut(each);
        }
    }
}

// No more faults and wishes: everything that is left must come to its end.
void Simulation::calm()
{
    m_isCalm = true;
    m_frozenUntil = {};
    if (!m_daemon.isUp())
        m_daemon.start();
    for (Station &each : m_stations) {
        each.apart = {};
        if (!each.machine->isAgentUp())
            each.machine->startAgent();
        each.isConnecting = false;
        connectLater(each);
    }
    releaseEverything();
}

bool Simulation::isOver()
{
    return m_daemon.isUp() && rooms().queue.unfinished() == 0
        && std::ranges::all_of(m_stations, [](const Station &each) { return each.machine->isEmpty(); });
}

// What was taken of machines is given back.
void Simulation::checkEmpty()
{
    if (!m_daemon.isUp())
        m_problems.append("the daemon is down");
    if (!isOver())
        m_problems.append(QString("%1 tasks are left").arg(rooms().queue.unfinished()));
    for (const MachineRecord &machine : rooms().fleet.all()) {
        const MachineId id = machine.row.id;
        if (machine.slotsUsed != 0 || machine.memoryUsed != 0 || machine.diskUsed != 0 || machine.cpuUsed > 1e-6)
            m_problems.append(QString("machine %1 keeps %2 slots").arg(id.value).arg(machine.slotsUsed));
        if (!rooms().attempts.on(id).isEmpty())
            m_problems.append(QString("machine %1 has attempts").arg(id.value));
        if (station(id).machine->processes() != 0)
            m_problems.append(QString("machine %1 runs what nobody knows").arg(id.value));
    }
}

} // namespace Drover
