#pragma once

#include "backend/series/seriespoints.h"

#include <optional>

namespace Drover {

/// What one machine was like in the last ten minutes, and the minutes that are not stored yet.
/// Kept narrow: there may be thousands. State thread.
class LoadRing
{
public:
    void add(Instant now, const MachineLoad &load);

    std::vector<LoadPoint> points() const;

    /// Whole minutes that have not been taken yet, when there are ten of them or `all` is wanted.
    enum class Take { WhenFull, All };
    std::vector<LoadPoint> takeMinutes(Take take);
    const std::vector<LoadPoint> &minutes() const { return m_minutes; }

private:
    struct Sample
    {
        quint32 second = 0; // since 1970
        quint16 cpu = 0;
        float memory = 0;
        float disk = 0;
        float netIn = 0;
        float netOut = 0;
    };
    static constexpr size_t most = 300;

    void closeMinute();

    std::vector<Sample> m_samples; // a ring once it is full
    size_t m_next = 0;
    qint64 m_minute = 0; // the one being added up
    LoadPoint m_sum;
    int m_count = 0;
    std::vector<LoadPoint> m_minutes;
};

} // namespace Drover
