#pragma once

#include "app/work/workreader.h"

namespace Drover {

/// Settles what tasks wait for, inside one submission: `align-*` becomes the names it fits,
/// `12-20` the ids between. A name that no task has, and tasks that wait for each other in a
/// circle, are problems.
void settleAfter(WorkList &work, Problems &problems);

/// Ids and ranges of ids, "12", "12-20"; nothing for any other text, or for a range of more than a
/// million.
std::optional<QList<qint64>> idsOf(const QString &text);

} // namespace Drover
