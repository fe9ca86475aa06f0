#pragma once

namespace Drover {

enum class StandardStream { In, Out, Error };

/// Is a person at that end, rather than a file or another program?
bool isTerminal(StandardStream stream);

/// Columns of the terminal on standard output; 0 when there is none.
int terminalWidth();

/// From now on an interrupt (Ctrl+C) or a request to end leaves at once with exit status 130, on a
/// line of its own. For programs whose work is in the daemon and goes on without them.
void leaveOnInterrupt();

} // namespace Drover
