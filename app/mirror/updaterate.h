#pragma once

#include <QtCore/QtGlobal>

#include <array>
#include <chrono>

namespace Drover {

/// How many things come a second, over the last four whole seconds. A value; the caller brings the time.
class UpdateRate
{
public:
    using Time = std::chrono::steady_clock::time_point;

    void add(qint64 count, Time now);
    double perSecond(Time now) const;

private:
    static constexpr int seconds = 4;
    static qint64 secondOf(Time time);

    std::array<qint64, seconds + 1> m_counts {}; // of each second, one after another round about
    std::array<qint64, seconds + 1> m_of {}; // which second that is
};

} // namespace Drover
