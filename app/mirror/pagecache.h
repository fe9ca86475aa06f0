#pragma once

#include <QtCore/QHash>
#include <QtCore/QList>

#include <deque>
#include <optional>

namespace Drover {

/// Rows of a long list that are here, by place, in pages of 256: at most 200 pages, the one looked at
/// longest ago makes way. A row is never replaced by one of smaller rev; what changed while its page
/// was on its way is not lost. For any row with an `id` and a `rev`; rev 0 is a row that is gone.
///
/// A value; any thread, one at a time.
template <typename Row> class PageCache
{
public:
    using Id = decltype(Row::id);

    static constexpr qint64 pageSize = 256;
    static constexpr size_t mostPages = 200;

    static constexpr qint64 pageOf(qint64 place) { return place / pageSize; }

    /// Null: not here. Good until the next change of this cache.
    const Row *at(qint64 place)
    {
        const auto page = m_pages.constFind(pageOf(place));
        if (page == m_pages.cend())
            return nullptr;
        touch(page.key());
        const qsizetype within = qsizetype(place % pageSize);
        return within < page->size() ? &page->at(within) : nullptr;
    }

    bool hasPage(qint64 page) const { return m_pages.contains(page); }

    /// Where a row stands that is here.
    std::optional<qint64> placeOf(Id id) const
    {
        const auto place = m_places.constFind(id);
        return place == m_places.cend() ? std::nullopt : std::optional(*place);
    }

    const Row *find(Id id) const
    {
        const auto place = m_places.constFind(id);
        if (place == m_places.cend())
            return nullptr;
        return &m_pages.constFind(pageOf(*place))->at(qsizetype(*place % pageSize));
    }

    /// A page has come.
    void place(qint64 page, const QList<Row> &rows)
    {
        QList<Row> newest = rows;
        for (Row &row : newest) {
            if (const Row *known = find(row.id); known && known->rev > row.rev)
                row = *known;
            if (const auto early = m_early.constFind(row.id); early != m_early.cend() && early->rev > row.rev)
                row = *early;
        }
        drop(page);
        for (qsizetype i = 0; i < newest.size(); ++i) {
            // It may still stand on another page, of a moment before: this one is newer.
            if (const auto other = placeOf(newest[i].id); other && pageOf(*other) != page)
                m_places.remove(newest[i].id);
            m_places.insert(newest[i].id, page * pageSize + i);
        }
        m_pages.insert(page, newest);
        touch(page);
        while (m_order.size() > mostPages)
            drop(m_order.front());
    }

    /// A row has changed. Returns its place where it is here and this is newer.
    std::optional<qint64> update(const Row &row)
    {
        const auto place = m_places.constFind(row.id);
        if (place == m_places.cend()) {
            if (m_awaited > 0)
                m_early.insert(row.id, row);
            return {};
        }
        Row &known = m_pages[pageOf(*place)][qsizetype(*place % pageSize)];
        if (row.rev < known.rev)
            return {};
        known = row;
        return *place;
    }

    /// A page is on its way: what changes meanwhile is kept for it.
    void expectPage() { ++m_awaited; }
    void pageCame()
    {
        if (--m_awaited == 0)
            m_early.clear();
    }

    qsizetype pageCount() const { return m_pages.size(); }

    void clear() { *this = {}; }

private:
    void touch(qint64 page)
    {
        if (!m_order.empty() && m_order.back() == page)
            return;
        std::erase(m_order, page);
        m_order.push_back(page);
    }

    void drop(qint64 page)
    {
        const QList<Row> rows = m_pages.take(page);
        for (const Row &row : rows) {
            if (const auto place = placeOf(row.id); place && pageOf(*place) == page)
                m_places.remove(row.id);
        }
        std::erase(m_order, page);
    }

    QHash<qint64, QList<Row>> m_pages;
    QHash<Id, qint64> m_places;
    std::deque<qint64> m_order; // the one looked at longest ago first
    QHash<Id, Row> m_early; // changed while pages were on their way
    int m_awaited = 0;
};

} // namespace Drover
