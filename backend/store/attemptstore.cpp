#include "backend/store/attemptstore.h"

#include "backend/store/columntext.h"
#include "backend/store/rowwriter.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum ColumnType;

constexpr Column columns[] = {
    {"task"_L1}, {"n"_L1}, {"ended"_L1}, {"rev"_L1}, {"machine"_L1}, {"state"_L1},
    {"spec_number"_L1}, {"assigned"_L1}, {"started"_L1}, {"end_reason"_L1}, {"exit_code"_L1},
    {"signal"_L1}, {"cause_key"_L1}, {"peak_memory"_L1}, {"cpu_time"_L1}, {"out_size"_L1},
    {"err_size"_L1}, {"unreachable"_L1}, {"was_running"_L1}, {"last_line"_L1, Text},
    {"detail"_L1, Text}, {"gpus"_L1, Text},
};
constexpr RowShape anyAttempt {RowShape::Kind::Upsert, "attempt"_L1, columns, 2};
// While it has not ended its entry in attempt_open stays as it is.
constexpr RowShape openAttempt {RowShape::Kind::Update, "attempt"_L1, columns, 3};

constexpr Column outputColumns[] = {{"task"_L1}, {"n"_L1}, {"out"_L1, Blob}, {"err"_L1, Blob}};
constexpr RowShape output {RowShape::Kind::Upsert, "output"_L1, outputColumns, 2};

constexpr Column curveColumns[] = {{"task"_L1}, {"n"_L1}, {"curve"_L1, Blob}};
constexpr RowShape curveRow {RowShape::Kind::Upsert, "attempt_curve"_L1, curveColumns, 2};

Result<int> add(RowWriter &writer, const Attempt &a)
{
    return writer.add(a.task, a.n, a.ended, a.rev, a.machine, a.state, a.specNumber, a.assigned,
                      a.started, a.endReason, a.exitCode, a.signal, a.causeKey, a.peakMemory,
                      a.cpuTime, a.outSize, a.errSize, a.unreachable, a.wasRunning, a.lastLine,
                      a.detail, textOf(a.gpus));
}

} // namespace

Result<void> putAttempts(Database &database, const QHash<AttemptId, Attempt> &attempts)
{
    return writeFitting(database, {&openAttempt, &anyAttempt}, inKeyOrder(attempts), add,
                        [](const Attempt &attempt) {
                            const bool mayBeNew = attempt.state == TaskState::Assigned;
                            return mayBeNew || isSet(attempt.ended) ? 1u : 0u;
                        });
}

Result<void> putOutputs(Database &database, const std::vector<Stage::Output> &outputs)
{
    RowWriter writer(database, output);
    QHash<AttemptId, const Stage::Output *> last; // one statement takes each key once
    for (const Stage::Output &each : outputs)
        last.insert(each.attempt, &each);
    for (const Stage::Output &each : outputs) {
        if (last.value(each.attempt) != &each)
            continue;
        const Result<int> added = writer.add(each.attempt.task, each.attempt.n, each.out, each.err);
        if (!added)
            return added.error();
    }
    return writer.finish();
}

Result<void> putCurves(Database &database, const QHash<AttemptId, QByteArray> &curves)
{
    RowWriter writer(database, curveRow);
    for (auto it = curves.cbegin(); it != curves.cend(); ++it) {
        if (const Result<int> put = writer.add(it.key().task, it.key().n, it.value()); !put)
            return put.error();
    }
    return writer.finish();
}

QString attemptColumns()
{
    return u"attempt.task, attempt.n, attempt.rev, attempt.machine, coalesce(machine.name, ''),"
           " attempt.state, attempt.spec_number, attempt.assigned, attempt.started, attempt.ended,"
           " attempt.end_reason, attempt.exit_code, attempt.signal, attempt.last_line,"
           " attempt.cause_key, attempt.peak_memory, attempt.cpu_time, attempt.out_size,"
           " attempt.err_size, attempt.unreachable, attempt.was_running, attempt.detail, attempt.gpus"_s;
}

Attempt attemptAt(const Statement &row)
{
    Attempt a;
    QString gpus;
    RowReader(row).read(a.task, a.n, a.rev, a.machine, a.machineName, a.state, a.specNumber,
                        a.assigned, a.started, a.ended, a.endReason, a.exitCode, a.signal,
                        a.lastLine, a.causeKey, a.peakMemory, a.cpuTime, a.outSize, a.errSize,
                        a.unreachable, a.wasRunning, a.detail, gpus);
    a.gpus = numbersOf(gpus);
    return a;
}

Result<std::vector<Attempt>> openAttempts(Database &database)
{
    std::vector<Attempt> attempts;
    const std::unique_ptr<Statement> query = database.prepare(
        u"SELECT "_s + attemptColumns()
        + u" FROM attempt LEFT JOIN machine ON machine.id = attempt.machine"
          " WHERE attempt.ended = 0 ORDER BY attempt.task, attempt.n"_s);
    while (query->next())
        attempts.push_back(attemptAt(*query));
    const Result<void> read = query->finish();
    return read ? Result<std::vector<Attempt>>(std::move(attempts)) : read.error();
}

} // namespace Drover
