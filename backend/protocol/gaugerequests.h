#pragma once

// What runs, as it is this moment: gauges of attempts, neither stored nor numbered.

#include "backend/protocol/agentmessages.h"

namespace Drover {

struct TaskGauges
{
    QList<AttemptGauge> gauges;

    static constexpr auto fields()
    {
        return fieldList(field("gauges", &TaskGauges::gauges, "as their agents told last"));
    }
    friend bool operator==(const TaskGauges &, const TaskGauges &) = default;
};

struct GetGauges
{
    static constexpr QLatin1StringView method {"task.gauges"};
    static constexpr std::string_view words
        = "How far tasks are that run now, and when they last wrote; none for what does not run.";
    using Reply = TaskGauges;
    QList<TaskId> ids;

    static constexpr auto fields()
    {
        return fieldList(field("ids", &GetGauges::ids, "at most 1,000"));
    }
    friend bool operator==(const GetGauges &, const GetGauges &) = default;
};

} // namespace Drover
