#pragma once

// Pools: the machines that batches may use.

#include "backend/protocol/envelope.h"

namespace Drover {

/// A pool is there as soon as a machine is in it, or a batch names it.
struct Pool
{
    QString name;
    int machines = 0;
    int online = 0;
    int slotCount = 0; ///< of those online
    int slotsUsed = 0;
    int lost = 0; ///< in the storm
    Instant stormBegan; ///< never: there is none
    Instant stormEnds;
    int waiting = 0; ///< attempts whose lease has ended and that wait for the storm's end

    static constexpr auto fields()
    {
        return fieldList(
            field("name", &Pool::name), field("machines", &Pool::machines),
            field("online", &Pool::online),
            field("slots", &Pool::slotCount, "of the machines online"),
            field("slotsUsed", &Pool::slotsUsed),
            field("lost", &Pool::lost, "machines lost at once, whose work waits for a person"),
            field("stormBegan", &Pool::stormBegan),
            field("stormEnds", &Pool::stormEnds, "by itself"),
            field("waiting", &Pool::waiting, "attempts that are queued again when it is over"));
    }
    friend bool operator==(const Pool &, const Pool &) = default;
};

struct PoolList
{
    QList<Pool> pools;

    static constexpr auto fields() { return fieldList(field("pools", &PoolList::pools)); }
    friend bool operator==(const PoolList &, const PoolList &) = default;
};

struct ListPools
{
    static constexpr QLatin1StringView method{"pool.list"};
    static constexpr std::string_view words
        = "All pools, with their slots, and whether a storm is on.";
    using Reply = PoolList;
    static constexpr auto fields() { return fieldList(); }
    friend bool operator==(const ListPools &, const ListPools &) = default;
};

struct ResumePool
{
    static constexpr QLatin1StringView method{"pool.resume"};
    static constexpr std::string_view words
        = "Queues again what waits because many machines of the pool were lost at once.";
    using Reply = Done;
    QString pool;

    static constexpr auto fields() { return fieldList(field("pool", &ResumePool::pool)); }
    friend bool operator==(const ResumePool &, const ResumePool &) = default;
};

} // namespace Drover
