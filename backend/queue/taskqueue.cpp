#include "backend/queue/taskqueue.h"

#include "backend/store/store.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QByteArray keyOf(const Needs &needs, std::optional<LeaseRule> rule, const QString &runAs)
{
    return encode(needs) + (rule ? char('0' + int(*rule)) : '-') + runAs.toUtf8();
}

} // namespace

TaskQueue::TaskQueue(Store &store, Ledger &ledger, BatchBook &batches, const Clock &clock, QObject *parent)
    : QObject(parent), m_store(store), m_ledger(ledger), m_batches(batches), m_clock(clock), m_shapes(1), m_words({QString()})
{
}

void TaskQueue::restore(const Snapshot &snapshot)
{
    m_records.clear();
    m_ready.clear();
    m_delayed.clear();
    m_dependents.clear();
    m_shapeIds.clear();
    m_words = {QString()};
    m_wordIds.clear();
    m_running = {};
    m_shapes.assign(1, {});
    for (const Shape &shape : snapshot.shapes) {
        m_shapes.resize(std::max(m_shapes.size(), size_t(shape.id) + 1));
        m_shapes[size_t(shape.id)] = shape;
        m_shapeIds.insert(keyOf(shape.needs, shape.leaseRule, shape.runAs), int(shape.id));
    }
    QSet<qint64> open; // a row names its submission for ever; what was committed is visible
    for (const StoredSubmission &submission : snapshot.submissions) {
        if (submission.open)
            open.insert(submission.id);
    }
    m_records.reserve(qsizetype(snapshot.tasks.size()));
    for (const StoredTask &stored : snapshot.tasks) {
        TaskRecord task;
        task.id = stored.id;
        task.batch = stored.batch;
        task.machine = stored.machine;
        task.queued = stored.queued;
        task.notBefore = stored.notBefore;
        task.started = stored.started;
        task.rev = stored.rev;
        task.submission = open.contains(stored.submission) ? stored.submission : 0;
        task.shape = int(stored.shape);
        task.specNumber = stored.specNumber;
        task.lastAttempt = stored.lastAttempt;
        task.currentAttempt = stored.currentAttempt;
        task.failures = qint16(stored.failures);
        task.poison = qint16(stored.poison);
        task.state = stored.state;
        task.priority = qint8(stored.priority);
        task.flags = qint8(stored.flags);
        task.held = stored.held;
        task.paused = stored.paused;
        task.cancelWanted = stored.cancelling;
        task.keep = stored.keep;
        task.unreachable = stored.unreachable;
        task.owner = word(stored.owner);
        m_records.insert(task.id, task);
    }
    for (const StoredNeed &need : snapshot.needs) {
        const auto task = m_records.find(need.task);
        if (task == m_records.end())
            continue;
        const bool met = isFinished(need.otherState)
            && (need.otherState == TaskState::Succeeded || (task->flags & AfterAllEnded));
        if (met)
            continue;
        ++task->waitsFor;
        task->needFailed = task->needFailed || isFinished(need.otherState);
        m_dependents[need.other].append(need.task);
    }
    for (const auto &[id, value] : snapshot.shares) {
        if (TaskRecord *task = record(id))
            task->share = shareOf(value);
    }
    for (const StoredTask &stored : snapshot.tasks) {
        const TaskRecord &task = m_records[stored.id];
        index(task);
        if (isStarted(task.state))
            countStarted(task, 1);
    }
}

const TaskRecord *TaskQueue::find(TaskId id) const
{
    const auto it = m_records.constFind(id);
    return it == m_records.cend() ? nullptr : &*it;
}

TaskRecord *TaskQueue::record(TaskId id)
{
    const auto it = m_records.find(id);
    return it == m_records.end() ? nullptr : &*it;
}

int TaskQueue::shapeOf(const TaskSpec &spec)
{
    const QByteArray key = keyOf(spec.needs, spec.leaseRule, spec.runAs);
    if (const int known = m_shapeIds.value(key))
        return known;
    Shape shape {.id = qint64(m_shapes.size()), .needs = spec.needs, .leaseRule = spec.leaseRule, .runAs = spec.runAs};
    m_store.stage().insert(shape);
    m_shapes.push_back(std::move(shape));
    m_shapeIds.insert(key, int(m_shapes.size()) - 1);
    return int(m_shapes.size()) - 1;
}

void TaskQueue::add(NewTask task, const TaskRecord &record)
{
    TaskRecord &added = *m_records.insert(record.id, record);
    wait(added, task.after);
    added.state = added.waitsFor > 0 ? TaskState::Waiting : TaskState::Queued;
    added.rev = m_ledger.nextRevision();
    task.task.state = added.state;
    task.task.waitsFor = added.waitsFor;
    task.task.rev = added.rev;
    m_store.stage().insert(std::move(task));
    if (added.submission == 0) {
        m_batches.count(added.batch, std::nullopt, added.state);
        index(added);
    }
}

void TaskQueue::wait(TaskRecord &task, const QList<TaskId> &after)
{
    for (const TaskId need : after) {
        if (!m_records.contains(need))
            continue;
        m_dependents[need].append(task.id);
        ++task.waitsFor;
    }
}

void TaskQueue::publish(const QList<TaskId> &ids)
{
    for (const TaskId id : ids) {
        TaskRecord *task = record(id);
        if (!task || task->submission == 0)
            continue;
        task->submission = 0;
        m_batches.count(task->batch, std::nullopt, task->state);
        index(*task);
        if (task->needFailed && !(task->flags & AfterFailedWaits))
            finish(*task, {.state = TaskState::Failed, .at = m_clock.now(), .reason = EndReason::AfterFailed});
    }
}

void TaskQueue::forget(const QList<TaskId> &ids)
{
    for (const TaskId id : ids) {
        m_records.remove(id);
        m_dependents.remove(id);
    }
}

bool TaskQueue::isReady(const TaskRecord &task) const
{
    return task.state == TaskState::Queued && !task.held && !task.paused && task.submission == 0;
}

void TaskQueue::index(const TaskRecord &task)
{
    if (!isReady(task))
        return;
    if (task.notBefore > m_clock.now()) {
        m_delayed.insert({task.notBefore, task.id});
    } else {
        m_ready.insert(task);
    }
    emit readyChanged();
}

void TaskQueue::unindex(const TaskRecord &task)
{
    if (!isReady(task))
        return;
    if (isSet(task.notBefore))
        m_delayed.erase({task.notBefore, task.id});
    m_ready.erase(task);
}

std::optional<Instant> TaskQueue::wakeDelayed()
{
    const Instant now = m_clock.now();
    while (!m_delayed.empty() && m_delayed.begin()->first <= now) {
        const TaskId id = m_delayed.begin()->second;
        m_delayed.erase(m_delayed.begin());
        m_ready.insert(m_records[id]);
        emit readyChanged();
    }
    return m_delayed.empty() ? std::nullopt : std::optional(m_delayed.begin()->first);
}

void TaskQueue::setState(TaskRecord &task, TaskState state)
{
    if (task.state == state)
        return;
    unindex(task);
    if (task.submission == 0)
        m_batches.count(task.batch, task.state, state);
    if (isStarted(task.state) != isStarted(state))
        countStarted(task, isStarted(state) ? 1 : -1);
    task.state = state;
    index(task);
}

int TaskQueue::word(const QString &text)
{
    if (text.isEmpty())
        return 0;
    int &id = m_wordIds[text];
    if (id == 0) {
        id = int(m_words.size());
        m_words.append(text);
    }
    return id;
}

int TaskQueue::shareIn(BatchId id, const Labels &labels)
{
    const Batch *batch = m_batches.find(id);
    return batch && !batch->shareBy.isEmpty() ? shareOf(labels.value(batch->shareBy)) : 0;
}

void TaskQueue::countStarted(const TaskRecord &task, int by)
{
    const auto count = [by](auto &counts, const auto &key) {
        if ((counts[key] += by) == 0)
            counts.remove(key);
    };
    count(m_running.byOwner, task.owner);
    if (task.share != 0)
        count(m_running.byShare, std::pair(task.batch, task.share));
}

void TaskQueue::noteStaleShares(BatchId batch)
{
    const Batch *found = m_batches.find(batch);
    if (found && !found->shareBy.isEmpty())
        emit sharesStale(batch);
}

void TaskQueue::setShares(BatchId batch, const QHash<TaskId, QString> &values)
{
    const Batch *found = m_batches.find(batch);
    const bool shares = found && !found->shareBy.isEmpty();
    for (TaskRecord &task : m_records) {
        if (task.batch != batch)
            continue;
        unindex(task);
        if (isStarted(task.state))
            countStarted(task, -1);
        task.share = shares ? shareOf(values.value(task.id)) : 0;
        if (isStarted(task.state))
            countStarted(task, 1);
        index(task);
    }
}

TaskChange TaskQueue::changeOf(const TaskRecord &task) const
{
    TaskChange change;
    change.id = task.id;
    change.rev = task.rev;
    change.batch = task.batch;
    change.state = task.state;
    change.held = task.held;
    change.paused = task.paused;
    change.cancelling = task.cancelWanted;
    change.shape = task.shape;
    change.keep = task.keep;
    change.unreachable = task.unreachable;
    change.priority = task.priority;
    change.specNumber = task.specNumber;
    change.lastAttempt = task.lastAttempt;
    change.currentAttempt = task.currentAttempt;
    change.waitsFor = task.waitsFor;
    change.failures = task.failures;
    change.poison = task.poison;
    change.notBefore = task.notBefore;
    change.started = task.started;
    change.machine = task.machine;
    return change;
}

void TaskQueue::touch(TaskRecord &task)
{
    task.rev = m_ledger.nextRevision();
    m_store.stage().put(changeOf(task));
}

void TaskQueue::finish(TaskRecord &task, const TaskEnd &end)
{
    finishOne(task, end);
    const TaskId id = task.id;
    m_records.remove(id);
    std::vector<TaskId> failed;
    release(id, end.state, &failed);
    // A list, not recursion: chains of dependents may be as long as a submission.
    while (!failed.empty()) {
        const TaskId next = failed.back();
        failed.pop_back();
        TaskRecord *dependent = record(next);
        if (!dependent)
            continue;
        finishOne(*dependent, {.state = TaskState::Failed, .at = end.at, .reason = EndReason::AfterFailed});
        m_records.remove(next);
        release(next, TaskState::Failed, &failed);
    }
}

void TaskQueue::finishOne(TaskRecord &task, const TaskEnd &end)
{
    setState(task, end.state);
    task.unreachable = false;
    task.rev = m_ledger.nextRevision();
    TaskChange change = changeOf(task);
    change.ended = end.at;
    change.endReason = end.reason;
    change.exitCode = end.exitCode;
    change.signal = end.signal;
    change.lastLine = end.lastLine;
    change.causeKey = end.causeKey;
    m_store.stage().put(change);
}

void TaskQueue::release(TaskId ended, TaskState state, std::vector<TaskId> *failed)
{
    const QList<TaskId> dependents = m_dependents.take(ended);
    for (const TaskId id : dependents) {
        TaskRecord *task = record(id);
        if (!task || task->waitsFor == 0)
            continue; // cancelled, or retried by a person, who did not want it to wait again
        const bool met = state == TaskState::Succeeded || (task->flags & AfterAllEnded);
        if (!met) {
            if ((task->flags & AfterFailedWaits) || task->submission != 0) {
                m_dependents[ended].append(id); // the need may be retried, and succeed
                task->needFailed = true;
            } else {
                failed->push_back(id);
            }
            continue;
        }
        if (--task->waitsFor == 0 && task->state == TaskState::Waiting) {
            task->needFailed = false;
            setState(*task, TaskState::Queued);
        }
        touch(*task);
    }
}

void TaskQueue::requeue(TaskRecord &task, Instant notBefore)
{
    task.currentAttempt = 0;
    task.machine = {};
    task.started = never;
    task.unreachable = false;
    task.notBefore = notBefore;
    setState(task, TaskState::Queued);
    touch(task);
}

void TaskQueue::reshape(TaskRecord &task, const TaskSpec &spec)
{
    unindex(task);
    task.shape = shapeOf(spec);
    m_store.stage().putSpec(task.id, encode(spec));
    index(task);
}

Outcome TaskQueue::hold(TaskId id, bool held)
{
    TaskRecord *task = record(id);
    if (!task || task->submission != 0)
        return Outcome::NotFound;
    if (task->held == held)
        return Outcome::Already;
    unindex(*task);
    task->held = held;
    index(*task);
    touch(*task);
    return Outcome::Changed;
}

Outcome TaskQueue::pause(TaskId id, bool paused)
{
    TaskRecord *task = record(id);
    if (!task || task->submission != 0)
        return Outcome::NotFound;
    if (task->paused == paused)
        return Outcome::Already;
    unindex(*task);
    task->paused = paused;
    index(*task);
    touch(*task);
    return Outcome::Changed;
}

Outcome TaskQueue::setPriority(TaskId id, int priority)
{
    TaskRecord *task = record(id);
    if (!task || task->submission != 0)
        return Outcome::NotFound;
    if (task->priority == priority)
        return Outcome::Already;
    unindex(*task);
    task->priority = qint8(priority);
    index(*task);
    touch(*task);
    return Outcome::Changed;
}

Outcome TaskQueue::cancelUnstarted(TaskId id)
{
    TaskRecord *task = record(id);
    if (!task || task->submission != 0)
        return Outcome::NotFound;
    finish(*task, {.state = TaskState::Cancelled, .at = m_clock.now(), .reason = EndReason::Cancelled});
    return Outcome::Changed;
}

Result<void> TaskQueue::retry(const StoredTask &finished, const Labels &labels)
{
    if (m_records.contains(finished.id))
        return fail(ErrorCode::Conflict, u"task %1 has not ended"_s.arg(finished.id.value));
    TaskRecord task;
    task.id = finished.id;
    task.batch = finished.batch;
    task.queued = finished.queued;
    task.shape = int(finished.shape);
    task.specNumber = finished.specNumber + 1; // a late report of an earlier attempt must not meet it
    task.lastAttempt = finished.lastAttempt;
    task.priority = qint8(finished.priority);
    task.flags = qint8(finished.flags);
    task.keep = finished.keep;
    task.owner = word(finished.owner);
    task.share = shareIn(finished.batch, labels);
    task.state = TaskState::Queued;
    takeBack(task, finished.state, {});
    return {};
}

TaskRecord &TaskQueue::takeBack(const TaskRecord &task, TaskState from, const QList<TaskId> &after)
{
    TaskRecord &added = *m_records.insert(task.id, task);
    wait(added, after);
    added.state = added.waitsFor > 0 ? TaskState::Waiting : TaskState::Queued;
    m_batches.count(added.batch, from, added.state);
    index(added);
    touch(added);
    return added;
}

Result<void> TaskQueue::bringBack(const StoredTask &cancelled, const QList<TaskId> &after,
                                  const Labels &labels)
{
    if (m_records.contains(cancelled.id))
        return fail(ErrorCode::Conflict, u"task %1 has not ended"_s.arg(cancelled.id.value));
    TaskRecord task;
    task.id = cancelled.id;
    task.batch = cancelled.batch;
    task.queued = cancelled.queued;
    task.notBefore = cancelled.notBefore;
    task.shape = int(cancelled.shape);
    task.specNumber = cancelled.specNumber;
    task.lastAttempt = cancelled.lastAttempt;
    task.failures = qint16(cancelled.failures);
    task.poison = qint16(cancelled.poison);
    task.priority = qint8(cancelled.priority);
    task.flags = qint8(cancelled.flags);
    task.held = cancelled.held;
    task.paused = cancelled.paused;
    task.keep = cancelled.keep;
    task.owner = word(cancelled.owner);
    task.share = shareIn(task.batch, labels);
    takeBack(task, cancelled.state, after);
    return {};
}

Outcome TaskQueue::move(TaskId id, BatchId batch)
{
    TaskRecord *task = record(id);
    if (!task || task->submission != 0)
        return Outcome::NotFound;
    if (task->batch == batch)
        return Outcome::Already;
    unindex(*task);
    m_batches.count(task->batch, task->state, std::nullopt);
    if (isStarted(task->state))
        countStarted(*task, -1);
    task->batch = batch;
    task->share = shareIn(batch, {}); // its labels are not at hand
    noteStaleShares(batch);
    if (isStarted(task->state))
        countStarted(*task, 1);
    m_batches.count(task->batch, std::nullopt, task->state);
    index(*task);
    touch(*task);
    return Outcome::Changed;
}

qint64 TaskQueue::touchRevision(TaskId id)
{
    TaskRecord *task = record(id);
    if (!task)
        return 0;
    noteStaleShares(task->batch); // it may be a label
    return task->rev = m_ledger.nextRevision();
}

Outcome TaskQueue::edit(TaskId id, const TaskSpec &spec)
{
    TaskRecord *task = record(id);
    if (!task || task->submission != 0)
        return Outcome::NotFound;
    unindex(*task);
    if (isStarted(task->state))
        countStarted(*task, -1);
    ++task->specNumber;
    task->priority = qint8(spec.priority);
    task->shape = shapeOf(spec);
    task->share = shareIn(task->batch, spec.labels);
    m_store.stage().putSpec(id, encode(spec));
    if (isStarted(task->state))
        countStarted(*task, 1);
    index(*task);
    touch(*task);
    return Outcome::Changed;
}

} // namespace Drover
