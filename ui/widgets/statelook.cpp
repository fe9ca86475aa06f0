#include "ui/widgets/statelook.h"

#include "ui/widgets/words.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

StateLook unknown(const QString &word)
{
    return {word, u"state-unknown"_s, Tint::Text2};
}

Tint tintOf(TaskState state)
{
    constexpr Tint tints[] = {Tint::Waiting,    Tint::Queued,   Tint::Assigned,  Tint::Preparing,
                              Tint::Running,    Tint::Paused,   Tint::Collecting, Tint::Stopping,
                              Tint::Succeeded,  Tint::Failed,   Tint::Cancelled};
    static_assert(std::size(tints) == taskStateCount);
    return tints[size_t(state)];
}

} // namespace

StateLook lookOf(TaskState state)
{
    if (int(state) < 0 || int(state) >= taskStateCount)
        return unknown(enumText(state));
    return {wordOf(state), u"state-"_s + enumText(state), tintOf(state)};
}

StateLook lookOf(BatchState state)
{
    switch (state) {
    case BatchState::Held: return {wordOf(state), u"state-held"_s, Tint::Held};
    case BatchState::Paused: return {wordOf(state), u"state-paused"_s, Tint::Paused};
    case BatchState::Running: return {wordOf(state), u"state-running"_s, Tint::Running};
    case BatchState::Queued: return {wordOf(state), u"state-queued"_s, Tint::Queued};
    case BatchState::Waiting: return {wordOf(state), u"state-waiting"_s, Tint::Waiting};
    case BatchState::Failed: return {wordOf(state), u"state-failed"_s, Tint::Failed};
    case BatchState::Cancelled: return {wordOf(state), u"state-cancelled"_s, Tint::Cancelled};
    case BatchState::Succeeded: return {wordOf(state), u"state-succeeded"_s, Tint::Succeeded};
    case BatchState::Empty: return {wordOf(state), u"state-queued"_s, Tint::Text3};
    }
    return unknown(enumText(state));
}

StateLook lookOf(MachineState state)
{
    switch (state) {
    case MachineState::Online: return {wordOf(state), u"machine-online"_s, Tint::Online};
    case MachineState::Silent: return {wordOf(state), u"machine-silent"_s, Tint::Silent};
    case MachineState::Lost: return {wordOf(state), u"machine-lost"_s, Tint::Lost};
    case MachineState::Offline: return {wordOf(state), u"machine-offline"_s, Tint::Offline};
    case MachineState::Draining: return {wordOf(state), u"machine-draining"_s, Tint::Draining};
    case MachineState::Deploying: return {wordOf(state), u"machine-deploying"_s, Tint::Deploying};
    }
    return unknown(enumText(state));
}

StateLook lookOf(OperationState state)
{
    switch (state) {
    case OperationState::Running: return {wordOf(state), u"state-running"_s, Tint::Running};
    case OperationState::Succeeded: return {wordOf(state), u"state-succeeded"_s, Tint::Succeeded};
    case OperationState::Failed: return {wordOf(state), u"state-failed"_s, Tint::Failed};
    case OperationState::Cancelled: return {wordOf(state), u"state-cancelled"_s, Tint::Cancelled};
    }
    return unknown(enumText(state));
}

QList<Segment> segmentsOf(const StateCounts &counts)
{
    const qint64 moving = counts[TaskState::Assigned] + counts[TaskState::Preparing]
        + counts[TaskState::Collecting];
    const QList<Segment> all {
        {Tint::Succeeded, counts[TaskState::Succeeded]}, {Tint::Running, counts[TaskState::Running]},
        {Tint::Preparing, moving},                       {Tint::Stopping, counts[TaskState::Stopping]},
        {Tint::Paused, counts[TaskState::Paused]},       {Tint::Failed, counts[TaskState::Failed]},
        {Tint::Cancelled, counts[TaskState::Cancelled]}};
    QList<Segment> there;
    for (const Segment &segment : all) {
        if (segment.count > 0)
            there.append(segment);
    }
    return there;
}

qint64 notBegun(const StateCounts &counts)
{
    return counts[TaskState::Waiting] + counts[TaskState::Queued];
}

QString wordsOfCounts(const StateCounts &counts)
{
    QStringList words;
    for (int i = 0; i < taskStateCount; ++i) {
        if (const qint64 count = counts[TaskState(i)]; count > 0)
            words.append(u"%1 %2"_s.arg(wordsOfCount(count), wordOf(TaskState(i)).toLower()));
    }
    return words.join(u", ");
}

} // namespace Drover
