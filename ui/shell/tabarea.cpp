#include "ui/shell/tabarea.h"

#include "ui/shell/view.h"
#include "ui/widgets/look.h"

#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStackedWidget>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int outOfTheBar = 36; // pixels below or above it

} // namespace

TabStrip::TabStrip(QWidget *parent) : QTabBar(parent)
{
    setObjectName(u"tabs"_s);
    setDocumentMode(true);
    setDrawBase(false);
    setExpanding(false);
    setMovable(true);
    setTabsClosable(true);
    setElideMode(Qt::ElideMiddle);
    setUsesScrollButtons(true);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setFocusPolicy(Qt::TabFocus);
}

void TabStrip::mousePressEvent(QMouseEvent *event)
{
    m_pressed = event->button() == Qt::LeftButton ? tabAt(event->pos()) : -1;
    if (event->button() == Qt::MiddleButton && tabAt(event->pos()) >= 0)
        emit tabCloseRequested(tabAt(event->pos()));
    QTabBar::mousePressEvent(event);
}

void TabStrip::mouseMoveEvent(QMouseEvent *event)
{
    const bool outside = event->pos().y() > height() + outOfTheBar || event->pos().y() < -outOfTheBar;
    setCursor(m_pressed >= 0 && outside ? Qt::DragMoveCursor : Qt::ArrowCursor);
    QTabBar::mouseMoveEvent(event);
}

void TabStrip::mouseReleaseEvent(QMouseEvent *event)
{
    QTabBar::mouseReleaseEvent(event);
    setCursor(Qt::ArrowCursor);
    const bool outside = event->pos().y() > height() + outOfTheBar || event->pos().y() < -outOfTheBar;
    if (m_pressed >= 0 && outside)
        emit drawnOut(currentIndex(), event->globalPosition().toPoint());
    m_pressed = -1;
}

TabArea::TabArea(const Look &look, QWidget *parent)
    : QWidget(parent), m_look(look), m_strip(new TabStrip), m_banners(new BannerArea(look)), m_pages(new QStackedWidget)
{
    auto *line = new QHBoxLayout;
    line->setContentsMargins(4, 0, 4, 0);
    line->addWidget(m_strip, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(line);
    column->addWidget(m_banners);
    column->addWidget(m_pages, 1);
    m_pages->setMinimumSize(320, 120);
    m_strip->setAccessibleName(tr("Open views"));
    connect(m_strip, &QTabBar::currentChanged, this, [this](int index) {
        View *view = at(index);
        if (view)
            m_pages->setCurrentWidget(view);
        emit currentChanged(view);
    });
    connect(m_strip, &QTabBar::tabCloseRequested, this, [this](int index) {
        if (View *view = at(index))
            emit closeAsked(view);
    });
    connect(m_strip, &TabStrip::drawnOut, this, [this](int index, QPoint where) {
        View *view = at(index);
        if (view && m_strip->count() > 1)
            emit windowAsked(view, where);
    });
    connect(m_strip, &QWidget::customContextMenuRequested, this, &TabArea::onMenu);
    applyLook();
    connect(&look, &Look::changed, this, &TabArea::applyLook);
}

void TabArea::applyLook()
{
    m_strip->setFixedHeight(m_look.scaled(32));
    update();
}

void TabArea::add(View *view, Closable closable)
{
    m_pages->addWidget(view);
    const int index = m_strip->addTab(m_look.icon(view->iconName()), view->title());
    m_strip->setTabData(index, QVariant::fromValue<QObject *>(view));
    m_strip->setTabToolTip(index, view->title());
    if (closable == Closable::No)
        m_strip->setTabButton(index, QTabBar::RightSide, nullptr);
    connect(view, &View::titleChanged, this, [this, view] {
        const int now = indexOf(view);
        if (now < 0)
            return;
        m_strip->setTabText(now, view->title());
        m_strip->setTabToolTip(now, view->title());
        m_strip->setTabIcon(now, m_look.icon(view->iconName()));
    });
}

void TabArea::release(View *view)
{
    disconnect(view, nullptr, this, nullptr);
    const int index = indexOf(view);
    m_pages->removeWidget(view);
    view->setParent(nullptr);
    if (index >= 0)
        m_strip->removeTab(index);
}

void TabArea::setCurrent(View *view)
{
    const int index = indexOf(view);
    if (index >= 0)
        m_strip->setCurrentIndex(index);
}

View *TabArea::current() const
{
    return at(m_strip->currentIndex());
}

QList<View *> TabArea::views() const
{
    QList<View *> all;
    for (int i = 0; i < m_strip->count(); ++i)
        all.append(at(i));
    return all;
}

bool TabArea::isClosable(const View *view) const
{
    const int index = indexOf(view);
    return index >= 0 && m_strip->tabButton(index, QTabBar::RightSide);
}

View *TabArea::at(int index) const
{
    return index < 0 ? nullptr : qobject_cast<View *>(m_strip->tabData(index).value<QObject *>());
}

int TabArea::indexOf(const View *view) const
{
    for (int i = 0; i < m_strip->count(); ++i) {
        if (at(i) == view)
            return i;
    }
    return -1;
}

void TabArea::onMenu(QPoint where)
{
    View *view = at(m_strip->tabAt(where));
    if (!view)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *window = menu->addAction(tr("Open in a window"));
    window->setEnabled(m_strip->count() > 1);
    const QPoint global = m_strip->mapToGlobal(where);
    connect(window, &QAction::triggered, this, [this, view, global] { emit windowAsked(view, global); });
    connect(menu->addAction(tr("Close")), &QAction::triggered, this, [this, view] { emit closeAsked(view); });
    connect(menu->addAction(tr("Close others")), &QAction::triggered, this, [this, view] {
        for (View *other : views()) {
            if (other != view)
                emit closeAsked(other);
        }
    });
    menu->popup(global);
}

void TabArea::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QRect strip(0, 0, width(), m_strip->height());
    painter.fillRect(strip, m_look.color(Tint::Window));
    painter.fillRect(QRect(0, strip.bottom(), width(), 1), m_look.color(Tint::Border));
    painter.fillRect(rect().adjusted(0, strip.height(), 0, 0), m_look.color(Tint::Surface));
}

} // namespace Drover
