#include "ui/shell/rail.h"

#include "ui/shell/savedview.h"
#include "ui/widgets/cardpaint.h"
#include "ui/widgets/look.h"

#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int wide = 196;
constexpr int narrow = 48;
constexpr int edge = 8; // free at both sides of a row

} // namespace

RailItem::RailItem(const Look &look, const QString &text, const QString &icon, QWidget *parent)
    : QAbstractButton(parent), m_look(look), m_icon(icon)
{
    setText(text);
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    describe();
}

void RailItem::setBadge(const Badge &badge)
{
    if (m_badge.text == badge.text && m_badge.trouble == badge.trouble)
        return;
    m_badge = badge;
    describe();
    update();
}

void RailItem::setCollapsed(bool collapsed)
{
    m_collapsed = collapsed;
    describe();
    update();
}

void RailItem::setKeys(const QString &keys)
{
    m_keys = keys;
    describe();
}

void RailItem::describe()
{
    const QString number = m_badge.text.isEmpty() ? QString() : u", "_s + m_badge.text;
    setAccessibleName(text() + number);
    QString tip = m_collapsed ? text() + number : QString();
    if (!m_keys.isEmpty())
        tip = text() + number + u"  "_s + m_keys;
    setToolTip(tip);
}

QSize RailItem::sizeHint() const
{
    return {m_look.scaled(wide), m_look.railRowHeight()};
}

void RailItem::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool current = isChecked();
    const qreal ratio = devicePixelRatioF();
    const bool rtl = isRightToLeft();
    const QRect row = rect().adjusted(edge, 0, -edge, 0);
    painter.setPen(Qt::NoPen);
    if (current || underMouse()) {
        painter.setBrush(m_look.color(current ? Tint::Selection : Tint::Sunken));
        painter.drawRoundedRect(row, 5, 5);
    }
    if (current) { // the bar at the window's edge
        painter.setBrush(m_look.color(Tint::Accent));
        painter.drawRoundedRect(QRectF(rtl ? width() - 3 : -3, 6, 6, height() - 12), 2, 2);
    }
    if (hasFocus())
        drawFocusRing(painter, m_look, row, 5);
    const auto placed = [&](QRect at) {
        return rtl ? QRect(QPoint(width() - at.right() - 1, at.top()), at.size()) : at;
    };
    const int iconX = m_collapsed ? (width() - 16) / 2 : edge + 8;
    const QRect icon(iconX, (height() - 16) / 2, 16, 16);
    painter.drawPixmap(placed(icon).topLeft(), m_look.pixmap(m_icon, current ? Tint::Accent : Tint::Text2, 16, ratio));
    if (m_collapsed) {
        if (m_badge.trouble) {
            painter.setPen(QPen(m_look.color(Tint::Window), 1.5));
            painter.setBrush(m_look.color(Tint::Lost));
            painter.drawEllipse(QPointF(placed(icon).right() + 1, icon.top() + 1), 4, 4);
        }
        return;
    }
    int right = width() - edge - 8;
    if (!m_badge.text.isEmpty()) {
        painter.setFont(m_look.font(FontUse::Caption));
        const int number = painter.fontMetrics().horizontalAdvance(m_badge.text);
        painter.setPen(m_look.color(m_badge.trouble ? Tint::Lost : Tint::Text3));
        painter.drawText(placed(QRect(right - number, 0, number, height())), Qt::AlignCenter, m_badge.text);
        right -= number + 4;
        if (m_badge.trouble) {
            const QRect shape(right - 12, (height() - 12) / 2, 12, 12);
            painter.drawPixmap(placed(shape).topLeft(), m_look.pixmap(u"machine-lost"_s, Tint::Lost, 12, ratio));
            right -= 16;
        }
    }
    painter.setFont(m_look.font(current ? FontUse::BodyStrong : FontUse::Body));
    painter.setPen(m_look.color(current ? Tint::Text1 : Tint::Text2));
    const QRect words(edge + 34, 0, right - edge - 34, height());
    painter.drawText(placed(words), int(Qt::AlignVCenter) | (rtl ? Qt::AlignRight : Qt::AlignLeft),
                     painter.fontMetrics().elidedText(text(), Qt::ElideMiddle, words.width()));
}

Rail::Rail(const Look &look, QWidget *parent)
    : QWidget(parent), m_look(look), m_views(new QVBoxLayout), m_savedViews(new QVBoxLayout), m_foot(new QVBoxLayout),
      m_dropLine(new QFrame(this))
{
    setObjectName(u"rail"_s);
    setAccessibleName(tr("Views"));
    auto *caption = new QWidget;
    m_caption = caption;
    auto *captionLine = new QHBoxLayout(caption);
    captionLine->setContentsMargins(16, 12, 10, 2);
    auto *words = new QLabel(tr("Saved views"));
    words->setObjectName(u"savedCaption"_s);
    auto *save = new QToolButton;
    save->setObjectName(u"saveView"_s);
    save->setIcon(look.icon(u"plus"_s));
    save->setIconSize({14, 14});
    save->setAccessibleName(tr("Save this view"));
    save->setToolTip(tr("Save this view with its filter, order and columns"));
    connect(save, &QToolButton::clicked, this, &Rail::saveAsked);
    captionLine->addWidget(words, 1);
    captionLine->addWidget(save);
    auto *fold = new QToolButton;
    fold->setObjectName(u"foldRail"_s);
    m_fold = fold;
    connect(fold, &QToolButton::clicked, this, [this] { emit collapseAsked(!m_collapsed); });

    auto *inner = new QWidget;
    auto *upper = new QVBoxLayout(inner);
    upper->setContentsMargins(0, 8, 0, 0);
    upper->setSpacing(0);
    upper->addLayout(m_views);
    upper->addWidget(caption);
    upper->addLayout(m_savedViews);
    upper->addStretch(1);
    auto *scroll = new QScrollArea;
    scroll->setWidget(inner);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 1, 0);
    all->setSpacing(0);
    all->addWidget(scroll, 1);
    m_foot->setContentsMargins(0, 0, 0, 8);
    all->addLayout(m_foot);
    m_views->setSpacing(0);
    m_savedViews->setSpacing(0);
    m_foot->setSpacing(0);
    m_dropLine->setAutoFillBackground(true);
    m_dropLine->hide();
    applyLook();
    connect(&look, &Look::changed, this, &Rail::applyLook);
    setCollapsed(false);
}

void Rail::applyLook()
{
    if (auto *words = findChild<QLabel *>(u"savedCaption"_s)) {
        words->setFont(m_look.font(FontUse::CaptionStrong));
        QPalette quiet = words->palette();
        quiet.setColor(QPalette::WindowText, m_look.color(Tint::Text3));
        words->setPalette(quiet);
    }
    QPalette line = m_dropLine->palette();
    line.setColor(QPalette::Window, m_look.color(Tint::Accent));
    m_dropLine->setPalette(line);
    setFixedWidth(m_collapsed ? narrow : m_look.scaled(wide));
    for (RailItem *item : findChildren<RailItem *>())
        item->updateGeometry();
    update();
}

RailItem *Rail::addItem(QVBoxLayout *layout, const ViewKind &kind)
{
    auto *item = new RailItem(m_look, kind.title, kind.icon);
    item->setObjectName(u"rail."_s + kind.id);
    item->setCollapsed(m_collapsed);
    connect(item, &RailItem::clicked, this, [this, item, id = kind.id] {
        item->setChecked(true); // pressing the current one leaves it the current one
        emit chosen(id);
    });
    layout->addWidget(item);
    m_items.insert(kind.id, item);
    m_order.append(kind.id);
    return item;
}

void Rail::setKinds(const QList<ViewKind> &kinds)
{
    qDeleteAll(m_items);
    m_items.clear();
    m_order.clear();
    for (const ViewKind &kind : kinds) {
        if (kind.place == Place::Rail)
            addItem(m_views, kind);
    }
    for (const ViewKind &kind : kinds) {
        if (kind.place == Place::RailFoot)
            addItem(m_foot, kind);
    }
    m_foot->addWidget(m_fold, 0, Qt::AlignHCenter);
}

void Rail::setCurrent(const QString &viewId, const QString &savedView)
{
    bool saved = false;
    for (RailItem *item : std::as_const(m_saved)) {
        item->setChecked(!savedView.isEmpty() && item->text() == savedView);
        saved = saved || item->isChecked();
    }
    for (auto it = m_items.cbegin(); it != m_items.cend(); ++it)
        it.value()->setChecked(!saved && it.key() == viewId);
}

void Rail::setBadge(const QString &viewId, const Badge &badge)
{
    if (RailItem *item = m_items.value(viewId))
        item->setBadge(badge);
}

void Rail::setKeys(const QString &viewId, const QString &keys)
{
    if (RailItem *item = m_items.value(viewId))
        item->setKeys(keys);
}

void Rail::setSavedViews(const QList<SavedView> &views)
{
    QHash<QString, Badge> counts;
    for (RailItem *item : std::as_const(m_saved)) {
        counts.insert(item->text(), item->badge());
        item->hide();
        item->deleteLater();
    }
    m_saved.clear();
    for (const SavedView &view : views) {
        auto *item = new RailItem(m_look, view.name, u"bookmark"_s);
        item->setObjectName(u"saved."_s + view.name);
        item->setCollapsed(m_collapsed);
        item->setBadge(counts.value(view.name));
        item->installEventFilter(this);
        connect(item, &RailItem::clicked, this, [this, item, name = view.name] {
            item->setChecked(true);
            emit savedChosen(name);
        });
        m_savedViews->addWidget(item);
        m_saved.append(item);
    }
}

void Rail::setSavedCount(const QString &name, const QString &count)
{
    for (RailItem *item : std::as_const(m_saved)) {
        if (item->text() == name)
            item->setBadge({count});
    }
}

void Rail::setCollapsed(bool collapsed)
{
    m_collapsed = collapsed;
    setFixedWidth(collapsed ? narrow : m_look.scaled(wide));
    m_caption->setVisible(!collapsed);
    for (RailItem *item : findChildren<RailItem *>())
        item->setCollapsed(collapsed);
    const QString words = collapsed ? tr("Widen the rail") : tr("Narrow the rail");
    m_fold->setIcon(m_look.icon(collapsed ? u"chevron-right"_s : u"chevron-left"_s, Tint::Text3));
    m_fold->setToolTip(words);
    m_fold->setAccessibleName(words);
}

bool Rail::eventFilter(QObject *watched, QEvent *event)
{
    auto *item = qobject_cast<RailItem *>(watched);
    if (item && m_saved.contains(item)) {
        if (event->type() == QEvent::ContextMenu) {
            emit savedMenu(item->text(), static_cast<QContextMenuEvent *>(event)->globalPos());
            return true;
        }
        return dragSaved(item, event);
    }
    return QWidget::eventFilter(watched, event);
}

// The row stays where it is; a line says where it would go.
bool Rail::dragSaved(RailItem *item, QEvent *event)
{
    if (event->type() == QEvent::MouseButtonPress) {
        m_pressedAt = static_cast<QMouseEvent *>(event)->pos();
    } else if (event->type() == QEvent::MouseMove) {
        const auto *mouse = static_cast<QMouseEvent *>(event);
        if (!(mouse->buttons() & Qt::LeftButton) || (m_dropAt < 0 && (mouse->pos() - m_pressedAt).manhattanLength() < 8))
            return false;
        const int y = item->mapTo(this, mouse->pos()).y();
        m_dropAt = 0;
        for (const RailItem *other : std::as_const(m_saved)) {
            if (y > other->mapTo(this, other->rect().center()).y())
                ++m_dropAt;
        }
        showDropLine();
        return true;
    } else if (event->type() == QEvent::MouseButtonRelease && m_dropAt >= 0) {
        const int from = int(m_saved.indexOf(item));
        const int to = m_dropAt > from ? m_dropAt - 1 : m_dropAt;
        m_dropAt = -1;
        item->setDown(false);
        showDropLine();
        if (to != from)
            emit savedMoved(item->text(), to);
        return true;
    }
    return false;
}

void Rail::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_look.color(Tint::Window));
    const bool rtl = isRightToLeft();
    painter.fillRect(QRect(rtl ? 0 : width() - 1, 0, 1, height()), m_look.color(Tint::Border));
}

void Rail::showDropLine()
{
    m_dropLine->setVisible(m_dropAt >= 0 && !m_saved.isEmpty());
    if (!m_dropLine->isVisible())
        return;
    const bool end = m_dropAt >= m_saved.size();
    const RailItem *by = m_saved.at(std::min<qsizetype>(m_dropAt, m_saved.size() - 1));
    const int y = by->mapTo(this, QPoint(0, end ? by->height() : 0)).y();
    m_dropLine->setGeometry(edge, y - 1, width() - 2 * edge, 2);
    m_dropLine->raise();
}

} // namespace Drover
