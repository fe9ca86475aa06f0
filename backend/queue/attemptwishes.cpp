// The part of Attempts that people steer: pausing, holding, strays.

#include "backend/queue/attempts.h"

#include "backend/base/logging.h"
#include "backend/store/store.h"

using namespace Qt::StringLiterals;

namespace Drover {

bool Attempts::wantsPaused(const TaskRecord &task) const
{
    const Batch *batch = m_batches.find(task.batch);
    return task.paused || (batch && m_batches.flags().freezes(*batch));
}

bool Attempts::wantsHeld(const TaskRecord &task) const
{
    const Batch *batch = m_batches.find(task.batch);
    return !wantsPaused(task)
        && (task.held || (batch && m_batches.flags().keepsFromStarting(*batch)));
}

void Attempts::pace(Run &run, const TaskRecord &task)
{
    if (run.stopOrdered)
        return;
    const bool paused = wantsPaused(task);
    if (std::exchange(run.isPaused, paused) != paused)
        order(run, paused ? OrderKind::Freeze : OrderKind::Thaw, EndReason::None);
    // Fast work is sent ahead of a slot, and must not start there once it is held.
    if (run.attempt.state == TaskState::Assigned && wantsHeld(task)
        && !std::exchange(run.isRecalled, true))
        order(run, OrderKind::Recall, EndReason::Superseded);
}

// The agent may not have heard what it was told last; `there` is what it has.
void Attempts::paceAnew(Run &run, const TaskRecord &task, TaskState there)
{
    const bool mayBeFrozen = there == TaskState::Paused || there == TaskState::Assigned;
    run.isPaused = !wantsPaused(task) && mayBeFrozen;
    run.isRecalled = false;
    pace(run, task);
}

Outcome Attempts::pause(TaskId id, bool paused)
{
    const Outcome outcome = m_queue.pause(id, paused);
    const TaskRecord *task = m_queue.find(id);
    Run *current = task && task->currentAttempt ? run(task->attempt()) : nullptr;
    if (outcome == Outcome::Changed && current)
        pace(*current, *task);
    return outcome;
}

Outcome Attempts::hold(TaskId id, bool held)
{
    const Outcome outcome = m_queue.hold(id, held);
    const TaskRecord *task = m_queue.find(id);
    Run *current = task && task->currentAttempt ? run(task->attempt()) : nullptr;
    if (outcome == Outcome::Changed && current)
        pace(*current, *task);
    return outcome;
}

void Attempts::followFlags()
{
    for (Run &run : m_runs) {
        const TaskRecord *task = m_queue.find(run.attempt.task);
        if (task && task->currentAttempt == run.attempt.n)
            pace(run, *task);
    }
}

bool Attempts::accepts(AttemptId id, qint64 epoch) const
{
    const auto it = m_runs.constFind(id);
    if (it != m_runs.cend() && it->epoch != 0)
        return epoch == it->epoch;
    return epoch == 0 || epoch == m_ledger.epoch();
}

bool Attempts::isStray(AttemptId id, qint64 epoch) const
{
    if (accepts(id, epoch))
        return id.task.value > m_ledger.last(u"task"_s); // more than this history ever had
    return true;
}

Result<void> Attempts::stopStray(MachineId machine, AttemptId id)
{
    const StoredStray *stray = m_strays.find(machine, id);
    if (!stray || stray->adopted) {
        return fail(
            ErrorCode::NotFound,
            u"there is no stray attempt %1 on machine %2"_s.arg(printed(id)).arg(machine.value));
    }
    if (stray->report.isEmpty()) {
        emit ordered(
            machine,
            {.task = id.task, .n = id.n, .kind = OrderKind::Stop, .reason = EndReason::Superseded});
    }
    m_strays.stop(machine, id);
    return {};
}

Result<void> Attempts::mayAdopt(const StoredStray &stray) const
{
    const TaskRecord *task = m_queue.find(stray.task);
    if (!task || task->submission != 0) {
        return fail(
            ErrorCode::Conflict,
            u"task %1 has ended, or does not exist here; the stray can only be stopped"_s.arg(
                stray.task.value));
    }
    if (stray.specNumber != task->specNumber) {
        return fail(ErrorCode::Conflict,
                    u"task %1 is of spec %2 and the stray of %3: it ran something else; stop it"_s
                        .arg(stray.task.value)
                        .arg(task->specNumber)
                        .arg(stray.specNumber));
    }
    if (stray.n <= task->lastAttempt) {
        return fail(
            ErrorCode::Conflict,
            u"task %1 has had an attempt %2 of its own here; stop the stray"_s.arg(stray.task.value)
                .arg(stray.n));
    }
    return {};
}

Result<void> Attempts::adoptStray(MachineId machine, const QString &machineName, AttemptId id,
                                  Spec spec)
{
    const StoredStray *found = m_strays.find(machine, id);
    if (!found || found->adopted) {
        return fail(
            ErrorCode::NotFound,
            u"there is no stray attempt %1 on machine %2"_s.arg(printed(id)).arg(machine.value));
    }
    const StoredStray stray = *found;
    if (Result<void> may = mayAdopt(stray); !may)
        return may;
    TaskRecord &task = *m_queue.record(id.task);
    if (Run *newer = task.currentAttempt ? run(task.attempt()) : nullptr)
        supersede(*newer);
    Run adopted{.attempt = {}, .spec = std::move(spec), .holdsSlots = false, .epoch = stray.epoch};
    adopted.attempt.task = id.task;
    adopted.attempt.n = id.n;
    adopted.attempt.machine = machine;
    adopted.attempt.machineName = machineName;
    adopted.attempt.state = isStarted(stray.state) ? stray.state : TaskState::Running;
    adopted.attempt.specNumber = stray.specNumber;
    adopted.attempt.assigned = stray.seen;
    adopted.attempt.started = stray.seen;
    adopted.attempt.wasRunning = true;
    adopted.isPaused = stray.state == TaskState::Paused;
    task.lastAttempt = task.currentAttempt = id.n;
    task.machine = machine;
    task.started = stray.seen;
    task.unreachable = false;
    m_queue.setState(task, adopted.attempt.state);
    m_queue.touch(task);
    touch(adopted);
    m_onMachine[machine].append(id);
    pace(*m_runs.insert(id, adopted), task);
    m_strays.setAdopted(machine, id);
    if (const Result<Report> end = decode<Report>(stray.report); end && !stray.report.isEmpty())
        apply(machine, *end);
    return {};
}

} // namespace Drover
