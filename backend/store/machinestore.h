#pragma once

#include "backend/store/database.h"
#include "backend/store/rows.h"

namespace Drover {

// Rows of machine. Written by the writer inside its transaction. Gauges (load, slots used, tasks
// now) are not stored.

Result<void> putMachines(Database &database, const QHash<MachineId, Machine> &machines);
/// The row stays, for the name in attempts; it is no machine any more.
Result<void> removeMachines(Database &database, const std::vector<MachineId> &machines, Instant now);
/// Those that are not removed, by id.
Result<std::vector<Machine>> allMachines(Database &database);

} // namespace Drover
