#pragma once

#include "backend/api/rooms.h"

namespace Drover {

class Sessions;

/// Somebody has seen this revision of this epoch. When that is more than we ever had, our database
/// was set back (a machine to a snapshot, a directory to a copy): a new epoch begins, and everybody
/// has to say hello again, so that nothing of what we do not know any more meets what is new.
/// True when that has happened just now. State thread.
bool beginEpochWhenSetBack(Rooms &rooms, Sessions &sessions, const Caller &caller, qint64 epoch,
                           qint64 revision);

} // namespace Drover
