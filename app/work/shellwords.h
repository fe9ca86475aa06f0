#pragma once

#include "backend/base/result.h"

#include <QtCore/QStringList>

namespace Drover {

/// A command line taken apart by the quoting rules of a POSIX shell, without a shell: nothing is
/// expanded, no variable, no pattern, no pipe.
struct ShellWords
{
    QStringList words;
    /// The first thing outside quotes that only a shell would carry out (`|`, `>`, `$HOME`, `*`…);
    /// empty when the words alone are what was meant.
    QString shellSyntax;
};

/// Fails with Invalid for a quote that is not closed or a backslash at the end.
Result<ShellWords> shellWords(const QString &text);

/// Would a shell have to run it, to do what a person who types it expects? Also for what stands
/// in no quotes but is the shell's own: `cd`, `if`, `A=1 cmd`, a comment.
bool needsShell(const ShellWords &line);

/// The word, quoted when a shell would take it apart.
QString shellQuoted(const QString &word);

/// As one line that `shellWords`, and any shell, reads back as these words.
QString shellQuoted(const QStringList &words);

} // namespace Drover
