#pragma once

#include "backend/queue/flags.h"
#include "backend/queue/taskqueue.h"

#include <QtCore/QHash>

#include <functional>

namespace Drover {

/// What a machine can still take, for the planner.
struct Room
{
    MachineId machine;
    QString name;
    QString project; ///< or *
    QStringList pools;
    Labels labels;
    QStringList runAs; ///< users that tasks may be there
    int freeSlots = 0; ///< below 0: work waits there ahead
    int ahead = 0; ///< slots' worth that may still wait there ahead of a free slot
    double freeCpu = 0;
    qint64 freeMemory = 0;
    qint64 freeDisk = 0;
    int freeGpus = 0;
};

struct Placement
{
    TaskId task;
    MachineId machine;
};

/// What the planner looks at: const indexes and values, no clock, no store, no socket.
struct PlanInput
{
    const ReadyIndex &ready;
    const QHash<BatchId, Batch> &batches;
    std::function<const Shape &(int)> shape;
    std::vector<Room> rooms;
    Flags flags = {};
    Running running = {};
    int most = 256; ///< placements of one plan
};

/// Which ready task goes where, in the order they are to be assigned.
///
/// Projects share by what they have running; in a project the batches of highest priority come
/// first, and owners, batches and values of the label that a batch shares by share likewise; what is
/// then left the key of ReadyIndex decides. Free slots are filled first, the emptiest machine before others; only
/// when none is left is work sent ahead of a slot. Costs grow with free slots and batches that have
/// something ready, not with tasks.
std::vector<Placement> plan(PlanInput input);

/// Whether a machine could ever run that shape for a batch of these pools, however busy it is now.
bool mayRun(const Room &room, const Needs &needs, const Batch &batch);
/// Whether an administrator allowed that user there; nobody in particular always.
bool mayRunAs(const Room &room, const QString &user);

} // namespace Drover
