#pragma once

#include <QtCore/QList>

namespace Drover {

/// Rows of a list, from first to last, both included.
struct RowRange
{
    qint64 first = 0;
    qint64 last = -1;

    bool contains(qint64 row) const { return row >= first && row <= last; }
    bool isEmpty() const { return last < first; }
    qint64 count() const { return last - first + 1; }
    friend bool operator==(const RowRange &, const RowRange &) = default;
};

/// The rows in as few ranges as possible, in order.
QList<RowRange> rangesOf(QList<qint64> rows);

} // namespace Drover
