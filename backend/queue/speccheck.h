#pragma once

#include "backend/protocol/task.h"

namespace Drover {

/// Everything that is wrong with a spec, each with its field and remedy; empty when it can be
/// queued. `where` is put before each field: "tasks[3]." What this version does not carry out is
/// refused here by name.
QList<Problem> checkSpec(const TaskSpec &spec, const QString &where);

/// 1 to 200 bytes of UTF-8 without control characters: batches, pools, machines, labels, tasks.
/// Empty when the name will do, else why it will not.
QString nameProblem(const QString &name);

/// The name a task gets when its spec has none.
QString defaultName(const TaskSpec &spec);

} // namespace Drover
