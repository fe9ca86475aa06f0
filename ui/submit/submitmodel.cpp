#include "ui/submit/submitmodel.h"

#include "app/work/shellwords.h"
#include "ui/widgets/words.h"

#include <QtCore/QFileInfo>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QList<Column> previewColumns()
{
    return {
        {.id = u"state"_s, .title = {}, .kind = CellKind::State, .width = 34},
        {.id = u"name"_s, .title = SubmitModel::tr("Name"), .width = 200, .elide = Qt::ElideMiddle},
        {.id = u"command"_s, .title = SubmitModel::tr("Command"), .width = 300, .stretches = true},
        {.id = u"input"_s, .title = SubmitModel::tr("Input"), .width = 170, .elide = Qt::ElideMiddle},
        {.id = u"needs"_s, .title = SubmitModel::tr("Needs"), .width = 120},
        {.id = u"after"_s, .title = SubmitModel::tr("After"), .width = 100},
    };
}

QString wordsOfNeeds(const Needs &needs)
{
    QStringList words;
    if (needs.slotCount != 1)
        words.append(SubmitModel::tr("%n slot(s)", nullptr, needs.slotCount));
    if (needs.cpu > 0)
        words.append(SubmitModel::tr("%1 CPU").arg(needs.cpu));
    if (needs.memory > 0)
        words.append(wordsOfMemory(needs.memory));
    if (needs.gpu > 0)
        words.append(SubmitModel::tr("%1 GPU").arg(needs.gpu));
    if (!needs.machine.isEmpty())
        words.append(SubmitModel::tr("on %1").arg(needs.machine));
    return words.join(u", "_s);
}

} // namespace

SubmitModel::SubmitModel(QObject *parent) : CellModel(previewColumns(), parent) { }

void SubmitModel::setPreview(const SubmitPreview &preview)
{
    m_preview = preview;
    arrange();
}

void SubmitModel::setShown(std::optional<PreviewState> state)
{
    m_shown = state;
    arrange();
}

void SubmitModel::arrange()
{
    beginResetModel();
    m_rows.clear();
    for (int i = 0; i < m_preview.tasks.size(); ++i) {
        const PreviewTask &task = m_preview.tasks.at(i);
        if (m_shown && task.state != *m_shown)
            continue;
        m_rows.append({i, false});
        if (!task.problem.isEmpty() && !task.leftOut && !task.wantedAgain)
            m_rows.append({i, true});
    }
    endResetModel();
}

int SubmitModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

void SubmitModel::leaveOut(int task)
{
    m_preview.tasks[task].leftOut = true;
    arrange();
    emit choiceChanged();
}

void SubmitModel::runAgain(int task)
{
    m_preview.tasks[task].wantedAgain = true;
    arrange();
    emit choiceChanged();
}

QList<TaskSpec> SubmitModel::wanted() const
{
    QList<TaskSpec> tasks;
    for (const PreviewTask &task : m_preview.tasks) {
        const bool isWanted = task.state == PreviewState::Ready || (task.state == PreviewState::Repeat && task.wantedAgain);
        if (isWanted && !task.leftOut)
            tasks.append(task.task);
    }
    return tasks;
}

qsizetype SubmitModel::inTheWay() const
{
    return m_preview.count(PreviewState::Error);
}

Cell SubmitModel::cell(int row, int column) const
{
    const PreviewTask &task = m_preview.tasks.at(m_rows.at(row).task);
    const QString &id = columnAt(column).id;
    return m_rows.at(row).isProblem ? problemCell(task, id) : taskCell(task, id);
}

Cell SubmitModel::taskCell(const PreviewTask &task, const QString &column) const
{
    const Tint tint = task.leftOut ? Tint::Text3 : Tint::Text1;
    if (column == "state"_L1) {
        if (task.leftOut)
            return {.tint = Tint::Text3, .icon = u"state-cancelled"_s, .tip = tr("Left out")};
        if (task.state == PreviewState::Error)
            return {.tint = Tint::Failed, .icon = u"state-failed"_s, .tip = tr("Error")};
        if (task.state == PreviewState::Repeat && !task.wantedAgain)
            return {.tint = Tint::Silent, .icon = u"retry"_s, .tip = tr("Repeat")};
        return {.tint = Tint::Succeeded, .icon = u"check"_s, .tip = tr("Ready")};
    }
    if (column == "name"_L1)
        return {.text = task.name, .tint = tint, .tip = task.task.notes};
    if (column == "command"_L1) {
        const QString command = task.task.shell.isEmpty() ? shellQuoted(task.task.command) : task.task.shell;
        return {.text = command, .tint = task.leftOut ? Tint::Text3 : Tint::Text2, .tip = command};
    }
    if (column == "input"_L1 && !task.input.isEmpty())
        return {.text = QFileInfo(task.input).fileName(), .tint = task.state == PreviewState::Error ? Tint::Failed : tint,
                .aside = task.inputSize >= 0 ? wordsOfSize(task.inputSize) : QString(), .tip = task.input};
    if (column == "needs"_L1)
        return {.text = wordsOfNeeds(task.task.needs), .tint = tint};
    if (column == "after"_L1)
        return {.text = task.task.after.join(u", "_s), .tint = tint};
    return {};
}

Cell SubmitModel::problemCell(const PreviewTask &task, const QString &column) const
{
    const Tint tint = task.state == PreviewState::Error ? Tint::Failed : Tint::Paused;
    const QString text = task.remedy.isEmpty() ? task.problem : task.problem + u"  "_s + task.remedy;
    if (column == "command"_L1)
        return {.text = task.problem, .tint = tint, .aside = task.remedy, .tip = text};
    return {};
}

} // namespace Drover
