#include "ui/batches/timelinechart.h"

#include "ui/widgets/digits.h"
#include "ui/widgets/look.h"
#include "ui/widgets/statelook.h"
#include "ui/widgets/words.h"

#include <QtCore/QDateTime>
#include <QtGui/QHelpEvent>
#include <QtGui/QPainter>
#include <QtGui/QPainterPath>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QToolTip>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr double labelFrom = 66; // narrower bars have no label, then no icon
constexpr double iconFrom = 18;
constexpr auto shortestSpan = 10s;
constexpr auto longestSpan = 60 * 24h;

Tint tintOf(const TimelineAttempt &attempt)
{
    if (!isSet(attempt.ended))
        return lookOf(attempt.state).tint;
    if (attempt.endReason == EndReason::Exited && attempt.exitCode.value_or(0) == 0)
        return Tint::Succeeded;
    const bool isNobodysFault = attempt.endReason == EndReason::Cancelled || attempt.endReason == EndReason::Superseded;
    return isNobodysFault ? Tint::Cancelled : Tint::Failed;
}

QString iconOf(const TimelineAttempt &attempt)
{
    switch (tintOf(attempt)) {
    case Tint::Succeeded: return u"state-succeeded"_s;
    case Tint::Failed: return u"close"_s; // the octagon's own colour is the bar's
    case Tint::Cancelled: return u"state-cancelled"_s;
    default: return lookOf(attempt.state).icon;
    }
}

bool isGood(const TimelineAttempt &attempt)
{
    return tintOf(attempt) == Tint::Succeeded;
}

QDateTime shown(Instant instant, bool utc)
{
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(toMicroseconds(instant) / 1000, Qt::UTC);
    return utc ? at : at.toLocalTime();
}

} // namespace

TimelineChart::TimelineChart(const Look &look, QWidget *parent) : QAbstractScrollArea(parent), m_look(look)
{
    setObjectName(u"timeline"_s);
    setFrameShape(NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    setAccessibleName(tr("Timeline"));
    connect(&look, &Look::changed, this, [this] {
        updateScroll();
        viewport()->update();
    });
    connect(&look, &Look::utcChanged, viewport(), qOverload<>(&QWidget::update));
}

void TimelineChart::setAttempts(const QList<TimelineAttempt> &attempts, TimelineBy by)
{
    m_lanes = lanesOf(attempts, by);
    const auto failed = std::ranges::count_if(
        attempts, [](const TimelineAttempt &attempt) { return tintOf(attempt) == Tint::Failed; });
    setAccessibleDescription(tr("%n attempt(s)", nullptr, int(attempts.size())) + u", "_s
                             + tr("%n lane(s)", nullptr, laneCount()) + u", "_s
                             + tr("%n failed", nullptr, int(failed)));
    updateScroll();
    viewport()->update();
}

void TimelineChart::setMachines(const QHash<MachineId, LaneMachine> &machines)
{
    m_machines = machines;
    viewport()->update();
}

void TimelineChart::setOverview(const CountSeries &counts)
{
    m_overview = counts;
    viewport()->update();
}

void TimelineChart::setNow(Instant now)
{
    m_now = now;
    viewport()->update();
}

void TimelineChart::setSpan(Instant from, Instant to)
{
    m_from = from;
    m_to = std::max(to, from + shortestSpan);
    viewport()->update();
}

void TimelineChart::setEmptyText(const QString &text)
{
    m_empty = text;
    viewport()->update();
}

int TimelineChart::nameWidth() const
{
    return m_look.scaled(127);
}

int TimelineChart::axisHeight() const
{
    return m_look.scaled(25);
}

int TimelineChart::stripHeight() const
{
    return m_look.scaled(44);
}

int TimelineChart::barHeight(const TimelineLane &lane) const
{
    return m_look.scaled(lane.lines == 1 ? 22 : lane.lines == 2 ? 19 : 16);
}

int TimelineChart::laneHeight(const TimelineLane &lane) const
{
    return m_look.scaled(12) + lane.lines * barHeight(lane) + (lane.lines - 1) * 2;
}

QRect TimelineChart::lanesRect() const
{
    return viewport()->rect().adjusted(0, axisHeight(), 0, -stripHeight());
}

QRect TimelineChart::stripRect() const
{
    const QRect all = viewport()->rect();
    return {all.left(), all.bottom() - stripHeight() + 1, all.width(), stripHeight()};
}

double TimelineChart::xOf(Instant instant) const
{
    const double width = std::max(1, viewport()->width() - nameWidth() - m_look.scaled(16));
    const std::chrono::duration<double> all = m_to - m_from;
    const std::chrono::duration<double> here = instant - m_from;
    return nameWidth() + width * here.count() / std::max(0.001, all.count());
}

Instant TimelineChart::instantAt(double x) const
{
    const double width = std::max(1, viewport()->width() - nameWidth() - m_look.scaled(16));
    const double part = (x - nameWidth()) / width;
    return m_from + std::chrono::microseconds(qint64(part * double((m_to - m_from).count())));
}

double TimelineChart::stripX(Instant instant) const
{
    const double width = std::max(1, viewport()->width() - nameWidth() - m_look.scaled(16));
    const std::chrono::duration<double> all = m_overview.step * std::max<qsizetype>(1, m_overview.started.size());
    const std::chrono::duration<double> here = instant - m_overview.start;
    return nameWidth() + width * std::clamp(here.count() / std::max(1.0, all.count()), 0.0, 1.0);
}

Instant TimelineChart::stripInstant(double x) const
{
    const double width = std::max(1, viewport()->width() - nameWidth() - m_look.scaled(16));
    const double part = std::clamp((x - nameWidth()) / width, 0.0, 1.0);
    const auto all = std::chrono::microseconds(m_overview.step) * std::max<qsizetype>(1, m_overview.started.size());
    return m_overview.start + std::chrono::microseconds(qint64(part * double(all.count())));
}

QRectF TimelineChart::barRect(const TimelineBar &bar, const TimelineLane &lane, int laneTop) const
{
    const Instant end = isSet(bar.attempt.ended) ? bar.attempt.ended : isSet(m_now) ? m_now : m_to;
    const double left = std::max(xOf(bar.attempt.started), double(nameWidth()) - 8);
    const double right = xOf(end);
    const int height = barHeight(lane);
    return {left, double(laneTop + m_look.scaled(6) + bar.line * (height + 2)), std::max(2.5, right - left - 1),
            double(height)};
}

void TimelineChart::updateScroll()
{
    int height = 0;
    for (const TimelineLane &lane : std::as_const(m_lanes))
        height += laneHeight(lane);
    verticalScrollBar()->setRange(0, std::max(0, height - lanesRect().height()));
    verticalScrollBar()->setPageStep(std::max(1, lanesRect().height()));
    verticalScrollBar()->setSingleStep(m_look.scaled(34));
}

QRectF TimelineChart::rectOf(TaskId task, int n) const
{
    int top = lanesRect().top() - verticalScrollBar()->value();
    for (const TimelineLane &lane : m_lanes) {
        for (const TimelineBar &bar : lane.bars) {
            if (bar.attempt.task == task && bar.attempt.n == n)
                return barRect(bar, lane, top).intersected(lanesRect());
        }
        top += laneHeight(lane);
    }
    return {};
}

TimelineChart::Hit TimelineChart::hitAt(QPointF at) const
{
    if (!lanesRect().contains(at.toPoint()))
        return {};
    int top = lanesRect().top() - verticalScrollBar()->value();
    for (const TimelineLane &lane : m_lanes) {
        const int height = laneHeight(lane);
        if (at.y() >= top && at.y() < top + height) {
            for (const TimelineBar &bar : lane.bars) {
                if (barRect(bar, lane, top).adjusted(-1, 0, 1, 0).contains(at))
                    return {&lane, &bar};
            }
            return {&lane, nullptr};
        }
        top += height;
    }
    return {};
}

QString TimelineChart::clock(Instant instant, bool withSeconds) const
{
    return shown(instant, m_look.isUtc()).toString(withSeconds ? u"HH:mm:ss"_s : u"HH:mm"_s);
}

// So that labels are 80 pixels apart at least.
std::chrono::seconds TimelineChart::tick() const
{
    static constexpr std::chrono::seconds steps[]
        = {1s, 2s, 5s, 10s, 15s, 30s, 1min, 2min, 5min, 10min, 15min, 30min, 1h, 2h, 3h, 6h, 12h, 24h, 48h, 168h};
    const double width = std::max(1, viewport()->width() - nameWidth());
    const std::chrono::duration<double> all = m_to - m_from;
    for (const std::chrono::seconds step : steps) {
        if (width * double(step.count()) / std::max(1.0, all.count()) >= m_look.scaled(90))
            return step;
    }
    return 30 * 24h;
}

void TimelineChart::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(viewport()->rect(), m_look.color(Tint::Surface));
    painter.save();
    painter.setClipRect(lanesRect());
    int top = lanesRect().top() - verticalScrollBar()->value();
    for (const TimelineLane &lane : std::as_const(m_lanes)) {
        if (top < lanesRect().bottom() && top + laneHeight(lane) > lanesRect().top())
            paintLane(painter, lane, top);
        top += laneHeight(lane);
    }
    paintGrid(painter);
    if (m_lanes.isEmpty()) {
        painter.setFont(m_look.font(FontUse::Body));
        painter.setPen(m_look.color(Tint::Text2));
        painter.drawText(lanesRect().adjusted(0, lanesRect().height() / 3 - 12, 0, 0), Qt::AlignHCenter | Qt::AlignTop,
                         m_empty);
    }
    painter.restore();
    paintAxis(painter);
    paintNow(painter);
    paintStrip(painter);
}

void TimelineChart::paintGrid(QPainter &painter) const
{
    painter.setPen(QPen(m_look.color(Tint::Border), 1, Qt::DotLine));
    const auto step = std::chrono::microseconds(tick());
    for (Instant at = m_from + step - m_from.time_since_epoch() % step; at < m_to; at += step) {
        const double x = std::floor(xOf(at)) + 0.5;
        painter.drawLine(QPointF(x, lanesRect().top()), QPointF(x, lanesRect().bottom()));
    }
}

void TimelineChart::paintAxis(QPainter &painter) const
{
    const QRect axis(0, 0, viewport()->width(), axisHeight());
    painter.fillRect(axis, m_look.color(Tint::Surface));
    painter.fillRect(QRect(0, axis.bottom(), axis.width(), 1), m_look.color(Tint::Border));
    const QFont font = m_look.font(FontUse::Caption);
    painter.setPen(m_look.color(Tint::Text2));
    const auto step = std::chrono::microseconds(tick());
    for (Instant at = m_from + step - m_from.time_since_epoch() % step; at < m_to; at += step) {
        const double x = xOf(at);
        if (x < nameWidth() || (isSet(m_now) && std::abs(x - xOf(m_now)) < m_look.scaled(48)))
            continue; // the flag of now stands there
        const QString text = step >= 24h ? shown(at, m_look.isUtc()).toString(u"d MMM"_s) : clock(at, step < 1min);
        drawDigits(painter, font, QRectF(x + 4, 0, m_look.scaled(80), axis.height()), Qt::AlignLeft | Qt::AlignVCenter,
                   text);
    }
}

void TimelineChart::paintLane(QPainter &painter, const TimelineLane &lane, int top) const
{
    const int height = laneHeight(lane);
    painter.fillRect(QRect(0, top + height - 1, viewport()->width(), 1), m_look.color(Tint::Border));
    painter.save();
    painter.setClipRect(QRect(nameWidth() - 1, lanesRect().top(), viewport()->width() - nameWidth(), lanesRect().height()));
    for (const TimelineBar &bar : lane.bars) {
        const QRectF rect = barRect(bar, lane, top);
        if (rect.right() > nameWidth() && rect.left() < viewport()->width())
            paintBar(painter, bar, rect);
    }
    if (m_machines.value(lane.machine).draining)
        paintDraining(painter, lane, top);
    painter.restore();

    const QRectF name(m_look.scaled(16), top, nameWidth() - m_look.scaled(48), height);
    painter.setPen(m_look.color(Tint::Text1));
    painter.setFont(m_look.font(FontUse::Body));
    const QString text = lane.name.isEmpty() ? tr("no step") : lane.name;
    painter.drawText(name, Qt::AlignVCenter | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(text, Qt::ElideMiddle, int(name.width())));
    if (const int slotCount = m_machines.value(lane.machine).slotCount; slotCount > 0) {
        painter.setPen(m_look.color(Tint::Text3));
        drawDigits(painter, m_look.font(FontUse::Caption), QRectF(0, top, nameWidth() - m_look.scaled(13), height),
                   Qt::AlignRight | Qt::AlignVCenter, QString::number(slotCount));
    }
}

void TimelineChart::paintBar(QPainter &painter, const TimelineBar &bar, const QRectF &rect) const
{
    const QColor color = m_look.color(tintOf(bar.attempt));
    const double radius = std::min(4.0, rect.width() / 2);
    QColor text = m_look.color(Tint::Text1);
    painter.setPen(Qt::NoPen);
    if (isGood(bar.attempt)) {
        QColor tint = color;
        tint.setAlphaF(0.20F);
        painter.setBrush(tint);
        QPainterPath path; // square at the left, where the edge is
        path.addRoundedRect(rect, radius, radius);
        path.addRect(QRectF(rect.topLeft(), QSizeF(std::min(radius, rect.width()), rect.height())));
        painter.drawPath(path.simplified());
        painter.fillRect(QRectF(rect.left(), rect.top(), std::min(2.5, rect.width()), rect.height()), color);
    } else {
        text = m_look.color(m_look.isDark() ? Tint::Window : Tint::AccentText);
        painter.setBrush(color);
        painter.drawRoundedRect(rect, radius, radius);
    }
    if (m_selected == AttemptId {bar.attempt.task, bar.attempt.n}) {
        painter.setPen(QPen(m_look.color(Tint::Focus), m_look.isHighContrast() ? 3 : 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), radius, radius);
    }
    double left = std::max(rect.left(), double(nameWidth())) + m_look.scaled(7);
    const int size = std::min(m_look.scaled(12), int(rect.height()) - 2);
    if (!isGood(bar.attempt) && rect.width() >= m_look.scaled(int(iconFrom))) {
        const Tint iconTint = m_look.isDark() ? Tint::Window : Tint::AccentText;
        painter.drawPixmap(QPointF(left - 1, std::round(rect.center().y() - size / 2.0)),
                           m_look.pixmap(iconOf(bar.attempt), iconTint, size, devicePixelRatioF()));
        left += size + m_look.scaled(5);
    }
    if (rect.width() < m_look.scaled(int(labelFrom)))
        return;
    painter.setFont(m_look.font(FontUse::Caption));
    painter.setPen(text);
    const QRectF room(left, rect.top(), rect.right() - left - 5, rect.height());
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(bar.attempt.name, Qt::ElideMiddle, int(room.width())));
}

void TimelineChart::paintDraining(QPainter &painter, const TimelineLane &lane, int top) const
{
    const TimelineLane &all = lane;
    Instant from = m_from;
    for (const TimelineBar &bar : all.bars) {
        if (!isSet(bar.attempt.ended))
            return; // it still works: that is what its bars say
        from = std::max(from, bar.attempt.ended);
    }
    if (!isSet(m_now) || from >= m_now)
        return;
    const double left = std::max(xOf(from) + 4, double(nameWidth()));
    const QRectF rect(left, top + m_look.scaled(6), std::max(0.0, xOf(m_now) - left), barHeight(lane));
    const QColor color = m_look.color(Tint::Draining);
    QColor faint = color;
    faint.setAlphaF(0.35F);
    painter.setPen(QPen(faint, 1));
    painter.setBrush(QBrush(faint, Qt::BDiagPattern));
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    if (rect.width() < m_look.scaled(int(labelFrom)))
        return;
    painter.setPen(color);
    painter.setFont(m_look.font(FontUse::Caption));
    painter.drawText(rect.adjusted(8, 0, -4, 0), Qt::AlignVCenter | Qt::AlignLeft, tr("Draining"));
}

void TimelineChart::paintNow(QPainter &painter) const
{
    if (!isSet(m_now) || m_now < m_from || m_now > m_to)
        return;
    const double x = xOf(m_now);
    const QColor accent = m_look.color(Tint::Accent);
    painter.fillRect(QRectF(x - 0.75, axisHeight() - 4, 1.5, viewport()->height() - axisHeight() - stripHeight() + 4), accent);
    const QRectF flag(x - m_look.scaled(22), m_look.scaled(3), m_look.scaled(44), m_look.scaled(18));
    painter.setPen(Qt::NoPen);
    painter.setBrush(accent);
    painter.drawRoundedRect(flag, 3, 3);
    painter.setPen(m_look.color(Tint::AccentText));
    drawDigits(painter, m_look.font(FontUse::CaptionStrong), flag, Qt::AlignCenter, clock(m_now, false));
}

void TimelineChart::paintStrip(QPainter &painter) const
{
    const QRect strip = stripRect();
    painter.fillRect(strip, m_look.color(Tint::Window));
    painter.fillRect(QRect(strip.left(), strip.top(), strip.width(), 1), m_look.color(Tint::Border));
    painter.setFont(m_look.font(FontUse::Caption));
    painter.setPen(m_look.color(Tint::Text3));
    painter.drawText(QRect(strip.left() + m_look.scaled(16), strip.top(), nameWidth() - m_look.scaled(20), strip.height()),
                     Qt::AlignVCenter | Qt::AlignLeft, tr("Whole batch"));
    const QList<qint64> &values = m_overview.started;
    const qint64 most = values.isEmpty() ? 0 : *std::ranges::max_element(values);
    const double bottom = strip.bottom() - m_look.scaled(6);
    const double height = strip.height() - m_look.scaled(12);
    QPolygonF line;
    for (qsizetype i = 0; most > 0 && i < values.size(); ++i) {
        const double y = bottom - height * double(std::max<qint64>(0, values.at(i))) / double(most);
        line.append({stripX(m_overview.start + m_overview.step * i), y});
    }
    if (line.size() > 1) {
        QPolygonF area = line;
        area.append({line.last().x(), bottom});
        area.append({line.first().x(), bottom});
        QColor fill = m_look.color(Tint::Text3);
        fill.setAlphaF(0.14F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        painter.drawPolygon(area);
        painter.setPen(QPen(m_look.color(Tint::Text3), 1.25));
        painter.drawPolyline(line);
    }
    const double left = stripX(m_from);
    const double right = std::max(stripX(m_to), left + 4);
    QColor window = m_look.color(Tint::Accent);
    painter.setPen(QPen(window, 1));
    window.setAlphaF(0.10F);
    painter.setBrush(window);
    painter.drawRoundedRect(QRectF(left, strip.top() + 3, right - left, strip.height() - 6), 4, 4);
}

void TimelineChart::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateScroll();
}

void TimelineChart::ask(Instant from, Instant to)
{
    setSpan(from, to);
    emit spanWanted(m_from, m_to);
}

void TimelineChart::zoom(double factor, Instant around)
{
    const auto length = std::clamp<std::chrono::microseconds>(
        std::chrono::microseconds(qint64(double((m_to - m_from).count()) * factor)), shortestSpan, longestSpan);
    const double part = double((around - m_from).count()) / std::max(1.0, double((m_to - m_from).count()));
    const Instant from = around - std::chrono::microseconds(qint64(part * double(length.count())));
    ask(from, from + length);
}

void TimelineChart::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_dragFrom = event->position();
    m_dragSpan = m_from;
    if (stripRect().contains(event->position().toPoint())) {
        m_drag = Drag::Overview;
        const auto half = (m_to - m_from) / 2;
        const Instant middle = stripInstant(event->position().x());
        if (middle < m_from || middle > m_to)
            ask(middle - half, middle + half);
        m_dragSpan = m_from;
        return;
    }
    m_drag = Drag::Lanes;
    const Hit hit = hitAt(event->position());
    m_selected = hit.bar ? AttemptId {hit.bar->attempt.task, hit.bar->attempt.n} : AttemptId();
    if (hit.bar)
        emit attemptSelected(m_selected.task, m_selected.n);
    viewport()->update();
}

void TimelineChart::mouseMoveEvent(QMouseEvent *event)
{
    if (m_drag == Drag::None || !(event->buttons() & Qt::LeftButton))
        return;
    if ((event->position() - m_dragFrom).manhattanLength() < 4)
        return;
    const auto by = m_drag == Drag::Lanes ? instantAt(m_dragFrom.x()) - instantAt(event->position().x())
                                          : stripInstant(event->position().x()) - stripInstant(m_dragFrom.x());
    const auto length = m_to - m_from;
    ask(m_dragSpan + by, m_dragSpan + by + length);
}

void TimelineChart::mouseReleaseEvent(QMouseEvent *)
{
    m_drag = Drag::None;
}

void TimelineChart::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (const Hit hit = hitAt(event->position()); hit.bar)
        emit attemptOpened(hit.bar->attempt.task, hit.bar->attempt.n);
}

void TimelineChart::wheelEvent(QWheelEvent *event)
{
    if (event->modifiers() & Qt::ControlModifier)
        zoom(std::pow(0.999, event->angleDelta().y()), instantAt(event->position().x()));
    else if (event->modifiers() & Qt::ShiftModifier || event->angleDelta().x() != 0)
        ask(m_from - (m_to - m_from) * (event->angleDelta().x() + event->angleDelta().y()) / 2400,
            m_to - (m_to - m_from) * (event->angleDelta().x() + event->angleDelta().y()) / 2400);
    else
        QAbstractScrollArea::wheelEvent(event);
    event->accept();
}

void TimelineChart::keyPressEvent(QKeyEvent *event)
{
    const auto part = (m_to - m_from) / 8;
    switch (event->key()) {
    case Qt::Key_Left: ask(m_from - part, m_to - part); break;
    case Qt::Key_Right: ask(m_from + part, m_to + part); break;
    case Qt::Key_Plus: zoom(0.7, m_from + (m_to - m_from) / 2); break;
    case Qt::Key_Minus: zoom(1 / 0.7, m_from + (m_to - m_from) / 2); break;
    case Qt::Key_Return:
        if (!m_selected.isNull())
            emit attemptOpened(m_selected.task, m_selected.n);
        break;
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

QString TimelineChart::tipOf(const TimelineBar &bar) const
{
    const TimelineAttempt &attempt = bar.attempt;
    const Instant end = isSet(attempt.ended) ? attempt.ended : isSet(m_now) ? m_now : m_to;
    QString how = lookOf(attempt.state).word;
    if (isSet(attempt.ended)) {
        const QString reason = wordsOfEnd(attempt.endReason, attempt.exitCode, 0);
        how = isGood(attempt) || reason.isEmpty() ? how : reason;
    }
    return tr("%1, attempt %2 on %3\n%4 to %5, %6: %7")
        .arg(attempt.name, QString::number(attempt.n), attempt.machineName, clock(attempt.started, true),
             isSet(attempt.ended) ? clock(attempt.ended, true) : tr("now"), wordsOfDuration(end - attempt.started), how);
}

bool TimelineChart::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const Hit hit = hitAt(help->pos());
        if (hit.bar)
            QToolTip::showText(help->globalPos(), tipOf(*hit.bar), viewport());
        else
            QToolTip::hideText();
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace Drover
