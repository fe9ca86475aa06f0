#pragma once

#include "app/work/problems.h"
#include "app/work/specnode.h"
#include "backend/protocol/task.h"

namespace Drover {

/// Reads one task from a tree, by TaskSpec's own field list, in the units people write: sizes
/// ("2GB"), durations ("10m"; a bare number is seconds), a command as a list or as one text that is
/// split by the quoting rules of a shell. Everything wrong goes to `problems`, with `file` and the
/// line of the part; nothing is guessed. What stands on no line came from an option: its problem
/// names no file.
TaskSpec readTask(const SpecNode &node, const QString &file, Problems &problems);

/// One field a spec may have; nested ones by their path, "needs.memory".
struct SpecField
{
    QString path;
    QString type; ///< "text", "size", "duration", "list of text", "all-succeeded, all-ended"
    QString words;
    bool isList = false;
};

/// All of them, in the order of TaskSpec: what `drover help spec` and the manual print.
QList<SpecField> specFields();

} // namespace Drover
