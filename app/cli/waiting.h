#pragma once

#include "app/cli/command.h"

namespace Drover {

/// What `drover wait` and `submit --wait` wait for.
struct Awaitees
{
    QList<TaskId> tasks;
    BatchId batch; ///< instead of tasks
};

/// Waits until all have ended, with a bar where somebody watches; then says how they ended. Ok only
/// when all of them succeeded; TimedOut after `limit` (none: for ever), with the counts by then.
ExitStatus waitFor(Invocation &invocation, const Awaitees &awaitees,
                   std::optional<std::chrono::milliseconds> limit = {});

} // namespace Drover
