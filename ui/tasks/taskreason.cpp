#include "ui/tasks/taskreason.h"

#include "ui/widgets/words.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

class ReasonText
{
    Q_DECLARE_TR_FUNCTIONS(TaskReason)
};

using Remedy = ReasonCard::Remedy;

Remedy action(const QString &text, const QString &id)
{
    return {text, u"action:"_s + id};
}

const Attempt *lastOf(const TaskDetail &detail)
{
    const auto last = std::ranges::max_element(detail.attempts, {}, &Attempt::n);
    return last == detail.attempts.cend() ? nullptr : &*last;
}

int workersWith(const TaskDetail &detail, EndReason reason)
{
    QSet<QString> names;
    for (const Attempt &attempt : detail.attempts) {
        if (attempt.endReason == reason)
            names.insert(attempt.machineName);
    }
    return int(names.size());
}

TaskReason outOfMemory(const TaskDetail &detail, const QMap<MachineId, Machine> &machines)
{
    TaskReason reason {.kind = ReasonCard::Kind::Error};
    const int workers = workersWith(detail, EndReason::OutOfMemory);
    reason.title = workers > 1 ? ReasonText::tr("Out of memory on %1 workers").arg(workers) : ReasonText::tr("Out of memory");
    const Attempt *last = lastOf(detail);
    const qint64 limit = detail.spec.needs.memory;
    const qint64 used = last ? std::max(last->peakMemory, limit) : limit;
    constexpr qint64 gib = 1LL << 30;
    // Half as much again, in whole GiB where it is that large.
    const qint64 more = used >= gib ? (used * 3 / 2 + gib - 1) / gib * gib : used * 3 / 2;
    qsizetype fit = 0;
    for (const Machine &machine : machines)
        fit += machine.facts.memory >= more;
    if (limit > 0 && last && last->peakMemory > 0)
        reason.why = ReasonText::tr("Used %1 of %2.").arg(wordsOfMemory(last->peakMemory), wordsOfMemory(limit));
    else if (limit > 0)
        reason.why = ReasonText::tr("It may use %1.").arg(wordsOfMemory(limit));
    else if (used > 0)
        reason.why = ReasonText::tr("Used %1; it asked for none, and its machine had no more.").arg(wordsOfMemory(used));
    if (used <= 0) {
        reason.remedies = {action(ReasonText::tr("Edit and retry…"), u"task.editRetry"_s)};
        return reason;
    }
    if (fit > 0) {
        reason.why += u' ' + (fit == 1 ? ReasonText::tr("%1 would fit: one machine has it.").arg(wordsOfMemory(more))
                                        : ReasonText::tr("%1 would fit: %2 machines have it.").arg(wordsOfMemory(more)).arg(fit));
        reason.remedies = {{ReasonText::tr("Retry with %1").arg(wordsOfMemory(more)), u"memory:%1"_s.arg(more)}};
    } else {
        reason.why += u' ' + ReasonText::tr("No machine has %1.").arg(wordsOfMemory(more));
        reason.remedies = {action(ReasonText::tr("Edit and retry…"), u"task.editRetry"_s)};
    }
    return reason;
}

TaskReason timedOut(const TaskDetail &detail)
{
    TaskReason reason {.kind = ReasonCard::Kind::Error, .title = ReasonText::tr("Timed out")};
    const auto limit = detail.spec.timeouts.run;
    reason.why = ReasonText::tr("It may run for %1.").arg(wordsOfDuration(limit));
    if (!detail.task.lastLine.isEmpty())
        reason.why += u' ' + ReasonText::tr("The last it wrote: %1").arg(detail.task.lastLine);
    if (limit.count() > 0)
        reason.remedies = {{ReasonText::tr("Retry with %1").arg(wordsOfDuration(2 * limit)), u"timeout:%1"_s.arg(2 * limit.count())}};
    reason.remedies.append(action(ReasonText::tr("Open its log"), u"task.log"_s));
    return reason;
}

TaskReason failedOf(const TaskDetail &detail, const QMap<MachineId, Machine> &machines)
{
    const Task &task = detail.task;
    const Attempt *last = lastOf(detail);
    if (task.endReason == EndReason::OutOfMemory)
        return outOfMemory(detail, machines);
    if (task.endReason == EndReason::TimedOut)
        return timedOut(detail);
    TaskReason reason {.kind = ReasonCard::Kind::Error, .title = titleOfEnd(task.endReason, task.exitCode, task.signal)};
    reason.why = last && !last->detail.isEmpty() ? last->detail : task.lastLine;
    switch (task.endReason) {
    case EndReason::Exited:
    case EndReason::Signalled:
        reason.remedies = {action(ReasonText::tr("Open its log"), u"task.log"_s), action(ReasonText::tr("Retry"), u"task.retry"_s)};
        break;
    case EndReason::WorkerLost:
    case EndReason::StatusLost:
    case EndReason::DiskFull:
    case EndReason::Poisoned:
        reason.remedies = {action(ReasonText::tr("Retry on another worker"), u"task.exclude"_s)};
        break;
    case EndReason::AfterFailed:
        for (const TaskId id : detail.waitsFor.first(std::min<qsizetype>(3, detail.waitsFor.size())))
            reason.remedies.append({ReasonText::tr("Task %1").arg(groupedId(id.value)), u"task:%1"_s.arg(id.value)});
        reason.remedies.append(action(ReasonText::tr("Retry"), u"task.retry"_s));
        break;
    default: reason.remedies = {action(ReasonText::tr("Edit and retry…"), u"task.editRetry"_s)};
    }
    return reason;
}

TaskReason waitingOf(const Explanation &explanation)
{
    TaskReason reason {.kind = ReasonCard::Kind::Hint, .title = ReasonText::tr("Why it waits")};
    QStringList lines;
    for (const Reason &each : explanation.reasons) {
        lines.append(each.what);
        const QString link = each.kind == ReasonKind::Held ? u"action:task.hold"_s
            : each.kind == ReasonKind::Paused              ? u"action:task.pause"_s
                                                           : QString();
        if (!each.remedy.isEmpty())
            reason.remedies.append({each.remedy, link});
    }
    reason.why = lines.join(u'\n');
    return reason;
}

} // namespace

TaskReason reasonOf(const TaskDetail &detail, const Explanation *explanation, const QMap<MachineId, Machine> &machines)
{
    const Task &task = detail.task;
    if (task.state == TaskState::Failed)
        return failedOf(detail, machines);
    if (isFinished(task.state))
        return {};
    if (task.unreachable) {
        return {.kind = ReasonCard::Kind::Warning,
                .title = ReasonText::tr("%1 is out of contact").arg(task.machineName),
                .why = ReasonText::tr("It may still run there. It is queued again when its lease ends, unless its batch waits or fences.")};
    }
    const bool runs = task.state == TaskState::Running || task.state == TaskState::Collecting;
    if (!runs && explanation && !explanation->reasons.isEmpty())
        return waitingOf(*explanation);
    return {};
}

} // namespace Drover
