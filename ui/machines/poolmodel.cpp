#include "ui/machines/poolmodel.h"

#include "ui/widgets/words.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QList<Column> poolColumns()
{
    return {
        {.id = u"name"_s, .title = PoolModel::tr("Pool"), .width = 180, .stretches = true},
        {.id = u"machines"_s, .title = PoolModel::tr("Machines"), .kind = CellKind::Number, .width = 84},
        {.id = u"online"_s, .title = PoolModel::tr("Online"), .kind = CellKind::Number, .width = 72},
        {.id = u"slots"_s, .title = PoolModel::tr("Slots"), .kind = CellKind::Slots, .width = 130},
        {.id = u"storm"_s, .title = PoolModel::tr("Storm"), .kind = CellKind::State, .width = 420},
    };
}

} // namespace

PoolModel::PoolModel(QObject *parent) : KeyedModel(poolColumns(), parent) { }

void PoolModel::setPools(const QList<Pool> &pools, Instant now, bool utc)
{
    QStringList names;
    m_pools.clear();
    m_now = now;
    m_utc = utc;
    for (const Pool &pool : pools) {
        names.append(pool.name);
        m_pools.insert(pool.name, pool);
    }
    names.sort(Qt::CaseInsensitive);
    setKeys(names);
    touchAll();
}

const Pool *PoolModel::poolAt(int row) const
{
    if (row < 0 || row >= rowCount())
        return nullptr;
    const auto found = m_pools.constFind(keyAt(row));
    return found == m_pools.cend() ? nullptr : &*found;
}

Cell PoolModel::cell(int row, int column) const
{
    const Pool *pool = poolAt(row);
    if (!pool)
        return {};
    const QString &id = columnAt(column).id;
    if (id == u"name")
        return {.text = pool->name, .strong = true};
    if (id == u"machines")
        return {.text = wordsOfCount(pool->machines)};
    if (id == u"online")
        return {.text = wordsOfCount(pool->online), .tint = pool->online == pool->machines ? Tint::Text1 : Tint::Text2};
    if (id == u"slots")
        return pool->slotCount == 0 ? Cell {.text = tr("no slots"), .tint = Tint::Text3}
                                    : Cell {.text = u"%1/%2"_s.arg(pool->slotsUsed).arg(pool->slotCount),
                                            .used = std::min(pool->slotsUsed, pool->slotCount),
                                            .all = pool->slotCount};
    if (!isSet(pool->stormBegan))
        return {};
    return {.text = tr("%n machine(s) lost at once", nullptr, pool->lost) + u"; "_s
                + tr("%n task(s) wait until %1, or for a person", nullptr, pool->waiting)
                      .arg(wordsOfClock(pool->stormEnds, m_utc)),
            .tint = Tint::Lost,
            .icon = u"machine-lost"_s};
}

} // namespace Drover
