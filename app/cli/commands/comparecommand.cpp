#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/jsontext.h"
#include "app/cli/tasksof.h"
#include "app/cli/texttable.h"
#include "app/work/comparison.h"
#include "backend/protocol/taskrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Result<ComparedAttempt> fetched(Invocation &invocation, const QString &word)
{
    const Result<AttemptId> id = attemptOf(word);
    if (!id)
        return id.error();
    const Result<TaskDetail> detail = invocation.session.call(GetTask{.id = id->task});
    if (!detail)
        return detail.error();
    const int n = id->n > 0 ? id->n : detail->task.lastAttempt;
    for (const Attempt &attempt : detail->attempts) {
        if (attempt.n == n)
            return ComparedAttempt{.task = detail->task, .spec = detail->spec, .attempt = attempt};
    }
    return fail(ErrorCode::NotFound,
                n == 0 ? CliText::tr("task %1 has not been started").arg(id->task.value)
                       : CliText::tr("task %1 has no attempt %2").arg(id->task.value).arg(n));
}

ExitStatus run(Invocation &invocation)
{
    const QStringList &words = invocation.args.words;
    if (words.size() != 2)
        return misused(invocation,
                       CliText::tr("two tasks or attempts are expected: drover compare 42/1 42/2"));
    const Result<ComparedAttempt> left = fetched(invocation, words.at(0));
    const Result<ComparedAttempt> right = fetched(invocation, words.at(1));
    if (!left || !right)
        return failed(invocation, left ? right.error() : left.error());
    QJsonArray rows;
    TextTable table;
    table.addColumn({});
    table.addColumn(words.at(0));
    table.addColumn(words.at(1));
    for (const ComparedValue &value : compared(*left, *right)) {
        if (invocation.args.has(u"--differences"_s) && !value.differs())
            continue;
        const Tone tone = value.differs() ? Tone::Warning : Tone::Plain;
        table.addRow({{value.what, Tone::Quiet}, {value.left, tone}, {value.right, tone}});
        rows.append(QJsonObject{{u"what"_s, value.what},
                                {u"left"_s, value.left},
                                {u"right"_s, value.right},
                                {u"differs"_s, value.differs()}});
    }
    if (invocation.json())
        printJson(invocation.screen, QJsonObject{{u"values"_s, rows}});
    else
        invocation.screen.out(table.printed(invocation.screen));
    return ExitStatus::Ok;
}

} // namespace

QList<Command> compareCommands()
{
    return {{.path = {u"compare"_s},
             .operands = CliText::tr("A B"),
             .words = CliText::tr("set two attempts side by side"),
             .options = {flag(u"--differences"_s, CliText::tr("only what differs"))},
             .run = run,
             .also = {{u"attempt"_s, u"compare"_s}}}};
}

} // namespace Drover
