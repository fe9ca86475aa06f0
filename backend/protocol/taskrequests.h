#pragma once

// Reading and steering tasks.

#include "backend/protocol/agentmessages.h"
#include "backend/protocol/batch.h"
#include "backend/protocol/envelope.h"
#include "backend/protocol/task.h"

namespace Drover {

/// Which tasks: by id, or by filter. Both empty is none; everything is said as "all".
struct TaskQuery
{
    QList<TaskId> ids;
    QString where;
    bool all = false;
    QList<TaskId> minus;
    std::optional<qint64> expectedCount;

    static constexpr auto fields()
    {
        return fieldList(field("ids", &TaskQuery::ids),
                         field("where", &TaskQuery::where, "filter: state = failed and exit != 0"),
                         field("all", &TaskQuery::all),
                         field("minus", &TaskQuery::minus, "but not these"),
                         field("expectedCount", &TaskQuery::expectedCount,
                               "how many the caller was shown: nothing is done when it is another number"));
    }
    friend bool operator==(const TaskQuery &, const TaskQuery &) = default;
};

struct TaskPage
{
    QList<Task> tasks;
    qint64 revision = 0;
    bool more = false;
    QList<AttemptGauge> gauges; ///< of those that run

    static constexpr auto fields()
    {
        return fieldList(field("tasks", &TaskPage::tasks), field("revision", &TaskPage::revision),
                          field("more", &TaskPage::more, "there are rows after these"),
                          field("gauges", &TaskPage::gauges, "of those that run: progress, last line"));
    }
    friend bool operator==(const TaskPage &, const TaskPage &) = default;
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
        return fieldList(field("where", &ListTasks::where), field("order", &ListTasks::order, "a column; - before it: descending"),
                          field("limit", &ListTasks::limit, "1 to 1000"), field("offset", &ListTasks::offset));
    }
    friend bool operator==(const ListTasks &, const ListTasks &) = default;
};

struct Counted
{
    qint64 count = 0;
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return fieldList(field("count", &Counted::count), field("revision", &Counted::revision));
    }
    friend bool operator==(const Counted &, const Counted &) = default;
};

struct CountTasks
{
    static constexpr QLatin1StringView method {"task.count"};
    static constexpr std::string_view words = "How many tasks match a filter.";
    using Reply = Counted;
    QString where;

    static constexpr auto fields()
    {
        return fieldList(field("where", &CountTasks::where, "empty: all"));
    }
    friend bool operator==(const CountTasks &, const CountTasks &) = default;
};

struct StateBreakdown
{
    StateCounts counts;
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return fieldList(field("counts", &StateBreakdown::counts),
                         field("revision", &StateBreakdown::revision, "which these have seen"));
    }
    friend bool operator==(const StateBreakdown &, const StateBreakdown &) = default;
};

struct CountStates
{
    static constexpr QLatin1StringView method{"task.counts"};
    static constexpr std::string_view words = "How many tasks that match a filter are in each state.";
    using Reply = StateBreakdown;
    QString where;

    static constexpr auto fields()
    {
        return fieldList(field("where", &CountStates::where, "empty: all; those of a batch or project are at hand"));
    }
    friend bool operator==(const CountStates &, const CountStates &) = default;
};

struct TaskDetail
{
    Task task;
    TaskSpec spec;
    QList<Attempt> attempts;
    QList<TaskId> waitsFor;
    std::optional<AttemptGauge> gauge; ///< while it runs
    QList<AttemptCurve> curves; ///< of attempts that lasted

    static constexpr auto fields()
    {
        return fieldList(field("task", &TaskDetail::task), field("spec", &TaskDetail::spec),
                          field("attempts", &TaskDetail::attempts), field("waitsFor", &TaskDetail::waitsFor),
                          field("gauge", &TaskDetail::gauge, "while it runs: progress, last line"),
                          field("curves", &TaskDetail::curves, "CPU and memory of attempts over 10 s"));
    }
    friend bool operator==(const TaskDetail &, const TaskDetail &) = default;
};

struct GetTask
{
    static constexpr QLatin1StringView method {"task.get"};
    static constexpr std::string_view words = "One task with its spec and its attempts.";
    using Reply = TaskDetail;
    TaskId id;

    static constexpr auto fields() { return fieldList(field("id", &GetTask::id)); }
    friend bool operator==(const GetTask &, const GetTask &) = default;
};

struct Touched
{
    qint64 changed = 0;
    qint64 already = 0; ///< were so before
    OperationId operation;

    static constexpr auto fields()
    {
        return fieldList(field("changed", &Touched::changed),
                          field("already", &Touched::already, "were so before"),
                          field("operation", &Touched::operation, "what it goes on as, or what undoes it"));
    }
    friend bool operator==(const Touched &, const Touched &) = default;
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
        return fieldList(field("tasks", &CancelTasks::tasks), field("kill", &CancelTasks::kill, "no polite signal"),
                          field("now", &CancelTasks::now, "do not wait for an unreachable machine"));
    }
    friend bool operator==(const CancelTasks &, const CancelTasks &) = default;
};

struct RetryTasks
{
    static constexpr QLatin1StringView method {"task.retry"};
    static constexpr std::string_view words = "Queues finished tasks again, with a new attempt.";
    using Reply = Touched;
    TaskQuery tasks;
    bool held = false;

    static constexpr auto fields()
    {
        return fieldList(field("tasks", &RetryTasks::tasks),
                         field("held", &RetryTasks::held, "held at once: to be edited before anything starts"));
    }
    friend bool operator==(const RetryTasks &, const RetryTasks &) = default;
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
        return fieldList(field("tasks", &HoldTasks::tasks), field("held", &HoldTasks::held));
    }
    friend bool operator==(const HoldTasks &, const HoldTasks &) = default;
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
        return fieldList(field("tasks", &SetPriority::tasks), field("priority", &SetPriority::priority));
    }
    friend bool operator==(const SetPriority &, const SetPriority &) = default;
};

struct LabelTasks
{
    static constexpr QLatin1StringView method {"task.label"};
    static constexpr std::string_view words = "Gives labels to tasks and takes them away, finished or not.";
    using Reply = Touched;
    TaskQuery tasks;
    Labels set;
    QStringList remove;

    static constexpr auto fields()
    {
        return fieldList(field("tasks", &LabelTasks::tasks), field("set", &LabelTasks::set, "key to value"),
                         field("remove", &LabelTasks::remove, "keys"));
    }
    friend bool operator==(const LabelTasks &, const LabelTasks &) = default;
};

struct MoveTasks
{
    static constexpr QLatin1StringView method {"task.move"};
    static constexpr std::string_view words
        = "Moves unfinished tasks into another batch of their project, which is made when it is not there.";
    using Reply = Touched;
    TaskQuery tasks;
    QString batch;
    QString project = QStringLiteral("main");

    static constexpr auto fields()
    {
        return fieldList(field("tasks", &MoveTasks::tasks), field("batch", &MoveTasks::batch, "name"),
                         field("project", &MoveTasks::project, "of the batch, and of the tasks"));
    }
    friend bool operator==(const MoveTasks &, const MoveTasks &) = default;
};

/// Another spec for one task.
struct TaskEdit
{
    TaskId id;
    int specNumber = 0;
    TaskSpec spec;

    static constexpr auto fields()
    {
        return fieldList(field("id", &TaskEdit::id),
                         field("specNumber", &TaskEdit::specNumber, "of the spec that was edited"),
                         field("spec", &TaskEdit::spec, "all of it; `after` as it was"));
    }
    friend bool operator==(const TaskEdit &, const TaskEdit &) = default;
};

struct EditTasks
{
    static constexpr QLatin1StringView method {"task.edit"};
    static constexpr std::string_view words
        = "Gives unfinished tasks another spec, all or none; what runs takes it with its next attempt.";
    using Reply = Touched;
    QList<TaskEdit> edits;

    static constexpr auto fields()
    {
        return fieldList(field("edits", &EditTasks::edits, "at most 2,000"));
    }
    friend bool operator==(const EditTasks &, const EditTasks &) = default;
};

/// Counts of what an AwaitTasks waits for.
struct Awaited
{
    StateCounts counts;
    bool ended = false;
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return fieldList(field("counts", &Awaited::counts), field("ended", &Awaited::ended),
                          field("revision", &Awaited::revision));
    }
    friend bool operator==(const Awaited &, const Awaited &) = default;
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
        return fieldList(field("ids", &AwaitTasks::ids), field("batch", &AwaitTasks::batch, "instead of ids"),
                          field("wait", &AwaitTasks::wait, "ms, at most 60,000"));
    }
    friend bool operator==(const AwaitTasks &, const AwaitTasks &) = default;
};

} // namespace Drover
