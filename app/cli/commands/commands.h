#pragma once

#include "app/cli/command.h"

namespace Drover {

/// Every command of `drover`, in the order of its help. A new one is a file here and a line in
/// commands.cpp.
const QList<Command> &commands();

// One function for each small family.
QList<Command> submitCommands();
QList<Command> taskCommands();
QList<Command> touchCommands();
QList<Command> editCommands();
QList<Command> operationCommands();
QList<Command> waitCommands();
QList<Command> logCommands();
QList<Command> outputCommands();
QList<Command> compareCommands();
QList<Command> batchCommands();
QList<Command> machineCommands();
QList<Command> poolCommands();
QList<Command> explainCommands();
QList<Command> strayCommands();
QList<Command> loginCommands();
QList<Command> userCommands();
QList<Command> tokenCommands();
QList<Command> projectCommands();
QList<Command> statusCommands();
QList<Command> apiCommands();

} // namespace Drover
