#pragma once

#include "ui/widgets/column.h"

namespace Drover {

/// The columns of tables of tasks, in the order of TaskTableModel::cell.
enum class TaskColumn {
    State, Id, Name, Batch, Step, Worker, Progress, Attempt, Priority, Queued, Started, Duration,
    SilentFor, Exit, LastLine,
    // shown when somebody wants them
    Ended, Eta, LabelPairs, Owner, RunAs, Project, WaitsFor, NotBefore, Cpu, Memory, Revision,
};
constexpr int taskColumnCount = int(TaskColumn::Revision) + 1;

QList<Column> taskColumns();

} // namespace Drover
