#include "ui/tasks/taskview.h"

#include "ui/shell/shell.h"
#include "ui/tasks/taskdetails.h"
#include "ui/tasks/taskkinds.h"
#include "ui/widgets/taskactions.h"
#include "ui/widgets/taskactionspecs.h"
#include "ui/widgets/words.h"

#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace Drover {

TaskView::TaskView(Shell &shell, TaskId id, Follows follows)
    : View(shell), m_follows(follows), m_actions(makeTaskActions(shell, this)),
      m_details(new TaskDetails(shell, *m_actions, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_details);
    setFocusProxy(m_details);
    connect(m_details, &TaskDetails::changed, this, [this] {
        emit titleChanged();
        emit actionsChanged();
    });
    m_details->setTask(id);
    if (follows == Follows::CurrentObject) {
        const auto follow = [this](const ObjectLink &link) {
            if (link.kind == u"task")
                m_details->setTask(TaskId {link.number()});
        };
        connect(&shell, &Shell::currentObjectChanged, this, follow);
        follow(shell.currentObject());
    }
}

QString TaskView::title() const
{
    if (m_follows == Follows::CurrentObject)
        return tr("Details");
    const TaskDetail *detail = m_details->detail();
    return detail ? detail->task.name : tr("Task %1").arg(groupedId(m_details->task().value));
}

ObjectLink TaskView::object() const
{
    return linkTo(u"task"_s, m_details->task().value);
}

QStringList TaskView::actionIds() const
{
    return taskActionIds();
}

QString TaskView::whyNot(const QString &actionId) const
{
    if (!actionIds().contains(actionId))
        return View::whyNot(actionId);
    return m_actions->whyNot(actionId, m_details->target());
}

void TaskView::run(const QString &actionId)
{
    m_actions->run(actionId, m_details->target());
}

void TaskView::goTo(const ObjectLink &link)
{
    if (link.kind == u"task")
        m_details->setTask(TaskId {link.number()});
    if (link.part.isEmpty())
        return;
    m_details->showPage(link.part);
}

QJsonObject TaskView::saved() const
{
    return {{u"page"_s, m_details->page()}};
}

void TaskView::restore(const QJsonObject &saved)
{
    m_details->showPage(saved.value(u"page"_s).toString());
}

} // namespace Drover
