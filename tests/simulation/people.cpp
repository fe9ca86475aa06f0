// The part of Simulation that asks for things, as people and programs do.

#include "backend/store/queries.h"
#include "tests/simulation/simulation.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

const QString user = u"ann"_s;

History::Spec judgedBy(const TaskSpec &spec, const QList<TaskId> &ids, const QStringList &names)
{
    History::Spec judged {.rule = spec.leaseRule.value_or(LeaseRule::Replace),
                          .afterRule = spec.afterRule,
                          .after = {},
                          .attempts = spec.retry.attempts};
    for (const QString &need : spec.after) {
        const qsizetype inside = names.indexOf(need);
        judged.after.append(inside >= 0 ? ids[inside] : TaskId {need.toLongLong()});
    }
    return judged;
}

} // namespace

TaskSpec Simulation::anySpec()
{
    TaskSpec spec;
    spec.command = {"run", QString("c%1").arg(++m_contents)};
    spec.priority = 40 + m_world.below(20);
    spec.leaseRule = m_scenario.rule.value_or(LeaseRule(m_world.below(3)));
    spec.afterRule = m_world.chance(0.5) ? AfterRule::AllSucceeded : AfterRule::AllEnded;
    spec.afterFailed = m_world.chance(0.9) ? AfterFailed::End : AfterFailed::Wait;
    spec.needs.slotCount = m_world.chance(0.1) ? 2 : 1;
    spec.needs.memory = m_world.chance(0.2) ? 1'000'000'000 : 0;
    spec.retry.attempts = 1 + m_world.below(3);
    spec.retry.backoff = m_world.chance(0.5) ? std::chrono::milliseconds(m_world.below(60'000)) : 0ms;
    spec.retry.memoryFactor = 2;
    spec.held = m_world.chance(0.03);
    return spec;
}

void Simulation::submit()
{
    Submit request;
    request.key = QString("key%1").arg(++m_keys);
    request.batch = QString("b%1").arg(m_world.below(4));
    const int count = 1 + m_world.below(12);
    for (int i = 0; i < count; ++i) {
        TaskSpec spec = anySpec();
        spec.name = QString("t%1").arg(i);
        if (i > 0 && m_world.chance(0.3))
            spec.after.append(QString("t%1").arg(m_world.below(i)));
        if (!m_tasks.isEmpty() && m_world.chance(0.05))
            spec.after.append(QString::number(m_tasks[m_world.below(int(m_tasks.size()))].value));
        request.tasks.append(spec);
    }
    send(request);
}

// As a client that retries: with the same key, until it has heard that all of it is kept.
void Simulation::send(const Submit &request)
{
    const auto isKept = std::make_shared<bool>(false);
    inDaemon([this, request, isKept] {
        if (m_daemon.isUp())
            take(request, isKept);
        m_world.agenda.after(m_world.between(5s, 60s), [this, request, isKept] {
            if (!*isKept)
                send(request);
        });
    });
}

void Simulation::take(const Submit &request, const std::shared_ptr<bool> &isKept)
{
    const auto answer = [this, isKept](const Submitted &submitted) {
        rooms().store.stage().whenCommitted([this, isKept, ids = submitted.tasks](const Result<void> &) {
            m_world.history.submitAcknowledged(ids);
            if (!std::exchange(*isKept, true))
                m_tasks += ids;
        });
        settleSoon();
    };
    if (const auto known = rooms().submissions.repeated(user, request.key)) {
        answer(*known);
        return;
    }
    const auto prepared = prepareSpecs(request.tasks);
    if (!prepared)
        qFatal("%s", qPrintable(printed(prepared.error())));
    const QList<TaskId> outside = rooms().submissions.outsideNeeds(*prepared);
    const auto states = m_daemon.read<QHash<TaskId, TaskState>>(
        [outside](Database &db) { return statesOf(db, outside); });
    const auto submitted = rooms().submissions.submit(request, *prepared, user, *states);
    if (!submitted) {
        *isKept = true; // refused: what it waits for has failed, and it would never start
        return;
    }
    QStringList names;
    for (const TaskSpec &spec : request.tasks)
        names.append(spec.name);
    QList<History::Spec> judged;
    for (qsizetype i = 0; i < names.size(); ++i) {
        judged.append(judgedBy(request.tasks[i], submitted->tasks, names));
        m_world.history.specGiven(submitted->tasks[i], 1, request.tasks[i].command[1]);
    }
    m_world.history.submitAsked(submitted->tasks, judged);
    answer(*submitted);
}

TaskId Simulation::anyTask(bool finished)
{
    for (int tries = 0; tries < 20 && !m_tasks.isEmpty(); ++tries) {
        // The younger ones are the livelier ones.
        const int back = m_world.below(std::min(int(m_tasks.size()), 200));
        const TaskId id = m_tasks[m_tasks.size() - 1 - back];
        if (m_world.history.isFinished(id) == finished)
            return id;
    }
    return {};
}

void Simulation::command()
{
    inDaemon([this] {
        if (!m_daemon.isUp() || m_isCalm) // what a frozen daemon hears late is not asked for any more
            return;
        settle(); // they choose by what they see
        constexpr void (Simulation::*commands[])()
            = {&Simulation::cancelSome,    &Simulation::retrySome, &Simulation::editOne,  &Simulation::holdOrRelease,
               &Simulation::pauseOrResume, &Simulation::flagBatch, &Simulation::flagAll, &Simulation::drainOne,
               &Simulation::holdOrRelease, &Simulation::editOne,   &Simulation::cancelSome};
        (this->*commands[m_world.below(int(std::size(commands)))])();
        settleSoon();
    });
}

void Simulation::cancelSome()
{
    for (int i = 0; i < 3; ++i) {
        const TaskId id = anyTask(false);
        if (!id)
            continue;
        m_world.history.cancelAsked(id);
        (void)rooms().attempts.cancel(id, m_world.chance(0.7) ? CancelMode::Polite : CancelMode::Kill);
    }
}

void Simulation::retrySome()
{
    const TaskId id = anyTask(true);
    if (!id || m_world.history.find(id)->state == TaskState::Succeeded || rooms().queue.find(id))
        return;
    const auto rows = m_daemon.read<QList<RetryRow>>([id](Database &db) { return finishedTasks(db, {id}); });
    if (!rows || rows->isEmpty())
        return;
    const StoredTask &stored = rows->first().stored;
    const auto batches = m_daemon.read<QList<Batch>>([batch = stored.batch](Database &db) {
        return listBatches(db, {.name = QString::number(batch.value)}, {});
    });
    if (!batches || batches->isEmpty() || !rooms().batches.reopen(batches->first()))
        return;
    m_world.history.retryAsked(id);
    if (rooms().queue.retry(stored)) {
        // The same to run, under another number.
        m_world.history.specGiven(id, stored.specNumber + 1, m_world.history.contentOf(id, stored.specNumber));
    }
}

void Simulation::editOne()
{
    const TaskId id = anyTask(false);
    const TaskRecord *task = id ? rooms().queue.find(id) : nullptr;
    if (!task)
        return;
    const auto stored = m_daemon.read<QList<QByteArray>>([id](Database &db) { return specsOf(db, {id}); });
    Result<TaskSpec> spec = decode<TaskSpec>(stored->first());
    if (!spec)
        return;
    spec->command = {"run", QString("c%1").arg(++m_contents)};
    (void)rooms().queue.edit(id, *spec);
    rooms().specs.insert(id, std::make_shared<const TaskSpec>(*spec));
    m_world.history.specGiven(id, rooms().queue.find(id)->specNumber, spec->command[1]);
}

void Simulation::holdOrRelease()
{
    if (const TaskId id = anyTask(false))
        (void)rooms().attempts.hold(id, m_world.chance(0.4));
}

void Simulation::pauseOrResume()
{
    if (const TaskId id = anyTask(false))
        (void)rooms().attempts.pause(id, m_world.chance(0.4));
}

void Simulation::flagBatch()
{
    const QList<BatchId> live = rooms().batches.all().keys();
    if (live.isEmpty())
        return;
    rooms().batches.change(live[m_world.below(int(live.size()))], [this](Batch &batch) {
        batch.held = m_world.chance(0.2);
        batch.paused = m_world.chance(0.2);
    });
    rooms().dispatcher.followFlags();
}

void Simulation::flagAll()
{
    Flags flags;
    flags.held = m_world.chance(0.2);
    flags.paused = m_world.chance(0.2);
    rooms().dispatcher.setFlags(flags);
}

void Simulation::drainOne()
{
    (void)rooms().fleet.set({.id = MachineId {1 + m_world.below(m_scenario.machines)}, .draining = m_world.chance(0.3)});
}

void Simulation::releaseEverything()
{
    rooms().dispatcher.setFlags({});
    const QList<BatchId> live = rooms().batches.all().keys();
    for (const BatchId id : live) {
        rooms().batches.change(id, [](Batch &batch) { batch.held = batch.paused = false; });
    }
    rooms().dispatcher.followFlags();
    for (int i = 1; i <= m_scenario.machines; ++i)
        (void)rooms().fleet.set({.id = MachineId {i}, .draining = false});
    const QList<TaskId> all = m_world.history.rows().keys();
    for (const TaskId id : all) {
        (void)rooms().attempts.hold(id, false);
        (void)rooms().attempts.pause(id, false);
    }
    settle();
}

// What was handed in late is held, or waits for a task that failed: its person lets it go, or gives
// it up.
void Simulation::lookAfterTheRest()
{
    const QList<TaskId> all = m_world.history.rows().keys();
    for (const TaskId id : all) {
        const TaskRecord *task = rooms().queue.find(id);
        if (!task)
            continue;
        (void)rooms().attempts.hold(id, false);
        if (task->state != TaskState::Waiting || !task->needFailed)
            continue;
        m_world.history.cancelAsked(id);
        (void)rooms().attempts.cancel(id, CancelMode::Polite);
    }
    settle();
}

} // namespace Drover
