#pragma once

#include "backend/base/clock.h"
#include "backend/protocol/agentmessages.h"
#include "backend/store/rows.h"

namespace Drover {

class Store;

/// What machines hold or reported that this history never assigned: the rests of another one, after
/// a backup was restored or a machine was set back. It changes nothing; it is kept and shown at its
/// machine until a person has stopped or adopted it; life.md, Return. State thread.
class Strays
{
public:
    Strays(Store &store, const Clock &clock);

    void restore(const Snapshot &snapshot);

    const QList<StoredStray> &all() const { return m_all; }
    const StoredStray *find(MachineId machine, AttemptId id) const;

    /// Its agent holds it.
    void hold(MachineId machine, const HeldAttempt &held);
    /// Its agent tells of it.
    void report(MachineId machine, const Report &report);
    /// All that this agent holds; what else was running there is gone.
    void keepHeld(MachineId machine, const QList<HeldAttempt> &held);

    void setAdopted(MachineId machine, AttemptId id);
    /// A person wants it gone: forgotten at once when it has ended, else with its end.
    void stop(MachineId machine, AttemptId id);
    void remove(MachineId machine, AttemptId id);
    void removeMachine(MachineId machine);

private:
    StoredStray &ensure(MachineId machine, qint64 epoch, AttemptId id);
    void put(StoredStray &stray);
    void removeIf(const std::function<bool(const StoredStray &)> &condition);

    Store &m_store;
    const Clock &m_clock;
    QList<StoredStray> m_all; // few
    QList<std::pair<MachineId, AttemptId>> m_stopping;
};

} // namespace Drover
