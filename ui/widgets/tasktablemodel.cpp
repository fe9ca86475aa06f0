#include "ui/widgets/tasktablemodel.h"

#include "ui/widgets/batchpace.h"
#include "ui/widgets/words.h"

#include <QtCore/QLocale>

#include <limits>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

Cell absent()
{
    return {.isHere = false};
}

Cell text(const QString &words, Tint tint = Tint::Text2)
{
    return {.text = words, .tint = tint};
}

QString printedLabels(const Labels &labels)
{
    QStringList pairs;
    for (auto it = labels.cbegin(); it != labels.cend(); ++it)
        pairs.append(it.key() + u'=' + it.value());
    return pairs.join(u' ');
}

} // namespace

TaskTableModel::TaskTableModel(Mirror &mirror, TaskWindow &window, QObject *parent)
    : CellModel(taskColumns(), parent), m_mirror(mirror), m_window(window),
      m_pace(new BatchPace(mirror.connection(), this)), m_now(mirror.daemonNow())
{
    connect(&window, &TaskWindow::aboutToReset, this, [this] {
        emit aboutToRenew();
        beginResetModel();
    });
    connect(&window, &TaskWindow::reset, this, &TaskTableModel::onReset);
    connect(&window, &TaskWindow::rowCountChanged, this, [this](qint64, qint64 now) { onRowCount(now); });
    connect(&window, &TaskWindow::rowsChanged, this, &TaskTableModel::onRowsChanged);
    connect(m_pace, &BatchPace::changed, this, &TaskTableModel::paintAgain);
}

int TaskTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_count;
}

int TaskTableModel::rowOf(TaskId id) const
{
    const auto row = m_window.rowOf(id);
    return row && *row < m_count ? int(*row) : -1;
}

void TaskTableModel::onReset(qint64 top)
{
    m_count = int(std::min<qint64>(m_window.rowCount(), std::numeric_limits<int>::max() / 64));
    m_now = m_mirror.daemonNow();
    endResetModel();
    emit renewed(top);
}

void TaskTableModel::onRowCount(qint64 now)
{
    const int count = int(std::min<qint64>(now, std::numeric_limits<int>::max() / 64));
    if (count > m_count) {
        beginInsertRows({}, m_count, count - 1);
        m_count = count;
        endInsertRows();
    } else if (count < m_count) {
        beginRemoveRows({}, count, m_count - 1);
        m_count = count;
        endRemoveRows();
    }
}

void TaskTableModel::onRowsChanged(const QList<RowRange> &rows)
{
    for (const RowRange &range : rows) {
        const int last = int(std::min<qint64>(range.last, m_count - 1));
        if (range.first <= last)
            emit dataChanged(index(int(range.first), 0), index(last, taskColumnCount - 1));
    }
}

void TaskTableModel::setUtc(bool utc)
{
    m_utc = utc;
    emit paintAgain();
}

const AttemptGauge *TaskTableModel::gaugeOf(TaskId id) const
{
    const auto gauge = m_gauges.constFind(id);
    return gauge == m_gauges.cend() ? nullptr : &*gauge;
}

void TaskTableModel::askGauges(RowRange rows)
{
    if (m_asking || !m_mirror.connection().isReady())
        return;
    GetGauges request;
    for (qint64 row = rows.first; row <= rows.last && request.ids.size() < 500; ++row) {
        if (const Task *task = m_window.rowAt(row); task && isStarted(task->state))
            request.ids.append(task->id);
    }
    if (request.ids.isEmpty()) {
        m_gauges.clear();
        return;
    }
    m_asking = true;
    m_mirror.connection().send(request, this, [this](const Result<TaskGauges> &gauges) { onGauges(gauges); });
}

void TaskTableModel::onGauges(const Result<TaskGauges> &gauges)
{
    m_asking = false;
    if (!gauges)
        return;
    m_gauges.clear();
    for (const AttemptGauge &gauge : gauges->gauges)
        m_gauges.insert(gauge.task, gauge);
    emit paintAgain();
}

QString TaskTableModel::copied(int row, int column) const
{
    const Task *task = taskAt(row);
    return task ? copiedOf(*task, TaskColumn(column)) : QString();
}

QString TaskTableModel::copiedOf(const Task &task, TaskColumn column) const
{
    switch (column) {
    // Other programs read these.
    case TaskColumn::Queued: return toIso(task.queued);
    case TaskColumn::Started: return toIso(task.started);
    case TaskColumn::Ended: return toIso(task.ended);
    case TaskColumn::NotBefore: return toIso(task.notBefore);
    default: return plain(cellOf(task, column).text);
    }
}

Cell TaskTableModel::cell(int row, int column) const
{
    const Task *task = m_window.rowAt(row);
    if (!task)
        return absent();
    if (task->rev == 0)
        return column == int(TaskColumn::Name) ? text(tr("put away"), Tint::Text3) : Cell();
    return cellOf(*task, TaskColumn(column));
}

Cell TaskTableModel::cellOf(const Task &task, TaskColumn column) const
{
    switch (column) {
    case TaskColumn::State: return stateCell(task);
    case TaskColumn::Id: return text(groupedId(task.id.value));
    case TaskColumn::Name: return {.text = task.name, .tip = task.name};
    case TaskColumn::Batch: return text(task.batchName);
    case TaskColumn::Step: return text(task.step);
    case TaskColumn::Worker: return text(task.machineName, Tint::Text1);
    case TaskColumn::Progress: return progressCell(task);
    case TaskColumn::Attempt: return text(wordsOfCount(task.lastAttempt), task.lastAttempt > 1 ? Tint::Text1 : Tint::Text3);
    case TaskColumn::Priority: return text(wordsOfCount(task.priority), task.priority == 50 ? Tint::Text3 : Tint::Text1);
    case TaskColumn::Queued: return timeCell(task.queued);
    case TaskColumn::Started: return timeCell(task.started);
    case TaskColumn::Duration: return durationCell(task);
    case TaskColumn::SilentFor: return silentCell(task);
    default: return furtherCell(task, column);
    }
}

Cell TaskTableModel::furtherCell(const Task &task, TaskColumn column) const
{
    const AttemptGauge *gauge = gaugeOf(task.id);
    switch (column) {
    case TaskColumn::Exit:
        if (!task.exitCode)
            return {};
        return text(QString::number(*task.exitCode), *task.exitCode ? Tint::Failed : Tint::Text3);
    case TaskColumn::LastLine: {
        const QString line = gauge && !gauge->lastLine.isEmpty() ? gauge->lastLine : task.lastLine;
        return {.text = line, .tint = Tint::Text2, .tip = line};
    }
    case TaskColumn::Ended: return timeCell(task.ended);
    case TaskColumn::Eta: {
        const auto usual = task.state == TaskState::Running ? m_pace->usual(task) : std::nullopt;
        return usual ? timeCell(task.started + *usual) : Cell();
    }
    case TaskColumn::LabelPairs: return text(printedLabels(task.labels));
    case TaskColumn::Owner: return text(task.owner);
    case TaskColumn::RunAs: return text(task.runAs);
    case TaskColumn::Project: return text(task.project);
    case TaskColumn::WaitsFor: return text(task.waitsFor ? wordsOfCount(task.waitsFor) : QString());
    case TaskColumn::NotBefore: return timeCell(task.notBefore);
    case TaskColumn::Cpu: return text(gauge ? QLocale().toString(gauge->cpu, 'f', 1) : QString());
    case TaskColumn::Memory: return text(gauge && gauge->memory ? wordsOfMemory(gauge->memory) : QString());
    case TaskColumn::Revision: return text(wordsOfCount(task.rev), Tint::Text3);
    default: return {};
    }
}

Cell TaskTableModel::stateCell(const Task &task) const
{
    const StateLook look = lookOf(task.state);
    Cell cell {.text = look.word, .tint = look.tint, .icon = look.icon};
    if (task.held && !isFinished(task.state)) {
        cell.mark = u"state-held"_s;
        cell.tip = tr("Held: nothing of it starts before it is released");
    } else if (task.unreachable) {
        cell.mark = u"machine-lost"_s;
        cell.markTint = Tint::Lost;
        cell.tip = tr("Its machine was not heard of for longer than its lease");
    } else if (task.keep) {
        cell.mark = u"pin"_s;
        cell.markTint = Tint::Text3;
        cell.tip = tr("Kept as evidence");
    }
    return cell;
}

Cell TaskTableModel::progressCell(const Task &task) const
{
    if (isFinished(task.state)) {
        const bool bad = task.state == TaskState::Failed;
        return text(task.state == TaskState::Succeeded ? QString()
                                                       : wordsOfEnd(task.endReason, task.exitCode, task.signal),
                    bad ? Tint::Failed : Tint::Text2);
    }
    if (task.state == TaskState::Waiting && task.waitsFor > 0)
        return text(tr("after %1").arg(wordsOfTasks(task.waitsFor)), Tint::Text3);
    if (task.state == TaskState::Queued && task.notBefore > m_now)
        return text(tr("again %1").arg(wordsOfAge(task.notBefore, m_now)), Tint::Text3);
    const AttemptGauge *gauge = gaugeOf(task.id);
    if (!gauge)
        return {};
    if (gauge->progress >= 0) {
        return {.text = tr("%1%").arg(QLocale().toString(int(gauge->progress))),
                .part = gauge->progress / 100,
                .barTint = lookOf(task.state).tint,
                .tip = gauge->progressText};
    }
    if (task.state == TaskState::Running && isSet(gauge->lastOutput))
        return text(tr("last line %1").arg(wordsOfAge(gauge->lastOutput, m_now)), Tint::Text3);
    return {};
}

Cell TaskTableModel::timeCell(Instant instant) const
{
    return {.text = wordsOfTime(instant, m_now, m_utc), .tint = Tint::Text2, .tip = wordsOfMoment(instant, m_utc)};
}

Cell TaskTableModel::durationCell(const Task &task) const
{
    if (!isSet(task.started))
        return {};
    const auto length = (isSet(task.ended) ? task.ended : std::max(m_now, task.started)) - task.started;
    Cell cell = isFinished(task.state) ? text(wordsOfDuration(length)) : text(wordsOfRunning(length), Tint::Text1);
    if (m_pace->isSlow(task, m_now)) {
        cell.tint = Tint::Silent;
        cell.tip = tr("Slow: others of its batch and step take %1").arg(wordsOfDuration(m_pace->usual(task).value_or(0s)));
    }
    return cell;
}

Cell TaskTableModel::silentCell(const Task &task) const
{
    const AttemptGauge *gauge = task.state == TaskState::Running ? gaugeOf(task.id) : nullptr;
    if (!gauge || !isSet(gauge->lastOutput))
        return {};
    const auto silence = std::max<std::chrono::microseconds>(m_now - gauge->lastOutput, 0s);
    Cell cell = text(wordsOfRunning(silence));
    cell.tip = wordsOfMoment(gauge->lastOutput, m_utc);
    if (m_pace->isSilent(task, silence)) {
        cell.tint = Tint::Silent;
        cell.tip = tr("Silent for longer than others of its batch run") + u'\n' + cell.tip;
    }
    return cell;
}

} // namespace Drover
