#pragma once

#include "backend/agent/attemptfolders.h"
#include "backend/link/linksettings.h"

#include <optional>

namespace Drover {

/// Who a machine is, as joining made it: its key and certificate, whom it believes, and where the
/// daemon is. Kept in the state folder, the secret part in a file of its own (0600).
struct AgentIdentity
{
    MachineId machine;
    QString name;
    QList<ServerAddress> addresses;
    ClientIdentity client;
    QList<Certificate> authorities;

    LinkTarget target() const;

    /// Waits for the disk.
    Result<void> store(const AgentPaths &paths) const;

    /// NotFound: has not joined.
    static Result<AgentIdentity> load(const AgentPaths &paths);
};

/// The state folder's lock: one agent for each state. Released when it goes, however it goes.
class StateLock
{
public:
    /// Makes the folder (0700) if it is not there. Conflict names the process that has it.
    static Result<StateLock> take(const AgentPaths &paths);

    /// The process that has the lock; 0: nobody.
    static qint64 holder(const AgentPaths &paths);

    ~StateLock();
    StateLock(StateLock &&other) noexcept : m_file(std::exchange(other.m_file, -1)) { }
    StateLock &operator=(StateLock &&) = delete;

private:
    explicit StateLock(int file) : m_file(file) { }

    int m_file;
};

} // namespace Drover
