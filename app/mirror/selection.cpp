#include "app/mirror/selection.h"

#include <algorithm>

namespace Drover {

namespace {

QList<TaskId> sorted(const QSet<TaskId> &ids)
{
    QList<TaskId> list = ids.values();
    std::ranges::sort(list);
    return list;
}

} // namespace

void Selection::setIds(const QList<TaskId> &ids)
{
    *this = {};
    m_ids = QSet<TaskId>(ids.cbegin(), ids.cend());
}

void Selection::add(const QList<TaskId> &ids)
{
    for (const TaskId id : ids) {
        if (m_ofQuery)
            m_ids.remove(id);
        else
            m_ids.insert(id);
    }
}

void Selection::remove(const QList<TaskId> &ids)
{
    for (const TaskId id : ids) {
        if (m_ofQuery)
            m_ids.insert(id);
        else
            m_ids.remove(id);
    }
}

void Selection::toggle(TaskId id)
{
    if (contains(id))
        remove({id});
    else
        add({id});
}

void Selection::selectQuery(const QString &where, qint64 count)
{
    *this = {};
    m_ofQuery = true;
    m_where = where;
    m_queryCount = count;
}

TaskQuery Selection::query() const
{
    TaskQuery query;
    if (!m_ofQuery) {
        query.ids = sorted(m_ids);
        return query;
    }
    query.where = m_where;
    query.all = m_where.isEmpty();
    query.minus = sorted(m_ids);
    query.expectedCount = count();
    return query;
}

} // namespace Drover
