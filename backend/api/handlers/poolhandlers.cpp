#include "backend/api/handlers/handlers.h"
#include "backend/protocol/poolrequests.h"

#include <map>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

void addMachine(Pool &pool, const Machine &machine)
{
    ++pool.machines;
    if (machine.state != MachineState::Online && machine.state != MachineState::Draining)
        return;
    ++pool.online;
    pool.slotCount += machine.slotCount;
    pool.slotsUsed += machine.slotsUsed;
}

// Of the machines and batches that the caller may see.
PoolList poolsOf(const Rooms &rooms, const Caller &caller)
{
    const QStringList seen = rooms.access.scopeFor(caller, Verb::View);
    const auto sees = [&seen](const QString &project) {
        return seen.isEmpty() || project == u"*" || seen.contains(project);
    };
    std::map<QString, Pool> pools;
    for (const MachineRecord &machine : rooms.fleet.all()) {
        if (!sees(machine.row.project))
            continue;
        for (const QString &pool : machine.row.pools)
            addMachine(pools[pool], rooms.fleet.shown(machine));
    }
    for (const Batch &batch : rooms.batches.all()) {
        for (const QString &pool : sees(batch.project) ? batch.pools : QStringList())
            pools[pool]; // named, and no machine is in it
    }
    for (const Storms::Storm &storm : rooms.dispatcher.storms()) {
        Pool &pool = pools[storm.pool];
        pool.lost = int(storm.lost.size());
        pool.stormBegan = storm.began;
        pool.stormEnds = storm.ends;
        for (const MachineId machine : storm.lost)
            pool.waiting += rooms.attempts.waitingOn(machine);
    }
    PoolList list;
    for (auto &[name, pool] : pools) {
        pool.name = name;
        list.pools.append(pool);
    }
    return list;
}

} // namespace

void handlePools(Router &router, Rooms &rooms)
{
    router.handle<ListPools>({.who = Who::Viewer},
                             [&rooms](const Caller &caller, const ListPools &,
                                      const Answer<PoolList> &answer) { answer(poolsOf(rooms, caller)); });
    router.handle<ResumePool>(
        {.who = Who::Operator, .everywhere = true},
        [&rooms](const Caller &caller, const ResumePool &request, const Answer<Done> &answer) {
            if (const Result<void> done = rooms.dispatcher.resumePool(request.pool); !done) {
                answer(done.error());
                return;
            }
            rooms.access.audit(caller, u"pool.resume"_s, request.pool, u"done"_s);
            answerWhenCommitted(rooms, answer, Done{});
        });
}

} // namespace Drover
