#pragma once

#include "backend/protocol/task.h"
#include "backend/store/statement.h"

namespace Drover {

/// What taskAt() reads, of `task` with its batch as `batch` and its machine as `machine`:
/// `taskFrom()` joins them to what is said before.
QString taskColumns();
QString taskFrom(const QString &ids);
Task taskAt(const Statement &row);

/// How many columns that are, for what else a query reads.
constexpr int taskColumnCount = 31;

} // namespace Drover
