#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace Drover {

constexpr qsizetype lastLineLimit = 200; ///< bytes of UTF-8

/// The last line of an output's tail that has more than white space: valid UTF-8 of at most 200
/// bytes, control characters as spaces. A carriage return ends a line too: what a progress bar
/// overwrote is not what one wants to read.
QString lastLineOf(QByteArrayView tail);

/// A line of a progress file or of what a progress expression found: "0..100 [text]".
struct Progress
{
    double percent = -1; ///< -1: not known
    QString text;
};
Progress progressOf(QStringView line);

} // namespace Drover
