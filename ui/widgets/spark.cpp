#include "ui/widgets/spark.h"

#include "ui/widgets/look.h"

#include <QtGui/QPainter>
#include <QtGui/QPainterPath>

#include <cmath>
#include <numeric>

namespace Drover {

namespace {

// Points of one unbroken stretch; the right end is now.
QList<QPolygonF> stretches(const QRectF &rect, const QList<float> &values)
{
    QList<QPolygonF> all;
    QPolygonF now;
    const qreal step = values.size() > 1 ? rect.width() / qreal(values.size() - 1) : 0;
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i])) {
            if (!now.isEmpty())
                all.append(std::exchange(now, {}));
            continue;
        }
        const qreal height = std::clamp<qreal>(values[i], 0, 1) * (rect.height() - 1.5);
        now.append(QPointF(rect.left() + step * qreal(i), rect.bottom() - 0.75 - height));
    }
    if (!now.isEmpty())
        all.append(now);
    return all;
}

void drawTrack(QPainter &painter, const Look &look, const QRectF &rect, qreal radius)
{
    painter.setPen(QPen(look.color(Tint::BorderStrong), 1));
    painter.setBrush(look.color(Tint::Sunken));
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
}

} // namespace

void drawSpark(QPainter &painter, const Look &look, const QRectF &rect, const QList<float> &values, Tint tint)
{
    const QList<QPolygonF> lines = stretches(rect, values);
    painter.save();
    if (lines.isEmpty()) {
        painter.setPen(QPen(look.color(Tint::Text3), 1, Qt::DotLine));
        painter.drawLine(QPointF(rect.left(), rect.center().y()), QPointF(rect.right(), rect.center().y()));
        painter.restore();
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    QColor fill = look.color(tint);
    fill.setAlphaF(0.14F);
    for (const QPolygonF &line : lines) {
        QPolygonF area = line;
        area.append(QPointF(line.last().x(), rect.bottom()));
        area.prepend(QPointF(line.first().x(), rect.bottom()));
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        painter.drawPolygon(area);
        painter.setPen(QPen(look.color(tint), 1.25, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(line);
    }
    painter.restore();
}

void drawStateBar(QPainter &painter, const Look &look, const QRectF &rect, const QList<Segment> &segments, qint64 rest)
{
    constexpr qreal least = 3;
    constexpr qreal gap = 1;
    constexpr qreal radius = 3;
    const qint64 all = std::accumulate(segments.cbegin(), segments.cend(), rest,
                                       [](qint64 sum, const Segment &each) { return sum + each.count; });
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    drawTrack(painter, look, rect, radius);
    if (all <= 0) {
        painter.restore();
        return;
    }
    QPainterPath round;
    round.addRoundedRect(rect, radius, radius);
    painter.setClipPath(round);
    // What is too thin takes its least from the room of all.
    const qreal room = rect.width();
    qreal thin = 0;
    qint64 thick = rest;
    for (const Segment &each : segments) {
        if (room * double(each.count) / double(all) < least)
            thin += least;
        else
            thick += each.count;
    }
    const qreal perCount = thick > 0 ? (room - thin) / double(thick) : 0;
    qreal x = rect.left();
    for (const Segment &each : segments) {
        const bool isThin = room * double(each.count) / double(all) < least;
        const qreal width = isThin ? least : perCount * double(each.count);
        const bool last = &each == &segments.last() && rest == 0;
        painter.fillRect(QRectF(x, rect.top(), last ? rect.right() - x : std::max(1.0, width - gap), rect.height()),
                         look.color(each.tint));
        x += width;
    }
    painter.restore();
}

void drawSlots(QPainter &painter, const Look &look, const QRectF &rect, int used, int all, Tint tint)
{
    constexpr int mostBoxes = 16;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (all > mostBoxes) {
        drawTrack(painter, look, rect, 2);
        painter.setPen(Qt::NoPen);
        painter.setBrush(look.color(tint));
        if (used > 0)
            painter.drawRoundedRect(QRectF(rect.topLeft(), QSizeF(rect.width() * used / all, rect.height())), 2, 2);
        painter.restore();
        return;
    }
    const qreal gap = all > 8 ? 1 : 2;
    const qreal width = (rect.width() - gap * (all - 1)) / all;
    for (int i = 0; i < all; ++i) {
        const QRectF box(rect.left() + i * (width + gap), rect.top(), width, rect.height());
        if (i < used) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(look.color(tint));
            painter.drawRoundedRect(box, 1.5, 1.5);
        } else {
            drawTrack(painter, look, box, 1);
        }
    }
    painter.restore();
}

} // namespace Drover
