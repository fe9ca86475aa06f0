#include "ui/shell/viewwindow.h"

#include "ui/shell/topbar.h"
#include "ui/shell/view.h"
#include "ui/widgets/actionregistry.h"
#include "ui/widgets/look.h"

#include <QtGui/QCloseEvent>
#include <QtWidgets/QBoxLayout>

using namespace Qt::StringLiterals;

namespace Drover {

ViewWindow::ViewWindow(const Look &look, const ActionRegistry &actions, const ServerFace &face, View *view)
    : QWidget(nullptr, Qt::Window), m_view(view)
{
    setObjectName(u"viewWindow"_s);
    auto *stripe = new ServerStripe(look);
    stripe->setFace(face);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(stripe);
    column->addWidget(view, 1);
    view->show();
    for (Action *action : actions.all()) {
        if (action->spec().scope == ShortcutScope::Window)
            addAction(action);
    }
    const auto named = [this, name = face.name] { setWindowTitle(m_view->title() + u" – "_s + name); };
    connect(view, &View::titleChanged, this, named);
    named();
    resize(look.scaled(1000), look.scaled(640));
}

View *ViewWindow::release()
{
    View *view = m_view;
    disconnect(view, nullptr, this, nullptr);
    layout()->removeWidget(view);
    view->setParent(nullptr);
    return view;
}

void ViewWindow::closeEvent(QCloseEvent *event)
{
    event->accept();
    emit closing();
}

} // namespace Drover
