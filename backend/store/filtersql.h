#pragma once

#include "backend/protocol/filter.h"
#include "backend/store/sqltext.h"

namespace Drover {

/// A filter as a condition over `task` or `audit`, for the dialect of `text`, which keeps its values. It is
/// never NULL, so that `not` means the same as in memory, and finds the same tasks as
/// Filter::matches: one property test holds them together.
QString sqlOf(const Filter &filter, const FilterContext &context, SqlText &text);

} // namespace Drover
