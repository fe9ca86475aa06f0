#pragma once

#include "ui/shell/viewkind.h"

QT_FORWARD_DECLARE_CLASS(QObject)

namespace Drover {

class Shell;
class TaskActions;

ViewKind tasksKind(); ///< the list
ViewKind taskKind(); ///< one task in a tab
ViewKind taskDetailsKind(); ///< the dock
ViewKind compareKind(); ///< two attempts beside each other

/// Actions on tasks whose openings, copies, editors and files are the shell's.
TaskActions *makeTaskActions(Shell &shell, QObject *parent);

} // namespace Drover
