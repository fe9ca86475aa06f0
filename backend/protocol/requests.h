#pragma once

// What people and programs may ask of the daemon. Every request names its reply; `words` and the
// field lists are what `drover api` and the manual print. methods.h lists them all.

#include "backend/protocol/agentmessages.h"
#include "backend/protocol/batch.h"
#include "backend/protocol/envelope.h"
#include "backend/protocol/machine.h"
#include "backend/protocol/task.h"

namespace Drover {

// ---- sessions -----------------------------------------------------------------------------

struct SessionInfo
{
    QString user;
    QString level; ///< viewer, operator or admin on `project`
    QString project;
    QString version;
    qint64 store = 0;
    qint64 epoch = 0;

    static constexpr auto fields()
    {
        return std::tuple(field("user", &SessionInfo::user), field("level", &SessionInfo::level),
                          field("project", &SessionInfo::project),
                          field("version", &SessionInfo::version, "of the daemon"),
                          field("store", &SessionInfo::store), field("epoch", &SessionInfo::epoch));
    }
    DROVER_EQUAL(SessionInfo)
};

struct SignIn
{
    static constexpr QLatin1StringView method {"session.signIn"};
    static constexpr std::string_view words = "Says who is at this end of the connection: a token, or user and password.";
    using Reply = SessionInfo;
    QString token;
    QString user;
    QString password;
    QString program;

    static constexpr auto fields()
    {
        return std::tuple(field("token", &SignIn::token), field("user", &SignIn::user),
                          field("password", &SignIn::password),
                          field("program", &SignIn::program, "name and version of the client, for the audit"));
    }
    DROVER_EQUAL(SignIn)
};

struct NewToken
{
    QString token;
    SessionInfo session;

    static constexpr auto fields()
    {
        return std::tuple(field("token", &NewToken::token, "shown this once"),
                          field("session", &NewToken::session));
    }
    DROVER_EQUAL(NewToken)
};

struct RedeemInvitation
{
    static constexpr QLatin1StringView method {"session.redeem"};
    static constexpr std::string_view words = "Turns a one-time invitation into a user with a password and a token.";
    using Reply = NewToken;
    QString secret;
    QString user;
    QString password;
    QString program;

    static constexpr auto fields()
    {
        return std::tuple(field("secret", &RedeemInvitation::secret),
                          field("user", &RedeemInvitation::user, "name to be known by; empty: as invited"),
                          field("password", &RedeemInvitation::password, "empty: token only"),
                          field("program", &RedeemInvitation::program));
    }
    DROVER_EQUAL(RedeemInvitation)
};

// ---- the daemon ---------------------------------------------------------------------------

struct Attention
{
    QString what;
    QString remedy;

    static constexpr auto fields()
    {
        return std::tuple(field("what", &Attention::what), field("remedy", &Attention::remedy));
    }
    DROVER_EQUAL(Attention)
};

struct Status
{
    QString version;
    qint64 store = 0;
    qint64 epoch = 0;
    qint64 revision = 0;
    Instant started;
    QString database;
    bool ready = true;
    bool held = false;
    StateCounts counts;
    int machinesOnline = 0;
    int machines = 0;
    int slotCount = 0;
    int slotsUsed = 0;
    qint64 diskFree = 0;
    Instant certificateEnds;
    QList<Attention> attention;

    static constexpr auto fields()
    {
        return std::tuple(
            field("version", &Status::version), field("store", &Status::store),
            field("epoch", &Status::epoch), field("revision", &Status::revision),
            field("started", &Status::started), field("database", &Status::database),
            field("ready", &Status::ready), field("held", &Status::held, "hold --all is on"),
            field("counts", &Status::counts), field("machinesOnline", &Status::machinesOnline),
            field("machines", &Status::machines), field("slots", &Status::slotCount),
            field("slotsUsed", &Status::slotsUsed), field("diskFree", &Status::diskFree, "bytes"),
            field("certificateEnds", &Status::certificateEnds),
            field("attention", &Status::attention, "what needs a person, and the remedy"));
    }
    DROVER_EQUAL(Status)
};

struct GetStatus
{
    static constexpr QLatin1StringView method {"daemon.status"};
    static constexpr std::string_view words = "Versions, disk, backlog, machines, and what needs attention.";
    using Reply = Status;
    static constexpr auto fields() { return std::tuple(); }
    friend bool operator==(const GetStatus &, const GetStatus &) = default;
};

// ---- submitting ---------------------------------------------------------------------------

struct Submitted
{
    BatchId batch;
    QString batchName;
    QList<TaskId> tasks;
    bool repeated = false;

    static constexpr auto fields()
    {
        return std::tuple(field("batch", &Submitted::batch), field("batchName", &Submitted::batchName),
                          field("tasks", &Submitted::tasks, "ids, in the order they were given"),
                          field("repeated", &Submitted::repeated,
                                "the idempotency key was known: nothing was queued again"));
    }
    DROVER_EQUAL(Submitted)
};

struct Submit
{
    static constexpr QLatin1StringView method {"task.submit"};
    static constexpr std::string_view words
        = "Queues tasks, all of them or none. Over 2,000 tasks or 4 MiB: begin, add, commit.";
    using Reply = Submitted;
    QString key;
    QString project = QStringLiteral("main");
    QString batch;
    QList<TaskSpec> tasks;
    bool dryRun = false;

    static constexpr auto fields()
    {
        return std::tuple(field("key", &Submit::key, "idempotency key, kept 24 h"),
                          field("project", &Submit::project),
                          field("batch", &Submit::batch, "name; a live one is appended to; none: default"),
                          field("tasks", &Submit::tasks),
                          field("dryRun", &Submit::dryRun, "checks everything, queues nothing"));
    }
    DROVER_EQUAL(Submit)
};

struct SubmissionOpened
{
    qint64 submission = 0;
    bool repeated = false;
    std::optional<Submitted> result;

    static constexpr auto fields()
    {
        return std::tuple(field("submission", &SubmissionOpened::submission),
                          field("repeated", &SubmissionOpened::repeated),
                          field("result", &SubmissionOpened::result, "of the submission with this key"));
    }
    DROVER_EQUAL(SubmissionOpened)
};

struct BeginSubmission
{
    static constexpr QLatin1StringView method {"submission.begin"};
    static constexpr std::string_view words = "Opens a large submission; what is added is stored and not visible before commit.";
    using Reply = SubmissionOpened;
    QString key;
    QString project = QStringLiteral("main");
    QString batch;

    static constexpr auto fields()
    {
        return std::tuple(field("key", &BeginSubmission::key), field("project", &BeginSubmission::project),
                          field("batch", &BeginSubmission::batch));
    }
    DROVER_EQUAL(BeginSubmission)
};

struct AddToSubmission
{
    static constexpr QLatin1StringView method {"submission.add"};
    static constexpr std::string_view words = "Adds tasks to an open submission.";
    using Reply = Done;
    qint64 submission = 0;
    QList<TaskSpec> tasks;

    static constexpr auto fields()
    {
        return std::tuple(field("submission", &AddToSubmission::submission),
                          field("tasks", &AddToSubmission::tasks));
    }
    DROVER_EQUAL(AddToSubmission)
};

struct CommitSubmission
{
    static constexpr QLatin1StringView method {"submission.commit"};
    static constexpr std::string_view words = "Makes all tasks of an open submission visible at once.";
    using Reply = Submitted;
    qint64 submission = 0;

    static constexpr auto fields()
    {
        return std::tuple(field("submission", &CommitSubmission::submission));
    }
    DROVER_EQUAL(CommitSubmission)
};

// ---- tasks --------------------------------------------------------------------------------

/// Which tasks: by id, or by filter. Both empty is none; everything is said as "all".
struct TaskQuery
{
    QList<TaskId> ids;
    QString where;
    bool all = false;

    static constexpr auto fields()
    {
        return std::tuple(field("ids", &TaskQuery::ids),
                          field("where", &TaskQuery::where, "filter: state = failed and exit != 0"),
                          field("all", &TaskQuery::all));
    }
    DROVER_EQUAL(TaskQuery)
};

struct TaskPage
{
    QList<Task> tasks;
    qint64 revision = 0;
    bool more = false;

    static constexpr auto fields()
    {
        return std::tuple(field("tasks", &TaskPage::tasks), field("revision", &TaskPage::revision),
                          field("more", &TaskPage::more, "there are rows after these"));
    }
    DROVER_EQUAL(TaskPage)
};

struct ListTasks
{
    static constexpr QLatin1StringView method {"task.list"};
    static constexpr std::string_view words = "Tasks that match a filter, in an order, from one place on.";
    using Reply = TaskPage;
    QString where;
    QString order = QStringLiteral("-id");
    int limit = 256;
    qint64 offset = 0;

    static constexpr auto fields()
    {
        return std::tuple(field("where", &ListTasks::where), field("order", &ListTasks::order, "a column; - before it: descending"),
                          field("limit", &ListTasks::limit, "1 to 1000"), field("offset", &ListTasks::offset));
    }
    DROVER_EQUAL(ListTasks)
};

struct TaskDetail
{
    Task task;
    TaskSpec spec;
    QList<Attempt> attempts;
    QList<TaskId> waitsFor;

    static constexpr auto fields()
    {
        return std::tuple(field("task", &TaskDetail::task), field("spec", &TaskDetail::spec),
                          field("attempts", &TaskDetail::attempts), field("waitsFor", &TaskDetail::waitsFor));
    }
    DROVER_EQUAL(TaskDetail)
};

struct GetTask
{
    static constexpr QLatin1StringView method {"task.get"};
    static constexpr std::string_view words = "One task with its spec and its attempts.";
    using Reply = TaskDetail;
    TaskId id;

    static constexpr auto fields() { return std::tuple(field("id", &GetTask::id)); }
    DROVER_EQUAL(GetTask)
};

struct Touched
{
    qint64 changed = 0;
    qint64 already = 0; ///< were so before
    QList<Problem> refused;
    QString operation;

    static constexpr auto fields()
    {
        return std::tuple(field("changed", &Touched::changed),
                          field("already", &Touched::already, "were so before"),
                          field("operation", &Touched::operation, "id, when it goes on as one"));
    }
    friend bool operator==(const Touched &a, const Touched &b) { return equalFields(a, b); }
};

struct CancelTasks
{
    static constexpr QLatin1StringView method {"task.cancel"};
    static constexpr std::string_view words = "Ends tasks: what waits at once, what runs by polite signal, grace, kill.";
    using Reply = Touched;
    TaskQuery tasks;
    bool kill = false;
    bool now = false;

    static constexpr auto fields()
    {
        return std::tuple(field("tasks", &CancelTasks::tasks), field("kill", &CancelTasks::kill, "no polite signal"),
                          field("now", &CancelTasks::now, "do not wait for an unreachable machine"));
    }
    DROVER_EQUAL(CancelTasks)
};

struct RetryTasks
{
    static constexpr QLatin1StringView method {"task.retry"};
    static constexpr std::string_view words = "Queues finished tasks again, with a new attempt.";
    using Reply = Touched;
    TaskQuery tasks;

    static constexpr auto fields() { return std::tuple(field("tasks", &RetryTasks::tasks)); }
    DROVER_EQUAL(RetryTasks)
};

struct HoldTasks
{
    static constexpr QLatin1StringView method {"task.hold"};
    static constexpr std::string_view words = "Holds tasks (nothing new starts) or releases them.";
    using Reply = Touched;
    TaskQuery tasks;
    bool held = true;

    static constexpr auto fields()
    {
        return std::tuple(field("tasks", &HoldTasks::tasks), field("held", &HoldTasks::held));
    }
    DROVER_EQUAL(HoldTasks)
};

struct HoldEverything
{
    static constexpr QLatin1StringView method {"daemon.hold"};
    static constexpr std::string_view words = "Stops all assignments at once, or lets them go on.";
    using Reply = Done;
    bool held = true;

    static constexpr auto fields() { return std::tuple(field("held", &HoldEverything::held)); }
    DROVER_EQUAL(HoldEverything)
};

struct SetPriority
{
    static constexpr QLatin1StringView method {"task.priority"};
    static constexpr std::string_view words = "Sets the priority of unfinished tasks, 0 to 100.";
    using Reply = Touched;
    TaskQuery tasks;
    int priority = 50;

    static constexpr auto fields()
    {
        return std::tuple(field("tasks", &SetPriority::tasks), field("priority", &SetPriority::priority));
    }
    DROVER_EQUAL(SetPriority)
};

/// Counts of what an AwaitTasks waits for.
struct Awaited
{
    StateCounts counts;
    bool ended = false;
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return std::tuple(field("counts", &Awaited::counts), field("ended", &Awaited::ended),
                          field("revision", &Awaited::revision));
    }
    DROVER_EQUAL(Awaited)
};

struct AwaitTasks
{
    static constexpr QLatin1StringView method {"task.await"};
    static constexpr std::string_view words
        = "Answers when all have ended, or at the latest after `wait`, with the counts by then.";
    using Reply = Awaited;
    QList<TaskId> ids;
    BatchId batch;
    std::chrono::milliseconds wait {10'000};

    static constexpr auto fields()
    {
        return std::tuple(field("ids", &AwaitTasks::ids), field("batch", &AwaitTasks::batch, "instead of ids"),
                          field("wait", &AwaitTasks::wait, "ms, at most 60,000"));
    }
    DROVER_EQUAL(AwaitTasks)
};

// ---- batches ------------------------------------------------------------------------------

struct BatchList
{
    QList<Batch> batches;
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return std::tuple(field("batches", &BatchList::batches), field("revision", &BatchList::revision));
    }
    DROVER_EQUAL(BatchList)
};

struct ListBatches
{
    static constexpr QLatin1StringView method {"batch.list"};
    static constexpr std::string_view words = "Batches, newest first: all live ones, and ended ones up to the limit.";
    using Reply = BatchList;
    QString name;
    int limit = 100;
    bool live = false;

    static constexpr auto fields()
    {
        return std::tuple(field("name", &ListBatches::name, "id or name; empty: all"),
                          field("limit", &ListBatches::limit), field("live", &ListBatches::live, "only those not ended"));
    }
    DROVER_EQUAL(ListBatches)
};

struct SetBatch
{
    static constexpr QLatin1StringView method {"batch.set"};
    static constexpr std::string_view words = "Changes a batch; what is not given stays.";
    using Reply = Batch;
    BatchId id;
    std::optional<bool> held;
    std::optional<bool> paused;
    std::optional<bool> keep;
    std::optional<int> priority;
    std::optional<int> mostRunning;
    std::optional<QStringList> pools;
    std::optional<LeaseRule> leaseRule;
    std::optional<std::chrono::milliseconds> lease;
    std::optional<QString> shareBy;
    std::optional<QString> notes;

    static constexpr auto fields()
    {
        return std::tuple(field("id", &SetBatch::id), field("held", &SetBatch::held),
                          field("paused", &SetBatch::paused), field("keep", &SetBatch::keep),
                          field("priority", &SetBatch::priority), field("mostRunning", &SetBatch::mostRunning),
                          field("pools", &SetBatch::pools), field("leaseRule", &SetBatch::leaseRule),
                          field("lease", &SetBatch::lease, "ms"), field("shareBy", &SetBatch::shareBy),
                          field("notes", &SetBatch::notes));
    }
    DROVER_EQUAL(SetBatch)
};

// ---- machines -----------------------------------------------------------------------------

struct MachineList
{
    QList<Machine> machines;
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return std::tuple(field("machines", &MachineList::machines), field("revision", &MachineList::revision));
    }
    DROVER_EQUAL(MachineList)
};

struct ListMachines
{
    static constexpr QLatin1StringView method {"machine.list"};
    static constexpr std::string_view words = "All machines, with load and slots.";
    using Reply = MachineList;
    static constexpr auto fields() { return std::tuple(); }
    friend bool operator==(const ListMachines &, const ListMachines &) = default;
};

struct Invitation
{
    QString link;
    Instant expires;

    static constexpr auto fields()
    {
        return std::tuple(field("link", &Invitation::link, "one use; treat it as a password"),
                          field("expires", &Invitation::expires));
    }
    DROVER_EQUAL(Invitation)
};

struct InviteMachine
{
    static constexpr QLatin1StringView method {"machine.invite"};
    static constexpr std::string_view words = "Makes the link that `drover-agent join` takes on another machine.";
    using Reply = Invitation;
    QString name;
    QStringList pools;
    int slotCount = 0;
    std::chrono::milliseconds valid {3'600'000};

    static constexpr auto fields()
    {
        return std::tuple(field("name", &InviteMachine::name, "empty: its host name"),
                          field("pools", &InviteMachine::pools, "none: default"),
                          field("slots", &InviteMachine::slotCount, "0: as many as cores"),
                          field("valid", &InviteMachine::valid, "ms, at most 30 days"));
    }
    DROVER_EQUAL(InviteMachine)
};

struct Joined
{
    MachineId machine;
    QString name;
    QByteArray certificate; ///< PEM

    static constexpr auto fields()
    {
        return std::tuple(field("machine", &Joined::machine), field("name", &Joined::name),
                          field("certificate", &Joined::certificate, "PEM of the client certificate"));
    }
    DROVER_EQUAL(Joined)
};

struct JoinMachine
{
    static constexpr QLatin1StringView method {"machine.join"};
    static constexpr std::string_view words = "A new agent hands in its invitation and a certificate request.";
    using Reply = Joined;
    QString secret;
    QByteArray request; ///< PEM
    MachineFacts facts;
    QString name;
    int slotCount = 0;

    static constexpr auto fields()
    {
        return std::tuple(field("secret", &JoinMachine::secret),
                          field("request", &JoinMachine::request, "PEM of the certificate request"),
                          field("facts", &JoinMachine::facts),
                          field("name", &JoinMachine::name, "wished for; none: the host name"),
                          field("slots", &JoinMachine::slotCount, "tasks at a time; 0: as many as cores"));
    }
    DROVER_EQUAL(JoinMachine)
};

struct SetMachine
{
    static constexpr QLatin1StringView method {"machine.set"};
    static constexpr std::string_view words = "Changes a machine; what is not given stays.";
    using Reply = Machine;
    MachineId id;
    std::optional<int> slotCount;
    std::optional<int> prefetch;
    std::optional<QStringList> pools;
    std::optional<QMap<QString, QString>> labels;
    std::optional<bool> draining;
    std::optional<QStringList> runAs;
    std::optional<QString> notes;

    static constexpr auto fields()
    {
        return std::tuple(field("id", &SetMachine::id), field("slots", &SetMachine::slotCount),
                          field("prefetch", &SetMachine::prefetch), field("pools", &SetMachine::pools),
                          field("labels", &SetMachine::labels), field("draining", &SetMachine::draining),
                          field("runAs", &SetMachine::runAs), field("notes", &SetMachine::notes));
    }
    DROVER_EQUAL(SetMachine)
};

struct RemoveMachine
{
    static constexpr QLatin1StringView method {"machine.remove"};
    static constexpr std::string_view words = "Forgets a machine: its certificate is revoked and its leases end.";
    using Reply = Done;
    MachineId id;

    static constexpr auto fields() { return std::tuple(field("id", &RemoveMachine::id)); }
    DROVER_EQUAL(RemoveMachine)
};

// ---- output -------------------------------------------------------------------------------

/// One stretch of a stream.
struct OutputPiece
{
    QByteArray data;
    qint64 offset = 0; ///< of data's first byte
    qint64 size = 0; ///< of the stream as far as the daemon has it
    qint64 gap = 0; ///< bytes before `offset` that are not kept any more
    bool ended = false; ///< nothing will follow
    QList<OutputMark> marks;

    static constexpr auto fields()
    {
        return std::tuple(field("data", &OutputPiece::data), field("offset", &OutputPiece::offset),
                          field("size", &OutputPiece::size), field("gap", &OutputPiece::gap, "bytes not kept"),
                          field("ended", &OutputPiece::ended, "nothing will follow"),
                          field("marks", &OutputPiece::marks));
    }
    DROVER_EQUAL(OutputPiece)
};

struct ReadOutput
{
    static constexpr QLatin1StringView method {"output.read"};
    static constexpr std::string_view words
        = "Bytes of a stream from an offset. With `wait` it answers when there are some, or when the attempt has ended.";
    using Reply = OutputPiece;
    TaskId task;
    int n = 0;
    Stream stream = Stream::Out;
    qint64 offset = 0; ///< negative: that many bytes before the end
    int limit = 256 * 1024;
    std::chrono::milliseconds wait {0};

    static constexpr auto fields()
    {
        return std::tuple(field("task", &ReadOutput::task), field("n", &ReadOutput::n, "attempt; 0: the latest"),
                          field("stream", &ReadOutput::stream), field("offset", &ReadOutput::offset, "negative: from the end"),
                          field("limit", &ReadOutput::limit, "bytes, at most 1 MiB"), field("wait", &ReadOutput::wait, "ms, at most 60,000"));
    }
    DROVER_EQUAL(ReadOutput)
};

} // namespace Drover
