#include "backend/store/queries.h"

#include "backend/protocol/batchrequests.h"
#include "backend/protocol/taskrequests.h"
#include "backend/store/attemptstore.h"
#include "backend/store/batchstore.h"
#include "backend/store/columntext.h"
#include "backend/store/sqltext.h"
#include "backend/store/taskrow.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Error noSuchTask(TaskId task)
{
    return fail(ErrorCode::NotFound, u"there is no task %1"_s.arg(task.value));
}

QList<qint64> valuesOf(const QList<TaskId> &tasks)
{
    QList<qint64> values;
    values.reserve(tasks.size());
    for (const TaskId task : tasks)
        values.append(task.value);
    return values;
}

// Reads every row of a query by `at`.
template<typename T, typename At>
Result<QList<T>> allRows(Statement &query, At at)
{
    QList<T> rows;
    while (query.next())
        rows.append(at(query));
    const Result<void> read = query.finish();
    return read ? Result<QList<T>>(std::move(rows)) : read.error();
}

Result<QList<Task>> tasksOf(Database &db, const QList<TaskId> &ids)
{
    SqlText text(db.dialect());
    const QString page
        = u"SELECT id FROM task WHERE %1"_s.arg(text.isOneOf(u"id"_s, valuesOf(ids)));
    const auto query = prepare(
        db, u"SELECT "_s + taskColumns() + taskFrom(page) + u" ORDER BY task.id"_s, text);
    return allRows<Task>(*query, taskAt);
}

Result<QList<Attempt>> attemptsOf(Database &db, TaskId task)
{
    SqlText text(db.dialect());
    const auto query = prepare(db,
                               u"SELECT %1 FROM attempt"
                               " LEFT JOIN machine ON machine.id = attempt.machine"
                               " WHERE attempt.task = %2 ORDER BY attempt.n"_s.arg(
                                   attemptColumns(), text.value(task.value)),
                               text);
    return allRows<Attempt>(*query, attemptAt);
}

// What is not over, and what failed although it had to succeed: that may be retried yet.
Result<QList<TaskId>> stillWaitsFor(Database &db, const Task &task)
{
    if (task.state != TaskState::Waiting)
        return QList<TaskId>();
    Statement &query = db.prepared(
        "SELECT other.id FROM need JOIN task ON task.id = need.task"
        " JOIN task other ON other.id = need.other"
        " WHERE need.task = ?1 AND (other.ended = 0 OR (task.flags & ?2 = 0 AND other.state <> ?3))"
        " ORDER BY other.id"_L1);
    query.with(task.id, int(AfterAllEnded), TaskState::Succeeded);
    return allRows<TaskId>(query, [](const Statement &row) { return TaskId {row.integer(0)}; });
}

Result<TaskSpec> specOf(Database &db, TaskId task)
{
    const Result<QList<QByteArray>> specs = specsOf(db, {task});
    if (!specs)
        return specs.error();
    return specs->first().isEmpty() ? Result<TaskSpec>(TaskSpec {}) : decode<TaskSpec>(specs->first());
}

} // namespace

Result<QList<Task>> tasksById(Database &db, const QList<TaskId> &ids)
{
    Result<QList<Task>> tasks = tasksOf(db, ids);
    if (!tasks)
        return tasks;
    QHash<TaskId, qsizetype> place;
    for (qsizetype i = 0; i < ids.size(); ++i)
        place.insert(ids[i], i);
    std::ranges::sort(*tasks, {}, [&](const Task &task) { return place.value(task.id); });
    return tasks;
}

namespace {

Result<QList<AttemptCurve>> curvesOf(Database &db, TaskId id)
{
    QList<AttemptCurve> curves;
    Statement &query = db.prepared("SELECT n, curve FROM attempt_curve WHERE task = ?1 ORDER BY n"_L1);
    query.with(id);
    while (query.next()) {
        const Result<AttemptCurve> curve = decode<AttemptCurve>(query.blob(1));
        if (!curve)
            continue;
        curves.append(*curve);
        curves.last().n = int(query.integer(0));
    }
    const Result<void> read = query.finish();
    return read ? Result<QList<AttemptCurve>>(curves) : read.error();
}

} // namespace

Result<TaskDetail> taskDetail(Database &db, TaskId id)
{
    const Result<QList<Task>> tasks = tasksOf(db, {id});
    if (!tasks)
        return tasks.error();
    if (tasks->isEmpty())
        return noSuchTask(id);
    const Result<TaskSpec> spec = specOf(db, id);
    if (!spec)
        return spec.error();
    const Result<QList<Attempt>> attempts = attemptsOf(db, id);
    if (!attempts)
        return attempts.error();
    const Result<QList<TaskId>> waitsFor = stillWaitsFor(db, tasks->first());
    if (!waitsFor)
        return waitsFor.error();
    const Result<QList<AttemptCurve>> curves = curvesOf(db, id);
    if (!curves)
        return curves.error();
    TaskDetail detail {.task = tasks->first(), .spec = *spec, .attempts = *attempts, .waitsFor = *waitsFor,
                       .gauge = {}, .curves = *curves};
    detail.spec.labels = detail.task.labels; // they may have been changed since
    return detail;
}

Result<QList<QByteArray>> specsOf(Database &db, const QList<TaskId> &tasks)
{
    SqlText text(db.dialect());
    const auto query
        = prepare(db,
                  u"SELECT task, spec FROM task_spec WHERE %1"_s.arg(
                      text.isOneOf(u"task"_s, valuesOf(tasks))),
                  text);
    QHash<qint64, QByteArray> found;
    while (query->next())
        found.insert(query->integer(0), query->blob(1));
    if (const Result<void> read = query->finish(); !read)
        return read.error();
    QList<QByteArray> specs;
    specs.reserve(tasks.size());
    for (const TaskId task : tasks)
        specs.append(found.value(task.value));
    return specs;
}

Result<QHash<TaskId, TaskState>> statesOf(Database &db, const QList<TaskId> &tasks, const ListScope &scope)
{
    SqlText text(db.dialect());
    const QString seen = scope.projects.isEmpty()
        ? QString()
        : u" AND batch IN (SELECT id FROM batch WHERE %1)"_s.arg(text.isOneOf(u"project"_s, scope.projects));
    const auto query
        = prepare(db,
                  u"SELECT id, state FROM task WHERE %1%2"_s.arg(
                      text.isOneOf(u"id"_s, valuesOf(tasks)), seen),
                  text);
    QHash<TaskId, TaskState> states;
    while (query->next())
        states.insert(TaskId {query->integer(0)}, TaskState(int(query->integer(1))));
    const Result<void> read = query->finish();
    return read ? Result<QHash<TaskId, TaskState>>(std::move(states)) : read.error();
}

Result<QList<Batch>> listBatches(Database &db, const ListBatches &request, const ListScope &scope)
{
    SqlText text(db.dialect());
    QStringList conditions;
    if (!scope.projects.isEmpty())
        conditions.append(text.isOneOf(u"project"_s, scope.projects));
    if (!request.name.isEmpty()) {
        // Not a number: no id, and none is 0.
        conditions.append(u"(name_key = %1 OR id = %2)"_s.arg(text.value(nameKey(request.name)),
                                                              text.value(request.name.toLongLong())));
    }
    const QString live = u"ended = 0"_s;
    const QString ended = u"ended > 0"_s;
    const auto select = [&](const QString &kind) {
        return u"SELECT "_s + batchColumns() + u" FROM batch WHERE "_s
            + (QStringList(conditions) << kind).join(u" AND ") + u" ORDER BY id DESC"_s;
    };
    QString sql = select(live);
    if (!request.live) {
        sql = u"SELECT * FROM (%1) live UNION ALL SELECT * FROM (%2 LIMIT %3) done ORDER BY 1 DESC"_s
                  .arg(sql, select(ended), text.value(qint64(std::max(0, request.limit))));
    }
    return allRows<Batch>(*prepare(db, sql, text), batchAt);
}

Result<StateCounts> endedCounts(Database &db, const ListScope &scope)
{
    SqlText text(db.dialect());
    QString condition = u"ended > 0"_s;
    if (!scope.projects.isEmpty())
        condition += u" AND "_s + text.isOneOf(u"project"_s, scope.projects);
    const auto query = prepare(db, u"SELECT counts FROM batch WHERE "_s + condition, text);
    StateCounts all;
    while (query->next()) {
        const QList<qint64> counts = numbersOf(query->text(0));
        for (qsizetype state = 0; state < counts.size(); ++state)
            all.add(TaskState(int(state)), counts[state]);
    }
    const Result<void> read = query->finish();
    return read ? Result<StateCounts>(all) : read.error();
}

Result<StoredOutput> outputOf(Database &db, TaskId task, int n)
{
    const Result<QList<Attempt>> attempts = attemptsOf(db, task);
    if (!attempts)
        return attempts.error();
    const auto wanted = n == 0
        ? (attempts->isEmpty() ? attempts->cend() : std::prev(attempts->cend()))
        : std::ranges::find(*attempts, n, &Attempt::n);
    if (wanted == attempts->cend()) {
        return fail(ErrorCode::NotFound, n == 0
                        ? u"task %1 has no attempt yet, or there is no such task"_s.arg(task.value)
                        : u"there is no attempt %1-%2"_s.arg(task.value).arg(n));
    }
    StoredOutput stored {.attempt = *wanted};
    Statement &owner = db.prepared(
        "SELECT batch.project FROM task JOIN batch ON batch.id = task.batch WHERE task.id = ?1"_L1);
    if (owner.with(task).next())
        RowReader(owner).read(stored.project);
    if (const Result<void> read = owner.finish(); !read)
        return read.error();
    Statement &query = db.prepared("SELECT out, err FROM output WHERE task = ?1 AND n = ?2"_L1);
    if (query.with(task, wanted->n).next()) {
        stored.isInline = true;
        RowReader(query).read(stored.out, stored.err);
    }
    const Result<void> read = query.finish();
    return read ? Result<StoredOutput>(std::move(stored)) : read.error();
}

Result<QList<RetryRow>> finishedTasks(Database &db, const QList<TaskId> &ids)
{
    SqlText text(db.dialect());
    const QString page = u"SELECT id FROM task WHERE ended > 0 AND %1"_s.arg(
        text.isOneOf(u"id"_s, valuesOf(ids)));
    const auto query = prepare(db,
                               u"SELECT "_s + taskColumns()
                                   + u", task.shape, task.submission, task.flags, task.failures,"
                                     " task.poison"_s
                                   + taskFrom(page) + u" ORDER BY task.id"_s,
                               text);
    return allRows<RetryRow>(*query, [](const Statement &row) {
        RetryRow retry {.task = taskAt(row)};
        const Task &t = retry.task;
        StoredTask &s = retry.stored;
        s = {.id = t.id, .batch = t.batch, .rev = t.rev, .queued = t.queued,
             .notBefore = t.notBefore, .started = t.started, .machine = t.machine,
             .priority = t.priority, .specNumber = t.specNumber, .lastAttempt = t.lastAttempt,
             .currentAttempt = t.currentAttempt, .state = t.state, .held = t.held, .keep = t.keep,
             .unreachable = t.unreachable, .paused = t.paused,
             .owner = t.owner};
        RowReader(row, taskColumnCount).read(s.shape, s.submission, s.flags, s.failures, s.poison);
        return retry;
    });
}

Result<QHash<TaskId, QList<TaskId>>> needsOf(Database &db, const QList<TaskId> &tasks)
{
    SqlText text(db.dialect());
    const auto query = prepare(db,
                               u"SELECT task, other FROM need WHERE %1 ORDER BY task, other"_s.arg(
                                   text.isOneOf(u"task"_s, valuesOf(tasks))),
                               text);
    QHash<TaskId, QList<TaskId>> needs;
    while (query->next())
        needs[TaskId {query->integer(0)}].append(TaskId {query->integer(1)});
    const Result<void> read = query->finish();
    return read ? Result<QHash<TaskId, QList<TaskId>>>(std::move(needs)) : read.error();
}

} // namespace Drover
