#pragma once

// What machines hold that this history never assigned.

#include "backend/protocol/envelope.h"
#include "backend/protocol/task.h"

namespace Drover {

/// It changes nothing by itself: a person stops it, or adopts it as an attempt of its task.
struct Stray
{
    MachineId machine;
    qint64 epoch = 0;
    TaskId task;
    int n = 0;
    int specNumber = 0;
    TaskState state = TaskState::Running;
    Instant seen;
    bool adopted = false;
    EndReason endReason = EndReason::None; ///< none: it has not ended
    std::optional<int> exitCode;
    QString lastLine;

    AttemptId id() const { return {task, n}; }
    static constexpr auto fields()
    {
        return fieldList(field("machine", &Stray::machine),
                         field("epoch", &Stray::epoch, "the history it comes from"),
                         field("task", &Stray::task), field("n", &Stray::n),
                         field("specNumber", &Stray::specNumber), field("state", &Stray::state),
                         field("seen", &Stray::seen, "for the first time"),
                         field("adopted", &Stray::adopted),
                         field("endReason", &Stray::endReason, "none: it has not ended"),
                         field("exitCode", &Stray::exitCode), field("lastLine", &Stray::lastLine));
    }
    friend bool operator==(const Stray &, const Stray &) = default;
};

struct StrayList
{
    QList<Stray> strays;

    static constexpr auto fields() { return fieldList(field("strays", &StrayList::strays)); }
    friend bool operator==(const StrayList &, const StrayList &) = default;
};

struct ListStrays
{
    static constexpr QLatin1StringView method{"stray.list"};
    static constexpr std::string_view words
        = "Attempts that machines hold or reported and that this history never assigned.";
    using Reply = StrayList;
    MachineId machine;

    static constexpr auto fields()
    {
        return fieldList(field("machine", &ListStrays::machine, "none: of all"));
    }
    friend bool operator==(const ListStrays &, const ListStrays &) = default;
};

struct StopStray
{
    static constexpr QLatin1StringView method{"stray.stop"};
    static constexpr std::string_view words
        = "Ends a stray attempt, or forgets it when it has ended.";
    using Reply = Done;
    MachineId machine;
    TaskId task;
    int n = 0;

    static constexpr auto fields()
    {
        return fieldList(field("machine", &StopStray::machine), field("task", &StopStray::task),
                         field("n", &StopStray::n));
    }
    friend bool operator==(const StopStray &, const StopStray &) = default;
};

struct AdoptStray
{
    static constexpr QLatin1StringView method{"stray.adopt"};
    static constexpr std::string_view words = "Makes a stray the current attempt of its task, "
                                              "which must be unfinished and of that spec.";
    using Reply = Done;
    MachineId machine;
    TaskId task;
    int n = 0;

    static constexpr auto fields()
    {
        return fieldList(field("machine", &AdoptStray::machine), field("task", &AdoptStray::task),
                         field("n", &AdoptStray::n));
    }
    friend bool operator==(const AdoptStray &, const AdoptStray &) = default;
};

} // namespace Drover
