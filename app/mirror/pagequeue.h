#pragma once

#include <QtCore/QtGlobal>

#include <deque>
#include <optional>

namespace Drover {

/// Which pages of a window to ask for, and when: those looked at last first, a few at once; who
/// scrolls past does not wait for what they passed. Knows which pages the daemon keeps up to date:
/// the last 16 that it was asked for. A value.
class PageQueue
{
public:
    static constexpr size_t mostAtOnce = 4;
    static constexpr size_t mostWanted = 8;
    static constexpr size_t mostLive = 16;

    void want(qint64 page);
    /// The next one to ask for now; it counts as asked for.
    std::optional<qint64> next();
    /// Its answer has come, or never will.
    void answered(qint64 page);
    /// The daemon has sent it without being asked: the first page of a new window.
    void given(qint64 page) { live(page); }

    /// Asked for, and kept up to date from then on.
    bool isLive(qint64 page) const;
    bool isUnderWay(qint64 page) const;

private:
    void live(qint64 page);

    std::deque<qint64> m_wanted; // the one looked at last at the end
    std::deque<qint64> m_underWay;
    std::deque<qint64> m_live; // the one asked for last at the end
};

} // namespace Drover
