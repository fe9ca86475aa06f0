#pragma once

#include "backend/protocol/machine.h"
#include "backend/protocol/seriesrequests.h"
#include "backend/store/rows.h"

#include <vector>

namespace Drover {

// How points lie in a row, and how rows become a grid for a chart. Pure functions of values.

/// Tasks of a batch or project: how many there are, and how many ended in the step that led here.
struct CountPoint
{
    Instant at;
    qint64 waiting = 0;
    qint64 queued = 0;
    qint64 started = 0;
    qint64 succeeded = 0;
    qint64 failed = 0;
    qint64 cancelled = 0;

    bool isIdle() const { return waiting + queued + started + succeeded + failed + cancelled == 0; }
    /// Another batch at the same moment.
    void add(const CountPoint &other);
};

struct LoadPoint
{
    Instant at;
    qint64 cpu = 0; ///< thousandths
    qint64 memory = 0;
    qint64 disk = 0;
    qint64 netIn = 0;
    qint64 netOut = 0;
};

/// A row that begins with the first of them; their moments are kept to the second. Not empty.
SeriesRow packed(SeriesKind kind, const QString &subject, const std::vector<CountPoint> &points);
SeriesRow packed(SeriesKind kind, const QString &subject, const std::vector<LoadPoint> &points);
/// What cannot be read is left out.
std::vector<CountPoint> countsIn(const SeriesRow &row);
std::vector<LoadPoint> loadsIn(const SeriesRow &row);

/// A span, and the steps it is cut into.
struct Grid
{
    Instant start;
    std::chrono::milliseconds step {10'000};
    qsizetype size = 0;

    /// At most `points` steps of whole multiples of `finest`, that begin at whole steps.
    static Grid of(Instant from, Instant to, int points, std::chrono::milliseconds finest);
    /// -1: outside.
    qsizetype indexOf(Instant at) const;
};

/// Points of several subjects, each in any order: levels are the last of a step and add up over
/// subjects, what ended adds up altogether.
CountSeries folded(const Grid &grid, const std::vector<std::vector<CountPoint>> &subjects);
/// Means of each step.
LoadSeries folded(const Grid &grid, const std::vector<LoadPoint> &points);

} // namespace Drover
