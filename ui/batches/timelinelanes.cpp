#include "ui/batches/timelinelanes.h"

#include "ui/widgets/naturalorder.h"

#include <QtCore/QHash>

#include <algorithm>

namespace Drover {

namespace {

// The first line that is free when the attempt starts.
int lineFor(QList<Instant> &ends, const TimelineAttempt &attempt, int mostLines)
{
    for (int line = 0; line < ends.size(); ++line) {
        if (isSet(ends.at(line)) && ends.at(line) <= attempt.started) {
            ends[line] = attempt.ended;
            return line;
        }
    }
    if (ends.size() < mostLines) {
        ends.append(attempt.ended);
        return int(ends.size()) - 1;
    }
    return mostLines - 1;
}

} // namespace

QList<TimelineLane> lanesOf(const QList<TimelineAttempt> &attempts, TimelineBy by, int mostLines)
{
    QList<TimelineLane> lanes;
    QHash<QString, int> laneOf;
    QList<QList<Instant>> ends;
    QList<TimelineAttempt> sorted = attempts;
    std::ranges::stable_sort(sorted, {}, &TimelineAttempt::started);
    for (const TimelineAttempt &attempt : std::as_const(sorted)) {
        const QString name = by == TimelineBy::Worker ? attempt.machineName : attempt.step;
        const auto known = laneOf.constFind(name);
        const int lane = known == laneOf.cend() ? int(lanes.size()) : *known;
        if (known == laneOf.cend()) {
            laneOf.insert(name, lane);
            lanes.append({.name = name, .machine = by == TimelineBy::Worker ? attempt.machine : MachineId()});
            ends.append(QList<Instant>());
        }
        const int line = lineFor(ends[lane], attempt, mostLines);
        lanes[lane].bars.append({attempt, line});
        lanes[lane].lines = std::max(lanes[lane].lines, line + 1);
    }
    std::ranges::stable_sort(lanes, [](const TimelineLane &a, const TimelineLane &b) {
        return naturalCompare(a.name, b.name) < 0;
    });
    return lanes;
}

} // namespace Drover
