#include "app/mirror/pagequeue.h"

#include <algorithm>

namespace Drover {

namespace {

bool holds(const std::deque<qint64> &pages, qint64 page)
{
    return std::ranges::find(pages, page) != pages.cend();
}

} // namespace

void PageQueue::want(qint64 page)
{
    if (holds(m_underWay, page))
        return;
    std::erase(m_wanted, page);
    m_wanted.push_back(page);
    if (m_wanted.size() > mostWanted)
        m_wanted.pop_front();
}

std::optional<qint64> PageQueue::next()
{
    if (m_wanted.empty() || m_underWay.size() >= mostAtOnce)
        return {};
    const qint64 page = m_wanted.back();
    m_wanted.pop_back();
    m_underWay.push_back(page);
    live(page);
    return page;
}

void PageQueue::answered(qint64 page)
{
    std::erase(m_underWay, page);
}

bool PageQueue::isLive(qint64 page) const
{
    return holds(m_live, page);
}

bool PageQueue::isUnderWay(qint64 page) const
{
    return holds(m_underWay, page);
}

void PageQueue::live(qint64 page)
{
    std::erase(m_live, page);
    m_live.push_back(page);
    if (m_live.size() > mostLive)
        m_live.pop_front();
}

} // namespace Drover
