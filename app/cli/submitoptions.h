#pragma once

#include "app/cli/arguments.h"
#include "app/work/specnode.h"

namespace Drover {

/// An option for each field of a task, for `drover submit`.
QList<Option> taskFieldOptions();

/// What those options say, as the fields they set. Invalid for a pair without `=`, and for `--env
/// NAME` of a variable that is not set here.
Result<SpecNode> taskFieldsOf(const Arguments &args);

/// Problems as a person at a command line knows them: a field that an option set is called by its
/// option, and `tasks[7]` by the file and line it came from.
struct WorkOrigin;
QList<Problem> placedProblems(const QList<Problem> &problems, const QList<WorkOrigin> &origins);

} // namespace Drover
