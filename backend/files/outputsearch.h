#pragma once

#include "backend/files/outputindex.h"
#include "backend/files/outputpattern.h"

#include <QtCore/QList>

namespace Drover {

/// What to look for and where. Offsets from `from` on, up to `to`; backward: from `to` back.
struct OutputQuery
{
    enum class Direction { Forward, Backward };
    enum class Each { Match, Line };
    enum class Text { None, Line };

    std::optional<OutputPattern> keep; ///< none: every line is one
    std::optional<OutputPattern> drop; ///< lines with it are none
    Direction direction = Direction::Forward;
    Each each = Each::Match; ///< Line: one hit for a line, and it is the line
    Text text = Text::None;
    qint64 from = 0;
    qint64 to = 0;
    int limit = 1000;
};

struct OutputHit
{
    qint64 offset = 0;
    qint64 size = 0;
    qint64 line = -1; ///< from 0; -1: not counted yet
    QByteArray text;
};

struct OutputHits
{
    QList<OutputHit> hits; ///< in the order of the text
    qint64 next = 0; ///< where to go on: `from` forward, `to` backward
    bool isDone = false; ///< nothing is left
};

/// Searches a stretch at most as long as costs 100 ms or so; the caller goes on at `next`, and
/// cancels by not going on. Any size of text, a few MiB of memory.
Result<OutputHits> search(const OutputText &text, const OutputIndex &index, const OutputQuery &query);

} // namespace Drover
