#pragma once

#include "backend/protocol/seriesrequests.h"

namespace Drover {

/// What a lane of a timeline stands for.
enum class TimelineBy { Worker, Step };

/// An attempt in its lane. One that goes on has no end.
struct TimelineBar
{
    TimelineAttempt attempt;
    int line = 0; ///< of the lane: attempts at the same time lie below each other
};

struct TimelineLane
{
    QString name;
    MachineId machine; ///< none: a step
    QList<TimelineBar> bars; ///< by start
    int lines = 1;
};

/// Attempts by worker or by step, lanes by name with numbers as numbers. At most `mostLines` lie below
/// each other: what is more shares the last.
QList<TimelineLane> lanesOf(const QList<TimelineAttempt> &attempts, TimelineBy by, int mostLines = 8);

} // namespace Drover
