#pragma once

#include "backend/store/stage.h"

#include <QtCore/QSet>
#include <QtCore/QStringList>

namespace Drover {

/// Watches a fleet and says which of the promises of life.md it broke.
///
/// It is told, as it happens, what people asked for and were answered, what became durable (each
/// stage, when it was committed), what ran on machines, and what agents were told. It believes no
/// room: it keeps rows, counters and processes of its own and compares.
class History
{
public:
    /// What was handed in of a task, as far as promises speak of it.
    struct Spec
    {
        LeaseRule rule = LeaseRule::Replace;
        AfterRule afterRule = AfterRule::AllSucceeded;
        QList<TaskId> after;
        int attempts = 1; ///< Retry::attempts
    };
    /// A task's row as it is durable, less what only people read.
    struct Row
    {
        TaskId id;
        BatchId batch;
        TaskState state = TaskState::Queued;
        bool held = false;
        bool paused = false;
        bool cancelling = false;
        int priority = 50;
        int specNumber = 1;
        int lastAttempt = 0;
        int currentAttempt = 0;
        int waitsFor = 0;
        int failures = 0;
        int poison = 0;
        Instant notBefore;

        QString printed() const;
        friend bool operator==(const Row &, const Row &) = default;
    };

    explicit History(int mostPoison = 3) : m_mostPoison(mostPoison) { }

    // What people ask and are answered.
    void submitAsked(const QList<TaskId> &ids, const QList<Spec> &specs);
    /// They were told that these are kept; with a key that was used before: once more.
    void submitAcknowledged(const QList<TaskId> &ids);
    void cancelAsked(TaskId id);
    void retryAsked(TaskId id);
    /// What the task runs from that spec number on, in a word of its own.
    void specGiven(TaskId id, int specNumber, const QString &content);

    /// That stage is durable.
    void committed(const Stage &stage, Instant now);
    /// The daemon died, and another one has read what is durable; these are its unfinished tasks
    /// and the attempts that have not ended.
    void restarted(const QList<Row> &tasks, const QList<AttemptId> &attempts);

    // What runs.
    void processStarted(AttemptId id, MachineId machine, const QString &content);
    void processGone(AttemptId id);
    /// How it went, whoever will hear of it; nothing: not known.
    void processExited(AttemptId id, std::optional<int> exitCode);

    // What agents are told.
    void assignmentSent(AttemptId id);
    /// It was told, or will be, to stop: its success need not count any more.
    void stopOrdered(AttemptId id);
    /// The agent may forget that end.
    void endAcknowledged(AttemptId id);
    /// The daemon is about to hear of a success while everything is durable; settled() follows.
    void successHeard(AttemptId id);
    /// The daemon has dealt with it, and everything is durable again.
    void settled();
    /// What was to follow will not: the daemon died.
    void forgetExpected() { m_expected.clear(); }

    /// Nothing is left to be done: every task that was acknowledged has its end.
    void finish();

    const Row *find(TaskId id) const;
    const QHash<TaskId, Row> &rows() const { return m_rows; }
    bool isFinished(TaskId id) const;
    /// The first hundred, in words.
    const QStringList &violations() const { return m_violations; }
    qint64 ends() const { return m_ends; }
    /// How many attempts became unreachable.
    qint64 leasesEnded() const { return m_leasesEnded; }
    QString contentOf(TaskId id, int specNumber) const { return m_contents.value({id, specNumber}); }

private:
    struct Life ///< from a task's submission or retry to its end
    {
        int ends = 0;
        bool cancelAsked = false;
        bool retryAsked = false;
        bool everSucceeded = false;
        bool everEnded = false;
        bool waitsForNobody = false; ///< a person who retries does not want it to wait again
        int cancelledAt = 0; ///< attempt that was current when the cancel was durable; -1: none was
    };

    void violation(const QString &what);
    void insert(const NewTask &task);
    void change(const TaskChange &change);
    void changeAttempt(const Attempt &attempt);
    void begun(const Attempt &attempt, const Row *before, Instant now);
    static bool isHeldOver(const Row &before, const Row &after) { return (before.held && after.held) || (before.paused && after.paused); }
    void ended(const TaskChange &change, const Row &before);
    void endedWell(const TaskChange &change);
    void liveAgain(Life &life);
    void compareCounts(const Batch &batch);
    void count(const Row &row, qint64 by);
    bool needsMet(TaskId id) const;

    int m_mostPoison;
    QHash<TaskId, Row> m_rows;
    QHash<TaskId, Life> m_lives;
    QHash<TaskId, Spec> m_specs;
    QHash<BatchId, StateCounts> m_counts;
    QHash<AttemptId, Attempt> m_attempts;
    QHash<AttemptId, MachineId> m_running;
    QHash<TaskId, QList<AttemptId>> m_runningOf;
    QHash<AttemptId, std::optional<int>> m_exits;
    QHash<std::pair<TaskId, int>, QString> m_contents;
    QSet<AttemptId> m_stopped;
    QList<AttemptId> m_expected; ///< successes that must count
    QSet<TaskId> m_acknowledged;
    QStringList m_violations;
    qint64 m_ends = 0;
    qint64 m_leasesEnded = 0;
};

} // namespace Drover
