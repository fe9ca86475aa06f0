#pragma once

#include "backend/store/rows.h"

namespace Drover {

/// What memory holds of an unfinished task; the rest is in the database. Small, because there may
/// be a million: at most 160 bytes with its place in the indexes.
struct TaskRecord
{
    TaskId id;
    BatchId batch;
    MachineId machine;
    Instant queued;
    Instant notBefore;
    Instant started;
    qint64 rev = 0;
    qint64 submission = 0; ///< open one it belongs to: not visible, not started
    int shape = 0;
    int specNumber = 1;
    int lastAttempt = 0;
    int currentAttempt = 0;
    int waitsFor = 0;
    int owner = 0; ///< TaskQueue::word()
    int share = 0; ///< value of the label that its batch shares by; 0: it does not
    qint16 failures = 0;
    qint16 poison = 0;
    TaskState state = TaskState::Queued;
    qint8 priority = 50;
    qint8 flags = 0;
    bool held : 1 = false;
    bool paused : 1 = false;
    bool keep : 1 = false;
    bool unreachable : 1 = false;
    bool needFailed : 1 = false; ///< something it waits for ended badly
    bool cancelWanted : 1 = false;

    AttemptId attempt() const { return {id, currentAttempt}; }
};
static_assert(sizeof(TaskRecord) <= 112);

} // namespace Drover
