#pragma once

#include "backend/protocol/flagrequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/taskrequests.h"

namespace Drover {

/// The command line that does what a request does, as a person would type it: what the console
/// offers beside an action, and what --dry-run and errors quote. Ids in a row become ranges.
QString actionLine(const CancelTasks &request);
QString actionLine(const RetryTasks &request);
QString actionLine(const HoldTasks &request);
QString actionLine(const HoldEverything &request);
QString actionLine(const PauseTasks &request);
QString actionLine(const PauseEverything &request);
QString actionLine(const SetPriority &request);
QString actionLine(const LabelTasks &request);
QString actionLine(const MoveTasks &request);

/// `drover submit …` for one task, with an option for each field that is not as it is by itself.
QString submitLine(const TaskSpec &task, const QString &batch);

/// "12-14,20" as arguments of a command line: 12-14 20.
QStringList idRanges(QList<TaskId> ids);

} // namespace Drover
