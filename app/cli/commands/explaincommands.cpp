// explain, causes.
#include "app/cli/clitext.h"
#include "app/cli/columns.h"
#include "app/cli/commands/commands.h"
#include "app/cli/look.h"
#include "app/cli/tasksof.h"
#include "backend/protocol/causerequests.h"
#include "backend/protocol/explainrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

ExitStatus explain(Invocation &invocation)
{
    const Result<QList<TaskId>> ids = taskIdsOf(invocation.args.words);
    if (!ids || ids->size() != 1)
        return misused(invocation, CliText::tr("one task is expected: drover explain 42"));
    const Result<Explanation> explanation
        = invocation.session.call(ExplainTask{.id = ids->first()});
    if (!explanation)
        return failed(invocation, explanation.error());
    Screen &screen = invocation.screen;
    if (invocation.json()) {
        printJson(screen, jsonOf(*explanation));
        return ExitStatus::Ok;
    }
    screen.line(CliText::tr("Task %1 is %2:")
                    .arg(explanation->task.value)
                    .arg(enumText(explanation->state)));
    for (const Reason &reason : explanation->reasons) {
        screen.line(u"- "_s + harmless(reason.what));
        if (!reason.remedy.isEmpty())
            screen.line(u"  "_s + screen.toned(harmless(reason.remedy), Tone::Quiet));
    }
    return ExitStatus::Ok;
}

QString headline(const Cause &cause)
{
    QString text = CliText::tr("%1 x %2").arg(cause.count).arg(enumText(cause.reason));
    if (cause.exitCode)
        text += CliText::tr(" with status %1").arg(*cause.exitCode);
    if (cause.signal != 0)
        text += CliText::tr(" by signal %1").arg(cause.signal);
    return text;
}

QString sharedText(const SharedTrait &trait)
{
    const QString has = trait.name + u" = "_s + trait.value;
    return trait.others == 0
        ? CliText::tr("all have %1, and no other task has").arg(has)
        : CliText::tr("all have %1, as %2 that did not fail so").arg(has).arg(trait.others);
}

void printCause(Screen &screen, const Cause &cause)
{
    screen.line(screen.toned(headline(cause), Tone::Bad));
    if (!cause.lastLine.isEmpty())
        screen.line(u"  "_s + harmless(cause.lastLine));
    for (const SharedTrait &trait : cause.shared)
        screen.line(u"  "_s + harmless(sharedText(trait)));
    QStringList examples;
    for (const TaskId id : cause.examples)
        examples.append(QString::number(id.value));
    screen.line(CliText::tr("  %1 to %2; tasks %3")
                    .arg(localTime(cause.first), localTime(cause.last), examples.join(u' ')));
}

ExitStatus causes(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    if (args.words.size() != 1)
        return misused(invocation,
                       CliText::tr("one batch is expected, by name or id: drover causes nightly"));
    bool ok = true;
    const int limit = args.value(u"--limit"_s, u"20"_s).toInt(&ok);
    if (!ok)
        return misused(invocation, CliText::tr("--limit: a number is expected"));
    const Result<Batch> batch = batchNamed(invocation.session, args.words.first());
    if (!batch)
        return failed(invocation, batch.error());
    const Result<CauseList> list
        = invocation.session.call(ListCauses{.batch = batch->id, .limit = limit});
    if (!list)
        return failed(invocation, list.error());
    if (invocation.json()) {
        printJson(invocation.screen, jsonOf(*list));
        return ExitStatus::Ok;
    }
    invocation.screen.line(CliText::tr("Batch %1: %2 of %3 tasks have failed.")
                               .arg(harmless(batch->name))
                               .arg(list->failed)
                               .arg(list->total));
    for (const Cause &cause : list->causes)
        printCause(invocation.screen, cause);
    return ExitStatus::Ok;
}

} // namespace

QList<Command> explainCommands()
{
    return {
        {.path = {u"explain"_s},
         .operands = CliText::tr("TASK"),
         .words = CliText::tr("why a task is where it is, and what would change it"),
         .options = {flag(u"--watch"_s, CliText::tr("show it again every two seconds"))},
         .run = explain,
         .also = {{u"task"_s, u"explain"_s}},
         .watches = true},
        {.path = {u"causes"_s},
         .operands = CliText::tr("BATCH"),
         .words = CliText::tr("failures of a batch by cause, and what they have in common"),
         .options = {{.name = u"--limit"_s,
                      .value = u"N"_s,
                      .words = CliText::tr("at most so many causes; 20")}},
         .run = causes,
         .also = {{u"batch"_s, u"causes"_s}}},
    };
}

} // namespace Drover
