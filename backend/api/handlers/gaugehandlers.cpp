#include "backend/api/handlers/handlers.h"
#include "backend/protocol/gaugerequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype mostGauges = 1000;

AttemptGauge shown(AttemptGauge gauge, bool readsOutputs)
{
    if (!readsOutputs) {
        gauge.progressText.clear();
        gauge.lastLine.clear();
    }
    return gauge;
}

TaskGauges gaugesOf(const Rooms &rooms, const Caller &caller, const QList<TaskId> &ids)
{
    TaskGauges found;
    for (const TaskId id : ids) {
        const TaskRecord *task = rooms.queue.find(id);
        const Batch *batch = task && isStarted(task->state) ? rooms.batches.find(task->batch) : nullptr;
        if (!batch || !rooms.access.may(caller, Verb::View, batch->project))
            continue;
        if (const auto gauge = rooms.dispatcher.gauge(task->attempt()))
            found.gauges.append(shown(*gauge, rooms.access.may(caller, Verb::ReadOutputs, batch->project).has_value()));
    }
    return found;
}

} // namespace

void handleGauges(Router &router, Rooms &rooms)
{
    router.handle<GetGauges>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const GetGauges &request, const Answer<TaskGauges> &answer) {
            if (request.ids.size() > mostGauges) {
                answer(fail(ErrorCode::TooLarge,
                            u"ids: %1 of them; ask for at most 1,000 at once"_s.arg(request.ids.size())));
                return;
            }
            answer(gaugesOf(rooms, caller, request.ids));
        });
}

} // namespace Drover
