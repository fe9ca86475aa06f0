#pragma once

#include "backend/queue/flags.h"
#include "backend/store/ledger.h"

#include <set>

namespace Drover {

/// The live batches and their counters, and what is held or paused above them. A counter moves with every change of a task's state, so
/// batches are staged once a turn (stageChanged), however many tasks moved. State thread.
class BatchBook
{
public:
    /// `lease` is that of new batches.
    BatchBook(Store &store, Ledger &ledger, std::chrono::milliseconds lease = std::chrono::minutes(10));

    void restore(const Snapshot &snapshot);

    const Batch *find(BatchId id) const;
    /// The live batch of that name in the project.
    const Batch *findLive(const QString &project, const QString &name) const;
    const QHash<BatchId, Batch> &all() const { return m_batches; }

    /// The live batch of that name, made when there is none. Empty: `default`.
    BatchId ensure(const QString &project, const QString &name, const QString &owner, Instant now);
    /// A batch that had ended goes on. Conflict when another of its name is live.
    Result<void> reopen(Batch batch);

    const Flags &flags() const { return m_flags; }
    void setFlags(const Flags &flags);

    /// A submission is open for it: it does not end meanwhile.
    void keepLive(BatchId id) { ++m_keptLive[id]; }
    void letEnd(BatchId id);

    /// A task came (from is nothing), changed, or was taken away (to is nothing).
    void count(BatchId id, std::optional<TaskState> from, std::optional<TaskState> to, qint64 n = 1);
    void change(BatchId id, const std::function<void(Batch &)> &edit);

    /// Puts what has changed since the last time on the stage; batches whose last task has ended
    /// get their end and leave memory. Called before each hand-over.
    void stageChanged(Instant now);

private:
    using Name = std::pair<QString, QString>; // project, folded name

    Store &m_store;
    Ledger &m_ledger;
    std::chrono::milliseconds m_lease;
    QHash<BatchId, Batch> m_batches;
    QHash<Name, BatchId> m_live;
    QHash<BatchId, int> m_keptLive;
    std::set<BatchId> m_changed;
    std::set<BatchId> m_emptied; // all of whose tasks were moved away: they end, too
    Flags m_flags;
};

} // namespace Drover
