#pragma once

#include "backend/agent/agent.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/settings/settings.h"

#include <variant>

namespace Drover {

/// What the command line says.
struct AgentOptions
{
    enum class Command { Join, Run, Status, Check };

    Command command = Command::Run;
    AgentPaths paths;
    SlotUsers users;
    QString invitation;
    QString name;
    int slotCount = 0;
    int gpus = 0;
    bool thenExit = false;
    bool asJson = false;
    SettingSources settings; ///< for reading them again
    LogSettings log;
    qint64 cacheSize = 0;
    bool verbose = false;
};

/// The program's exit statuses. Documented and in scripts: frozen.
enum class AgentExit {
    Fine = 0,
    Failed = 1, ///< files, disk, something unexpected
    Usage = 2,
    NotRunning = 3, ///< `status` only
    NotJoined = 4,
    Conflict = 5, ///< another agent has this state, or it has joined already
    Refused = 6, ///< the daemon says no, or is not the one that the invitation names
    Unreachable = 7,
};

/// The options, or the exit status to end with when all is said (help, version, wrong use).
std::variant<AgentOptions, int> parseAgentOptions(int count, char **arguments);

} // namespace Drover
