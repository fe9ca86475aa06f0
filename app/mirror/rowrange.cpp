#include "app/mirror/rowrange.h"

#include <algorithm>

namespace Drover {

QList<RowRange> rangesOf(QList<qint64> rows)
{
    std::ranges::sort(rows);
    QList<RowRange> ranges;
    for (const qint64 row : std::as_const(rows)) {
        if (!ranges.isEmpty() && row <= ranges.last().last + 1)
            ranges.last().last = row;
        else
            ranges.append({row, row});
    }
    return ranges;
}

} // namespace Drover
