// delete (put away) and keep: bulk actions on what has ended, of which memory holds nothing.
#include "backend/api/handlers/bulkactions.h"
#include "backend/protocol/cborcodec.h"
#include "backend/store/retentionqueries.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using Done = BulkAction::Done;
using Rows = QList<AwayRow>;

struct Found
{
    Rows rows;
    QList<Batch> batches; ///< that ended, of these rows
};

Result<Found> found(Database &db, const QList<TaskId> &ids)
{
    Result<Rows> rows = awayRows(db, ids);
    if (!rows)
        return rows.error();
    QSet<BatchId> batches;
    for (const AwayRow &row : std::as_const(*rows))
        batches.insert(row.batch);
    Result<QList<Batch>> ended = batchesWith(db, batches.values());
    if (!ended)
        return ended.error();
    return Found {std::move(*rows), std::move(*ended)};
}

bool mayTouch(const StoredOperation &operation, const AwayRow &row)
{
    const QStringList projects = decode<BulkParams>(operation.params).value_or(BulkParams {}).projects;
    return projects.isEmpty() || projects.contains(row.project);
}

void withRows(Rooms &rooms, const QList<TaskId> &ids, const Done &done, std::function<void(const Found &)> then)
{
    rooms.store.ask<Found>(
        &rooms.dispatcher, [ids](Database &db) { return found(db, ids); },
        [done, then = std::move(then)](const Result<Found> &rows) {
            if (rows)
                then(*rows);
            else
                done(rows.error());
        });
}

Error whyNot(const Rooms &rooms, const AwayRow &row)
{
    const QString id = QString::number(row.id.value);
    if (row.keep)
        return fail(ErrorCode::Conflict, u"task %1 is kept; drover keep --release %1 first (or the same of its batch)"_s.arg(id));
    if (rooms.queue.isWaitedFor(row.id))
        return fail(ErrorCode::Conflict, u"tasks that have not ended wait for task %1; cancel them first"_s.arg(id));
    return fail(ErrorCode::Conflict, u"task %1 has not ended; cancel it first (drover cancel %1)"_s.arg(id));
}

void putAway(Rooms &rooms, const StoredOperation &operation, const Found &found, const Done &done)
{
    SliceResult result;
    std::optional<Error> refused;
    for (const AwayRow &row : found.rows) {
        if (!mayTouch(operation, row))
            continue;
        result.already += row.away;
        if (row.away)
            continue;
        if (row.keep || rooms.queue.find(row.id) || rooms.queue.isWaitedFor(row.id)) {
            refused = refused.value_or(whyNot(rooms, row));
            continue;
        }
        const qint64 rev = rooms.ledger.nextRevision();
        rooms.store.stage().put(TaskAway {.id = row.id, .rev = rev, .away = rooms.clock.now()});
        if (rooms.batches.find(row.batch))
            rooms.batches.count(row.batch, row.state, std::nullopt);
        ++result.changed;
        result.undo.append({.task = row.id, .rev = rev, .before = {}});
    }
    if (result.changed == 0 && result.already == 0) {
        done(refused.value_or(fail(ErrorCode::NotFound, u"there is no such task"_s)));
        return;
    }
    // A batch all of whose tasks are away is put away with them.
    rooms.store.stage().whenCommitted([&rooms](const Result<void> &stored) {
        if (stored)
            rooms.retention.soon();
    });
    done(result);
}

void bringBack(Rooms &rooms, const QList<UndoEntry> &entries, const Found &found, const Done &done)
{
    QHash<TaskId, qint64> revs;
    for (const UndoEntry &entry : entries)
        revs.insert(entry.task, entry.rev);
    SliceResult result;
    QSet<BatchId> batches;
    for (const AwayRow &row : found.rows) {
        if (!row.away || row.rev != revs.value(row.id))
            continue; // it has gone on since
        rooms.store.stage().put(TaskAway {.id = row.id, .rev = rooms.ledger.nextRevision(), .away = never});
        if (rooms.batches.find(row.batch))
            rooms.batches.count(row.batch, std::nullopt, row.state);
        else
            batches.insert(row.batch);
        ++result.changed;
    }
    for (Batch batch : found.batches) {
        if (!batches.contains(batch.id))
            continue;
        batch.rev = rooms.ledger.nextRevision();
        rooms.store.stage().put(batch); // for who has heard that it has gone
        rooms.store.stage().put(BatchAway {.id = batch.id, .rev = batch.rev, .away = never});
    }
    done(result);
}

void keep(Rooms &rooms, const StoredOperation &operation, const Found &found, bool kept, const Done &done)
{
    SliceResult result;
    for (const AwayRow &row : found.rows) {
        if (!mayTouch(operation, row))
            continue;
        if (rooms.queue.find(row.id)) {
            const Outcome outcome = rooms.queue.keep(row.id, kept);
            result.changed += outcome == Outcome::Changed;
            result.already += outcome == Outcome::Already;
            continue;
        }
        rooms.store.stage().put(TaskKept {.id = row.id, .rev = rooms.ledger.nextRevision(), .keep = kept});
        ++result.changed;
    }
    if (result.changed == 0 && result.already == 0)
        done(fail(ErrorCode::NotFound, u"there is no such task"_s));
    else
        done(result);
}

} // namespace

void addTrashActions(Rooms &rooms)
{
    rooms.operations.add(
        u"task.delete"_s,
        {.words = u"put away"_s,
         .run =
             [&rooms](const StoredOperation &operation, const QList<TaskId> &ids, const BulkAction::Done &done) {
                 withRows(rooms, ids, done, [&rooms, operation, done](const Found &found) { putAway(rooms, operation, found, done); });
             },
         .undo =
             [&rooms](const StoredOperation &, const QList<UndoEntry> &entries, const BulkAction::Done &done) {
                 QList<TaskId> ids;
                 for (const UndoEntry &entry : entries)
                     ids.append(entry.task);
                 withRows(rooms, ids, done, [&rooms, entries, done](const Found &found) { bringBack(rooms, entries, found, done); });
             }});
    for (const bool kept : {true, false}) {
        rooms.operations.add(
            kept ? u"task.keep"_s : u"task.letGo"_s,
            {.words = kept ? u"keep"_s : u"let go"_s,
             .run =
                 [&rooms, kept](const StoredOperation &operation, const QList<TaskId> &ids, const BulkAction::Done &done) {
                     withRows(rooms, ids, done,
                              [&rooms, operation, kept, done](const Found &found) { keep(rooms, operation, found, kept, done); });
                 },
             .undo = {}});
    }
}

} // namespace Drover
