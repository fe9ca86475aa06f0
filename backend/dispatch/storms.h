#pragma once

#include "backend/fleet/fleet.h"
#include "backend/queue/attempts.h"

#include <QtCore/QSet>

#include <map>

namespace Drover {

struct StormSettings
{
    std::chrono::milliseconds window{60'000}; ///< losses this close belong together
    std::chrono::milliseconds patience{900'000}; ///< it ends by itself after that
    std::chrono::milliseconds silence{4'000}; ///< two beats that did not come
    int leastMachines = 5; ///< smaller pools have no storms
    int oneIn = 3; ///< more than that share of a pool is a storm
};

/// Losing many machines of a pool at once is the network's or the room's doing, and answering it
/// by starting everything again elsewhere would make it worse; life.md, Storm.
///
/// A storm begins when more than a share (a third) of a pool's machines fell silent within a window
/// (a minute), with the first lease that ends on one of them. It is over when a person says so, when all of them are
/// back, or after the patience. Lives in the state thread.
class Storms
{
public:
    Storms(const Fleet &fleet, const Clock &clock, const StormSettings &settings = {});

    struct Storm
    {
        QString pool;
        QSet<MachineId> lost;
        SteadyInstant until;
        Instant began;
        Instant ends; ///< by itself
    };

    void clear();

    /// A lease on that machine has ended: what is to become of its attempts.
    Loss judge(const MachineRecord &machine);
    bool isWaiting(MachineId machine) const;

    /// The machines whose attempts need not wait any more: storms that are over since the last
    /// time.
    QList<MachineId> over();
    /// A person lets it go on. NotFound when there is no storm in that pool.
    Result<void> resume(const QString &pool);
    /// A machine is back: it may be lost again, and counts anew.
    void returned(MachineId machine) { m_counted.remove(machine); }

    QList<Storm> all() const;

private:
    bool isSilent(const MachineRecord &machine) const;
    void look(const QString &pool, const MachineRecord &machine);

    const Fleet &m_fleet;
    const Clock &m_clock;
    StormSettings m_settings;
    std::map<QString, Storm> m_storms; // by pool
    QSet<MachineId> m_counted; // lost in a storm, and not back yet
    QList<MachineId> m_over;
};

} // namespace Drover
