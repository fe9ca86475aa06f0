#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/tasksof.h"
#include "app/cli/waiting.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

ExitStatus run(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    std::optional<std::chrono::milliseconds> limit;
    if (args.has(u"--timeout"_s)) {
        limit = durationOf(args.value(u"--timeout"_s));
        if (!limit)
            return misused(invocation,
                           CliText::tr("--timeout: a duration is expected: 90s, 10m, 2h"));
    }
    if (args.words.isEmpty() == !args.has(u"--batch"_s))
        return misused(invocation, CliText::tr("what for? give ids (12 15-20), or --batch NAME"));
    Awaitees awaitees;
    if (args.has(u"--batch"_s)) {
        const Result<Batch> batch = batchNamed(invocation.session, args.value(u"--batch"_s));
        if (!batch)
            return failed(invocation, batch.error());
        awaitees.batch = batch->id;
    } else {
        const Result<QList<TaskId>> ids = taskIdsOf(args.words);
        if (!ids)
            return misused(invocation, ids.error().message);
        awaitees.tasks = *ids;
    }
    return waitFor(invocation, awaitees, limit);
}

} // namespace

QList<Command> waitCommands()
{
    return {{.path = {u"wait"_s},
             .operands = CliText::tr("TASK…"),
             .words = CliText::tr(
                 "wait until tasks or a batch have ended; exit status 0 when all succeeded"),
             .options = {{.name = u"--batch"_s,
                          .value = u"NAME"_s,
                          .words = CliText::tr("for all of a batch, also what is added meanwhile")},
                         {.name = u"--timeout"_s,
                          .value = u"TIME"_s,
                          .words = CliText::tr("no longer than this; then exit status 7")}},
             .run = run,
             .also = {{u"task"_s, u"wait"_s}}}};
}

} // namespace Drover
