#pragma once

struct sqlite3;

namespace Drover {

/// Gives a connection of SQLite's what filters need beyond its own functions:
/// `matches(pattern, text)`, a Pattern of the protocol's; `label_of(labels, key)`, the value of a
/// label out of its column, NULL without it; `number_of(text)`, plainNumber() or NULL.
void registerFunctions(sqlite3 *handle);

} // namespace Drover
