#pragma once

#include "app/work/workreader.h"

namespace Drover {

/// Settles what tasks wait for, inside one submission: names of tasks and steps stay, `align-*`
/// becomes the names and steps it fits, `12-20` the ids between. A word that fits none, and tasks
/// that wait for each other in a circle, are problems. Where a task waits for a later one, all are
/// put into an order in which none does: a large submission goes in slices, and a slice can name
/// only what came before it.
void settleAfter(WorkList &work, Problems &problems);

/// Ids and ranges of ids, "12", "12-20"; nothing for any other text, or for a range of more than a
/// million.
std::optional<QList<qint64>> idsOf(const QString &text);

} // namespace Drover
