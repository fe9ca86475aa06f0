#pragma once

#include "backend/protocol/batch.h"

namespace Drover {

/// What people want held or paused above batches: everything, or projects. A flag is a wish and is
/// never copied to tasks; life.md, Task. Hold: nothing new starts. Pause: hold, and what runs is
/// frozen. Kept in the database as it is: add at the end, never rename.
struct Flags
{
    bool held = false;
    bool paused = false;
    QStringList heldProjects;
    QStringList pausedProjects;

    bool isHeld(const QString &project) const;
    bool isPaused(const QString &project) const;
    void hold(const QString &project, bool on);
    void pause(const QString &project, bool on);

    /// Nothing of that batch starts: a flag of it, of its project, or of everything says so.
    bool keepsFromStarting(const Batch &batch) const;
    /// What runs of that batch is to be frozen.
    bool freezes(const Batch &batch) const;

    static constexpr auto fields()
    {
        return fieldList(field("held", &Flags::held), field("paused", &Flags::paused),
                         field("heldProjects", &Flags::heldProjects),
                         field("pausedProjects", &Flags::pausedProjects));
    }
    friend bool operator==(const Flags &, const Flags &) = default;
};

} // namespace Drover
