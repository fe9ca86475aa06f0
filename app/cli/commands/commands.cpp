#include "app/cli/commands/commands.h"

namespace Drover {

const QList<Command> &commands()
{
    static const QList<Command> all = submitCommands() // after the translator was installed
        + taskCommands() + touchCommands() + editCommands() + waitCommands() + logCommands() + outputCommands() + compareCommands()
        + batchCommands() + explainCommands() + machineCommands() + poolCommands() + strayCommands()
        + loginCommands() + userCommands() + tokenCommands() + projectCommands() + statusCommands()
        + operationCommands() + apiCommands();
    return all;
}

} // namespace Drover
