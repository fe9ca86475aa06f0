#include "ui/log/logview.h"

#include "ui/log/logaccessible.h"
#include "ui/log/loglane.h"
#include "ui/log/logpainter.h"
#include "ui/widgets/look.h"

#include <QtGui/QFontMetricsF>
#include <QtGui/QPainter>
#include <QtGui/QResizeEvent>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int laneWidth = 16;
constexpr qint64 largestRange = 1 << 30; // of a scroll bar
constexpr int timeColumns = 12; // 10:23:31.884

qint64 scaleOf(qint64 size)
{
    return std::max<qint64>(1, size / largestRange + 1);
}

} // namespace

LogView::LogView(LogDocument &document, LogSearch &search, const Look &look, QWidget *parent)
    : QAbstractScrollArea(parent), m_document(document), m_search(search), m_look(look)
{
    installLogAccessibility();
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setLayoutDirection(Qt::LeftToRight); // logs are not mirrored
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setMouseTracking(true);
    m_lane = new LogLane(document, search, look, this);
    connect(m_lane, &LogLane::wanted, this, [this](qint64 offset) {
        setFollows(false);
        show(offset);
    });
    connect(&document, &LogDocument::changed, this, &LogView::onChanged);
    connect(&document, &LogDocument::arrived, this, &LogView::onArrived);
    connect(&document, &LogDocument::wasReset, this, &LogView::onReset);
    connect(&search, &LogSearch::changed, viewport(), qOverload<>(&QWidget::update));
    connect(&search, &LogSearch::wanted, this, [this](const LogHit &hit) {
        setFollows(false);
        m_anchor = m_cursor = hit.offset;
        show(hit.offset);
    });
    connect(&look, &Look::changed, this, &LogView::restyle);
    connect(&look, &Look::utcChanged, viewport(), qOverload<>(&QWidget::update));
    restyle();
}

LogView::~LogView() = default;

void LogView::restyle()
{
    m_font = m_look.font(FontUse::Mono);
    const QFontMetricsF metrics(m_font);
    m_cell = metrics.horizontalAdvance(QString(100, u'0')) / 100;
    m_lineHeight = std::max(m_look.logLineHeight(), int(std::ceil(metrics.height())));
    m_ascent = int(std::lround((m_lineHeight - metrics.height()) / 2 + metrics.ascent()));
    setViewportMargins(0, 0, m_look.scaled(laneWidth), 0);
    updateColumns();
    place();
    viewport()->update();
}

void LogView::updateColumns()
{
    const QString most = QString::number(std::max<qint64>(m_document.info().lines, 9999));
    Columns &c = m_columns;
    c.gutter = std::max(m_look.scaled(62), int(std::ceil(double(most.size()) * m_cell)) + m_look.scaled(30));
    c.time = c.gutter + m_look.scaled(11);
    const bool moments = m_showsMoments && m_document.hasMoments();
    c.level = c.time + (moments ? int(std::ceil(timeColumns * m_cell)) + m_look.scaled(10) : 0);
    c.text = c.level + std::max(m_look.scaled(48), int(std::ceil(6 * m_cell)));
    c.end = viewport()->width();
}

int LogView::columnsInSight() const
{
    return std::max(8, int((m_columns.end - m_columns.text - 4) / m_cell));
}

int LogView::visibleRows() const
{
    return std::max(1, viewport()->height() / m_lineHeight);
}

const LogLine &LogView::lineOf(const LogRow &row)
{
    static const LogLine none;
    if (row.isGap)
        return none;
    if (const LogLine *line = m_lines.object(row.begin); line && line->size() == row.end - row.begin)
        return *line;
    const std::optional<QByteArray> bytes = m_document.bytes(row.begin, row.end);
    if (!bytes)
        return none;
    auto *line = new LogLine(*bytes);
    m_lines.insert(row.begin, line, std::max<qsizetype>(64, bytes->size() * 4));
    return *m_lines.object(row.begin);
}

int LogView::linesOf(const LogRow &row)
{
    if (!m_wraps || row.isGap)
        return 1;
    const qsizetype columns = lineOf(row).columns();
    const int width = columnsInSight();
    return std::max(1, int((columns + width - 1) / width));
}

void LogView::place()
{
    m_placed.clear();
    if (m_pending == Pending::End && m_top == 0 && m_document.size() > 0 && !endTop(nullptr))
        return; // rather grey than the beginning for a moment
    int y = -m_topSub * m_lineHeight;
    const int height = viewport()->height();
    for (qint64 at = std::max(m_top, m_document.firstRow()); y < height && at < m_document.size();) {
        const std::optional<LogRow> row = m_document.rowAt(at);
        if (!row)
            break;
        m_placed.push_back({.row = *row, .y = y, .lines = linesOf(*row)});
        y += m_placed.back().lines * m_lineHeight;
        m_widest = std::max(m_widest, lineOf(*row).columns());
        const std::optional<qint64> next = m_document.after(*row);
        if (!next)
            break;
        at = *next;
    }
}

std::optional<qint64> LogView::endTop(int *sub)
{
    int left = visibleRows();
    std::optional<qint64> begin = m_document.before(m_document.size());
    qint64 top = m_document.firstRow();
    int above = 0;
    while (left > 0) {
        if (!begin)
            return std::nullopt;
        if (*begin < 0)
            break;
        const std::optional<LogRow> row = m_document.rowAt(*begin);
        if (!row)
            return std::nullopt;
        left -= linesOf(*row);
        top = *begin;
        above = std::max(0, -left);
        begin = m_document.before(*begin);
    }
    if (sub)
        *sub = left > 0 ? 0 : above;
    m_endTop = top;
    return top;
}

void LogView::setTop(qint64 top, int sub)
{
    m_pending = Pending::None;
    const bool moved = top != m_top || sub != m_topSub;
    m_top = top;
    m_topSub = sub;
    place();
    updateBars();
    viewport()->update();
    if (moved)
        emit topChanged();
}

void LogView::scrollTo(qint64 offset)
{
    m_pendingSteps = 0;
    const std::optional<qint64> begin = m_document.rowStart(offset);
    int sub = 0;
    const std::optional<qint64> last = endTop(&sub);
    if (last && begin && *begin >= *last) {
        setTop(*last, sub);
    } else if (begin) {
        setTop(*begin, 0);
    } else {
        m_pending = Pending::Top;
        m_pendingOffset = offset;
        viewport()->update();
    }
}

void LogView::scrollToEnd()
{
    int sub = 0;
    if (const std::optional<qint64> top = endTop(&sub))
        setTop(*top, sub);
    else
        m_pending = Pending::End;
}

void LogView::show(qint64 offset)
{
    m_pendingSteps = 0;
    std::optional<qint64> begin = m_document.rowStart(offset);
    if (begin && m_wraps && showWrapped(*begin, offset))
        return;
    if (begin) {
        const auto placed = std::ranges::find_if(m_placed, [&](const Placed &each) { return each.row.begin == *begin; });
        const bool inSight = placed != m_placed.end() && placed->y >= 0
            && placed->y + m_lineHeight <= viewport()->height() && m_pending == Pending::None;
        for (int left = inSight ? 0 : visibleRows() / 3; left > 0 && begin && *begin > 0; --left) {
            const std::optional<qint64> before = m_document.before(*begin);
            if (before && *before < 0)
                break;
            begin = before;
        }
        if (begin && !inSight)
            scrollTo(*begin);
    }
    if (!begin) {
        m_pending = Pending::Show;
        m_pendingOffset = offset;
        viewport()->update();
        return;
    }
    // Sideways as well.
    const std::optional<qint64> start = m_document.rowStart(offset);
    const std::optional<LogRow> row = start ? m_document.rowAt(*start) : std::nullopt;
    if (row && !m_wraps) {
        const LogLine &line = lineOf(*row);
        const qint64 column = line.columnOf(line.characterOf(offset - row->begin));
        if (column < m_column || column >= m_column + columnsInSight() - 4) {
            m_widest = std::max(m_widest, line.columns());
            updateBars();
            horizontalScrollBar()->setValue(int(std::max<qint64>(0, column - columnsInSight() / 2)));
        }
    }
    viewport()->update();
}

/// A row may be wrapped into more lines than fit on the screen: what is looked for is on one of them.
bool LogView::showWrapped(qint64 begin, qint64 offset)
{
    const std::optional<LogRow> row = m_document.rowAt(begin);
    if (!row || linesOf(*row) < visibleRows() / 2)
        return false;
    const LogLine &line = lineOf(*row);
    const qint64 column = line.columnOf(line.characterOf(offset - row->begin));
    const int sub = std::min(linesOf(*row) - 1, int(column / std::max<qint64>(1, columnsInSight())));
    setTop(begin, std::max(0, sub - visibleRows() / 3));
    viewport()->update();
    return true;
}

void LogView::stepLines(int lines)
{
    int sub = 0;
    const std::optional<qint64> last = lines > 0 ? endTop(&sub) : std::nullopt;
    qint64 top = m_top;
    int above = m_topSub;
    for (; lines > 0; --lines) {
        if (last && (top > *last || (top == *last && above >= sub)))
            break;
        const std::optional<LogRow> row = m_document.rowAt(top);
        const std::optional<qint64> next = row ? m_document.after(*row) : std::nullopt;
        if (!next)
            break;
        if (above + 1 < linesOf(*row)) {
            ++above;
        } else if (*next < m_document.size()) {
            top = *next;
            above = 0;
        }
    }
    for (; lines < 0; ++lines) {
        if (above > 0) {
            --above;
            continue;
        }
        const std::optional<qint64> before = m_document.before(top);
        const std::optional<LogRow> row = before && *before >= 0 ? m_document.rowAt(*before) : std::nullopt;
        if (!row) {
            m_pendingSteps = before && *before < 0 ? 0 : lines; // until its block is here
            break;
        }
        top = *before;
        above = linesOf(*row) - 1;
    }
    setTop(top, above);
}

void LogView::updateBars()
{
    m_isSettingBars = true;
    const qint64 size = m_document.size();
    const qint64 scale = scaleOf(size);
    if (m_endTop <= 0 && m_document.size() > LogDocument::blockSize)
        m_endTop = size - visibleRows() * 80LL;
    verticalScrollBar()->setRange(0, int(std::max<qint64>(0, m_endTop) / scale));
    verticalScrollBar()->setPageStep(int(std::max<qint64>(1, (size - m_endTop) / scale)));
    verticalScrollBar()->setValue(int(m_top / scale));
    const qint64 most = m_wraps ? 0 : std::max<qint64>(0, m_widest + 2 - columnsInSight());
    horizontalScrollBar()->setRange(0, int(most));
    horizontalScrollBar()->setPageStep(columnsInSight());
    horizontalScrollBar()->setSingleStep(4);
    m_column = horizontalScrollBar()->value();
    m_isSettingBars = false;
    m_lane->update();
}

void LogView::scrollContentsBy(int dx, int dy)
{
    if (m_isSettingBars)
        return;
    if (dx != 0) {
        m_column = horizontalScrollBar()->value();
        viewport()->update();
    }
    if (dy == 0)
        return;
    const QScrollBar *bar = verticalScrollBar();
    setFollows(bar->value() == bar->maximum() && bar->maximum() > 0);
    if (!m_follows)
        scrollTo(bar->value() * scaleOf(m_document.size()));
}

void LogView::setFollows(bool follows)
{
    if (follows)
        scrollToEnd();
    else if (m_pending == Pending::End)
        m_pending = Pending::None;
    if (follows == m_follows)
        return;
    m_follows = follows;
    emit followsChanged(follows);
}

void LogView::setWraps(bool wraps)
{
    m_wraps = wraps;
    m_topSub = 0;
    horizontalScrollBar()->setValue(0);
    if (m_follows)
        scrollToEnd();
    else
        setTop(m_top, 0);
}

void LogView::setShowsMoments(bool shows)
{
    m_showsMoments = shows;
    updateColumns();
    setTop(m_top, m_topSub);
}

void LogView::onChanged()
{
    updateColumns();
    if (m_document.isFiltered()) {
        // The place stays, as far as its row is still shown.
        if (const std::optional<qint64> begin = m_document.rowStart(m_top); begin && !m_follows)
            m_top = *begin;
    }
    if (m_follows) {
        scrollToEnd();
    } else {
        endTop(nullptr);
        place();
        updateBars();
    }
    viewport()->update();
    m_lane->update();
}

void LogView::onArrived()
{
    tryPending();
    place();
    updateBars();
    viewport()->update();
}

void LogView::tryPending()
{
    switch (std::exchange(m_pending, Pending::None)) {
    case Pending::Top: scrollTo(m_pendingOffset); break;
    case Pending::Show: show(m_pendingOffset); break;
    case Pending::End: scrollToEnd(); break;
    case Pending::None:
        if (m_follows)
            scrollToEnd();
        else if (const int steps = std::exchange(m_pendingSteps, 0); steps != 0)
            stepLines(steps);
    }
}

void LogView::onReset()
{
    m_lines.clear();
    m_placed.clear();
    m_bookmarks.clear();
    m_anchor = m_cursor = m_top = 0;
    m_topSub = 0;
    m_pending = m_follows ? Pending::End : Pending::None;
    viewport()->update();
}

void LogView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    const QRect inside = viewport()->geometry();
    m_lane->setGeometry(inside.right() + 1, inside.top(), m_look.scaled(laneWidth), inside.height());
    updateColumns();
    if (m_follows)
        scrollToEnd();
    endTop(nullptr);
    place();
    updateBars();
}

void LogView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        viewport()->update();
}

void LogView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    painter.setClipRect(event->rect());
    LogPainter(*this, painter).paint();
}

void LogView::setBookmarks(const QSet<qint64> &bookmarks)
{
    m_bookmarks = bookmarks;
    viewport()->update();
}

void LogView::toggleBookmark(qint64 begin)
{
    if (!m_bookmarks.remove(begin))
        m_bookmarks.insert(begin);
    viewport()->update();
    m_lane->update();
    emit bookmarksChanged();
}

void LogView::goToBookmark(int direction)
{
    QList<qint64> places(m_bookmarks.cbegin(), m_bookmarks.cend());
    if (places.isEmpty())
        return;
    std::ranges::sort(places);
    const qint64 here = m_cursor;
    qint64 next = direction > 0 ? places.first() : places.last();
    for (const qint64 each : std::as_const(places)) {
        if (direction > 0 && each > here) {
            next = each;
            break;
        }
        if (direction < 0 && each < here)
            next = each;
    }
    setFollows(false);
    m_anchor = m_cursor = next;
    show(next);
}

QString LogView::textOfRow(qint64 begin) const
{
    auto &self = const_cast<LogView &>(*this); // NOLINT(cppcoreguidelines-pro-type-const-cast): fills its cache
    const std::optional<LogRow> row = self.m_document.rowAt(begin);
    if (!row)
        return {};
    if (row->isGap)
        return LogPainter::gapText(*row);
    return self.lineOf(*row).text();
}

QStringList LogView::visibleText() const
{
    QStringList rows;
    for (const Placed &placed : m_placed)
        rows.append(textOfRow(placed.row.begin));
    return rows;
}

QRect LogView::rectOfRow(qint64 begin) const
{
    for (const Placed &placed : m_placed) {
        if (placed.row.begin == begin)
            return {0, placed.y, viewport()->width(), placed.lines * m_lineHeight};
    }
    return {};
}

} // namespace Drover
