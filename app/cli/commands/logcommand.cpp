#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/following.h"
#include "app/cli/logreader.h"
#include "app/cli/look.h"
#include "app/cli/tasksof.h"
#include "app/work/comparison.h"
#include "backend/protocol/taskrequests.h"

#include <QtCore/QRegularExpression>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

struct NumberRange
{
    qint64 first = 0;
    qint64 last = -1; // to the end
};

// "A-B", "A-".
std::optional<NumberRange> numberRangeOf(const QString &text)
{
    static const QRegularExpression form(u"^([0-9]{1,17})-([0-9]{0,17})\\z"_s);
    const auto match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const NumberRange range{match.captured(1).toLongLong(),
                            match.captured(2).isEmpty() ? -1 : match.captured(2).toLongLong()};
    if (range.last >= 0 && range.last < range.first)
        return std::nullopt;
    return range;
}

// An instant in ISO 8601, or how long ago.
std::optional<Instant> instantOf(const QString &text)
{
    if (const auto instant = fromIso(text))
        return instant;
    const auto ago = durationOf(text);
    if (!ago)
        return std::nullopt;
    return std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now()) - *ago;
}

bool isRangeAsked(const Arguments &args)
{
    return args.has(u"--bytes"_s) || args.has(u"--lines"_s) || args.has(u"--since"_s)
        || args.has(u"--until"_s);
}

Result<LogReader::Range> rangeAsked(LogReader &reader, const Arguments &args)
{
    if (args.has(u"--bytes"_s)) {
        const NumberRange range = *numberRangeOf(args.value(u"--bytes"_s));
        return LogReader::Range{.from = range.first, .to = range.last < 0 ? -1 : range.last + 1};
    }
    if (args.has(u"--lines"_s)) {
        const NumberRange range = *numberRangeOf(args.value(u"--lines"_s));
        return reader.rangeOfLines(std::max<qint64>(1, range.first), std::max<qint64>(0, range.last));
    }
    const auto since = instantOf(args.value(u"--since"_s));
    const auto until = instantOf(args.value(u"--until"_s));
    return since || until ? reader.rangeOfTimes(since, until) : LogReader::Range{};
}

LogReader::Streams streamsOf(const Arguments &args)
{
    const bool out = args.has(u"--stdout"_s);
    const bool err = args.has(u"--stderr"_s);
    if (out == err)
        return args.has(u"--bytes"_s) ? LogReader::Streams::Out : LogReader::Streams::Both;
    return out ? LogReader::Streams::Out : LogReader::Streams::Err;
}

// What of the output, where the command line says.
Result<void> readAsked(LogReader &reader, const Arguments &args, bool follows)
{
    if (args.has(u"--grep"_s) || isRangeAsked(args)) {
        const Result<LogReader::Range> range = rangeAsked(reader, args);
        if (!range)
            return range.error();
        if (!args.has(u"--grep"_s))
            return reader.readRange(*range);
        const Result<qint64> count
            = reader.grep(args.value(u"--grep"_s), args.has(u"--ignore-case"_s), *range);
        return count ? Result<void>() : count.error();
    }
    const Result<void> read = args.has(u"--tail"_s)
        ? reader.readTail(args.value(u"--tail"_s).toLongLong())
        : reader.readAll();
    return read && follows ? reader.follow() : read;
}

// Names what is wrong with the options, or nothing.
QString problemOf(const Arguments &args)
{
    bool ok = true;
    if (args.words.size() != 1)
        return CliText::tr("one task is expected: drover log 42, or 42/2 for its second attempt");
    if (args.has(u"--tail"_s) && (args.value(u"--tail"_s).toLongLong(&ok) < 1 || !ok))
        return CliText::tr("--tail: a number of lines is expected");
    if (args.has(u"--attempt"_s) && (args.value(u"--attempt"_s).toInt(&ok) < 1 || !ok))
        return CliText::tr("--attempt: a number from 1 is expected");
    if (args.has(u"--bytes"_s) && !numberRangeOf(args.value(u"--bytes"_s)))
        return CliText::tr("--bytes: A-B is expected, both included: 0-99; A- is to the end");
    if (args.has(u"--lines"_s) && !numberRangeOf(args.value(u"--lines"_s)))
        return CliText::tr("--lines: A-B is expected, both included, from 1: 1-20; A- is to the end");
    for (const QString &option : {u"--since"_s, u"--until"_s}) {
        if (args.has(option) && !instantOf(args.value(option)))
            return CliText::tr("%1: an instant is expected (2026-01-31T12:00:00Z), or how long ago (10m)").arg(option);
    }
    const int ranges = int(args.has(u"--bytes"_s)) + int(args.has(u"--lines"_s))
        + int(args.has(u"--since"_s) || args.has(u"--until"_s));
    if (ranges > 1)
        return CliText::tr("one of --bytes, --lines and --since/--until is expected");
    const bool isPart = ranges > 0 || args.has(u"--grep"_s);
    if (isPart && (args.has(u"--follow"_s) || args.has(u"--tail"_s)))
        return CliText::tr("--bytes, --lines, --since, --until and --grep go without --follow and --tail");
    if (args.has(u"--grep"_s) && args.value(u"--grep"_s).isEmpty())
        return CliText::tr("--grep: a regular expression is expected");
    return {};
}

ExitStatus run(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    if (const QString wrong = problemOf(args); !wrong.isEmpty())
        return misused(invocation, wrong);
    Result<AttemptId> attempt = attemptOf(args.words.first());
    if (!attempt)
        return misused(invocation, attempt.error().message);
    if (args.has(u"--attempt"_s))
        attempt->n = args.value(u"--attempt"_s).toInt();
    const Result<TaskDetail> detail = invocation.session.call(GetTask{.id = attempt->task});
    if (!detail)
        return failed(invocation, detail.error());
    const Task &task = detail->task;
    const bool follows = args.has(u"--follow"_s) && !isFinished(task.state);
    if (task.lastAttempt == 0 && !follows) {
        invocation.screen.note(CliText::tr("Task %1 has not been started: %2.")
                                   .arg(task.id.value)
                                   .arg(stateText(task)));
        return ExitStatus::Ok;
    }
    // Held on to: a later attempt would begin at another place.
    if (attempt->n == 0)
        attempt->n = std::max(1, task.lastAttempt);
    LogReader reader(invocation.session, invocation.screen, *attempt, streamsOf(args));
    if (const Result<void> read = readAsked(reader, args, follows); !read)
        return failed(invocation, read.error());
    return ExitStatus::Ok;
}

} // namespace

ExitStatus followTask(Invocation &invocation, TaskId id)
{
    for (int n = 1;; ++n) {
        LogReader reader(invocation.session, invocation.screen, AttemptId{id, n},
                         LogReader::Streams::Both);
        if (const Result<void> read = reader.follow();
            !read && read.error().code != ErrorCode::NotFound)
            return failed(invocation, read.error());
        for (;;) {
            const Result<Awaited> awaited
                = invocation.session.call(AwaitTasks{.ids = {id}, .wait = 1s});
            const Result<TaskDetail> detail = invocation.session.call(GetTask{.id = id});
            if (!awaited || !detail)
                return failed(invocation, awaited ? detail.error() : awaited.error());
            const Task &task = detail->task;
            if (isFinished(task.state)) {
                const QString reason = printedReason(task.endReason, task.exitCode, task.signal);
                if (task.state != TaskState::Succeeded)
                    invocation.screen.note(CliText::tr("Task %1 %2: %3")
                                               .arg(id.value)
                                               .arg(enumText(task.state), reason));
                return task.state == TaskState::Succeeded ? ExitStatus::Ok : ExitStatus::SomeFailed;
            }
            if (task.lastAttempt > n)
                break; // tried again
        }
    }
}

QList<Command> logCommands()
{
    return {
        {.path = {u"log"_s},
         .operands = CliText::tr("TASK"),
         .words = CliText::tr("show the output of a task"),
         .options
         = {flag(u"--follow"_s, CliText::tr("as it comes, until the attempt has ended"), u"-f"_s),
            flag(u"--stdout"_s, CliText::tr("only what it wrote there")),
            flag(u"--stderr"_s, CliText::tr("only what it wrote there")),
            {.name = u"--attempt"_s,
             .value = u"N"_s,
             .words = CliText::tr("of this attempt; else of the latest")},
            {.name = u"--tail"_s, .value = u"N"_s, .words = CliText::tr("the last N lines")},
            {.name = u"--bytes"_s,
             .value = u"A-B"_s,
             .words = CliText::tr("bytes A to B of stdout (or --stderr)")},
            {.name = u"--lines"_s, .value = u"A-B"_s, .words = CliText::tr("lines A to B, from 1")},
            {.name = u"--since"_s,
             .value = u"TIME"_s,
             .words = CliText::tr("what was written from then on: an instant, or how long ago (10m)")},
            {.name = u"--until"_s, .value = u"TIME"_s, .words = CliText::tr("what was written before then")},
            {.name = u"--grep"_s,
             .value = u"REGEX"_s,
             .words = CliText::tr("the lines that match; the daemon searches")},
            flag(u"--ignore-case"_s, CliText::tr("with --grep: large and small letters are the same"), u"-i"_s)},
         .run = run,
         .more = CliText::tr("Both streams come in the order they were written in, true to 100 ms: "
                             "stdout to standard output, "
                             "stderr to standard error."),
         .also = {{u"task"_s, u"log"_s}}}};
}

} // namespace Drover
