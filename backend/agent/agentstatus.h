#pragma once

#include "backend/agent/attemptfolders.h"

namespace Drover {

/// What a running agent says of its connection, in `status.json` of its state folder.
struct ConnectionStatus
{
    bool connected = false;
    Instant since;
    QString reason; ///< why not
    int slotCount = 0;

    static constexpr auto fields()
    {
        return fieldList(field("connected", &ConnectionStatus::connected),
                          field("since", &ConnectionStatus::since),
                          field("reason", &ConnectionStatus::reason),
                          field("slots", &ConnectionStatus::slotCount));
    }
    friend bool operator==(const ConnectionStatus &, const ConnectionStatus &) = default;
};

/// `drover-agent status`, from the state folder alone.
struct AgentStatus
{
    MachineId machine;
    QString name;
    QStringList addresses;
    qint64 process = 0; ///< 0: no agent is running
    ConnectionStatus connection;
    int running = 0;
    int ended = 0; ///< whose end the daemon has not committed yet

    static constexpr auto fields()
    {
        return fieldList(
            field("machine", &AgentStatus::machine), field("name", &AgentStatus::name),
            field("addresses", &AgentStatus::addresses), field("process", &AgentStatus::process),
            field("connection", &AgentStatus::connection), field("running", &AgentStatus::running),
            field("ended", &AgentStatus::ended));
    }
    friend bool operator==(const AgentStatus &, const AgentStatus &) = default;
};

/// NotFound: has not joined. Reads files.
Result<AgentStatus> readAgentStatus(const AgentPaths &paths);

/// Some lines for people.
QString printed(const AgentStatus &status);

} // namespace Drover
