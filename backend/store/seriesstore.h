#pragma once

#include "backend/store/database.h"
#include "backend/store/rows.h"

namespace Drover {

// Rows of series. Written by the writer inside its transaction.

Result<void> putSeries(Database &database, const std::vector<SeriesRow> &rows);
Result<void> removeSeries(Database &database, SeriesKind kind, Instant before);

/// Those of one subject that began in [from, to), by start. Query pool.
Result<QList<SeriesRow>> seriesOf(Database &database, SeriesKind kind, const QString &subject,
                                  Instant from, Instant to);

/// When tasks failed since then, and where: of those that are over. Query pool.
Result<QList<std::pair<MachineId, Instant>>> failuresSince(Database &database, Instant since);

} // namespace Drover
