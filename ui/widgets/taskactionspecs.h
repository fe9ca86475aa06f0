#pragma once

#include "ui/widgets/action.h"

namespace Drover {

class ActionRegistry;

/// What can be done with tasks, once, for every view that shows them.
void registerTaskActions(ActionRegistry &actions);
/// Their ids, in order of use.
QStringList taskActionIds();

} // namespace Drover
