#include "ui/shell/dropzone.h"

#include "ui/shell/view.h"
#include "ui/widgets/look.h"

#include <QtCore/QMimeData>
#include <QtGui/QDragEnterEvent>
#include <QtGui/QPainter>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int iconSize = 20;

View *viewAt(QWidget &area, QPoint place)
{
    for (QWidget *widget = area.childAt(place); widget; widget = widget->parentWidget()) {
        if (auto *view = qobject_cast<View *>(widget))
            return view;
    }
    return nullptr;
}

} // namespace

DropZone::DropZone(const Look &look, QWidget *area) : QWidget(area), m_look(look), m_area(area)
{
    setObjectName(u"dropZone"_s);
    setAttribute(Qt::WA_TransparentForMouseEvents); // the pointer stays with what is below
    hide();
    area->setAcceptDrops(true);
    area->installEventFilter(this);
}

bool DropZone::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_area)
        return false;
    switch (event->type()) {
    case QEvent::DragEnter: {
        auto *enter = static_cast<QDragEnterEvent *>(event);
        m_things = droppedThings(*enter->mimeData());
        if (m_things.isEmpty())
            return false;
        enter->accept();
        return true;
    }
    case QEvent::DragMove: {
        auto *move = static_cast<QDragMoveEvent *>(event);
        aim(move->position().toPoint());
        move->setDropAction(Qt::CopyAction); // whoever drags must not delete them
        move->setAccepted(bool(m_target.act));
        return true;
    }
    case QEvent::DragLeave:
        leave();
        return true;
    case QEvent::Drop: {
        auto *drop = static_cast<QDropEvent *>(event);
        aim(drop->position().toPoint());
        const std::function<void()> act = m_target.act;
        leave();
        drop->setDropAction(Qt::CopyAction);
        drop->setAccepted(bool(act));
        if (act)
            QMetaObject::invokeMethod(m_area, act, Qt::QueuedConnection); // the drag has ended by then
        return true;
    }
    default:
        return false;
    }
}

void DropZone::aim(QPoint place)
{
    hide(); // or it would be what stands there
    View *view = viewAt(*m_area, place);
    m_target = view ? view->dropTarget(view->mapFrom(m_area, place), m_things) : DropTarget{};
    if (!view)
        return;
    m_rect = m_target.rect.isNull() ? QRect(view->mapTo(m_area, QPoint(0, 0)), view->size())
                                    : QRect(view->mapTo(m_area, m_target.rect.topLeft()), m_target.rect.size());
    setGeometry(m_area->rect());
    raise();
    show();
    update();
}

void DropZone::leave()
{
    hide();
    m_target = {};
}

void DropZone::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool refused = !m_target.act;
    const QRectF edge = QRectF(m_rect).adjusted(3, 3, -3, -3);
    QColor fill = m_look.color(refused ? Tint::Surface : Tint::AccentSoft);
    fill.setAlphaF(0.92F);
    painter.setPen(QPen(m_look.color(refused ? Tint::Text3 : Tint::Accent), 2, Qt::DashLine));
    painter.setBrush(fill);
    painter.drawRoundedRect(edge, 6, 6);
    const QString text = refused ? m_target.refusal : m_target.sentence;
    const QFont font = m_look.font(FontUse::BodyStrong);
    const int width = QFontMetrics(font).horizontalAdvance(text);
    const int left = int(edge.center().x()) - (iconSize + 8 + width) / 2;
    const int middle = int(edge.center().y());
    painter.drawPixmap(left, middle - iconSize / 2,
                       m_look.pixmap(refused ? u"state-cancelled"_s : u"drop"_s, refused ? Tint::Text3 : Tint::Accent, iconSize, devicePixelRatioF()));
    painter.setFont(font);
    painter.setPen(m_look.color(refused ? Tint::Text2 : Tint::Text1));
    painter.drawText(QRect(left + iconSize + 8, middle - 20, width + 4, 40), Qt::AlignVCenter | Qt::AlignLeft, text);
}

} // namespace Drover
