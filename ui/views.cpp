#include "ui/views.h"

#include "ui/diagnostics/diagnosticsview.h"
#include "ui/preferences/preferencesview.h"

namespace Drover {

QList<ViewKind> viewKinds()
{
    return {
        preferencesKind(),
        diagnosticsKind(),
    };
}

} // namespace Drover
