#include "backend/api/handlers/handlers.h"

namespace Drover {

void handleEverything(Router &router, Rooms &rooms, Sessions &sessions, OutputDesk &outputs,
                      Feed &feed, Windows &windows)
{
    handleSessions(router, rooms, sessions);
    handleDaemon(router, rooms);
    handleSubmissions(router, rooms);
    handleTasks(router, rooms);
    handleBatches(router, rooms);
    handleFlags(router, rooms);
    handlePools(router, rooms);
    handleExplanations(router, rooms);
    handleStrays(router, rooms);
    handleMachines(router, rooms, sessions);
    handleOperations(router, rooms);
    handleAgents(router, rooms, sessions, outputs);
    handleOutputs(router, outputs);
    handleFeed(router, rooms, sessions, feed, windows);
}

ListScope scopeOf(const Rooms &rooms, const Caller &caller)
{
    return {.projects = projectsOf(caller), .hiddenSubmissions = rooms.submissions.open()};
}

StoredOperation askedBy(const Caller &caller)
{
    StoredOperation stored;
    stored.user = caller.user;
    stored.operation.user = caller.name;
    stored.address = caller.address;
    stored.program = caller.program;
    return stored;
}

} // namespace Drover
