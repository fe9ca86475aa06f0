#pragma once

#include "backend/daemon/daemonsettings.h"

namespace Drover {

// What droverd does without a running server. Each prints for people and returns an exit status.

/// Data directory, CA, database, and the invitation of the first administrator. Where that exists
/// already it makes another invitation, and says so.
int initialise(const DaemonSettings &settings, const QString &admin);

/// Runs until SIGTERM or SIGINT.
int run(const DaemonSettings &settings);

} // namespace Drover
