#pragma once

#include "backend/protocol/task.h"

namespace Drover {

enum class BatchState { Held, Paused, Running, Queued, Waiting, Failed, Cancelled, Succeeded, Empty };
template<>
inline constexpr auto enumNames<BatchState> = std::to_array<std::string_view>(
    {"held", "paused", "running", "queued", "waiting", "failed", "cancelled", "succeeded", "empty"});

/// How many tasks are in each state, in the order of TaskState.
struct StateCounts
{
    QList<qint64> byState = QList<qint64>(taskStateCount, 0);

    qint64 operator[](TaskState state) const { return byState.value(int(state)); }
    void add(TaskState state, qint64 n)
    {
        if (int(state) < byState.size())
            byState[int(state)] += n;
    }
    qint64 total() const;
    qint64 finished() const;
    qint64 started() const;

    static constexpr auto fields()
    {
        return fieldList(field("byState", &StateCounts::byState, "in the order of the states"));
    }
    friend bool operator==(const StateCounts &, const StateCounts &) = default;
};

/// Tasks that are launched, paused, retried and watched together.
struct Batch
{
    BatchId id;
    qint64 rev = 0;
    QString project;
    QString name;
    QString owner;
    Instant created;
    Instant ended; ///< when its last task ended; a live batch has none
    bool held = false;
    bool paused = false;
    bool keep = false;
    int priority = 50;
    int mostRunning = 0;
    QStringList pools;
    LeaseRule leaseRule = LeaseRule::Replace;
    std::chrono::milliseconds lease {600'000};
    QString shareBy;
    QString notes;
    StateCounts counts;

    static constexpr auto fields()
    {
        return fieldList(
            field("id", &Batch::id), field("rev", &Batch::rev), field("project", &Batch::project),
            field("name", &Batch::name), field("owner", &Batch::owner), field("created", &Batch::created),
            field("ended", &Batch::ended), field("held", &Batch::held), field("paused", &Batch::paused),
            field("keep", &Batch::keep), field("priority", &Batch::priority),
            field("mostRunning", &Batch::mostRunning, "at most this many at once; 0: no limit"),
            field("pools", &Batch::pools, "pools whose machines it may use; none: default"),
            field("leaseRule", &Batch::leaseRule), field("lease", &Batch::lease, "ms"),
            field("shareBy", &Batch::shareBy, "label between whose values its slots are shared fairly"),
            field("notes", &Batch::notes), field("counts", &Batch::counts));
    }
    friend bool operator==(const Batch &, const Batch &) = default;
};

/// The state shown for a batch: the first that holds; life.md, Batch.
BatchState stateOf(const Batch &batch);

} // namespace Drover
