#pragma once

#include "backend/agent/agentoptions.h"

namespace Drover {

/// Looks at what an agent needs, and says what is wrong and the remedy: state, identity, shim, work
/// root, the way to the daemon. Changes nothing. Blocks for some seconds where nobody answers.
int checkAgent(const AgentOptions &options);

} // namespace Drover
