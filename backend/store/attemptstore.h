#pragma once

#include "backend/store/database.h"
#include "backend/store/stage.h"

namespace Drover {

// Rows of attempt and output. Written by the writer inside its transaction.

Result<void> putAttempts(Database &database, const QHash<AttemptId, Attempt> &attempts);
/// CBOR of AttemptCurve.
Result<void> putCurves(Database &database, const QHash<AttemptId, QByteArray> &curves);
Result<void> putOutputs(Database &database, const std::vector<Stage::Output> &outputs);

/// What attemptAt() reads, of `attempt` with its machine as `machine`.
QString attemptColumns();
Attempt attemptAt(const Statement &row);

/// Every attempt that has not ended, by task and number.
Result<std::vector<Attempt>> openAttempts(Database &database);

} // namespace Drover
