#include "ui/shell/view.h"

#include "ui/shell/shell.h"

namespace Drover {

View::View(Shell &shell, QWidget *parent) : QWidget(parent), m_shell(shell), m_desk(shell.desk()) { }

QString View::whyNot(const QString &actionId) const
{
    return actionIds().contains(actionId) ? QString() : tr("Not for what this view shows");
}

DropTarget View::dropTarget(QPoint, const DroppedThings &things)
{
    if (!things.tasks.isEmpty())
        return {.rect = {}, .sentence = {}, .refusal = tr("Tasks can be dropped on a batch or a machine")};
    return {.rect = {}, .sentence = tr("Preview %n task(s)", nullptr, things.count()), .refusal = {},
            .act = [this, link = submitLink(things)] { m_shell.open(link); }};
}

} // namespace Drover
