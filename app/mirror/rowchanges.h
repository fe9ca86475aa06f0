#pragma once

#include <QtCore/QList>

namespace Drover {

/// What has become of a small collection: for models, which insert, change and remove in lists. A row
/// is in one of the lists only.
template <typename Row> struct RowChanges
{
    using Id = decltype(Row::id);

    QList<Row> added;
    QList<Row> changed;
    QList<Id> removed;

    bool isEmpty() const { return added.isEmpty() && changed.isEmpty() && removed.isEmpty(); }
    qsizetype count() const { return added.size() + changed.size() + removed.size(); }
};

} // namespace Drover
