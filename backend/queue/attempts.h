#pragma once

#include "backend/protocol/agentmessages.h"
#include "backend/queue/taskqueue.h"

namespace Drover {

enum class CancelMode { Polite, Kill };

/// Owns the attempts that have not ended: who runs what, whose report may end a task, what becomes
/// of an attempt whose machine is silent. The rules are those of life.md (Attempt, Lease, Return,
/// Poison): at most one attempt gives the result. Lives in the state thread.
class Attempts : public QObject
{
    Q_OBJECT

public:
    using Spec = std::shared_ptr<const TaskSpec>;

    Attempts(Store &store, Ledger &ledger, TaskQueue &queue, BatchBook &batches, const Clock &clock,
             QObject *parent = nullptr);

    void restore(const Snapshot &snapshot);

    /// Gives a ready task to a machine. The answer may be sent when the stage is committed.
    Assignment assign(TaskId id, MachineId machine, const QString &machineName, Spec spec);

    /// A report of that machine. Repeated and outdated ones change nothing.
    void apply(MachineId machine, const Report &report);

    struct Reconciled
    {
        QList<HeldAttempt> stop; ///< the agent holds them, and they are not wanted any more
        QList<Assignment> again; ///< assigned, and the agent never heard of them
    };
    /// What a returning agent holds against what we think it does.
    Reconciled reconcile(MachineId machine, const QList<HeldAttempt> &held);

    Outcome cancel(TaskId id, CancelMode mode);

    /// Nothing was heard of the machine for as long as the batch allows. Under `fence` the task is
    /// queued again by fenceEnded(), one kill grace later.
    void leaseEnded(AttemptId id);
    void fenceEnded(AttemptId id);
    /// The machine is gone for good: every attempt on it ends as worker-lost.
    void machineRemoved(MachineId machine);

    LeaseRule leaseRule(AttemptId id) const;
    /// Attempts on a machine, oldest first.
    QList<AttemptId> on(MachineId machine) const { return m_onMachine.value(machine); }
    const Attempt *find(AttemptId id) const;
    /// What it takes of its machine; nothing once it collects, or was given up.
    std::optional<Needs> held(AttemptId id) const;
    /// How long its processes get between the polite signal and the other one.
    std::chrono::milliseconds killGrace(AttemptId id) const;

signals:
    /// To be sent when the present stage is committed.
    void ordered(Drover::MachineId machine, const Drover::Order &order);
    void freed(Drover::MachineId machine, const Drover::Needs &needs);
    /// Its end is staged; no report can change it any more.
    void attemptEnded(const Drover::Attempt &attempt);

private:
    struct Run
    {
        Attempt attempt;
        Spec spec;
        bool holdsSlots = true;
        bool stopOrdered = false;
        bool cancelled = false; ///< a person wants it gone
    };

    Run *run(AttemptId id);
    void progress(Run &run, TaskRecord &task, const Report &report);
    void end(Run &run, TaskRecord *task, const Report &report);
    void conclude(TaskRecord &task, const Run &run, const Report &report);
    bool tryAgain(TaskRecord &task, const Run &run, const Report &report);
    void lost(Run &run, EndReason reason);
    bool adoptable(const Run &run, const TaskRecord &task, bool succeeded) const;
    void adopt(Run &run, TaskRecord &task);
    void supersede(Run &run);
    void order(Run &run, OrderKind kind, EndReason reason);
    void freeSlots(Run &run);
    void touch(Run &run);
    void drop(AttemptId id);
    bool poisoned(TaskRecord &task, const Run &run);
    Assignment assignmentOf(const Run &run) const;

    Store &m_store;
    Ledger &m_ledger;
    TaskQueue &m_queue;
    BatchBook &m_batches;
    const Clock &m_clock;
    QHash<AttemptId, Run> m_runs;
    QHash<MachineId, QList<AttemptId>> m_onMachine;
};

} // namespace Drover
