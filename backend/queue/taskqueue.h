#pragma once

#include "backend/base/clock.h"
#include "backend/queue/batchbook.h"
#include "backend/queue/readyindex.h"

#include <QtCore/QObject>

#include <set>

namespace Drover {

/// How a task ended, for its row.
struct TaskEnd
{
    TaskState state = TaskState::Succeeded;
    Instant at;
    EndReason reason = EndReason::None;
    std::optional<int> exitCode = {};
    int signal = 0;
    QString lastLine = {};
    quint64 causeKey = 0;
};

/// How many tasks have started and not ended. By the words of TaskQueue.
struct Running
{
    QHash<int, int> byOwner;
    QHash<std::pair<BatchId, int>, int> byShare;
};

/// What a command did to one task.
enum class Outcome { Changed, Already, NotFound };

/// Owns the life of every unfinished task: which state may follow which, what waits for what, and
/// what is ready to start.
///
/// A command checks everything in memory, changes memory and puts its rows on the stage; it is
/// answered and announced when the store has committed them, never before. Attempts (attempts.h)
/// and submissions (submissions.h) work on it. Lives in the state thread.
class TaskQueue : public QObject
{
    Q_OBJECT

public:
    TaskQueue(Store &store, Ledger &ledger, BatchBook &batches, const Clock &clock,
              QObject *parent = nullptr);

    void restore(const Snapshot &snapshot);

    const TaskRecord *find(TaskId id) const;
    const ReadyIndex &ready() const { return m_ready; }
    const Shape &shape(int id) const { return m_shapes.at(size_t(id)); }
    /// The id of that set of needs; a new one is stored.
    int shapeOf(const TaskSpec &spec);
    /// Names of owners and values of labels as small numbers; 0 is none.
    int word(const QString &text);
    /// The word of a value of the label that a batch shares by; none is a value too.
    int shareOf(const QString &value) { return word(u'=' + value); }
    QString textOf(int word) const { return m_words.value(word); }
    /// How many have started, by owner, and by (batch, share): for a fair share.
    const Running &running() const { return m_running; }
    /// The batch shares by another label: its tasks' values of it. Those not named have none.
    /// The batch shares by another label, or its tasks have other values of it: to be read anew.
    void noteStaleShares(BatchId batch);
    void setShares(BatchId batch, const QHash<TaskId, QString> &values);
    qint64 unfinished() const { return m_records.size(); }

    /// A task that a submission brings, already checked. `after` are ids of tasks; those that are
    /// not in memory have succeeded (the submission has looked).
    void add(NewTask task, const TaskRecord &record);
    /// The submission of these tasks is complete: they become visible and may start.
    void publish(const QList<TaskId> &ids);
    /// They never were.
    void forget(const QList<TaskId> &ids);

    Outcome hold(TaskId id, bool held);
    /// The wish alone: what runs is frozen by Attempts.
    Outcome pause(TaskId id, bool paused);
    Outcome setPriority(TaskId id, int priority);
    /// Ends what has no attempt. What has one is cancelled by Attempts.
    Outcome cancelUnstarted(TaskId id);
    /// A finished task is queued again at a person's word: counted failures and poison are forgiven.
    Result<void> retry(const StoredTask &finished, const Labels &labels = {});

    /// Into another live batch.
    Outcome move(TaskId id, BatchId batch);
    /// Its row has another column that memory does not hold: the revision it gets; 0 when it is
    /// not in memory.
    qint64 touchRevision(TaskId id);
    /// Another spec for an unfinished task; what runs goes on as it was started, and a report of it
    /// after its lease has ended is not adopted (life.md, Return).
    Outcome edit(TaskId id, const TaskSpec &spec);
    /// What was cancelled before it started is as it was; `after` are the tasks it waits for that
    /// are unfinished. Conflict when it is in memory.
    Result<void> bringBack(const StoredTask &cancelled, const QList<TaskId> &after,
                           const Labels &labels = {});

    /// Queues what has waited for its `notBefore`; says when to look again.
    std::optional<Instant> wakeDelayed();

    // What Attempts does to a task.
    TaskRecord *record(TaskId id);
    void setState(TaskRecord &task, TaskState state);
    /// Puts the row on the stage, with a new revision.
    void touch(TaskRecord &task);
    void finish(TaskRecord &task, const TaskEnd &end);
    void requeue(TaskRecord &task, Instant notBefore);
    /// Its needs have grown after an out-of-memory.
    void reshape(TaskRecord &task, const TaskSpec &spec);

signals:
    /// Something may be able to start that could not before.
    void readyChanged();
    /// What the tasks of this batch have of the label it shares by is to be read again, once the
    /// present stage is durable.
    void sharesStale(Drover::BatchId batch);

private:
    TaskRecord &takeBack(const TaskRecord &task, TaskState from, const QList<TaskId> &after);
    bool isReady(const TaskRecord &task) const;
    void index(const TaskRecord &task);
    void unindex(const TaskRecord &task);
    void wait(TaskRecord &task, const QList<TaskId> &after);
    int shareIn(BatchId batch, const Labels &labels);
    void countStarted(const TaskRecord &task, int by);
    void finishOne(TaskRecord &task, const TaskEnd &end);
    void release(TaskId ended, TaskState state, std::vector<TaskId> *failed);
    TaskChange changeOf(const TaskRecord &task) const;

    Store &m_store;
    Ledger &m_ledger;
    BatchBook &m_batches;
    const Clock &m_clock;
    QHash<TaskId, TaskRecord> m_records;
    ReadyIndex m_ready;
    std::set<std::pair<Instant, TaskId>> m_delayed;
    QHash<TaskId, QList<TaskId>> m_dependents; // of a task: those that wait for it
    std::vector<Shape> m_shapes; // by id; 0 is unused
    QHash<QByteArray, int> m_shapeIds; // by encoded needs and lease rule
    QStringList m_words;
    QHash<QString, int> m_wordIds;
    Running m_running;
};

} // namespace Drover
