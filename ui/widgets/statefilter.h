#pragma once

#include "backend/protocol/task.h"

#include <QtCore/QString>

#include <optional>

namespace Drover {

// The states a filter asks for, apart from all else it says: what chips of states show and change.

using StateBits = quint32; ///< bit n: TaskState n
constexpr StateBits bitOf(TaskState state) { return 1U << int(state); }

/// Of the one part of the filter that is about states alone; nothing where there is none, or
/// where the filter is not right.
std::optional<StateBits> statesOf(const QString &filter);
/// The same filter with that part in place of its own; 0: without any.
QString withStates(const QString &filter, StateBits states);
/// Is there a part "held = yes"?
bool asksForHeld(const QString &filter);
QString withHeld(const QString &filter, bool held);

/// Both must hold; either may be empty.
QString both(const QString &filter, const QString &other);

} // namespace Drover
