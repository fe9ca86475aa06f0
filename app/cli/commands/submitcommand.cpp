#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/following.h"
#include "app/cli/jsontext.h"
#include "app/cli/submitoptions.h"
#include "app/cli/texttable.h"
#include "app/cli/waiting.h"
#include "app/client/filetransfers.h"
#include "app/client/submission.h"
#include "app/work/actionline.h"
#include "app/work/localfiles.h"
#include "app/work/shellwords.h"
#include "app/work/spectext.h"
#include "app/work/workreader.h"
#include "backend/base/size.h"
#include "backend/protocol/submissionrequests.h"

#include <QtCore/QFileInfo>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr std::chrono::milliseconds largeReply = std::chrono::minutes(2);

// A task runs elsewhere: a file that is here is named so that it is the same one there, as far as
// it is there at all. What is no file here is a word and stays one.
QString placedWord(const QString &word)
{
    const QFileInfo info(word);
    return info.exists() ? info.absoluteFilePath() : word;
}

/// Reads what a command line of `drover submit` names into tasks. Usage errors go to `problem`.
class WorkGatherer
{
public:
    WorkGatherer(const Arguments &args, const SpecNode &fields, bool hasInput)
        : m_args(args)
        , m_fields(fields)
        , m_hasInput(hasInput)
        , m_reader(withCommand())
    {
    }

    Result<WorkList> gather()
    {
        if (const QString wrong = problemOf(); !wrong.isEmpty())
            return fail(ErrorCode::Invalid, wrong);
        const Result<void> added = m_args.has(u"--each"_s) ? addEach()
            : m_args.has(u"--from"_s)                      ? addFrom()
            : saysWhat()                                   ? addOne()
                                                           : addFiles();
        if (!added)
            return added.error();
        return m_reader.finish();
    }

private:
    bool saysWhat() const { return m_args.hasCommand || m_args.has(u"--shell"_s); }

    SpecNode withCommand() const
    {
        SpecNode fields = m_fields;
        if (m_args.hasCommand)
            fields.set(u"command"_s, SpecNode::ofList(m_args.command));
        return fields;
    }

    QString problemOf() const
    {
        const bool each = m_args.has(u"--each"_s);
        const bool from = m_args.has(u"--from"_s);
        if (m_args.hasCommand && m_args.command.isEmpty())
            return CliText::tr("nothing stands after --; write: drover submit -- CMD ARGS…");
        if (each && from)
            return CliText::tr("give either --each or --from");
        if ((each || from) && !saysWhat())
            return CliText::tr("say what to run for each: -- CMD {}, or --shell TEXT");
        if (saysWhat() && !m_args.words.isEmpty() && !each)
            return CliText::tr("%1 stands before --; give either spec files or a command")
                .arg(m_args.words.first().left(80));
        if (m_args.words.isEmpty() && !saysWhat() && !m_hasInput)
            return CliText::tr("what? write drover submit -- CMD ARGS…, name a spec file, or pipe "
                               "commands in; --help shows all");
        return {};
    }

    Result<void> addOne()
    {
        m_reader.addTask();
        return {};
    }

    Result<void> addEach()
    {
        QStringList words = m_args.values(u"--each"_s) + m_args.words;
        if (words == QStringList{u"-"_s}) {
            const Result<QByteArray> bytes = readSpecFile(u"-"_s);
            const Result<QString> text = bytes ? textOf(CliText::tr("standard input"), *bytes)
                                               : Result<QString>(bytes.error());
            if (!text)
                return text.error();
            words = text->split(u'\n', Qt::SkipEmptyParts);
        }
        for (QString &word : words)
            word = placedWord(word);
        m_reader.addForEach(words);
        return {};
    }

    Result<void> addFrom()
    {
        const QString file = m_args.value(u"--from"_s);
        const Result<QByteArray> bytes = readSpecFile(file);
        if (!bytes)
            return bytes.error();
        m_reader.addForRows(file == "-"_L1 ? CliText::tr("standard input") : file, *bytes);
        return {};
    }

    Result<void> addFiles()
    {
        const QStringList files = m_args.words.isEmpty() ? QStringList{u"-"_s} : m_args.words;
        for (const QString &file : files) {
            const bool isInput = file == "-"_L1;
            const auto format = formatOf(file);
            if (!format)
                return fail(ErrorCode::Invalid, format.error().message);
            const Result<QByteArray> bytes = readSpecFile(file);
            if (!bytes)
                return bytes.error();
            m_reader.addSpec(isInput ? CliText::tr("standard input") : file, *bytes, *format);
        }
        return {};
    }

    Result<SpecFormat> formatOf(const QString &file) const
    {
        static const QMap<QString, SpecFormat> formats{{u"yaml"_s, SpecFormat::Yaml},
                                                       {u"json"_s, SpecFormat::Json},
                                                       {u"csv"_s, SpecFormat::Table},
                                                       {u"lines"_s, SpecFormat::Lines}};
        const QString wished = m_args.value(u"--format"_s);
        if (!wished.isEmpty() && !formats.contains(wished))
            return fail(ErrorCode::Invalid,
                        CliText::tr("--format: one of yaml, json, csv, lines is expected"));
        if (!wished.isEmpty())
            return formats.value(wished);
        if (file == "-"_L1)
            return SpecFormat::Lines;
        if (const auto format = specFormatOf(file))
            return *format;
        return fail(ErrorCode::Invalid,
                    QFileInfo::exists(file)
                        ? CliText::tr("%1: is it yaml, json, csv or lines? say --format").arg(file)
                        : CliText::tr("%1 is no spec file; to run it, write: drover submit -- %2")
                              .arg(file.left(80), shellQuoted(m_args.words).left(200)));
    }

    const Arguments &m_args;
    const SpecNode &m_fields;
    bool m_hasInput;
    WorkReader m_reader;
};

void printDryRun(Invocation &invocation, const Submit &request)
{
    if (invocation.json()) {
        printJson(invocation.screen, jsonOf(request));
        return;
    }
    TextTable table;
    table.addColumn(CliText::tr("NAME"));
    table.addColumn(CliText::tr("COMMAND"));
    table.addColumn(CliText::tr("AFTER"));
    for (const TaskSpec &task : request.tasks) {
        table.addRow({{task.name},
                      {task.shell.isEmpty() ? shellQuoted(task.command) : task.shell},
                      {task.after.join(u' ')}});
    }
    invocation.screen.out(table.printed(invocation.screen));
    invocation.screen.note(
        CliText::tr("%1 tasks are good; nothing was queued.").arg(request.tasks.size()));
}

ExitStatus afterwards(Invocation &invocation, const Submitted &submitted)
{
    if (invocation.args.has(u"--follow"_s))
        return followTask(invocation, submitted.tasks.first());
    if (invocation.args.has(u"--wait"_s))
        return waitFor(invocation, {.tasks = submitted.tasks, .batch = {}});
    return ExitStatus::Ok;
}

ExitStatus printSubmitted(Invocation &invocation, const Submitted &submitted)
{
    const bool goesOn = invocation.args.has(u"--wait"_s) || invocation.args.has(u"--follow"_s);
    if (invocation.json() && !goesOn) {
        printJson(invocation.screen, jsonOf(submitted));
        return ExitStatus::Ok;
    }
    const QString ids = idRanges(submitted.tasks).join(u' ');
    const QString text = submitted.repeated
        ? CliText::tr("These were queued before (same key): %1 in batch %2.")
              .arg(ids, submitted.batchName)
        : CliText::tr("Queued %1 in batch %2: %3")
              .arg(submitted.tasks.size())
              .arg(submitted.batchName, ids);
    if (goesOn) // the result is what comes after
        invocation.screen.note(text);
    else
        invocation.screen.line(text);
    return afterwards(invocation, submitted);
}

ExitStatus send(Invocation &invocation, const WorkList &work, Submit request)
{
    const Result<Client *> client = invocation.session.client();
    if (!client)
        return failed(invocation, client.error());
    Submission submission(**client, request);
    QObject::connect(&submission, &Submission::progressed, &submission,
                     [&invocation](qint64 taken, qint64 all) {
                         invocation.screen.progress(
                             CliText::tr("%1 of %2 tasks handed over").arg(taken).arg(all));
                     });
    Result<Submitted> submitted = invocation.session.waited<Submitted>(
        [&](QObject *, auto handler) { submission.start(std::move(handler)); });
    invocation.screen.endProgress();
    if (!submitted) {
        Error error = submitted.error();
        error.problems = placedProblems(error.problems, work.origins);
        return failed(invocation, error);
    }
    if (!request.dryRun)
        return printSubmitted(invocation, *submitted);
    printDryRun(invocation, request);
    return ExitStatus::Ok;
}

// The files that the tasks take: the daemon gets those it does not have from us yet.
Result<void> handIn(Invocation &invocation, QList<TaskSpec> &tasks)
{
    const QStringList paths = localFiles(tasks);
    if (paths.isEmpty())
        return {};
    const Result<Client *> client = invocation.session.client();
    if (!client)
        return client.error();
    FileTransfers transfers(**client);
    QObject::connect(&transfers, &FileTransfers::progressed, &transfers,
                     [&invocation](qint64 bytes, qint64 all, qsizetype files, qsizetype allFiles) {
                         invocation.screen.progress(CliText::tr("%1 of %2 files handed in, %3 of %4")
                                                        .arg(files)
                                                        .arg(allFiles)
                                                        .arg(printedSize(bytes), printedSize(all)));
                     });
    const Result<FileTransfers::Uploaded> uploaded
        = invocation.session.waited<FileTransfers::Uploaded>([&](QObject *context, auto handler) {
              transfers.upload(paths, context, std::move(handler));
          });
    invocation.screen.endProgress();
    if (!uploaded)
        return uploaded.error();
    replaceLocalFiles(tasks, [&uploaded](const QString &path) {
        const BlobFile file = uploaded->value(path);
        return HandedIn {.hash = file.hash, .size = file.size};
    });
    return {};
}

Result<QString> projectOf(Invocation &invocation, const WorkList &work)
{
    if (invocation.args.has(u"--project"_s))
        return invocation.args.value(u"--project"_s);
    if (!work.project.isEmpty())
        return work.project;
    const Result<Profile> profile = invocation.session.profile();
    if (!profile)
        return profile.error();
    return profile->project;
}

ExitStatus run(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    const Result<SpecNode> fields = taskFieldsOf(args);
    if (!fields)
        return misused(invocation, fields.error().message);
    Result<WorkList> work
        = WorkGatherer(args, *fields, invocation.screen.settings().hasInput).gather();
    if (!work) {
        Error error = work.error();
        error.problems = placedProblems(error.problems, {});
        invocation.screen.error(error);
        return ExitStatus::Usage;
    }
    if (args.has(u"--follow"_s) && work->tasks.size() != 1)
        return misused(invocation,
                       CliText::tr("--follow shows one task, and these are %1; use --wait")
                           .arg(work->tasks.size()));
    nameInputs(work->tasks);
    if (const QList<Problem> problems = checkLocalFiles(work->tasks); !problems.isEmpty()) {
        invocation.screen.error({.code = ErrorCode::Invalid,
                                 .message = CliText::tr("nothing was queued: %n problem(s)", "", int(problems.size())),
                                 .problems = placedProblems(problems, work->origins)});
        return ExitStatus::Usage;
    }
    const Result<QString> project = projectOf(invocation, *work);
    if (!project)
        return failed(invocation, project.error());
    if (args.has(u"--dry-run"_s))
        removeLocalFiles(work->tasks);
    else if (const Result<void> handedIn = handIn(invocation, work->tasks); !handedIn)
        return failed(invocation, handedIn.error());
    const Submit request{.key = args.value(u"--key"_s),
                         .project = *project,
                         .batch = args.value(u"--batch"_s, work->batch),
                         .tasks = work->tasks,
                         .dryRun = args.has(u"--dry-run"_s)};
    return send(invocation, *work, request);
}

QList<Option> options()
{
    return QList<Option>{
               {.name = u"--each"_s,
                .value = u"FILES…"_s,
                .words = CliText::tr("a task for each; placeholders {} {name} {stem} {dir} {n}; - "
                                     "reads names from standard input"),
                .takes = Option::Takes::Words},
               {.name = u"--from"_s,
                .value = u"TABLE"_s,
                .words = CliText::tr("a task for each row of a CSV or TSV file; its columns are "
                                     "placeholders: {column}")},
               {.name = u"--format"_s,
                .value = u"FORMAT"_s,
                .words
                = CliText::tr("of the spec file or standard input, where its name does not say"),
                .choices = {u"yaml"_s, u"json"_s, u"csv"_s, u"lines"_s}},
               {.name = u"--batch"_s,
                .value = u"NAME"_s,
                .words
                = CliText::tr("batch they belong to; a live one is appended to; else default")},
               {.name = u"--project"_s,
                .value = u"NAME"_s,
                .words = CliText::tr("project they belong to; else the profile's")},
               {.name = u"--key"_s,
                .value = u"KEY"_s,
                .words = CliText::tr("the same key again within a day queues nothing again")},
               flag(u"--dry-run"_s,
                    CliText::tr("check everything, also with the daemon, and queue nothing")),
               flag(u"--wait"_s,
                    CliText::tr("wait until they have ended; exit status 0 when all succeeded")),
               flag(u"--follow"_s, CliText::tr("show the output of the one task as it comes"),
                    u"-f"_s),
           }
    + taskFieldOptions();
}

} // namespace

QList<Command> submitCommands()
{
    return {{.path = {u"submit"_s},
             .operands = CliText::tr("[SPEC…] [-- CMD ARGS…]"),
             .words = CliText::tr("queue tasks"),
             .options = options(),
             .run = run,
             .more = CliText::tr(
                 "  drover submit -- bwa mem ref.fa reads.fq\n"
                 "  drover submit --shell 'sort x | uniq -c > y'\n"
                 "  drover submit --each *.txt --batch count -- wc -w {}\n"
                 "  drover submit --from samples.csv --name 'align-{sample}' -- align {sample} "
                 "{reads}\n"
                 "  drover submit nightly.yaml\n"
                 "  generate-commands | drover submit --batch nightly\n"
                 "All of the tasks are queued, or none. Options count more than what a spec file "
                 "says. A file that is here is "
                 "given to {} by its absolute path. drover help spec describes spec files."),
             .also = {{u"task"_s, u"submit"_s}},
             .takesCommand = true}};
}

} // namespace Drover
