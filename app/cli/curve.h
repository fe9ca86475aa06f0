#pragma once

#include <QtCore/QList>
#include <QtCore/QString>

namespace Drover {

/// One character a value, ▁ to █, for terminals; a value below zero is not known and a blank.
/// `top` is the full height; 0: the highest of them.
QString curveText(const QList<qint64> &values, qint64 top = 0);

} // namespace Drover
