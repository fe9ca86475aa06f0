#include "backend/store/retentionqueries.h"

#include "backend/store/sqltext.h"
#include "backend/store/statement.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

const QString awayColumns = u"SELECT task.id, task.batch, batch.project, task.rev, task.state, task.ended,"
                            " task.keep, batch.keep, task.away FROM task JOIN batch ON batch.id = task.batch "_s;

template<typename T, typename At>
Result<QList<T>> allRows(Statement &query, At at)
{
    QList<T> rows;
    while (query.next())
        at(rows.emplaceBack(), query);
    const Result<void> read = query.finish();
    return read ? Result<QList<T>>(std::move(rows)) : read.error();
}

void readAway(AwayRow &row, const Statement &query)
{
    bool batchKept = false;
    Instant away;
    RowReader(query).read(row.id, row.batch, row.project, row.rev, row.state, row.ended, row.keep, batchKept, away);
    row.keep = row.keep || batchKept;
    row.away = isSet(away);
}

template<typename Id>
void readId(Id &id, const Statement &query)
{
    id.value = query.integer(0);
}

QList<qint64> valuesOf(const QList<TaskId> &tasks)
{
    QList<qint64> values;
    for (const TaskId task : tasks)
        values.append(task.value);
    return values;
}

// Ids rise with time: the oldest are the first, and no index of instants is needed.
template<typename Id>
Result<Id> lastBefore(Statement &query, Instant before)
{
    Id last;
    while (query.next()) {
        if (fromMicroseconds(query.integer(1)) >= before)
            break;
        last.value = query.integer(0);
    }
    const Result<void> read = query.finish();
    return read ? Result<Id>(last) : read.error();
}

} // namespace

Result<QList<AwayRow>> awayRows(Database &db, const QList<TaskId> &tasks)
{
    SqlText text(db.dialect());
    const QString among = text.isOneOf(u"task.id"_s, valuesOf(tasks));
    return allRows<AwayRow>(*prepare(db, awayColumns + u"WHERE "_s + among, text), readAway);
}

Result<QList<AwayRow>> finishedBefore(Database &db, const EndedPlace &from, Instant before, int limit)
{
    const auto query = db.prepare(
        awayColumns + u"WHERE task.ended >= ?1 AND task.ended > 0 AND task.ended < ?2 AND task.away = 0 AND task.keep = 0"
                      " AND batch.keep = 0 AND (task.ended > ?1 OR task.id > ?3) ORDER BY task.ended, task.id LIMIT ?4"_s);
    return allRows<AwayRow>(query->with(from.ended, before, from.task, limit), readAway);
}

Result<Instant> endOfSurplus(Database &db, qint64 most)
{
    // Kept ones count as well: they take room.
    const auto query = db.prepare(
        u"SELECT ended FROM task WHERE ended > 0 AND away = 0 ORDER BY ended DESC LIMIT 1 OFFSET ?1"_s);
    const Instant ended = query->with(most).next() ? fromMicroseconds(query->integer(0)) : never;
    const Result<void> read = query->finish();
    return read ? Result<Instant>(ended) : read.error();
}

Result<QList<BatchId>> emptyBatches(Database &db, BatchId after, int limit)
{
    const auto query = db.prepare(
        u"SELECT id FROM batch WHERE id > ?1 AND ended > 0 AND away = 0 AND keep = 0 AND NOT EXISTS"
        " (SELECT 1 FROM task WHERE task.batch = batch.id AND task.away = 0) ORDER BY id LIMIT ?2"_s);
    return allRows<BatchId>(query->with(after, limit), readId<BatchId>);
}

Result<QList<BatchId>> sweptBatches(Database &db, Instant awayBefore, int limit)
{
    const auto query = db.prepare(
        u"SELECT id FROM batch WHERE away > 0 AND away < ?1 AND NOT EXISTS"
        " (SELECT 1 FROM task WHERE task.batch = batch.id) ORDER BY id LIMIT ?2"_s);
    return allRows<BatchId>(query->with(awayBefore, limit), readId<BatchId>);
}

Result<QList<StreamSizes>> streamsOf(Database &db, const QList<TaskId> &tasks)
{
    SqlText text(db.dialect());
    const QString among = text.isOneOf(u"task"_s, valuesOf(tasks));
    const auto query = prepare(db, u"SELECT task, n, out_size, err_size FROM attempt WHERE "_s + among, text);
    return allRows<StreamSizes>(*query, [](StreamSizes &s, const Statement &row) {
        RowReader(row).read(s.attempt.task, s.attempt.n, s.out, s.err);
    });
}

Result<QList<TaskId>> sweptTasks(Database &db, Instant awayBefore, int limit)
{
    const auto query = db.prepare(u"SELECT id FROM task WHERE away > 0 AND away < ?1 ORDER BY away LIMIT ?2"_s);
    return allRows<TaskId>(query->with(awayBefore, limit), readId<TaskId>);
}

Result<EventId> lastEventBefore(Database &db, Instant before, int limit)
{
    return lastBefore<EventId>(db.prepared("SELECT id, happened FROM event ORDER BY id LIMIT ?1"_L1).with(limit), before);
}

Result<AuditId> lastAuditBefore(Database &db, Instant before, int limit)
{
    return lastBefore<AuditId>(db.prepared("SELECT id, happened FROM audit ORDER BY id LIMIT ?1"_L1).with(limit), before);
}

} // namespace Drover
