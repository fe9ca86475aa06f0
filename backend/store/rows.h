#pragma once

#include "backend/protocol/batch.h"
#include "backend/protocol/machine.h"
#include "backend/protocol/operation.h"
#include "backend/protocol/task.h"
#include "backend/protocol/user.h"

#include <QtCore/QMap>

#include <optional>

#include <vector>

namespace Drover {

/// A task as it enters the database: the narrow row, its spec beside it, what it waits for.
struct NewTask
{
    Task task;
    QByteArray spec; ///< encode(TaskSpec)
    qint64 shape = 0; ///< id of its Shape row
    int flags = 0; ///< TaskFlag bits
    qint64 submission = 0; ///< open submission it belongs to; 0: visible at once
    QList<TaskId> after;
};

/// What a scheduling decision needs to know of a spec without reading it. On disk: never renumber.
enum TaskFlag {
    AfterAllEnded = 1, ///< AfterRule::AllEnded
    AfterFailedWaits = 2, ///< AfterFailed::Wait
};

/// Everything of a task's row that may change after it was inserted; the last one staged in a
/// turn is what is written.
struct TaskChange
{
    TaskId id;
    qint64 rev = 0;
    BatchId batch;
    TaskState state = TaskState::Queued;
    bool held = false;
    bool keep = false;
    bool unreachable = false;
    int priority = 50;
    int specNumber = 1;
    int lastAttempt = 0;
    int currentAttempt = 0;
    int waitsFor = 0;
    int failures = 0; ///< bad ends that used up a retry
    int poison = 0; ///< attempts that were running when their machine went away
    Instant notBefore;
    Instant started;
    Instant ended;
    MachineId machine;
    EndReason endReason = EndReason::None;
    std::optional<int> exitCode;
    int signal = 0;
    QString lastLine;
    quint64 causeKey = 0;
    bool paused = false;
    bool cancelling = false; ///< a person was told that it ends
    qint64 shape = 0; ///< grows with needs.memory after an out-of-memory
};

/// Labels of a task that come, change, or go (null). Applied to what is there.
struct LabelChange
{
    TaskId id;
    qint64 rev = 0;
    QMap<QString, std::optional<QString>> labels;
};

/// The words of a task's row that only an edit changes.
struct TaskWords
{
    TaskId id;
    qint64 rev = 0;
    QString name;
    QString step;
    QString runAs;
    Labels labels;
};

/// One distinct set of needs; tasks refer to it by id, so that a million of them need not be
/// decoded at start.
struct Shape
{
    qint64 id = 0;
    Needs needs;
    std::optional<LeaseRule> leaseRule; ///< the tasks' own; none: their batch's
    QString runAs; ///< machines must allow that user; none: any
};

/// An unfinished task as read back at start: what the queue keeps in memory.
struct StoredTask
{
    TaskId id;
    BatchId batch;
    qint64 rev = 0;
    qint64 shape = 0;
    qint64 submission = 0;
    Instant queued;
    Instant notBefore;
    Instant started;
    MachineId machine;
    int priority = 50;
    int flags = 0;
    int specNumber = 1;
    int lastAttempt = 0;
    int currentAttempt = 0;
    int failures = 0;
    int poison = 0;
    TaskState state = TaskState::Queued;
    bool held = false;
    bool keep = false;
    bool unreachable = false;
    bool paused = false;
    bool cancelling = false;
    QString owner;
};

/// A waiting task, and one it waits for, with the state that one is in.
struct StoredNeed
{
    TaskId task;
    TaskId other;
    TaskState otherState = TaskState::Queued;
};

/// What a machine holds or reported that this history never assigned; life.md, Return.
struct StoredStray
{
    MachineId machine;
    qint64 epoch = 0; ///< the history it comes from
    TaskId task;
    int n = 0;
    int specNumber = 0;
    TaskState state = TaskState::Running;
    Instant seen; ///< for the first time
    bool adopted = false; ///< its reports count as those of an attempt of ours
    bool gone = false; ///< not kept any more
    QByteArray report; ///< CBOR of its end; empty: it has not ended
};

/// The stored part of a submission, kept 24 h under its idempotency key.
struct StoredSubmission
{
    qint64 id = 0;
    QString key;
    QString user;
    Instant at;
    BatchId batch;
    bool open = false; ///< begun and not committed: its tasks are not visible
    QList<TaskId> first; ///< runs of consecutive ids: first[i] and the count[i] - 1 after it
    QList<qint64> count;
};

/// A file that somebody handed in, or that an attempt left.
struct StoredBlob
{
    QString hash;
    qint64 size = 0;
    Instant used; ///< when somebody was last known to refer to it; to half a day
};

/// Who has shown to have that file: u<user> or m<machine>.
struct BlobOwner
{
    QString hash;
    QString owner;
};

/// What refers to a blob. On disk: never renumber.
enum class BlobRole { Input, SharedInput, Output };
template<>
inline constexpr auto enumNames<BlobRole>
    = std::to_array<std::string_view>({"input", "shared-input", "output"});

struct BlobUse
{
    TaskId task;
    int n = 0; ///< attempt that left it; 0 for what the task takes
    BlobRole role = BlobRole::Input;
    QString name;
    QString hash;
    qint64 size = 0;
};

/// A user, token, invitation and so on, as access keeps them. The secret columns hold hashes only.
struct StoredUser
{
    UserId id;
    QString name;
    QString passwordHash; ///< argon2id, libsodium's text form; empty: no password
    bool disabled = false;
    Instant created;
    QList<Grant> grants; ///< each project once
};

struct StoredToken
{
    TokenId id;
    UserId user;
    QString name;
    QByteArray hash; ///< BLAKE2b-256 of the token
    Instant created;
    Instant expires; ///< never: does not
    QString project; ///< it is good for, or *
    Level level = Level::Admin; ///< at most
    Instant used; ///< to the hour
};

struct StoredInvitation
{
    InvitationId id;
    QString kind; ///< user or machine
    QByteArray hash; ///< BLAKE2b-256 of the secret
    Instant expires;
    QByteArray details; ///< CBOR of what it grants
};

struct AuditRow
{
    AuditId id;
    Instant at;
    QString user;
    QString address;
    QString program;
    QString action; ///< method
    QString object;
    QString outcome; ///< "done" or the error's code
    qint64 count = 0;
    QString project;
};

/// An operation with what it needs to go on after a restart.
struct StoredOperation
{
    Operation operation;
    UserId user;
    QString address; ///< of who asked for it
    QString program;
    QByteArray params; ///< as its kind has them
};

/// What a bulk action does in one commit.
struct OperationSlice
{
    OperationId operation;
    int n = 0; ///< from 0
    QByteArray ids; ///< as operations/bulk.h has them
    QByteArray undo; ///< likewise; empty before it has been carried out
};

/// Which figures over time. On disk: add at the end, never renumber.
enum class SeriesKind { BatchFine, BatchCoarse, ProjectFine, ProjectCoarse, Load };

/// Points of one subject from `start` on, packed as series/seriespoints.h has them.
struct SeriesRow
{
    SeriesKind kind = SeriesKind::BatchFine;
    QString subject; ///< id of a batch or machine, name of a project
    Instant start;
    QByteArray points;
};

/// Everything the daemon keeps in memory, read in one transaction at start.
struct Snapshot
{
    QMap<QString, QByteArray> meta;
    std::vector<Shape> shapes;
    std::vector<Batch> batches; ///< live ones, with counts
    std::vector<Machine> machines;
    std::vector<StoredTask> tasks; ///< unfinished, by id
    std::vector<Attempt> attempts; ///< every one that has not ended (ended = never)
    std::vector<StoredNeed> needs; ///< of waiting tasks, but those that have succeeded
    std::vector<std::pair<TaskId, QByteArray>> specs; ///< of started tasks, for their retries
    std::vector<std::pair<TaskId, QString>> shares; ///< label values, where a batch shares by a label
    std::vector<StoredStray> strays;
    std::vector<StoredSubmission> submissions; ///< open ones, and those of the last 24 h
    std::vector<StoredUser> users;
    std::vector<StoredToken> tokens;
    std::vector<StoredInvitation> invitations;
    std::vector<StoredOperation> operations; ///< those that go on
    std::vector<Project> projects;
    std::vector<StoredBlob> blobs;
    std::vector<BlobOwner> blobOwners;
    qint64 revision = 0; ///< highest rev of any row
};

} // namespace Drover
