#pragma once

#include "backend/agent/attemptnote.h"
#include "backend/agent/cgroups.h"
#include "backend/base/result.h"
#include "backend/shim/runfolder.h"

namespace Drover {

/// What is the same for all tasks of a machine.
struct StartSurroundings
{
    std::string runRoot; ///< absolute
    std::string fenceFile;
    std::string home; ///< HOME of tasks that run as the agent itself
    int cores = 1;
    qint64 memory = 0; ///< bytes
    int slotCount = 1;
    qint64 outputCap = 0; ///< bytes a stream, unless a task says; 0: none
    Cgroups cgroups;
};

/// The name of the progress file inside a seat.
constexpr char progressFileName[] = "progress";

/// Turns a task into what the shim host takes. Pure. UnsupportedField for what this version does
/// not carry out, with the field in the message.
Result<ShimStart> startOf(const Assignment &assignment, const Seat &seat,
                          const StartSurroundings &surroundings);

} // namespace Drover
