#include "ui/batches/causemodel.h"

#include "ui/widgets/words.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QList<Column> causeColumns()
{
    return {
        {.id = u"count"_s, .title = CauseModel::tr("Failed"), .kind = CellKind::Number, .width = 64},
        {.id = u"part"_s, .title = CauseModel::tr("Of all failures"), .kind = CellKind::Progress, .width = 130},
        {.id = u"end"_s, .title = CauseModel::tr("How it ended"), .kind = CellKind::State, .width = 150},
        {.id = u"line"_s, .title = CauseModel::tr("Last line"), .width = 320, .stretches = true},
        {.id = u"shared"_s, .title = CauseModel::tr("What they share"), .width = 240},
        {.id = u"first"_s, .title = CauseModel::tr("First"), .width = 84},
        {.id = u"last"_s, .title = CauseModel::tr("Last"), .width = 84},
    };
}

} // namespace

QString wordsOfShared(const QList<SharedTrait> &shared)
{
    QStringList words;
    for (const SharedTrait &trait : shared) {
        const QString what = trait.name.startsWith(u"label.") ? trait.name.sliced(6) : trait.name;
        words.append(trait.others == 0 ? CauseModel::tr("%1 %2, and no other task has it").arg(what, trait.value)
                                       : CauseModel::tr("%1 %2, as %n other(s)", nullptr, int(trait.others)).arg(what, trait.value));
    }
    return words.join(u"; "_s);
}

CauseModel::CauseModel(QObject *parent) : KeyedModel(causeColumns(), parent) { }

void CauseModel::setCauses(const CauseList &list)
{
    QList<quint64> keys;
    m_causes.clear();
    m_failed = list.failed;
    for (const Cause &cause : list.causes) {
        // One key may stand for several exits: the most frequent speaks for them.
        if (m_causes.contains(cause.key)) {
            m_causes[cause.key].count += cause.count;
            continue;
        }
        m_causes.insert(cause.key, cause);
        keys.append(cause.key);
    }
    setKeys(keys);
    touchAll();
}

void CauseModel::setNow(Instant now, bool utc)
{
    m_now = now;
    m_utc = utc;
    touchAll();
}

const Cause *CauseModel::causeAt(int row) const
{
    if (row < 0 || row >= rowCount())
        return nullptr;
    const auto found = m_causes.constFind(keyAt(row));
    return found == m_causes.cend() ? nullptr : &*found;
}

Cell CauseModel::cell(int row, int column) const
{
    const Cause *cause = causeAt(row);
    if (!cause)
        return {};
    const QString &id = columnAt(column).id;
    if (id == u"count")
        return {.text = wordsOfCount(cause->count), .tint = Tint::Failed, .strong = true};
    if (id == u"part") {
        const double part = m_failed > 0 ? double(cause->count) / double(m_failed) : 0;
        return {.text = tr("%1%").arg(qRound(100 * part)), .part = part, .barTint = Tint::Failed};
    }
    if (id == u"end")
        return {.text = titleOfEnd(cause->reason, cause->exitCode, cause->signal), .tint = Tint::Failed,
                .icon = u"state-failed"_s};
    if (id == u"line")
        return {.text = cause->lastLine, .tip = cause->lastLine};
    if (id == u"shared")
        return {.text = wordsOfShared(cause->shared), .tint = Tint::Text2, .tip = wordsOfShared(cause->shared)};
    const Instant at = id == u"first" ? cause->first : cause->last;
    return {.text = wordsOfTime(at, m_now, m_utc), .tint = Tint::Text2, .tip = wordsOfMoment(at, m_utc)};
}

} // namespace Drover
