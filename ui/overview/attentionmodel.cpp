#include "ui/overview/attentionmodel.h"

#include "ui/widgets/words.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QList<Column> attentionColumns()
{
    return {
        {.id = u"what"_s, .title = AttentionModel::tr("What"), .width = 420, .stretches = true},
        {.id = u"remedy"_s, .title = AttentionModel::tr("What to do"), .width = 420},
        {.id = u"since"_s, .title = AttentionModel::tr("Since"), .kind = CellKind::Number, .width = 110},
    };
}

void addMachines(const Mirror &mirror, QList<AttentionItem> &items)
{
    const QString version = mirror.status().version;
    for (const Machine &machine : mirror.machines()) {
        AttentionItem item {.id = u"machine%1"_s.arg(machine.id.value), .link = linkTo(u"machine"_s, machine.id.value)};
        if (machine.state == MachineState::Lost || machine.state == MachineState::Silent) {
            const StateLook look = lookOf(machine.state);
            item.icon = look.icon;
            item.tint = look.tint;
            item.what = AttentionModel::tr("%1 is out of contact").arg(machine.name);
            item.remedy = AttentionModel::tr("Look at the machine and its agent; it comes back by itself");
            item.since = machine.lastContact;
            items.append(item);
        } else if (!version.isEmpty() && !machine.facts.agentVersion.isEmpty() && machine.facts.agentVersion != version) {
            item.icon = u"machine-silent"_s;
            item.tint = Tint::Silent;
            item.what = AttentionModel::tr("The agent of %1 is %2, the daemon %3").arg(machine.name, machine.facts.agentVersion, version);
            item.remedy = AttentionModel::tr("Upgrade the older one; tasks go on meanwhile");
            items.append(item);
        }
    }
}

void addBatches(const Mirror &mirror, QList<AttentionItem> &items)
{
    for (const Batch &batch : mirror.batches()) {
        if (isSet(batch.ended))
            continue;
        AttentionItem item {.id = u"batch%1"_s.arg(batch.id.value), .since = batch.created, .link = linkTo(u"batch"_s, batch.id.value)};
        const qint64 failed = batch.counts[TaskState::Failed];
        const BatchState state = stateOf(batch);
        if (failed > 0) {
            item.icon = u"state-failed"_s;
            item.tint = Tint::Failed;
            item.what = AttentionModel::tr("%n task(s) of %1 failed", nullptr, int(failed)).arg(batch.name);
            item.remedy = AttentionModel::tr("Look at the causes; retry what failed alike");
            item.link.part = u"causes"_s;
        } else if (state == BatchState::Held || state == BatchState::Paused) {
            const StateLook look = lookOf(state);
            item.icon = look.icon;
            item.tint = look.tint;
            item.what = AttentionModel::tr("%1 is %2, %n task(s) wait", nullptr, int(batch.counts.total() - batch.counts.finished()))
                            .arg(batch.name, look.word.toLower());
            item.remedy = state == BatchState::Held ? AttentionModel::tr("Release it when it may go on")
                                                    : AttentionModel::tr("Resume it when it may go on");
        } else {
            continue;
        }
        items.append(item);
    }
}

void addDaemon(const Mirror &mirror, QList<AttentionItem> &items)
{
    for (const Attention &attention : mirror.status().attention) {
        items.append({.id = u"daemon "_s + attention.what, .icon = u"bell"_s, .tint = Tint::Paused, .what = attention.what,
                      .remedy = attention.remedy});
    }
    for (const Pool &pool : mirror.pools()) {
        if (!isSet(pool.stormBegan))
            continue;
        items.append({.id = u"pool "_s + pool.name, .icon = u"machine-lost"_s, .tint = Tint::Lost,
                      .what = AttentionModel::tr("%n machine(s) of pool %1 were lost at once", nullptr, pool.lost).arg(pool.name),
                      .remedy = AttentionModel::tr("End the storm in the list of pools to queue what waits"),
                      .since = pool.stormBegan,
                      .link = {.kind = u"pool"_s, .id = pool.name}});
    }
}

} // namespace

QList<AttentionItem> attentionOf(const Mirror &mirror)
{
    QList<AttentionItem> items;
    addDaemon(mirror, items);
    addMachines(mirror, items);
    addBatches(mirror, items);
    std::ranges::stable_sort(items, {}, &AttentionItem::since);
    return items;
}

AttentionModel::AttentionModel(QObject *parent) : KeyedModel(attentionColumns(), parent) { }

void AttentionModel::setItems(const QList<AttentionItem> &items, Instant now, bool utc)
{
    QStringList keys;
    m_items.clear();
    m_now = now;
    m_utc = utc;
    for (const AttentionItem &item : items) {
        if (m_items.contains(item.id))
            continue;
        m_items.insert(item.id, item);
        keys.append(item.id);
    }
    setKeys(keys);
    touchAll();
}

const AttentionItem *AttentionModel::itemAt(int row) const
{
    if (row < 0 || row >= rowCount())
        return nullptr;
    const auto found = m_items.constFind(keyAt(row));
    return found == m_items.cend() ? nullptr : &*found;
}

Cell AttentionModel::cell(int row, int column) const
{
    const AttentionItem *item = itemAt(row);
    if (!item)
        return {};
    const QString &id = columnAt(column).id;
    if (id == u"what")
        return {.text = item->what, .icon = item->icon, .tip = item->what};
    if (id == u"remedy")
        return {.text = item->remedy, .tint = Tint::Text2, .tip = item->remedy};
    if (!isSet(item->since))
        return {.text = u"—"_s, .tint = Tint::Text3};
    return {.text = wordsOfDuration(m_now - item->since), .tint = Tint::Text2, .tip = wordsOfMoment(item->since, m_utc)};
}

} // namespace Drover
