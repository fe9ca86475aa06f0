#include "ui/views.h"

#include "ui/batches/batchview.h"
#include "ui/diagnostics/diagnosticsview.h"
#include "ui/machines/machinedetails.h"
#include "ui/machines/machineview.h"
#include "ui/overview/overviewview.h"
#include "ui/preferences/preferencesview.h"
#include "ui/tasks/taskkinds.h"

namespace Drover {

QList<ViewKind> viewKinds()
{
    return {
        overviewKind(),
        tasksKind(),
        taskKind(),
        taskDetailsKind(),
        compareKind(),
        batchesKind(),
        machinesKind(),
        machineDetailsKind(),
        preferencesKind(),
        diagnosticsKind(),
    };
}

} // namespace Drover
