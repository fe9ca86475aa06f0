#include "backend/api/handlers/handlers.h"
#include "backend/protocol/outputrequests.h"

#include "backend/api/history.h"
#include "backend/api/outputdesk.h"
#include "backend/api/sessions.h"

using namespace Qt::StringLiterals;

namespace Drover {

void handleAgents(Router &router, Rooms &rooms, Sessions &sessions, OutputDesk &outputs)
{
    router.handle<AgentHello>(
        {.who = Who::Agent},
        [&rooms, &sessions](const Caller &caller, const AgentHello &hello,
                            const Answer<AgentWelcome> &answer) {
            beginEpochWhenSetBack(rooms, sessions, caller, hello.epoch, hello.revision);
            answerWhenCommitted(rooms, answer,
                                rooms.dispatcher.hello(caller.machine, caller.address, hello));
        });
    router.listen<AgentReports>([&rooms](const Caller &caller, const AgentReports &reports) {
        rooms.dispatcher.reports(caller.machine, reports.reports);
    });
    router.listen<OutputChunk>([&rooms, &outputs](const Caller &caller, const OutputChunk &chunk) {
        rooms.fleet.contact(caller.machine);
        outputs.take(caller.machine, chunk);
    });
    router.listen<AgentBeat>([&rooms, &sessions](const Caller &caller, const AgentBeat &beat) {
        rooms.dispatcher.beat(caller.machine, beat);
        sessions.sendTo(caller.machine,
                        notificationFrame(AgentBeatAck::method, encode(AgentBeatAck{beat.bootTime, rooms.store.committedRevision()}),
                                          WireFormat::Cbor));
    });
    router.listen<AgentGoodbye>([&rooms](const Caller &caller, const AgentGoodbye &) {
        rooms.dispatcher.left(caller.machine, Fleet::Leaving::Goodbye);
    });
}

void handleOutputs(Router &router, OutputDesk &outputs)
{
    router.handle<ReadOutput>(
        {.who = Who::Viewer},
        [&outputs](const Caller &caller, const ReadOutput &request,
                   const Answer<OutputPiece> &answer) { outputs.read(caller, request, answer); });
    router.handle<GetOutputInfo>(
        {.who = Who::Viewer},
        [&outputs](const Caller &caller, const GetOutputInfo &request,
                   const Answer<OutputInfo> &answer) { outputs.info(caller, request, answer); });
    router.handle<LocateOutput>(
        {.who = Who::Viewer},
        [&outputs](const Caller &caller, const LocateOutput &request,
                   const Answer<OutputPlace> &answer) { outputs.locate(caller, request, answer); });
    router.handle<FindOutput>(
        {.who = Who::Viewer},
        [&outputs](const Caller &caller, const FindOutput &request,
                   const Answer<FoundOutputs> &answer) { outputs.find(caller, request, answer); });
}

} // namespace Drover
