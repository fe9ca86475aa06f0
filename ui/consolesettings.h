#pragma once

namespace Drover {

class ActionRegistry;
class ConsoleState;
class Look;

/// Look and keys as the person chose them, from what is kept for all profiles, and back to it at each
/// change. GUI thread; call it when all actions are registered.
void applySettings(const ConsoleState &shared, Look &look, ActionRegistry &actions);
void keepSettings(ConsoleState &shared, Look &look, ActionRegistry &actions);

} // namespace Drover
