#pragma once

#include "backend/store/database.h"
#include "backend/store/rows.h"

namespace Drover {

// Rows of task, task_spec, shape and need. Written by the writer inside its transaction.

Result<void> insertTasks(Database &database, const std::vector<NewTask> &tasks);
Result<void> changeTasks(Database &database, const QHash<TaskId, TaskChange> &changes);
Result<void> changeLabels(Database &database, const std::vector<LabelChange> &changes);
Result<void> changeWords(Database &database, const QHash<TaskId, TaskWords> &words);
Result<void> replaceSpecs(Database &database, const QHash<TaskId, QByteArray> &specs);
Result<void> insertShapes(Database &database, const std::vector<Shape> &shapes);

/// The tasks first … first + count - 1 of that submission with all that hangs on them.
Result<void> removeTasks(Database &database, qint64 submission, qint64 first, qint64 count);

// What Snapshot has of them.
Result<std::vector<Shape>> allShapes(Database &database);
Result<std::vector<StoredTask>> unfinishedTasks(Database &database);
/// Label values of unfinished tasks, where their batch shares its slots by a label.
Result<std::vector<std::pair<TaskId, QString>>> taskShares(Database &database);
/// Value of that label of each unfinished task of a batch; those without are left out.
Result<QHash<TaskId, QString>> labelValues(Database &database, BatchId batch, const QString &label);
Result<std::vector<StoredNeed>> openNeeds(Database &database);
Result<std::vector<std::pair<TaskId, QByteArray>>> startedSpecs(Database &database);

} // namespace Drover
