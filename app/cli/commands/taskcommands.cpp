// tasks, task, attempts.
#include "app/cli/clitext.h"
#include "app/cli/columns.h"
#include "app/cli/commands/commands.h"
#include "app/cli/look.h"
#include "app/cli/tasksof.h"
#include "app/work/comparison.h"
#include "app/work/specwriter.h"
#include "backend/base/clock.h"
#include "backend/base/size.h"
#include "backend/protocol/taskrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using Align = TextTable::Align;

constexpr int pageSize = 1000;
constexpr int rowsByDefault = 100;

// "43 %  reading", of what says how far it is.
QString progressText(const AttemptGauge &gauge)
{
    if (gauge.progress < 0)
        return {};
    const QString percent = CliText::tr("%1 %").arg(gauge.progress, 0, 'f', 0);
    return gauge.progressText.isEmpty() ? percent : percent + u"  "_s + gauge.progressText;
}

// Of what runs and has not written anything for a while.
QString silentText(const AttemptGauge &gauge, Instant now)
{
    constexpr std::chrono::seconds worthSaying {60};
    const auto silent = now - gauge.lastOutput;
    return isSet(gauge.lastOutput) && silent > worthSaying ? printedDuration(silent) : QString();
}

using Gauges = QHash<TaskId, AttemptGauge>;

QList<Column<Task>> taskColumns(const Gauges &gauges = {})
{
    const Instant now = SystemClock().now();
    return {
        {u"id"_s, CliText::tr("ID"), Align::Right,
         [](const Task &t) { return TextTable::Cell{QString::number(t.id.value)}; }},
        {u"state"_s, CliText::tr("STATE"), Align::Left,
         [](const Task &t) {
             return TextTable::Cell{stateText(t), toneOf(t.state)};
         }},
        {u"name"_s, CliText::tr("NAME"), Align::Left,
         [](const Task &t) { return TextTable::Cell{t.name}; }},
        {u"batch"_s, CliText::tr("BATCH"), Align::Left,
         [](const Task &t) { return TextTable::Cell{t.batchName}; }},
        {u"machine"_s, CliText::tr("MACHINE"), Align::Left,
         [](const Task &t) { return TextTable::Cell{t.machineName}; }},
        {u"n"_s, CliText::tr("N"), Align::Right,
         [](const Task &t) {
             return TextTable::Cell{t.lastAttempt > 0 ? QString::number(t.lastAttempt) : QString()};
         }},
        {u"ran"_s, CliText::tr("RAN"), Align::Right,
         [now](const Task &t) { return TextTable::Cell{lastedText(t.started, t.ended, now)}; }},
        {u"age"_s, CliText::tr("AGE"), Align::Right,
         [now](const Task &t) { return TextTable::Cell{agoText(t.queued, now)}; }},
        {u"end"_s, CliText::tr("END"), Align::Left,
         [](const Task &t) {
             const QString reason = printedReason(t.endReason, t.exitCode, t.signal);
             return TextTable::Cell{isFinished(t.state) && reason != enumText(t.state) ? reason
                                                                                       : QString(),
                                    Tone::Bad};
         }},
        {u"progress"_s, CliText::tr("PROGRESS"), Align::Left,
         [gauges](const Task &t) { return TextTable::Cell{progressText(gauges.value(t.id))}; }},
        {u"silent"_s, CliText::tr("SILENT"), Align::Right,
         [gauges, now](const Task &t) { return TextTable::Cell{silentText(gauges.value(t.id), now)}; }},
        {u"lastLine"_s, CliText::tr("LAST LINE"), Align::Left,
         [gauges](const Task &t) {
             return TextTable::Cell{t.lastLine.isEmpty() ? gauges.value(t.id).lastLine : t.lastLine};
         }},
    };
}

// Page after page until there are so many, or no more.
Result<TaskPage> fetchTasks(Invocation &invocation, const ListTasks &first, qint64 limit)
{
    TaskPage all;
    for (;;) {
        ListTasks request = first;
        const qint64 missing = limit - all.tasks.size();
        request.limit = int(limit == 0 ? pageSize : std::min<qint64>(missing, pageSize));
        request.offset = all.tasks.size();
        const Result<TaskPage> page = invocation.session.call(request);
        if (!page)
            return page.error();
        all.tasks += page->tasks;
        all.gauges += page->gauges;
        all.revision = page->revision;
        all.more = page->more;
        if (!page->more || page->tasks.isEmpty() || (limit > 0 && all.tasks.size() >= limit))
            return all;
    }
}

QString whereOf(const Arguments &args)
{
    QStringList parts;
    if (args.has(u"--where"_s))
        parts.append(args.value(u"--where"_s));
    if (!args.words.isEmpty())
        parts.append(args.words.join(u' '));
    if (args.has(u"--batch"_s))
        parts.append(filterOfBatch(args.value(u"--batch"_s)));
    return parts.size() > 1 ? u'(' + parts.join(u") and ("_s) + u')' : parts.value(0);
}

ExitStatus tasks(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    bool ok = true;
    const qint64 limit = args.value(u"--limit"_s, QString::number(rowsByDefault)).toLongLong(&ok);
    if (!ok || limit < 0)
        return misused(invocation, CliText::tr("--limit: a number is expected; 0 is all"));
    // What is wrong with --columns is said before anything is asked.
    const QStringList usual {u"id"_s, u"state"_s, u"name"_s, u"batch"_s, u"machine"_s, u"ran"_s, u"age"_s, u"end"_s};
    if (const auto known = chosenColumns(taskColumns(), args.value(u"--columns"_s), usual); !known)
        return misused(invocation, known.error().message);
    const ListTasks request{.where = whereOf(args), .order = args.value(u"--sort"_s, u"-id"_s)};
    const Result<TaskPage> page = fetchTasks(invocation, request, limit);
    if (!page)
        return failed(invocation, page.error());
    if (invocation.json()) {
        printJson(invocation.screen, jsonOf(*page));
        return ExitStatus::Ok;
    }
    if (page->tasks.isEmpty()) {
        invocation.screen.note(request.where.isEmpty()
                                   ? CliText::tr("There are no tasks: drover submit -- CMD ARGS…")
                                   : CliText::tr("No task matches."));
        return ExitStatus::Ok;
    }
    Gauges gauges;
    for (const AttemptGauge &gauge : page->gauges)
        gauges.insert(gauge.task, gauge);
    const bool anyProgress = std::ranges::any_of(page->gauges, [](const AttemptGauge &gauge) { return gauge.progress >= 0; });
    const auto columns = chosenColumns(taskColumns(gauges), args.value(u"--columns"_s),
                                       anyProgress ? usual + QStringList {u"progress"_s} : usual);
    if (columns)
        invocation.screen.out(printedTable(*columns, page->tasks, invocation.screen));
    if (page->more)
        invocation.screen.note(
            CliText::tr("There are more; --limit 0 shows all, --where FILTER fewer."));
    return ExitStatus::Ok;
}

QString resultText(const Task &task)
{
    const QString reason = isFinished(task.state)
        ? printedReason(task.endReason, task.exitCode, task.signal)
        : QString();
    const QString state = stateText(task);
    return reason.isEmpty() || reason == state ? state : state + u": "_s + reason;
}

QString waitsText(const TaskDetail &detail)
{
    constexpr qsizetype shown = 10;
    QStringList ids;
    for (const TaskId id : detail.waitsFor.first(std::min(shown, detail.waitsFor.size())))
        ids.append(QString::number(id.value));
    if (detail.waitsFor.size() > shown)
        ids.append(CliText::tr("and %1 more").arg(detail.waitsFor.size() - shown));
    return ids.join(u' ');
}

QList<Column<Attempt>> attemptColumns()
{
    const Instant now = SystemClock().now();
    const auto size = [](qint64 bytes) { return bytes > 0 ? printedSize(bytes) : QString(); };
    return {
        {u"n"_s, CliText::tr("N"), Align::Right,
         [](const Attempt &a) { return TextTable::Cell{QString::number(a.n)}; }},
        {u"end"_s, CliText::tr("END"), Align::Left,
         [](const Attempt &a) {
             return TextTable::Cell{printedEnd(a), toneOf(a.state)};
         }},
        {u"machine"_s, CliText::tr("MACHINE"), Align::Left,
         [](const Attempt &a) { return TextTable::Cell{a.machineName}; }},
        {u"started"_s, CliText::tr("STARTED"), Align::Left,
         [](const Attempt &a) { return TextTable::Cell{localTime(a.started)}; }},
        {u"ran"_s, CliText::tr("RAN"), Align::Right,
         [now](const Attempt &a) { return TextTable::Cell{lastedText(a.started, a.ended, now)}; }},
        {u"cpu"_s, CliText::tr("CPU"), Align::Right,
         [](const Attempt &a) {
             return TextTable::Cell{a.cpuTime.count() > 0 ? printedDuration(a.cpuTime) : QString()};
         }},
        {u"memory"_s, CliText::tr("PEAK"), Align::Right,
         [size](const Attempt &a) { return TextTable::Cell{size(a.peakMemory)}; }},
        {u"stdout"_s, CliText::tr("STDOUT"), Align::Right,
         [size](const Attempt &a) { return TextTable::Cell{size(a.outSize)}; }},
        {u"stderr"_s, CliText::tr("STDERR"), Align::Right,
         [size](const Attempt &a) { return TextTable::Cell{size(a.errSize)}; }},
        {u"detail"_s, CliText::tr("DETAIL"), Align::Left,
         [](const Attempt &a) {
             return TextTable::Cell{a.detail.isEmpty() ? a.lastLine : a.detail};
         }},
    };
}

const QStringList shownOfAttempts{u"n"_s,   u"end"_s, u"machine"_s, u"started"_s,
                                  u"ran"_s, u"cpu"_s, u"memory"_s,  u"detail"_s};

Result<TaskDetail> detailOf(Invocation &invocation, const QString &word)
{
    const Result<AttemptId> id = attemptOf(word);
    if (!id)
        return id.error();
    return invocation.session.call(GetTask{.id = id->task});
}

void printDetail(Screen &screen, const TaskDetail &detail)
{
    const Task &task = detail.task;
    const Instant now = SystemClock().now();
    const AttemptGauge gauge = detail.gauge.value_or(AttemptGauge {});
    screen.out(printedPairs(
        {{CliText::tr("task"), u"%1  %2"_s.arg(QString::number(task.id.value), task.name)},
         {CliText::tr("state"), resultText(task)},
         {CliText::tr("batch"), task.batchName},
         {CliText::tr("project"), task.project},
         {CliText::tr("owner"), task.owner},
         {CliText::tr("queued"), localTime(task.queued)},
         {CliText::tr("not before"), task.notBefore > now ? localTime(task.notBefore) : QString()},
         {CliText::tr("waits for"), waitsText(detail)},
         {CliText::tr("started"), localTime(task.started)},
         {CliText::tr("ran"), lastedText(task.started, task.ended, now)},
         {CliText::tr("machine"), task.machineName},
         {CliText::tr("progress"), progressText(gauge)},
         {CliText::tr("silent for"), silentText(gauge, now)},
         {CliText::tr("last line"), task.lastLine.isEmpty() ? gauge.lastLine : task.lastLine}},
        screen));
    screen.line({});
    screen.out(harmless(yamlText(nodeOf(detail.spec))));
    if (detail.attempts.isEmpty())
        return;
    screen.line({});
    const auto columns = chosenColumns(attemptColumns(), {}, shownOfAttempts);
    if (columns)
        screen.out(printedTable(*columns, detail.attempts, screen));
}

ExitStatus task(Invocation &invocation)
{
    if (invocation.args.words.size() != 1)
        return misused(invocation, CliText::tr("one task is expected: drover task 42"));
    const Result<TaskDetail> detail = detailOf(invocation, invocation.args.words.first());
    if (!detail)
        return failed(invocation, detail.error());
    if (invocation.json())
        printJson(invocation.screen, jsonOf(*detail));
    else if (invocation.args.has(u"--spec"_s))
        invocation.screen.out(yamlText(nodeOf(detail->spec)));
    else
        printDetail(invocation.screen, *detail);
    return ExitStatus::Ok;
}

ExitStatus attempts(Invocation &invocation)
{
    if (invocation.args.words.size() != 1)
        return misused(invocation, CliText::tr("one task is expected: drover attempts 42"));
    const Result<TaskDetail> detail = detailOf(invocation, invocation.args.words.first());
    if (!detail)
        return failed(invocation, detail.error());
    if (invocation.json()) {
        printJson(invocation.screen, QJsonObject{{u"attempts"_s, jsonOf(detail->attempts)}});
        return ExitStatus::Ok;
    }
    const auto columns
        = chosenColumns(attemptColumns(), invocation.args.value(u"--columns"_s), shownOfAttempts);
    if (!columns)
        return misused(invocation, columns.error().message);
    if (detail->attempts.isEmpty())
        invocation.screen.note(
            CliText::tr("Task %1 has not been started.").arg(detail->task.id.value));
    else
        invocation.screen.out(printedTable(*columns, detail->attempts, invocation.screen));
    return ExitStatus::Ok;
}

} // namespace

QList<Command> taskCommands()
{
    return {
        {.path = {u"tasks"_s},
         .operands = CliText::tr("[FILTER]"),
         .words = CliText::tr("list tasks, newest first"),
         .options = QList<Option>{{.name = u"--where"_s,
                                   .value = u"FILTER"_s,
                                   .words = CliText::tr("those that match; drover help filter")},
                                  {.name = u"--batch"_s,
                                   .value = u"NAME"_s,
                                   .words = CliText::tr("those of a batch")}}
             + listOptions(),
         .run = tasks,
         .also = {{u"task"_s, u"list"_s}},
         .watches = true},
        {.path = {u"task"_s},
         .operands = CliText::tr("TASK"),
         .words = CliText::tr("show a task, what it runs and its attempts"),
         .options
         = {flag(u"--spec"_s, CliText::tr("what it runs, as YAML that drover submit takes")),
            flag(u"--watch"_s, CliText::tr("show it again every two seconds"))},
         .run = task,
         .also = {{u"task"_s, u"show"_s}},
         .watches = true},
        {.path = {u"attempts"_s},
         .operands = CliText::tr("TASK"),
         .words = CliText::tr("the runs of a task"),
         .options
         = {{.name = u"--columns"_s, .value = u"NAMES"_s, .words = CliText::tr("what to show")}},
         .run = attempts,
         .also = {{u"attempt"_s, u"list"_s}, {u"task"_s, u"attempts"_s}}},
    };
}

} // namespace Drover
