#pragma once

#include <QtCore/QByteArrayView>

namespace Drover {

/// How grave a line of somebody's log says it is. Ordered: later is graver.
enum class LineLevel { None, Trace, Debug, Info, Warning, Error, Fatal };

/// Where the level stands in a line; `size` 0: it has none.
struct LevelWord
{
    LineLevel level = LineLevel::None;
    int offset = 0;
    int size = 0;
};

/// Beyond this a word is text, not the line's level.
constexpr int levelReach = 96;

/// The level word within the first `levelReach` bytes, as most programs write it: in capitals
/// (`2026-01-31 12:00:00 ERROR`), or in any case where it comes first, stands in brackets, is
/// followed by a colon, or is the value of a `level=`. Daemon and console count and colour by the
/// same rule, so that the figures under a log agree with what one sees. Any thread.
LevelWord levelWordOf(QByteArrayView line);

} // namespace Drover
