#pragma once

#include "backend/protocol/agentmessages.h"
#include "backend/shim/runfolder.h"

namespace Drover {

/// What a status says, as a report: everything but the output and its last line. Pure.
Report endReportOf(const RunRecord &record);

/// An end that nothing ran to: the machine knows no more.
Report endReportOf(AttemptId id, EndReason reason, const QString &detail, Instant at);

/// Anything but an exit with 0.
bool isBadEnd(const Report &report);

} // namespace Drover
