#pragma once

#include <sys/types.h>

namespace Drover {

/// The processes of a task, found without a cgroup: as subreaper the shim is the ancestor of all of
/// them, however often they fork and detach. A walk is no snapshot: what forks while it lasts may
/// be missed, hence callers repeat it until nothing is left, or nothing changes.

/// Sends a signal to every descendant of this process. Returns how many got it.
int signalDescendants(int signal);

/// SIGSTOP to all until every one is stopped; gives up (ETIMEDOUT) after half a second. 0 or errno.
int stopDescendants();

/// SIGCONT to all that stopDescendants() stopped.
void continueDescendants();

} // namespace Drover
