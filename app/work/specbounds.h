#pragma once

#include "app/work/problems.h"
#include "backend/protocol/task.h"

namespace Drover {

/// Holds a task against what can be told without the daemon: ranges, lengths, control characters,
/// a command where one must be. `where` has the file and line the problems shall name.
void checkBounds(const TaskSpec &task, const Problem &where, Problems &problems);

} // namespace Drover
