#pragma once

#include "backend/api/rooms.h"
#include "backend/api/router.h"
#include "backend/store/queries.h"

namespace Drover {

class BlobDesk;
class Feed;
class OutputDesk;
class PasswordQueue;
class Sessions;
class Windows;

// One function per noun puts its methods into the router; handlers.cpp lists them. Every handler
// runs in the state thread, puts its rows on the stage, and answers when they are committed.

void handleSessions(Router &router, Rooms &rooms, Sessions &sessions,
                    const std::shared_ptr<PasswordQueue> &passwords);
void handleUsers(Router &router, Rooms &rooms, Sessions &sessions,
                 const std::shared_ptr<PasswordQueue> &passwords);
void handleTokens(Router &router, Rooms &rooms, Sessions &sessions);
void handleProjects(Router &router, Rooms &rooms);
void handleDaemon(Router &router, Rooms &rooms);
void handleSubmissions(Router &router, Rooms &rooms, BlobDesk &blobs);
void handleBlobs(Router &router, BlobDesk &blobs);
void handleTasks(Router &router, Rooms &rooms, BlobDesk &blobs);
void handleBatches(Router &router, Rooms &rooms);
void handleFlags(Router &router, Rooms &rooms);
void handlePools(Router &router, Rooms &rooms);
void handleExplanations(Router &router, Rooms &rooms);
void handleSeries(Router &router, Rooms &rooms);
void handleGauges(Router &router, Rooms &rooms);
void handleStrays(Router &router, Rooms &rooms);
void handleMachines(Router &router, Rooms &rooms, Sessions &sessions);
void handleAgents(Router &router, Rooms &rooms, Sessions &sessions, OutputDesk &outputs);
void handleOperations(Router &router, Rooms &rooms);
void handleOutputs(Router &router, OutputDesk &outputs);

void handleFeed(Router &router, Rooms &rooms, Sessions &sessions, Feed &feed, Windows &windows);

void handleEverything(Router &router, Rooms &rooms, Sessions &sessions, OutputDesk &outputs,
                      BlobDesk &blobs, Feed &feed, Windows &windows);

/// What lists may show to this caller.
ListScope scopeOf(const Rooms &rooms, const Caller &caller);

/// Who asks, as an operation keeps it.
StoredOperation askedBy(const Caller &caller);

/// Answers `reply` once the present stage is durable, or says why it is not.
template <typename Reply>
void answerWhenCommitted(Rooms &rooms, const Answer<Reply> &answer, const Reply &reply)
{
    rooms.store.stage().whenCommitted([answer, reply](const Result<void> &done) {
        if (done)
            answer(reply);
        else
            answer(done.error());
    });
}

} // namespace Drover
