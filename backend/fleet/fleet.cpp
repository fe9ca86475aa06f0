#include "backend/fleet/fleet.h"

#include "backend/base/logging.h"
#include "backend/protocol/machinerequests.h"
#include "backend/store/store.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int mostSlots = 4096;

} // namespace

qint64 availableDisk(const Machine &machine)
{
    return machine.facts.disks.isEmpty() ? 0 : machine.facts.disks.first().available;
}

Fleet::Fleet(Store &store, Ledger &ledger, const Clock &clock, const FleetSettings &settings, QObject *parent)
    : QObject(parent), m_store(store), m_ledger(ledger), m_clock(clock), m_settings(settings)
{
}

void Fleet::restore(const Snapshot &snapshot)
{
    m_machines.clear();
    for (const Machine &row : snapshot.machines)
        m_machines.insert(row.id, {.row = row, .lastContact = m_clock.steady(), .ends = {}});
}

const MachineRecord *Fleet::find(MachineId id) const
{
    const auto it = m_machines.constFind(id);
    return it == m_machines.cend() ? nullptr : &*it;
}

MachineRecord *Fleet::record(MachineId id)
{
    const auto it = m_machines.find(id);
    return it == m_machines.end() ? nullptr : &*it;
}

const MachineRecord *Fleet::findNamed(const QString &name) const
{
    for (const MachineRecord &machine : m_machines) {
        if (machine.row.name.compare(name, Qt::CaseInsensitive) == 0)
            return &machine;
    }
    return nullptr;
}

MachineState Fleet::stateOf(const MachineRecord &machine) const
{
    const auto silence = m_clock.steady() - machine.lastContact;
    if (!machine.connected && machine.saidGoodbye)
        return MachineState::Offline;
    const bool isLost = machine.leases == Leases::None ? silence >= m_settings.lostAfter
                                                       : machine.leases == Leases::Ended;
    if (isLost)
        return MachineState::Lost;
    if (silence >= m_settings.silentAfter)
        return MachineState::Silent;
    return machine.row.draining ? MachineState::Draining : MachineState::Online;
}

Machine Fleet::shown(const MachineRecord &machine) const
{
    Machine shown = machine.row;
    shown.state = stateOf(machine);
    shown.slotsUsed = std::min(machine.slotsUsed, machine.row.slotCount);
    shown.tasksNow = machine.slotsUsed;
    return shown;
}

void Fleet::touch(MachineRecord &machine)
{
    machine.row.rev = m_ledger.nextRevision();
    m_store.stage().put(machine.row);
    emit machineChanged(machine.row.id);
}

MachineId Fleet::add(const QString &name, const MachineFacts &facts, const QStringList &pools, int slotCount)
{
    const QString wanted = name.isEmpty() ? facts.hostName : name;
    MachineRecord machine;
    machine.row.id = MachineId {m_ledger.next(u"machine"_s)};
    machine.row.name = wanted;
    for (int n = 2; findNamed(machine.row.name); ++n)
        machine.row.name = wanted + u'-' + QString::number(n);
    machine.row.facts = facts;
    machine.row.pools = pools.isEmpty() ? QStringList {u"default"_s} : pools;
    machine.row.slotCount = std::clamp(slotCount > 0 ? slotCount : facts.cores, 1, mostSlots);
    machine.row.joined = m_clock.now();
    machine.row.lastContact = m_clock.now();
    machine.lastContact = m_clock.steady();
    const MachineId id = machine.row.id;
    touch(*m_machines.insert(id, std::move(machine)));
    logInfo(LogCategory::Fleet, u"machine joined", {{"machine"_L1, find(id)->row.name}});
    return id;
}

void Fleet::setCertificate(MachineId id, const QString &fingerprint)
{
    if (MachineRecord *machine = record(id)) {
        machine->row.certificate = fingerprint;
        touch(*machine);
    }
}

Result<Machine> Fleet::set(const SetMachine &request)
{
    MachineRecord *machine = record(request.id);
    if (!machine)
        return fail(ErrorCode::NotFound, u"there is no machine %1"_s.arg(request.id.value));
    if (request.slotCount && (*request.slotCount < 0 || *request.slotCount > mostSlots))
        return fail(ErrorCode::Invalid, u"slots: %1 is out of range; use 0 to %2"_s.arg(*request.slotCount).arg(mostSlots));
    if (request.prefetch && (*request.prefetch < 0 || *request.prefetch > m_settings.mostPrefetch))
        return fail(ErrorCode::Invalid, u"prefetch: %1 is out of range; use 0 to %2"_s.arg(*request.prefetch).arg(m_settings.mostPrefetch));
    Machine &row = machine->row;
    row.slotCount = request.slotCount.value_or(row.slotCount);
    row.prefetch = request.prefetch.value_or(row.prefetch);
    row.pools = request.pools.value_or(row.pools);
    row.labels = request.labels.value_or(row.labels);
    row.draining = request.draining.value_or(row.draining);
    row.runAs = request.runAs.value_or(row.runAs);
    row.notes = request.notes.value_or(row.notes);
    touch(*machine);
    emit roomChanged();
    return shown(*machine);
}

Result<void> Fleet::remove(MachineId id)
{
    if (m_machines.remove(id) == 0)
        return fail(ErrorCode::NotFound, u"there is no machine %1"_s.arg(id.value));
    m_store.stage().remove(id);
    emit machineChanged(id);
    return {};
}

void Fleet::connected(MachineId id, const MachineFacts &facts, const QString &address)
{
    MachineRecord *machine = record(id);
    if (!machine)
        return;
    machine->connected = true;
    machine->saidGoodbye = false;
    machine->leases = Leases::None;
    machine->lastContact = m_clock.steady();
    machine->row.lastContact = m_clock.now();
    machine->row.facts = facts;
    machine->row.address = address;
    touch(*machine);
    emit roomChanged();
}

void Fleet::contact(MachineId id)
{
    if (MachineRecord *machine = record(id)) {
        machine->leases = Leases::None;
        machine->lastContact = m_clock.steady();
        machine->row.lastContact = m_clock.now();
    }
}

void Fleet::load(MachineId id, const MachineLoad &load)
{
    if (MachineRecord *machine = record(id))
        machine->row.load = load;
}

void Fleet::disconnected(MachineId id, Leaving leaving)
{
    MachineRecord *machine = record(id);
    if (!machine)
        return;
    machine->connected = false;
    machine->saidGoodbye = leaving == Leaving::Goodbye;
    touch(*machine);
}

void Fleet::forgiveSilence(std::chrono::microseconds stall)
{
    for (MachineRecord &machine : m_machines)
        machine.lastContact += stall;
}

void Fleet::reserve(MachineId id, const Needs &needs, const QList<qint64> &gpus)
{
    if (MachineRecord *machine = record(id)) {
        machine->slotsUsed += needs.slotCount;
        machine->cpuUsed += needs.cpu;
        machine->memoryUsed += needs.memory;
        machine->diskUsed += needs.disk;
        machine->gpusUsed += QSet<qint64>(gpus.begin(), gpus.end());
    }
}

void Fleet::release(MachineId id, const Needs &needs, const QList<qint64> &gpus)
{
    if (MachineRecord *machine = record(id)) {
        machine->slotsUsed -= needs.slotCount;
        machine->cpuUsed -= needs.cpu;
        machine->memoryUsed -= needs.memory;
        machine->diskUsed -= needs.disk;
        machine->gpusUsed -= QSet<qint64>(gpus.begin(), gpus.end());
        emit roomChanged();
    }
}

QList<qint64> Fleet::freeGpus(MachineId id, int count) const
{
    QList<qint64> free;
    const MachineRecord *machine = find(id);
    for (qint64 n = 0; machine && n < machine->row.facts.gpus.size() && free.size() < count; ++n) {
        if (!machine->gpusUsed.contains(n))
            free.append(n);
    }
    return free;
}

void Fleet::setLeases(MachineId id, Leases leases)
{
    if (MachineRecord *machine = record(id))
        machine->leases = leases;
}

void Fleet::countEnd(MachineId id)
{
    MachineRecord *machine = record(id);
    if (!machine)
        return;
    const SteadyInstant now = m_clock.steady();
    machine->ends.push_back(now);
    while (machine->ends.size() > size_t(m_settings.mostPrefetch) * 8 || machine->ends.front() + 1s < now)
        machine->ends.pop_front();
}

int Fleet::prefetchRoom(const MachineRecord &machine) const
{
    const SteadyInstant now = m_clock.steady();
    size_t recent = machine.ends.size();
    if (!machine.ends.empty() && machine.ends.front() + 1s < now)
        recent = size_t(std::count_if(machine.ends.begin(), machine.ends.end(),
                                      [&](SteadyInstant end) { return end + 1s >= now; }));
    const int earned = int(std::min(recent / 8, size_t(m_settings.mostPrefetch)));
    return std::max(machine.row.prefetch, earned) + std::min(machine.freeSlots(), 0);
}

} // namespace Drover
