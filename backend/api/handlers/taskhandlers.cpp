#include "backend/api/handlers/handlers.h"
#include "backend/protocol/taskrequests.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr qint64 mostTouched = 1'000'000;
constexpr std::chrono::milliseconds longestWait = 60s;

using States = QHash<TaskId, TaskState>;

// Calls `then` with the ids a query names, all of them in projects the caller may see.
void select(Rooms &rooms, const Caller &caller, const TaskQuery &query,
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
    const ListScope scope = scopeOf(rooms, caller);
    rooms.store.ask<QList<TaskId>>(
        &rooms.dispatcher,
        [where = query.where, scope](Database &db) { return tasksMatching(db, where, scope, mostTouched); }, std::move(then));
}

bool mayTouch(const Rooms &rooms, const Caller &caller, TaskId id)
{
    const TaskRecord *task = rooms.queue.find(id);
    const Batch *batch = task ? rooms.batches.find(task->batch) : nullptr;
    return !batch || rooms.access.may(caller, Level::Operator, batch->project).has_value();
}

// Does one thing to each of the tasks and answers with what came of it.
void touchEach(Rooms &rooms, const Caller &caller, const TaskQuery &query, const QString &action,
               const Answer<Touched> &answer, std::function<Outcome(TaskId)> touch)
{
    select(rooms, caller, query, [&rooms, caller, action, answer, touch](const Result<QList<TaskId>> &ids) {
        if (!ids) {
            answer(ids.error());
            return;
        }
        Touched touched;
        QList<TaskId> absent;
        for (const TaskId id : *ids) {
            const Outcome outcome = mayTouch(rooms, caller, id) ? touch(id) : Outcome::NotFound;
            touched.changed += outcome == Outcome::Changed;
            touched.already += outcome == Outcome::Already;
            if (outcome == Outcome::NotFound)
                absent.append(id);
        }
        rooms.access.audit(caller, action, ids->size() == 1 ? QString::number(ids->first().value) : QString(), u"done"_s, touched.changed);
        if (absent.isEmpty()) {
            answerWhenCommitted(rooms, answer, touched);
            return;
        }
        // Those not in memory are over, and so as wanted, or do not exist.
        rooms.store.ask<States>(&rooms.dispatcher, [absent](Database &db) { return statesOf(db, absent); },
                                [&rooms, answer, touched, absent](const Result<States> &states) mutable {
            const qint64 known = states ? states->size() : 0;
            if (touched.changed == 0 && touched.already == 0 && known == 0) {
                answer(states ? fail(ErrorCode::NotFound, u"there is no task %1"_s.arg(absent.first().value)) : states.error());
                return;
            }
            touched.already += known;
            answerWhenCommitted(rooms, answer, touched);
        });
    });
}

struct Retryable
{
    QList<RetryRow> rows;
    QHash<BatchId, Batch> batches;
};

void retry(Rooms &rooms, const Caller &caller, const QList<TaskId> &ids, const Answer<Touched> &answer)
{
    const ListScope scope = scopeOf(rooms, caller);
    rooms.store.ask<Retryable>(
        &rooms.dispatcher,
        [ids, scope](Database &db) -> Result<Retryable> {
            Result<QList<RetryRow>> rows = finishedTasks(db, ids);
            if (!rows)
                return rows.error();
            Retryable found {.rows = *rows, .batches = {}};
            for (const RetryRow &row : std::as_const(found.rows)) {
                if (found.batches.contains(row.stored.batch))
                    continue;
                const auto batch = listBatches(db, {.name = QString::number(row.stored.batch.value)}, scope);
                if (batch && !batch->isEmpty())
                    found.batches.insert(row.stored.batch, batch->first());
            }
            return found;
        },
        [&rooms, caller, answer, ids](const Result<Retryable> &found) {
            if (!found) {
                answer(found.error());
                return;
            }
            Touched touched;
            std::optional<Error> refused;
            for (const RetryRow &row : found->rows) {
                const auto batch = found->batches.constFind(row.stored.batch);
                if (batch == found->batches.cend() || !rooms.access.may(caller, Level::Operator, batch->project))
                    continue;
                Result<void> done = rooms.batches.reopen(*batch);
                if (done)
                    done = rooms.queue.retry(row.stored);
                touched.changed += done.has_value();
                if (!done)
                    refused = done.error();
            }
            if (touched.changed == 0) {
                answer(refused.value_or(fail(ErrorCode::Conflict, u"none of these tasks is over; only what has ended can be retried"_s)));
                return;
            }
            rooms.access.audit(caller, u"task.retry"_s, ids.size() == 1 ? QString::number(ids.first().value) : QString(), u"done"_s, touched.changed);
            answerWhenCommitted(rooms, answer, touched);
        });
}

void awaitIds(Rooms &rooms, const AwaitTasks &request, const Answer<Awaited> &answer)
{
    States states;
    QList<TaskId> absent;
    for (const TaskId id : request.ids) {
        if (const TaskRecord *task = rooms.queue.find(id))
            states.insert(id, task->state);
        else
            absent.append(id);
    }
    const auto wait = std::clamp<std::chrono::milliseconds>(request.wait, 0ms, longestWait);
    if (absent.isEmpty()) {
        rooms.waits.forTasks(states, wait, answer);
        return;
    }
    rooms.store.ask<States>(&rooms.dispatcher, [absent](Database &db) { return statesOf(db, absent); },
                            [&rooms, request, answer, absent, wait](const Result<States> &stored) {
        if (!stored || stored->size() < absent.size()) {
            answer(stored ? fail(ErrorCode::NotFound, u"one of these tasks does not exist"_s) : stored.error());
            return;
        }
        States all = *stored;
        bool stale = false; // its end was decided, and not yet committed when the store was read
        for (const TaskId id : request.ids) {
            if (const TaskRecord *task = rooms.queue.find(id))
                all.insert(id, task->state);
            else
                stale = stale || !isFinished(all.value(id));
        }
        if (stale)
            awaitIds(rooms, request, answer);
        else
            rooms.waits.forTasks(all, wait, answer);
    });
}

void awaitBatch(Rooms &rooms, const Caller &caller, const AwaitTasks &request, const Answer<Awaited> &answer)
{
    if (const Batch *batch = rooms.batches.find(request.batch)) {
        rooms.waits.forBatch(*batch, std::clamp<std::chrono::milliseconds>(request.wait, 0ms, longestWait), answer);
        return;
    }
    const ListScope scope = scopeOf(rooms, caller);
    rooms.store.ask<QList<Batch>>(
        &rooms.dispatcher,
        [id = request.batch, scope](Database &db) { return listBatches(db, {.name = QString::number(id.value)}, scope); },
        [answer, id = request.batch](const Result<QList<Batch>> &batches) {
            if (!batches || batches->isEmpty())
                answer(batches ? fail(ErrorCode::NotFound, u"there is no batch %1"_s.arg(id.value)) : batches.error());
            else
                answer(Awaited {.counts = batches->first().counts, .ended = true});
        });
}

void handleReads(Router &router, Rooms &rooms)
{
    router.handle<ListTasks>({.who = Who::Viewer}, [&rooms](const Caller &caller, const ListTasks &request, const Answer<TaskPage> &answer) {
        if (request.limit < 1 || request.limit > 1000) {
            answer(fail(ErrorCode::Invalid, u"limit: %1 is out of range; use 1 to 1000"_s.arg(request.limit)));
            return;
        }
        const ListScope scope = scopeOf(rooms, caller);
        rooms.store.ask<TaskPage>(&rooms.dispatcher, [request, scope](Database &db) { return listTasks(db, request, scope); },
                                  [answer](const Result<TaskPage> &page) { answer(page); });
    });
    router.handle<GetTask>({.who = Who::Viewer}, [&rooms](const Caller &caller, const GetTask &request, const Answer<TaskDetail> &answer) {
        rooms.store.ask<TaskDetail>(&rooms.dispatcher, [id = request.id](Database &db) { return taskDetail(db, id); },
                                    [&rooms, caller, answer](const Result<TaskDetail> &detail) {
            if (detail && !rooms.access.may(caller, Level::Viewer, detail->task.project))
                answer(fail(ErrorCode::NotFound, u"there is no task %1"_s.arg(detail->task.id.value)));
            else
                answer(detail);
        });
    });
    router.handle<AwaitTasks>({.who = Who::Viewer}, [&rooms](const Caller &caller, const AwaitTasks &request, const Answer<Awaited> &answer) {
        if (request.batch)
            awaitBatch(rooms, caller, request, answer);
        else
            awaitIds(rooms, request, answer);
    });
}

} // namespace

void handleTasks(Router &router, Rooms &rooms)
{
    handleReads(router, rooms);
    router.handle<CancelTasks>({.who = Who::Operator}, [&rooms](const Caller &caller, const CancelTasks &request, const Answer<Touched> &answer) {
        const CancelMode mode = request.kill ? CancelMode::Kill : CancelMode::Polite;
        touchEach(rooms, caller, request.tasks, u"task.cancel"_s, answer, [&rooms, mode, now = request.now](TaskId id) {
            const Outcome outcome = rooms.attempts.cancel(id, mode);
            const TaskRecord *task = rooms.queue.find(id);
            if (now && task && task->unreachable)
                rooms.attempts.fenceEnded(task->attempt());
            return outcome;
        });
    });
    router.handle<HoldTasks>({.who = Who::Operator}, [&rooms](const Caller &caller, const HoldTasks &request, const Answer<Touched> &answer) {
        touchEach(rooms, caller, request.tasks, request.held ? u"task.hold"_s : u"task.release"_s, answer,
                  [&rooms, held = request.held](TaskId id) { return rooms.queue.hold(id, held); });
    });
    router.handle<SetPriority>({.who = Who::Operator, .refusedWhenBusy = true}, [&rooms](const Caller &caller, const SetPriority &request, const Answer<Touched> &answer) {
        if (request.priority < 0 || request.priority > 100) {
            answer(fail(ErrorCode::Invalid, u"priority: %1 is out of range; use 0 to 100"_s.arg(request.priority)));
            return;
        }
        touchEach(rooms, caller, request.tasks, u"task.priority"_s, answer,
                  [&rooms, priority = request.priority](TaskId id) { return rooms.queue.setPriority(id, priority); });
    });
    router.handle<RetryTasks>({.who = Who::Operator, .refusedWhenBusy = true}, [&rooms](const Caller &caller, const RetryTasks &request, const Answer<Touched> &answer) {
        select(rooms, caller, request.tasks, [&rooms, caller, answer](const Result<QList<TaskId>> &ids) {
            if (ids && ids->isEmpty())
                answer(Touched {}); // the filter matches nothing
            else if (ids)
                retry(rooms, caller, *ids, answer);
            else
                answer(ids.error());
        });
    });
}

} // namespace Drover
