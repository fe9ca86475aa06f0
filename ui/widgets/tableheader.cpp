#include "ui/widgets/tableheader.h"

#include "ui/widgets/cardpaint.h"
#include "ui/widgets/look.h"

#include <QtGui/QContextMenuEvent>
#include <QtGui/QPainter>
#include <QtGui/QPainterPath>

namespace Drover {

namespace {

bool isRight(CellKind kind)
{
    return kind == CellKind::Number;
}

} // namespace

TableHeader::TableHeader(const Look &look, QWidget *parent) : QHeaderView(Qt::Horizontal, parent), m_look(look)
{
    setSectionsClickable(true);
    setSectionsMovable(true);
    setHighlightSections(false);
    setSortIndicatorShown(false);
    setSectionResizeMode(QHeaderView::Interactive);
    setFont(look.font(FontUse::Caption));
    connect(this, &QHeaderView::sectionClicked, this, &TableHeader::onClicked);
    connect(&look, &Look::changed, this, &TableHeader::onLookChanged);
    onLookChanged();
}

void TableHeader::onLookChanged()
{
    setFont(m_look.font(FontUse::Caption));
    setMinimumSectionSize(m_look.scaled(32));
    updateGeometry();
    viewport()->update();
}

void TableHeader::setColumns(const QList<Column> &columns)
{
    m_columns = columns;
    viewport()->update();
}

void TableHeader::setOrder(const QString &order)
{
    m_order = order;
    viewport()->update();
}

QSize TableHeader::sizeHint() const
{
    return {QHeaderView::sizeHint().width(), m_look.scaled(26)};
}

bool TableHeader::isSortedBy(const Column &column) const
{
    return !column.order.isEmpty() && (m_order == column.order || m_order == u'-' + column.order);
}

void TableHeader::onClicked(int logicalIndex)
{
    if (logicalIndex < 0 || logicalIndex >= m_columns.size() || m_columns.at(logicalIndex).order.isEmpty())
        return;
    const Column &column = m_columns.at(logicalIndex);
    const bool descending = isSortedBy(column) ? !m_order.startsWith(u'-') : column.falls;
    emit orderAsked(descending ? u'-' + column.order : column.order);
}

void TableHeader::contextMenuEvent(QContextMenuEvent *event)
{
    emit chooserAsked(event->globalPos());
}

void TableHeader::paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const
{
    if (!rect.isValid() || logicalIndex < 0 || logicalIndex >= m_columns.size())
        return;
    const Column &column = m_columns.at(logicalIndex);
    painter->fillRect(rect, m_look.color(Tint::Surface));
    const QColor line = m_look.color(Tint::Border);
    drawHairline(*painter, line, QPointF(rect.left(), rect.bottom()), QPointF(rect.right() + 1, rect.bottom()));
    const int tick = m_look.scaled(16);
    const qreal middle = rect.top() + (rect.height() - tick) / 2.0;
    if (visualIndex(logicalIndex) < count() - 1)
        drawHairline(*painter, line, QPointF(rect.right(), middle), QPointF(rect.right(), middle + tick));

    const int pad = m_look.scaled(8);
    QRect inside = rect.adjusted(pad, 0, -pad, 0);
    const bool sorted = isSortedBy(column);
    const int arrow = sorted ? m_look.scaled(9) : 0;
    const QString title = fontMetrics().elidedText(column.title, Qt::ElideRight, inside.width() - arrow);
    const int width = fontMetrics().horizontalAdvance(title);
    if (isRight(column.kind))
        inside.setLeft(std::max(inside.left(), inside.right() + 1 - width - arrow));
    painter->setFont(font());
    painter->setPen(m_look.color(sorted ? Tint::Text1 : Tint::Text2));
    painter->drawText(inside, int(Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine), title);
    if (!sorted)
        return;
    const qreal half = m_look.scaled(6) / 2.0;
    const QPointF at(inside.left() + width + half + 3, rect.center().y() + 0.5);
    const qreal way = m_order.startsWith(u'-') ? 1 : -1;
    QPainterPath triangle;
    triangle.moveTo(at + QPointF(-half, -way * half * 0.8));
    triangle.lineTo(at + QPointF(half, -way * half * 0.8));
    triangle.lineTo(at + QPointF(0, way * half));
    triangle.closeSubpath();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->fillPath(triangle, m_look.color(Tint::Accent));
    painter->restore();
}

} // namespace Drover
