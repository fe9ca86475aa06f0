#include "backend/protocol/batch.h"

namespace Drover {

qint64 StateCounts::total() const
{
    qint64 sum = 0;
    for (const qint64 n : byState)
        sum += n;
    return sum;
}

qint64 StateCounts::finished() const
{
    return (*this)[TaskState::Succeeded] + (*this)[TaskState::Failed] + (*this)[TaskState::Cancelled];
}

qint64 StateCounts::started() const
{
    qint64 sum = 0;
    for (int i = int(TaskState::Assigned); i <= int(TaskState::Stopping); ++i)
        sum += byState.value(i);
    return sum;
}

BatchState stateOf(const Batch &batch)
{
    if (batch.held)
        return BatchState::Held;
    if (batch.paused)
        return BatchState::Paused;
    if (batch.counts.started() > 0)
        return BatchState::Running;
    if (batch.counts[TaskState::Queued] > 0)
        return BatchState::Queued;
    if (batch.counts[TaskState::Waiting] > 0)
        return BatchState::Waiting;
    if (batch.counts[TaskState::Failed] > 0)
        return BatchState::Failed;
    if (batch.counts[TaskState::Cancelled] > 0)
        return BatchState::Cancelled;
    return batch.counts.total() > 0 ? BatchState::Succeeded : BatchState::Empty;
}

} // namespace Drover
