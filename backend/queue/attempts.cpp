#include "backend/queue/attempts.h"

#include "backend/base/logging.h"
#include "backend/queue/causes.h"
#include "backend/store/store.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

bool succeeded(const Report &report)
{
    return report.endReason == EndReason::Exited && report.exitCode == 0;
}

std::chrono::milliseconds backoffAfter(const Retry &retry, int failures)
{
    constexpr double longest = 86'400'000; // a day
    const double ms = double(retry.backoff.count()) * std::pow(retry.factor, failures - 1);
    return std::chrono::milliseconds(qint64(std::min(ms, longest)));
}

} // namespace

Attempts::Attempts(Store &store, Ledger &ledger, TaskQueue &queue, BatchBook &batches,
                   Blobs &blobs, const Clock &clock, int mostPoison, QObject *parent)
    : QObject(parent), m_store(store), m_ledger(ledger), m_queue(queue), m_batches(batches), m_blobs(blobs),
      m_clock(clock), m_mostPoison(mostPoison), m_strays(store, clock)
{
}

void Attempts::restore(const Snapshot &snapshot)
{
    m_runs.clear();
    m_onMachine.clear();
    m_strays.restore(snapshot);
    QHash<TaskId, Spec> specs;
    for (const auto &[task, bytes] : snapshot.specs) {
        if (Result<TaskSpec> spec = decode<TaskSpec>(bytes))
            specs.insert(task, std::make_shared<const TaskSpec>(std::move(*spec)));
    }
    for (const Attempt &attempt : snapshot.attempts) {
        const TaskRecord *task = m_queue.find(attempt.task);
        Run run {.attempt = attempt, .spec = specs.value(attempt.task)};
        if (!run.spec)
            run.spec = std::make_shared<const TaskSpec>();
        run.holdsSlots = task && task->currentAttempt == attempt.n && attempt.state != TaskState::Collecting;
        run.isPaused = attempt.state == TaskState::Paused;
        run.cancelled = task && task->currentAttempt == attempt.n && task->cancelWanted;
        if (const StoredStray *stray = m_strays.find(attempt.machine, attempt.id()); stray && stray->adopted)
            run.epoch = stray->epoch;
        m_runs.insert(attempt.id(), run);
        m_onMachine[attempt.machine].append(attempt.id());
        // Every lease begins anew with the daemon.
        if (attempt.unreachable && task && task->currentAttempt == attempt.n)
            setReachable(*this->run(attempt.id()), *m_queue.record(attempt.task));
    }
}

void Attempts::setReachable(Run &run, TaskRecord &task)
{
    run.attempt.unreachable = false;
    run.postponed = false;
    run.fencePassed = false;
    task.unreachable = false;
    m_queue.touch(task);
    touch(run);
}

Attempts::Run *Attempts::run(AttemptId id)
{
    const auto it = m_runs.find(id);
    return it == m_runs.end() ? nullptr : &*it;
}

const Attempt *Attempts::find(AttemptId id) const
{
    const auto it = m_runs.constFind(id);
    return it == m_runs.cend() ? nullptr : &it->attempt;
}

std::optional<Needs> Attempts::held(AttemptId id) const
{
    const auto it = m_runs.constFind(id);
    return it == m_runs.cend() || !it->holdsSlots ? std::nullopt : std::optional(it->spec->needs);
}

std::chrono::milliseconds Attempts::killGrace(AttemptId id) const
{
    const auto it = m_runs.constFind(id);
    return it == m_runs.cend() ? std::chrono::milliseconds(0) : it->spec->killGrace;
}

LeaseRule Attempts::leaseRule(AttemptId id) const
{
    const TaskRecord *task = m_queue.find(id.task);
    if (!task)
        return LeaseRule::Replace;
    if (const auto own = m_queue.shape(task->shape).leaseRule)
        return *own;
    const Batch *batch = m_batches.find(task->batch);
    return batch ? batch->leaseRule : LeaseRule::Replace;
}

void Attempts::touch(Run &run)
{
    run.attempt.rev = m_ledger.nextRevision();
    m_store.stage().put(run.attempt);
}

void Attempts::drop(AttemptId id)
{
    const auto it = m_runs.find(id);
    if (it == m_runs.end())
        return;
    freeSlots(*it);
    const Attempt attempt = it->attempt;
    m_onMachine[attempt.machine].removeOne(id);
    m_runs.erase(it);
    emit attemptEnded(attempt);
}

void Attempts::freeSlots(Run &run)
{
    if (std::exchange(run.holdsSlots, false))
        emit freed(run.attempt.machine, run.spec->needs, run.attempt.gpus);
}

void Attempts::takeSlots(Run &run)
{
    if (run.attempt.state != TaskState::Collecting && !std::exchange(run.holdsSlots, true))
        emit taken(run.attempt.machine, run.spec->needs, run.attempt.gpus);
}

void Attempts::order(Run &run, OrderKind kind, EndReason reason)
{
    run.stopOrdered = run.stopOrdered || kind == OrderKind::Stop || kind == OrderKind::Kill;
    emit ordered(run.attempt.machine,
                 {.task = run.attempt.task, .n = run.attempt.n, .kind = kind, .reason = reason});
}

Assignment Attempts::assign(TaskId id, MachineId machine, const QString &machineName, Spec spec,
                            const QList<qint64> &gpus)
{
    TaskRecord &task = *m_queue.record(id);
    Run run {.attempt = {}, .spec = spec};
    run.attempt.task = id;
    run.attempt.n = ++task.lastAttempt;
    while (m_strays.find(machine, run.attempt.id())) // its agent would take the two for one
        run.attempt.n = ++task.lastAttempt;
    run.attempt.gpus = gpus;
    run.attempt.machine = machine;
    run.attempt.machineName = machineName;
    run.attempt.specNumber = task.specNumber;
    run.attempt.assigned = m_clock.now();
    task.currentAttempt = run.attempt.n;
    task.machine = machine;
    m_queue.setState(task, TaskState::Assigned);
    m_queue.touch(task);
    touch(run);
    const AttemptId attempt = run.attempt.id();
    m_onMachine[machine].append(attempt);
    m_runs.insert(attempt, run);

    return assignmentOf(run);
}

Assignment Attempts::assignmentOf(const Run &run) const
{
    Assignment assignment;
    assignment.task = run.attempt.task;
    assignment.n = run.attempt.n;
    assignment.specNumber = run.attempt.specNumber;
    assignment.leaseRule = leaseRule(run.attempt.id());
    assignment.spec = *run.spec;
    const TaskRecord *task = m_queue.find(run.attempt.task);
    assignment.startPaused = run.isPaused;
    assignment.gpus = run.attempt.gpus;
    assignment.owner = task ? m_queue.textOf(task->owner) : QString();
    if (const Batch *batch = task ? m_batches.find(task->batch) : nullptr) {
        assignment.project = batch->project;
        assignment.batch = batch->name;
        assignment.lease = batch->lease;
    }
    return assignment;
}

void Attempts::apply(MachineId machine, const Report &report)
{
    Run *known = run(report.id());
    if (isStray(report.id(), report.epoch)) {
        const StoredStray *stray = m_strays.find(machine, report.id());
        const bool fenced = stray && stray->report.isEmpty() && known && known->epoch == 0
            && known->attempt.machine == machine && leaseRule(report.id()) == LeaseRule::Fence;
        m_strays.report(machine, report);
        if (fenced && report.kind == ReportKind::Ended) { // what reconcile() has waited for
            known->forgiven = true;
            lost(*known, EndReason::Superseded);
        }
        return;
    }
    if (!known || known->attempt.machine != machine)
        return; // an end that was committed, and whose acknowledgement got lost
    TaskRecord *task = m_queue.record(report.task);
    const bool current = task && task->currentAttempt == report.n;
    if (!current && task && adoptable(*known, *task, report.kind == ReportKind::Ended && succeeded(report)))
        adopt(*known, *task);
    known = run(report.id()); // adopting dropped the newer one
    if (report.kind == ReportKind::Ended)
        end(*known, task && task->currentAttempt == report.n ? task : nullptr, report);
    else if (task && task->currentAttempt == report.n)
        progress(*known, *task, report);
    else if (!known->stopOrdered)
        order(*known, OrderKind::Stop, EndReason::Superseded);
}

void Attempts::progress(Run &run, TaskRecord &task, const Report &report)
{
    Attempt &attempt = run.attempt;
    TaskState state = attempt.state;
    switch (report.kind) {
    case ReportKind::Preparing:
        state = TaskState::Preparing;
        break;
    case ReportKind::Started:
        attempt.started = report.at;
        attempt.wasRunning = true;
        task.started = report.at;
        state = TaskState::Running;
        break;
    case ReportKind::Thawed:
        state = TaskState::Running;
        break;
    case ReportKind::Frozen:
        state = TaskState::Paused;
        break;
    case ReportKind::Stopping:
        state = TaskState::Stopping;
        break;
    case ReportKind::Collecting:
        state = TaskState::Collecting;
        freeSlots(run);
        break;
    case ReportKind::Ended:
        break;
    }
    // Reports are repeated after a cut; one that says nothing new writes nothing.
    if (state == attempt.state && !attempt.unreachable)
        return;
    attempt.state = state;
    attempt.unreachable = false;
    run.postponed = false;
    task.unreachable = false;
    m_queue.setState(task, state);
    m_queue.touch(task);
    touch(run);
    // A wish that changed while its agent was away may have crossed this report.
    const bool isFrozen = state == TaskState::Paused;
    if ((isFrozen || report.kind == ReportKind::Thawed) && isFrozen != run.isPaused)
        paceAnew(run, task, state);
}

void Attempts::end(Run &run, TaskRecord *task, const Report &report)
{
    Attempt &attempt = run.attempt;
    const bool good = succeeded(report);
    attempt.ended = report.at;
    if (isSet(report.started))
        attempt.started = report.started;
    attempt.wasRunning = attempt.wasRunning || isSet(report.started);
    attempt.endReason = task ? report.endReason : EndReason::Superseded;
    attempt.exitCode = report.exitCode;
    attempt.signal = report.signal;
    attempt.lastLine = report.lastLine.isEmpty() ? report.detail.left(200) : report.lastLine;
    attempt.detail = report.detail;
    attempt.peakMemory = report.peakMemory;
    attempt.cpuTime = report.cpuTime;
    attempt.outSize = report.outSize;
    attempt.errSize = report.errSize;
    attempt.unreachable = false;
    attempt.state = good ? TaskState::Succeeded
        : report.endReason == EndReason::Cancelled || run.cancelled ? TaskState::Cancelled : TaskState::Failed;
    if (!good)
        attempt.causeKey = causeKeyOf(attempt.endReason, attempt.exitCode, attempt.lastLine);
    m_store.stage().putOutput(attempt.id(), report.out, report.err);
    if (report.curve && report.curve->isBounded())
        m_store.stage().putCurve(attempt.id(), encode(*report.curve));
    m_blobs.leave(attempt.id(), attempt.machine, report.outputs);
    touch(run);
    if (task) {
        task->started = attempt.started;
        task->unreachable = false;
        conclude(*task, run, report);
    }
    if (run.epoch != 0)
        m_strays.remove(attempt.machine, attempt.id());
    drop(attempt.id());
}

void Attempts::conclude(TaskRecord &task, const Run &run, const Report &report)
{
    const Attempt &attempt = run.attempt;
    TaskEnd end {.state = TaskState::Succeeded, .at = attempt.ended, .reason = report.endReason,
                 .exitCode = attempt.exitCode, .signal = attempt.signal};
    if (succeeded(report)) {
        m_queue.finish(task, end);
        return;
    }
    end.lastLine = attempt.lastLine;
    end.causeKey = attempt.causeKey;
    end.state = TaskState::Failed;
    if (run.cancelled || task.cancelWanted) {
        end.state = TaskState::Cancelled;
        end.reason = EndReason::Cancelled;
        m_queue.finish(task, end);
        return;
    }
    const bool machinesFault = report.endReason == EndReason::StatusLost
        || report.endReason == EndReason::WorkerLost || report.endReason == EndReason::Superseded;
    if (machinesFault) {
        if (!poisoned(task, run))
            m_queue.requeue(task, never);
        return;
    }
    if (!tryAgain(task, run, report))
        m_queue.finish(task, end);
}

bool Attempts::tryAgain(TaskRecord &task, const Run &run, const Report &report)
{
    const Retry &retry = run.spec->retry;
    const bool worthIt = retry.on.isEmpty() || retry.on.contains(report.endReason);
    if (!worthIt || task.failures + 1 >= retry.attempts)
        return false;
    ++task.failures;
    const bool isEdited = task.specNumber != run.attempt.specNumber; // who edits says what it needs
    if (report.endReason == EndReason::OutOfMemory && retry.memoryFactor > 1 && run.spec->needs.memory > 0 && !isEdited) {
        TaskSpec more = *run.spec;
        more.needs.memory = qint64(double(more.needs.memory) * retry.memoryFactor);
        m_queue.reshape(task, more);
        emit respecified(task.id, std::make_shared<const TaskSpec>(more));
    }
    const auto wait = backoffAfter(retry, task.failures);
    m_queue.requeue(task, wait.count() > 0 ? m_clock.now() + wait : never);
    return true;
}

bool Attempts::poisoned(TaskRecord &task, const Run &run)
{
    const bool excused = run.forgiven || m_excused.contains(run.attempt.machine);
    if (excused || !run.attempt.wasRunning || ++task.poison < m_mostPoison)
        return false;
    m_queue.finish(task, {.state = TaskState::Failed, .at = m_clock.now(), .reason = EndReason::Poisoned,
                          .lastLine = u"its machine went away %1 times while it ran"_s.arg(m_mostPoison),
                          .causeKey = causeKeyOf(EndReason::Poisoned, {}, {})});
    return true;
}

void Attempts::lost(Run &run, EndReason reason)
{
    const Run last = run;
    run.attempt.ended = m_clock.now();
    run.attempt.endReason = reason;
    run.attempt.state = TaskState::Failed;
    touch(run);
    TaskRecord *task = m_queue.record(last.attempt.task);
    const bool current = task && task->currentAttempt == last.attempt.n;
    drop(last.attempt.id());
    if (!current)
        return;
    if (last.cancelled || task->cancelWanted)
        m_queue.finish(*task, {.state = TaskState::Cancelled, .at = m_clock.now(), .reason = EndReason::Cancelled});
    else if (!poisoned(*task, last))
        m_queue.requeue(*task, never);
}

void Attempts::supersede(Run &run)
{
    run.attempt.ended = m_clock.now();
    run.attempt.endReason = EndReason::Superseded;
    run.attempt.state = TaskState::Cancelled;
    touch(run);
    order(run, OrderKind::Stop, EndReason::Superseded);
    drop(run.attempt.id());
}

bool Attempts::adoptable(const Run &run, const TaskRecord &task, bool succeeded) const
{
    if (run.stopOrdered || task.specNumber != run.attempt.specNumber || task.cancelWanted)
        return false;
    const Attempt *newer = find(task.attempt());
    return succeeded || !newer || !newer->wasRunning;
}

void Attempts::adopt(Run &run, TaskRecord &task)
{
    logInfo(LogCategory::Queue, u"attempt adopted",
            {{"attempt"_L1, printed(run.attempt.id())}, {"machine"_L1, run.attempt.machineName}});
    const AttemptId adopted = run.attempt.id();
    if (Run *newer = this->run(task.attempt()))
        supersede(*newer);
    Run &again = *this->run(adopted);
    again.attempt.unreachable = false;
    takeSlots(again); // they were given away when the lease ended, and its processes still run
    task.currentAttempt = adopted.n;
    task.machine = again.attempt.machine;
    task.started = again.attempt.started;
    task.unreachable = false;
    m_queue.setState(task, again.attempt.state);
    m_queue.touch(task);
    touch(again);
    pace(again, task);
}

Attempts::Reconciled Attempts::reconcile(MachineId machine, const QList<HeldAttempt> &held)
{
    Reconciled result;
    QSet<AttemptId> there;
    m_strays.keepHeld(machine, held);
    for (const HeldAttempt &attempt : held) {
        if (isStray(attempt.id(), attempt.epoch)) {
            m_strays.hold(machine, attempt);
            continue; // not ours to stop
        }
        there.insert(attempt.id());
        Run *known = run(attempt.id());
        TaskRecord *task = known ? m_queue.record(attempt.task) : nullptr;
        if (!known || known->attempt.machine != machine) {
            result.stop.append(attempt);
            continue;
        }
        const bool current = task && task->currentAttempt == attempt.n;
        if (!current && task && adoptable(*known, *task, false))
            adopt(*known, *task);
        else if (!current && attempt.state != TaskState::Collecting)
            result.stop.append(attempt); // Collecting: its end is on its way, and may be a success
        else if (current && known->attempt.unreachable)
            setReachable(*known, *task);
        task = m_queue.record(attempt.task);
        known = run(attempt.id());
        if (!known || !task || task->currentAttempt != attempt.n)
            continue;
        if (known->cancelled)
            order(*known, OrderKind::Stop, EndReason::Cancelled); // it may not have heard of it
        else
            paceAnew(*known, *task, attempt.state);
    }
    const QList<AttemptId> ours = on(machine);
    for (const AttemptId id : ours) {
        if (there.contains(id))
            continue;
        Run &known = *run(id);
        if (const StoredStray *stray = m_strays.find(machine, id); stray && !stray->adopted) {
            // Another history's attempt of that name is there, so this one is not: a backup was restored.
            if (leaseRule(id) == LeaseRule::Fence && stray->report.isEmpty())
                continue; // never two at once: when that one has ended
            known.forgiven = true;
            lost(known, EndReason::Superseded);
            continue;
        }
        const bool isUnstarted = known.attempt.state == TaskState::Assigned || known.attempt.state == TaskState::Preparing;
        if (!isUnstarted || known.attempt.unreachable) {
            lost(known, EndReason::WorkerLost);
            continue;
        }
        const TaskRecord *task = m_queue.find(id.task);
        if (task && (known.cancelled || wantsHeld(*task))) {
            lost(known, EndReason::Superseded); // it never left here
            continue;
        }
        known.isPaused = task && wantsPaused(*task);
        result.again.append(assignmentOf(known));
    }
    return result;
}

Outcome Attempts::cancel(TaskId id, CancelMode mode)
{
    TaskRecord *task = m_queue.record(id);
    if (!task || task->submission != 0)
        return Outcome::NotFound;
    Run *current = task->currentAttempt ? run(task->attempt()) : nullptr;
    if (!current)
        return m_queue.cancelUnstarted(id);
    if (current->cancelled && mode == CancelMode::Polite)
        return Outcome::Already;
    current->cancelled = true;
    task->cancelWanted = true;
    m_queue.touch(*task);
    if (current->attempt.unreachable) {
        lost(*current, EndReason::WorkerLost); // its lease is over: nobody is waited for
        return Outcome::Changed;
    }
    order(*current, mode == CancelMode::Kill ? OrderKind::Kill : OrderKind::Stop, EndReason::Cancelled);
    return Outcome::Changed;
}

void Attempts::leaseEnded(AttemptId id, Loss loss)
{
    Run *ended = run(id);
    if (!ended || ended->attempt.unreachable)
        return;
    ended->attempt.unreachable = true;
    ended->forgiven = loss != Loss::Alone;
    touch(*ended);
    TaskRecord *task = m_queue.record(id.task);
    if (!task || task->currentAttempt != id.n)
        return;
    task->unreachable = true;
    if (task->cancelWanted) {
        lost(*ended, EndReason::WorkerLost);
        return;
    }
    const LeaseRule rule = leaseRule(id);
    ended->postponed = loss == Loss::InStorm && rule != LeaseRule::Wait;
    if (rule != LeaseRule::Replace || ended->postponed) {
        m_queue.touch(*task);
        return;
    }
    replace(*ended, *task);
}

void Attempts::replace(Run &run, TaskRecord &task)
{
    freeSlots(run);
    if (!poisoned(task, run))
        m_queue.requeue(task, never);
}

void Attempts::stormEnded(MachineId machine)
{
    const QList<AttemptId> there = on(machine);
    for (const AttemptId id : there) {
        Run &waiting = *run(id);
        if (!std::exchange(waiting.postponed, false) || !waiting.attempt.unreachable)
            continue;
        TaskRecord *task = m_queue.record(id.task);
        if (!task || task->currentAttempt != id.n)
            continue;
        if (leaseRule(id) == LeaseRule::Replace)
            replace(waiting, *task);
        else if (waiting.fencePassed)
            lost(waiting, EndReason::WorkerLost);
    }
}

int Attempts::waitingOn(MachineId machine) const
{
    const QList<AttemptId> there = on(machine);
    return int(std::count_if(there.begin(), there.end(), [this](AttemptId id) { return waitsForStorm(id); }));
}

bool Attempts::waitsForStorm(AttemptId id) const
{
    const auto it = m_runs.constFind(id);
    return it != m_runs.cend() && it->postponed;
}

void Attempts::excuse(MachineId machine, bool excused)
{
    if (excused)
        m_excused.insert(machine);
    else
        m_excused.remove(machine);
}

void Attempts::fenceEnded(AttemptId id)
{
    Run *fenced = run(id);
    if (!fenced || !fenced->attempt.unreachable)
        return;
    fenced->fencePassed = true;
    if (!fenced->postponed)
        lost(*fenced, EndReason::WorkerLost);
}

void Attempts::abandon(AttemptId id)
{
    if (Run *there = run(id))
        lost(*there, EndReason::WorkerLost);
}

void Attempts::machineRemoved(MachineId machine)
{
    const QList<AttemptId> there = on(machine);
    for (const AttemptId id : there)
        lost(*run(id), EndReason::WorkerLost);
    m_onMachine.remove(machine);
    m_excused.remove(machine);
    m_strays.removeMachine(machine);
}

} // namespace Drover
