// Keyboard, mouse and selection of LogView.

#include "ui/log/logview.h"

#include "ui/widgets/look.h"

#include <QtGui/QAccessible>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QScrollBar>

#include <algorithm>

namespace Drover {

namespace {

constexpr int dragInterval = 50; // ms
constexpr int sidewaysColumns = 8;

bool isWordPart(QChar c)
{
    return c.isLetterOrNumber() || c == u'_' || c == u'-' || c == u'.' || c == u'/';
}

} // namespace

qint64 LogView::offsetAt(const QPoint &position, bool *inGutter) const
{
    if (inGutter)
        *inGutter = position.x() < m_columns.gutter;
    if (m_placed.empty())
        return 0;
    auto placed = std::ranges::find_if(m_placed, [&](const Placed &each) {
        return position.y() < each.y + each.lines * m_lineHeight;
    });
    if (placed == m_placed.end())
        return m_placed.back().row.next;
    if (placed->row.isGap)
        return placed->row.begin;
    auto &self = const_cast<LogView &>(*this); // NOLINT(cppcoreguidelines-pro-type-const-cast): fills its cache
    const LogLine &line = self.lineOf(placed->row);
    const int part = std::clamp((position.y() - placed->y) / m_lineHeight, 0, placed->lines - 1);
    const qint64 shift = m_wraps ? qint64(part) * columnsInSight() : m_column;
    const double column = (position.x() - m_columns.text) / m_cell + 0.5;
    if (column < 0 && shift == 0)
        return placed->row.begin;
    return placed->row.begin + line.byteOf(line.characterAt(qsizetype(std::max(0.0, column)) + shift));
}

void LogView::select(const Range &range)
{
    m_anchor = range.begin;
    m_cursor = range.end;
    viewport()->update();
    emit selectionChanged();
}

void LogView::moveCursor(qint64 offset, bool selects)
{
    m_cursor = std::clamp<qint64>(offset, 0, m_document.size());
    if (!selects)
        m_anchor = m_cursor;
    viewport()->update();
    emit selectionChanged();
}

void LogView::moveCursorBy(int rows, bool selects)
{
    std::optional<qint64> begin = m_document.rowStart(m_cursor);
    if (!begin)
        return;
    const qint64 inside = m_cursor - *begin;
    for (; rows > 0 && begin; --rows) {
        const std::optional<LogRow> row = m_document.rowAt(*begin);
        begin = row ? m_document.after(*row) : std::nullopt;
    }
    for (; rows < 0 && begin && *begin > 0; ++rows)
        begin = m_document.before(*begin);
    if (!begin)
        return;
    const std::optional<LogRow> row = m_document.rowAt(*begin);
    moveCursor(row ? std::min(*begin + inside, row->end) : *begin, selects);
    setFollows(false);
    show(m_cursor);
}

void LogView::keyPressEvent(QKeyEvent *event)
{
    const bool selects = event->modifiers() & Qt::ShiftModifier;
    if (event->matches(QKeySequence::Copy)) {
        emit copyWanted();
    } else if (event->matches(QKeySequence::SelectAll)) {
        selectAll();
    } else if (event->matches(QKeySequence::Find) || event->text() == u"/") {
        emit findWanted();
    } else {
        const int page = std::max(1, visibleRows() - 1);
        switch (event->key()) {
        case Qt::Key_Up:
        case Qt::Key_Down: {
            const int step = event->key() == Qt::Key_Up ? -1 : 1;
            if (step < 0)
                setFollows(false);
            selects ? moveCursorBy(step, true) : stepLines(step);
            break;
        }
        case Qt::Key_PageUp:
        case Qt::Key_PageDown: {
            const int step = event->key() == Qt::Key_PageUp ? -page : page;
            if (step < 0)
                setFollows(false);
            selects ? moveCursorBy(step, true) : stepLines(step);
            break;
        }
        case Qt::Key_Left:
        case Qt::Key_Right: {
            const int step = event->key() == Qt::Key_Left ? -1 : 1;
            if (selects)
                moveCursor(m_cursor + step, true);
            else
                horizontalScrollBar()->setValue(horizontalScrollBar()->value() + step * sidewaysColumns);
            break;
        }
        case Qt::Key_Home:
            setFollows(false);
            if (selects)
                moveCursor(0, true);
            scrollTo(m_document.firstRow());
            break;
        case Qt::Key_End:
            if (selects)
                moveCursor(m_document.size(), true);
            setFollows(true);
            break;
        default:
            QAbstractScrollArea::keyPressEvent(event);
            return;
        }
    }
    event->accept();
}

void LogView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    bool inGutter = false;
    const qint64 offset = offsetAt(event->pos(), &inGutter);
    const std::optional<qint64> begin = m_document.rowStart(offset);
    if (inGutter && begin) {
        toggleBookmark(*begin);
        return;
    }
    setFollows(false);
    moveCursor(offset, event->modifiers() & Qt::ShiftModifier);
    m_isSelecting = true;
    m_dragPosition = event->pos();
}

void LogView::mouseMoveEvent(QMouseEvent *event)
{
    const bool inGutter = event->pos().x() < m_columns.gutter;
    viewport()->setCursor(inGutter ? Qt::PointingHandCursor : Qt::IBeamCursor);
    if (!m_isSelecting)
        return;
    m_dragPosition = event->pos();
    moveCursor(offsetAt(event->pos()), true);
    const bool isOutside = event->pos().y() < 0 || event->pos().y() > viewport()->height();
    if (isOutside && m_dragTimer == 0)
        m_dragTimer = startTimer(dragInterval);
}

void LogView::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_dragTimer) {
        QAbstractScrollArea::timerEvent(event);
        return;
    }
    const int height = viewport()->height();
    const int beyond = m_dragPosition.y() < 0 ? m_dragPosition.y() : std::max(0, m_dragPosition.y() - height);
    if (!m_isSelecting || beyond == 0) {
        killTimer(std::exchange(m_dragTimer, 0));
        return;
    }
    stepLines(beyond / m_lineHeight + (beyond < 0 ? -1 : 1));
    moveCursor(offsetAt({m_dragPosition.x(), std::clamp(m_dragPosition.y(), 0, height - 1)}), true);
}

void LogView::mouseReleaseEvent(QMouseEvent *)
{
    m_isSelecting = false;
    if (m_dragTimer != 0)
        killTimer(std::exchange(m_dragTimer, 0));
}

void LogView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const qint64 offset = offsetAt(event->pos());
    const std::optional<qint64> begin = m_document.rowStart(offset);
    const std::optional<LogRow> row = begin ? m_document.rowAt(*begin) : std::nullopt;
    if (!row || row->isGap || event->pos().x() < m_columns.gutter)
        return;
    const LogLine &line = lineOf(*row);
    const QString &text = line.text();
    qsizetype from = std::min<qsizetype>(line.characterOf(offset - row->begin), text.size());
    qsizetype to = from;
    while (from > 0 && isWordPart(text[from - 1]))
        --from;
    while (to < text.size() && isWordPart(text[to]))
        ++to;
    select({row->begin + line.byteOf(from), row->begin + line.byteOf(to)});
}

void LogView::wheelEvent(QWheelEvent *event)
{
    const QPoint delta = event->angleDelta();
    if (std::abs(delta.x()) > std::abs(delta.y()) || (event->modifiers() & Qt::ShiftModifier)) {
        const int across = delta.x() != 0 ? delta.x() : delta.y();
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - across * sidewaysColumns / 120);
        return;
    }
    const int lines = -delta.y() * QApplication::wheelScrollLines() / 120;
    if (lines < 0)
        setFollows(false);
    if (lines != 0)
        stepLines(lines);
    event->accept();
}

void LogView::contextMenuEvent(QContextMenuEvent *event)
{
    emit menuWanted(event->globalPos());
}

void LogView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void LogView::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

} // namespace Drover
