#include "ui/shell/dockframe.h"

#include "ui/shell/shell.h"
#include "ui/shell/view.h"
#include "ui/widgets/look.h"

#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace Drover {

DockFrame::DockFrame(Shell &shell, const Look &look, ViewKind kind, QWidget *parent)
    : QDockWidget(kind.title, parent), m_shell(shell), m_kind(std::move(kind))
{
    setObjectName(u"dock."_s + m_kind.id);
    setAccessibleName(m_kind.title);
    setTitleBarWidget(new DockTitle(look, *this, m_kind.icon));
    setAllowedAreas(m_kind.place == Place::BottomDock ? Qt::BottomDockWidgetArea | Qt::TopDockWidgetArea
                                                      : Qt::RightDockWidgetArea | Qt::LeftDockWidgetArea);
}

View *DockFrame::need()
{
    if (m_view || !m_kind.create)
        return m_view;
    m_view = m_kind.create(m_shell, m_shell.currentObject());
    setWidget(m_view);
    emit made(m_view);
    return m_view;
}

void DockFrame::showEvent(QShowEvent *event)
{
    View *view = need();
    QDockWidget::showEvent(event);
    if (view)
        view->activated();
}

DockTitle::DockTitle(const Look &look, QDockWidget &dock, const QString &icon)
    : QWidget(&dock), m_look(look), m_dock(dock), m_icon(icon)
{
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(12, 0, 6, 1);
    line->addStretch(1);
    auto *close = new QToolButton;
    close->setObjectName(u"closeDock"_s);
    close->setIcon(look.icon(u"close"_s));
    close->setAccessibleName(tr("Close %1").arg(dock.windowTitle()));
    close->setToolTip(close->accessibleName());
    connect(close, &QToolButton::clicked, &dock, &QWidget::close);
    line->addWidget(close);
    setFixedHeight(look.scaled(32));
}

void DockTitle::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_look.color(Tint::Window));
    painter.fillRect(QRect(0, height() - 1, width(), 1), m_look.color(Tint::Border));
    if (m_dock.allowedAreas() & Qt::BottomDockWidgetArea)
        painter.fillRect(QRect(0, 0, width(), 1), m_look.color(Tint::Border));
    painter.drawPixmap(12, (height() - 16) / 2, m_look.pixmap(m_icon, Tint::Text2, 16, devicePixelRatioF()));
    painter.setFont(m_look.font(FontUse::BodyStrong));
    painter.setPen(m_look.color(Tint::Text1));
    painter.drawText(rect().adjusted(36, 0, -40, 0), Qt::AlignVCenter, m_dock.windowTitle());
}

} // namespace Drover
