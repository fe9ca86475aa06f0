#pragma once

#include "app/work/specnode.h"

#include <QtCore/QMap>

namespace Drover {

/// What stands for the placeholders `{}`, `{name}`, `{column}`… in one task.
using PlaceholderValues = QMap<QString, QString>;

/// How a value is put into a text: as it is, or so that /bin/sh sees it as (part of) one word,
/// whether the place is inside quotes or not.
enum class PlaceholderQuoting { None, Shell };

/// What filling in found.
struct PlaceholderUse
{
    int used = 0;
    QStringList unknown; ///< `{smaple}`: a word in braces that stands for nothing
};

/// `{word}` becomes its value, `{{word}}` becomes `{word}`. Braces around anything else that is not
/// one plain word (`{print $1}`, `{a,b}`, `{3}`, `${HOME}`, `{{.Names}}`) are left as they are; so
/// is `{}` where it stands for nothing.
QString filledIn(const QString &text, const PlaceholderValues &values, PlaceholderUse &use,
                 PlaceholderQuoting quoting = PlaceholderQuoting::None);

/// In every text and key of a task. A `shell`, and a `command` that is one text, are filled in so
/// that a value is (part of) one word of it, whatever it holds.
SpecNode filledIn(SpecNode task, const PlaceholderValues &values, PlaceholderUse &use);

/// `{}` the path, `{name}` its last part, `{stem}` that without its last suffix, `{dir}` what is
/// before it (`.` when nothing is), `{n}` the number.
PlaceholderValues placeholdersOf(const QString &path, qint64 n);

} // namespace Drover
