#include "backend/api/blobdesk.h"
#include "backend/api/handlers/bulkactions.h"
#include "backend/protocol/flagrequests.h"
#include "backend/protocol/taskrequests.h"
#include "backend/queue/speccheck.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

// What it says of itself, while it runs.
std::optional<AttemptGauge> gaugeOf(const Rooms &rooms, const Task &task)
{
    return isStarted(task.state) ? rooms.dispatcher.gauge({task.id, task.currentAttempt}) : std::nullopt;
}

constexpr qsizetype mostEdits = 2000;
constexpr std::chrono::milliseconds longestWait = 60s;

using States = QHash<TaskId, TaskState>;

// Of what is in memory; what is not is over, and is looked up in the store within one's projects.
Result<void> maySee(const Rooms &rooms, const Caller &caller, TaskId id)
{
    const TaskRecord *task = rooms.queue.find(id);
    const Batch *batch = task ? rooms.batches.find(task->batch) : nullptr;
    if (!batch || rooms.access.may(caller, Verb::View, batch->project))
        return {};
    return fail(ErrorCode::NotFound, u"there is no task %1"_s.arg(id.value));
}

void awaitIds(Rooms &rooms, const Caller &caller, const AwaitTasks &request,
              const Answer<Awaited> &answer)
{
    States states;
    QList<TaskId> absent;
    for (const TaskId id : request.ids) {
        if (const Result<void> may = maySee(rooms, caller, id); !may) {
            answer(may.error());
            return;
        }
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
    rooms.store.ask<States>(
        &rooms.dispatcher,
        [absent, scope = scopeOf(rooms, caller)](Database &db) {
            return statesOf(db, absent, scope);
        },
        [&rooms, caller, request, answer, absent, wait](const Result<States> &stored) {
            if (!stored || stored->size() < absent.size()) {
                answer(stored ? fail(ErrorCode::NotFound, u"one of these tasks does not exist"_s)
                              : stored.error());
                return;
            }
            States all = *stored;
            bool stale
                = false; // its end was decided, and not yet committed when the store was read
            for (const TaskId id : request.ids) {
                if (const TaskRecord *task = rooms.queue.find(id))
                    all.insert(id, task->state);
                else
                    stale = stale || !isFinished(all.value(id));
            }
            if (stale)
                awaitIds(rooms, caller, request, answer);
            else
                rooms.waits.forTasks(all, wait, answer);
        });
}

void awaitBatch(Rooms &rooms, const Caller &caller, const AwaitTasks &request,
                const Answer<Awaited> &answer)
{
    const Batch *batch = rooms.batches.find(request.batch);
    if (batch && rooms.access.may(caller, Verb::View, batch->project)) {
        rooms.waits.forBatch(
            *batch, std::clamp<std::chrono::milliseconds>(request.wait, 0ms, longestWait), answer);
        return;
    }
    const ListScope scope = scopeOf(rooms, caller);
    rooms.store.ask<QList<Batch>>(
        &rooms.dispatcher,
        [id = request.batch, scope](Database &db) {
            return listBatches(db, {.name = QString::number(id.value)}, scope);
        },
        [answer, id = request.batch](const Result<QList<Batch>> &batches) {
            if (!batches || batches->isEmpty())
                answer(batches ? fail(ErrorCode::NotFound, u"there is no batch %1"_s.arg(id.value))
                               : batches.error());
            else
                answer(Awaited{.counts = batches->first().counts, .ended = true});
        });
}

void handleReads(Router &router, Rooms &rooms)
{
    router.handle<ListTasks>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const ListTasks &request, const Answer<TaskPage> &answer) {
            if (request.limit < 1 || request.limit > 1000) {
                answer(fail(ErrorCode::Invalid,
                            u"limit: %1 is out of range; use 1 to 1000"_s.arg(request.limit)));
                return;
            }
            const ListScope scope = scopeOf(rooms, caller);
            rooms.store.ask<TaskPage>(
                &rooms.dispatcher,
                [request, scope](Database &db) { return listTasks(db, request, scope); },
                [&rooms, answer](Result<TaskPage> page) {
                    for (const Task &task : page ? page->tasks : QList<Task>()) {
                        if (const auto gauge = gaugeOf(rooms, task))
                            page->gauges.append(*gauge);
                    }
                    answer(page);
                });
        });
    router.handle<CountTasks>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const CountTasks &request, const Answer<Counted> &answer) {
            const ListScope scope = scopeOf(rooms, caller);
            rooms.store.ask<qint64>(
                &rooms.dispatcher,
                [where = request.where, scope](Database &db) {
                    return countTasks(db, where, scope);
                },
                [&rooms, answer](const Result<qint64> &count) {
                    if (count)
                        answer(Counted{.count = *count, .revision = rooms.ledger.revision()});
                    else
                        answer(count.error());
                });
        });
    router.handle<CountStates>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const CountStates &request, const Answer<StateBreakdown> &answer) {
            const ListScope scope = scopeOf(rooms, caller);
            rooms.store.ask<StateBreakdown>(
                &rooms.dispatcher,
                [where = request.where, scope](Database &db) { return countStates(db, where, scope); },
                [answer](const Result<StateBreakdown> &counted) { answer(counted); });
        });
    router.handle<GetTask>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const GetTask &request, const Answer<TaskDetail> &answer) {
            rooms.store.ask<TaskDetail>(
                &rooms.dispatcher, [id = request.id](Database &db) { return taskDetail(db, id); },
                [&rooms, caller, answer](Result<TaskDetail> detail) {
                    if (detail)
                        detail->gauge = gaugeOf(rooms, detail->task);
                    if (detail && !rooms.access.may(caller, Verb::View, detail->task.project))
                        answer(fail(ErrorCode::NotFound,
                                    u"there is no task %1"_s.arg(detail->task.id.value)));
                    else
                        answer(detail);
                });
        });
    router.handle<AwaitTasks>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const AwaitTasks &request, const Answer<Awaited> &answer) {
            if (request.batch)
                awaitBatch(rooms, caller, request, answer);
            else
                awaitIds(rooms, caller, request, answer);
        });
}

// Waits for what edits must not change: who waits for whom was settled at submission.
bool waitsAlike(const TaskSpec &a, const TaskSpec &b)
{
    return a.after == b.after && a.afterRule == b.afterRule && a.afterFailed == b.afterFailed;
}

QList<Problem> problemsOf(Rooms &rooms, const Caller &caller, const TaskEdit &edit,
                          const QByteArray &stored, int index)
{
    const QString where = u"edits[%1]."_s.arg(index);
    const auto problem = [&](const QString &field, const QString &reason, const QString &remedy) {
        return QList<Problem>{Problem{
            .file = {}, .line = 0, .field = where + field, .reason = reason, .remedy = remedy}};
    };
    const TaskRecord *task = rooms.queue.find(edit.id);
    const Batch *batch = task ? rooms.batches.find(task->batch) : nullptr;
    if (!batch || !rooms.access.may(caller, Verb::Operate, batch->project))
        return problem(u"id"_s, u"task %1 has ended or does not exist"_s.arg(edit.id.value),
                       u"submit it anew, or retry it first"_s);
    if (edit.specNumber != task->specNumber)
        return problem(u"specNumber"_s, u"task %1 was edited meanwhile"_s.arg(edit.id.value),
                       u"look at it again"_s);
    const Result<TaskSpec> before = decode<TaskSpec>(stored);
    if (!before || !waitsAlike(*before, edit.spec))
        return problem(u"spec.after"_s, u"what a task waits for cannot be edited"_s,
                       u"cancel it and submit it anew"_s);
    return checkSpec(edit.spec, where + u"spec."_s);
}

void applyEdit(Rooms &rooms, const TaskEdit &edit)
{
    TaskSpec spec = edit.spec;
    if (spec.name.isEmpty())
        spec.name = defaultName(spec);
    (void)rooms.queue.edit(edit.id, spec);
    rooms.store.stage().put(TaskWords{.id = edit.id,
                                      .rev = rooms.queue.find(edit.id)->rev,
                                      .name = spec.name,
                                      .step = spec.step,
                                      .runAs = spec.runAs,
                                      .labels = spec.labels});
    rooms.blobs.useAnew(edit.id, spec);
    // What is read ahead may be read before this is durable.
    rooms.specs.insert(edit.id, std::make_shared<const TaskSpec>(std::move(spec)));
}

void editChecked(Rooms &rooms, const Caller &caller, const EditTasks &request,
                 const Answer<Touched> &answer);

void edit(Rooms &rooms, BlobDesk &blobs, const Caller &caller, const EditTasks &request,
          const Answer<Touched> &answer)
{
    if (request.edits.isEmpty() || request.edits.size() > mostEdits) {
        answer(fail(ErrorCode::Invalid, u"edits: 1 to %1 at a time"_s.arg(mostEdits)));
        return;
    }
    QList<PreparedSpec> specs;
    for (const TaskEdit &each : request.edits)
        specs.append({each.spec, {}});
    blobs.checkInputs(caller, specs, [&rooms, caller, request, answer](const Result<void> &may) {
        if (may)
            editChecked(rooms, caller, request, answer);
        else
            answer(may.error());
    });
}

void editChecked(Rooms &rooms, const Caller &caller, const EditTasks &request,
                 const Answer<Touched> &answer)
{
    QList<TaskId> ids;
    for (const TaskEdit &each : request.edits)
        ids.append(each.id);
    using Specs = QList<QByteArray>;
    rooms.store.ask<Specs>(
        &rooms.dispatcher, [ids](Database &db) { return specsOf(db, ids); },
        [&rooms, caller, request, answer](const Result<Specs> &specs) {
            if (!specs) {
                answer(specs.error());
                return;
            }
            QList<Problem> problems;
            for (qsizetype i = 0; i < request.edits.size(); ++i)
                problems += problemsOf(rooms, caller, request.edits[i], specs->value(i), int(i));
            if (!problems.isEmpty()) {
                answer(Error{.code = ErrorCode::Invalid,
                             .message = u"nothing was edited: %1 problem(s)"_s.arg(problems.size()),
                             .problems = problems});
                return;
            }
            for (const TaskEdit &each : request.edits)
                applyEdit(rooms, each);
            const QString object = request.edits.size() == 1
                ? QString::number(request.edits.first().id.value)
                : QString();
            rooms.access.audit(caller, u"task.edit"_s, object, u"done"_s, request.edits.size());
            answerWhenCommitted(
                rooms, answer,
                Touched{.changed = request.edits.size(), .already = 0, .operation = {}});
        });
}

void move(Rooms &rooms, const Caller &caller, const MoveTasks &request,
          const Answer<Touched> &answer)
{
    const QString wrong = nameProblem(request.batch);
    Result<void> may = wrong.isEmpty() ? rooms.access.may(caller, Verb::Operate, request.project)
                                       : fail(ErrorCode::Invalid, u"batch: "_s + wrong);
    if (const Result<Project> project
        = may ? rooms.access.findProject(request.project) : may.error();
        !project)
        may = project.error();
    if (!may) {
        answer(may.error());
        return;
    }
    const BatchId batch
        = rooms.batches.ensure(request.project, request.batch, caller.name, rooms.clock.now());
    touchTasks(rooms, caller, request.tasks, u"task.move"_s, {.batch = batch}, answer);
}

Result<void> checkLabels(const LabelTasks &request)
{
    if (request.set.isEmpty() && request.remove.isEmpty())
        return fail(ErrorCode::Invalid, u"no label is named; use set and remove"_s);
    for (auto it = request.set.cbegin(); it != request.set.cend(); ++it) {
        if (const QString wrong = nameProblem(it.key()); !wrong.isEmpty())
            return fail(ErrorCode::Invalid, u"set: "_s + wrong);
        if (const QString wrong = nameProblem(it.value());
            !it.value().isEmpty() && !wrong.isEmpty())
            return fail(ErrorCode::Invalid, u"set.%1: %2"_s.arg(it.key(), wrong));
    }
    return {};
}

} // namespace

void handleTasks(Router &router, Rooms &rooms, BlobDesk &blobs)
{
    addBulkActions(rooms);
    handleReads(router, rooms);
    router.handle<CancelTasks>(
        {.who = Who::Operator},
        [&rooms](const Caller &caller, const CancelTasks &request, const Answer<Touched> &answer) {
            touchTasks(rooms, caller, request.tasks, u"task.cancel"_s,
                       {.kill = request.kill, .now = request.now}, answer);
        });
    router.handle<HoldTasks>(
        {.who = Who::Operator},
        [&rooms](const Caller &caller, const HoldTasks &request, const Answer<Touched> &answer) {
            touchTasks(rooms, caller, request.tasks,
                       request.held ? u"task.hold"_s : u"task.release"_s, {}, answer);
        });
    router.handle<PauseTasks>(
        {.who = Who::Operator},
        [&rooms](const Caller &caller, const PauseTasks &request, const Answer<Touched> &answer) {
            touchTasks(rooms, caller, request.tasks,
                       request.paused ? u"task.pause"_s : u"task.resume"_s, {}, answer);
        });
    router.handle<SetPriority>(
        {.who = Who::Operator, .refusedWhenBusy = true},
        [&rooms](const Caller &caller, const SetPriority &request, const Answer<Touched> &answer) {
            if (request.priority < 0 || request.priority > 100)
                answer(fail(ErrorCode::Invalid,
                            u"priority: %1 is out of range; use 0 to 100"_s.arg(request.priority)));
            else
                touchTasks(rooms, caller, request.tasks, u"task.priority"_s,
                           {.priority = request.priority}, answer);
        });
    router.handle<RetryTasks>(
        {.who = Who::Operator, .refusedWhenBusy = true},
        [&rooms](const Caller &caller, const RetryTasks &request, const Answer<Touched> &answer) {
            touchTasks(rooms, caller, request.tasks, u"task.retry"_s, {.held = request.held}, answer);
        });
    router.handle<LabelTasks>(
        {.who = Who::Operator, .refusedWhenBusy = true},
        [&rooms](const Caller &caller, const LabelTasks &request, const Answer<Touched> &answer) {
            if (const Result<void> good = checkLabels(request); !good)
                answer(good.error());
            else
                touchTasks(rooms, caller, request.tasks, u"task.label"_s,
                           {.labels = request.set, .removedLabels = request.remove}, answer);
        });
    router.handle<MoveTasks>(
        {.who = Who::Operator, .refusedWhenBusy = true},
        [&rooms](const Caller &caller, const MoveTasks &request, const Answer<Touched> &answer) {
            move(rooms, caller, request, answer);
        });
    router.handle<EditTasks>(
        {.who = Who::Operator, .refusedWhenBusy = true},
        [&rooms, &blobs](const Caller &caller, const EditTasks &request, const Answer<Touched> &answer) {
            edit(rooms, blobs, caller, request, answer);
        });
}

} // namespace Drover
