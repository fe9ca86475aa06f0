#pragma once

#include "app/work/specnode.h"
#include "backend/protocol/task.h"

namespace Drover {

/// The other way of `readTask`: the fields that are not as they are by themselves, in the units
/// people write. Reading it gives the same task.
SpecNode nodeOf(const TaskSpec &task);

/// As YAML, which `drover submit` takes again.
QString yamlText(const SpecNode &node);

} // namespace Drover
