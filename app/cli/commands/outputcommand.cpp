#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/jsontext.h"
#include "app/cli/tasksof.h"
#include "app/cli/texttable.h"
#include "app/client/filetransfers.h"
#include "backend/base/size.h"

#include <QtCore/QDir>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

ExitStatus list(Invocation &invocation, const TaskOutputs &outputs)
{
    if (invocation.json()) {
        printJson(invocation.screen, jsonOf(outputs));
        return ExitStatus::Ok;
    }
    TextTable table;
    table.addColumn(CliText::tr("FILE"));
    table.addColumn(CliText::tr("SIZE"), TextTable::Align::Right);
    table.addColumn(CliText::tr("BLOB"));
    for (const Transfer &file : outputs.files)
        table.addRow({{file.name}, {printedSize(file.size)}, {blobHashOf(file.source).left(16)}});
    invocation.screen.out(table.printed(invocation.screen));
    if (outputs.n == 0)
        invocation.screen.note(CliText::tr("It has not ended yet; --attempt N shows what an attempt has left."));
    else if (outputs.files.isEmpty())
        invocation.screen.note(CliText::tr("Attempt %1 has left no files.").arg(outputs.n));
    return ExitStatus::Ok;
}

/// Where each goes; their folders are made.
Result<QList<FileTransfers::Wanted>> placed(const TaskOutputs &outputs, const QString &to)
{
    QList<FileTransfers::Wanted> files;
    for (const Transfer &file : outputs.files) {
        // It comes from a machine where a stranger's task ran.
        if (!isPathBelow(file.name))
            return fail(ErrorCode::Protocol, CliText::tr("a file of that name is not written: %1").arg(file.name));
        const QString path = to + u'/' + file.name;
        if (!QDir().mkpath(QFileInfo(path).path()))
            return fail(ErrorCode::Io, CliText::tr("the folder of %1 cannot be made").arg(path));
        files.append({.hash = blobHashOf(file.source), .size = file.size, .path = path});
    }
    return files;
}

ExitStatus bring(Invocation &invocation, TaskId task, const TaskOutputs &outputs, const QString &to)
{
    const Result<QList<FileTransfers::Wanted>> files = placed(outputs, to);
    const Result<Client *> client = files ? invocation.session.client() : files.error();
    if (!client)
        return failed(invocation, client.error());
    FileTransfers transfers(**client);
    QObject::connect(&transfers, &FileTransfers::progressed, &transfers,
                     [&invocation](qint64 bytes, qint64 all, qsizetype done, qsizetype count) {
                         invocation.screen.progress(CliText::tr("%1 of %2 files, %3 of %4")
                                                        .arg(done)
                                                        .arg(count)
                                                        .arg(printedSize(bytes), printedSize(all)));
                     });
    const Result<bool> brought = invocation.session.waited<bool>([&](QObject *context, auto handler) {
        transfers.download(task, *files, context, [handler = std::move(handler)](const Result<void> &done) {
            handler(done ? Result<bool>(true) : done.error());
        });
    });
    invocation.screen.endProgress();
    if (!brought)
        return failed(invocation, brought.error());
    if (invocation.json()) {
        printJson(invocation.screen, jsonOf(outputs));
        return ExitStatus::Ok;
    }
    for (const FileTransfers::Wanted &file : *files)
        invocation.screen.line(file.path);
    if (files->isEmpty())
        invocation.screen.note(CliText::tr("There is nothing to bring."));
    return ExitStatus::Ok;
}

ExitStatus run(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    if (args.words.size() != 1)
        return misused(invocation, CliText::tr("one task is expected: drover outputs 42 --to results"));
    const Result<AttemptId> attempt = attemptOf(args.words.first());
    if (!attempt)
        return misused(invocation, attempt.error().message);
    bool isNumber = true;
    const int n = args.has(u"--attempt"_s) ? args.value(u"--attempt"_s).toInt(&isNumber) : attempt->n;
    if (!isNumber || n < 0)
        return misused(invocation, CliText::tr("--attempt: a number from 1 on is expected"));
    const Result<TaskOutputs> outputs = invocation.session.call(GetTaskOutputs {.task = attempt->task, .n = n});
    if (!outputs)
        return failed(invocation, outputs.error());
    return args.has(u"--to"_s) ? bring(invocation, attempt->task, *outputs, args.value(u"--to"_s))
                               : list(invocation, *outputs);
}

} // namespace

QList<Command> outputCommands()
{
    return {{.path = {u"outputs"_s},
             .operands = CliText::tr("TASK"),
             .words = CliText::tr("list the files that a task has left, and bring them here"),
             .options = {{.name = u"--to"_s,
                          .value = u"DIR"_s,
                          .words = CliText::tr("bring them into that folder; what is there of the same name is replaced")},
                         {.name = u"--attempt"_s,
                          .value = u"N"_s,
                          .words = CliText::tr("those of that attempt; else of the one that gave the result")}},
             .run = run,
             .also = {{u"task"_s, u"outputs"_s}}}};
}

} // namespace Drover
