#include "ui/machines/straymodel.h"

#include "ui/widgets/words.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QList<Column> strayColumns()
{
    return {
        {.id = u"machine"_s, .title = StrayModel::tr("Machine"), .width = 150},
        {.id = u"task"_s, .title = StrayModel::tr("Task"), .kind = CellKind::Id, .width = 110},
        {.id = u"attempt"_s, .title = StrayModel::tr("Attempt"), .kind = CellKind::Number, .width = 76},
        {.id = u"state"_s, .title = StrayModel::tr("State"), .kind = CellKind::State, .width = 150},
        {.id = u"line"_s, .title = StrayModel::tr("Last line"), .width = 300, .stretches = true},
        {.id = u"seen"_s, .title = StrayModel::tr("First seen"), .width = 110},
    };
}

} // namespace

StrayModel::StrayModel(QObject *parent) : KeyedModel(strayColumns(), parent) { }

void StrayModel::setStrays(const QList<Stray> &strays, const QHash<MachineId, QString> &names, Instant now, bool utc)
{
    QList<StrayKey> keys;
    m_strays.clear();
    m_names = names;
    m_now = now;
    m_utc = utc;
    for (const Stray &stray : strays) {
        const StrayKey key {stray.machine, stray.id()};
        if (!m_strays.contains(key))
            keys.append(key);
        m_strays.insert(key, stray);
    }
    setKeys(keys);
    touchAll();
}

const Stray *StrayModel::strayAt(int row) const
{
    if (row < 0 || row >= rowCount())
        return nullptr;
    const auto found = m_strays.constFind(keyAt(row));
    return found == m_strays.cend() ? nullptr : &*found;
}

Cell StrayModel::cell(int row, int column) const
{
    const Stray *stray = strayAt(row);
    if (!stray)
        return {};
    const QString &id = columnAt(column).id;
    if (id == u"machine")
        return {.text = m_names.value(stray->machine, QString::number(stray->machine.value))};
    if (id == u"task")
        return {.text = groupedId(stray->task.value)};
    if (id == u"attempt")
        return {.text = QString::number(stray->n)};
    if (id == u"line")
        return {.text = stray->lastLine, .tint = Tint::Text2};
    if (id == u"seen")
        return {.text = wordsOfTime(stray->seen, m_now, m_utc), .tint = Tint::Text2, .tip = wordsOfMoment(stray->seen, m_utc)};
    const StateLook look = lookOf(stray->state);
    if (stray->adopted)
        return {.text = tr("Adopted"), .tint = Tint::Text2, .icon = look.icon};
    if (stray->endReason == EndReason::None)
        return {.text = look.word, .tint = look.tint, .icon = look.icon};
    const bool isGood = stray->endReason == EndReason::Exited && stray->exitCode.value_or(0) == 0;
    const QString words = wordsOfEnd(stray->endReason, stray->exitCode, 0);
    return {.text = words.isEmpty() ? tr("Ended") : words, .tint = isGood ? Tint::Succeeded : Tint::Failed,
            .icon = isGood ? u"state-succeeded"_s : u"state-failed"_s};
}

} // namespace Drover
