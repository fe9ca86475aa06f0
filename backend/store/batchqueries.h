#pragma once

#include "backend/protocol/seriesrequests.h"
#include "backend/store/queries.h"

namespace Drover {

// What a batch is made of, from its task rows. Query pool.

/// NotFound when there is no such batch in the scope's projects.
Result<Batch> batchInScope(Database &db, BatchId batch, const ListScope &scope);

Result<BatchStepList> stepsOf(Database &db, const ListSteps &request, const ListScope &scope);

/// Attempts that ran at some time in the span, by start; `now` stands for a span without an end.
Result<Timeline> timelineOf(Database &db, const GetTimeline &request, const ListScope &scope, Instant now);

} // namespace Drover
