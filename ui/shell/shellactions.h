#pragma once

namespace Drover {

class ActionRegistry;

/// The actions of the window itself.
void registerShellActions(ActionRegistry &actions);

} // namespace Drover
