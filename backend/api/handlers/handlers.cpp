#include "backend/api/handlers/handlers.h"

namespace Drover {

void handleEverything(Router &router, Rooms &rooms, Sessions &sessions, OutputDesk &outputs)
{
    handleSessions(router, rooms, sessions);
    handleDaemon(router, rooms);
    handleSubmissions(router, rooms);
    handleTasks(router, rooms);
    handleBatches(router, rooms);
    handleMachines(router, rooms, sessions);
    handleAgents(router, rooms, sessions, outputs);
    handleOutputs(router, outputs);
}

ListScope scopeOf(const Rooms &rooms, const Caller &caller)
{
    return {.projects = caller.project == u"*" ? QStringList() : QStringList {caller.project},
            .hiddenSubmissions = rooms.submissions.open()};
}

} // namespace Drover
