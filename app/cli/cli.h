#pragma once

#include "app/cli/command.h"

namespace Drover {

/// A command line matched with its command.
struct MatchedCommand
{
    const Command *command = nullptr;
    Arguments args;
};

/// Finds the command (the longest path that fits; options may stand before it) and parses the rest.
/// Invalid says what is not known, and what was probably meant; also for words of other systems.
Result<MatchedCommand> matchedCommand(const QStringList &arguments);

/// Runs one command line; `arguments` without the program's name. Needs the event loop's
/// application object to exist.
ExitStatus runCli(const QStringList &arguments, Screen &screen, const ProfileStore &profiles,
                  const QString &profileName);

} // namespace Drover
