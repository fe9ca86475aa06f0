#pragma once

#include "app/cli/screen.h"
#include "app/cli/texttable.h"
#include "backend/protocol/batch.h"
#include "backend/protocol/machine.h"

namespace Drover {

/// The one table of how states look on a terminal.
Tone toneOf(TaskState state);
Tone toneOf(BatchState state);
Tone toneOf(MachineState state);

/// The state of a task in a word or two: `running`, `queued (held)`, `running (no contact)`.
QString stateText(const Task &task);

/// "12 succeeded, 1 failed, 3 running", in the order of the states; empty when there is nothing.
QString countsText(const StateCounts &counts);

/// `[#####--]  62 %  …`, as wide as asked for.
QString progressBar(const StateCounts &counts, int width);

/// "3 m 20 s" since then, or between the two; empty when it has not begun.
QString agoText(Instant from, Instant now);
QString lastedText(Instant from, Instant to, Instant now);

/// In the person's own time zone, to the second.
QString localTime(Instant instant);

} // namespace Drover
