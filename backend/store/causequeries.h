#pragma once

#include "backend/protocol/causerequests.h"
#include "backend/store/queries.h"

namespace Drover {

/// The failures of a batch by cause key, answered by SQL over task rows alone: no output is read.
/// NotFound when there is no such batch in the scope's projects. Query pool.
Result<CauseList> causesOf(Database &db, const ListCauses &request, const ListScope &scope);

} // namespace Drover
