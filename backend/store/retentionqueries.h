#pragma once

#include "backend/store/database.h"
#include "backend/store/rows.h"

namespace Drover {

// What retention and the trash ask; Store::ask. Any thread of the query pool.

/// A task as putting away looks at it.
struct AwayRow
{
    TaskId id;
    BatchId batch;
    QString project;
    qint64 rev = 0;
    TaskState state = TaskState::Queued;
    Instant ended;
    bool keep = false; ///< it or its batch
    bool away = false;
};
Result<QList<AwayRow>> awayRows(Database &db, const QList<TaskId> &tasks);

/// Where a walk over finished tasks, by their end, goes on.
struct EndedPlace
{
    Instant ended;
    TaskId task;
};

/// Finished ones that are neither kept nor away, the first ended first; at most `limit` behind `from`.
Result<QList<AwayRow>> finishedBefore(Database &db, const EndedPlace &from, Instant before, int limit);
/// When the last of those ended that are too many, if only the newest `most` are to stay; never: none.
Result<Instant> endOfSurplus(Database &db, qint64 most);

/// Ended batches, neither kept nor away, all of whose tasks are; by id, behind `after`.
Result<QList<BatchId>> emptyBatches(Database &db, BatchId after, int limit);
/// Batches that are away since before, and have no task any more.
Result<QList<BatchId>> sweptBatches(Database &db, Instant awayBefore, int limit);

/// Streams of an attempt, and their size.
struct StreamSizes
{
    AttemptId attempt;
    qint64 out = 0;
    qint64 err = 0;
};
/// All of these tasks.
Result<QList<StreamSizes>> streamsOf(Database &db, const QList<TaskId> &tasks);
/// Put away since before that; at most `limit`.
Result<QList<TaskId>> sweptTasks(Database &db, Instant awayBefore, int limit);

/// The last of the `limit` oldest that happened before; null: none.
Result<EventId> lastEventBefore(Database &db, Instant before, int limit);
Result<AuditId> lastAuditBefore(Database &db, Instant before, int limit);

} // namespace Drover
