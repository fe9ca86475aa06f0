// Commands that do one thing to many tasks: cancel, kill, retry, hold, release, pause, resume,
// priority, label, move, keep, delete.
#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/jsontext.h"
#include "app/cli/tasksof.h"
#include "backend/protocol/batchrequests.h"
#include "backend/protocol/flagrequests.h"
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

enum class Wish { Hold, Pause };

// What a wish says of everything, a project or a batch; "%1" is which.
QString wishText(Wish wish, bool on)
{
    if (wish == Wish::Hold)
        return on ? CliText::tr("%1 is held: nothing new starts.") : CliText::tr("%1 is released.");
    return on ? CliText::tr("%1 is paused: nothing starts, and what runs is frozen.")
              : CliText::tr("%1 goes on.");
}

template <typename Reply>
ExitStatus printWish(Invocation &invocation, Wish wish, bool on, const QString &what,
                     const Result<Reply> &done)
{
    if (!done)
        return failed(invocation, done.error());
    if (invocation.json())
        printJson(invocation.screen,
                  QJsonObject{{wish == Wish::Hold ? u"held"_s : u"paused"_s, on}});
    else
        invocation.screen.line(harmless(wishText(wish, on).arg(what)));
    return ExitStatus::Ok;
}

ExitStatus wishForAll(Invocation &invocation, Wish wish, bool on)
{
    Session &session = invocation.session;
    return printWish(invocation, wish, on, CliText::tr("Everything"),
                     wish == Wish::Hold ? session.call(HoldEverything{.held = on})
                                        : session.call(PauseEverything{.paused = on}));
}

ExitStatus wishForProject(Invocation &invocation, Wish wish, bool on, const QString &project)
{
    Session &session = invocation.session;
    return printWish(invocation, wish, on, CliText::tr("Project %1").arg(project),
                     wish == Wish::Hold
                         ? session.call(HoldProject{.project = project, .held = on})
                         : session.call(PauseProject{.project = project, .paused = on}));
}

ExitStatus wishForBatch(Invocation &invocation, Wish wish, bool on, const QString &name)
{
    const Result<Batch> batch = batchNamed(invocation.session, name);
    if (!batch)
        return failed(invocation, batch.error());
    SetBatch request{.id = batch->id};
    (wish == Wish::Hold ? request.held : request.paused) = on;
    return printWish(invocation, wish, on, CliText::tr("Batch %1").arg(batch->name),
                     invocation.session.call(request));
}

ExitStatus wishForTasks(Invocation &invocation, Wish wish, bool on)
{
    const QStringList &words = invocation.args.words;
    if (wish == Wish::Hold)
        return touch(invocation, words, HoldTasks{.held = on},
                     {.verb = on ? CliText::tr("Hold") : CliText::tr("Release"),
                      .done = on ? CliText::tr("%1 held") : CliText::tr("%1 released"),
                      .undoable = Undoable::Yes});
    return touch(invocation, words, PauseTasks{.paused = on},
                 {.verb = on ? CliText::tr("Pause") : CliText::tr("Resume"),
                  .done = on ? CliText::tr("%1 paused") : CliText::tr("%1 resumed"),
                  .undoable = Undoable::Yes});
}

// Flags of what is more than a task are set there, and never copied to its tasks.
ExitStatus setWish(Invocation &invocation, Wish wish, bool on)
{
    const Arguments &args = invocation.args;
    const int kinds = int(!args.words.isEmpty()) + int(args.has(u"--where"_s))
        + int(args.has(u"--batch"_s)) + int(args.has(u"--project"_s)) + int(args.has(u"--all"_s));
    if (kinds > 1)
        return misused(invocation,
                       CliText::tr("give tasks, --where, --batch, --project or --all, and one "
                                   "of them only"));
    if (args.has(u"--all"_s))
        return wishForAll(invocation, wish, on);
    if (args.has(u"--project"_s))
        return wishForProject(invocation, wish, on, args.value(u"--project"_s));
    if (args.has(u"--batch"_s))
        return wishForBatch(invocation, wish, on, args.value(u"--batch"_s));
    return wishForTasks(invocation, wish, on);
}

ExitStatus hold(Invocation &invocation)
{
    return setWish(invocation, Wish::Hold, true);
}

ExitStatus release(Invocation &invocation)
{
    return setWish(invocation, Wish::Hold, false);
}

ExitStatus pause(Invocation &invocation)
{
    return setWish(invocation, Wish::Pause, true);
}

ExitStatus resume(Invocation &invocation)
{
    return setWish(invocation, Wish::Pause, false);
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

// Of a batch it is a flag of its own, which covers what comes into it.
ExitStatus keep(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    const bool kept = !args.has(u"--release"_s);
    if (!args.has(u"--batch"_s) || !args.words.isEmpty() || args.has(u"--where"_s))
        return touch(invocation, args.words, KeepTasks{.kept = kept},
                     {.verb = kept ? CliText::tr("Keep") : CliText::tr("Let go of"),
                      .done = kept ? CliText::tr("%1 kept") : CliText::tr("%1 let go"),
                      .undoable = Undoable::Yes});
    const Result<Batch> batch = batchNamed(invocation.session, args.value(u"--batch"_s));
    const Result<Batch> set = batch ? invocation.session.call(SetBatch{.id = batch->id, .keep = kept}) : batch;
    if (!set)
        return failed(invocation, set.error());
    if (invocation.json())
        printJson(invocation.screen, jsonOf(*set));
    else
        invocation.screen.line(harmless((kept ? CliText::tr("Batch %1 is kept, with all its tasks.") : CliText::tr("Batch %1 is not kept any more.")).arg(set->name)));
    return ExitStatus::Ok;
}

ExitStatus putAway(Invocation &invocation)
{
    return touch(invocation, invocation.args.words, DeleteTasks{},
                 {.verb = CliText::tr("Put away"), .done = CliText::tr("%1 put away"), .undoable = Undoable::Yes});
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
    const Option project{.name = u"--project"_s,
                         .value = u"NAME"_s,
                         .words = CliText::tr("a project, with all its batches")};
    return {
        bulk(u"cancel"_s, CliText::tr("end tasks: what waits at once, what runs politely"), cancel,
             {now}),
        bulk(u"kill"_s, CliText::tr("end tasks without asking them"), kill, {now}),
        bulk(u"retry"_s, CliText::tr("queue what has ended again"), retry),
        bulk(u"hold"_s, CliText::tr("do not start tasks, a batch, a project or anything at all"),
             hold, {project}),
        bulk(u"release"_s, CliText::tr("let start what is held"), release, {project}),
        bulk(u"pause"_s, CliText::tr("freeze what runs, and start nothing of it"), pause,
             {project}),
        bulk(u"resume"_s, CliText::tr("let go on what is paused"), resume, {project}),
        bulk(u"priority"_s, CliText::tr("change the priority of tasks, 0 to 100"), priority, {},
             CliText::tr("N TASK…")),
        bulk(u"label"_s, CliText::tr("give labels to tasks, or take them away"), label, {},
             CliText::tr("KEY=VALUE… KEY-… TASK…")),
        bulk(u"keep"_s, CliText::tr("leave tasks, or a batch, alone when what is old is put away"), keep,
             {flag(u"--release"_s, CliText::tr("do not keep them any more"))}),
        bulk(u"delete"_s, CliText::tr("put tasks that have ended away; drover undo brings them back"), putAway),
        bulk(u"move"_s, CliText::tr("move tasks into another batch"), move,
             {{.name = u"--to"_s, .value = u"BATCH"_s, .words = CliText::tr("made when it is not there")},
              {.name = u"--project"_s, .value = u"NAME"_s, .words = CliText::tr("of the tasks; main")}}),
    };
}

} // namespace Drover
