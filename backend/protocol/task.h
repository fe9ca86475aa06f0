#pragma once

#include "backend/protocol/codec.h"

namespace Drover {

/// The life of a task; life.md, Task. On disk and on the wire: add at the end, never rename.
enum class TaskState {
    Waiting, Queued, Assigned, Preparing, Running, Paused, Collecting, Stopping,
    Succeeded, Failed, Cancelled,
};
template<>
inline constexpr auto enumNames<TaskState> = std::to_array<std::string_view>(
    {"waiting", "queued", "assigned", "preparing", "running", "paused", "collecting", "stopping",
     "succeeded", "failed", "cancelled"});
constexpr int taskStateCount = 11;

constexpr bool isFinished(TaskState state) { return state >= TaskState::Succeeded; }
/// Has an attempt on a machine.
constexpr bool isStarted(TaskState state)
{
    return state >= TaskState::Assigned && state <= TaskState::Stopping;
}

/// Why an attempt ended, apart from the exit code; life.md, Attempt.
enum class EndReason {
    None, Exited, Signalled, TimedOut, PrepareTimedOut, CollectTimedOut, OutOfMemory, DiskFull,
    OutputLimit, InputMissing, ImageMissing, OutputFailed, CouldNotStart, WorkerLost, Superseded,
    Poisoned, Cancelled, AfterFailed, StatusLost,
};
template<>
inline constexpr auto enumNames<EndReason> = std::to_array<std::string_view>(
    {"none", "exited", "signalled", "timed-out", "prepare-timed-out", "collect-timed-out",
     "out-of-memory", "disk-full", "output-limit", "input-missing", "image-missing",
     "output-failed", "could-not-start", "worker-lost", "superseded", "poisoned", "cancelled",
     "after-failed", "status-lost"});

/// What happens when a lease ends; life.md, Lease.
enum class LeaseRule { Replace, Wait, Fence };
template<>
inline constexpr auto enumNames<LeaseRule>
    = std::to_array<std::string_view>({"replace", "wait", "fence"});

/// When a task that waits for others may go on.
enum class AfterRule { AllSucceeded, AllEnded };
template<>
inline constexpr auto enumNames<AfterRule>
    = std::to_array<std::string_view>({"all-succeeded", "all-ended"});

/// What becomes of a dependent whose need failed.
enum class AfterFailed { End, Wait };
template<>
inline constexpr auto enumNames<AfterFailed> = std::to_array<std::string_view>({"end", "wait"});

enum class OutputMode { Separate, Merged };
template<>
inline constexpr auto enumNames<OutputMode>
    = std::to_array<std::string_view>({"separate", "merged"});

/// What happens to a stream past its cap: the oldest half goes, or the task fails.
enum class OverCap { DropOldest, Fail };
template<>
inline constexpr auto enumNames<OverCap> = std::to_array<std::string_view>({"drop-oldest", "fail"});

using Labels = QMap<QString, QString>;

/// When and how often a failed task is tried again.
struct Retry
{
    int attempts = 1;
    std::chrono::milliseconds backoff {0};
    double factor = 2;
    QList<EndReason> on; ///< empty: on every bad end but cancelled and after-failed
    double memoryFactor = 1;

    static constexpr auto fields()
    {
        return fieldList(
            field("attempts", &Retry::attempts, "how many times it may run in all; 1 to 100"),
            field("backoff", &Retry::backoff, "ms to wait before the second attempt"),
            field("factor", &Retry::factor, "each further wait is longer by this; 1 to 10"),
            field("on", &Retry::on, "end reasons that are worth another attempt; none: all bad ends"),
            field("memoryFactor", &Retry::memoryFactor,
                  "needs.memory grows by this after out-of-memory; 1 to 8"));
    }
    friend bool operator==(const Retry &, const Retry &) = default;
};

/// Limits of the three parts of an attempt, in ms; 0 is none.
struct Timeouts
{
    std::chrono::milliseconds prepare {0};
    std::chrono::milliseconds run {0};
    std::chrono::milliseconds collect {0};

    static constexpr auto fields()
    {
        return fieldList(field("prepare", &Timeouts::prepare, "ms for bringing inputs; 0: none"),
                          field("run", &Timeouts::run, "ms for running; 0: none"),
                          field("collect", &Timeouts::collect, "ms for bringing outputs away; 0: none"));
    }
    friend bool operator==(const Timeouts &, const Timeouts &) = default;
};

/// What a task takes of its machine; life.md, Needs.
struct Needs
{
    int slotCount = 1;
    double cpu = 0; ///< cores reserved, and the weight; 0: its slots' share
    qint64 memory = 0; ///< bytes reserved, and memory.max; 0: none
    qint64 disk = 0;
    int gpu = 0;
    Labels labels;
    Labels withoutLabels;
    QString machine;
    QStringList withoutMachines;

    static constexpr auto fields()
    {
        return fieldList(
            field("slots", &Needs::slotCount, "slots of the machine; 1 to 1024"),
            field("cpu", &Needs::cpu, "cores reserved, and the share under load"),
            field("memory", &Needs::memory, "bytes reserved, and the limit"),
            field("disk", &Needs::disk, "bytes reserved under the work root"),
            field("gpu", &Needs::gpu, "GPUs reserved"),
            field("labels", &Needs::labels, "labels the machine must have"),
            field("withoutLabels", &Needs::withoutLabels, "labels the machine must not have"),
            field("machine", &Needs::machine, "the only machine it may run on"),
            field("withoutMachines", &Needs::withoutMachines, "machines it must not run on"));
    }
    friend bool operator==(const Needs &, const Needs &) = default;
};

/// A file that comes in or goes out: a blob handed in, or a place of a storage.
struct Transfer
{
    QString source; ///< inputs: `blob:<hash>` or a storage URI; outputs: path below OUTPUT
    QString name; ///< inputs: path below INPUT; outputs: where it goes, empty: back to the daemon
    qint64 size = -1;

    static constexpr auto fields()
    {
        return fieldList(field("source", &Transfer::source, "where it comes from"),
                          field("name", &Transfer::name, "where it goes"),
                          field("size", &Transfer::size, "bytes; -1: not known"));
    }
    friend bool operator==(const Transfer &, const Transfer &) = default;
};

/// What to run, all of it. What this version does not carry out yet is refused by name
/// (queue/speccheck.h), never ignored.
struct TaskSpec
{
    QString name;
    QStringList command;
    QString shell;
    QMap<QString, QString> environment;
    QString workdir;
    QString step;
    int priority = 50;
    Labels labels;
    QStringList after;
    AfterRule afterRule = AfterRule::AllSucceeded;
    AfterFailed afterFailed = AfterFailed::End;
    Retry retry;
    Timeouts timeouts;
    Needs needs;
    QList<Transfer> inputs;
    QList<Transfer> sharedInputs;
    QList<Transfer> outputs;
    QString container;
    QStringList containerOptions;
    bool cache = false;
    std::optional<LeaseRule> leaseRule;
    qint64 outputCap = 0;
    OutputMode output = OutputMode::Separate;
    OverCap overCap = OverCap::DropOldest;
    bool keepFolder = false;
    QString progress;
    QString notes;
    QString runAs;
    double cpuLimit = 0;
    std::chrono::milliseconds killGrace {10'000};
    bool held = false;

    static constexpr auto fields()
    {
        return fieldList(
            field("name", &TaskSpec::name, "1 to 200 bytes; none: the first word of the command"),
            field("command", &TaskSpec::command, "the program and its arguments, run without a shell"),
            field("shell", &TaskSpec::shell, "text for /bin/sh -c, instead of command"),
            field("environment", &TaskSpec::environment, "variables, name to value"),
            field("workdir", &TaskSpec::workdir, "absolute working directory; none: the task's own folder"),
            field("step", &TaskSpec::step, "the step of its batch that it belongs to"),
            field("priority", &TaskSpec::priority, "0 to 100, higher first"),
            field("labels", &TaskSpec::labels, "key to value"),
            field("after", &TaskSpec::after, "names inside the submission, or ids of tasks"),
            field("afterRule", &TaskSpec::afterRule, "all-succeeded or all-ended"),
            field("afterFailed", &TaskSpec::afterFailed, "end: it ends as after-failed; wait: it stays waiting"),
            field("retry", &TaskSpec::retry, "when it is tried again"),
            field("timeouts", &TaskSpec::timeouts, "limits in time"),
            field("needs", &TaskSpec::needs, "what it takes of a machine"),
            field("inputs", &TaskSpec::inputs, "files it needs in INPUT"),
            field("sharedInputs", &TaskSpec::sharedInputs, "files several tasks need, in RESOURCE"),
            field("outputs", &TaskSpec::outputs, "files it leaves in OUTPUT"),
            field("container", &TaskSpec::container, "image to run it in"),
            field("containerOptions", &TaskSpec::containerOptions, "options of the container engine"),
            field("cache", &TaskSpec::cache, "take the result of an equal success instead of running"),
            field("leaseRule", &TaskSpec::leaseRule, "replace, wait or fence; none: the batch's"),
            field("outputCap", &TaskSpec::outputCap, "bytes a stream may have; 0: the daemon's default"),
            field("output", &TaskSpec::output, "separate or merged"),
            field("overCap", &TaskSpec::overCap, "drop-oldest or fail"),
            field("keepFolder", &TaskSpec::keepFolder, "keep the working folder when it fails"),
            field("progress", &TaskSpec::progress, "regular expression over stdout, first group 0..100"),
            field("notes", &TaskSpec::notes, "words for people"),
            field("runAs", &TaskSpec::runAs, "the user whose processes they are"),
            field("cpuLimit", &TaskSpec::cpuLimit, "hard limit in cores; 0: none"),
            field("killGrace", &TaskSpec::killGrace, "ms between the polite signal and the other one"),
            field("held", &TaskSpec::held, "queued, but not started before it is released"));
    }
    friend bool operator==(const TaskSpec &, const TaskSpec &) = default;
};

/// A task as lists show it.
struct Task
{
    TaskId id;
    qint64 rev = 0;
    QString project;
    BatchId batch;
    QString batchName;
    QString name;
    QString step;
    TaskState state = TaskState::Queued;
    bool held = false;
    bool keep = false;
    int priority = 50;
    QString owner;
    QString runAs;
    Labels labels;
    Instant queued;
    Instant notBefore;
    Instant started;
    Instant ended;
    int specNumber = 1;
    int lastAttempt = 0;
    int currentAttempt = 0;
    MachineId machine;
    QString machineName;
    EndReason endReason = EndReason::None;
    std::optional<int> exitCode;
    int signal = 0;
    QString lastLine;
    quint64 causeKey = 0;
    int waitsFor = 0;
    bool unreachable = false;
    bool paused = false;

    static constexpr auto fields()
    {
        return fieldList(
            field("id", &Task::id), field("rev", &Task::rev), field("project", &Task::project),
            field("batch", &Task::batch, "id of its batch"), field("batchName", &Task::batchName),
            field("name", &Task::name), field("step", &Task::step), field("state", &Task::state),
            field("held", &Task::held, "a person does not want it started"),
            field("keep", &Task::keep, "evidence: retention leaves it alone"),
            field("priority", &Task::priority), field("owner", &Task::owner, "who submitted it"),
            field("runAs", &Task::runAs), field("labels", &Task::labels),
            field("queued", &Task::queued, "when it was submitted"),
            field("notBefore", &Task::notBefore, "back-off: not started before"),
            field("started", &Task::started), field("ended", &Task::ended),
            field("specNumber", &Task::specNumber, "rises with each edit"),
            field("lastAttempt", &Task::lastAttempt, "highest attempt assigned"),
            field("currentAttempt", &Task::currentAttempt, "the one whose report may end it"),
            field("machine", &Task::machine), field("machineName", &Task::machineName),
            field("endReason", &Task::endReason), field("exitCode", &Task::exitCode),
            field("signal", &Task::signal), field("lastLine", &Task::lastLine),
            field("causeKey", &Task::causeKey, "groups failures that look alike"),
            field("waitsFor", &Task::waitsFor, "how many tasks it still waits for"),
            field("unreachable", &Task::unreachable, "its lease ended and nothing was heard"),
            field("paused", &Task::paused, "a person wants it frozen, and not started"));
    }
    friend bool operator==(const Task &, const Task &) = default;
};

/// One run of a task on one machine.
struct Attempt
{
    TaskId task;
    int n = 0;
    qint64 rev = 0;
    MachineId machine;
    QString machineName;
    TaskState state = TaskState::Assigned;
    int specNumber = 1;
    Instant assigned;
    Instant started;
    Instant ended;
    EndReason endReason = EndReason::None;
    std::optional<int> exitCode;
    int signal = 0;
    QString lastLine;
    quint64 causeKey = 0;
    qint64 peakMemory = 0;
    std::chrono::microseconds cpuTime {0};
    qint64 outSize = 0;
    qint64 errSize = 0;
    bool unreachable = false;
    bool wasRunning = false;
    QString detail;
    QList<qint64> gpus;

    AttemptId id() const { return {task, n}; }

    static constexpr auto fields()
    {
        return fieldList(
            field("task", &Attempt::task), field("n", &Attempt::n), field("rev", &Attempt::rev),
            field("machine", &Attempt::machine), field("machineName", &Attempt::machineName),
            field("state", &Attempt::state), field("specNumber", &Attempt::specNumber),
            field("assigned", &Attempt::assigned), field("started", &Attempt::started),
            field("ended", &Attempt::ended), field("endReason", &Attempt::endReason),
            field("exitCode", &Attempt::exitCode), field("signal", &Attempt::signal),
            field("lastLine", &Attempt::lastLine), field("causeKey", &Attempt::causeKey),
            field("peakMemory", &Attempt::peakMemory, "bytes"),
            field("cpuTime", &Attempt::cpuTime, "µs of user and system"),
            field("outSize", &Attempt::outSize, "bytes of stdout"),
            field("errSize", &Attempt::errSize, "bytes of stderr"),
            field("unreachable", &Attempt::unreachable),
            field("wasRunning", &Attempt::wasRunning, "its process was seen running"),
            field("detail", &Attempt::detail, "what exactly went wrong, in words"),
            field("gpus", &Attempt::gpus, "numbers of the devices it has"));
    }
    friend bool operator==(const Attempt &, const Attempt &) = default;
};

} // namespace Drover
