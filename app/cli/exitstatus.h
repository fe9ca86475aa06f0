#pragma once

#include "backend/base/error.h"

namespace Drover {

/// What a script learns from `drover`; documented in `drover help exit`. Never renumbered.
enum class ExitStatus {
    Ok = 0,
    SomeFailed = 1, ///< it was done, but not all of the tasks succeeded or were as asked
    Usage = 2, ///< the command line or a file is wrong; nothing was sent
    NotFound = 3,
    NotPermitted = 4, ///< or not signed in
    Unreachable = 5, ///< or not the daemon we trust
    Refused = 6, ///< by the daemon
    TimedOut = 7,
    Interrupted = 130,
};

/// For an error of the daemon or of the way to it.
ExitStatus exitStatusOf(ErrorCode code);

/// A line for each, as `drover help exit` prints them.
QStringList exitStatusLines();

} // namespace Drover
