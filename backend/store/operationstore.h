#pragma once

#include "backend/store/database.h"
#include "backend/store/rows.h"

namespace Drover {

// Rows of operation and operation_slice. Written by the writer inside its transaction; read on a
// connection of the query pool, or at start.

Result<void> putOperations(Database &database,
                           const QHash<OperationId, StoredOperation> &operations);
Result<void> insertSlices(Database &database, const std::vector<OperationSlice> &slices);
/// What undoes a slice that has been carried out.
Result<void> putUndo(Database &database, const std::vector<OperationSlice> &slices);
/// With their slices.
Result<void> removeOperations(Database &database, const std::vector<OperationId> &operations);

/// Those that go on.
Result<std::vector<StoredOperation>> runningOperations(Database &database);

/// Newest first, at most `limit`.
Result<QList<Operation>> listOperations(Database &database, int limit, UserId user = {}); ///< none: of anybody
/// NotFound when there is none.
Result<StoredOperation> operationWith(Database &database, OperationId id);
/// From 0; NotFound when it has no such slice.
Result<OperationSlice> sliceOf(Database &database, OperationId id, int n);
Result<std::vector<OperationId>> operationsEndedBefore(Database &database, Instant before);

} // namespace Drover
