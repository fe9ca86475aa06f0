#pragma once

#include "backend/daemon/daemonsettings.h"

#include <functional>

namespace Drover {

// What droverd does without a running server. Each prints for people and returns an exit status.

/// Data directory, CA, database, and the invitation of the first administrator. Where that exists
/// already it makes another invitation, and says so.
/// `runLine` is how it is started, for people to type.
int initialise(const DaemonSettings &settings, const QString &admin, const QString &runLine);

/// What is wrong and what to do about it; 0 when nothing is.
int check(const DaemonSettings &settings);

enum class Rotation { Begin, End };
/// A new authority beside the old one, which both are believed until the end. The daemon is stopped.
int rotateAuthority(const DaemonSettings &settings, Rotation rotation);

/// Everything but outputs in one file, while a daemon runs or not; SQLite only.
int backup(const DaemonSettings &settings, const QString &file);

/// The data directory becomes what the backup holds, as a new epoch; what was there is put aside. The
/// daemon is stopped. Without a file: a database that was brought back by other means.
int restore(const DaemonSettings &settings, const QString &file);

/// Brings the database to this program's schema, of a daemon that is stopped; `run` does it, too.
int migrateDatabase(const DaemonSettings &settings);

/// Runs until SIGTERM or SIGINT; SIGHUP takes over what `again` reads, as far as that can be done.
int run(const DaemonSettings &settings, const std::function<Result<DaemonSettings>()> &again);

} // namespace Drover
