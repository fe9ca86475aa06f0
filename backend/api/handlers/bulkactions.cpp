#include "backend/api/handlers/bulkactions.h"

#include "backend/operations/operations.h"
#include "backend/protocol/cborcodec.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 mostTouched = 1'000'000;

using Done = BulkAction::Done;
using States = QHash<TaskId, TaskState>;

BulkParams paramsOf(const StoredOperation &operation)
{
    return decode<BulkParams>(operation.params).value_or(BulkParams{});
}

bool isIn(const QStringList &projects, const QString &project)
{
    return projects.isEmpty() || projects.contains(project);
}

// In memory, and in a project that the caller may change.
TaskRecord *changeable(Rooms &rooms, const BulkParams &params, TaskId id)
{
    TaskRecord *task = rooms.queue.record(id);
    const Batch *batch = task ? rooms.batches.find(task->batch) : nullptr;
    return batch && isIn(params.projects, batch->project) ? task : nullptr;
}

qint64 stagedRevision(const Rooms &rooms, TaskId id)
{
    return rooms.store.stage().taskChanges.value(id).rev;
}

// Those not in memory are over, and so as wanted; NotFound when nothing at all was found.
void countAbsent(Rooms &rooms, const BulkParams &params, SliceResult result,
                 const QList<TaskId> &absent, const Done &done)
{
    if (absent.isEmpty()) {
        done(result);
        return;
    }
    rooms.store.ask<States>(
        &rooms.dispatcher,
        [absent, scope = ListScope{.projects = params.projects}](Database &db) {
            return statesOf(db, absent, scope);
        },
        [result, absent, done](const Result<States> &states) mutable {
            if (!states) {
                done(states.error());
                return;
            }
            result.already += states->size();
            if (result.changed == 0 && result.already == 0)
                done(fail(ErrorCode::NotFound, u"there is no task %1"_s.arg(absent.first().value)));
            else
                done(result);
        });
}

// An action that changes one task at a time, in memory. `before` says what undo needs to know.
BulkAction eachTask(Rooms &rooms, const QString &words,
                    std::function<Outcome(const BulkParams &, TaskRecord &)> touch,
                    std::function<QByteArray(const TaskRecord &)> before = {},
                    std::function<void(TaskRecord &, const QByteArray &before)> back = {})
{
    BulkAction action{.words = words, .run = {}, .undo = {}};
    action.run = [&rooms, touch, before](const StoredOperation &operation, const QList<TaskId> &ids,
                                         const Done &done) {
        const BulkParams params = paramsOf(operation);
        SliceResult result;
        QList<TaskId> absent;
        for (const TaskId id : ids) {
            TaskRecord *task = changeable(rooms, params, id);
            if (!task) {
                absent.append(id);
                continue;
            }
            const QByteArray was = before ? before(*task) : QByteArray();
            const Outcome outcome = touch(params, *task);
            result.changed += outcome == Outcome::Changed;
            result.already += outcome == Outcome::Already;
            if (outcome == Outcome::Changed && before)
                result.undo.append({.task = id, .rev = stagedRevision(rooms, id), .before = was});
        }
        countAbsent(rooms, params, std::move(result), absent, done);
    };
    if (!back)
        return action;
    action.undo = [&rooms, back](const StoredOperation &, const QList<UndoEntry> &entries,
                                 const Done &done) {
        SliceResult result;
        for (const UndoEntry &entry : entries) {
            TaskRecord *task = rooms.queue.record(entry.task);
            if (!task || task->rev != entry.rev)
                continue; // it has gone on since
            back(*task, entry.before);
            ++result.changed;
        }
        done(result);
    };
    return action;
}

// ---- cancel ---------------------------------------------------------------------------------

bool hasNotStarted(const TaskRecord &task)
{
    return task.state == TaskState::Waiting || task.state == TaskState::Queued;
}

// Whether that machine would hear that something is to end.
bool isReachable(const Rooms &rooms, MachineId id)
{
    const MachineRecord *machine = rooms.fleet.find(id);
    if (!machine || !machine->connected)
        return false;
    const MachineState state = rooms.fleet.shown(*machine).state;
    return state == MachineState::Online || state == MachineState::Draining;
}

Outcome cancelOne(Rooms &rooms, const BulkParams &params, TaskId id)
{
    const Outcome outcome
        = rooms.attempts.cancel(id, params.kill ? CancelMode::Kill : CancelMode::Polite);
    const TaskRecord *task = rooms.queue.find(id);
    if (params.now && task && task->currentAttempt && !isReachable(rooms, task->machine))
        rooms.attempts.abandon(task->attempt());
    return outcome;
}

void cancelSlice(Rooms &rooms, const StoredOperation &operation, const QList<TaskId> &ids,
                 const Done &done)
{
    const BulkParams params = paramsOf(operation);
    const qint64 revision = rooms.ledger.revision();
    SliceResult result;
    QList<TaskId> absent;
    for (const TaskId id : ids) {
        const TaskRecord *task = changeable(rooms, params, id);
        if (!task) {
            absent.append(id);
            continue;
        }
        const bool canComeBack = hasNotStarted(*task);
        const Outcome outcome = cancelOne(rooms, params, id);
        result.changed += outcome == Outcome::Changed;
        result.already += outcome == Outcome::Already;
        if (outcome == Outcome::Changed && canComeBack)
            result.undo.append({.task = id, .rev = stagedRevision(rooms, id), .before = {}});
    }
    // What ended because it waited for one of these comes back with it.
    for (const TaskChange &change : std::as_const(rooms.store.stage().taskChanges)) {
        if (change.rev > revision && change.endReason == EndReason::AfterFailed)
            result.undo.append({.task = change.id, .rev = change.rev, .before = {}});
    }
    countAbsent(rooms, params, std::move(result), absent, done);
}

struct Cancelled
{
    QHash<TaskId, RetryRow> rows;
    QHash<TaskId, QList<TaskId>> needs;
    States states; ///< of those needs
    QHash<BatchId, Batch> batches;
};

Result<Cancelled> cancelledTasks(Database &db, const QList<TaskId> &ids)
{
    Cancelled found;
    const Result<QList<RetryRow>> rows = finishedTasks(db, ids);
    const Result<QHash<TaskId, QList<TaskId>>> needs = needsOf(db, ids);
    if (!rows || !needs)
        return rows ? needs.error() : rows.error();
    found.needs = *needs;
    QList<TaskId> others;
    for (const QList<TaskId> &each : *needs)
        others += each;
    const Result<States> states = statesOf(db, others);
    if (!states)
        return states.error();
    found.states = *states;
    for (const RetryRow &row : *rows) {
        found.rows.insert(row.stored.id, row);
        if (found.batches.contains(row.stored.batch))
            continue;
        const auto batch = listBatches(db, {.name = QString::number(row.stored.batch.value)}, {});
        if (batch && !batch->isEmpty())
            found.batches.insert(row.stored.batch, batch->first());
    }
    return found;
}

// What it waits for and has not ended; nothing when one of its needs stays ended badly.
std::optional<QList<TaskId>> openNeeds(const Rooms &rooms, const Cancelled &found,
                                       const RetryRow &row)
{
    QList<TaskId> open;
    for (const TaskId other : found.needs.value(row.stored.id)) {
        const TaskState state = found.states.value(other, TaskState::Succeeded);
        if (rooms.queue.find(other))
            open.append(other);
        else if (state != TaskState::Succeeded && !(row.stored.flags & AfterAllEnded))
            return std::nullopt;
    }
    return open;
}

// Round after round, since one may wait for another of them.
void bringBack(Rooms &rooms, const Cancelled &found, QList<UndoEntry> entries, const Done &done)
{
    SliceResult result;
    for (bool goesOn = true; goesOn;) {
        goesOn = false;
        QList<UndoEntry> left;
        for (const UndoEntry &entry : std::as_const(entries)) {
            const auto row = found.rows.constFind(entry.task);
            if (row == found.rows.cend() || row->stored.rev != entry.rev)
                continue;
            const auto after = openNeeds(rooms, found, *row);
            const auto batch = found.batches.constFind(row->stored.batch);
            if (!after || batch == found.batches.cend()) {
                left.append(entry);
                continue;
            }
            if (rooms.batches.reopen(*batch)
                && rooms.queue.bringBack(row->stored, *after, row->task.labels)) {
                ++result.changed;
                goesOn = true;
            }
        }
        entries = left;
    }
    done(result);
}

BulkAction cancelAction(Rooms &rooms)
{
    return {
        .words = u"cancel"_s,
        .run = [&rooms](const StoredOperation &operation, const QList<TaskId> &ids,
                        const Done &done) { cancelSlice(rooms, operation, ids, done); },
        .undo =
            [&rooms](const StoredOperation &, const QList<UndoEntry> &entries, const Done &done) {
                QList<TaskId> ids;
                for (const UndoEntry &entry : entries)
                    ids.append(entry.task);
                rooms.store.ask<Cancelled>(
                    &rooms.dispatcher, [ids](Database &db) { return cancelledTasks(db, ids); },
                    [&rooms, entries, done](const Result<Cancelled> &found) {
                        if (found)
                            bringBack(rooms, *found, entries, done);
                        else
                            done(found.error());
                    });
            }};
}

// ---- retry ----------------------------------------------------------------------------------

void retrySlice(Rooms &rooms, const BulkParams &params, const Cancelled &found, const Done &done)
{
    SliceResult result;
    std::optional<Error> refused;
    for (const RetryRow &row : found.rows) {
        const auto batch = found.batches.constFind(row.stored.batch);
        if (batch == found.batches.cend() || !isIn(params.projects, batch->project)) {
            refused = fail(ErrorCode::NotFound, u"there is no task %1"_s.arg(row.stored.id.value));
            continue;
        }
        Result<void> again = rooms.batches.reopen(*batch);
        if (again)
            again = rooms.queue.retry(row.stored, row.task.labels);
        if (again && params.held)
            (void)rooms.attempts.hold(row.stored.id, true); // before anything could start it
        result.changed += again.has_value();
        if (!again)
            refused = again.error();
    }
    if (result.changed == 0)
        done(refused.value_or(
            fail(ErrorCode::Conflict,
                 u"none of these tasks is over; only what has ended can be retried"_s)));
    else
        done(result);
}

BulkAction retryAction(Rooms &rooms)
{
    return {
        .words = u"retry"_s,
        .run =
            [&rooms](const StoredOperation &operation, const QList<TaskId> &ids, const Done &done) {
                rooms.store.ask<Cancelled>(
                    &rooms.dispatcher, [ids](Database &db) { return cancelledTasks(db, ids); },
                    [&rooms, params = paramsOf(operation), done](const Result<Cancelled> &found) {
                        if (found)
                            retrySlice(rooms, params, *found, done);
                        else
                            done(found.error());
                    });
            },
        .undo = {}};
}

// ---- labels ---------------------------------------------------------------------------------

using LabelPatch = QMap<QString, std::optional<QString>>;

// What has to change in these labels; the values that were there go into `before`.
LabelPatch patchOf(const Labels &labels, const Labels &set, const QStringList &remove,
                   Labels *before)
{
    LabelPatch patch;
    for (auto it = set.cbegin(); it != set.cend(); ++it) {
        if (labels.value(it.key()) == it.value() && labels.contains(it.key()))
            continue;
        patch.insert(it.key(), it.value());
    }
    for (const QString &key : remove) {
        if (labels.contains(key))
            patch.insert(key, std::nullopt);
    }
    for (auto it = patch.cbegin(); it != patch.cend(); ++it) {
        if (labels.contains(it.key()))
            before->insert(it.key(), labels.value(it.key()));
    }
    return patch;
}

struct LabelsBefore
{
    Labels values;
    QStringList absent;

    static constexpr auto fields()
    {
        return fieldList(field("values", &LabelsBefore::values),
                         field("absent", &LabelsBefore::absent));
    }
    friend bool operator==(const LabelsBefore &, const LabelsBefore &) = default;
};

qint64 stageLabels(Rooms &rooms, const Task &task, const LabelPatch &patch)
{
    const qint64 known = rooms.queue.touchRevision(task.id);
    const qint64 rev = known != 0 ? known : rooms.ledger.nextRevision();
    rooms.store.stage().insert(LabelChange{.id = task.id, .rev = rev, .labels = patch});
    return rev;
}

void labelSlice(Rooms &rooms, const BulkParams &params, const QList<Task> &tasks, const Done &done)
{
    SliceResult result;
    for (const Task &task : tasks) {
        if (!isIn(params.projects, task.project))
            continue;
        LabelsBefore before;
        const LabelPatch patch
            = patchOf(task.labels, params.labels, params.removedLabels, &before.values);
        if (patch.isEmpty()) {
            ++result.already;
            continue;
        }
        for (auto it = patch.cbegin(); it != patch.cend(); ++it) {
            if (!before.values.contains(it.key()))
                before.absent.append(it.key());
        }
        ++result.changed;
        result.undo.append(
            {.task = task.id, .rev = stageLabels(rooms, task, patch), .before = encode(before)});
    }
    if (result.changed == 0 && result.already == 0)
        done(fail(ErrorCode::NotFound, u"there is no such task"_s));
    else
        done(result);
}

void unlabelSlice(Rooms &rooms, const QList<Task> &tasks, const QList<UndoEntry> &entries,
                  const Done &done)
{
    QHash<TaskId, UndoEntry> byTask;
    for (const UndoEntry &entry : entries)
        byTask.insert(entry.task, entry);
    SliceResult result;
    for (const Task &task : tasks) {
        const UndoEntry entry = byTask.value(task.id);
        const Result<LabelsBefore> before = decode<LabelsBefore>(entry.before);
        if (task.rev != entry.rev || !before)
            continue; // it has gone on since
        Labels unused;
        stageLabels(rooms, task, patchOf(task.labels, before->values, before->absent, &unused));
        ++result.changed;
    }
    done(result);
}

BulkAction labelAction(Rooms &rooms)
{
    const auto withRows = [&rooms](const QList<TaskId> &ids, const Done &done,
                                   std::function<void(const QList<Task> &)> then) {
        rooms.store.ask<QList<Task>>(
            &rooms.dispatcher, [ids](Database &db) { return tasksById(db, ids); },
            [done, then](const Result<QList<Task>> &tasks) {
                if (tasks)
                    then(*tasks);
                else
                    done(tasks.error());
            });
    };
    return {.words = u"label"_s,
            .run =
                [&rooms, withRows](const StoredOperation &operation, const QList<TaskId> &ids,
                                   const Done &done) {
                    withRows(
                        ids, done,
                        [&rooms, params = paramsOf(operation), done](const QList<Task> &tasks) {
                            labelSlice(rooms, params, tasks, done);
                        });
                },
            .undo =
                [&rooms, withRows](const StoredOperation &, const QList<UndoEntry> &entries,
                                   const Done &done) {
                    QList<TaskId> ids;
                    for (const UndoEntry &entry : entries)
                        ids.append(entry.task);
                    withRows(ids, done, [&rooms, entries, done](const QList<Task> &tasks) {
                        unlabelSlice(rooms, tasks, entries, done);
                    });
                }};
}

// ---- choosing -------------------------------------------------------------------------------

// For the audit: the one project that these can be in; empty when there may be several.
QString projectOf(const Rooms &rooms, const BulkParams &params, const QList<TaskId> &ids)
{
    if (params.projects.size() == 1)
        return params.projects.first();
    const TaskRecord *task = ids.size() == 1 ? rooms.queue.find(ids.first()) : nullptr;
    const Batch *batch = task ? rooms.batches.find(task->batch) : nullptr;
    return batch ? batch->project : QString();
}

// Calls `then` with the ids a query names.
void select(Rooms &rooms, const Caller &caller, const TaskQuery &query, const QString &action,
            std::function<void(const Result<QList<TaskId>> &)> then)
{
    if (!query.ids.isEmpty()) {
        then(query.ids);
        return;
    }
    if (query.where.isEmpty() && !query.all) {
        then(fail(ErrorCode::Invalid, u"no task is named; give ids, a filter, or all"_s));
        return;
    }
    const bool needsEnded = action == u"task.retry" || action == u"task.label";
    const QString where = query.all && !needsEnded ? u"state = unfinished"_s : query.where;
    const ListScope scope = scopeOf(rooms, caller);
    rooms.store.ask<QList<TaskId>>(
        &rooms.dispatcher,
        [where, scope](Database &db) { return tasksMatching(db, where, scope, mostTouched); },
        std::move(then));
}

Result<QList<TaskId>> chosen(const TaskQuery &query, QList<TaskId> ids)
{
    if (!query.minus.isEmpty()) {
        const QSet<TaskId> minus(query.minus.cbegin(), query.minus.cend());
        ids.removeIf([&minus](TaskId id) { return minus.contains(id); });
    }
    if (query.expectedCount && *query.expectedCount != ids.size()) {
        return fail(
            ErrorCode::Conflict,
            u"it would touch %1 tasks now, not %2: nothing was done; look again"_s.arg(ids.size())
                .arg(*query.expectedCount));
    }
    return ids;
}

} // namespace

void addBulkActions(Rooms &rooms)
{
    Operations &operations = rooms.operations;
    const auto holdOf = [&rooms](bool held) {
        return eachTask(
            rooms, held ? u"hold"_s : u"release"_s,
            [&rooms, held](const BulkParams &, TaskRecord &task) {
                return rooms.attempts.hold(task.id, held);
            },
            [](const TaskRecord &) { return QByteArray(); },
            [&rooms, held](TaskRecord &task, const QByteArray &) {
                (void)rooms.attempts.hold(task.id, !held);
            });
    };
    const auto pauseOf = [&rooms](bool paused) {
        return eachTask(
            rooms, paused ? u"pause"_s : u"resume"_s,
            [&rooms, paused](const BulkParams &, TaskRecord &task) {
                return rooms.attempts.pause(task.id, paused);
            },
            [](const TaskRecord &) { return QByteArray(); },
            [&rooms, paused](TaskRecord &task, const QByteArray &) {
                (void)rooms.attempts.pause(task.id, !paused);
            });
    };
    operations.add(u"task.hold"_s, holdOf(true));
    operations.add(u"task.release"_s, holdOf(false));
    operations.add(u"task.pause"_s, pauseOf(true));
    operations.add(u"task.resume"_s, pauseOf(false));
    operations.add(u"task.priority"_s,
                   eachTask(
                       rooms, u"priority"_s,
                       [&rooms](const BulkParams &params, TaskRecord &task) {
                           return rooms.queue.setPriority(task.id, params.priority);
                       },
                       [](const TaskRecord &task) { return QByteArray::number(task.priority); },
                       [&rooms](TaskRecord &task, const QByteArray &before) {
                           (void)rooms.queue.setPriority(task.id, before.toInt());
                       }));
    operations.add(u"task.move"_s,
                   eachTask(
                       rooms, u"move"_s,
                       [&rooms](const BulkParams &params, TaskRecord &task) {
                           const Batch *from = rooms.batches.find(task.batch);
                           const Batch *to = rooms.batches.find(params.batch);
                           return to && from && to->project == from->project
                               ? rooms.queue.move(task.id, params.batch)
                               : Outcome::NotFound;
                       },
                       [](const TaskRecord &task) { return QByteArray::number(task.batch.value); },
                       [&rooms](TaskRecord &task, const QByteArray &before) {
                           const BatchId batch{before.toLongLong()};
                           if (rooms.batches.find(batch)) // it may have ended since
                               (void)rooms.queue.move(task.id, batch);
                       }));
    operations.add(u"task.cancel"_s, cancelAction(rooms));
    operations.add(u"task.retry"_s, retryAction(rooms));
    operations.add(u"task.label"_s, labelAction(rooms));
}

void touchTasks(Rooms &rooms, const Caller &caller, const TaskQuery &query, const QString &action,
                BulkParams params, const Answer<Touched> &answer)
{
    params.projects = rooms.access.scopeFor(caller, Verb::Operate);
    select(rooms, caller, query, action,
           [&rooms, caller, query, action, params, answer](const Result<QList<TaskId>> &found) {
               const Result<QList<TaskId>> ids = found ? chosen(query, *found) : found;
               if (!ids) {
                   answer(ids.error());
                   return;
               }
               if (ids->isEmpty()) {
                   answer(Touched{}); // the filter matches nothing
                   return;
               }
               const QString object
                   = ids->size() == 1 ? QString::number(ids->first().value) : QString();
               const QString project = projectOf(rooms, params, *ids);
               rooms.operations.start(
                   action, askedBy(caller), encode(params), *ids,
                   [&rooms, caller, action, object, project, answer,
                    count = ids->size()](const Result<Operations::Accepted> &accepted) {
                       if (!accepted) {
                           answer(accepted.error());
                           return;
                       }
                       const SliceResult &result = accepted->result;
                       const bool goesOn = result.changed == 0 && accepted->operation;
                       rooms.access.audit(caller, action, object, u"done"_s,
                                          goesOn ? count : result.changed, project);
                       answerWhenCommitted(rooms, answer,
                                           Touched{.changed = result.changed,
                                                   .already = result.already,
                                                   .operation = accepted->operation});
                   });
           });
}

} // namespace Drover
