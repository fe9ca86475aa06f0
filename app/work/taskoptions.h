#pragma once

#include <QtCore/QList>
#include <QtCore/QString>

namespace Drover {

/// An option of `drover submit` and the field of a task it sets. The one list: the command line is
/// parsed, completed, quoted back and documented from it.
struct TaskOption
{
    enum class Form {
        Value, ///< --memory 2GB
        List, ///< --after a --after b
        Pair, ///< --label k=v: an entry of the map
        Flag, ///< --held: sets `flagText`
        Again, ///< --retry N: N more than the first
    };

    QString name; ///< "--memory"
    QString value; ///< "SIZE"; empty for a flag
    QString path; ///< "needs.memory"
    Form form = Form::Value;
    QString words;
    QString flagText = {}; ///< what a flag sets
};

const QList<TaskOption> &taskOptions();

/// The option that sets a field, for problems: "needs.memory" is --memory. Null when none does.
const TaskOption *taskOptionFor(const QString &path);

} // namespace Drover
