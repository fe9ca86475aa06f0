#include "ui/tasks/tasksview.h"

#include "app/mirror/mirror.h"
#include "ui/shell/shell.h"
#include "ui/tasks/taskkinds.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/flowline.h"
#include "ui/widgets/look.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/taskactions.h"
#include "ui/widgets/taskactionspecs.h"
#include "ui/widgets/tasktable.h"
#include "ui/widgets/tasktablemodel.h"
#include "ui/widgets/words.h"

#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace Drover {

TasksView::TasksView(Shell &shell)
    : View(shell), m_actions(makeTaskActions(shell, this)), m_table(new TaskTable(m_desk, {}, u"tables/tasks"_s, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_table);
    setFocusProxy(m_table);
    buildTools();
    connect(m_table, &TaskTable::selectionChanged, this, [this] {
        emit statusChanged();
        emit actionsChanged();
    });
    connect(m_table, &TaskTable::currentChanged, this, [this](TaskId id) {
        m_shell.setCurrentObject(linkTo(u"task"_s, id.value));
        emit actionsChanged();
    });
    connect(m_table, &TaskTable::opened, this, [this] { m_shell.showDock(u"details"_s); });
    connect(m_table, &TaskTable::menuAsked, this, &TasksView::openMenu);
    connect(m_table, &TaskTable::filterChanged, this, &TasksView::filterChanged);
    connect(m_table, &TaskTable::statusChanged, this, &TasksView::statusChanged);
    connect(m_actions, &TaskActions::exporting, this, &TasksView::statusChanged);
}

void TasksView::buildTools()
{
    auto *columns = new QToolButton(m_table->tools());
    columns->setObjectName(u"columns"_s);
    columns->setIcon(m_desk.look.icon(u"columns"_s));
    columns->setAutoRaise(true);
    columns->setToolTip(tr("Columns"));
    columns->setAccessibleName(tr("Columns"));
    connect(columns, &QToolButton::clicked, this, [this, columns] {
        auto *menu = new QMenu(this);
        m_table->view()->fillChooser(*menu);
        m_table->view()->popUp(menu, columns->mapToGlobal(QPoint(0, columns->height())));
    });
    m_table->tools()->addButton(columns);
}

QString TasksView::title() const
{
    return tr("Tasks");
}

QString TasksView::filter() const
{
    return m_table->filter();
}

void TasksView::setFilter(const QString &filter)
{
    m_table->setFilter(filter);
    emit statusChanged();
}

ViewStatus TasksView::status() const
{
    ViewStatus status;
    const QString shown = wordsOfCount(m_table->window().rowCount());
    const bool counted = m_table->window().isCounted();
    const QString some = counted ? shown : tr("%1 and more").arg(shown);
    status.shown = m_table->filter().isEmpty() ? tr("%1 tasks").arg(some) : tr("%1 shown of %2").arg(some, wordsOfCount(m_table->total()));
    if (const qint64 selected = m_table->selection().count(); selected > 0)
        status.selected = tr("%1 selected").arg(wordsOfCount(selected));
    return status;
}

QStringList TasksView::actionIds() const
{
    return taskActionIds() + QStringList {u"task.selectAll"_s, u"task.refresh"_s};
}

QString TasksView::whyNot(const QString &actionId) const
{
    if (actionId == u"task.selectAll" || actionId == u"task.refresh")
        return {};
    if (!actionIds().contains(actionId))
        return View::whyNot(actionId);
    return m_actions->whyNot(actionId, m_table->target());
}

void TasksView::run(const QString &actionId)
{
    if (actionId == u"task.selectAll") {
        m_table->selectAllOfQuery();
    } else if (actionId == u"task.refresh") {
        m_table->refresh();
    } else if (actionId == u"task.export" && m_table->selection().isEmpty()) {
        TaskTarget all;
        all.selection.selectQuery(m_table->where(), m_table->window().rowCount());
        m_actions->run(actionId, all, m_table);
    } else {
        m_actions->setProduction(m_shell.isProduction());
        m_actions->run(actionId, m_table->target(), m_table);
    }
}

bool TasksView::goBack()
{
    if (m_table->selection().isEmpty())
        return false;
    m_table->clearSelection();
    return true;
}

// What is asked for is bound when the menu opens: rows may be others when an entry is chosen.
void TasksView::openMenu(const QPoint &at)
{
    auto *menu = new QMenu(this);
    menu->setToolTipsVisible(true);
    const TaskTarget target = m_table->target();
    const QStringList groups[] = {
        {u"task.details"_s, u"task.openTab"_s, u"task.log"_s, u"task.batch"_s, u"task.machine"_s, u"task.compare"_s},
        {u"task.retry"_s, u"task.editRetry"_s, u"task.hold"_s, u"task.pause"_s, u"task.cancel"_s, u"task.kill"_s},
        {u"task.priority"_s, u"task.label"_s, u"task.move"_s, u"task.exclude"_s, u"task.duplicate"_s},
        {u"task.copyCells"_s, u"task.copyJson"_s, u"task.copyCommand"_s, u"task.copyLink"_s, u"task.export"_s},
    };
    for (const QStringList &group : groups) {
        if (!menu->isEmpty())
            menu->addSeparator();
        for (const QString &id : group) {
            const Action *action = m_desk.actions.find(id);
            if (!action)
                continue;
            QAction *entry = menu->addAction(action->icon(), action->text());
            entry->setObjectName(u"menu."_s + id);
            entry->setShortcut(action->shortcut());
            entry->setShortcutVisibleInContextMenu(true);
            const QString reason = m_actions->whyNot(id, target);
            entry->setEnabled(reason.isEmpty());
            entry->setToolTip(reason);
            connect(entry, &QAction::triggered, this, [this, id, target] {
                m_actions->setProduction(m_shell.isProduction());
                m_actions->run(id, target, m_table);
            });
        }
    }
    m_table->view()->popUp(menu, at);
}

QJsonObject TasksView::saved() const
{
    return m_table->saved();
}

void TasksView::restore(const QJsonObject &saved)
{
    m_table->restore(saved);
    emit filterChanged();
}

} // namespace Drover
