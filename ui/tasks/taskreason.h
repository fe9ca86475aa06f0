#pragma once

#include "backend/protocol/explainrequests.h"
#include "backend/protocol/machine.h"
#include "backend/protocol/taskrequests.h"
#include "ui/widgets/reasoncard.h"

#include <QtCore/QMap>

namespace Drover {

/// What the card of a task says: what happened, why, and what one can do.
struct TaskReason
{
    ReasonCard::Kind kind = ReasonCard::Kind::Hint;
    QString title; ///< empty: nothing need be said
    QString why;
    QList<ReasonCard::Remedy> remedies;
};

/// Of how a task ended, or of what keeps it. `explanation`: of one that waits; may be null. Values in,
/// values out. Links of remedies: `action:ID`, `memory:BYTES`, `timeout:MS`, `task:ID`.
TaskReason reasonOf(const TaskDetail &detail, const Explanation *explanation, const QMap<MachineId, Machine> &machines);

} // namespace Drover
