#include "app/mirror/updaterate.h"

namespace Drover {

qint64 UpdateRate::secondOf(Time time)
{
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

void UpdateRate::add(qint64 count, Time now)
{
    const qint64 second = secondOf(now);
    const size_t at = size_t(second) % m_counts.size();
    if (m_of[at] != second) {
        m_of[at] = second;
        m_counts[at] = 0;
    }
    m_counts[at] += count;
}

// Without the present second, which is not over.
double UpdateRate::perSecond(Time now) const
{
    const qint64 second = secondOf(now);
    qint64 sum = 0;
    for (size_t at = 0; at < m_counts.size(); ++at) {
        if (m_of[at] < second && m_of[at] >= second - seconds)
            sum += m_counts[at];
    }
    return double(sum) / seconds;
}

} // namespace Drover
