#pragma once

#include "backend/store/database.h"
#include "backend/store/rows.h"

namespace Drover {

// What is put away, kept, and removed for good. Written by the writer inside its transaction.

Result<void> putTaskAways(Database &database, const std::vector<TaskAway> &tasks);
Result<void> putTaskKeeps(Database &database, const std::vector<TaskKept> &tasks);
Result<void> putBatchAways(Database &database, const std::vector<BatchAway> &batches);

/// With specs, needs, attempts and short outputs; each leaves a tombstone.
Result<void> removeTasks(Database &database, const std::vector<Removal<TaskId>> &tasks, Instant now);
Result<void> removeBatches(Database &database, const std::vector<Removal<BatchId>> &batches, Instant now);
Result<void> removeOutputs(Database &database, const std::vector<TaskId> &tasks);
Result<void> removeEvents(Database &database, EventId last);
Result<void> removeAudit(Database &database, AuditId last);
Result<void> removeTombstones(Database &database, Instant before);

} // namespace Drover
