#pragma once

namespace Drover {

/// Removes what is called `name` in the open folder `parent` (AT_FDCWD: of the process), with all
/// that it holds. Follows no link and crosses no mount, and opens up folders that their owner has
/// closed. 0 or the first errno; goes on after one. File thread.
int removeTree(int parent, const char *name);

/// All that the open folder holds, but not itself. `folder` stays open.
int removeContents(int folder);

} // namespace Drover
