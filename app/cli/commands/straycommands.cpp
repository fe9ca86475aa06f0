// strays, stray stop, stray adopt.
#include "app/cli/clitext.h"
#include "app/cli/columns.h"
#include "app/cli/commands/commands.h"
#include "app/cli/look.h"
#include "app/cli/tasksof.h"
#include "backend/protocol/strayrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using Align = TextTable::Align;

QString endText(const Stray &stray)
{
    if (stray.endReason == EndReason::None)
        return stray.adopted ? CliText::tr("adopted") : QString();
    return u"%1 %2"_s.arg(enumText(stray.endReason), stray.lastLine).trimmed();
}

QList<Column<Stray>> strayColumns()
{
    return {
        {u"machine"_s, CliText::tr("MACHINE"), Align::Right,
         [](const Stray &s) { return TextTable::Cell{QString::number(s.machine.value)}; }},
        {u"attempt"_s, CliText::tr("ATTEMPT"), Align::Left,
         [](const Stray &s) { return TextTable::Cell{u"%1/%2"_s.arg(s.task.value).arg(s.n)}; }},
        {u"state"_s, CliText::tr("STATE"), Align::Left,
         [](const Stray &s) { return TextTable::Cell{enumText(s.state)}; }},
        {u"seen"_s, CliText::tr("SEEN"), Align::Left,
         [](const Stray &s) { return TextTable::Cell{localTime(s.seen)}; }},
        {u"end"_s, CliText::tr("END"), Align::Left,
         [](const Stray &s) { return TextTable::Cell{endText(s)}; }},
    };
}

ExitStatus strays(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    const auto columns
        = chosenColumns(strayColumns(), args.value(u"--columns"_s),
                        {u"machine"_s, u"attempt"_s, u"state"_s, u"seen"_s, u"end"_s});
    if (!columns)
        return misused(invocation, columns.error().message);
    ListStrays request;
    if (!args.words.isEmpty()) {
        const Result<Machine> machine = machineNamed(invocation.session, args.words.first());
        if (!machine)
            return failed(invocation, machine.error());
        request.machine = machine->id;
    }
    Result<StrayList> list = invocation.session.call(request);
    if (!list)
        return failed(invocation, list.error());
    if (const Result<void> sorted = sortRows(list->strays, args.value(u"--sort"_s)); !sorted)
        return misused(invocation, sorted.error().message);
    if (invocation.json())
        printJson(invocation.screen, jsonOf(*list));
    else if (list->strays.isEmpty())
        invocation.screen.note(CliText::tr("No machine holds anything of another history."));
    else
        invocation.screen.out(printedTable(*columns, list->strays, invocation.screen));
    return ExitStatus::Ok;
}

// MACHINE and TASK/N, as the list prints them.
template <typename Request>
ExitStatus decide(Invocation &invocation, Request request, const QString &done)
{
    const QStringList &words = invocation.args.words;
    const Result<AttemptId> attempt = attemptOf(words.value(1));
    if (words.size() != 2 || !attempt || attempt->n == 0)
        return misused(
            invocation,
            CliText::tr("a machine and an attempt are expected: drover stray stop m1 42/1"));
    const Result<Machine> machine = machineNamed(invocation.session, words.first());
    if (!machine)
        return failed(invocation, machine.error());
    request.machine = machine->id;
    request.task = attempt->task;
    request.n = attempt->n;
    const Result<Done> answer = invocation.session.call(request);
    if (!answer)
        return failed(invocation, answer.error());
    invocation.screen.note(done.arg(words.value(1)));
    return ExitStatus::Ok;
}

ExitStatus stop(Invocation &invocation)
{
    return decide(invocation, StopStray{}, CliText::tr("Attempt %1 is stopped and forgotten."));
}

ExitStatus adopt(Invocation &invocation)
{
    return decide(invocation, AdoptStray{}, CliText::tr("Attempt %1 is its task's now."));
}

} // namespace

QList<Command> strayCommands()
{
    const QString operands = CliText::tr("MACHINE TASK/N");
    return {
        {.path = {u"strays"_s},
         .operands = CliText::tr("[MACHINE]"),
         .words = CliText::tr("what machines hold that was never assigned here"),
         .options = listOptions(),
         .run = strays,
         .also = {{u"stray"_s, u"list"_s}},
         .watches = true},
        {.path = {u"stray"_s, u"stop"_s},
         .operands = operands,
         .words = CliText::tr("end a stray attempt, or forget it when it has ended"),
         .options = {},
         .run = stop},
        {.path = {u"stray"_s, u"adopt"_s},
         .operands = operands,
         .words = CliText::tr("let a stray be the attempt of its task"),
         .options = {},
         .run = adopt},
    };
}

} // namespace Drover
