#include "ui/submit/submitpreview.h"

namespace Drover {

qsizetype SubmitPreview::count(PreviewState state) const
{
    return std::count_if(tasks.cbegin(), tasks.cend(), [state](const PreviewTask &task) { return task.state == state && !task.leftOut; });
}

} // namespace Drover
