#include "backend/protocol/taskrequests.h"
#include "backend/store/columntext.h"
#include "backend/store/filtersql.h"
#include "backend/store/metastore.h"
#include "backend/store/queries.h"
#include "backend/store/sqltext.h"
#include "backend/store/taskorder.h"
#include "backend/store/taskrow.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int mostRows = 1000;

FilterContext contextOf(const ListScope &scope)
{
    const Instant now = isSet(scope.now)
        ? scope.now
        : std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    return {.now = now, .utcOffset = scope.utcOffset};
}

// Whether nothing matches that is not over.
bool isOfFinished(const Filter &filter)
{
    const auto parts = filter.conjuncts();
    return std::ranges::any_of(parts, [](const FilterNode &node) {
        const bool isState = node.kind == FilterNode::Kind::Compare
            && node.field == FilterField::State && node.operation == FilterOperator::Equal;
        return isState && std::ranges::all_of(node.values, [](const FilterValue &value) {
            return (value.number & ((1 << int(TaskState::Succeeded)) - 1)) == 0;
        });
    });
}

// Whether it asks for whole batches: no more is looked at than batch and project.
bool isOfBatches(const FilterNode &node)
{
    if (node.kind == FilterNode::Kind::Compare)
        return node.field == FilterField::Batch || node.field == FilterField::Project;
    return std::ranges::all_of(node.parts, isOfBatches);
}

bool asksForTrash(const FilterNode &node)
{
    return (node.kind == FilterNode::Kind::Compare && node.field == FilterField::PutAway)
        || std::ranges::any_of(node.parts, asksForTrash);
}

// Most often it is empty, and nothing need be looked at.
Result<bool> isTrashEmpty(Database &db)
{
    Statement &query = db.prepared("SELECT 1 FROM task WHERE away > 0 LIMIT 1"_L1);
    const bool any = query.next();
    const Result<void> read = query.finish();
    return read ? Result<bool>(!any) : read.error();
}

// What of the tasks a viewer sees that match.
Result<QString> conditionOf(Database &db, SqlText &text, const QString &where, const ListScope &scope,
                            const TaskOrder &order = {})
{
    const Result<Filter> filter = Filter::parse(where);
    if (!filter)
        return filter.error();
    const Result<bool> noTrash = isTrashEmpty(db);
    if (!noTrash)
        return noTrash.error();
    QStringList parts {sqlOf(*filter, contextOf(scope), text)};
    if (!*noTrash && !asksForTrash(filter->root()))
        parts.append(u"task.away = 0"_s);
    // "What failed last" walks that index: it need not look at a million that are queued.
    if (order.expression == u"task.ended" && isOfFinished(*filter))
        parts.append(u"task.ended > 0"_s);
    if (!scope.projects.isEmpty()) {
        // The + keeps the planner from the batch's index: whoever sees one project of few would
        // have all of its tasks sorted for the first page.
        parts.append(u"+task.batch IN (SELECT id FROM batch WHERE %1)"_s.arg(
            text.isOneOf(u"project"_s, scope.projects)));
    }
    if (!scope.hiddenSubmissions.isEmpty())
        parts.append(u"NOT (%1)"_s.arg(text.isOneOf(u"task.submission"_s, scope.hiddenSubmissions)));
    return parts.join(u" AND ");
}

QString orderedSql(const QString &condition, const TaskOrder &order)
{
    QString sql = u"SELECT task.id FROM task"_s;
    if (order.needsBatch)
        sql += u" LEFT JOIN batch ON batch.id = task.batch"_s;
    if (order.needsMachine)
        sql += u" LEFT JOIN machine ON machine.id = task.machine"_s;
    return sql + u" WHERE %1 ORDER BY %2"_s.arg(condition, order.sql());
}

} // namespace

Result<TaskPage> listTasks(Database &db, const ListTasks &request, const ListScope &scope)
{
    const Result<TaskOrder> order = taskOrderOf(request.order);
    if (!order)
        return order.error();
    SqlText text(db.dialect());
    const Result<QString> condition = conditionOf(db, text, request.where, scope, *order);
    if (!condition)
        return condition.error();
    const qint64 limit = std::clamp(request.limit, 1, mostRows);
    // Ids first, in their order: rows are fetched for one page only, however far it is down.
    const QString ids = orderedSql(*condition, *order)
        + u" LIMIT %1 OFFSET %2"_s.arg(text.value(limit + 1),
                                       text.value(std::max<qint64>(0, request.offset)));
    const std::unique_ptr<Statement> query
        = prepare(db, u"SELECT "_s + taskColumns() + taskFrom(ids) + u" ORDER BY "_s + order->sql(), text);
    TaskPage page;
    while (query->next()) {
        if (page.tasks.size() < limit)
            page.tasks.append(taskAt(*query));
        else
            page.more = true;
    }
    if (const Result<void> read = query->finish(); !read)
        return read.error();
    const Result<qint64> revision = presentRevision(db);
    if (!revision)
        return revision.error();
    page.revision = *revision;
    return page;
}

Result<qint64> countTasks(Database &db, const QString &where, const ListScope &scope)
{
    SqlText text(db.dialect());
    const Result<QString> condition = conditionOf(db, text, where, scope);
    if (!condition)
        return condition.error();
    const auto query
        = prepare(db, u"SELECT count(*) FROM task WHERE %1"_s.arg(*condition), text);
    const qint64 count = query->next() ? query->integer(0) : 0;
    const Result<void> read = query->finish();
    return read ? Result<qint64>(count) : read.error();
}

Result<StateBreakdown> countStates(Database &db, const QString &where, const ListScope &scope)
{
    const Result<Filter> filter = Filter::parse(where);
    if (!filter)
        return filter.error();
    const Result<bool> noTrash = isTrashEmpty(db);
    if (!noTrash)
        return noTrash.error();
    // The tasks of an open submission are in no counter yet; those in the trash still are.
    const bool byBatch = isOfBatches(filter->root()) && *noTrash;
    ListScope seen = scope;
    if (byBatch)
        seen.hiddenSubmissions.clear();
    SqlText text(db.dialect());
    const Result<QString> condition = conditionOf(db, text, where, seen);
    if (!condition)
        return condition.error();
    const QString sql = byBatch
        ? u"SELECT task.counts FROM (SELECT id AS batch, counts FROM batch) task WHERE %1"_s
        : u"SELECT task.state, count(*) FROM task WHERE %1 GROUP BY task.state"_s;
    const auto query = prepare(db, sql.arg(*condition), text);
    StateBreakdown breakdown;
    while (query->next()) {
        if (!byBatch) {
            breakdown.counts.add(TaskState(int(query->integer(0))), query->integer(1));
            continue;
        }
        const QList<qint64> counts = numbersOf(query->text(0));
        for (qsizetype state = 0; state < counts.size(); ++state)
            breakdown.counts.add(TaskState(int(state)), counts[state]);
    }
    if (const Result<void> read = query->finish(); !read)
        return read.error();
    const Result<qint64> revision = presentRevision(db);
    if (!revision)
        return revision.error();
    breakdown.revision = *revision;
    return breakdown;
}

Result<std::vector<TaskId>> orderedTasks(Database &db, const QString &where, const QString &order,
                                         const ListScope &scope)
{
    const Result<TaskOrder> by = taskOrderOf(order);
    if (!by)
        return by.error();
    SqlText text(db.dialect());
    const Result<QString> condition = conditionOf(db, text, where, scope, *by);
    if (!condition)
        return condition.error();
    const auto query = prepare(db, orderedSql(*condition, *by), text);
    std::vector<TaskId> tasks;
    while (query->next())
        tasks.push_back(TaskId {query->integer(0)});
    const Result<void> read = query->finish();
    return read ? Result<std::vector<TaskId>>(std::move(tasks)) : read.error();
}

Result<QList<TaskId>> orderedAmong(Database &db, const QList<TaskId> &tasks, const QString &where,
                                   const QString &order, const ListScope &scope)
{
    const Result<TaskOrder> by = taskOrderOf(order);
    if (!by)
        return by.error();
    SqlText text(db.dialect());
    const Result<QString> condition = conditionOf(db, text, where, scope);
    if (!condition)
        return condition.error();
    QList<qint64> ids;
    for (const TaskId task : tasks)
        ids.append(task.value);
    const auto query = prepare(
        db, orderedSql(u"%1 AND (%2)"_s.arg(text.isOneOf(u"task.id"_s, ids), *condition), *by), text);
    QList<TaskId> found;
    while (query->next())
        found.append(TaskId {query->integer(0)});
    const Result<void> read = query->finish();
    return read ? Result<QList<TaskId>>(std::move(found)) : read.error();
}

Result<qint64> storedRevision(Database &db)
{
    return presentRevision(db);
}

Result<QList<TaskId>> tasksMatching(Database &db, const QString &where, const ListScope &scope,
                                    qint64 limit)
{
    SqlText text(db.dialect());
    const Result<QString> condition = conditionOf(db, text, where, scope);
    if (!condition)
        return condition.error();
    const std::unique_ptr<Statement> query
        = prepare(db,
                  u"SELECT task.id FROM task WHERE %1 ORDER BY task.id LIMIT %2"_s.arg(
                      *condition, text.value(limit)),
                  text);
    QList<TaskId> tasks;
    while (query->next())
        tasks.append(TaskId {query->integer(0)});
    const Result<void> read = query->finish();
    return read ? Result<QList<TaskId>>(std::move(tasks)) : read.error();
}

} // namespace Drover
