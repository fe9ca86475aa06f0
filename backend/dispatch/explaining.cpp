// The part of Dispatcher that gathers what an explanation looks at.

#include "backend/dispatch/dispatcher.h"

namespace Drover {

Place Dispatcher::placeOf(const MachineRecord &machine) const
{
    const Machine shown = m_fleet.shown(machine);
    return {.room = roomOf(machine),
            .state = shown.state,
            .connected = machine.connected,
            .slotCount = machine.row.slotCount,
            .cpu = double(machine.row.facts.cores),
            .memory = machine.row.facts.memory,
            .disk = availableDisk(machine.row),
            .gpus = int(machine.row.facts.gpus.size())};
}

Explanation Dispatcher::explain(TaskId id, const QList<WaitedFor> &waitsFor) const
{
    const TaskRecord *task = m_queue.find(id);
    const Batch *batch = task ? m_batches.find(task->batch) : nullptr;
    if (!batch)
        return {.task = id, .state = TaskState::Queued, .reasons = {}};
    ExplainInput input{.task = *task,
                       .needs = m_queue.shape(task->shape).needs,
                       .runAs = m_queue.shape(task->shape).runAs,
                       .batch = *batch,
                       .flags = m_batches.flags(),
                       .ready = m_queue.ready(),
                       .batches = m_batches.all(),
                       .places = {},
                       .waitsFor = waitsFor,
                       .now = m_clock.now(),
                       .leaseRule = m_attempts.leaseRule(task->attempt()),
                       .stormPool = {},
                       .stormEnds = {},
                       .gauge = gauge(task->attempt())};
    for (const MachineRecord &machine : m_fleet.all())
        input.places.push_back(placeOf(machine));
    if (const MachineRecord *machine = m_fleet.find(task->machine))
        input.silence = m_clock.steady() - machine->lastContact;
    if (m_attempts.waitsForStorm(task->attempt())) {
        for (const Storms::Storm &storm : m_storms.all()) {
            if (!storm.lost.contains(task->machine))
                continue;
            input.stormPool = storm.pool;
            input.stormEnds = storm.ends;
        }
    }
    return Drover::explain(input);
}

} // namespace Drover
