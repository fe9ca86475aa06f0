#include "ui/widgets/cardpaint.h"

#include "ui/widgets/look.h"

#include <QtGui/QPainter>
#include <QtGui/QPixmapCache>
#include <QtWidgets/qdrawutil.h>

#include <cmath>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

struct Layer
{
    int offset; // down
    int blur;
    qreal opacity;
};

// As a nine-patch: corners of `margin + radius`, one pixel of edge between them.
QPixmap shadowPatch(const QList<Layer> &layers, int margin, int radius, qreal ratio)
{
    const int side = 2 * (margin + radius) + 1;
    QImage image(int(std::ceil(side * ratio)), int(std::ceil(side * ratio)), QImage::Format_RGBA64_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const QRectF card(margin, margin, side - 2 * margin, side - 2 * margin);
    for (const Layer &layer : layers) {
        // Rings laid over each other, the outer ones fainter, fall off as a blur does.
        const int rings = layer.blur / 2;
        for (int ring = rings; ring > 0; --ring) {
            QColor ink(Qt::black);
            ink.setAlphaF(float(layer.opacity * 2 * (rings - ring + 1) / (rings * (rings + 1))));
            painter.setBrush(ink);
            painter.drawRoundedRect(card.adjusted(-ring, -ring, ring, ring).translated(0, layer.offset), radius + ring,
                                    radius + ring);
        }
    }
    return QPixmap::fromImage(image);
}

QList<Layer> layersOf(Elevation elevation, bool dark)
{
    if (elevation == Elevation::Pill)
        return {{2, 8, dark ? 0.4 : 0.16}};
    return {{2, 6, dark ? 0.3 : 0.08}, {14, 36, dark ? 0.45 : 0.18}};
}

} // namespace

int shadowMargin(Elevation elevation)
{
    return elevation == Elevation::Pill ? 8 : 32;
}

void drawCard(QPainter &painter, const Look &look, const QRectF &card, qreal radius, Elevation elevation)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (!look.isHighContrast()) {
        const int margin = shadowMargin(elevation);
        const int round = int(std::ceil(radius));
        const qreal ratio = painter.device()->devicePixelRatioF();
        const QString key = u"drover-shadow/%1/%2/%3/%4"_s.arg(int(elevation)).arg(look.isDark()).arg(round).arg(ratio);
        QPixmap patch;
        if (!QPixmapCache::find(key, &patch)) {
            patch = shadowPatch(layersOf(elevation, look.isDark()), margin, round, ratio);
            QPixmapCache::insert(key, patch);
        }
        const int corner = int((margin + round) * ratio);
        const QMargins outside(margin + round, margin + round, margin + round, margin + round);
        qDrawBorderPixmap(&painter, card.toRect().adjusted(-margin, -margin, margin, margin), outside, patch,
                          QRect(QPoint(), patch.size()), QMargins(corner, corner, corner, corner));
    }
    painter.setPen(QPen(look.color(look.isHighContrast() ? Tint::BorderStrong : Tint::Border), 1));
    painter.setBrush(look.color(Tint::Raised));
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter.restore();
}

void drawHairline(QPainter &painter, const QColor &color, QPointF from, QPointF to)
{
    const qreal ratio = painter.device()->devicePixelRatioF();
    const auto snapped = [ratio](qreal at) {
        return std::floor(at * ratio) / ratio;
    };
    const QRectF line(QPointF(snapped(from.x()), snapped(from.y())), QPointF(snapped(to.x()), snapped(to.y())));
    // One logical pixel, rounded to whole ones of the device.
    const qreal width = std::max(1.0, std::floor(ratio)) / ratio;
    painter.fillRect(line.width() > line.height() ? QRectF(line.topLeft(), QSizeF(line.width(), width))
                                                  : QRectF(line.topLeft(), QSizeF(width, line.height())),
                     color);
}

void drawFocusRing(QPainter &painter, const Look &look, const QRectF &rect, qreal radius)
{
    const qreal width = look.isHighContrast() ? 3 : 1.5;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(look.color(Tint::Focus), width));
    const qreal in = width / 2;
    painter.drawRoundedRect(rect.adjusted(in, in, -in, -in), radius, radius);
    painter.restore();
}

} // namespace Drover
