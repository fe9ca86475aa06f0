#include "backend/api/handlers/handlers.h"
#include "backend/protocol/strayrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Stray shown(const StoredStray &stored)
{
    Stray stray{.machine = stored.machine,
                .epoch = stored.epoch,
                .task = stored.task,
                .n = stored.n,
                .specNumber = stored.specNumber,
                .state = stored.state,
                .seen = stored.seen,
                .adopted = stored.adopted,
                .lastLine = {}};
    const Result<Report> end = decode<Report>(stored.report);
    if (stored.report.isEmpty() || !end)
        return stray;
    stray.endReason = end->endReason;
    stray.exitCode = end->exitCode;
    stray.lastLine = end->lastLine.isEmpty() ? end->detail.left(200) : end->lastLine;
    return stray;
}

// A stray is of its task's project; where that is not known it may be of any.
Result<void> may(const Rooms &rooms, const Caller &caller, Verb verb, TaskId id)
{
    const TaskRecord *task = rooms.queue.find(id);
    const Batch *batch = task ? rooms.batches.find(task->batch) : nullptr;
    return rooms.access.may(caller, verb, batch ? batch->project : u"*"_s);
}

void adopt(Rooms &rooms, const Caller &caller, const AdoptStray &request,
           const Answer<Done> &answer)
{
    rooms.store.ask<QList<QByteArray>>(
        &rooms.dispatcher, [id = request.task](Database &db) { return specsOf(db, {id}); },
        [&rooms, caller, request, answer](const Result<QList<QByteArray>> &specs) {
            const Result<TaskSpec> spec = specs ? decode<TaskSpec>(specs->value(0)) : specs.error();
            const MachineRecord *machine = rooms.fleet.find(request.machine);
            if (!spec || !machine) {
                answer(machine && !specs
                           ? specs.error()
                           : fail(ErrorCode::NotFound, u"there is no such task or machine"_s));
                return;
            }
            const AttemptId id{request.task, request.n};
            const Result<void> done = rooms.attempts.adoptStray(
                request.machine, machine->row.name, id, std::make_shared<const TaskSpec>(*spec));
            if (!done) {
                answer(done.error());
                return;
            }
            rooms.access.audit(caller, u"stray.adopt"_s, printed(id), u"done"_s);
            answerWhenCommitted(rooms, answer, Done{});
        });
}

} // namespace

void handleStrays(Router &router, Rooms &rooms)
{
    router.handle<ListStrays>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const ListStrays &request, const Answer<StrayList> &answer) {
            StrayList list;
            for (const StoredStray &stray : rooms.attempts.strays().all()) {
                const bool asked = !request.machine || stray.machine == request.machine;
                if (asked && may(rooms, caller, Verb::View, stray.task))
                    list.strays.append(shown(stray));
            }
            answer(list);
        });
    router.handle<StopStray>(
        {.who = Who::Operator},
        [&rooms](const Caller &caller, const StopStray &request, const Answer<Done> &answer) {
            const AttemptId id{request.task, request.n};
            Result<void> done = may(rooms, caller, Verb::Operate, request.task);
            if (done)
                done = rooms.attempts.stopStray(request.machine, id);
            if (!done) {
                answer(done.error());
                return;
            }
            rooms.access.audit(caller, u"stray.stop"_s, printed(id), u"done"_s);
            answerWhenCommitted(rooms, answer, Done{});
        });
    router.handle<AdoptStray>(
        {.who = Who::Operator},
        [&rooms](const Caller &caller, const AdoptStray &request, const Answer<Done> &answer) {
            if (const Result<void> allowed = may(rooms, caller, Verb::Operate, request.task); allowed)
                adopt(rooms, caller, request, answer);
            else
                answer(allowed.error());
        });
}

} // namespace Drover
