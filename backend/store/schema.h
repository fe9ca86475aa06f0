#pragma once

#include "backend/store/database.h"

namespace Drover {

/// Brings the tables to the newest version this program knows: every file of
/// migrations/<dialect> that was not applied yet, in order, in one transaction. A database that
/// is newer than the program is refused (VersionMismatch), with both versions in the words.
Result<void> migrate(Database &database);

/// The version that migrate() brings it to, and that it is at (0: empty).
int newestSchema(Dialect dialect);
Result<int> presentSchema(Database &database);

} // namespace Drover
