#pragma once

// Pausing, and holding what is more than a task: everything, a project.

#include "backend/protocol/envelope.h"
#include "backend/protocol/taskrequests.h"

namespace Drover {

struct PauseTasks
{
    static constexpr QLatin1StringView method{"task.pause"};
    static constexpr std::string_view words
        = "Freezes the processes of tasks (and starts none of them), or thaws them.";
    using Reply = Touched;
    TaskQuery tasks;
    bool paused = true;

    static constexpr auto fields()
    {
        return fieldList(field("tasks", &PauseTasks::tasks), field("paused", &PauseTasks::paused));
    }
    friend bool operator==(const PauseTasks &, const PauseTasks &) = default;
};

struct PauseEverything
{
    static constexpr QLatin1StringView method{"daemon.pause"};
    static constexpr std::string_view words
        = "Starts nothing and freezes all that runs, or lets it go on.";
    using Reply = Done;
    bool paused = true;

    static constexpr auto fields() { return fieldList(field("paused", &PauseEverything::paused)); }
    friend bool operator==(const PauseEverything &, const PauseEverything &) = default;
};

struct HoldProject
{
    static constexpr QLatin1StringView method{"project.hold"};
    static constexpr std::string_view words = "Starts nothing new of a project, or lets it go on.";
    using Reply = Done;
    QString project;
    bool held = true;

    static constexpr auto fields()
    {
        return fieldList(field("project", &HoldProject::project),
                         field("held", &HoldProject::held));
    }
    friend bool operator==(const HoldProject &, const HoldProject &) = default;
};

struct PauseProject
{
    static constexpr QLatin1StringView method{"project.pause"};
    static constexpr std::string_view words
        = "Freezes all that runs of a project, or lets it go on.";
    using Reply = Done;
    QString project;
    bool paused = true;

    static constexpr auto fields()
    {
        return fieldList(field("project", &PauseProject::project),
                         field("paused", &PauseProject::paused));
    }
    friend bool operator==(const PauseProject &, const PauseProject &) = default;
};

} // namespace Drover
