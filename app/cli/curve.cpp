#include "app/cli/curve.h"

#include <algorithm>

namespace Drover {

QString curveText(const QList<qint64> &values, qint64 top)
{
    constexpr char16_t lowest = u'\u2581';
    constexpr qint64 heights = 8;
    if (top <= 0 && !values.isEmpty())
        top = *std::ranges::max_element(values);
    QString text;
    for (const qint64 value : values) {
        const qint64 height = top > 0 ? value * (heights - 1) / top : 0;
        text += value < 0 ? QChar(u' ') : QChar(char16_t(lowest + std::clamp<qint64>(height, 0, heights - 1)));
    }
    return text;
}

} // namespace Drover
