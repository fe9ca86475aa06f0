#pragma once

// Why a task is where it is.

#include "backend/protocol/envelope.h"
#include "backend/protocol/task.h"

namespace Drover {

/// On the wire: add at the end, never rename.
enum class ReasonKind {
    Finished,
    Running, ///< as it should: nothing keeps it
    Handed, ///< on its machine, not started there yet
    Stopping,
    Unreachable,
    Storm,
    WaitsFor, ///< other tasks
    NeedFailed,
    Held,
    Paused,
    BackOff,
    Pool, ///< no machine is in its pools
    Machine, ///< the machine it names, or leaves out
    Label,
    Slots, ///< more of them than a machine has
    Memory,
    Cpu,
    Disk,
    Gpu,
    Offline, ///< those that could run it are not there, or take no more
    BatchLimit,
    Busy, ///< all that it could have is taken
    Next, ///< it starts with the next plan
    RunAs, ///< no machine allows its user
};
template <>
inline constexpr auto enumNames<ReasonKind> = std::to_array<std::string_view>(
    {"finished",  "running",     "handed",      "stopping", "unreachable", "storm",
     "waits-for", "need-failed", "held",        "paused",   "back-off",    "pool",
     "machine",   "label",       "slots",       "memory",   "cpu",         "disk",
     "gpu",       "offline",     "batch-limit", "busy",     "next",
     "run-as"});

struct Reason
{
    ReasonKind kind = ReasonKind::Next;
    QString what;
    QString remedy; ///< what a person can do; empty: nothing need be done

    static constexpr auto fields()
    {
        return fieldList(field("kind", &Reason::kind), field("what", &Reason::what),
                         field("remedy", &Reason::remedy, "what to do; empty: nothing"));
    }
    friend bool operator==(const Reason &, const Reason &) = default;
};

/// All that keeps a task where it is, the outermost first. There is always a reason.
struct Explanation
{
    TaskId task;
    TaskState state = TaskState::Queued;
    QList<Reason> reasons;

    static constexpr auto fields()
    {
        return fieldList(field("task", &Explanation::task), field("state", &Explanation::state),
                         field("reasons", &Explanation::reasons));
    }
    friend bool operator==(const Explanation &, const Explanation &) = default;
};

struct ExplainTask
{
    static constexpr QLatin1StringView method{"task.explain"};
    static constexpr std::string_view words
        = "Why a task is where it is, and what would change it.";
    using Reply = Explanation;
    TaskId id;

    static constexpr auto fields() { return fieldList(field("id", &ExplainTask::id)); }
    friend bool operator==(const ExplainTask &, const ExplainTask &) = default;
};

} // namespace Drover
