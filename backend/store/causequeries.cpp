#include "backend/store/causequeries.h"

#include "backend/store/columntext.h"
#include "backend/store/sqltext.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int mostSampled = 1000; // rows that are looked at for what a cause's failures share
constexpr int mostExamples = 5;

QString quoted(QString text)
{
    text.replace(u'"', u"\"\""_s);
    return u'"' + text + u'"';
}

// What one task has, by the words of the filter grammar: machine, step, label.KEY.
using Traits = QMap<QString, QString>;

struct Sample
{
    TaskId id;
    QString lastLine;
    Traits traits;
};

Result<QList<Cause>> groups(Database &db, const ListCauses &request)
{
    QList<Cause> causes;
    Statement &query = db.prepared(
        "SELECT cause_key, end_reason, exit_code, signal, count(*), min(ended), max(ended) FROM "
        "task"
        " WHERE batch = ?1 AND state = ?2 GROUP BY cause_key, end_reason, exit_code, signal"
        " ORDER BY count(*) DESC, max(id) DESC LIMIT ?3"_L1);
    query.with(request.batch, TaskState::Failed, request.limit);
    while (query.next()) {
        Cause &cause = causes.emplaceBack();
        RowReader(query).read(cause.key, cause.reason, cause.exitCode, cause.signal, cause.count,
                              cause.first, cause.last);
    }
    const Result<void> read = query.finish();
    return read ? Result<QList<Cause>>(std::move(causes)) : read.error();
}

Result<std::vector<Sample>> samplesOf(Database &db, BatchId batch, const Cause &cause)
{
    std::vector<Sample> samples;
    Statement &query = db.prepared("SELECT task.id, task.last_line, coalesce(machine.name, ''), "
                                   "task.step, task.labels FROM task"
                                   " LEFT JOIN machine ON machine.id = task.machine"
                                   " WHERE task.batch = ?1 AND task.state = ?2 AND task.cause_key "
                                   "= ?3 AND task.end_reason = ?4"
                                   " AND task.signal = ?5 ORDER BY task.id DESC LIMIT ?6"_L1);
    query.with(batch, TaskState::Failed, cause.key, cause.reason, cause.signal, mostSampled);
    while (query.next()) {
        Sample &sample = samples.emplace_back();
        QString machine;
        QString step;
        QString labels;
        RowReader(query).read(sample.id, sample.lastLine, machine, step, labels);
        const QMap<QString, QString> all = mapOf(labels);
        for (auto it = all.cbegin(); it != all.cend(); ++it)
            sample.traits.insert(u"label."_s + it.key(), it.value());
        if (!machine.isEmpty())
            sample.traits.insert(u"machine"_s, machine);
        if (!step.isEmpty())
            sample.traits.insert(u"step"_s, step);
    }
    const Result<void> read = query.finish();
    return read ? Result<std::vector<Sample>>(std::move(samples)) : read.error();
}

Traits commonOf(const std::vector<Sample> &samples)
{
    Traits common = samples.front().traits;
    for (const Sample &sample : samples) {
        common.removeIf([&](const auto &trait) {
            const auto own = sample.traits.constFind(trait.key());
            return own == sample.traits.cend() || *own != trait.value();
        });
    }
    return common;
}

// What all of them have is worth saying when others of the batch have it not.
void addShared(Database &db, const ListCauses &request, const ListScope &scope, qint64 total,
               const std::vector<Sample> &samples, Cause &cause)
{
    if (samples.size() < 2)
        return;
    const Traits common = commonOf(samples);
    for (auto it = common.cbegin(); it != common.cend(); ++it) {
        const QString where = u"batch = %1 and %2 = %3"_s.arg(request.batch.value)
                                  .arg(it.key(), quoted(it.value()));
        const Result<qint64> with = countTasks(db, where, scope);
        if (with && *with < total)
            cause.shared.append(
                {it.key(), it.value(), cause.count, std::max<qint64>(0, *with - cause.count)});
    }
    std::ranges::stable_sort(cause.shared, {}, &SharedTrait::others);
}

} // namespace

Result<CauseList> causesOf(Database &db, const ListCauses &request, const ListScope &scope)
{
    const Result<QList<Batch>> batches
        = listBatches(db, {.name = QString::number(request.batch.value)}, scope);
    if (!batches)
        return batches.error();
    const auto batch = std::ranges::find(*batches, request.batch, &Batch::id);
    if (batch == batches->cend())
        return fail(ErrorCode::NotFound, u"there is no batch %1"_s.arg(request.batch.value));
    Result<QList<Cause>> causes = groups(db, request);
    if (!causes)
        return causes.error();
    const qint64 total = batch->counts.total();
    for (Cause &cause : *causes) {
        const Result<std::vector<Sample>> samples = samplesOf(db, request.batch, cause);
        if (!samples)
            return samples.error();
        if (samples->empty())
            continue;
        cause.lastLine = samples->front().lastLine;
        for (const Sample &sample : *samples) {
            if (cause.examples.size() < mostExamples)
                cause.examples.append(sample.id);
        }
        addShared(db, request, scope, total, *samples, cause);
    }
    return CauseList{.failed = batch->counts[TaskState::Failed], .total = total, .causes = *causes};
}

} // namespace Drover
