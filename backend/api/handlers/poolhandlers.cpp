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

PoolList poolsOf(const Rooms &rooms)
{
    std::map<QString, Pool> pools;
    for (const MachineRecord &machine : rooms.fleet.all()) {
        for (const QString &pool : machine.row.pools)
            addMachine(pools[pool], rooms.fleet.shown(machine));
    }
    for (const Batch &batch : rooms.batches.all()) {
        for (const QString &pool : batch.pools)
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
                             [&rooms](const Caller &, const ListPools &,
                                      const Answer<PoolList> &answer) { answer(poolsOf(rooms)); });
    router.handle<ResumePool>(
        {.who = Who::Operator},
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
