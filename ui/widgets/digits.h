#pragma once

#include <QtCore/QRectF>
#include <QtCore/QString>
#include <QtGui/QFont>

QT_FORWARD_DECLARE_CLASS(QPainter)

namespace Drover {

/// Writes a figure with every digit in the room of the widest, so that columns of numbers stand
/// under each other and live ones do not tremble: Qt 6.4 cannot switch on a font's tabular digits.
/// Colour is the painter's pen; `align` as QPainter::drawText has it, in one line.
void drawDigits(QPainter &painter, const QFont &font, const QRectF &rect, Qt::Alignment align, const QString &text);

/// How wide that is.
qreal digitsWidth(const QFont &font, const QString &text);

} // namespace Drover
