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

// What of the tasks a viewer sees that match.
Result<QString> conditionOf(SqlText &text, const QString &where, const ListScope &scope)
{
    const Result<Filter> filter = Filter::parse(where);
    if (!filter)
        return filter.error();
    QStringList parts {sqlOf(*filter, contextOf(scope), text)};
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

// Ids first, in their order: rows are fetched for one page only, however far it is down.
QString pageSql(SqlText &text, const QString &condition, const TaskOrder &order, qint64 limit,
                qint64 offset)
{
    QString sql = u"SELECT task.id FROM task"_s;
    if (order.needsBatch)
        sql += u" LEFT JOIN batch ON batch.id = task.batch"_s;
    if (order.needsMachine)
        sql += u" LEFT JOIN machine ON machine.id = task.machine"_s;
    return sql
        + u" WHERE %1 ORDER BY %2 LIMIT %3 OFFSET %4"_s.arg(condition, order.sql(),
                                                            text.value(limit), text.value(offset));
}

} // namespace

Result<TaskPage> listTasks(Database &db, const ListTasks &request, const ListScope &scope)
{
    const Result<TaskOrder> order = taskOrderOf(request.order);
    if (!order)
        return order.error();
    SqlText text(db.dialect());
    const Result<QString> condition = conditionOf(text, request.where, scope);
    if (!condition)
        return condition.error();
    const qint64 limit = std::clamp(request.limit, 1, mostRows);
    const QString ids = pageSql(text, *condition, *order, limit + 1, std::max<qint64>(0, request.offset));
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

Result<QList<TaskId>> tasksMatching(Database &db, const QString &where, const ListScope &scope,
                                    qint64 limit)
{
    SqlText text(db.dialect());
    const Result<QString> condition = conditionOf(text, where, scope);
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
