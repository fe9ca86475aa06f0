#pragma once

#include "backend/protocol/task.h"

#include <functional>

namespace Drover {

/// Files of this machine among what tasks take: anything that is not called `blob:<hash>` or
/// `<storage>:<path>` already. They are handed in before the tasks are submitted, and called by
/// their hash from then on. A relative path counts from the current directory.

/// What is wrong with them here, with the field `tasks[3].inputs[0]`: not there, a folder, not
/// readable. Looks at each once.
QList<Problem> checkLocalFiles(const QList<TaskSpec> &tasks);

/// Paths to be handed in, each once, as they are written.
QStringList localFiles(const QList<TaskSpec> &tasks);

/// Each file that has no name yet is called as it is here: `data/a.fq` comes as `a.fq`.
void nameInputs(QList<TaskSpec> &tasks);

/// `blob:<hash>` in place of each path, with the size.
struct HandedIn
{
    QString hash;
    qint64 size = 0;
};
void replaceLocalFiles(QList<TaskSpec> &tasks, const std::function<HandedIn(const QString &path)> &handedIn);

/// Without them: for a check of everything else.
void removeLocalFiles(QList<TaskSpec> &tasks);

} // namespace Drover
