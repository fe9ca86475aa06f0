// operations, operation, operation cancel, undo.
#include "app/cli/clitext.h"
#include "app/cli/columns.h"
#include "app/cli/commands/commands.h"
#include "app/cli/followedoperation.h"
#include "app/cli/look.h"
#include "backend/base/clock.h"
#include "backend/protocol/operationrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using Align = TextTable::Align;

Tone toneOf(OperationState state)
{
    switch (state) {
    case OperationState::Running:
        return Tone::Active;
    case OperationState::Succeeded:
        return Tone::Good;
    case OperationState::Failed:
        return Tone::Bad;
    default:
        return Tone::Quiet;
    }
}

QString undoText(const Operation &operation)
{
    if (operation.undoneBy)
        return CliText::tr("undone by %1").arg(operation.undoneBy.value);
    return operation.undoable && operation.state != OperationState::Running ? CliText::tr("yes")
                                                                            : QString();
}

QList<Column<Operation>> operationColumns()
{
    const Instant now = SystemClock().now();
    return {
        {u"id"_s, CliText::tr("ID"), Align::Right,
         [](const Operation &o) { return TextTable::Cell{QString::number(o.id.value)}; }},
        {u"state"_s, CliText::tr("STATE"), Align::Left,
         [](const Operation &o) {
             return TextTable::Cell{enumText(o.state), toneOf(o.state)};
         }},
        {u"words"_s, CliText::tr("WHAT"), Align::Left,
         [](const Operation &o) { return TextTable::Cell{o.words}; }},
        {u"done"_s, CliText::tr("DONE"), Align::Right,
         [](const Operation &o) { return TextTable::Cell{u"%1/%2"_s.arg(o.done).arg(o.total)}; }},
        {u"changed"_s, CliText::tr("CHANGED"), Align::Right,
         [](const Operation &o) { return TextTable::Cell{QString::number(o.changed)}; }},
        {u"user"_s, CliText::tr("USER"), Align::Left,
         [](const Operation &o) { return TextTable::Cell{o.user}; }},
        {u"age"_s, CliText::tr("AGE"), Align::Right,
         [now](const Operation &o) { return TextTable::Cell{agoText(o.created, now)}; }},
        {u"undo"_s, CliText::tr("UNDO"), Align::Left,
         [](const Operation &o) { return TextTable::Cell{undoText(o)}; }},
    };
}

ExitStatus operations(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    const auto columns = chosenColumns(
        operationColumns(), args.value(u"--columns"_s),
        {u"id"_s, u"state"_s, u"words"_s, u"done"_s, u"changed"_s, u"user"_s, u"age"_s, u"undo"_s});
    if (!columns)
        return misused(invocation, columns.error().message);
    bool ok = true;
    const int limit = args.value(u"--limit"_s, u"100"_s).toInt(&ok);
    if (!ok || limit < 1)
        return misused(invocation, CliText::tr("--limit: a number from 1 to 1000 is expected"));
    Result<OperationList> list = invocation.session.call(ListOperations{.limit = limit});
    if (!list)
        return failed(invocation, list.error());
    if (const Result<void> sorted = sortRows(list->operations, args.value(u"--sort"_s)); !sorted)
        return misused(invocation, sorted.error().message);
    if (invocation.json())
        printJson(invocation.screen, jsonOf(*list));
    else if (list->operations.isEmpty())
        invocation.screen.note(CliText::tr("There are no operations: bulk actions become one."));
    else
        invocation.screen.out(printedTable(*columns, list->operations, invocation.screen));
    return ExitStatus::Ok;
}

std::optional<OperationId> idOf(const QStringList &words)
{
    bool ok = false;
    const qint64 id = words.size() == 1 ? words.first().toLongLong(&ok) : 0;
    return ok && id > 0 ? std::optional(OperationId{id}) : std::nullopt;
}

ExitStatus follow(Invocation &invocation)
{
    const auto id = idOf(invocation.args.words);
    if (!id)
        return misused(invocation, CliText::tr("one operation is expected: drover operation 12"));
    return followOperation(invocation, *id);
}

ExitStatus cancel(Invocation &invocation)
{
    const auto id = idOf(invocation.args.words);
    if (!id)
        return misused(invocation,
                       CliText::tr("one operation is expected: drover operation cancel 12"));
    const Result<Operation> cancelled = invocation.session.call(CancelOperation{.id = *id});
    return cancelled ? followOperation(invocation, *id) : failed(invocation, cancelled.error());
}

// The last thing one did that can be taken back.
Result<OperationId> lastOfMine(Invocation &invocation)
{
    const Result<Client *> client = invocation.session.client();
    if (!client)
        return client.error();
    const Result<OperationList> list = invocation.session.call(ListOperations{});
    if (!list)
        return list.error();
    for (const Operation &each : list->operations) {
        if (each.undoable && each.state != OperationState::Running
            && each.user == (*client)->session().user)
            return each.id;
    }
    return fail(
        ErrorCode::NotFound,
        CliText::tr("you did nothing lately that can be undone; drover operations lists all"));
}

ExitStatus undo(Invocation &invocation)
{
    Result<OperationId> id = lastOfMine(invocation);
    if (!invocation.args.words.isEmpty()) {
        const auto named = idOf(invocation.args.words);
        if (!named)
            return misused(invocation, CliText::tr("one operation is expected: drover undo 12"));
        id = *named;
    }
    if (!id)
        return failed(invocation, id.error());
    const Result<Operation> back = invocation.session.call(UndoOperation{.id = *id});
    return back ? followOperation(invocation, back->id) : failed(invocation, back.error());
}

} // namespace

QList<Command> operationCommands()
{
    return {
        {.path = {u"operations"_s},
         .operands = {},
         .words = CliText::tr("list bulk actions and other long work, newest first"),
         .options = listOptions(),
         .run = operations,
         .also = {{u"operation"_s, u"list"_s}},
         .watches = true},
        {.path = {u"operation"_s},
         .operands = CliText::tr("ID"),
         .words = CliText::tr("go along with an operation until it has ended"),
         .options = {},
         .run = follow,
         .also = {{u"operation"_s, u"show"_s}}},
        {.path = {u"operation"_s, u"cancel"_s},
         .operands = CliText::tr("ID"),
         .words = CliText::tr("stop an operation; what it has done stays done"),
         .options = {},
         .run = cancel},
        {.path = {u"undo"_s},
         .operands = CliText::tr("[ID]"),
         .words = CliText::tr("take back what an operation did; yours of last when none is named"),
         .options = {},
         .run = undo,
         .also = {{u"operation"_s, u"undo"_s}}},
    };
}

} // namespace Drover
