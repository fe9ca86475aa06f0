#pragma once

#include "app/work/placeholders.h"
#include "app/work/table.h"

namespace Drover {

/// The rows that an `each:` stands for: of a map (`{sample: [a, b], k: [1, 2]}`) every combination,
/// the last key turning fastest; of a list of maps each as it is. Every row also has `n`, from 1.
/// Fails when there would be more than `most`, or none.
Result<QList<PlaceholderValues>> rowsOf(const SpecNode &each, qint64 most);

/// Each row of a table with its columns' names, and `n`.
QList<PlaceholderValues> rowsOf(const Table &table);

} // namespace Drover
