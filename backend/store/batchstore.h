#pragma once

#include "backend/store/database.h"
#include "backend/store/rows.h"

namespace Drover {

// Rows of batch. Written by the writer inside its transaction.

Result<void> putBatches(Database &database, const QHash<BatchId, Batch> &batches);

/// What batchAt() reads, of `batch`.
QString batchColumns();
Batch batchAt(const Statement &row);

/// Those that have not ended, by id.
Result<std::vector<Batch>> liveBatches(Database &database);

} // namespace Drover
