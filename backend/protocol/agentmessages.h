#pragma once

#include "backend/protocol/envelope.h"
#include "backend/protocol/machine.h"
#include "backend/protocol/task.h"

namespace Drover {

/// An attempt that an agent still holds: runs it, or keeps its unacknowledged end.
struct HeldAttempt
{
    TaskId task;
    int n = 0;
    qint64 epoch = 0;
    int specNumber = 0;
    TaskState state = TaskState::Running; ///< Collecting once its leader is gone

    AttemptId id() const { return {task, n}; }
    static constexpr auto fields()
    {
        return fieldList(field("task", &HeldAttempt::task), field("n", &HeldAttempt::n),
                          field("epoch", &HeldAttempt::epoch),
                          field("specNumber", &HeldAttempt::specNumber),
                          field("state", &HeldAttempt::state));
    }
    friend bool operator==(const HeldAttempt &, const HeldAttempt &) = default;
};

struct AgentWelcome
{
    MachineId machine;
    QString name;
    qint64 epoch = 0;
    int slotCount = 0;
    std::chrono::milliseconds beat {2000};
    qint64 outputCap = 0;
    QList<HeldAttempt> stop; ///< these are not wanted any more
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return fieldList(field("machine", &AgentWelcome::machine), field("name", &AgentWelcome::name),
                          field("epoch", &AgentWelcome::epoch), field("slots", &AgentWelcome::slotCount),
                          field("beat", &AgentWelcome::beat, "ms between heartbeats"),
                          field("outputCap", &AgentWelcome::outputCap, "bytes a stream, unless a task says"),
                          field("stop", &AgentWelcome::stop),
                          field("revision", &AgentWelcome::revision, "of what is durable"));
    }
    friend bool operator==(const AgentWelcome &, const AgentWelcome &) = default;
};

/// The first thing an agent says on a new connection; the certificate has said who it is.
struct AgentHello
{
    static constexpr QLatin1StringView method {"agent.hello"};
    static constexpr std::string_view words = "An agent reports for duty, with the attempts it holds.";
    using Reply = AgentWelcome;

    int wire = 1;
    QString version;
    MachineFacts facts;
    qint64 epoch = 0;
    QList<HeldAttempt> held;
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return fieldList(field("wire", &AgentHello::wire), field("version", &AgentHello::version),
                          field("facts", &AgentHello::facts),
                          field("epoch", &AgentHello::epoch, "last history it worked for; 0: none"),
                          field("held", &AgentHello::held),
                          field("revision", &AgentHello::revision, "the highest it has heard of in that history"));
    }
    friend bool operator==(const AgentHello &, const AgentHello &) = default;
};

/// Work for an agent; committed before it is sent.
struct Assignment
{
    TaskId task;
    int n = 0;
    int specNumber = 1;
    QString project;
    QString batch;
    QString owner;
    LeaseRule leaseRule = LeaseRule::Replace;
    std::chrono::milliseconds lease {600'000};
    bool startPaused = false;
    TaskSpec spec;
    QList<qint64> gpus;

    AttemptId id() const { return {task, n}; }
    static constexpr auto fields()
    {
        return fieldList(field("task", &Assignment::task), field("n", &Assignment::n),
                          field("specNumber", &Assignment::specNumber),
                          field("project", &Assignment::project), field("batch", &Assignment::batch),
                          field("owner", &Assignment::owner), field("leaseRule", &Assignment::leaseRule),
                          field("lease", &Assignment::lease, "ms"),
                          field("startPaused", &Assignment::startPaused),
                          field("spec", &Assignment::spec),
                          field("gpus", &Assignment::gpus, "numbers of the devices it may use"));
    }
    friend bool operator==(const Assignment &, const Assignment &) = default;
};

/// Daemon to agent. An assignment that the agent has already is not started twice.
struct AgentAssign
{
    static constexpr QLatin1StringView method {"agent.assign"};
    QList<Assignment> assignments;

    static constexpr auto fields() { return fieldList(field("assignments", &AgentAssign::assignments)); }
    friend bool operator==(const AgentAssign &, const AgentAssign &) = default;
};

enum class OrderKind {
    Stop, ///< polite signal, grace, then kill; an attempt that has not started is dropped
    Kill, ///< at once
    Freeze, Thaw,
    Forget, ///< its report is committed or not wanted: remove the run folder
    Recall, ///< give it back if it has not started; else nothing
};
template<>
inline constexpr auto enumNames<OrderKind>
    = std::to_array<std::string_view>({"stop", "kill", "freeze", "thaw", "forget", "recall"});

struct Order
{
    TaskId task;
    int n = 0;
    OrderKind kind = OrderKind::Stop;
    EndReason reason = EndReason::Cancelled; ///< the end reason it shall report

    AttemptId id() const { return {task, n}; }
    static constexpr auto fields()
    {
        return fieldList(field("task", &Order::task), field("n", &Order::n),
                          field("kind", &Order::kind), field("reason", &Order::reason));
    }
    friend bool operator==(const Order &, const Order &) = default;
};

/// Daemon to agent.
struct AgentOrders
{
    static constexpr QLatin1StringView method {"agent.orders"};
    QList<Order> orders;
    std::optional<int> slotCount; ///< a new number of slots

    static constexpr auto fields()
    {
        return fieldList(field("orders", &AgentOrders::orders), field("slots", &AgentOrders::slotCount));
    }
    friend bool operator==(const AgentOrders &, const AgentOrders &) = default;
};

enum class ReportKind { Preparing, Started, Frozen, Thawed, Stopping, Collecting, Ended };
template<>
inline constexpr auto enumNames<ReportKind> = std::to_array<std::string_view>(
    {"preparing", "started", "frozen", "thawed", "stopping", "collecting", "ended"});

/// Up to this many bytes of a stream travel in the end report and lie in the store.
constexpr qint64 inlineOutputLimit = 16 * 1024;

/// CPU and memory of an attempt over its time, at even distances; with the end of what lasted.
struct AttemptCurve
{
    static constexpr qsizetype mostPoints = 120;

    int n = 0; ///< attempt
    std::chrono::milliseconds every {0};
    QList<qint64> memory;
    QList<double> cpu;

    bool isBounded() const { return std::max(memory.size(), cpu.size()) <= mostPoints; }
    static constexpr auto fields()
    {
        return fieldList(field("n", &AttemptCurve::n, "attempt"),
                          field("every", &AttemptCurve::every, "ms from one point to the next"),
                          field("memory", &AttemptCurve::memory, "bytes, the most between two points; 120 at most"),
                          field("cpu", &AttemptCurve::cpu, "cores, on the average between two points"));
    }
    friend bool operator==(const AttemptCurve &, const AttemptCurve &) = default;
};

/// What happened to an attempt. Numbered by the agent, repeated until acknowledged.
struct Report
{
    qint64 seq = 0;
    qint64 epoch = 0;
    TaskId task;
    int n = 0;
    ReportKind kind = ReportKind::Started;
    Instant at;
    // The rest comes with Ended.
    Instant started; ///< so that an end says it all, should the start report be lost
    EndReason endReason = EndReason::None;
    std::optional<int> exitCode;
    int signal = 0;
    QString lastLine;
    QString detail; ///< what exactly went wrong: "execve /no/such: No such file or directory"
    qint64 peakMemory = 0;
    std::chrono::microseconds cpuTime {0};
    qint64 outSize = 0;
    qint64 errSize = 0;
    QByteArray out; ///< all of stdout when it is within inlineOutputLimit
    QByteArray err;
    QList<Transfer> outputs; ///< what it left, all of it uploaded before
    std::optional<AttemptCurve> curve;

    AttemptId id() const { return {task, n}; }
    static constexpr auto fields()
    {
        return fieldList(
            field("seq", &Report::seq), field("epoch", &Report::epoch), field("task", &Report::task),
            field("n", &Report::n), field("kind", &Report::kind), field("at", &Report::at),
            field("started", &Report::started), field("endReason", &Report::endReason),
            field("exitCode", &Report::exitCode), field("signal", &Report::signal),
            field("lastLine", &Report::lastLine), field("detail", &Report::detail),
            field("peakMemory", &Report::peakMemory), field("cpuTime", &Report::cpuTime),
            field("outSize", &Report::outSize), field("errSize", &Report::errSize),
            field("out", &Report::out), field("err", &Report::err),
            field("outputs", &Report::outputs, "files it left"),
            field("curve", &Report::curve));
    }
    friend bool operator==(const Report &, const Report &) = default;
};

/// Agent to daemon.
struct AgentReports
{
    static constexpr QLatin1StringView method {"agent.reports"};
    QList<Report> reports;

    static constexpr auto fields() { return fieldList(field("reports", &AgentReports::reports)); }
    friend bool operator==(const AgentReports &, const AgentReports &) = default;
};

/// Daemon to agent: everything up to this number is committed.
struct ReportsAck
{
    static constexpr QLatin1StringView method {"agent.reportsAck"};
    qint64 upTo = 0;

    static constexpr auto fields() { return fieldList(field("upTo", &ReportsAck::upTo)); }
    friend bool operator==(const ReportsAck &, const ReportsAck &) = default;
};

enum class Stream { Out, Err };
template<>
inline constexpr auto enumNames<Stream> = std::to_array<std::string_view>({"stdout", "stderr"});

/// (offset, instant): output up to this offset had been written by then; every 100 ms at most.
struct OutputMark
{
    qint64 offset = 0;
    Instant at;

    static constexpr auto fields()
    {
        return fieldList(field("offset", &OutputMark::offset), field("at", &OutputMark::at));
    }
    friend bool operator==(const OutputMark &, const OutputMark &) = default;
};

/// Agent to daemon: a piece of a stream, by offset, so that a repeated one is harmless.
struct OutputChunk
{
    static constexpr QLatin1StringView method {"agent.output"};
    TaskId task;
    int n = 0;
    qint64 epoch = 0;
    Stream stream = Stream::Out;
    qint64 offset = 0;
    QByteArray data;
    QList<OutputMark> marks;
    qint64 gapBefore = 0; ///< bytes before `offset` that the cap dropped

    AttemptId id() const { return {task, n}; }
    static constexpr auto fields()
    {
        return fieldList(field("task", &OutputChunk::task), field("n", &OutputChunk::n),
                          field("epoch", &OutputChunk::epoch), field("stream", &OutputChunk::stream),
                          field("offset", &OutputChunk::offset), field("data", &OutputChunk::data),
                          field("marks", &OutputChunk::marks), field("gapBefore", &OutputChunk::gapBefore));
    }
    friend bool operator==(const OutputChunk &, const OutputChunk &) = default;
};

/// Daemon to agent: the stream is durable up to this offset.
struct OutputAck
{
    static constexpr QLatin1StringView method {"agent.outputAck"};
    TaskId task;
    int n = 0;
    Stream stream = Stream::Out;
    qint64 upTo = 0;

    AttemptId id() const { return {task, n}; }
    static constexpr auto fields()
    {
        return fieldList(field("task", &OutputAck::task), field("n", &OutputAck::n),
                          field("stream", &OutputAck::stream), field("upTo", &OutputAck::upTo));
    }
    friend bool operator==(const OutputAck &, const OutputAck &) = default;
};

/// What a running attempt does just now; a gauge.
struct AttemptGauge
{
    TaskId task;
    int n = 0;
    double progress = -1; ///< 0..100; -1: not known
    QString progressText;
    QString lastLine;
    Instant lastOutput;
    qint64 memory = 0;
    double cpu = 0;

    static constexpr auto fields()
    {
        return fieldList(field("task", &AttemptGauge::task), field("n", &AttemptGauge::n),
                          field("progress", &AttemptGauge::progress),
                          field("progressText", &AttemptGauge::progressText),
                          field("lastLine", &AttemptGauge::lastLine),
                          field("lastOutput", &AttemptGauge::lastOutput),
                          field("memory", &AttemptGauge::memory, "bytes"),
                          field("cpu", &AttemptGauge::cpu, "cores"));
    }
    friend bool operator==(const AttemptGauge &, const AttemptGauge &) = default;
};

/// Agent to daemon, every AgentWelcome::beat.
struct AgentBeat
{
    static constexpr QLatin1StringView method {"agent.beat"};
    qint64 bootTime = 0; ///< CLOCK_BOOTTIME in ns when it was sent; the fence word once acknowledged
    MachineLoad load;
    QList<AttemptGauge> gauges;

    static constexpr auto fields()
    {
        return fieldList(field("bootTime", &AgentBeat::bootTime), field("load", &AgentBeat::load),
                          field("gauges", &AgentBeat::gauges));
    }
    friend bool operator==(const AgentBeat &, const AgentBeat &) = default;
};

/// Daemon to agent.
struct AgentBeatAck
{
    static constexpr QLatin1StringView method {"agent.beatAck"};
    qint64 bootTime = 0;
    qint64 revision = 0;

    static constexpr auto fields()
    {
        return fieldList(field("bootTime", &AgentBeatAck::bootTime),
                         field("revision", &AgentBeatAck::revision, "of what is durable"));
    }
    friend bool operator==(const AgentBeatAck &, const AgentBeatAck &) = default;
};

/// Agent to daemon: it goes away on purpose; its machine is offline, not silent.
struct AgentGoodbye
{
    static constexpr QLatin1StringView method {"agent.goodbye"};
    QString reason;

    static constexpr auto fields() { return fieldList(field("reason", &AgentGoodbye::reason)); }
    friend bool operator==(const AgentGoodbye &, const AgentGoodbye &) = default;
};

} // namespace Drover
