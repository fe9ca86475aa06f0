// edit, exclude: another spec for tasks that have not ended.
#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/submitoptions.h"
#include "app/cli/tasksof.h"
#include "app/work/specreader.h"
#include "app/work/spectext.h"
#include "app/work/specwriter.h"
#include "backend/protocol/machinerequests.h"
#include "backend/protocol/taskrequests.h"

#include <QtCore/QDir>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryFile>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype mostEdits = 2000;
constexpr int pageSize = 1000;

Result<QList<TaskId>> idsOf(Invocation &invocation, const TaskChoice &choice)
{
    QList<TaskId> ids = choice.query.ids;
    for (bool more = ids.isEmpty(); more && ids.size() <= mostEdits;) {
        const QString where = choice.query.all
            ? u"state = unfinished"_s
            : u"(%1) and state = unfinished"_s.arg(choice.query.where);
        const Result<TaskPage> page = invocation.session.call(
            ListTasks{.where = where, .order = u"id"_s, .limit = pageSize, .offset = ids.size()});
        if (!page)
            return page.error();
        for (const Task &task : page->tasks)
            ids.append(task.id);
        more = page->more;
    }
    if (ids.size() > mostEdits)
        return fail(
            ErrorCode::TooLarge,
            CliText::tr("at most %1 tasks are edited at once; choose fewer").arg(mostEdits));
    return ids;
}

// The specs of these tasks, each changed by `change`.
Result<QList<TaskEdit>> editsOf(Invocation &invocation, const QList<TaskId> &ids,
                                const std::function<Result<TaskSpec>(const TaskSpec &)> &change)
{
    QList<TaskEdit> edits;
    for (const TaskId id : ids) {
        const Result<TaskDetail> detail = invocation.session.call(GetTask{.id = id});
        if (!detail)
            return detail.error();
        const Result<TaskSpec> changed = change(detail->spec);
        if (!changed)
            return changed.error();
        if (*changed != detail->spec)
            edits.append({.id = id, .specNumber = detail->task.specNumber, .spec = *changed});
    }
    return edits;
}

ExitStatus sendEdits(Invocation &invocation, const Result<QList<TaskEdit>> &edits)
{
    if (!edits)
        return failed(invocation, edits.error());
    if (edits->isEmpty()) {
        invocation.screen.note(CliText::tr("Nothing is different; nothing was done."));
        return ExitStatus::Ok;
    }
    return printTouched(invocation, invocation.session.call(EditTasks{.edits = *edits}),
                        CliText::tr("%1 edited"));
}

Result<TaskSpec> withFields(const TaskSpec &spec, const SpecNode &over)
{
    Problems problems;
    TaskSpec changed = readTask(merged(nodeOf(spec), over), {}, problems);
    if (!problems.isEmpty())
        return problems.error();
    return changed;
}

// What a person made of the text in the editor of their choice.
Result<QByteArray> editedText(const QByteArray &text)
{
    QTemporaryFile file(QDir::tempPath() + u"/drover-XXXXXX.yaml"_s);
    if (!file.open() || file.write(text) != text.size() || !file.flush())
        return fail(ErrorCode::Io, u"%1: %2"_s.arg(file.fileName(), file.errorString()));
    const QString editor
        = qEnvironmentVariable("VISUAL", qEnvironmentVariable("EDITOR", u"sensible-editor"_s));
    QProcess process;
    process.setInputChannelMode(QProcess::ForwardedInputChannel);
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.start(u"/bin/sh"_s, {u"-c"_s, editor + u" \"$0\""_s, file.fileName()});
    if (!process.waitForFinished(-1) || process.exitStatus() != QProcess::NormalExit
        || process.exitCode() != 0)
        return fail(ErrorCode::Interrupted,
                    CliText::tr("the editor (%1) gave up; nothing was done").arg(editor));
    QFile edited(file.fileName());
    if (!edited.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"%1: %2"_s.arg(file.fileName(), edited.errorString()));
    return edited.readAll();
}

Result<TaskSpec> editedByHand(const TaskSpec &spec)
{
    const Result<QByteArray> text = editedText(yamlText(nodeOf(spec)).toUtf8());
    if (!text)
        return text.error();
    const Result<SpecNode> node = yamlNode(CliText::tr("your text"), *text);
    if (!node)
        return node.error();
    Problems problems;
    TaskSpec changed = readTask(*node, CliText::tr("your text"), problems);
    if (!problems.isEmpty())
        return problems.error();
    return changed;
}

ExitStatus edit(Invocation &invocation)
{
    const Result<SpecNode> over = taskFieldsOf(invocation.args);
    if (!over)
        return misused(invocation, over.error().message);
    Result<TaskChoice> choice = chosenTasks(invocation, invocation.args.words);
    if (!choice)
        return misused(invocation, choice.error().message);
    const Result<QList<TaskId>> ids = idsOf(invocation, *choice);
    if (!ids)
        return failed(invocation, ids.error());
    const bool byHand = over->entries.isEmpty();
    if (byHand && (ids->size() != 1 || !invocation.screen.settings().canAsk))
        return misused(
            invocation,
            CliText::tr("say what to change: drover edit 12 --memory 8G; only one task at a "
                        "terminal opens an editor"));
    return sendEdits(invocation, editsOf(invocation, *ids, [&](const TaskSpec &spec) {
                         return byHand ? editedByHand(spec) : withFields(spec, *over);
                     }));
}

ExitStatus exclude(Invocation &invocation)
{
    if (!invocation.args.has(u"--machine"_s))
        return misused(invocation,
                       CliText::tr("which machine? drover exclude 12-20 --machine worker7"));
    const Result<Machine> machine
        = machineNamed(invocation.session, invocation.args.value(u"--machine"_s));
    if (!machine)
        return failed(invocation, machine.error());
    Result<TaskChoice> choice = chosenTasks(invocation, invocation.args.words);
    if (!choice)
        return misused(invocation, choice.error().message);
    const Result<QList<TaskId>> ids = idsOf(invocation, *choice);
    if (!ids)
        return failed(invocation, ids.error());
    return sendEdits(invocation, editsOf(invocation, *ids, [&](TaskSpec spec) -> Result<TaskSpec> {
                         if (!spec.needs.withoutMachines.contains(machine->name))
                             spec.needs.withoutMachines.append(machine->name);
                         return spec;
                     }));
}

} // namespace

QList<Command> editCommands()
{
    return {
        {.path = {u"edit"_s},
         .operands = CliText::tr("TASK…"),
         .words
         = CliText::tr("change what tasks run and need; one task without options opens an editor"),
         .options = choiceOptions() + taskFieldOptions(),
         .run = edit,
         .more
         = CliText::tr("What runs goes on as it was started; the next attempt takes the new spec."),
         .also = {{u"task"_s, u"edit"_s}}},
        {.path = {u"exclude"_s},
         .operands = CliText::tr("TASK…"),
         .words = CliText::tr("keep tasks away from a machine"),
         .options = choiceOptions()
             + QList<Option>{{.name = u"--machine"_s,
                              .value = u"NAME"_s,
                              .words = CliText::tr("where they shall not run")}},
         .run = exclude,
         .also = {{u"task"_s, u"exclude"_s}}},
    };
}

} // namespace Drover
