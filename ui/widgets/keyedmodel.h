#pragma once

#include "ui/widgets/cellmodel.h"

#include <QtCore/QHash>

#include <algorithm>

namespace Drover {

/// A table over a small collection, whose rows are keys: `setKeys` makes the fewest signals that lead
/// from the rows there are to those wanted, so that selection and scroll position survive. GUI thread.
template<typename Key>
class KeyedModel : public CellModel
{
public:
    using CellModel::CellModel;

    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_keys.size()); }
    const QList<Key> &keys() const { return m_keys; }
    const Key &keyAt(int row) const { return m_keys.at(row); }
    int rowOf(const Key &key) const { return m_rows.value(key, -1); }

protected:
    void setKeys(const QList<Key> &keys)
    {
        QHash<Key, int> wanted;
        for (const Key &key : keys)
            wanted.insert(key, int(wanted.size()));
        removeOthers(wanted);
        QList<Key> kept = m_keys;
        std::ranges::sort(kept, {}, [&](const Key &key) { return wanted.value(key); });
        if (kept != m_keys)
            reorder(kept);
        insertMissing(keys);
        indexKeys();
    }

    /// Cells of that row are other than before.
    void touch(const Key &key)
    {
        const int row = rowOf(key);
        if (row >= 0)
            emit dataChanged(createIndex(row, 0), createIndex(row, columnCount() - 1));
    }
    void touchAll()
    {
        if (!m_keys.isEmpty())
            emit dataChanged(createIndex(0, 0), createIndex(int(m_keys.size()) - 1, columnCount() - 1));
    }

private:
    void removeOthers(const QHash<Key, int> &wanted)
    {
        for (int last = int(m_keys.size()) - 1; last >= 0; --last) {
            if (wanted.contains(m_keys.at(last)))
                continue;
            int first = last;
            while (first > 0 && !wanted.contains(m_keys.at(first - 1)))
                --first;
            beginRemoveRows({}, first, last);
            m_keys.remove(first, last - first + 1);
            indexKeys();
            endRemoveRows();
            last = first;
        }
    }

    void reorder(const QList<Key> &keys)
    {
        emit layoutAboutToBeChanged({}, VerticalSortHint);
        const QModelIndexList before = persistentIndexList();
        QList<Key> keyOf;
        for (const QModelIndex &each : before)
            keyOf.append(m_keys.at(each.row()));
        m_keys = keys;
        indexKeys();
        QModelIndexList after;
        for (qsizetype i = 0; i < before.size(); ++i)
            after.append(createIndex(rowOf(keyOf.at(i)), before.at(i).column()));
        changePersistentIndexList(before, after);
        emit layoutChanged({}, VerticalSortHint);
    }

    void insertMissing(const QList<Key> &keys)
    {
        for (int row = 0; row < keys.size(); ++row) {
            if (row < m_keys.size() && m_keys.at(row) == keys.at(row))
                continue;
            int last = row;
            while (last + 1 < keys.size() && !m_rows.contains(keys.at(last + 1)))
                ++last;
            beginInsertRows({}, row, last);
            for (int i = row; i <= last; ++i)
                m_keys.insert(i, keys.at(i));
            indexKeys();
            endInsertRows();
            row = last;
        }
    }

    void indexKeys()
    {
        m_rows.clear();
        for (int row = 0; row < m_keys.size(); ++row)
            m_rows.insert(m_keys.at(row), row);
    }

    QList<Key> m_keys;
    QHash<Key, int> m_rows;
};

} // namespace Drover
