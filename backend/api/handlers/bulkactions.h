#pragma once

#include "backend/api/handlers/handlers.h"

namespace Drover {

/// What the bulk actions on tasks are told; kept with their operation, so that one goes on after a
/// restart as it was asked for. On disk: add at the end, never rename.
struct BulkParams
{
    QStringList projects; ///< where the caller may change things; empty: everywhere
    int priority = 50;
    BatchId batch;
    bool kill = false;
    bool now = false;
    Labels labels;
    QStringList removedLabels;
    bool held = false; ///< of a retry: queued again, but held

    static constexpr auto fields()
    {
        return fieldList(field("projects", &BulkParams::projects),
                         field("priority", &BulkParams::priority),
                         field("batch", &BulkParams::batch), field("kill", &BulkParams::kill),
                         field("now", &BulkParams::now), field("labels", &BulkParams::labels),
                         field("removedLabels", &BulkParams::removedLabels),
                         field("held", &BulkParams::held));
    }
    friend bool operator==(const BulkParams &, const BulkParams &) = default;
};

/// Tells the operations how each bulk action on tasks is done and undone. At start, once.
void addBulkActions(Rooms &rooms);

/// Finds the tasks that a query names and hands them to an action; answers when what it did at
/// once is committed. `params.projects` is filled in here.
void touchTasks(Rooms &rooms, const Caller &caller, const TaskQuery &query, const QString &action,
                BulkParams params, const Answer<Touched> &answer);

} // namespace Drover
