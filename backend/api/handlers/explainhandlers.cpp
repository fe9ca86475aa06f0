#include "backend/api/handlers/handlers.h"
#include "backend/protocol/causerequests.h"
#include "backend/protocol/explainrequests.h"
#include "backend/store/causequeries.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

struct Asked
{
    Task task;
    QList<WaitedFor> waitsFor;
};

Result<Asked> askedOf(Database &db, TaskId id)
{
    const Result<TaskDetail> detail = taskDetail(db, id);
    if (!detail)
        return detail.error();
    Asked asked{.task = detail->task, .waitsFor = {}};
    const Result<QHash<TaskId, TaskState>> states = statesOf(db, detail->waitsFor);
    if (!states)
        return states.error();
    for (const TaskId other : detail->waitsFor)
        asked.waitsFor.append({other, states->value(other)});
    return asked;
}

void explainTask(Rooms &rooms, const Caller &caller, TaskId id, const Answer<Explanation> &answer)
{
    rooms.store.ask<Asked>(
        &rooms.dispatcher, [id](Database &db) { return askedOf(db, id); },
        [&rooms, caller, id, answer](const Result<Asked> &asked) {
            if (!asked)
                answer(asked.error());
            else if (!rooms.access.may(caller, Verb::View, asked->task.project))
                answer(fail(ErrorCode::NotFound, u"there is no task %1"_s.arg(id.value)));
            else if (rooms.queue.find(id))
                answer(rooms.dispatcher.explain(id, asked->waitsFor));
            else if (isFinished(asked->task.state))
                answer(explainFinished(asked->task));
            else
                explainTask(rooms, caller, id, answer); // its end was on its way to the database
        });
}

} // namespace

void handleExplanations(Router &router, Rooms &rooms)
{
    router.handle<ExplainTask>({.who = Who::Viewer},
                               [&rooms](const Caller &caller, const ExplainTask &request,
                                        const Answer<Explanation> &answer) {
                                   explainTask(rooms, caller, request.id, answer);
                               });
    router.handle<ListCauses>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const ListCauses &request, const Answer<CauseList> &answer) {
            if (request.limit < 1 || request.limit > 200) {
                answer(fail(ErrorCode::Invalid,
                            u"limit: %1 is out of range; use 1 to 200"_s.arg(request.limit)));
                return;
            }
            const ListScope scope = scopeOf(rooms, caller);
            rooms.store.ask<CauseList>(
                &rooms.dispatcher,
                [request, scope](Database &db) { return causesOf(db, request, scope); },
                [answer](const Result<CauseList> &causes) { answer(causes); });
        });
}

} // namespace Drover
