#pragma once

#include "backend/base/result.h"

#include <QtCore/QString>

namespace Drover {

/// The order of a list of tasks: `-ended`, `name`… by the names that Task's fields
/// have on the wire. Ties go by id, so an order is always one.
struct TaskOrder
{
    QString expression; ///< SQL over task, batch, machine
    bool descending = false;
    bool needsBatch = false; ///< the batch's row is read for it
    bool needsMachine = false;

    /// "task.ended DESC, task.id DESC"
    QString sql() const;
};

/// NotFound, with the columns there are, for any other.
Result<TaskOrder> taskOrderOf(const QString &order);

} // namespace Drover
