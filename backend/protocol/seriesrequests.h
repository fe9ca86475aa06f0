#pragma once

// Figures over time, for charts; and what a batch was made of: its steps, and who ran what when.

#include "backend/protocol/batch.h"
#include "backend/protocol/envelope.h"

namespace Drover {

/// Counts on a grid: value i is that of start + i * step; -1: not known, since the daemon was away.
/// waiting, queued and started are how many there were, the others how many ended so in that step.
struct CountSeries
{
    Instant start;
    std::chrono::milliseconds step {10'000};
    QList<qint64> waiting;
    QList<qint64> queued;
    QList<qint64> started;
    QList<qint64> succeeded;
    QList<qint64> failed;
    QList<qint64> cancelled;

    static constexpr auto fields()
    {
        return fieldList(field("start", &CountSeries::start), field("step", &CountSeries::step, "ms"),
                         field("waiting", &CountSeries::waiting, "-1: not known"),
                         field("queued", &CountSeries::queued),
                         field("started", &CountSeries::started, "on a machine"),
                         field("succeeded", &CountSeries::succeeded, "in that step"),
                         field("failed", &CountSeries::failed), field("cancelled", &CountSeries::cancelled));
    }
    friend bool operator==(const CountSeries &, const CountSeries &) = default;
};

struct GetCounts
{
    static constexpr QLatin1StringView method {"series.counts"};
    static constexpr std::string_view words
        = "How many tasks waited, ran and ended, over time: each 10 s of the last day, each 5 min of 30 days.";
    using Reply = CountSeries;
    QString project;
    BatchId batch;
    Instant from;
    Instant to;
    int points = 360;

    static constexpr auto fields()
    {
        return fieldList(field("project", &GetCounts::project, "empty: all one may see"),
                         field("batch", &GetCounts::batch, "of that batch alone; 0: all"),
                         field("from", &GetCounts::from, "none: an hour ago"),
                         field("to", &GetCounts::to, "none: now"),
                         field("points", &GetCounts::points, "at most so many; 2 to 2000"));
    }
    friend bool operator==(const GetCounts &, const GetCounts &) = default;
};

/// Load of a machine on a grid, as CountSeries.
struct LoadSeries
{
    MachineId machine;
    Instant start;
    std::chrono::milliseconds step {2000};
    QList<qint64> cpu;
    QList<qint64> memory;
    QList<qint64> disk;
    QList<qint64> netIn;
    QList<qint64> netOut;
    qint64 failedHour = 0;
    Instant booted;

    static constexpr auto fields()
    {
        return fieldList(field("machine", &LoadSeries::machine), field("start", &LoadSeries::start),
                         field("step", &LoadSeries::step, "ms"),
                         field("cpu", &LoadSeries::cpu, "thousandths of all cores; -1: not known"),
                         field("memory", &LoadSeries::memory, "bytes"),
                         field("disk", &LoadSeries::disk, "bytes under the work root"),
                         field("netIn", &LoadSeries::netIn, "bytes a second"),
                         field("netOut", &LoadSeries::netOut, "bytes a second"),
                         field("failedHour", &LoadSeries::failedHour, "attempts that failed there in the last hour"),
                         field("booted", &LoadSeries::booted, "when the machine was started; none: not known"));
    }
    friend bool operator==(const LoadSeries &, const LoadSeries &) = default;
};

struct LoadSeriesList
{
    QList<LoadSeries> machines;

    static constexpr auto fields() { return fieldList(field("machines", &LoadSeriesList::machines)); }
    friend bool operator==(const LoadSeriesList &, const LoadSeriesList &) = default;
};

struct GetMachineSeries
{
    static constexpr QLatin1StringView method {"series.machine"};
    static constexpr std::string_view words
        = "Load of machines over time: each 2 s of the last ten minutes, each minute of seven days.";
    using Reply = LoadSeriesList;
    MachineId machine;
    Instant from;
    Instant to;
    int points = 60;

    static constexpr auto fields()
    {
        return fieldList(field("machine", &GetMachineSeries::machine, "0: all, of the last ten minutes"),
                         field("from", &GetMachineSeries::from, "none: ten minutes ago"),
                         field("to", &GetMachineSeries::to, "none: now"),
                         field("points", &GetMachineSeries::points, "at most so many; 2 to 2000"));
    }
    friend bool operator==(const GetMachineSeries &, const GetMachineSeries &) = default;
};

/// How fast a live batch gets through its tasks, over the last ten minutes.
struct BatchRate
{
    BatchId batch;
    double perMinute = 0;
    Instant through;

    static constexpr auto fields()
    {
        return fieldList(field("batch", &BatchRate::batch), field("perMinute", &BatchRate::perMinute, "tasks that end"),
                         field("through", &BatchRate::through, "when it would be; none: not at this rate"));
    }
    friend bool operator==(const BatchRate &, const BatchRate &) = default;
};

struct BatchRateList
{
    QList<BatchRate> rates;

    static constexpr auto fields() { return fieldList(field("rates", &BatchRateList::rates)); }
    friend bool operator==(const BatchRateList &, const BatchRateList &) = default;
};

struct ListRates
{
    static constexpr QLatin1StringView method {"series.rates"};
    static constexpr std::string_view words = "When each live batch would be through.";
    using Reply = BatchRateList;
    static constexpr auto fields() { return fieldList(); }
    friend bool operator==(const ListRates &, const ListRates &) = default;
};

/// An attempt as a timeline shows it.
struct TimelineAttempt
{
    TaskId task;
    int n = 0;
    QString name;
    QString step;
    MachineId machine;
    QString machineName;
    TaskState state = TaskState::Running;
    EndReason endReason = EndReason::None;
    std::optional<int> exitCode;
    Instant started;
    Instant ended;

    static constexpr auto fields()
    {
        return fieldList(field("task", &TimelineAttempt::task), field("n", &TimelineAttempt::n),
                         field("name", &TimelineAttempt::name), field("step", &TimelineAttempt::step),
                         field("machine", &TimelineAttempt::machine),
                         field("machineName", &TimelineAttempt::machineName),
                         field("state", &TimelineAttempt::state, "of the attempt"),
                         field("endReason", &TimelineAttempt::endReason),
                         field("exitCode", &TimelineAttempt::exitCode),
                         field("started", &TimelineAttempt::started),
                         field("ended", &TimelineAttempt::ended, "none: it goes on"));
    }
    friend bool operator==(const TimelineAttempt &, const TimelineAttempt &) = default;
};

struct Timeline
{
    QList<TimelineAttempt> attempts;
    bool more = false;
    Instant first;
    Instant last;

    static constexpr auto fields()
    {
        return fieldList(field("attempts", &Timeline::attempts, "by start"),
                         field("more", &Timeline::more, "there are more than the limit: ask for less time"),
                         field("first", &Timeline::first, "start of the batch's first attempt"),
                         field("last", &Timeline::last, "end of its last one; none: something runs"));
    }
    friend bool operator==(const Timeline &, const Timeline &) = default;
};

struct GetTimeline
{
    static constexpr QLatin1StringView method {"batch.timeline"};
    static constexpr std::string_view words = "Which attempts of a batch ran on which machine in a span of time.";
    using Reply = Timeline;
    BatchId batch;
    Instant from;
    Instant to;
    int limit = 2000;

    static constexpr auto fields()
    {
        return fieldList(field("batch", &GetTimeline::batch), field("from", &GetTimeline::from, "none: its beginning"),
                         field("to", &GetTimeline::to, "none: now"),
                         field("limit", &GetTimeline::limit, "1 to 10000"));
    }
    friend bool operator==(const GetTimeline &, const GetTimeline &) = default;
};

/// Tasks of a batch that have the same step.
struct BatchStep
{
    QString step;
    StateCounts counts;
    Instant started;
    Instant ended;

    static constexpr auto fields()
    {
        return fieldList(field("step", &BatchStep::step, "empty: those without"),
                         field("counts", &BatchStep::counts),
                         field("started", &BatchStep::started, "the first that was"),
                         field("ended", &BatchStep::ended, "the last that did"));
    }
    friend bool operator==(const BatchStep &, const BatchStep &) = default;
};

struct BatchStepList
{
    QList<BatchStep> steps;

    static constexpr auto fields() { return fieldList(field("steps", &BatchStepList::steps)); }
    friend bool operator==(const BatchStepList &, const BatchStepList &) = default;
};

struct ListSteps
{
    static constexpr QLatin1StringView method {"batch.steps"};
    static constexpr std::string_view words = "The steps of a batch in the order of their first tasks, with counts by state.";
    using Reply = BatchStepList;
    BatchId batch;

    static constexpr auto fields() { return fieldList(field("batch", &ListSteps::batch)); }
    friend bool operator==(const ListSteps &, const ListSteps &) = default;
};

} // namespace Drover
