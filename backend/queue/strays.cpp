#include "backend/queue/strays.h"

#include "backend/base/logging.h"
#include "backend/store/store.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

bool is(const StoredStray &stray, MachineId machine, AttemptId id)
{
    return stray.machine == machine && stray.task == id.task && stray.n == id.n;
}

TaskState stateAfter(const Report &report, TaskState before)
{
    switch (report.kind) {
    case ReportKind::Frozen:
        return TaskState::Paused;
    case ReportKind::Stopping:
        return TaskState::Stopping;
    case ReportKind::Collecting:
        return TaskState::Collecting;
    case ReportKind::Ended:
        return report.endReason == EndReason::Exited && report.exitCode == 0 ? TaskState::Succeeded
                                                                             : TaskState::Failed;
    default:
        return before;
    }
}

} // namespace

Strays::Strays(Store &store, const Clock &clock) : m_store(store), m_clock(clock)
{
}

void Strays::restore(const Snapshot &snapshot)
{
    m_stopping.clear();
    m_all = QList<StoredStray>(snapshot.strays.begin(), snapshot.strays.end());
}

const StoredStray *Strays::find(MachineId machine, AttemptId id) const
{
    const auto stray = std::ranges::find_if(
        m_all, [&](const StoredStray &each) { return is(each, machine, id); });
    return stray == m_all.cend() ? nullptr : &*stray;
}

StoredStray &Strays::ensure(MachineId machine, qint64 epoch, AttemptId id)
{
    const auto known = std::ranges::find_if(m_all, [&](const StoredStray &each) {
        return is(each, machine, id) && each.epoch == epoch;
    });
    if (known != m_all.end())
        return *known;
    logWarning(LogCategory::Queue, u"a machine holds an attempt that was never assigned here",
               {{"attempt"_L1, printed(id)}, {"machine"_L1, QString::number(machine.value)}});
    m_all.append(
        {.machine = machine, .epoch = epoch, .task = id.task, .n = id.n, .seen = m_clock.now()});
    return m_all.last();
}

void Strays::put(StoredStray &stray)
{
    m_store.stage().put(stray);
}

void Strays::hold(MachineId machine, const HeldAttempt &held)
{
    StoredStray &stray = ensure(machine, held.epoch, held.id());
    stray.specNumber = held.specNumber;
    if (stray.report.isEmpty())
        stray.state = held.state;
    put(stray);
}

void Strays::report(MachineId machine, const Report &report)
{
    const std::pair key(machine, report.id());
    if (report.kind == ReportKind::Ended && m_stopping.removeOne(key)) {
        remove(machine, report.id());
        return;
    }
    StoredStray &stray = ensure(machine, report.epoch, report.id());
    stray.state = stateAfter(report, stray.state);
    if (report.kind == ReportKind::Ended)
        stray.report = encode(report);
    put(stray);
}

void Strays::keepHeld(MachineId machine, const QList<HeldAttempt> &held)
{
    removeIf([&](const StoredStray &stray) {
        return stray.machine == machine && stray.report.isEmpty()
            && std::ranges::none_of(
                   held, [&](const HeldAttempt &each) { return is(stray, machine, each.id()); });
    });
}

void Strays::setAdopted(MachineId machine, AttemptId id)
{
    for (StoredStray &stray : m_all) {
        if (!is(stray, machine, id))
            continue;
        stray.adopted = true;
        put(stray);
    }
}

void Strays::stop(MachineId machine, AttemptId id)
{
    const StoredStray *stray = find(machine, id);
    if (stray && !stray->report.isEmpty())
        remove(machine, id);
    else if (stray && !m_stopping.contains({machine, id}))
        m_stopping.append({machine, id});
}

void Strays::remove(MachineId machine, AttemptId id)
{
    removeIf([&](const StoredStray &stray) { return is(stray, machine, id); });
}

void Strays::removeMachine(MachineId machine)
{
    removeIf([&](const StoredStray &stray) { return stray.machine == machine; });
}

void Strays::removeIf(const std::function<bool(const StoredStray &)> &condition)
{
    for (StoredStray &stray : m_all) {
        stray.gone = condition(stray);
        if (stray.gone)
            put(stray);
    }
    m_all.removeIf([](const StoredStray &stray) { return stray.gone; });
}

} // namespace Drover
