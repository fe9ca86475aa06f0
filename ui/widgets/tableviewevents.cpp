// What a person does with a table: pointer, keys, focus; and the painting around the rows.
#include "ui/widgets/cardpaint.h"
#include "ui/widgets/celldelegate.h"
#include "ui/widgets/look.h"
#include "ui/widgets/tableview.h"

#include <QtGui/QContextMenuEvent>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>

namespace Drover {

QRect TableView::rowRect(int row) const
{
    return {0, rowViewportPosition(row), viewport()->width(), rowHeight(row)};
}

void TableView::paintEvent(QPaintEvent *event)
{
    QPainter ground(viewport());
    ground.fillRect(event->rect(), m_look.color(Tint::Surface));
    ground.end();
    QTableView::paintEvent(event);
    const QModelIndex current = currentIndex();
    if (!current.isValid() || !hasFocus())
        return;
    const QRect row = rowRect(current.row());
    if (!row.intersects(event->rect()))
        return;
    QPainter painter(viewport());
    drawFocusRing(painter, m_look, row, 0);
    if (m_look.isHighContrast() && selectionModel()->isRowSelected(current.row()))
        painter.fillRect(QRect(row.left(), row.top(), 3, row.height()), m_look.color(Tint::Focus));
}

void TableView::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    stretch();
    placeOver();
    if (m_loading)
        showLoading();
    emit visibleRowsChanged();
}

void TableView::scrollContentsBy(int dx, int dy)
{
    QTableView::scrollContentsBy(dx, dy);
    // Another row is under a pointer that rests.
    if (m_hovered >= 0)
        setHovered(rowAt(viewport()->mapFromGlobal(QCursor::pos()).y()));
    placeOver();
    emit visibleRowsChanged();
}

void TableView::updateRow(int row)
{
    if (row >= 0)
        viewport()->update(rowRect(row));
}

void TableView::setHovered(int row)
{
    if (row == m_hovered)
        return;
    updateRow(m_hovered);
    m_hovered = row;
    m_delegate->setHoveredRow(row);
    updateRow(row);
}

void TableView::mouseMoveEvent(QMouseEvent *event)
{
    setHovered(rowAt(event->position().toPoint().y()));
    QTableView::mouseMoveEvent(event);
}

void TableView::leaveEvent(QEvent *event)
{
    setHovered(-1);
    QTableView::leaveEvent(event);
}

Fold TableView::foldOf(int row, int *indent) const
{
    for (int i = 0; m_model && i < m_model->columnCount(); ++i) {
        const auto cell = m_model->data(m_model->index(row, i), CellRole).value<Cell>();
        if (cell.fold != Fold::None) {
            *indent = cell.indent;
            return cell.fold;
        }
    }
    return Fold::None;
}

bool TableView::foldAt(const QPoint &place)
{
    const QModelIndex index = indexAt(place);
    if (!index.isValid())
        return false;
    const auto cell = index.data(CellRole).value<Cell>();
    if (cell.fold == Fold::None || !foldRect(m_look, visualRect(index), cell.indent).contains(place))
        return false;
    emit foldAsked(index.row(), cell.fold == Fold::Closed);
    return true;
}

void TableView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && foldAt(event->position().toPoint()))
        return;
    QTableView::mousePressEvent(event);
}

void TableView::mouseDoubleClickEvent(QMouseEvent *event)
{
    QTableView::mouseDoubleClickEvent(event);
    const QModelIndex index = indexAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && index.isValid())
        emit opened(index);
}

void TableView::keyPressEvent(QKeyEvent *event)
{
    m_key.start();
    const QModelIndex current = currentIndex();
    if (!current.isValid()) {
        QTableView::keyPressEvent(event);
        return;
    }
    int indent = 0;
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (event->modifiers() & ~Qt::KeypadModifier)
            break; // Ctrl+Enter is an action
        emit opened(current);
        return;
    case Qt::Key_Space:
        m_clears = false;
        selectionModel()->select(current, QItemSelectionModel::Toggle | QItemSelectionModel::Rows);
        return;
    case Qt::Key_Right:
    case Qt::Key_Left:
        if (const Fold fold = foldOf(current.row(), &indent); fold != Fold::None) {
            const bool open = event->key() == Qt::Key_Right;
            if (open != (fold == Fold::Open))
                emit foldAsked(current.row(), open);
            return;
        }
        break;
    default: break;
    }
    QTableView::keyPressEvent(event);
}

void TableView::contextMenuEvent(QContextMenuEvent *event)
{
    QPoint at = event->globalPos();
    if (event->reason() == QContextMenuEvent::Keyboard && currentIndex().isValid())
        at = viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft());
    emit menuAsked(at);
}

void TableView::setActive(bool active)
{
    m_delegate->setActive(active);
    viewport()->update();
    emit focusChanged(active);
}

void TableView::focusInEvent(QFocusEvent *event)
{
    QTableView::focusInEvent(event);
    setActive(true);
}

void TableView::focusOutEvent(QFocusEvent *event)
{
    QTableView::focusOutEvent(event);
    // A menu of ours takes the focus for as long as it is open.
    setActive(event->reason() == Qt::PopupFocusReason);
}

QItemSelectionModel::SelectionFlags TableView::selectionCommand(const QModelIndex &index, const QEvent *event) const
{
    const auto flags = QTableView::selectionCommand(index, event);
    if (flags != QItemSelectionModel::NoUpdate)
        m_clears = flags.testFlag(QItemSelectionModel::Clear);
    return flags;
}

void TableView::startDrag(Qt::DropActions actions)
{
    m_dragging = true;
    QTableView::startDrag(actions);
    m_dragging = false;
}

} // namespace Drover
