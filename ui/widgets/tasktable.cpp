#include "ui/widgets/tasktable.h"

#include "app/profiles/consolestate.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/flowline.h"
#include "ui/widgets/look.h"
#include "ui/widgets/notices.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/tasktablemodel.h"
#include "ui/widgets/words.h"

#include <QtWidgets/QScrollBar>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr qint64 mostFetched = 100'000; // ids of rows that are selected and not here

QItemSelection selectionOf(const QAbstractItemModel &model, const QList<RowRange> &ranges)
{
    QItemSelection selection;
    for (const RowRange &range : ranges) {
        selection.append(QItemSelectionRange(model.index(int(range.first), 0),
                                             model.index(int(range.last), model.columnCount() - 1)));
    }
    return selection;
}

} // namespace

TaskTable::TaskTable(Desk &desk, const QString &scope, const QString &stateKey, QWidget *parent)
    : QWidget(parent), m_desk(desk), m_scope(scope), m_stateKey(stateKey), m_window(desk.mirror),
      m_model(new TaskTableModel(desk.mirror, m_window, this)), m_line(new FlowLine(desk.look, this)),
      m_view(new TableView(desk.look, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_line);
    layout->addWidget(m_view);
    setFocusProxy(m_view);
    m_view->setObjectName(u"taskTable"_s);
    m_view->setAccessibleName(tr("Tasks"));
    m_view->setCells(m_model);
    m_view->setAsksForAll(true);
    m_model->setUtc(desk.look.isUtc());
    buildChips();
    const QJsonObject kept = desk.state.value(m_stateKey).toObject();
    if (!kept.isEmpty()) {
        m_view->restoreColumns(kept);
        if (const QString order = kept.value(u"order"_s).toString(); !order.isEmpty())
            m_order = order;
    }
    m_view->setOrder(m_order);

    connect(&desk.look, &Look::utcChanged, this, [this] { m_model->setUtc(m_desk.look.isUtc()); });
    connect(m_view, &TableView::orderAsked, this, &TaskTable::setOrder);
    connect(m_view, &TableView::columnsChanged, this, &TaskTable::keepColumns);
    connect(m_view, &TableView::refreshAsked, this, &TaskTable::refresh);
    connect(m_view, &TableView::allAsked, this, &TaskTable::selectAllOfQuery);
    connect(m_view, &TableView::menuAsked, this, &TaskTable::menuAsked);
    connect(m_view, &TableView::visibleRowsChanged, this, &TaskTable::onVisible);
    connect(m_view, &TableView::opened, this, [this](const QModelIndex &index) {
        if (const Task *task = m_model->taskAt(index.row()))
            emit opened(task->id);
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TaskTable::onSelected);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TaskTable::onCurrent);
    connect(m_model, &TaskTableModel::aboutToRenew, this, [this] {
        m_showing = true;
        const int row = m_view->firstVisibleRow();
        m_scrollOffset = row >= 0 ? -m_view->rowViewportPosition(row) : 0;
    });
    connect(m_model, &TaskTableModel::renewed, this, &TaskTable::onRenewed);
    connect(m_model, &TaskTableModel::dataChanged, this, &TaskTable::onRowsChanged);
    connect(m_model, &TaskTableModel::paintAgain, m_view->viewport(), qOverload<>(&QWidget::update));
    connect(&m_window, &TaskWindow::stateChanged, this, &TaskTable::onState);
    connect(&m_window, &TaskWindow::newsChanged, this, [this] { m_view->setNews(m_window.wouldMove(), m_window.orderChanged()); });
    connect(&m_window, &TaskWindow::rowCountChanged, this, [this] {
        onVisible();
        showOver();
        emit statusChanged();
    });
    connect(&desk.mirror, &Mirror::figuresChanged, this, &TaskTable::applyStale);
    connect(&m_second, &QTimer::timeout, this, &TaskTable::onSecond);
    m_second.start(1s);
    m_renewed.start();
    applyStale();
    renew();
}

TaskTable::~TaskTable() = default;

// ---- what is listed

QString TaskTable::where() const
{
    return both(m_scope, m_filter);
}

QString TaskTable::order() const
{
    return m_order;
}

void TaskTable::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    renew();
}

void TaskTable::setOrder(const QString &order)
{
    m_order = order;
    m_view->setOrder(order);
    keepColumns();
    renew();
}

void TaskTable::keepColumns()
{
    m_desk.state.setValue(m_stateKey, m_view->savedColumns());
}

void TaskTable::renew()
{
    m_window.setQuery(where(), m_order);
    m_counted.invalidate();
    showChips();
    askCounts();
    showOver();
}

void TaskTable::refresh()
{
    m_window.refresh();
    m_counted.invalidate();
    askCounts();
}

void TaskTable::onState()
{
    showOver();
    emit statusChanged();
}

void TaskTable::showOver()
{
    const bool empty = m_model->rowCount() == 0;
    switch (m_window.state()) {
    case TaskWindow::State::Failed:
        m_view->showFailure(tr("The list cannot be read: %1").arg(m_window.error().message), printed(m_window.error()),
                            [this] { m_window.refresh(); });
        return;
    case TaskWindow::State::Opening:
    case TaskWindow::State::Idle:
        if (empty)
            m_view->showLoading();
        return;
    case TaskWindow::State::Away:
        if (empty)
            m_view->showReason(tr("Not connected: no task is known yet."), {}, {}, u"machine-lost"_s);
        return;
    case TaskWindow::State::Ready: break;
    }
    if (!empty) {
        m_view->showRows();
    } else if (!m_filter.isEmpty()) {
        m_view->showReason(tr("No task matches."), tr("Clear filter"), [this] { setOwnFilter({}); });
    } else {
        m_view->showReason(m_scope.isEmpty() ? tr("There are no tasks yet.") : tr("There are no tasks here."), {}, {},
                           u"nav-tasks"_s);
    }
}

void TaskTable::onRenewed(qint64 top)
{
    top = m_restoreTop ? *std::exchange(m_restoreTop, {}) : top;
    m_view->doItemsLayout(); // the scroll bar has the room of the rows that are now
    m_view->verticalScrollBar()->setValue(int(top) * m_desk.look.rowHeight() + (top > 0 ? m_scrollOffset : 0));
    if (const int row = m_model->rowOf(m_current); row >= 0)
        m_view->selectionModel()->setCurrentIndex(m_model->index(row, 0), QItemSelectionModel::NoUpdate);
    m_showing = false;
    m_renewed.restart();
    onVisible();
    showSelection();
    showOver();
    emit statusChanged();
}

void TaskTable::onRowsChanged()
{
    showSelection();
    if (m_current && m_model->rowOf(m_current) >= 0)
        emit currentChanged(m_current); // its row may say other things now
}

void TaskTable::onVisible()
{
    const int first = m_view->firstVisibleRow();
    if (first >= 0)
        m_window.setVisible({first, std::max(first, m_view->lastVisibleRow())});
    else
        m_window.setVisible({});
    showSelection();
}

void TaskTable::onSecond()
{
    if (!isVisible())
        return;
    m_model->setNow(m_desk.mirror.daemonNow());
    m_model->askGauges(m_window.visible());
    m_view->viewport()->update();
    askCounts();
    // Nobody works with it: it shows what is. Not more often than it can be had.
    const bool idle = !m_view->isFrozen() && !m_view->underMouse() && m_selection.isEmpty();
    if (idle && m_window.hasNews() && !m_window.isRenewing() && m_renewed.elapsed() > 5000)
        refresh();
}

void TaskTable::applyStale()
{
    m_view->setStale(m_desk.mirror.isStale());
}

// ---- chips

Chip *TaskTable::addChip(const QString &name, const QString &icon, Tint tint, const QString &word)
{
    auto *chip = new Chip(m_desk.look, icon, tint, word, m_line);
    chip->setObjectName(u"chip."_s + name);
    m_line->addChip(chip);
    return chip;
}

void TaskTable::buildChips()
{
    m_all = addChip(u"all"_s, {}, Tint::Text1, tr("All"));
    connect(m_all, &Chip::clicked, this, [this] { setOwnFilter(withHeld(withStates(m_filter, 0), false)); });
    m_chips.resize(taskStateCount);
    constexpr TaskState places[] = {TaskState::Running,   TaskState::Paused,    TaskState::Stopping,
                                    TaskState::Failed,    TaskState::Queued,    TaskState::Waiting,
                                    TaskState::Assigned,  TaskState::Preparing, TaskState::Collecting,
                                    TaskState::Succeeded, TaskState::Cancelled};
    static_assert(std::size(places) == taskStateCount);
    for (const TaskState state : places) {
        const StateLook look = lookOf(state);
        Chip *chip = addChip(enumText(state), look.icon, look.tint, look.word.toLower());
        m_chips[int(state)] = chip;
        connect(chip, &Chip::clicked, this, [this, state](bool on) { onChip(state, on); });
    }
    m_held = addChip(u"held"_s, u"state-held"_s, Tint::Held, tr("held"));
    connect(m_held, &Chip::clicked, this, [this](bool on) { setOwnFilter(withHeld(m_filter, on)); });
}

void TaskTable::onChip(TaskState state, bool on)
{
    StateBits states = statesOf(m_filter).value_or(0);
    states = on ? states | bitOf(state) : states & ~bitOf(state);
    setOwnFilter(withStates(m_filter, states));
}

void TaskTable::setOwnFilter(const QString &filter)
{
    setFilter(filter);
    showChips();
    emit filterChanged();
}

void TaskTable::showChips()
{
    const StateBits states = statesOf(m_filter).value_or(0);
    for (int i = 0; i < taskStateCount; ++i) {
        Chip *chip = m_chips[i];
        const bool on = states & bitOf(TaskState(i));
        chip->setChecked(on);
        chip->setCount(m_counts[TaskState(i)]);
        m_line->setWanted(chip, on || chip->count() > 0);
    }
    const bool held = asksForHeld(m_filter);
    m_held->setChecked(held);
    m_held->setCount(m_heldCount);
    m_line->setWanted(m_held, held || m_heldCount > 0);
    m_all->setChecked(false);
    m_line->arrange();
}

void TaskTable::askCounts()
{
    // Counts of a filter may cost the daemon a reading of everything: each is asked for when the one
    // before has come, and after a pause.
    if (m_counting || !m_desk.connection.isReady() || (m_counted.isValid() && m_counted.elapsed() < 2000))
        return;
    m_counting = true;
    const QString rest = both(m_scope, withHeld(withStates(m_filter, 0), false));
    m_desk.connection.send(CountStates {.where = rest}, this, [this](const Result<StateBreakdown> &states) {
        m_counting = false;
        m_counted.start();
        if (!states)
            return;
        m_counts = states->counts;
        showChips();
    });
    m_desk.connection.send(CountStates {.where = m_scope}, this, [this](const Result<StateBreakdown> &states) {
        if (states && std::exchange(m_total, states->counts.total()) != m_total)
            emit statusChanged();
    });
    m_desk.connection.send(CountTasks {.where = both(rest, u"held = yes and state = unfinished"_s)}, this,
                           [this](const Result<Counted> &count) {
                               m_heldCount = count ? count->count : 0;
                               showChips();
                           });
}

// ---- what is selected

void TaskTable::setSelection(const Selection &selection)
{
    m_selection = selection;
    m_showing = true;
    m_view->selectionModel()->clearSelection();
    m_showing = false;
    showSelection();
    emit selectionChanged();
}

void TaskTable::selectAllOfQuery()
{
    Selection all;
    all.selectQuery(where(), m_window.rowCount());
    setSelection(all);
}

void TaskTable::clearSelection()
{
    setSelection({});
}

QList<Task> TaskTable::selectedHere(qsizetype most) const
{
    QList<Task> tasks;
    auto &window = const_cast<TaskWindow &>(m_window); // reading a row marks its page as looked at
    if (!m_selection.isOfQuery()) {
        for (const TaskId id : m_selection.ids()) {
            if (const Task *task = window.find(id); task && tasks.size() < most)
                tasks.append(*task);
        }
        return tasks;
    }
    for (qint64 row = m_window.visible().first; row <= m_window.visible().last && tasks.size() < most; ++row) {
        if (const Task *task = window.rowAt(row); task && m_selection.contains(task->id))
            tasks.append(*task);
    }
    return tasks;
}

QList<TaskId> TaskTable::idsOf(const QItemSelection &rows, QList<RowRange> *absent)
{
    QList<TaskId> ids;
    QList<qint64> missing;
    for (const QItemSelectionRange &range : rows) {
        if (range.height() > mostFetched) {
            m_desk.notices.tell(tr("At most %1 rows can be marked one by one. Select all of a filter instead.")
                                    .arg(wordsOfCount(mostFetched)));
            continue;
        }
        for (int row = range.top(); row <= range.bottom(); ++row) {
            if (const Task *task = m_window.rowAt(row))
                ids.append(task->id);
            else
                missing.append(row);
        }
    }
    if (absent)
        *absent = rangesOf(std::move(missing));
    return ids;
}

void TaskTable::onSelected(const QItemSelection &selected, const QItemSelection &deselected)
{
    if (m_showing)
        return;
    QList<RowRange> absent;
    const QList<TaskId> added = idsOf(selected, &absent);
    if (m_view->lastCommandClears()) {
        // A new one; rows that stay selected are in neither list.
        m_selection.setIds(idsOf(m_view->selectionModel()->selection(), nullptr));
    } else {
        m_selection.remove(idsOf(deselected, nullptr));
        m_selection.add(added);
    }
    for (const RowRange &rows : std::as_const(absent))
        fetchIds(rows);
    emit selectionChanged();
}

void TaskTable::fetchIds(const RowRange &rows)
{
    m_window.fetchIds(rows, this, [this](const QList<TaskId> &ids) {
        m_selection.add(ids);
        emit selectionChanged();
    });
}

// Only rows in sight and here are marked in the table: the truth is m_selection.
void TaskTable::showSelection()
{
    if (m_showing)
        return;
    QItemSelectionModel *marks = m_view->selectionModel();
    QList<qint64> mark;
    QList<qint64> unmark;
    const RowRange visible = m_window.visible();
    for (qint64 row = visible.first; row <= std::min<qint64>(visible.last, m_model->rowCount() - 1); ++row) {
        const Task *task = m_window.rowAt(row);
        const bool should = task ? m_selection.contains(task->id) : m_selection.isOfQuery();
        if (should != marks->isRowSelected(int(row)))
            (should ? mark : unmark).append(row);
    }
    if (mark.isEmpty() && unmark.isEmpty())
        return;
    m_showing = true;
    if (!mark.isEmpty())
        marks->select(selectionOf(*m_model, rangesOf(mark)), QItemSelectionModel::Select);
    if (!unmark.isEmpty())
        marks->select(selectionOf(*m_model, rangesOf(unmark)), QItemSelectionModel::Deselect);
    m_showing = false;
}

const Task *TaskTable::currentTask() const
{
    return m_current ? m_window.find(m_current) : nullptr;
}

void TaskTable::setCurrent(TaskId id)
{
    m_current = id;
    m_window.locate(id, this, [this, id](qint64 row) {
        if (row < 0 || id != m_current || row >= m_model->rowCount())
            return;
        const QModelIndex index = m_model->index(int(row), 0);
        m_view->selectionModel()->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
        m_view->scrollTo(index);
    });
    emit currentChanged(id);
}

void TaskTable::onCurrent(const QModelIndex &index)
{
    if (m_showing || !index.isValid())
        return;
    const Task *task = m_model->taskAt(index.row());
    if (!task || task->id == m_current)
        return;
    m_current = task->id;
    emit currentChanged(m_current);
}

QString TaskTable::copied(const QList<Task> &tasks) const
{
    const QList<int> columns = m_view->shownColumns();
    QStringList lines;
    for (const Task &task : tasks) {
        QStringList cells;
        for (const int column : columns)
            cells.append(m_model->copiedOf(task, TaskColumn(column)));
        lines.append(cells.join(u'\t'));
    }
    return lines.join(u'\n');
}

TaskTarget TaskTable::target() const
{
    TaskTarget target;
    target.order = m_order;
    target.selection = m_selection;
    if (const Task *task = currentTask(); m_selection.isEmpty() && task)
        return TaskTarget::of(*task);
    target.here = selectedHere(1000);
    return target;
}

// ---- kept over restarts

QJsonObject TaskTable::saved() const
{
    return {{u"filter"_s, m_filter},
            {u"top"_s, double(std::max<qint64>(0, m_window.visible().first))},
            {u"current"_s, double(m_current.value)}};
}

void TaskTable::restore(const QJsonObject &saved)
{
    m_restoreTop = qint64(saved.value(u"top"_s).toDouble());
    m_current = TaskId {qint64(saved.value(u"current"_s).toDouble())};
    setFilter(saved.value(u"filter"_s).toString());
}

} // namespace Drover
