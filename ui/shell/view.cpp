#include "ui/shell/view.h"

#include "ui/shell/shell.h"

namespace Drover {

View::View(Shell &shell, QWidget *parent) : QWidget(parent), m_shell(shell), m_desk(shell.desk()) { }

QString View::whyNot(const QString &actionId) const
{
    return actionIds().contains(actionId) ? QString() : tr("Not for what this view shows");
}

} // namespace Drover
