#include "ui/batches/taskspage.h"

#include "app/mirror/mirror.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/taskactions.h"
#include "ui/widgets/taskactionspecs.h"
#include "ui/widgets/tasktable.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QMenu>

using namespace Qt::StringLiterals;

namespace Drover {

TasksPage::TasksPage(Shell &shell)
    : m_shell(shell), m_desk(shell.desk()), m_actions(new TaskActions(m_desk, this)), m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    connect(m_actions, &TaskActions::openAsked, this, [this](const ObjectLink &link, bool inTab) {
        m_shell.open(link, inTab ? OpenIn::NewTab : OpenIn::Tab);
    });
    connect(m_actions, &TaskActions::detailsAsked, this, [this] { m_shell.showDock(u"details"_s); });
    connect(m_actions, &TaskActions::copied, this,
            [this](const QString &text, const QString &what) { m_shell.copy(text, what); });
}

void TasksPage::show(const Batch &batch, const QString &step)
{
    QString scope = u"batch = %1"_s.arg(batch.id.value);
    if (!step.isEmpty())
        scope += u" and step = \"%1\""_s.arg(QString(step).replace(u'"', u"\"\""_s));
    if (scope != m_scope)
        makeTable(scope);
}

// Its scope is for life: another batch is another table.
void TasksPage::makeTable(const QString &scope)
{
    delete m_table;
    m_scope = scope;
    m_table = new TaskTable(m_desk, scope, u"tables/batchtasks"_s, this);
    m_column->addWidget(m_table);
    connect(m_table, &TaskTable::selectionChanged, this, &TasksPage::selectionChanged);
    connect(m_table, &TaskTable::currentChanged, this,
            [this](TaskId id) { m_shell.setCurrentObject(linkTo(u"task"_s, id.value)); });
    connect(m_table, &TaskTable::opened, this, [this] { m_shell.showDock(u"details"_s); });
    connect(m_table, &TaskTable::menuAsked, this, &TasksPage::openMenu);
}

QString TasksPage::whyNot(const QString &actionId) const
{
    // These need an editor or a place for a file, which the view of tasks has.
    if (actionId == u"task.editRetry" || actionId == u"task.duplicate" || actionId == u"task.export")
        return tr("In the view of tasks: Show tasks leads there");
    return m_table ? m_actions->whyNot(actionId, m_table->target()) : tr("Choose a batch first");
}

void TasksPage::run(const QString &actionId)
{
    if (!m_table)
        return;
    m_actions->setProduction(m_shell.isProduction());
    m_actions->run(actionId, m_table->target(), m_table);
}

void TasksPage::openMenu(const QPoint &place)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    for (const QString &id : {u"task.details"_s, u"task.log"_s, u"task.retry"_s, u"task.hold"_s, u"task.cancel"_s,
                              u"task.priority"_s, u"task.label"_s, u"task.move"_s, u"task.copyCommand"_s}) {
        if (Action *action = m_desk.actions.find(id))
            menu->addAction(action);
    }
    m_table->view()->popUp(menu, place);
}

} // namespace Drover
