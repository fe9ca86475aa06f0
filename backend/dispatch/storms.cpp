#include "backend/dispatch/storms.h"

#include "backend/base/logging.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

Storms::Storms(const Fleet &fleet, const Clock &clock, const StormSettings &settings)
    : m_fleet(fleet)
    , m_clock(clock)
    , m_settings(settings)
{
}

void Storms::clear()
{
    m_storms.clear();
    m_counted.clear();
    m_over.clear();
}

bool Storms::isSilent(const MachineRecord &machine) const
{
    return !machine.saidGoodbye && m_clock.steady() - machine.lastContact >= m_settings.silence;
}

Loss Storms::judge(const MachineRecord &machine)
{
    if (!machine.saidGoodbye) {
        for (const QString &pool : machine.row.pools)
            look(pool, machine);
    }
    if (isWaiting(machine.row.id))
        return Loss::InStorm;
    return m_counted.contains(machine.row.id) ? Loss::AfterStorm : Loss::Alone;
}

// Those that fell silent together with this machine, against those that were there just before.
void Storms::look(const QString &pool, const MachineRecord &machine)
{
    int members = 0;
    QSet<MachineId> lost;
    for (const MachineRecord &other : m_fleet.all()) {
        const bool wasThere = other.lastContact + m_settings.window >= machine.lastContact;
        if (!other.row.pools.contains(pool) || !wasThere || other.saidGoodbye)
            continue;
        ++members;
        const bool together = other.lastContact <= machine.lastContact + m_settings.window;
        if (together && isSilent(other) && !m_counted.contains(other.row.id))
            lost.insert(other.row.id);
    }
    const auto known = m_storms.find(pool);
    if (known != m_storms.end()) {
        known->second.lost += lost;
        m_counted += lost;
        return;
    }
    if (members < m_settings.leastMachines || m_settings.oneIn * lost.size() <= members)
        return;
    logWarning(LogCategory::Dispatch,
               u"many machines of a pool were lost at once; what ran there waits",
               {{"pool"_L1, pool},
                {"lost"_L1, QString::number(lost.size())},
                {"of"_L1, QString::number(members)}});
    m_counted += lost;
    m_storms[pool] = {.pool = pool,
                      .lost = lost,
                      .until = m_clock.steady() + m_settings.patience,
                      .began = m_clock.now(),
                      .ends = m_clock.now() + m_settings.patience};
}

bool Storms::isWaiting(MachineId machine) const
{
    return std::ranges::any_of(
        m_storms, [&](const auto &each) { return each.second.lost.contains(machine); });
}

QList<MachineId> Storms::over()
{
    const SteadyInstant now = m_clock.steady();
    for (auto it = m_storms.begin(); it != m_storms.end();) {
        const Storm &storm = it->second;
        const bool allBack = std::ranges::none_of(storm.lost, [&](MachineId id) {
            const MachineRecord *machine = m_fleet.find(id);
            return machine && isSilent(*machine);
        });
        if (storm.until > now && !allBack) {
            ++it;
            continue;
        }
        logInfo(LogCategory::Dispatch, u"the storm is over", {{"pool"_L1, storm.pool}});
        m_over += storm.lost.values();
        it = m_storms.erase(it);
    }
    return std::exchange(m_over, {});
}

Result<void> Storms::resume(const QString &pool)
{
    const auto storm = m_storms.find(pool);
    if (storm == m_storms.end())
        return fail(ErrorCode::NotFound,
                    u"nothing waits in pool %1; drover pools shows them all"_s.arg(pool));
    m_over += storm->second.lost.values();
    m_storms.erase(storm);
    return {};
}

QList<Storms::Storm> Storms::all() const
{
    QList<Storm> all;
    for (const auto &[pool, storm] : m_storms)
        all.append(storm);
    return all;
}

} // namespace Drover
