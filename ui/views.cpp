#include "ui/views.h"

#include "ui/diagnostics/diagnosticsview.h"
#include "ui/preferences/preferencesview.h"
#include "ui/tasks/taskkinds.h"

namespace Drover {

QList<ViewKind> viewKinds()
{
    return {
        tasksKind(),
        taskKind(),
        taskDetailsKind(),
        compareKind(),
        preferencesKind(),
        diagnosticsKind(),
    };
}

} // namespace Drover
