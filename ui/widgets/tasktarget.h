#pragma once

#include "app/mirror/selection.h"
#include "backend/protocol/task.h"

namespace Drover {

/// What an action on tasks is asked for: bound when it begins, so that what moves meanwhile is never
/// touched by mistake. Ids, never rows.
struct TaskTarget
{
    Selection selection;
    QList<Task> here; ///< those of it that are known: for examples, and for what can be asked of them
    QString order = QStringLiteral("-id");

    bool isEmpty() const { return selection.isEmpty(); }
    bool isOne() const { return selection.count() == 1 && here.size() == 1; }
    bool isKnown() const { return here.size() == selection.count(); } ///< all of it

    static TaskTarget of(const Task &task)
    {
        TaskTarget target;
        target.selection.setIds({task.id});
        target.here = {task};
        return target;
    }
};

} // namespace Drover
