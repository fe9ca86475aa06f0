#pragma once

#include "app/cli/arguments.h"
#include "app/cli/exitstatus.h"
#include "app/cli/session.h"

namespace Drover {

/// All that a command is given.
struct Invocation
{
    const Arguments &args;
    Screen &screen;
    Session &session;

    bool json() const;
};

/// One command of `drover`. Each stands in a file under commands/, and on one line of
/// commands.cpp.
struct Command
{
    QStringList path; ///< {"machine", "invite"}
    QString operands; ///< "TASK…"
    QString words; ///< what it does, in one line
    QList<Option> options;
    ExitStatus (*run)(Invocation &) = nullptr;
    QString more = {}; ///< for --help, below the options
    QList<QStringList> also = {}; ///< other paths: {"task", "list"} for `tasks`
    bool takesCommand = false; ///< `-- CMD ARGS…` is not only words after the options
    bool watches = false; ///< knows --watch: is run again and again
};

/// Options that every command has.
const QList<Option> &commonOptions();

/// Prints an error of the daemon or of the way to it.
ExitStatus failed(Invocation &invocation, const Error &error);

/// Prints what is wrong with the command line.
ExitStatus misused(Invocation &invocation, const QString &what);

} // namespace Drover
