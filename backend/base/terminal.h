#pragma once

#include "backend/base/result.h"

namespace Drover {

enum class StandardStream { In, Out, Error };

/// Is a person at that end, rather than a file or another program?
bool isTerminal(StandardStream stream);

/// Columns of the terminal on standard output; 0 when there is none.
int terminalWidth();

/// Asks for a secret on the terminal, without showing what is typed; without one it is a line of
/// standard input. Invalid when there is no line. Blocks.
Result<QString> secretFrom(const QString &question);
/// A new one: asked for twice on a terminal, and both must be equal; not empty.
Result<QString> newSecret(const QString &question);

/// From now on an interrupt (Ctrl+C) or a request to end leaves at once with exit status 130, on a
/// line of its own. For programs whose work is in the daemon and goes on without them.
void leaveOnInterrupt();

} // namespace Drover
