#pragma once

#include "ui/widgets/statelook.h"

#include <QtCore/QRectF>

QT_FORWARD_DECLARE_CLASS(QPainter)

namespace Drover {

class Look;

/// Small pictures of figures, for cells, tiles and docks. All draw inside `rect`.

/// A curve of 0 to 1 with a faint fill; NaN is a gap, nothing at all a dotted line.
void drawSpark(QPainter &painter, const Look &look, const QRectF &rect, const QList<float> &values, Tint tint);

/// Counts by state as one bar: solid parts, 1 px apart, at least 3 px each; `rest` is empty track.
void drawStateBar(QPainter &painter, const Look &look, const QRectF &rect, const QList<Segment> &segments, qint64 rest);

/// Slots as so many boxes, those in use filled; past 16 one bar.
void drawSlots(QPainter &painter, const Look &look, const QRectF &rect, int used, int all, Tint tint);

} // namespace Drover
