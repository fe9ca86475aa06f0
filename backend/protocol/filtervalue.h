#pragma once

#include "backend/protocol/filter.h"

namespace Drover {

/// Whether fields of that type are compared so, and how they are, in words.
bool filterAllows(FilterType type, FilterOperator operation);
QString filterOperatorsOf(FilterType type);

/// What a word means as a value of that field; Invalid says what is expected.
Result<FilterValue> filterValueOf(const FilterFieldInfo &field, FilterOperator operation,
                                  const QString &word, bool isQuoted);

/// As it may stand in a filter, quoted where it must be.
QString printed(const FilterValue &value, const FilterFieldInfo &field);
/// As a bare word, which may be fewer than values are.
QString printedWord(const QString &text);
QString quoted(const QString &text);

} // namespace Drover
