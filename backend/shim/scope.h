#pragma once

#include <cstddef>

namespace Drover {

/// Makes this process's own cgroup (version 2, delegated to us: a scope that systemd-run has made)
/// one that attempts can have leaves in: moves this process out of its way into the leaf `shim`, as
/// a cgroup with processes of its own may give no controllers to those below, and then gives them
/// memory, cpu and pids, as far as it has them itself.
/// Writes its path. 0, or errno with an empty path: not version 2, or not ours.
int settleScope(char *path, size_t size);

} // namespace Drover
