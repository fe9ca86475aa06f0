// Commands that do one thing to many tasks: cancel, kill, retry, hold, release, priority, label, move.
#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/jsontext.h"
#include "app/cli/tasksof.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/taskrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// Long bulk work is not over in the half minute that is enough for everything else.
constexpr std::chrono::milliseconds patience = std::chrono::minutes(10);

struct Touch
{
    QString verb; ///< for the question
    QString done; ///< "%1 cancelled"
    Undoable undoable = Undoable::No;
};

template <typename Request>
ExitStatus touch(Invocation &invocation, const QStringList &words, Request request,
                 const Touch &how)
{
    Result<TaskChoice> choice = chosenTasks(invocation, words);
    if (!choice && choice.error().code == ErrorCode::Invalid)
        return misused(invocation, choice.error().message);
    if (!choice)
        return failed(invocation, choice.error());
    const Result<bool> goOn = confirmed(invocation, *choice, how.verb, how.undoable);
    if (!goOn && goOn.error().code == ErrorCode::Invalid)
        return misused(invocation, goOn.error().message);
    if (!goOn)
        return failed(invocation, goOn.error());
    if (!*goOn) {
        invocation.screen.note(CliText::tr("Nothing was done."));
        return ExitStatus::Ok;
    }
    request.tasks = choice->query;
    return printTouched(invocation, invocation.session.call(request, patience), how.done);
}

ExitStatus cancelWith(Invocation &invocation, bool kill)
{
    const Touch how{.verb = kill ? CliText::tr("Kill") : CliText::tr("Cancel"),
                    .done = CliText::tr("%1 cancelled")};
    return touch(invocation, invocation.args.words,
                 CancelTasks{.kill = kill, .now = invocation.args.has(u"--now"_s)}, how);
}

ExitStatus cancel(Invocation &invocation)
{
    return cancelWith(invocation, false);
}

ExitStatus kill(Invocation &invocation)
{
    return cancelWith(invocation, true);
}

ExitStatus retry(Invocation &invocation)
{
    if (invocation.args.has(u"--all"_s))
        return misused(
            invocation,
            CliText::tr("retry does not take --all; say which: --where 'state = failed'"));
    return touch(invocation, invocation.args.words, RetryTasks{},
                 {.verb = CliText::tr("Retry"), .done = CliText::tr("%1 queued again")});
}

ExitStatus holdEverything(Invocation &invocation, bool held)
{
    if (!invocation.args.words.isEmpty() || invocation.args.has(u"--where"_s)
        || invocation.args.has(u"--batch"_s))
        return misused(invocation, CliText::tr("--all holds the whole daemon, and stands alone"));
    const Result<Done> done = invocation.session.call(HoldEverything{.held = held});
    if (!done)
        return failed(invocation, done.error());
    if (invocation.json())
        printJson(invocation.screen, QJsonObject{{u"held"_s, held}});
    else
        invocation.screen.line(
            held ? CliText::tr(
                "Everything is held: nothing new starts. drover release --all lets it go on.")
                 : CliText::tr("Released: tasks start again."));
    return ExitStatus::Ok;
}

ExitStatus holdWith(Invocation &invocation, bool held)
{
    if (invocation.args.has(u"--all"_s))
        return holdEverything(invocation, held);
    const Touch how{.verb = held ? CliText::tr("Hold") : CliText::tr("Release"),
                    .done = held ? CliText::tr("%1 held") : CliText::tr("%1 released"),
                    .undoable = Undoable::Yes};
    return touch(invocation, invocation.args.words, HoldTasks{.held = held}, how);
}

ExitStatus hold(Invocation &invocation)
{
    return holdWith(invocation, true);
}

ExitStatus release(Invocation &invocation)
{
    return holdWith(invocation, false);
}

ExitStatus priority(Invocation &invocation)
{
    bool ok = false;
    const int number = invocation.args.words.value(0).toInt(&ok);
    if (!ok || number < 0 || number > 100)
        return misused(
            invocation,
            CliText::tr("a priority from 0 to 100 comes first: drover priority 70 12 15-20"));
    return touch(invocation, invocation.args.words.sliced(1), SetPriority{.priority = number},
                 {.verb = CliText::tr("Change the priority of"),
                  .done = CliText::tr("%1 changed"),
                  .undoable = Undoable::Yes});
}

// "student=7" sets a label, "student-" takes it away.
ExitStatus label(Invocation &invocation)
{
    LabelTasks request;
    QStringList words;
    for (const QString &word : invocation.args.words) {
        const qsizetype equals = word.indexOf(u'=');
        if (equals > 0)
            request.set.insert(word.first(equals), word.sliced(equals + 1));
        else if (word.size() > 1 && word.endsWith(u'-'))
            request.remove.append(word.chopped(1));
        else
            words.append(word);
    }
    if (request.set.isEmpty() && request.remove.isEmpty())
        return misused(invocation,
                       CliText::tr("which label? drover label student=7 12-20; student- takes it away"));
    return touch(invocation, words, request,
                 {.verb = CliText::tr("Label"),
                  .done = CliText::tr("%1 labelled"),
                  .undoable = Undoable::Yes});
}

ExitStatus move(Invocation &invocation)
{
    if (!invocation.args.has(u"--to"_s))
        return misused(invocation, CliText::tr("where to? drover move 12-20 --to nightly"));
    return touch(invocation, invocation.args.words,
                 MoveTasks{.batch = invocation.args.value(u"--to"_s),
                           .project = invocation.args.value(u"--project"_s, u"main"_s)},
                 {.verb = CliText::tr("Move"),
                  .done = CliText::tr("%1 moved"),
                  .undoable = Undoable::Yes});
}

Command bulk(const QString &verb, const QString &words, ExitStatus (*run)(Invocation &),
             const QList<Option> &more = {}, const QString &operands = {})
{
    return {.path = {verb},
            .operands = operands.isEmpty() ? CliText::tr("TASK…") : operands,
            .words = words,
            .options = choiceOptions() + more,
            .run = run,
            .also = {{u"task"_s, verb}}};
}

} // namespace

QList<Command> touchCommands()
{
    const Option now = flag(u"--now"_s, CliText::tr("do not wait for a machine without contact"));
    return {
        bulk(u"cancel"_s, CliText::tr("end tasks: what waits at once, what runs politely"), cancel,
             {now}),
        bulk(u"kill"_s, CliText::tr("end tasks without asking them"), kill, {now}),
        bulk(u"retry"_s, CliText::tr("queue what has ended again"), retry),
        bulk(u"hold"_s, CliText::tr("do not start tasks; --all: the daemon starts nothing at all"),
             hold),
        bulk(u"release"_s, CliText::tr("let held tasks start"), release),
        bulk(u"priority"_s, CliText::tr("change the priority of tasks, 0 to 100"), priority, {},
             CliText::tr("N TASK…")),
        bulk(u"label"_s, CliText::tr("give labels to tasks, or take them away"), label, {},
             CliText::tr("KEY=VALUE… KEY-… TASK…")),
        bulk(u"move"_s, CliText::tr("move tasks into another batch"), move,
             {{.name = u"--to"_s, .value = u"BATCH"_s, .words = CliText::tr("made when it is not there")},
              {.name = u"--project"_s, .value = u"NAME"_s, .words = CliText::tr("of the tasks; main")}}),
    };
}

} // namespace Drover
