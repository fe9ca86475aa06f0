// pools, pool resume.
#include "app/cli/clitext.h"
#include "app/cli/columns.h"
#include "app/cli/commands/commands.h"
#include "app/cli/look.h"
#include "backend/base/clock.h"
#include "backend/protocol/poolrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using Align = TextTable::Align;

QString stormText(const Pool &pool)
{
    if (!isSet(pool.stormBegan))
        return {};
    return CliText::tr("%1 machines lost at once; %2 attempts wait until %3")
        .arg(pool.lost)
        .arg(pool.waiting)
        .arg(localTime(pool.stormEnds));
}

QList<Column<Pool>> poolColumns()
{
    return {
        {u"name"_s, CliText::tr("NAME"), Align::Left,
         [](const Pool &p) { return TextTable::Cell{p.name}; }},
        {u"machines"_s, CliText::tr("MACHINES"), Align::Right,
         [](const Pool &p) { return TextTable::Cell{QString::number(p.machines)}; }},
        {u"online"_s, CliText::tr("ONLINE"), Align::Right,
         [](const Pool &p) {
             return TextTable::Cell{QString::number(p.online),
                                    p.online < p.machines ? Tone::Warning : Tone::Good};
         }},
        {u"slots"_s, CliText::tr("SLOTS"), Align::Right,
         [](const Pool &p) {
             return TextTable::Cell{u"%1/%2"_s.arg(p.slotsUsed).arg(p.slotCount)};
         }},
        {u"storm"_s, CliText::tr("STORM"), Align::Left,
         [](const Pool &p) {
             return TextTable::Cell{stormText(p), Tone::Bad};
         }},
    };
}

ExitStatus pools(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    const auto columns
        = chosenColumns(poolColumns(), args.value(u"--columns"_s),
                        {u"name"_s, u"machines"_s, u"online"_s, u"slots"_s, u"storm"_s});
    if (!columns)
        return misused(invocation, columns.error().message);
    Result<PoolList> list = invocation.session.call(ListPools{});
    if (!list)
        return failed(invocation, list.error());
    if (const Result<void> sorted = sortRows(list->pools, args.value(u"--sort"_s)); !sorted)
        return misused(invocation, sorted.error().message);
    if (invocation.json())
        printJson(invocation.screen, jsonOf(*list));
    else if (list->pools.isEmpty())
        invocation.screen.note(
            CliText::tr("There is no pool yet; a machine that joins is in one: drover machine "
                        "invite"));
    else
        invocation.screen.out(printedTable(*columns, list->pools, invocation.screen));
    return ExitStatus::Ok;
}

ExitStatus resume(Invocation &invocation)
{
    if (invocation.args.words.size() != 1)
        return misused(invocation, CliText::tr("one pool is expected: drover pool resume default"));
    const QString pool = invocation.args.words.first();
    const Result<Done> done = invocation.session.call(ResumePool{.pool = pool});
    if (!done)
        return failed(invocation, done.error());
    invocation.screen.note(
        CliText::tr("Pool %1 goes on: what ran on the lost machines is queued again.").arg(pool));
    return ExitStatus::Ok;
}

} // namespace

QList<Command> poolCommands()
{
    return {
        {.path = {u"pools"_s},
         .operands = {},
         .words = CliText::tr("list pools, with their slots, and what a storm has stopped"),
         .options = listOptions(),
         .run = pools,
         .also = {{u"pool"_s, u"list"_s}},
         .watches = true},
        {.path = {u"pool"_s, u"resume"_s},
         .operands = CliText::tr("POOL"),
         .words = CliText::tr("queue again what waits because many machines were lost at once"),
         .options = {},
         .run = resume},
    };
}

} // namespace Drover
