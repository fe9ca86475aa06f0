#include "backend/agent/endreport.h"

#include <cerrno>
#include <sys/wait.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

bool isDiskFull(int error)
{
    return error == ENOSPC || error == EDQUOT;
}

EndReason reasonOf(const RunRecord &record)
{
    switch (record.end) {
    case RunEnd::Exited:
        return EndReason::Exited;
    case RunEnd::Signalled:
        return EndReason::Signalled;
    case RunEnd::TimedOut:
        return EndReason::TimedOut;
    case RunEnd::OutOfMemory:
        return EndReason::OutOfMemory;
    case RunEnd::OutputLimit:
        return EndReason::OutputLimit;
    case RunEnd::CouldNotStart:
        return isDiskFull(record.error) ? EndReason::DiskFull : EndReason::CouldNotStart;
    case RunEnd::Fenced:
        return EndReason::WorkerLost;
    case RunEnd::Killed:
        return enumOf<EndReason>(record.detail).value_or(EndReason::Cancelled);
    case RunEnd::None:
        break;
    }
    return EndReason::StatusLost;
}

QString detailOf(const RunRecord &record)
{
    switch (record.end) {
    case RunEnd::CouldNotStart:
        return QString::fromUtf8(record.detail);
    case RunEnd::TimedOut:
        return u"ran for longer than %1 ms"_s.arg(record.runTimeoutMs);
    case RunEnd::Fenced:
        return u"fenced: the daemon was not heard for the length of the lease"_s;
    case RunEnd::OutOfMemory:
        return u"%1 of its processes were killed for want of memory"_s.arg(record.oomKills);
    default:
        return {};
    }
}

} // namespace

Report endReportOf(const RunRecord &record)
{
    Report report{.task = TaskId{record.task}, .n = record.attempt, .kind = ReportKind::Ended};
    report.at = fromMicroseconds(record.endedAt);
    if (record.end != RunEnd::CouldNotStart) {
        report.started = fromMicroseconds(record.startedAt);
        if (WIFEXITED(record.waitStatus))
            report.exitCode = WEXITSTATUS(record.waitStatus);
        else if (WIFSIGNALED(record.waitStatus))
            report.signal = WTERMSIG(record.waitStatus);
    }
    report.endReason = reasonOf(record);
    report.detail = detailOf(record);
    report.peakMemory = qint64(record.peakMemory);
    report.cpuTime = std::chrono::microseconds(record.cpuUser + record.cpuSystem);
    report.outSize = qint64(record.outBytes);
    report.errSize = qint64(record.errBytes);
    return report;
}

Report endReportOf(AttemptId id, EndReason reason, const QString &detail, Instant at)
{
    Report report{.task = id.task, .n = id.n, .kind = ReportKind::Ended, .at = at};
    report.endReason = reason;
    report.detail = detail;
    return report;
}

bool isBadEnd(const Report &report)
{
    return report.endReason != EndReason::Exited || report.exitCode != 0;
}

} // namespace Drover
