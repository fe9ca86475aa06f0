#pragma once

#include "backend/protocol/agentmessages.h"
#include "backend/queue/blobs.h"
#include "backend/queue/strays.h"
#include "backend/queue/taskqueue.h"

namespace Drover {

enum class CancelMode { Polite, Kill };

/// What stands behind a lease that ended; life.md, Storm.
enum class Loss {
    Alone, ///< the rule decides, and it counts as poison
    InStorm, ///< nothing is queued again before the storm is over
    AfterStorm, ///< the rule decides, and it is not poison
};

/// Owns the attempts that have not ended: who runs what, whose report may end a task, what becomes
/// of an attempt whose machine is silent. The rules are those of life.md (Attempt, Lease, Return,
/// Poison): at most one attempt gives the result. Lives in the state thread.
class Attempts : public QObject
{
    Q_OBJECT

public:
    using Spec = std::shared_ptr<const TaskSpec>;

    /// `mostPoison`: so often may a machine go down under a task, before the task is to blame.
    Attempts(Store &store, Ledger &ledger, TaskQueue &queue, BatchBook &batches, Blobs &blobs,
             const Clock &clock, int mostPoison = 3, QObject *parent = nullptr);

    void restore(const Snapshot &snapshot);

    /// Gives a ready task to a machine. The answer may be sent when the stage is committed.
    Assignment assign(TaskId id, MachineId machine, const QString &machineName, Spec spec,
                      const QList<qint64> &gpus = {});

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
    /// Its machine is not waited for any more: the attempt ends as worker-lost, and its task as
    /// cancelled when that was wanted.
    void abandon(AttemptId id);

    /// Its processes are frozen, or thawed when no other flag wants them frozen.
    Outcome pause(TaskId id, bool paused);
    /// It is not started; what waits on a machine ahead of a slot is called back.
    Outcome hold(TaskId id, bool held);
    /// A flag of a batch, a project or everything has changed: freezes, thaws and calls back.
    void followFlags();

    /// Nothing was heard of the machine for as long as the batch allows. Under `fence` the task is
    /// queued again by fenceEnded(), one kill grace later.
    void leaseEnded(AttemptId id, Loss loss = Loss::Alone);
    void fenceEnded(AttemptId id);
    /// What waited for the end of a storm goes the way of its rule.
    void stormEnded(MachineId machine);
    /// How many attempts on that machine wait for the end of a storm.
    int waitingOn(MachineId machine) const;
    bool waitsForStorm(AttemptId id) const;
    /// That machine goes down on a person's word (it drains): no poison.
    void excuse(MachineId machine, bool excused);
    /// The machine is gone for good: every attempt on it ends as worker-lost.
    void machineRemoved(MachineId machine);

    const Strays &strays() const { return m_strays; }
    Result<void> stopStray(MachineId machine, AttemptId id);
    /// The stray becomes the current attempt of its task; an end that it has reported counts.
    Result<void> adoptStray(MachineId machine, const QString &machineName, AttemptId id, Spec spec);
    /// Whether what comes from that history is of this attempt.
    bool accepts(AttemptId id, qint64 epoch) const;

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
    void freed(Drover::MachineId machine, const Drover::Needs &needs, const QList<qint64> &gpus);
    /// Its spec has changed, and the next attempt is to have this one.
    void respecified(Drover::TaskId task, const Drover::Attempts::Spec &spec);
    /// An attempt that was given up is adopted: it takes what it had.
    void taken(Drover::MachineId machine, const Drover::Needs &needs, const QList<qint64> &gpus);
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
        bool isPaused = false; ///< what its agent was told last
        bool isRecalled = false;
        bool forgiven = false; ///< lost in a storm: no poison
        bool postponed = false; ///< until the storm is over
        bool fencePassed = false;
        qint64 epoch = 0; ///< of a stray that was adopted; 0: ours
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
    void takeSlots(Run &run);
    void setReachable(Run &run, TaskRecord &task);
    void replace(Run &run, TaskRecord &task);
    bool wantsPaused(const TaskRecord &task) const;
    bool wantsHeld(const TaskRecord &task) const;
    void pace(Run &run, const TaskRecord &task);
    void paceAnew(Run &run, const TaskRecord &task, TaskState there);
    void touch(Run &run);
    void drop(AttemptId id);
    bool poisoned(TaskRecord &task, const Run &run);
    bool isStray(AttemptId id, qint64 epoch) const;
    Result<void> mayAdopt(const StoredStray &stray) const;
    Assignment assignmentOf(const Run &run) const;

    Store &m_store;
    Ledger &m_ledger;
    TaskQueue &m_queue;
    BatchBook &m_batches;
    Blobs &m_blobs;
    const Clock &m_clock;
    int m_mostPoison;
    QHash<AttemptId, Run> m_runs;
    QHash<MachineId, QList<AttemptId>> m_onMachine;
    QSet<MachineId> m_excused;
    Strays m_strays;
};

} // namespace Drover
