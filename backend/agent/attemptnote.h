#pragma once

#include "backend/protocol/agentmessages.h"

#include <string>

namespace Drover {

/// A working folder made ready for one attempt, and whose processes work there. Seats are used
/// again: a short task then costs no folder.
struct Seat
{
    int index = -1; ///< -1: none
    int user = -1; ///< uid of the task; -1: as the agent itself
    int group = -1;
    std::string home; ///< HOME of its tasks; empty: the folder
    std::string folder; ///< absolute; has input, output, temp and resource
};

/// What an agent has to know about an attempt beyond its run folder, so that one that starts later
/// can adopt it. In the journal: add at the end, never rename.
struct AttemptNote
{
    TaskId task;
    int n = 0;
    qint64 epoch = 0;
    int specNumber = 0;
    int seat = -1;
    bool keepFolder = false;
    int slotCount = 1;
    QString progress; ///< the expression that finds it in stdout
    QString runAs; ///< the user who was asked for; none: the slot's
    QStringList outputs; ///< patterns of what it leaves
    std::chrono::milliseconds collectWithin {0}; ///< 0: however long it takes

    AttemptId id() const { return {task, n}; }
    static constexpr auto fields()
    {
        return fieldList(
            field("task", &AttemptNote::task), field("n", &AttemptNote::n),
            field("epoch", &AttemptNote::epoch), field("specNumber", &AttemptNote::specNumber),
            field("seat", &AttemptNote::seat), field("keepFolder", &AttemptNote::keepFolder),
            field("slots", &AttemptNote::slotCount), field("progress", &AttemptNote::progress),
            field("runAs", &AttemptNote::runAs), field("outputs", &AttemptNote::outputs),
            field("collectWithin", &AttemptNote::collectWithin));
    }
    friend bool operator==(const AttemptNote &, const AttemptNote &) = default;
};

} // namespace Drover
