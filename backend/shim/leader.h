#pragma once

#include "backend/shim/cgroup.h"

namespace Drover {

/// A task's first process: forked by the shim, it enters the cgroup, becomes the task's user and
/// executes the task's program.
struct Leader
{
    pid_t pid = -1; ///< -1 and errno: no process
    uint64_t start = 0; ///< Clock ticks since boot
};

/// Output goes to `out` and `err`; the cgroup's leaves exist. All signals are blocked in the
/// caller.
///
/// Plain fork: a leader that hangs before its program runs (a dead network drive) must not hang the
/// shim, as vfork would (it saves 7 % of /bin/true). A leader that fails writes step and errno into
/// the record, the file `header`, and exits with leaderFailed: so a good start needs no pipe for
/// it.
Leader startLeader(const Request &request, TaskCgroup &cgroup, int out, int err, int header);

/// The two fields of the record that the leader writes.
struct LeaderFailure
{
    RunStep step = RunStep::None;
    int32_t error = 0;
};
static_assert(offsetof(RunRecord, error)
              == offsetof(RunRecord, step) + offsetof(LeaderFailure, error));

constexpr int leaderFailed
    = 127; ///< Programs use it too: the record has a step only when it was us

/// "execve" and "/no/such": the words for a failure.
const char *callOf(RunStep step);
const char *objectOf(RunStep step, const Request &request);

} // namespace Drover
