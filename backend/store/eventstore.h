#pragma once

#include "backend/store/database.h"
#include "backend/store/rows.h"

namespace Drover {

// Rows of event. Written by the writer inside its transaction.

Result<void> insertEvents(Database &database, const std::vector<Event> &events);

} // namespace Drover
