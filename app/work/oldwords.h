#pragma once

#include <QtCore/QList>
#include <QtCore/QString>

namespace Drover {

/// What another system, or an older one, called a thing or a command, and what Drover calls it.
struct OldWord
{
    QString word; ///< in lower case, "execution", "scitq-launch", "qdel"
    QString now; ///< our noun, or the command line to type
    QString why; ///< one sentence; may be empty
};

/// The one table of them: the command line, the palette and the manual look here.
const QList<OldWord> &oldWords();

/// Case and a `scitq-`, `pytq-` or `coog-` in front do not matter. Null for a word that is
/// nobody's.
const OldWord *oldWord(const QString &word);

} // namespace Drover
