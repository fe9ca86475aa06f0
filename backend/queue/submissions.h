#pragma once

#include "backend/protocol/submissionrequests.h"
#include "backend/queue/blobs.h"
#include "backend/queue/speccache.h"
#include "backend/queue/taskqueue.h"

namespace Drover {

/// A spec that has been looked at where no state is: its problems, and its bytes for the store.
/// Made in the thread that decoded the request.
struct PreparedSpec
{
    TaskSpec spec;
    QByteArray bytes;
};

/// The specs of a request, or everything that is wrong with them, at once.
Result<QList<PreparedSpec>> prepareSpecs(const QList<TaskSpec> &specs, int firstIndex = 0);

/// Brings tasks into the queue: all of a submission or none of it, once however often it is sent.
///
/// A submission is one request, or one that is begun, added to and committed; what is added is
/// stored and not visible, and is swept an hour after it was abandoned. Lives in the state thread.
class Submissions
{
public:
    Submissions(Store &store, Ledger &ledger, TaskQueue &queue, BatchBook &batches, SpecCache &specs,
                Blobs &blobs, const Clock &clock);

    void restore(const Snapshot &snapshot);

    /// What this user's submission with that key has queued already, if anything.
    std::optional<Submitted> repeated(const QString &user, const QString &key) const;

    /// Ids of tasks that these specs wait for and that are not in memory: their states are to be
    /// asked of the store before submitting.
    QList<TaskId> outsideNeeds(const QList<PreparedSpec> &specs) const;
    using States = QHash<TaskId, TaskState>;

    Result<Submitted> submit(const Submit &request, const QList<PreparedSpec> &specs,
                             const QString &user, const States &outside);

    Result<SubmissionOpened> begin(const BeginSubmission &request, const QString &user);
    Result<void> add(qint64 submission, const QList<PreparedSpec> &specs, const QString &user,
                     const States &outside);
    Result<Submitted> commit(qint64 submission, const QString &user);

    /// Removes what was begun over an hour ago and never committed, and forgets old keys.
    void sweep();

    /// The project of an open submission; empty when there is none of that id.
    QString projectOf(qint64 submission) const { return m_open.value(submission).project; }

    /// Open submissions, whose tasks lists must not show.
    QList<qint64> open() const;

private:
    struct Open
    {
        StoredSubmission stored;
        QString batch;
        QString project;
        QHash<QString, QList<TaskId>> named; ///< by name and by step, for `after`
    };
    using Named = QHash<QString, QList<TaskId>>;

    Result<QList<QList<TaskId>>> resolve(const QList<PreparedSpec> &specs, TaskId first, Named &named,
                                         const States &outside) const;
    QList<TaskId> addTasks(const QList<PreparedSpec> &specs, const QList<QList<TaskId>> &after, TaskId first,
                           const StoredSubmission &submission, const QString &project, const QString &batchName,
                           const QString &user);
    /// Takes away what was never committed; the next one.
    QHash<qint64, Open>::iterator abandon(QHash<qint64, Open>::iterator opened);
    void remember(const StoredSubmission &submission);
    Submitted resultOf(const StoredSubmission &submission, bool repeated) const;

    Store &m_store;
    Ledger &m_ledger;
    TaskQueue &m_queue;
    BatchBook &m_batches;
    SpecCache &m_specs;
    Blobs &m_blobs;
    const Clock &m_clock;
    QHash<qint64, Open> m_open;
    QHash<QString, StoredSubmission> m_byKey; ///< user and key; the last 24 h
};

} // namespace Drover
