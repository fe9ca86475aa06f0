#include "ui/views.h"

#include "ui/diagnostics/diagnosticsview.h"
#include "ui/preferences/preferencesview.h"
#include "ui/submit/submitview.h"

namespace Drover {

QList<ViewKind> viewKinds()
{
    return {
        preferencesKind(),
        diagnosticsKind(),
        submitKind(),
    };
}

} // namespace Drover
