#pragma once

namespace Drover {

/// Lets screen readers read what is in sight of a LogView as text. More than once does no harm.
void installLogAccessibility();

} // namespace Drover
