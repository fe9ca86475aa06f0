#include "backend/api/handlers/handlers.h"

#include "backend/api/passwordqueue.h"
#include "backend/api/sessions.h"

namespace Drover {

void handleEverything(Router &router, Rooms &rooms, Sessions &sessions, OutputDesk &outputs,
                      BlobDesk &blobs, Feed &feed, Windows &windows)
{
    const auto passwords = std::make_shared<PasswordQueue>(rooms.authThread, sessions);
    handleSessions(router, rooms, sessions, passwords);
    handleUsers(router, rooms, sessions, passwords);
    handleTokens(router, rooms, sessions);
    handleProjects(router, rooms);
    handleDaemon(router, rooms);
    handleSubmissions(router, rooms, blobs);
    handleBlobs(router, blobs);
    handleTasks(router, rooms, blobs);
    handleBatches(router, rooms);
    handleFlags(router, rooms);
    handlePools(router, rooms);
    handleExplanations(router, rooms);
    handleGauges(router, rooms);
    handleStrays(router, rooms);
    handleSeries(router, rooms);
    handleMachines(router, rooms, sessions);
    handleOperations(router, rooms);
    handleAgents(router, rooms, sessions, outputs);
    handleOutputs(router, outputs);
    handleFeed(router, rooms, sessions, feed, windows);
}

ListScope scopeOf(const Rooms &rooms, const Caller &caller)
{
    return {.projects = rooms.access.scopeFor(caller, Verb::View),
            .hiddenSubmissions = rooms.submissions.open()};
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
