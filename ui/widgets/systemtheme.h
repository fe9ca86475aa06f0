#pragma once

namespace Drover {

/// What the desktop asks for: the portal's `org.freedesktop.appearance color-scheme` over D-Bus,
/// else whether the palette Qt started with is dark. Asked once at start and at each change of the
/// choice; waits 200 ms at most for the portal.
bool systemPrefersDark();

} // namespace Drover
