#include "app/cli/tasksof.h"

#include "app/cli/clitext.h"
#include "app/cli/followedoperation.h"
#include "app/cli/jsontext.h"
#include "app/work/actionline.h"
#include "app/work/afternames.h"
#include "app/work/problems.h"
#include "backend/protocol/batchrequests.h"
#include "backend/protocol/machinerequests.h"
#include "backend/protocol/taskrequests.h"

#include <QtCore/QFile>
#include <QtCore/QRegularExpression>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 manyTasks = 1000; // over this a person is asked

Result<qint64> counted(Invocation &invocation, const TaskChoice &choice)
{
    const Result<Counted> counted = invocation.session.call(
        CountTasks{.where = choice.query.all ? u"state = unfinished"_s : choice.query.where});
    if (!counted)
        return counted.error();
    return counted->count;
}

bool saidYes()
{
    QFile in;
    if (!in.open(stdin, QIODevice::ReadOnly | QIODevice::Text))
        return false;
    const QString answer = QString::fromUtf8(in.readLine()).trimmed().toLower();
    return answer == "y"_L1 || answer == "yes"_L1 || answer == CliText::tr("yes");
}

} // namespace

QList<Option> choiceOptions()
{
    return {
        {.name = u"--where"_s,
         .value = u"FILTER"_s,
         .words = CliText::tr("all that match: 'state = failed and exit != 0'")},
        {.name = u"--batch"_s, .value = u"NAME"_s, .words = CliText::tr("all of a batch")},
        flag(u"--all"_s, CliText::tr("everything")),
    };
}

QString filterOfBatch(const QString &name)
{
    QString inside = name;
    inside.replace(u'"', u"\"\""_s);
    return u"batch = \""_s + inside + u'"';
}

Result<QList<TaskId>> taskIdsOf(const QStringList &words)
{
    QList<TaskId> tasks;
    for (const QString &word : words) {
        const auto ids = idsOf(word);
        if (!ids) {
            return fail(
                ErrorCode::Invalid,
                CliText::tr(
                    "%1 is no task; give ids (12), ranges (12-20), --where FILTER or --batch NAME")
                    .arg(word.left(80)));
        }
        for (const qint64 id : *ids)
            tasks.append(TaskId{id});
    }
    return tasks;
}

Result<AttemptId> attemptOf(const QString &word)
{
    static const QRegularExpression form(u"^([0-9]{1,16})(?:/([0-9]{1,9}))?\\z"_s);
    const auto match = form.match(word);
    if (!match.hasMatch() || match.captured(1).toLongLong() == 0)
        return fail(ErrorCode::Invalid,
                    CliText::tr("%1 is no task; give an id, or 42/2 for its second attempt")
                        .arg(word.left(80)));
    return AttemptId{TaskId{match.captured(1).toLongLong()}, match.captured(2).toInt()};
}

Result<TaskChoice> chosenTasks(Invocation &invocation, const QStringList &words)
{
    const Arguments &args = invocation.args;
    const int kinds = int(!words.isEmpty()) + int(args.has(u"--where"_s))
        + int(args.has(u"--batch"_s)) + int(args.has(u"--all"_s));
    if (kinds != 1) {
        return fail(ErrorCode::Invalid,
                    kinds == 0 ? CliText::tr(
                        "which tasks? give ids (12 15-20), --where FILTER, --batch NAME or --all")
                               : CliText::tr("give either ids, --where, --batch or --all"));
    }
    TaskChoice choice;
    if (args.has(u"--all"_s)) {
        choice.query.all = true;
        choice.shown = CliText::tr("all tasks");
    } else if (args.has(u"--where"_s)) {
        choice.query.where = args.value(u"--where"_s);
        choice.shown = CliText::tr("all tasks with %1").arg(choice.query.where);
    } else if (args.has(u"--batch"_s)) {
        const Result<Batch> batch = batchNamed(invocation.session, args.value(u"--batch"_s));
        if (!batch)
            return batch.error();
        choice.batch = batch->id;
        choice.batchName = batch->name;
        choice.query.where = filterOfBatch(batch->name);
        choice.shown = CliText::tr("all tasks of batch %1").arg(batch->name);
    } else {
        const Result<QList<TaskId>> ids = taskIdsOf(words);
        if (!ids)
            return ids.error();
        choice.query.ids = *ids;
        choice.shown = CliText::tr("tasks %1").arg(idRanges(*ids).join(u' '));
    }
    return choice;
}

Result<Batch> batchNamed(Session &session, const QString &name)
{
    const Result<BatchList> found = session.call(ListBatches{.name = name});
    if (!found)
        return found.error();
    if (found->batches.isEmpty())
        return fail(
            ErrorCode::NotFound,
            CliText::tr("there is no batch %1; drover batches shows them").arg(name.left(80)));
    for (const Batch &batch : found->batches) {
        if (!isSet(batch.ended))
            return batch;
    }
    return found->batches.first();
}

Result<Machine> machineNamed(Session &session, const QString &name)
{
    const Result<MachineList> all = session.call(ListMachines{});
    if (!all)
        return all.error();
    QStringList known;
    for (const Machine &machine : all->machines) {
        if (machine.name.compare(name, Qt::CaseInsensitive) == 0
            || QString::number(machine.id.value) == name)
            return machine;
        known.append(machine.name);
    }
    return fail(
        ErrorCode::NotFound,
        CliText::tr("there is no machine %1; %2").arg(name.left(80), remedyFor(name, known)));
}

Result<bool> confirmed(Invocation &invocation, TaskChoice &choice, const QString &verb,
                       Undoable undoable)
{
    const bool named = !choice.query.ids.isEmpty();
    if (named && (undoable == Undoable::Yes || choice.query.ids.size() <= manyTasks))
        return true;
    if (invocation.args.has(u"--yes"_s))
        return true;
    qint64 count = choice.query.ids.size();
    if (!named) {
        const Result<qint64> found = counted(invocation, choice);
        if (!found)
            return found.error();
        count = *found;
    }
    if (undoable == Undoable::Yes && count <= manyTasks)
        return true;
    if (!named)
        choice.query.expectedCount = count; // what the person agrees to, and nothing else
    const QString number = QString::number(count);
    const QString question = undoable == Undoable::Yes
        ? CliText::tr("%1 %2 (%3)?").arg(verb, choice.shown, number)
        : CliText::tr("%1 %2 (%3)? This cannot be undone.").arg(verb, choice.shown, number);
    return agreed(invocation, question);
}

Result<bool> agreed(Invocation &invocation, const QString &question)
{
    if (invocation.args.has(u"--yes"_s))
        return true;
    if (!invocation.screen.settings().canAsk)
        return fail(ErrorCode::Invalid,
                    CliText::tr("%1 Say --yes where nobody can be asked.").arg(question));
    invocation.screen.errorBytes((harmless(question) + u" [y/N] "_s).toUtf8());
    return saidYes();
}

ExitStatus printTouched(Invocation &invocation, const Result<Touched> &touched, const QString &done)
{
    if (!touched)
        return failed(invocation, touched.error());
    const bool goesOn = touched->operation && touched->changed == 0;
    if (goesOn)
        return followOperation(invocation, touched->operation);
    if (invocation.json()) {
        printJson(invocation.screen, jsonOf(*touched));
        return ExitStatus::Ok;
    }
    QString text = done.arg(touched->changed);
    if (touched->already > 0)
        text += CliText::tr("; %1 were so already").arg(touched->already);
    invocation.screen.line(text);
    if (touched->operation)
        invocation.screen.note(
            CliText::tr("drover undo %1 takes it back.").arg(touched->operation.value));
    return ExitStatus::Ok;
}

} // namespace Drover
