#include "ui/tasks/taskfacts.h"

#include "app/work/shellwords.h"
#include "ui/widgets/words.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QJsonDocument>
#include <QtCore/QLocale>
#include <QtCore/QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

class FactText
{
    Q_DECLARE_TR_FUNCTIONS(TaskFacts)
};

const QString mask = QString(8, QChar(0x2022));

bool isSecret(const QString &name)
{
    static const QRegularExpression words(u"pass|secret|token|credential|private|apikey|api_key|_key$|^key$|auth"_s,
                                          QRegularExpression::CaseInsensitiveOption);
    return words.match(name).hasMatch();
}

QString joined(const Labels &labels)
{
    QStringList pairs;
    for (auto it = labels.cbegin(); it != labels.cend(); ++it)
        pairs.append(it.key() + u'=' + it.value());
    return pairs.join(u", ");
}

QString needsOf(const Needs &needs)
{
    QStringList parts;
    const QLocale locale;
    if (needs.slotCount != 1)
        parts.append(FactText::tr("%1 slots").arg(needs.slotCount));
    if (needs.cpu > 0)
        parts.append(FactText::tr("%1 CPU").arg(locale.toString(needs.cpu)));
    if (needs.memory > 0)
        parts.append(wordsOfMemory(needs.memory));
    if (needs.disk > 0)
        parts.append(FactText::tr("%1 disk").arg(wordsOfSize(needs.disk)));
    if (needs.gpu > 0)
        parts.append(FactText::tr("%1 GPU").arg(locale.toString(needs.gpu)));
    if (!needs.labels.isEmpty())
        parts.append(joined(needs.labels));
    if (!needs.machine.isEmpty())
        parts.append(FactText::tr("on %1").arg(needs.machine));
    if (!needs.withoutMachines.isEmpty())
        parts.append(FactText::tr("not on %1").arg(needs.withoutMachines.join(u", ")));
    return parts.join(u", ");
}

QString endOf(const Task &task)
{
    if (task.state != TaskState::Failed && task.state != TaskState::Cancelled)
        return {};
    QString words = wordsOfEnd(task.endReason, task.exitCode, task.signal);
    if (task.signal > 0 && task.endReason != EndReason::Signalled)
        words += u", "_s + FactText::tr("signal %1").arg(task.signal);
    return words;
}

QString idsOf(const QList<TaskId> &ids)
{
    QStringList words;
    for (const TaskId id : ids.first(std::min<qsizetype>(ids.size(), 8)))
        words.append(groupedId(id.value));
    if (ids.size() > 8)
        words.append(FactText::tr("and %1 more").arg(ids.size() - 8));
    return words.join(u", ");
}

QString lengthOf(const Task &task, Instant now)
{
    if (!isSet(task.started))
        return {};
    return isSet(task.ended) ? wordsOfDuration(task.ended - task.started) : wordsOfRunning(now - task.started);
}

} // namespace

QList<KeyValueGrid::Row> factsOf(const TaskDetail &detail, const AttemptGauge *gauge, Instant now, bool utc)
{
    const Task &task = detail.task;
    const TaskSpec &spec = detail.spec;
    const QString zone = utc ? u"UTC"_s : QString();
    const auto time = [&](Instant instant) { return wordsOfTime(instant, now, utc); };
    const auto link = [](const QString &kind, qint64 id) { return u"drover://0/%1/%2"_s.arg(kind).arg(id); };
    QList<KeyValueGrid::Row> rows {
        {.key = FactText::tr("Batch"), .value = task.batchName, .link = link(u"batch"_s, task.batch.value)},
        {.key = FactText::tr("Step"), .value = task.step},
        {.key = FactText::tr("Worker"), .value = task.machineName, .link = link(u"machine"_s, task.machine.value)},
        {.key = FactText::tr("Queued"), .value = isSet(task.started) ? QString() : time(task.queued), .aside = zone,
         .tip = wordsOfMoment(task.queued, utc)},
        {.key = FactText::tr("Started"), .value = time(task.started), .aside = zone, .tip = wordsOfMoment(task.started, utc)},
        {.key = FactText::tr("Ended"), .value = time(task.ended), .aside = zone, .tip = wordsOfMoment(task.ended, utc)},
        {.key = FactText::tr("Duration"), .value = lengthOf(task, now)},
        {.key = FactText::tr("End reason"), .value = endOf(task)},
    };
    if (gauge && task.state == TaskState::Running) {
        if (gauge->progress >= 0)
            rows.append({.key = FactText::tr("Progress"),
                         .value = FactText::tr("%1%").arg(QLocale().toString(int(gauge->progress))),
                         .aside = gauge->progressText});
        if (isSet(gauge->lastOutput))
            rows.append({.key = FactText::tr("Silent for"), .value = wordsOfRunning(now - gauge->lastOutput)});
        if (gauge->memory > 0)
            rows.append({.key = FactText::tr("Uses now"),
                         .value = FactText::tr("%1, %2 CPU").arg(wordsOfMemory(gauge->memory), QLocale().toString(gauge->cpu, 'f', 1))});
    }
    rows += QList<KeyValueGrid::Row> {
        {.key = FactText::tr("Needs"), .value = needsOf(spec.needs)},
        {.key = FactText::tr("After"), .value = idsOf(detail.waitsFor)},
        {.key = FactText::tr("Priority"), .value = QLocale().toString(task.priority)},
        {.key = FactText::tr("Attempts"),
         .value = FactText::tr("%1 of %2").arg(QLocale().toString(task.lastAttempt), QLocale().toString(spec.retry.attempts))},
        {.key = FactText::tr("Timeout"), .value = spec.timeouts.run > 0ms ? wordsOfDuration(spec.timeouts.run) : QString()},
        {.key = FactText::tr("Labels"), .value = joined(task.labels)},
        {.key = FactText::tr("Container"), .value = spec.container, .mono = true},
        {.key = FactText::tr("Folder"), .value = spec.workdir, .mono = true},
        {.key = FactText::tr("Run as"), .value = task.runAs},
        {.key = FactText::tr("Created by"), .value = task.owner, .aside = time(task.queued), .tip = wordsOfMoment(task.queued, utc)},
        {.key = FactText::tr("Edited"), .value = task.specNumber > 2 ? FactText::tr("%1 times").arg(task.specNumber - 1) : task.specNumber > 1 ? FactText::tr("once") : QString()},
        {.key = FactText::tr("Notes"), .value = spec.notes},
    };
    return rows;
}

QList<std::pair<Instant, double>> memoryCurve(const TaskDetail &detail, int attempt)
{
    const auto run = std::ranges::find(detail.attempts, attempt, &Attempt::n);
    const auto curve = std::ranges::find(detail.curves, attempt, &AttemptCurve::n);
    QList<std::pair<Instant, double>> points;
    if (run == detail.attempts.cend() || curve == detail.curves.cend())
        return points;
    Instant at = run->started;
    for (const auto bytes : curve->memory) {
        points.append({at, double(bytes)});
        at += curve->every;
    }
    return points;
}

QString printedCommand(const TaskSpec &spec)
{
    if (!spec.shell.isEmpty())
        return spec.shell;
    const QString line = shellQuoted(spec.command);
    if (line.size() < 44)
        return line;
    QString broken = shellQuoted(spec.command.value(0));
    for (const QString &word : spec.command.mid(1)) {
        const bool option = word.startsWith(u'-');
        broken += option ? u" \\\n  "_s : u" "_s;
        broken += shellQuoted(word);
    }
    return broken;
}

QString printedEnvironment(const TaskSpec &spec, Secrets secrets)
{
    QStringList lines;
    for (auto it = spec.environment.cbegin(); it != spec.environment.cend(); ++it) {
        const bool masked = secrets == Secrets::Masked && isSecret(it.key());
        lines.append(it.key() + u'=' + (masked ? mask : *it));
    }
    return lines.join(u'\n');
}

bool hasSecrets(const TaskSpec &spec)
{
    return std::ranges::any_of(spec.environment.keys(), isSecret);
}

QString printedJson(const TaskDetail &detail)
{
    TaskDetail shown = detail;
    for (auto it = shown.spec.environment.begin(); it != shown.spec.environment.end(); ++it) {
        if (isSecret(it.key()))
            *it = mask;
    }
    return QString::fromUtf8(QJsonDocument::fromJson(toJson(shown)).toJson(QJsonDocument::Indented));
}

} // namespace Drover
