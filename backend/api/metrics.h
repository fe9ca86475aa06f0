#pragma once

#include "backend/api/frontdoor.h"
#include "backend/api/rooms.h"

namespace Drover {

/// Figures for Prometheus, in its text format 0.0.4. Plain text rather than a library: there are
/// few, and all of them are read at the moment they are asked for.
QByteArray metricsOf(const Rooms &rooms);

/// Those of the front door, which lives in the net thread.
QByteArray metricsOf(const FrontDoor::Figures &figures);

} // namespace Drover
