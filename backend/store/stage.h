#pragma once

#include "backend/base/result.h"
#include "backend/store/rows.h"

#include <QtCore/QHash>

#include <functional>
#include <vector>

namespace Drover {

/// The row writes of one turn of the state thread; one commit takes them all.
///
/// Rooms put rows here after they have checked everything in memory and changed it. A row put
/// twice is written once, as it was last. What must not leave before the rows are durable (a
/// reply, a message to an agent, a change) is handed over by whenCommitted(). Values only: the
/// whole stage moves to the writer's thread. Lives in the state thread until it is handed over.
class Stage
{
public:
    using Completion = std::function<void(const Result<void> &)>;

    bool isEmpty() const;
    /// Roughly what it will write, for the limits of a hand-over.
    qint64 rows() const;
    /// Of all its rows.
    qint64 highestRevision() const;

    void insert(NewTask task) { newTasks.push_back(std::move(task)); }
    void insert(Shape shape) { newShapes.push_back(std::move(shape)); }
    void insert(AuditRow row) { audit.push_back(std::move(row)); }
    void put(const TaskChange &change) { taskChanges[change.id] = change; }
    void put(const Attempt &attempt) { attempts[attempt.id()] = attempt; }
    void put(const Batch &batch) { batches[batch.id] = batch; }
    void put(const Machine &machine) { machines[machine.id] = machine; }
    void put(const StoredSubmission &submission) { submissions[submission.id] = submission; }
    void put(const StoredStray &stray) { strays.push_back(stray); }
    void put(const StoredUser &user) { users[user.id] = user; }
    void put(const StoredToken &token) { tokens[token.id] = token; }
    void put(const StoredInvitation &invitation) { invitations[invitation.id] = invitation; }
    void put(const StoredOperation &operation) { operations[operation.operation.id] = operation; }
    void insert(OperationSlice slice) { newSlices.push_back(std::move(slice)); }
    /// What takes a slice back, once it has been carried out.
    void putUndo(OperationSlice slice) { undoneSlices.push_back(std::move(slice)); }
    void insert(LabelChange change) { labelChanges.push_back(std::move(change)); }
    void put(const TaskWords &words) { taskWords[words.id] = words; }
    void put(const Project &project) { projects[project.id] = project; }
    void put(const StoredBlob &blob) { blobs[blob.hash] = blob; }
    void insert(BlobOwner owner) { newBlobOwners.push_back(std::move(owner)); }
    void insert(BlobUse use) { newBlobUses.push_back(std::move(use)); }
    void removeBlob(const QString &hash) { removedBlobs.push_back(hash); }
    /// What the task takes is said anew.
    void removeInputs(TaskId task) { removedInputs.push_back(task); }
    void putSpec(TaskId task, QByteArray spec) { specs[task] = std::move(spec); }
    void putOutput(AttemptId attempt, QByteArray out, QByteArray err);
    /// CBOR of an AttemptCurve; once.
    void putCurve(AttemptId attempt, QByteArray curve) { curves[attempt] = std::move(curve); }
    /// Small facts of the store itself: epoch, high-water marks of ids, hold of everything.
    void putMeta(const QString &key, const QByteArray &value) { meta[key] = value; }

    void insert(SeriesRow row) { series.push_back(std::move(row)); }
    /// Those that began before it, of one kind.
    void removeSeries(SeriesKind kind, Instant before) { removedSeries.push_back({kind, before}); }

    void remove(MachineId machine) { removedMachines.push_back(machine); }
    /// With its grants. Its tokens are removed one by one.
    void remove(UserId user) { removedUsers.push_back(user); }
    void remove(ProjectId project) { removedProjects.push_back(project); }
    void remove(TokenId token) { removedTokens.push_back(token); }
    void remove(InvitationId invitation) { removedInvitations.push_back(invitation); }
    void remove(OperationId operation) { removedOperations.push_back(operation); }
    /// An abandoned submission, with all its tasks.
    void removeSubmission(qint64 submission) { removedSubmissions.push_back(submission); }

    /// Called in the state thread, after the commit or its failure, in the order they were given.
    void whenCommitted(Completion completion) { completions.push_back(std::move(completion)); }

    struct Output
    {
        AttemptId attempt;
        QByteArray out;
        QByteArray err;
    };

    // For the writer, which takes it apart.
    std::vector<NewTask> newTasks;
    std::vector<Shape> newShapes;
    std::vector<AuditRow> audit;
    std::vector<Output> outputs;
    QHash<AttemptId, QByteArray> curves;
    QHash<TaskId, TaskChange> taskChanges;
    QHash<AttemptId, Attempt> attempts;
    QHash<BatchId, Batch> batches;
    QHash<MachineId, Machine> machines;
    QHash<qint64, StoredSubmission> submissions;
    std::vector<StoredStray> strays; ///< in this order
    QHash<UserId, StoredUser> users;
    QHash<TokenId, StoredToken> tokens;
    QHash<InvitationId, StoredInvitation> invitations;
    QHash<OperationId, StoredOperation> operations;
    std::vector<OperationSlice> newSlices;
    std::vector<OperationSlice> undoneSlices;
    std::vector<LabelChange> labelChanges; ///< in the order they were given
    QHash<TaskId, TaskWords> taskWords;
    QHash<ProjectId, Project> projects;
    QHash<QString, StoredBlob> blobs;
    std::vector<BlobOwner> newBlobOwners;
    std::vector<TaskId> removedInputs; ///< before the new uses
    std::vector<BlobUse> newBlobUses;
    std::vector<QString> removedBlobs;
    QHash<TaskId, QByteArray> specs;
    QMap<QString, QByteArray> meta;
    std::vector<MachineId> removedMachines;
    std::vector<UserId> removedUsers;
    std::vector<ProjectId> removedProjects;
    std::vector<TokenId> removedTokens;
    std::vector<InvitationId> removedInvitations;
    std::vector<OperationId> removedOperations;
    std::vector<qint64> removedSubmissions;
    std::vector<SeriesRow> series;
    std::vector<std::pair<SeriesKind, Instant>> removedSeries;
    std::vector<Completion> completions;
};

} // namespace Drover
