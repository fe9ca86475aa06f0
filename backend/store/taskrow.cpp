#include "backend/store/taskrow.h"

#include "backend/store/columntext.h"

using namespace Qt::StringLiterals;

namespace Drover {

QString taskColumns()
{
    return u"task.id, task.rev, coalesce(batch.project, ''), task.batch, coalesce(batch.name, ''),"
           " task.name, task.step, task.state, task.held, task.keep, task.priority, task.owner,"
           " task.run_as, task.labels, task.queued, task.not_before, task.started, task.ended,"
           " task.spec_number, task.last_attempt, task.current_attempt, task.machine,"
           " coalesce(machine.name, ''), task.end_reason, task.exit_code, task.signal,"
           " task.last_line, task.cause_key, task.waits_for, task.unreachable,"
           " task.paused"_s;
}

QString taskFrom(const QString &ids)
{
    return u" FROM (%1) page JOIN task ON task.id = page.id"
           " LEFT JOIN batch ON batch.id = task.batch"
           " LEFT JOIN machine ON machine.id = task.machine"_s.arg(ids);
}

Task taskAt(const Statement &row)
{
    Task t;
    QString labels;
    RowReader(row).read(t.id, t.rev, t.project, t.batch, t.batchName, t.name, t.step, t.state,
                        t.held, t.keep, t.priority, t.owner, t.runAs, labels, t.queued, t.notBefore,
                        t.started, t.ended, t.specNumber, t.lastAttempt, t.currentAttempt, t.machine,
                        t.machineName, t.endReason, t.exitCode, t.signal, t.lastLine, t.causeKey,
                        t.waitsFor, t.unreachable, t.paused);
    t.labels = mapOf(labels);
    return t;
}

} // namespace Drover
