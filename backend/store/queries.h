#pragma once

#include "backend/protocol/batchrequests.h"
#include "backend/protocol/eventrequests.h"
#include "backend/protocol/taskrequests.h"
#include "backend/protocol/userrequests.h"
#include "backend/store/rows.h"

namespace Drover {

class Database;

/// What lists, details and look-ups read, each in one read transaction on a connection of the
/// query pool (Store::ask). Any thread of that pool.

struct ListScope
{
    QStringList projects; ///< empty: all
    QList<qint64> hiddenSubmissions; ///< open ones: their tasks are not visible
    Instant now; ///< what `-2h` and `today` count from; never: the wall clock
    std::chrono::seconds utcOffset {0}; ///< of the viewer's zone, for days
};

/// Rows of one order; NotFound for an unknown column, Invalid for a filter that does not parse.
Result<TaskPage> listTasks(Database &db, const ListTasks &request, const ListScope &scope);

/// Ids that match, in id order; at most `limit`.
Result<QList<TaskId>> tasksMatching(Database &db, const QString &where, const ListScope &scope, qint64 limit);

/// How many match.
Result<qint64> countTasks(Database &db, const QString &where, const ListScope &scope);

/// How many of those that match are in each state. A filter that asks for batches and projects alone is
/// answered from their counters, whatever they hold.
Result<StateBreakdown> countStates(Database &db, const QString &where, const ListScope &scope);

/// All ids that match, in that order: what a window keeps (design.md, Lists). At a million some
/// tenths of a second.
Result<std::vector<TaskId>> orderedTasks(Database &db, const QString &where, const QString &order,
                                         const ListScope &scope);

/// Of these few tasks those that match, in that order: what a change means for a window.
Result<QList<TaskId>> orderedAmong(Database &db, const QList<TaskId> &tasks, const QString &where,
                                   const QString &order, const ListScope &scope);

/// The highest revision that this read transaction sees.
Result<qint64> storedRevision(Database &db);

/// Rows in the order of the ids, without those that are gone: a page of a window.
Result<QList<Task>> tasksById(Database &db, const QList<TaskId> &tasks);

Result<TaskDetail> taskDetail(Database &db, TaskId task);

/// Specs in the order of the ids; a task that is gone has an empty one.
Result<QList<QByteArray>> specsOf(Database &db, const QList<TaskId> &tasks);

/// State of each task; ids that do not exist, or may not be seen, are left out.
Result<QHash<TaskId, TaskState>> statesOf(Database &db, const QList<TaskId> &tasks, const ListScope &scope = {});

/// Batches by id descending: those of that name or id, or all.
Result<QList<Batch>> listBatches(Database &db, const ListBatches &request, const ListScope &scope);

/// How the tasks of all batches that have ended did.
Result<StateCounts> endedCounts(Database &db, const ListScope &scope);

/// Whose entries of the audit one may read.
struct AuditScope
{
    bool all = false;
    QStringList projects; ///< those one administers
    QString user; ///< what one did oneself
};
Result<AuditPage> listAudit(Database &db, const ListAudit &request, const AuditScope &scope);

/// Events of the projects in `scope`; those of the daemon itself only with all of them.
Result<EventPage> listEvents(Database &db, const ListEvents &request, const ListScope &scope);

/// Any batches of these ids, put away or not.
Result<QList<Batch>> batchesWith(Database &db, const QList<BatchId> &batches);

struct StoredOutput
{
    Attempt attempt;
    QByteArray out;
    QByteArray err;
    bool isInline = false; ///< else it lies in a file, or there was none
    QString project;
};
/// n 0: the latest attempt. NotFound when there is no such task or attempt.
Result<StoredOutput> outputOf(Database &db, TaskId task, int n);

/// A finished task as the queue needs it to queue it again.
struct RetryRow
{
    StoredTask stored;
    Task task;
};
Result<QList<RetryRow>> finishedTasks(Database &db, const QList<TaskId> &tasks);

/// What each of these tasks was submitted to wait for; those that wait for nothing are left out.
Result<QHash<TaskId, QList<TaskId>>> needsOf(Database &db, const QList<TaskId> &tasks);

} // namespace Drover
