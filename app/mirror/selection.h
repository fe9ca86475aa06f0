#pragma once

#include "backend/protocol/taskrequests.h"

#include <QtCore/QSet>

namespace Drover {

/// Which tasks are selected: some by id, or all of a query but some. It outlives refreshes, scrolling
/// and reconnects; what a view marks is made from it. A value.
class Selection
{
public:
    bool isEmpty() const { return count() == 0; }
    /// Of all of a query: as many as the query had when it was selected, less those taken out.
    qint64 count() const { return m_ofQuery ? m_queryCount - m_ids.size() : m_ids.size(); }
    bool isOfQuery() const { return m_ofQuery; }
    const QString &where() const { return m_where; } ///< of the query
    /// Selected: those by id. Of all of a query: those that are not.
    const QSet<TaskId> &ids() const { return m_ids; }

    /// Whether a row of the list at hand is selected; of all of a query, any row of that query is.
    bool contains(TaskId id) const { return m_ids.contains(id) != m_ofQuery; }

    void clear() { *this = {}; }
    /// These and no others.
    void setIds(const QList<TaskId> &ids);
    void add(const QList<TaskId> &ids);
    void remove(const QList<TaskId> &ids);
    void toggle(TaskId id);
    /// All that match, `count` of them by what is shown. An empty `where`: all there are.
    void selectQuery(const QString &where, qint64 count);

    /// What an action is asked for. Of a query: the daemon refuses when it is another number by then.
    TaskQuery query() const;

    friend bool operator==(const Selection &, const Selection &) = default;

private:
    bool m_ofQuery = false;
    QString m_where;
    qint64 m_queryCount = 0;
    QSet<TaskId> m_ids;
};

} // namespace Drover
