#include "backend/store/retentionstore.h"

#include "backend/store/rowwriter.h"
#include "backend/store/sqltext.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum ColumnType;

constexpr Column awayColumns[] = {{"id"_L1}, {"rev"_L1}, {"away"_L1}};
constexpr RowShape taskAway {RowShape::Kind::Update, "task"_L1, awayColumns, 1};
constexpr RowShape batchAway {RowShape::Kind::Update, "batch"_L1, awayColumns, 1};
constexpr Column keepColumns[] = {{"id"_L1}, {"rev"_L1}, {"keep"_L1}};
constexpr RowShape taskKept {RowShape::Kind::Update, "task"_L1, keepColumns, 1};
constexpr Column tombstoneColumns[] = {{"noun"_L1, Text}, {"id"_L1}, {"rev"_L1}, {"happened"_L1}};
constexpr RowShape tombstone {RowShape::Kind::Upsert, "tombstone"_L1, tombstoneColumns, 2};

template<typename Row, typename Add>
Result<void> writeAll(Database &database, const RowShape &shape, const std::vector<Row> &rows, Add add)
{
    RowWriter writer(database, shape);
    for (const Row &row : rows) {
        if (const Result<int> written = add(writer, row); !written)
            return written.error();
    }
    return writer.finish();
}

Result<void> removeWhere(Database &database, const QString &table, const QString &column, const QList<qint64> &ids)
{
    SqlText text(database.dialect());
    const QString among = text.isOneOf(column, ids);
    const Result<int> removed = prepare(database, u"DELETE FROM %1 WHERE %2"_s.arg(table, among), text)->run();
    return removed ? Result<void>() : removed.error();
}

template<typename Id>
QList<qint64> idsOf(const std::vector<Removal<Id>> &rows)
{
    QList<qint64> ids;
    for (const Removal<Id> &row : rows)
        ids.append(row.id.value);
    return ids;
}

template<typename Id>
Result<void> bury(Database &database, const QString &noun, const std::vector<Removal<Id>> &rows, Instant now)
{
    return writeAll(database, tombstone, rows, [&](RowWriter &writer, const Removal<Id> &row) {
        return writer.add(noun, row.id, row.rev, now);
    });
}

Result<void> ran(const Result<int> &result)
{
    return result ? Result<void>() : result.error();
}

} // namespace

Result<void> putTaskAways(Database &database, const std::vector<TaskAway> &tasks)
{
    return writeAll(database, taskAway, tasks, [](RowWriter &writer, const TaskAway &t) { return writer.add(t.id, t.rev, t.away); });
}

Result<void> putTaskKeeps(Database &database, const std::vector<TaskKept> &tasks)
{
    return writeAll(database, taskKept, tasks, [](RowWriter &writer, const TaskKept &t) { return writer.add(t.id, t.rev, t.keep); });
}

Result<void> putBatchAways(Database &database, const std::vector<BatchAway> &batches)
{
    return writeAll(database, batchAway, batches, [](RowWriter &writer, const BatchAway &b) { return writer.add(b.id, b.rev, b.away); });
}

Result<void> removeTasks(Database &database, const std::vector<Removal<TaskId>> &tasks, Instant now)
{
    const QList<qint64> ids = idsOf(tasks);
    constexpr std::pair<QLatin1StringView, QLatin1StringView> tables[] = {
        {"need"_L1, "task"_L1}, {"task_spec"_L1, "task"_L1}, {"output"_L1, "task"_L1},
        {"attempt"_L1, "task"_L1}, {"task"_L1, "id"_L1}};
    for (const auto &[table, column] : tables) {
        if (Result<void> removed = removeWhere(database, QString(table), QString(column), ids); !removed)
            return removed;
    }
    return bury(database, u"task"_s, tasks, now);
}

Result<void> removeBatches(Database &database, const std::vector<Removal<BatchId>> &batches, Instant now)
{
    if (Result<void> removed = removeWhere(database, u"batch"_s, u"id"_s, idsOf(batches)); !removed)
        return removed;
    return bury(database, u"batch"_s, batches, now);
}

Result<void> removeOutputs(Database &database, const std::vector<TaskId> &tasks)
{
    QList<qint64> ids;
    for (const TaskId task : tasks)
        ids.append(task.value);
    return removeWhere(database, u"output"_s, u"task"_s, ids);
}

Result<void> removeEvents(Database &database, EventId last)
{
    return ran(database.prepared("DELETE FROM event WHERE id <= ?1"_L1).with(last).run());
}

Result<void> removeAudit(Database &database, AuditId last)
{
    return ran(database.prepared("DELETE FROM audit WHERE id <= ?1"_L1).with(last).run());
}

Result<void> removeTombstones(Database &database, Instant before)
{
    return ran(database.prepared("DELETE FROM tombstone WHERE happened < ?1"_L1).with(before).run());
}

} // namespace Drover
