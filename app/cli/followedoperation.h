#pragma once

#include "app/cli/command.h"
#include "backend/protocol/operation.h"

namespace Drover {

/// Shows how far an operation is until it has ended, and what came of it. An interrupt leaves it
/// to go on by itself.
ExitStatus followOperation(Invocation &invocation, OperationId id);

/// "hold: 1200 of 5000, 1180 changed".
QString operationText(const Operation &operation);

} // namespace Drover
