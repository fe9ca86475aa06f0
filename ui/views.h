#pragma once

#include "ui/shell/viewkind.h"

namespace Drover {

/// All views of the console, in the order of the rail.
QList<ViewKind> viewKinds();

} // namespace Drover
