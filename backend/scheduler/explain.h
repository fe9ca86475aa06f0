#pragma once

#include "backend/protocol/agentmessages.h"
#include "backend/protocol/explainrequests.h"
#include "backend/protocol/machine.h"
#include "backend/scheduler/placement.h"

namespace Drover {

/// A machine as the explanation sees it: what is free there now, and what it has in all.
struct Place
{
    Room room;
    MachineState state = MachineState::Online;
    bool connected = true;
    int slotCount = 0;
    double cpu = 0;
    qint64 memory = 0;
    qint64 disk = 0;
    int gpus = 0;
};

/// A task that another one waits for.
struct WaitedFor
{
    TaskId id;
    TaskState state = TaskState::Queued;
};

/// All that an explanation looks at: values and the planner's own indexes.
struct ExplainInput
{
    const TaskRecord &task;
    const Needs &needs;
    QString runAs = {};
    const Batch &batch;
    const Flags &flags;
    const ReadyIndex &ready;
    const QHash<BatchId, Batch> &batches;
    std::vector<Place> places;
    QList<WaitedFor> waitsFor;
    Instant now;
    // Of what has started:
    LeaseRule leaseRule = LeaseRule::Replace;
    std::chrono::microseconds silence{0}; ///< since its machine was last heard of
    QString stormPool; ///< what ran on its machine waits for the end of that pool's storm
    Instant stormEnds;
    std::optional<AttemptGauge> gauge = {}; ///< what it last said of itself
};

/// Exactly why an unfinished task is where it is, outermost reason first, and the remedy with its
/// numbers. Pure: the same indexes that plan() looks at, and no other knowledge.
Explanation explain(const ExplainInput &input);

/// The same of a task that has ended: its row says it all.
Explanation explainFinished(const Task &task);

} // namespace Drover
