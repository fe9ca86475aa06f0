#pragma once

#include "ui/widgets/theme.h"

#include <QtCore/QRectF>

QT_FORWARD_DECLARE_CLASS(QPainter)
QT_FORWARD_DECLARE_CLASS(QWidget)

namespace Drover {

class Look;

/// How far a thing floats above the window; look.md, Elevation.
enum class Elevation { Pill, Popup };

/// Pixels around a card that its shadow needs.
int shadowMargin(Elevation elevation);

/// A raised card with its shadow and edge; `card` without the margin. The shadow is one cached picture
/// cut in nine; high contrast has none, but a strong edge.
void drawCard(QPainter &painter, const Look &look, const QRectF &card, qreal radius, Elevation elevation);

/// A line of one pixel of the device, wherever scaling puts it.
void drawHairline(QPainter &painter, const QColor &color, QPointF from, QPointF to);

/// The ring of what has the focus: 1.5 px inside `rect`, 3 px in high contrast.
void drawFocusRing(QPainter &painter, const Look &look, const QRectF &rect, qreal radius);

} // namespace Drover
