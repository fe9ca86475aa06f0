#include "backend/store/batchqueries.h"

#include "backend/store/sqltext.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Result<void> readSpan(Database &db, BatchId batch, Timeline &timeline)
{
    Statement &query = db.prepared(
        "SELECT coalesce(min(attempt.started), 0), coalesce(max(attempt.ended), 0),"
        " coalesce(sum(CASE WHEN attempt.ended = 0 THEN 1 ELSE 0 END), 0)"
        " FROM task JOIN attempt ON attempt.task = task.id WHERE task.batch = ?1 AND attempt.started > 0"_L1);
    query.with(batch);
    qint64 open = 0;
    if (query.next())
        RowReader(query).read(timeline.first, timeline.last, open);
    if (open > 0)
        timeline.last = never;
    return query.finish();
}

} // namespace

Result<Batch> batchInScope(Database &db, BatchId batch, const ListScope &scope)
{
    const Result<QList<Batch>> batches = listBatches(db, {.name = QString::number(batch.value)}, scope);
    if (!batches)
        return batches.error();
    const auto found = std::ranges::find(*batches, batch, &Batch::id);
    if (found == batches->cend())
        return fail(ErrorCode::NotFound, u"there is no batch %1"_s.arg(batch.value));
    return *found;
}

Result<BatchStepList> stepsOf(Database &db, const ListSteps &request, const ListScope &scope)
{
    if (const Result<Batch> batch = batchInScope(db, request.batch, scope); !batch)
        return batch.error();
    BatchStepList list;
    SqlText text(db.dialect());
    QString sql
        = u"SELECT step, state, count(*), min(id), min(CASE WHEN started = 0 THEN NULL ELSE started END), max(ended)"
           " FROM task WHERE batch = %1"_s.arg(text.value(request.batch.value));
    if (!scope.hiddenSubmissions.isEmpty())
        sql += u" AND NOT (%1)"_s.arg(text.isOneOf(u"submission"_s, scope.hiddenSubmissions));
    const std::unique_ptr<Statement> prepared = prepare(db, sql + u" GROUP BY step, state"_s, text);
    Statement &query = *prepared;
    QHash<QString, std::pair<qint64, BatchStep>> steps;
    while (query.next()) {
        QString step;
        TaskState state {};
        qint64 count = 0;
        qint64 first = 0;
        std::optional<Instant> started;
        Instant ended;
        RowReader(query).read(step, state, count, first, started, ended);
        auto &[lowest, row] = steps[step];
        lowest = lowest == 0 ? first : std::min(lowest, first);
        row.step = step;
        row.counts.add(state, count);
        if (started && (!isSet(row.started) || *started < row.started))
            row.started = *started;
        row.ended = std::max(row.ended, ended);
    }
    if (const Result<void> read = query.finish(); !read)
        return read.error();
    QList<std::pair<qint64, BatchStep>> sorted = steps.values();
    std::ranges::sort(sorted, {}, &std::pair<qint64, BatchStep>::first);
    for (const auto &[first, step] : std::as_const(sorted))
        list.steps.append(step);
    return list;
}

Result<Timeline> timelineOf(Database &db, const GetTimeline &request, const ListScope &scope, Instant now)
{
    if (request.limit < 1 || request.limit > 10'000)
        return fail(ErrorCode::Invalid, u"limit: %1 is out of range; use 1 to 10000"_s.arg(request.limit));
    if (const Result<Batch> batch = batchInScope(db, request.batch, scope); !batch)
        return batch.error();
    Timeline timeline;
    if (const Result<void> read = readSpan(db, request.batch, timeline); !read)
        return read.error();
    Statement &query = db.prepared(
        "SELECT attempt.task, attempt.n, task.name, task.step, attempt.machine, coalesce(machine.name, ''),"
        " attempt.state, attempt.end_reason, attempt.exit_code, attempt.started, attempt.ended"
        " FROM task JOIN attempt ON attempt.task = task.id LEFT JOIN machine ON machine.id = attempt.machine"
        " WHERE task.batch = ?1 AND attempt.started > 0 AND attempt.started < ?2"
        " AND (attempt.ended = 0 OR attempt.ended > ?3) ORDER BY attempt.started DESC LIMIT ?4"_L1);
    query.with(request.batch, isSet(request.to) ? request.to : now, request.from, request.limit + 1);
    while (query.next()) {
        TimelineAttempt &a = timeline.attempts.emplaceBack();
        RowReader(query).read(a.task, a.n, a.name, a.step, a.machine, a.machineName, a.state, a.endReason,
                              a.exitCode, a.started, a.ended);
    }
    if (const Result<void> read = query.finish(); !read)
        return read.error();
    // The latest are those one looks for first.
    timeline.more = timeline.attempts.size() > request.limit;
    if (timeline.more)
        timeline.attempts.removeLast();
    std::ranges::reverse(timeline.attempts);
    return timeline;
}

} // namespace Drover
