#pragma once

#include "backend/store/rows.h"

namespace Drover {

class Database;

// Rows of what machines hold that was never assigned. Writer's thread, and the snapshot at start.

Result<void> putStrays(Database &database, const std::vector<StoredStray> &strays);
Result<std::vector<StoredStray>> allStrays(Database &database);

} // namespace Drover
