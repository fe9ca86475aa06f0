#pragma once

#include "app/cli/command.h"

namespace Drover {

/// Shows the output of a task as it comes, attempt after attempt, until the task has ended.
/// Ok when it succeeded.
ExitStatus followTask(Invocation &invocation, TaskId task);

} // namespace Drover
