#pragma once

#include "backend/protocol/batch.h"
#include "backend/protocol/machine.h"
#include "backend/protocol/operation.h"
#include "ui/widgets/theme.h"

namespace Drover {

/// A state as it is drawn: shape, word and colour, never colour alone; look.md, State.
struct StateLook
{
    QString word;
    QString icon; ///< of resources/icons
    Tint tint = Tint::Text2;
};

/// What a newer daemon invented is a ring with a question mark and its raw word.
StateLook lookOf(TaskState state);
StateLook lookOf(BatchState state);
StateLook lookOf(MachineState state);
StateLook lookOf(OperationState state);

/// One part of a bar of counts.
struct Segment
{
    Tint tint = Tint::Text3;
    qint64 count = 0;
    friend bool operator==(const Segment &, const Segment &) = default;
};

/// Counts as a bar shows them, in its order; what has not begun is not among them.
QList<Segment> segmentsOf(const StateCounts &counts);
qint64 notBegun(const StateCounts &counts);
/// "12 running, 3 failed": those there are, in words.
QString wordsOfCounts(const StateCounts &counts);

} // namespace Drover
