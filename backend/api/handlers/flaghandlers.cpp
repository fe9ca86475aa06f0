#include "backend/api/handlers/handlers.h"
#include "backend/protocol/flagrequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/queue/speccheck.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

void change(Rooms &rooms, const Caller &caller, const QString &action, const QString &object,
            const Flags &flags, const Answer<Done> &answer)
{
    rooms.dispatcher.setFlags(flags);
    rooms.access.audit(caller, action, object, u"done"_s, 1, object);
    answerWhenCommitted(rooms, answer, Done{});
}

Result<void> mayChange(const Rooms &rooms, const Caller &caller, const QString &project)
{
    if (const QString problem = nameProblem(project); !problem.isEmpty())
        return fail(ErrorCode::Invalid, u"project: the name "_s + problem);
    const Result<void> may = rooms.access.may(caller, Verb::Operate, project);
    const Result<Project> known = may ? rooms.access.findProject(project) : may.error();
    return known ? Result<void>() : known.error();
}

} // namespace

void handleFlags(Router &router, Rooms &rooms)
{
    router.handle<HoldEverything>(
        {.who = Who::Operator, .everywhere = true},
        [&rooms](const Caller &caller, const HoldEverything &request, const Answer<Done> &answer) {
            Flags flags = rooms.batches.flags();
            flags.held = request.held;
            change(rooms, caller, request.held ? u"daemon.hold"_s : u"daemon.release"_s, {}, flags,
                   answer);
        });
    router.handle<PauseEverything>(
        {.who = Who::Operator, .everywhere = true},
        [&rooms](const Caller &caller, const PauseEverything &request, const Answer<Done> &answer) {
            Flags flags = rooms.batches.flags();
            flags.paused = request.paused;
            change(rooms, caller, request.paused ? u"daemon.pause"_s : u"daemon.resume"_s, {},
                   flags, answer);
        });
    router.handle<HoldProject>(
        {.who = Who::Operator},
        [&rooms](const Caller &caller, const HoldProject &request, const Answer<Done> &answer) {
            if (const Result<void> may = mayChange(rooms, caller, request.project); !may) {
                answer(may.error());
                return;
            }
            Flags flags = rooms.batches.flags();
            flags.hold(request.project, request.held);
            change(rooms, caller, request.held ? u"project.hold"_s : u"project.release"_s,
                   request.project, flags, answer);
        });
    router.handle<PauseProject>(
        {.who = Who::Operator},
        [&rooms](const Caller &caller, const PauseProject &request, const Answer<Done> &answer) {
            if (const Result<void> may = mayChange(rooms, caller, request.project); !may) {
                answer(may.error());
                return;
            }
            Flags flags = rooms.batches.flags();
            flags.pause(request.project, request.paused);
            change(rooms, caller, request.paused ? u"project.pause"_s : u"project.resume"_s,
                   request.project, flags, answer);
        });
}

} // namespace Drover
