#include "ui/batches/batchmodel.h"

#include "ui/widgets/naturalorder.h"
#include "ui/widgets/words.h"

#include <QtCore/QDateTime>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QList<Column> batchColumns()
{
    const auto number = [](const QString &id, const QString &title, int width) {
        return Column {.id = id, .title = title, .kind = CellKind::Number, .width = width, .order = id, .falls = true};
    };
    return {
        {.id = u"name"_s, .title = BatchModel::tr("Name"), .width = 300, .order = u"name"_s, .stretches = true,
         .elide = Qt::ElideMiddle},
        {.id = u"state"_s, .title = BatchModel::tr("State"), .kind = CellKind::State, .width = 104, .order = u"state"_s},
        {.id = u"bar"_s, .title = BatchModel::tr("Tasks by state"), .kind = CellKind::Bar, .width = 232},
        number(u"done"_s, BatchModel::tr("Done"), 62),
        number(u"failed"_s, BatchModel::tr("Failed"), 62),
        number(u"running"_s, BatchModel::tr("Running"), 70),
        number(u"waiting"_s, BatchModel::tr("Waiting"), 76),
        {.id = u"eta"_s, .title = BatchModel::tr("ETA"), .kind = CellKind::Number, .width = 86, .order = u"eta"_s,
         .words = BatchModel::tr("When it would be through, as fast as in the last ten minutes")},
        {.id = u"owner"_s, .title = BatchModel::tr("Owner"), .width = 86, .order = u"owner"_s},
        {.id = u"created"_s, .title = BatchModel::tr("Created"), .width = 96, .order = u"created"_s, .falls = true},
        number(u"priority"_s, BatchModel::tr("Priority"), 66),
        {.id = u"project"_s, .title = BatchModel::tr("Project"), .width = 90, .shown = false, .order = u"project"_s},
        {.id = u"tasks"_s, .title = BatchModel::tr("Tasks"), .kind = CellKind::Number, .width = 76, .shown = false,
         .order = u"tasks"_s, .falls = true},
        {.id = u"ended"_s, .title = BatchModel::tr("Ended"), .width = 96, .shown = false, .order = u"ended"_s, .falls = true},
        {.id = u"pools"_s, .title = BatchModel::tr("Pools"), .width = 100, .shown = false},
    };
}

qint64 notStarted(const StateCounts &counts)
{
    return counts.total() - counts.finished() - counts.started();
}

double donePart(const StateCounts &counts)
{
    return counts.total() > 0 ? double(counts.finished()) / double(counts.total()) : 0;
}

// A step is shown as a batch would be that had its tasks alone.
BatchState stateOf(const BatchStep &step)
{
    Batch batch;
    batch.counts = step.counts;
    return stateOf(batch);
}

} // namespace

QString wordsOfEta(Instant through, Instant now, bool utc)
{
    const auto shown = [utc](Instant instant) {
        const QDateTime at = QDateTime::fromMSecsSinceEpoch(toMicroseconds(instant) / 1000, Qt::UTC);
        return utc ? at : at.toLocalTime();
    };
    const QDateTime at = shown(through);
    return at.toString(at.date() == shown(now).date() ? u"HH:mm"_s : u"d MMM HH:mm"_s);
}

BatchModel::BatchModel(QObject *parent) : KeyedModel(batchColumns(), parent) { }

void BatchModel::reset(const QMap<BatchId, Batch> &batches)
{
    m_batches = batches;
    m_steps.removeIf([&](const auto &steps) { return !batches.contains(steps.key()); });
    settle();
    touchAll();
}

void BatchModel::apply(const BatchChanges &changes)
{
    for (const Batch &batch : changes.added)
        m_batches.insert(batch.id, batch);
    for (const Batch &batch : changes.changed)
        m_batches.insert(batch.id, batch);
    if (!changes.removed.isEmpty()) {
        for (const BatchId id : changes.removed) {
            m_batches.remove(id);
            m_steps.remove(id);
            m_open.remove(id);
        }
        QList<BatchRowKey> left = keys();
        left.removeIf([&](const BatchRowKey &key) { return !m_batches.contains(key.batch); });
        setKeys(left);
    }
    for (const Batch &batch : changes.changed)
        touch({batch.id});
}

void BatchModel::setRates(const QList<BatchRate> &rates)
{
    m_rates.clear();
    for (const BatchRate &rate : rates)
        m_rates.insert(rate.batch, rate);
    touchAll();
}

void BatchModel::setSteps(BatchId batch, const QList<BatchStep> &steps)
{
    if (!m_open.contains(batch))
        return;
    const qsizetype before = m_steps.value(batch).size();
    m_steps.insert(batch, steps);
    if (before != steps.size())
        settle();
    for (int i = 0; i < steps.size(); ++i)
        touch({batch, i});
    touch({batch});
}

void BatchModel::setNow(Instant now, bool utc)
{
    m_now = now;
    m_utc = utc;
    touchAll();
}

void BatchModel::setOpen(BatchId batch, bool open)
{
    if (open)
        m_open.insert(batch);
    else
        m_open.remove(batch);
    // Nothing else moves: only its steps come or go.
    QList<BatchRowKey> rows;
    for (const BatchRowKey &key : keys()) {
        if (key.batch != batch || !key.isStep())
            rows.append(key);
        for (int i = 0; open && key == BatchRowKey {batch} && i < m_steps.value(batch).size(); ++i)
            rows.append({batch, i});
    }
    setKeys(rows);
    touch({batch});
}

void BatchModel::setWords(const QString &words)
{
    m_words = words.split(u' ', Qt::SkipEmptyParts);
    settle();
}

void BatchModel::setStates(const QSet<BatchState> &states)
{
    m_states = states;
    settle();
}

void BatchModel::setOrder(const QString &order)
{
    m_order = order;
    settle();
}

bool BatchModel::matchesWords(const Batch &batch) const
{
    return std::ranges::all_of(m_words, [&](const QString &word) {
        return batch.name.contains(word, Qt::CaseInsensitive) || batch.owner.contains(word, Qt::CaseInsensitive)
            || batch.project.contains(word, Qt::CaseInsensitive);
    });
}

bool BatchModel::matches(const Batch &batch) const
{
    return (m_states.isEmpty() || m_states.contains(Drover::stateOf(batch))) && matchesWords(batch);
}

bool BatchModel::isBefore(const Batch &a, const Batch &b) const
{
    const bool falls = m_order.startsWith(u'-');
    const QString by = falls ? m_order.sliced(1) : m_order;
    const auto through = [this](const Batch &batch) {
        const Instant at = m_rates.value(batch.id).through;
        return isSet(at) ? at : Instant::max();
    };
    int order = 0;
    const auto compare = [&order](const auto &left, const auto &right) { order = left < right ? -1 : right < left ? 1 : 0; };
    if (by == u"name")
        order = naturalCompare(a.name, b.name);
    else if (by == u"owner")
        order = naturalCompare(a.owner, b.owner);
    else if (by == u"project")
        order = naturalCompare(a.project, b.project);
    else if (by == u"state")
        compare(Drover::stateOf(a), Drover::stateOf(b));
    else if (by == u"done")
        compare(donePart(a.counts), donePart(b.counts));
    else if (by == u"failed")
        compare(a.counts[TaskState::Failed], b.counts[TaskState::Failed]);
    else if (by == u"running")
        compare(a.counts.started(), b.counts.started());
    else if (by == u"waiting")
        compare(notStarted(a.counts), notStarted(b.counts));
    else if (by == u"tasks")
        compare(a.counts.total(), b.counts.total());
    else if (by == u"eta")
        compare(through(a), through(b));
    else if (by == u"ended")
        compare(a.ended, b.ended);
    else if (by == u"priority")
        compare(a.priority, b.priority);
    else
        compare(a.created, b.created);
    if (order != 0)
        return falls ? order > 0 : order < 0;
    return a.id > b.id;
}

QList<BatchRowKey> BatchModel::wanted() const
{
    QList<const Batch *> batches;
    for (const Batch &batch : m_batches) {
        if (matches(batch))
            batches.append(&batch);
    }
    std::ranges::sort(batches, [this](const Batch *a, const Batch *b) { return isBefore(*a, *b); });
    QList<BatchRowKey> rows;
    for (const Batch *batch : std::as_const(batches)) {
        rows.append({batch->id});
        for (int i = 0; m_open.contains(batch->id) && i < m_steps.value(batch->id).size(); ++i)
            rows.append({batch->id, i});
    }
    return rows;
}

qint64 BatchModel::unsettled() const
{
    const QList<BatchRowKey> target = wanted();
    const QList<BatchRowKey> &now = keys();
    qint64 others = std::abs(target.size() - now.size());
    for (qsizetype i = 0; i < std::min(target.size(), now.size()); ++i)
        others += target.at(i) == now.at(i) ? 0 : 1;
    return others;
}

void BatchModel::settle()
{
    setKeys(wanted());
}

const Batch *BatchModel::find(BatchId batch) const
{
    const auto found = m_batches.constFind(batch);
    return found == m_batches.cend() ? nullptr : &*found;
}

const Batch *BatchModel::batchAt(int row) const
{
    return row < 0 || row >= rowCount() ? nullptr : find(keyAt(row).batch);
}

QString BatchModel::stepAt(int row) const
{
    const BatchRowKey &key = keyAt(row);
    return key.isStep() ? m_steps.value(key.batch).value(key.step).step : QString();
}

StateCounts BatchModel::stepCounts(const BatchRowKey &key) const
{
    return m_steps.value(key.batch).value(key.step).counts;
}

qint64 BatchModel::shown() const
{
    return std::ranges::count_if(keys(), [](const BatchRowKey &key) { return !key.isStep(); });
}

QMap<BatchState, qint64> BatchModel::countsByState() const
{
    QMap<BatchState, qint64> counts;
    for (const Batch &batch : m_batches) {
        if (matchesWords(batch))
            ++counts[Drover::stateOf(batch)];
    }
    return counts;
}

Cell BatchModel::countCell(qint64 count, Tint tint) const
{
    return {.text = wordsOfCount(count), .tint = count > 0 ? tint : Tint::Text3};
}

Cell BatchModel::nameCell(const Batch &batch) const
{
    const bool isPlain = m_steps.contains(batch.id) && m_steps.value(batch.id).size() == 1
        && m_steps.value(batch.id).first().step.isEmpty();
    const Fold fold = m_open.contains(batch.id) ? Fold::Open : Fold::Closed;
    return {.text = batch.name,
            .strong = true,
            .mark = batch.keep ? u"bookmark"_s : QString(),
            .markTint = Tint::Text3,
            .fold = isPlain ? Fold::None : fold,
            .tip = batch.keep ? tr("%1, kept as evidence").arg(batch.name) : batch.name};
}

Cell BatchModel::etaCell(const Batch &batch) const
{
    const BatchState state = Drover::stateOf(batch);
    if (isSet(batch.ended) || state == BatchState::Empty)
        return {};
    if (state == BatchState::Held || state == BatchState::Paused)
        return {.text = wordOf(state).toLower(), .tint = Tint::Text3};
    const BatchRate rate = m_rates.value(batch.id);
    if (!isSet(rate.through))
        return {.text = u"—"_s, .tint = Tint::Text3, .tip = tr("Nothing of it ended in the last ten minutes")};
    return {.text = wordsOfEta(rate.through, m_now, m_utc),
            .tip = tr("%1, at %2 tasks a minute")
                       .arg(wordsOfMoment(rate.through, m_utc), QLocale().toString(rate.perMinute, 'f', 1))};
}

Cell BatchModel::countsCell(const QString &column, const StateCounts &counts) const
{
    if (column == u"bar")
        return {.text = wordsOfCounts(counts), .segments = segmentsOf(counts), .rest = notBegun(counts),
                .tip = wordsOfCounts(counts)};
    if (column == u"done")
        return {.text = counts.total() > 0 ? tr("%1%").arg(int(100 * donePart(counts))) : u"—"_s,
                .tint = counts.total() > 0 ? Tint::Text1 : Tint::Text3};
    if (column == u"failed")
        return countCell(counts[TaskState::Failed], Tint::Failed);
    if (column == u"running")
        return countCell(counts.started(), Tint::Text1);
    if (column == u"waiting")
        return countCell(notStarted(counts), Tint::Text1);
    if (column == u"tasks")
        return countCell(counts.total(), Tint::Text1);
    return {};
}

Cell BatchModel::stepCell(const BatchStep &step, const QString &column) const
{
    if (column == u"name")
        return {.text = step.step.isEmpty() ? tr("no step") : step.step,
                .tint = step.step.isEmpty() ? Tint::Text3 : Tint::Text1,
                .indent = 1};
    if (column == u"state") {
        const StateLook look = lookOf(stateOf(step));
        return {.text = look.word, .tint = look.tint, .icon = look.icon};
    }
    return countsCell(column, step.counts);
}

Cell BatchModel::cell(int row, int column) const
{
    const Batch *batch = batchAt(row);
    const QString &id = columnAt(column).id;
    if (!batch)
        return {};
    if (keyAt(row).isStep())
        return stepCell(m_steps.value(batch->id).value(keyAt(row).step), id);
    if (id == u"name")
        return nameCell(*batch);
    if (id == u"state") {
        const StateLook look = lookOf(Drover::stateOf(*batch));
        return {.text = look.word, .tint = look.tint, .icon = look.icon};
    }
    if (id == u"eta")
        return etaCell(*batch);
    if (id == u"owner")
        return {.text = batch->owner, .tint = Tint::Text2};
    if (id == u"created")
        return {.text = wordsOfTime(batch->created, m_now, m_utc), .tint = Tint::Text2,
                .tip = wordsOfMoment(batch->created, m_utc)};
    if (id == u"ended")
        return {.text = isSet(batch->ended) ? wordsOfTime(batch->ended, m_now, m_utc) : QString(), .tint = Tint::Text2};
    if (id == u"priority")
        return {.text = QString::number(batch->priority), .tint = Tint::Text2};
    if (id == u"project")
        return {.text = batch->project, .tint = Tint::Text2};
    if (id == u"pools")
        return {.text = batch->pools.join(u", "_s), .tint = Tint::Text2};
    return countsCell(id, batch->counts);
}

QString BatchModel::rowWords(int row) const
{
    const Batch *batch = batchAt(row);
    if (!batch)
        return {};
    const bool isStep = keyAt(row).isStep();
    const StateCounts counts = isStep ? m_steps.value(batch->id).value(keyAt(row).step).counts : batch->counts;
    const QString name = isStep ? tr("step %1 of %2").arg(stepAt(row), batch->name) : batch->name;
    return u"%1, %2, %3"_s.arg(cell(row, columnOf(u"state"_s)).text, name, wordsOfCounts(counts));
}

} // namespace Drover
