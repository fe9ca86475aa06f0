#include "tests/simulation/history.h"

namespace Drover {

namespace {

constexpr int mostViolations = 100;

History::Row rowOf(const TaskChange &change)
{
    return {.id = change.id,
            .batch = change.batch,
            .state = change.state,
            .held = change.held,
            .paused = change.paused,
            .cancelling = change.cancelling,
            .priority = change.priority,
            .specNumber = change.specNumber,
            .lastAttempt = change.lastAttempt,
            .currentAttempt = change.currentAttempt,
            .waitsFor = change.waitsFor,
            .failures = change.failures,
            .poison = change.poison,
            .notBefore = change.notBefore};
}

bool isMachinesFault(EndReason reason)
{
    return reason == EndReason::WorkerLost || reason == EndReason::StatusLost
        || reason == EndReason::Superseded;
}

} // namespace

QString History::Row::printed() const
{
    return QString("%1 %2 batch %3 spec %4 last %5 current %6 waits %7 failures %8 poison %9")
               .arg(id.value)
               .arg(enumText(state))
               .arg(batch.value)
               .arg(specNumber)
               .arg(lastAttempt)
               .arg(currentAttempt)
               .arg(waitsFor)
               .arg(failures)
               .arg(poison)
        + QString(" priority %1%2%3%4 not-before %5")
              .arg(priority)
              .arg(held ? " held" : "", paused ? " paused" : "", cancelling ? " cancelling" : "")
              .arg(toMicroseconds(notBefore));
}

void History::violation(const QString &what)
{
    if (m_violations.size() < mostViolations)
        m_violations.append(what);
}

const History::Row *History::find(TaskId id) const
{
    const auto row = m_rows.constFind(id);
    return row == m_rows.cend() ? nullptr : &*row;
}

bool History::isFinished(TaskId id) const
{
    const Row *row = find(id);
    return row && Drover::isFinished(row->state);
}

// ---- people ---------------------------------------------------------------------------------

void History::submitAsked(const QList<TaskId> &ids, const QList<Spec> &specs)
{
    for (qsizetype i = 0; i < ids.size(); ++i)
        m_specs.insert(ids[i], specs.value(i));
}

void History::submitAcknowledged(const QList<TaskId> &ids)
{
    for (const TaskId id : ids) {
        if (!m_rows.contains(id))
            violation(QString("task %1 was acknowledged and is not durable").arg(id.value));
        m_acknowledged.insert(id);
    }
}

void History::cancelAsked(TaskId id)
{
    m_lives[id].cancelAsked = true;
}

void History::retryAsked(TaskId id)
{
    m_lives[id].retryAsked = true;
}

void History::specGiven(TaskId id, int specNumber, const QString &content)
{
    m_contents.insert({id, specNumber}, content);
}

// ---- what is durable ------------------------------------------------------------------------

void History::committed(const Stage &stage, Instant now)
{
    QHash<TaskId, Row> before;
    QList<Attempt> fresh;
    for (const Attempt &attempt : stage.attempts) {
        if (const Row *row = find(attempt.task))
            before.insert(attempt.task, *row);
        if (!m_attempts.contains(attempt.id()))
            fresh.append(attempt);
        changeAttempt(attempt);
    }
    for (const NewTask &task : stage.newTasks)
        insert(task);
    for (const TaskChange &each : stage.taskChanges)
        change(each);
    for (const Attempt &attempt : fresh) {
        const auto row = before.constFind(attempt.task);
        begun(attempt, row == before.cend() ? nullptr : &*row, now);
    }
    for (const Batch &batch : stage.batches)
        compareCounts(batch);
}

void History::insert(const NewTask &task)
{
    Row row;
    row.id = task.task.id;
    row.batch = task.task.batch;
    row.state = task.task.state;
    row.held = task.task.held;
    row.priority = task.task.priority;
    row.waitsFor = task.task.waitsFor;
    if (m_rows.contains(row.id))
        violation(QString("task %1 was queued twice").arg(row.id.value));
    m_rows.insert(row.id, row);
    count(row, 1);
}

void History::count(const Row &row, qint64 by)
{
    m_counts[row.batch].add(row.state, by);
}

void History::change(const TaskChange &change)
{
    const Row *known = find(change.id);
    if (!known) {
        violation(QString("task %1 changed and was never queued").arg(change.id.value));
        return;
    }
    const Row before = *known;
    const Row after = rowOf(change);
    count(before, -1);
    count(after, 1);
    m_rows.insert(change.id, after);
    Life &life = m_lives[change.id];
    if (Drover::isFinished(before.state) && !Drover::isFinished(after.state)) {
        if (!life.retryAsked)
            violation(QString("task %1 went on after its end").arg(change.id.value));
        liveAgain(life);
    }
    if (after.cancelling && !before.cancelling)
        life.cancelledAt = after.currentAttempt != 0 ? after.currentAttempt : -1;
    if (after.poison > m_mostPoison)
        violation(QString("task %1 took %2 machines down").arg(change.id.value).arg(after.poison));
    if (Drover::isFinished(after.state))
        ended(change, before);
}

void History::liveAgain(Life &life)
{
    life = {.everSucceeded = life.everSucceeded, .everEnded = life.everEnded, .waitsForNobody = true};
}

void History::ended(const TaskChange &change, const Row &before)
{
    Life &life = m_lives[change.id];
    if (Drover::isFinished(before.state) && !life.retryAsked) {
        violation(QString("task %1 ended twice").arg(change.id.value));
        return;
    }
    if (Drover::isFinished(before.state)) // retried and ended in one commit
        liveAgain(life);
    ++life.ends;
    ++m_ends;
    life.everEnded = true;
    if (change.state == TaskState::Succeeded) {
        life.everSucceeded = true;
        endedWell(change);
    } else if (change.state == TaskState::Cancelled) {
        if (!life.cancelAsked)
            violation(QString("task %1 was cancelled by nobody").arg(change.id.value));
    } else if (change.endReason == EndReason::AfterFailed) {
        if (needsMet(change.id))
            violation(QString("task %1 failed for its needs, which are met").arg(change.id.value));
    } else if (change.endReason == EndReason::Poisoned) {
        if (change.poison < m_mostPoison)
            violation(QString("task %1 was poisoned after %2 machines").arg(change.id.value).arg(change.poison));
    } else {
        const Spec spec = m_specs.value(change.id);
        if (isMachinesFault(change.endReason))
            violation(QString("task %1 failed for what its machine did").arg(change.id.value));
        if (change.failures + 1 != spec.attempts)
            violation(QString("task %1 failed after %2 of %3 attempts")
                          .arg(change.id.value)
                          .arg(change.failures + 1)
                          .arg(spec.attempts));
        if (life.cancelledAt != 0)
            violation(QString("task %1 failed though it was cancelled").arg(change.id.value));
    }
}

void History::endedWell(const TaskChange &change)
{
    const AttemptId id {change.id, change.currentAttempt};
    const Life &life = m_lives[change.id];
    const auto exit = m_exits.constFind(id);
    if (exit == m_exits.cend() || exit->value_or(-1) != 0)
        violation(QString("task %1 succeeded by attempt %2, which did not").arg(change.id.value).arg(id.n));
    const auto attempt = m_attempts.constFind(id);
    if (attempt == m_attempts.cend() || attempt->state != TaskState::Succeeded)
        violation(QString("task %1 succeeded without a row of attempt %2 that says so").arg(change.id.value).arg(id.n));
    if (life.cancelledAt != 0 && life.cancelledAt != id.n)
        violation(QString("task %1 was cancelled, and attempt %2 adopted").arg(change.id.value).arg(id.n));
}

void History::changeAttempt(const Attempt &attempt)
{
    const auto known = m_attempts.constFind(attempt.id());
    if (known != m_attempts.cend() && isSet(known->ended)) {
        if (!isSet(attempt.ended))
            violation(QString("attempt %1 went on after its end").arg(Drover::printed(attempt.id())));
        else if (known->endReason != attempt.endReason)
            violation(QString("attempt %1 ended twice: %2, %3")
                          .arg(Drover::printed(attempt.id()), enumText(known->endReason), enumText(attempt.endReason)));
    }
    const bool wasUnreachable = known != m_attempts.cend() && known->unreachable;
    m_leasesEnded += attempt.unreachable && !wasUnreachable;
    m_attempts.insert(attempt.id(), attempt);
}

// `before` is its task as it was durable before the commit that assigned it; null: not yet there.
void History::begun(const Attempt &attempt, const Row *before, Instant now)
{
    const QString name = Drover::printed(attempt.id());
    if (!needsMet(attempt.task))
        violation(QString("attempt %1 began before what its task waits for").arg(name));
    if (!before || Drover::isFinished(before->state))
        return; // queued, or queued again by a person, in this very commit
    if (attempt.n <= before->lastAttempt)
        violation(QString("attempt %1 began after attempt %2").arg(name).arg(before->lastAttempt));
    if (isHeldOver(*before, *find(attempt.task)))
        violation(QString("attempt %1 began though its task was held").arg(name));
    if (before->cancelling)
        violation(QString("attempt %1 began though its task was cancelled").arg(name));
    if (before->notBefore > now)
        violation(QString("attempt %1 began before its back-off was over").arg(name));
}

bool History::needsMet(TaskId id) const
{
    const auto spec = m_specs.constFind(id);
    if (spec == m_specs.cend() || m_lives.value(id).waitsForNobody)
        return true;
    for (const TaskId need : spec->after) {
        const Life life = m_lives.value(need);
        if (!(spec->afterRule == AfterRule::AllEnded ? life.everEnded : life.everSucceeded))
            return false;
    }
    return true;
}

void History::compareCounts(const Batch &batch)
{
    if (batch.counts == m_counts.value(batch.id))
        return;
    QStringList told;
    QStringList real;
    for (int i = 0; i < taskStateCount; ++i) {
        told.append(QString::number(batch.counts[TaskState(i)]));
        real.append(QString::number(m_counts.value(batch.id)[TaskState(i)]));
    }
    violation(QString("batch %1 counts %2 and has %3").arg(batch.id.value).arg(told.join(' '), real.join(' ')));
}

void History::restarted(const QList<Row> &tasks, const QList<AttemptId> &attempts)
{
    QSet<TaskId> there;
    for (const Row &row : tasks) {
        there.insert(row.id);
        const Row *durable = find(row.id);
        if (!durable)
            violation(QString("a restart made up task %1").arg(row.printed()));
        else if (*durable != row)
            violation(QString("a restart made \"%1\" of \"%2\"").arg(row.printed(), durable->printed()));
    }
    for (const Row &row : std::as_const(m_rows)) {
        if (!Drover::isFinished(row.state) && !there.contains(row.id))
            violation(QString("a restart lost task %1").arg(row.printed()));
    }
    const QSet<AttemptId> open(attempts.begin(), attempts.end());
    for (const Attempt &attempt : std::as_const(m_attempts)) {
        if (isSet(attempt.ended) == open.contains(attempt.id()))
            violation(QString("a restart %1 attempt %2")
                          .arg(isSet(attempt.ended) ? "brought back" : "lost", Drover::printed(attempt.id())));
    }
}

// ---- machines -------------------------------------------------------------------------------

void History::processStarted(AttemptId id, MachineId machine, const QString &content)
{
    const QString name = Drover::printed(id);
    if (m_running.contains(id))
        violation(QString("attempt %1 has two processes").arg(name));
    const auto attempt = m_attempts.constFind(id);
    if (attempt == m_attempts.cend()) {
        violation(QString("attempt %1 runs and is not durable").arg(name));
    } else {
        if (attempt->machine != machine)
            violation(QString("attempt %1 runs on machine %2 and is of %3")
                          .arg(name).arg(machine.value).arg(attempt->machine.value));
        const QString given = contentOf(id.task, attempt->specNumber);
        if (given != content)
            violation(QString("attempt %1 of spec %2 runs \"%3\" instead of \"%4\"")
                          .arg(name).arg(attempt->specNumber).arg(content, given));
    }
    QList<AttemptId> &others = m_runningOf[id.task];
    if (!others.isEmpty() && m_specs.value(id.task).rule == LeaseRule::Fence)
        violation(QString("attempts %1 and %2 run at once under fence").arg(Drover::printed(others.first()), name));
    others.append(id);
    m_running.insert(id, machine);
}

void History::processGone(AttemptId id)
{
    m_running.remove(id);
    m_runningOf[id.task].removeAll(id);
}

void History::processExited(AttemptId id, std::optional<int> exitCode)
{
    processGone(id);
    m_exits.insert(id, exitCode);
}

void History::assignmentSent(AttemptId id)
{
    if (!m_attempts.contains(id))
        violation(QString("attempt %1 was sent before it was durable").arg(Drover::printed(id)));
}

void History::stopOrdered(AttemptId id)
{
    m_stopped.insert(id);
}

void History::endAcknowledged(AttemptId id)
{
    const auto attempt = m_attempts.constFind(id);
    if (attempt == m_attempts.cend() || !isSet(attempt->ended))
        violation(QString("the end of attempt %1 was acknowledged and is not durable").arg(Drover::printed(id)));
}

void History::successHeard(AttemptId id)
{
    const Row *task = find(id.task);
    const auto attempt = m_attempts.constFind(id);
    const bool counts = task && attempt != m_attempts.cend() && !Drover::isFinished(task->state)
        && !isSet(attempt->ended) && !task->cancelling && task->specNumber == attempt->specNumber
        && !m_stopped.contains(id);
    if (counts)
        m_expected.append(id);
}

void History::settled()
{
    for (const AttemptId id : std::as_const(m_expected)) {
        const Row *task = find(id.task);
        if (task->state != TaskState::Succeeded || task->currentAttempt != id.n)
            violation(QString("the success of attempt %1 did not count").arg(Drover::printed(id)));
    }
    m_expected.clear();
}

void History::finish()
{
    for (const TaskId id : std::as_const(m_acknowledged)) {
        const Row *row = find(id);
        if (!row)
            continue; // said when it was acknowledged
        const int ends = m_lives.value(id).ends;
        if (!Drover::isFinished(row->state))
            violation(QString("task %1 never ends").arg(row->printed()));
        else if (ends != 1)
            violation(QString("task %1 has %2 ends").arg(id.value).arg(ends));
    }
    for (const Attempt &attempt : std::as_const(m_attempts)) {
        if (!isSet(attempt.ended))
            violation(QString("attempt %1 never ends").arg(Drover::printed(attempt.id())));
    }
}

} // namespace Drover
