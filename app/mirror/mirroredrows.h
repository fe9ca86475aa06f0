#pragma once

#include "app/mirror/rowchanges.h"

#include <QtCore/QMap>
#include <QtCore/QSet>

#include <algorithm>

namespace Drover {

/// The rows of one small collection by id, and which of them are other than when they were last told.
/// A row is never replaced by one of smaller rev. A value; any thread, one at a time.
template <typename Row> class MirroredRows
{
public:
    using Id = decltype(Row::id);

    const QMap<Id, Row> &rows() const { return m_rows; }
    const Row *find(Id id) const
    {
        const auto row = m_rows.constFind(id);
        return row == m_rows.cend() ? nullptr : &*row;
    }

    /// Rows that have come or changed, and those that have gone.
    void apply(const QList<Row> &rows, const QList<Id> &removed)
    {
        for (const Row &row : rows)
            take(row);
        for (const Id id : removed)
            drop(id);
    }

    /// These are all there are. Revisions of before say nothing: it may be another history.
    void replace(const QList<Row> &rows)
    {
        QSet<Id> there;
        for (const Row &row : rows)
            there.insert(row.id);
        const QList<Id> before = m_rows.keys();
        for (const Id id : before) {
            if (there.contains(id))
                m_rows[id].rev = -1;
            else
                drop(id);
        }
        for (const Row &row : rows)
            take(row);
    }

    /// Calls `change(row)` where there is such a row; it says whether anything is other than before.
    template <typename Change> void edit(Id id, Change &&change)
    {
        const auto row = m_rows.find(id);
        if (row != m_rows.end() && change(*row))
            note(id);
    }

    /// What has become of it since the last time, each list by id.
    RowChanges<Row> takeChanges()
    {
        RowChanges<Row> changes{rowsOf(m_added), rowsOf(m_changed), m_removed.values()};
        std::ranges::sort(changes.removed);
        m_added.clear();
        m_changed.clear();
        m_removed.clear();
        return changes;
    }

private:
    void take(const Row &row)
    {
        const auto known = m_rows.find(row.id);
        if (known == m_rows.end()) {
            m_rows.insert(row.id, row);
            // To those who were not told that it went, it never did.
            (m_removed.remove(row.id) ? m_changed : m_added).insert(row.id);
        } else if (row.rev >= known->rev) {
            *known = row;
            note(row.id);
        }
    }

    void note(Id id)
    {
        if (!m_added.contains(id))
            m_changed.insert(id);
    }

    void drop(Id id)
    {
        if (m_rows.remove(id) == 0)
            return;
        m_changed.remove(id);
        if (!m_added.remove(id))
            m_removed.insert(id);
    }

    QList<Row> rowsOf(const QSet<Id> &ids) const
    {
        QList<Row> rows;
        rows.reserve(ids.size());
        for (const Id id : ids)
            rows.append(m_rows.value(id));
        std::ranges::sort(rows, {}, &Row::id);
        return rows;
    }

    QMap<Id, Row> m_rows;
    QSet<Id> m_added;
    QSet<Id> m_changed;
    QSet<Id> m_removed;
};

} // namespace Drover
