#pragma once

#include "backend/store/database.h"
#include "backend/store/rows.h"

namespace Drover {

// Rows of meta and submission. Written by the writer inside its transaction.

Result<void> putMeta(Database &database, const QMap<QString, QByteArray> &facts);
Result<QMap<QString, QByteArray>> allMeta(Database &database);

/// The highest revision of any row so far; it only rises.
Result<void> raiseRevision(Database &database, qint64 revision);
Result<qint64> presentRevision(Database &database);

Result<void> putSubmissions(Database &database, const QHash<qint64, StoredSubmission> &submissions);
/// With its tasks.
Result<void> removeSubmission(Database &database, qint64 submission);
/// Closed ones that were before that moment: their keys have served.
Result<void> sweepSubmissions(Database &database, Instant before);
Result<std::vector<StoredSubmission>> allSubmissions(Database &database);

} // namespace Drover
