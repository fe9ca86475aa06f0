#include "ui/log/logpainter.h"

#include "backend/base/size.h"
#include "ui/log/logtext.h"
#include "ui/widgets/look.h"

#include <QtCore/QDateTime>
#include <QtGui/QPainter>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Tint tintOf(LineLevel level)
{
    switch (level) {
    case LineLevel::Trace: return Tint::LogTrace;
    case LineLevel::Debug: return Tint::LogDebug;
    case LineLevel::Warning: return Tint::LogWarn;
    case LineLevel::Error: return Tint::LogError;
    case LineLevel::Fatal: return Tint::LogFatal;
    case LineLevel::Info:
    case LineLevel::None: break;
    }
    return Tint::LogInfo;
}

QString wordOf(LineLevel level)
{
    switch (level) {
    case LineLevel::Trace: return LogText::tr("trace");
    case LineLevel::Debug: return LogText::tr("debug");
    case LineLevel::Info: return LogText::tr("info");
    case LineLevel::Warning: return LogText::tr("warn");
    case LineLevel::Error: return LogText::tr("error");
    case LineLevel::Fatal: return LogText::tr("fatal");
    case LineLevel::None: break;
    }
    return {};
}

QString momentText(Instant at, bool isUtc)
{
    const QDateTime utc = QDateTime::fromMSecsSinceEpoch(toMicroseconds(at) / 1000, Qt::UTC);
    return (isUtc ? utc : utc.toLocalTime()).toString(u"HH:mm:ss.zzz"_s);
}

} // namespace

LogPainter::LogPainter(LogView &view, QPainter &painter) : m_view(view), m_painter(painter), m_look(view.m_look) { }

QString LogPainter::gapText(const LogRow &row)
{
    return LogText::tr("%1 not kept").arg(printedSize(row.next - row.begin));
}

void LogPainter::paint()
{
    const QRect all = m_view.viewport()->rect();
    m_painter.fillRect(all, m_look.color(Tint::Surface));
    m_painter.fillRect(QRect(0, 0, m_view.m_columns.gutter, all.height()), m_look.color(Tint::Window));
    int y = 0;
    for (const LogView::Placed &placed : m_view.m_placed) {
        m_painter.setFont(m_view.m_font);
        if (placed.row.isGap)
            paintGap(placed);
        else
            paintRow(placed);
        y = placed.y + placed.lines * m_view.m_lineHeight;
    }
    const bool isAll = m_view.m_placed.empty() ? m_view.m_document.size() == 0 || m_view.m_document.isFiltered()
                                               : m_view.m_document.after(m_view.m_placed.back().row) == m_view.m_document.size();
    for (; !isAll && y < all.height(); y += m_view.m_lineHeight)
        paintMissing(y);
}

QColor LogPainter::textColor() const
{
    return m_look.color(tintOf(m_level));
}

void LogPainter::paintRow(const LogView::Placed &placed)
{
    const LogLine &line = m_view.lineOf(placed.row);
    m_level = placed.row.isSlice ? LineLevel::None : line.level().level;
    const int height = placed.lines * m_view.m_lineHeight;
    if (m_level >= LineLevel::Error) {
        m_painter.fillRect(QRect(m_view.m_columns.gutter, placed.y, m_view.m_columns.end - m_view.m_columns.gutter, height),
                           m_look.color(Tint::ErrSoft));
    }
    paintGutter(placed);
    if (m_level >= LineLevel::Warning) {
        m_painter.fillRect(QRect(m_view.m_columns.gutter, placed.y, 3, height), textColor());
    } else if (m_view.m_document.streamOf(placed.row.begin) == Stream::Err) {
        // What came on stderr, where both are shown.
        m_painter.fillRect(QRect(m_view.m_columns.gutter, placed.y, 1, height), m_look.color(Tint::BorderStrong));
    }
    paintHead(placed, line);
    m_painter.save();
    m_painter.setClipRect(QRect(m_view.m_columns.text, placed.y, m_view.m_columns.end - m_view.m_columns.text, height),
                          Qt::IntersectClip);
    const LogView::Range selection = m_view.selection();
    const auto [first, last] = m_view.m_search.within(placed.row.begin, placed.row.next);
    for (int part = 0; part < placed.lines; ++part) {
        const int y = placed.y + part * m_view.m_lineHeight;
        if (y + m_view.m_lineHeight < 0 || y > m_view.viewport()->height())
            continue;
        if (!selection.isEmpty()) {
            const Tint tint = m_view.hasFocus() ? Tint::Selection : Tint::SelectionInactive;
            paintRange(placed, line, part, selection.begin, selection.end, tint, false);
        }
        for (qsizetype i = first; i < last; ++i) {
            const LogHit &hit = m_view.m_search.hits()[size_t(i)];
            paintRange(placed, line, part, hit.offset, hit.offset + hit.size, Tint::DiffChgWord, i == m_view.m_search.current());
        }
        paintText(placed, line, part);
    }
    m_painter.restore();
}

void LogPainter::paintGutter(const LogView::Placed &placed)
{
    const int gutter = m_view.m_columns.gutter;
    const qreal ratio = m_painter.device()->devicePixelRatioF();
    if (m_view.m_bookmarks.contains(placed.row.begin)) {
        const int size = m_look.scaled(12);
        const QPixmap mark = m_look.pixmap(u"bookmark"_s, Tint::Accent, size, ratio);
        m_painter.drawPixmap(QRect(m_look.scaled(4), placed.y + (m_view.m_lineHeight - size) / 2, size, size), mark);
    }
    if (placed.row.isSlice)
        return;
    const qint64 number = m_view.m_document.lineNumber(placed.row.begin);
    if (number <= 0)
        return;
    m_painter.setPen(m_look.color(Tint::Text3));
    const QString text = QString::number(number);
    m_painter.drawText(QPointF(gutter - m_look.scaled(9) - double(text.size()) * m_view.m_cell, placed.y + m_view.m_ascent), text);
}

void LogPainter::paintHead(const LogView::Placed &placed, const LogLine &line)
{
    if (placed.row.isSlice || placed.y + m_view.m_lineHeight <= 0)
        return;
    const int baseline = placed.y + m_view.m_ascent;
    const LogView::Columns &columns = m_view.m_columns;
    if (columns.level > columns.time) {
        if (const Instant at = m_view.m_document.momentOf(placed.row.begin); isSet(at)) {
            m_painter.setPen(m_look.color(Tint::Text3));
            m_painter.drawText(QPointF(columns.time, baseline), momentText(at, m_look.isUtc()));
        }
    }
    if (m_level == LineLevel::None)
        return;
    // A hit in the word that stands in this column shows here.
    const auto [first, last] = m_view.m_search.within(placed.row.begin, placed.row.begin + line.byteOf(line.begin()));
    if (line.begin() > 0 && first < last) {
        const QRectF box(columns.level - 1, placed.y + 1, double(wordOf(m_level).size()) * m_view.m_cell + 2, m_view.m_lineHeight - 2);
        m_painter.fillRect(box, m_look.color(Tint::DiffChgWord));
    }
    QFont font = m_view.m_font;
    if (m_level >= LineLevel::Error)
        font.setWeight(QFont::DemiBold);
    m_painter.setFont(font);
    m_painter.setPen(textColor());
    m_painter.drawText(QPointF(columns.level, baseline), wordOf(m_level));
    m_painter.setFont(m_view.m_font);
}

void LogPainter::paintRange(const LogView::Placed &placed, const LogLine &line, int part, qint64 begin, qint64 end,
                            Tint tint, bool isFramed)
{
    if (end < placed.row.begin || begin >= placed.row.next)
        return;
    const int width = m_view.columnsInSight();
    const qsizetype shift = m_view.m_wraps ? qsizetype(part) * width : m_view.m_column;
    qsizetype from = line.columnOf(line.characterOf(std::max<qint64>(0, begin - placed.row.begin)));
    qsizetype to = line.columnOf(line.characterOf(std::min(end, placed.row.end) - placed.row.begin));
    // Past the line's end: its line end is selected too.
    if (end > placed.row.end && !isFramed && tint != Tint::DiffChgWord && (!m_view.m_wraps || part == placed.lines - 1))
        ++to;
    from = std::max(from, shift);
    to = m_view.m_wraps ? std::min(to, shift + width + (part == placed.lines - 1 ? 1 : 0)) : std::min(to, shift + width + 2);
    if (from >= to)
        return;
    const int y = placed.y + part * m_view.m_lineHeight;
    const QRectF box(m_view.m_columns.text + double(from - shift) * m_view.m_cell, y, double(to - from) * m_view.m_cell, m_view.m_lineHeight);
    if (tint != Tint::DiffChgWord) {
        m_painter.fillRect(box, m_look.color(tint));
        return;
    }
    m_painter.fillRect(box.adjusted(0, 1, 0, -1), m_look.color(tint));
    if (isFramed) {
        m_painter.setPen(QPen(m_look.color(Tint::Text1), 1));
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawRect(box.adjusted(-0.5, 0.5, 0.5, -1.5));
    }
}

void LogPainter::paintText(const LogView::Placed &placed, const LogLine &line, int part)
{
    const int width = m_view.columnsInSight();
    const qsizetype shift = m_view.m_wraps ? qsizetype(part) * width : m_view.m_column;
    const qsizetype first = line.characterAt(shift);
    const qsizetype last = std::min(line.text().size(), line.characterAt(shift + width + (m_view.m_wraps ? -1 : 1)) + 1);
    const int y = placed.y + part * m_view.m_lineHeight;
    if (line.columnOf(line.text().size()) <= shift)
        return;
    // Only what is in sight, however long the line is.
    const auto &spans = line.spans();
    auto span = std::upper_bound(spans.cbegin(), spans.cend(), first,
                                 [](qsizetype at, const LogSpan &each) { return at < each.from; });
    LogStyle style = span == spans.cbegin() ? LogStyle {} : std::prev(span)->style;
    for (qsizetype at = first; at < last;) {
        const qsizetype end = span == spans.cend() ? last : std::min(last, span->from);
        if (end > at)
            paintRun(line, at, end, shift, y, style);
        at = std::max(at, end);
        if (span != spans.cend() && at >= span->from)
            style = (span++)->style;
    }
}

void LogPainter::paintRun(const LogLine &line, qsizetype from, qsizetype to, qsizetype firstColumn, int y, const LogStyle &style)
{
    const double x = m_view.m_columns.text + double(line.columnOf(from) - firstColumn) * m_view.m_cell;
    QColor ink = style.foreground == LogStyle::none ? textColor() : ansiColor(m_look.theme(), style.foreground);
    QColor paper = style.background == LogStyle::none ? QColor() : ansiColor(m_look.theme(), style.background);
    if (style.inverse) {
        paper = ink;
        ink = m_look.color(Tint::Surface);
    } else if (paper.isValid()) {
        ink = m_look.color(Tint::Surface);
    } else if (style.faint) {
        ink = m_look.color(Tint::Text3);
    }
    if (paper.isValid())
        m_painter.fillRect(QRectF(x, y, double(line.columnOf(to) - line.columnOf(from)) * m_view.m_cell, m_view.m_lineHeight), paper);
    QFont font = m_view.m_font;
    const bool isPlain = !style.bold && !style.italic && !style.underline;
    if (!isPlain) {
        font.setWeight(style.bold ? QFont::DemiBold : QFont::Normal);
        font.setItalic(style.italic);
        font.setUnderline(style.underline);
        m_painter.setFont(font);
    }
    m_painter.setPen(ink);
    // Runs of narrow characters at once; others each in its own cell, so that the grid holds.
    const QString &text = line.text();
    for (qsizetype at = from; at < to;) {
        qsizetype end = at;
        while (end < to && text[end].unicode() < 0x300)
            ++end;
        if (end == at) {
            ++end;
            while (end < to && line.columnOf(end + 1) == line.columnOf(end) && text[end].unicode() >= 0x300)
                ++end; // what combines with it
        }
        const double left = m_view.m_columns.text + double(line.columnOf(at) - firstColumn) * m_view.m_cell;
        m_painter.drawText(QPointF(left, y + m_view.m_ascent), text.mid(at, end - at));
        at = end;
    }
    if (!isPlain)
        m_painter.setFont(m_view.m_font);
}

void LogPainter::paintGap(const LogView::Placed &placed)
{
    const QRect line(0, placed.y, m_view.m_columns.end, m_view.m_lineHeight);
    m_painter.fillRect(line, m_look.color(Tint::Window));
    m_painter.fillRect(QRect(0, line.top(), line.width(), 1), m_look.color(Tint::Border));
    m_painter.fillRect(QRect(0, line.bottom(), line.width(), 1), m_look.color(Tint::Border));
    m_painter.setFont(m_look.font(FontUse::Caption));
    m_painter.setPen(m_look.color(Tint::Text3));
    m_painter.drawText(line, Qt::AlignCenter, gapText(placed.row));
}

void LogPainter::paintMissing(int y)
{
    const int width = m_view.m_columns.end - m_view.m_columns.text;
    const int part = 40 + (y / m_view.m_lineHeight * 37) % 31; // per cent
    const int height = m_look.scaled(8);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(m_look.color(Tint::Sunken));
    m_painter.drawRoundedRect(QRect(m_view.m_columns.text, y + (m_view.m_lineHeight - height) / 2, width * part / 100, height), 3, 3);
    m_painter.setBrush(Qt::NoBrush);
}

} // namespace Drover
