// batches, batch, batch set.
#include "app/cli/clitext.h"
#include "app/cli/columns.h"
#include "app/cli/commands/commands.h"
#include "app/cli/look.h"
#include "app/cli/tasksof.h"
#include "backend/base/clock.h"
#include "backend/protocol/batchrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using Align = TextTable::Align;

QString countText(const StateCounts &counts, TaskState state)
{
    return counts[state] > 0 ? QString::number(counts[state]) : QString();
}

QList<Column<Batch>> batchColumns()
{
    const Instant now = SystemClock().now();
    return {
        {u"id"_s, CliText::tr("ID"), Align::Right,
         [](const Batch &b) { return TextTable::Cell{QString::number(b.id.value)}; }},
        {u"state"_s, CliText::tr("STATE"), Align::Left,
         [](const Batch &b) {
             return TextTable::Cell{enumText(stateOf(b)), toneOf(stateOf(b))};
         }},
        {u"name"_s, CliText::tr("NAME"), Align::Left,
         [](const Batch &b) { return TextTable::Cell{b.name}; }},
        {u"tasks"_s, CliText::tr("TASKS"), Align::Right,
         [](const Batch &b) { return TextTable::Cell{QString::number(b.counts.total())}; }},
        {u"open"_s, CliText::tr("OPEN"), Align::Right,
         [](const Batch &b) {
             const qint64 open = b.counts.total() - b.counts.finished() - b.counts.started();
             return TextTable::Cell{open > 0 ? QString::number(open) : QString()};
         }},
        {u"started"_s, CliText::tr("STARTED"), Align::Right,
         [](const Batch &b) {
             return TextTable::Cell{b.counts.started() > 0 ? QString::number(b.counts.started())
                                                           : QString(),
                                    Tone::Active};
         }},
        {u"succeeded"_s, CliText::tr("SUCCEEDED"), Align::Right,
         [](const Batch &b) {
             return TextTable::Cell{countText(b.counts, TaskState::Succeeded), Tone::Good};
         }},
        {u"failed"_s, CliText::tr("FAILED"), Align::Right,
         [](const Batch &b) {
             return TextTable::Cell{countText(b.counts, TaskState::Failed), Tone::Bad};
         }},
        {u"owner"_s, CliText::tr("OWNER"), Align::Left,
         [](const Batch &b) { return TextTable::Cell{b.owner}; }},
        {u"age"_s, CliText::tr("AGE"), Align::Right,
         [now](const Batch &b) { return TextTable::Cell{agoText(b.created, now)}; }},
    };
}

ExitStatus batches(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    const auto columns = chosenColumns(batchColumns(), args.value(u"--columns"_s),
                                       {u"id"_s, u"state"_s, u"name"_s, u"tasks"_s, u"open"_s,
                                        u"started"_s, u"succeeded"_s, u"failed"_s, u"age"_s});
    if (!columns)
        return misused(invocation, columns.error().message);
    bool ok = true;
    const int limit = args.value(u"--limit"_s, u"100"_s).toInt(&ok);
    if (!ok || limit < 0)
        return misused(invocation, CliText::tr("--limit: a number is expected; 0 is all"));
    constexpr int all = 100'000;
    Result<BatchList> list = invocation.session.call(ListBatches{.name = args.words.value(0),
                                                                 .limit = limit == 0 ? all : limit,
                                                                 .live = args.has(u"--live"_s)});
    if (!list)
        return failed(invocation, list.error());
    if (const Result<void> sorted = sortRows(list->batches, args.value(u"--sort"_s)); !sorted)
        return misused(invocation, sorted.error().message);
    if (invocation.json())
        printJson(invocation.screen, jsonOf(*list));
    else if (list->batches.isEmpty())
        invocation.screen.note(CliText::tr("There are no batches."));
    else
        invocation.screen.out(printedTable(*columns, list->batches, invocation.screen));
    return ExitStatus::Ok;
}

void printBatch(Screen &screen, const Batch &batch)
{
    const auto yes = [](bool value) { return value ? CliText::tr("yes") : QString(); };
    screen.out(printedPairs(
        {{CliText::tr("batch"), u"%1  %2"_s.arg(QString::number(batch.id.value), batch.name)},
         {CliText::tr("state"), enumText(stateOf(batch))},
         {CliText::tr("tasks"), countsText(batch.counts)},
         {CliText::tr("project"), batch.project},
         {CliText::tr("owner"), batch.owner},
         {CliText::tr("created"), localTime(batch.created)},
         {CliText::tr("ended"), localTime(batch.ended)},
         {CliText::tr("held"), yes(batch.held)},
         {CliText::tr("paused"), yes(batch.paused)},
         {CliText::tr("kept"), yes(batch.keep)},
         {CliText::tr("priority"), QString::number(batch.priority)},
         {CliText::tr("most running"),
          batch.mostRunning > 0 ? QString::number(batch.mostRunning) : QString()},
         {CliText::tr("pools"), batch.pools.join(u' ')},
         {CliText::tr("lease"), enumText(batch.leaseRule) + u", "_s + printedDuration(batch.lease)},
         {CliText::tr("shared by"), batch.shareBy},
         {CliText::tr("notes"), batch.notes}},
        screen));
}

ExitStatus show(Invocation &invocation)
{
    if (invocation.args.words.size() != 1)
        return misused(invocation,
                       CliText::tr("one batch is expected, by name or id: drover batch nightly"));
    const Result<Batch> batch = batchNamed(invocation.session, invocation.args.words.first());
    if (!batch)
        return failed(invocation, batch.error());
    if (invocation.json())
        printJson(invocation.screen, jsonOf(*batch));
    else
        printBatch(invocation.screen, *batch);
    return ExitStatus::Ok;
}

// Reads the options into the request; what is wrong with them, or nothing.
QString readChanges(const Arguments &args, SetBatch &request)
{
    for (const auto &[option, member] :
         {std::pair(u"--held"_s, &SetBatch::held), std::pair(u"--paused"_s, &SetBatch::paused),
          std::pair(u"--keep"_s, &SetBatch::keep)}) {
        const QString word = args.value(option);
        if (!word.isEmpty() && word != "yes"_L1 && word != "no"_L1)
            return CliText::tr("%1: yes or no is expected").arg(option);
        if (!word.isEmpty())
            request.*member = word == "yes"_L1;
    }
    for (const auto &[option, member] : {std::pair(u"--priority"_s, &SetBatch::priority),
                                         std::pair(u"--most-running"_s, &SetBatch::mostRunning)}) {
        bool ok = true;
        if (args.has(option))
            request.*member = args.value(option).toInt(&ok);
        if (!ok)
            return CliText::tr("%1: a whole number is expected").arg(option);
    }
    if (args.has(u"--pools"_s))
        request.pools = splitNames(args.value(u"--pools"_s));
    if (args.has(u"--share-by"_s))
        request.shareBy = args.value(u"--share-by"_s);
    if (args.has(u"--notes"_s))
        request.notes = args.value(u"--notes"_s);
    if (args.has(u"--lease-rule"_s)) {
        request.leaseRule = enumOf<LeaseRule>(QStringView(args.value(u"--lease-rule"_s)));
        if (!request.leaseRule)
            return CliText::tr("--lease-rule: one of %1 is expected").arg(enumChoices<LeaseRule>());
    }
    if (args.has(u"--lease"_s)) {
        request.lease = durationOf(args.value(u"--lease"_s));
        if (!request.lease)
            return CliText::tr("--lease: a duration is expected: 90s, 10m, 2h");
    }
    return {};
}

ExitStatus set(Invocation &invocation)
{
    if (invocation.args.words.size() != 1)
        return misused(
            invocation,
            CliText::tr("one batch is expected: drover batch set nightly --most-running 4"));
    SetBatch request;
    if (const QString wrong = readChanges(invocation.args, request); !wrong.isEmpty())
        return misused(invocation, wrong);
    if (request == SetBatch())
        return misused(invocation,
                       CliText::tr("nothing is to be changed; --help lists what can be"));
    const Result<Batch> batch = batchNamed(invocation.session, invocation.args.words.first());
    if (!batch)
        return failed(invocation, batch.error());
    request.id = batch->id;
    const Result<Batch> changed = invocation.session.call(request);
    if (!changed)
        return failed(invocation, changed.error());
    if (invocation.json())
        printJson(invocation.screen, jsonOf(*changed));
    else
        printBatch(invocation.screen, *changed);
    return ExitStatus::Ok;
}

QList<Option> changes()
{
    const QStringList yesNo{u"yes"_s, u"no"_s};
    return {
        {.name = u"--held"_s,
         .value = u"yes|no"_s,
         .words = CliText::tr("nothing new starts"),
         .choices = yesNo},
        {.name = u"--paused"_s,
         .value = u"yes|no"_s,
         .words = CliText::tr("and what runs is frozen"),
         .choices = yesNo},
        {.name = u"--keep"_s,
         .value = u"yes|no"_s,
         .words = CliText::tr("evidence: retention leaves it alone"),
         .choices = yesNo},
        {.name = u"--priority"_s, .value = u"N"_s, .words = CliText::tr("0 to 100, higher first")},
        {.name = u"--most-running"_s,
         .value = u"N"_s,
         .words = CliText::tr("at most so many at once; 0: no limit")},
        {.name = u"--pools"_s,
         .value = u"NAMES"_s,
         .words = CliText::tr("pools whose machines it may use: a,b")},
        {.name = u"--lease-rule"_s,
         .value = u"RULE"_s,
         .words = CliText::tr("when a machine is gone: replace, wait or fence"),
         .choices = {u"replace"_s, u"wait"_s, u"fence"_s}},
        {.name = u"--lease"_s,
         .value = u"TIME"_s,
         .words = CliText::tr("how long a machine may be silent")},
        {.name = u"--share-by"_s,
         .value = u"LABEL"_s,
         .words = CliText::tr("share slots fairly between values of a label")},
        {.name = u"--notes"_s, .value = u"TEXT"_s, .words = CliText::tr("words for people")},
    };
}

} // namespace

QList<Command> batchCommands()
{
    return {
        {.path = {u"batches"_s},
         .operands = CliText::tr("[NAME]"),
         .words = CliText::tr("list batches, newest first"),
         .options = listOptions()
             + QList<Option>{flag(u"--live"_s, CliText::tr("only those that have not ended"))},
         .run = batches,
         .also = {{u"batch"_s, u"list"_s}},
         .watches = true},
        {.path = {u"batch"_s},
         .operands = CliText::tr("BATCH"),
         .words = CliText::tr("show a batch"),
         .options = {flag(u"--watch"_s, CliText::tr("show it again every two seconds"))},
         .run = show,
         .also = {{u"batch"_s, u"show"_s}},
         .watches = true},
        {.path = {u"batch"_s, u"set"_s},
         .operands = CliText::tr("BATCH"),
         .words = CliText::tr("change a batch; what is not given stays"),
         .options = changes(),
         .run = set},
    };
}

} // namespace Drover
