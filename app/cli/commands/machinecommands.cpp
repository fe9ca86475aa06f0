// machines, machine, machine invite, set, remove.
#include "app/cli/clitext.h"
#include "app/cli/columns.h"
#include "app/cli/curve.h"
#include "app/cli/commands/commands.h"
#include "app/cli/look.h"
#include "app/cli/tasksof.h"
#include "backend/base/clock.h"
#include "backend/base/size.h"
#include "backend/protocol/machinerequests.h"
#include "backend/protocol/seriesrequests.h"
#include "backend/protocol/strayrequests.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using Align = TextTable::Align;

QString percent(double part)
{
    return u"%1 %"_s.arg(qRound(100 * part));
}

QString slotsText(const Machine &machine)
{
    return u"%1/%2"_s.arg(machine.slotsUsed).arg(machine.slotCount);
}

QList<Column<Machine>> machineColumns()
{
    const Instant now = SystemClock().now();
    return {
        {u"id"_s, CliText::tr("ID"), Align::Right,
         [](const Machine &m) { return TextTable::Cell{QString::number(m.id.value)}; }},
        {u"name"_s, CliText::tr("NAME"), Align::Left,
         [](const Machine &m) { return TextTable::Cell{m.name}; }},
        {u"state"_s, CliText::tr("STATE"), Align::Left,
         [](const Machine &m) {
             return TextTable::Cell{enumText(m.state), toneOf(m.state)};
         }},
        {u"slots"_s, CliText::tr("SLOTS"), Align::Right,
         [](const Machine &m) { return TextTable::Cell{slotsText(m)}; }},
        {u"cpu"_s, CliText::tr("CPU"), Align::Right,
         [](const Machine &m) { return TextTable::Cell{percent(m.load.cpu)}; }},
        {u"memory"_s, CliText::tr("MEMORY"), Align::Right,
         [](const Machine &m) {
             return TextTable::Cell{printedSize(m.load.memoryUsed) + u" / "_s
                                    + printedSize(m.facts.memory)};
         }},
        {u"cores"_s, CliText::tr("CORES"), Align::Right,
         [](const Machine &m) { return TextTable::Cell{QString::number(m.facts.cores)}; }},
        {u"pools"_s, CliText::tr("POOLS"), Align::Left,
         [](const Machine &m) { return TextTable::Cell{m.pools.join(u' ')}; }},
        {u"contact"_s, CliText::tr("CONTACT"), Align::Right,
         [now](const Machine &m) { return TextTable::Cell{agoText(m.lastContact, now)}; }},
        {u"version"_s, CliText::tr("AGENT"), Align::Left,
         [](const Machine &m) { return TextTable::Cell{m.facts.agentVersion}; }},
    };
}

ExitStatus machines(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    const auto columns = chosenColumns(machineColumns(), args.value(u"--columns"_s),
                                       {u"id"_s, u"name"_s, u"state"_s, u"slots"_s, u"cpu"_s,
                                        u"memory"_s, u"pools"_s, u"contact"_s});
    if (!columns)
        return misused(invocation, columns.error().message);
    Result<MachineList> list = invocation.session.call(ListMachines{});
    if (!list)
        return failed(invocation, list.error());
    if (const Result<void> sorted = sortRows(list->machines, args.value(u"--sort"_s)); !sorted)
        return misused(invocation, sorted.error().message);
    const qsizetype limit = args.value(u"--limit"_s).toLongLong();
    if (limit > 0 && list->machines.size() > limit)
        list->machines.resize(limit);
    if (invocation.json())
        printJson(invocation.screen, jsonOf(*list));
    else if (list->machines.isEmpty())
        invocation.screen.note(CliText::tr("There is no machine yet: drover machine invite"));
    else
        invocation.screen.out(printedTable(*columns, list->machines, invocation.screen));
    return ExitStatus::Ok;
}

QString labelsText(const QMap<QString, QString> &labels)
{
    QStringList parts;
    for (auto it = labels.cbegin(); it != labels.cend(); ++it)
        parts.append(it.key() + u'=' + it.value());
    return parts.join(u' ');
}

void printMachine(Screen &screen, const Machine &machine)
{
    const Instant now = SystemClock().now();
    const MachineFacts &facts = machine.facts;
    QStringList disks;
    for (const DiskFact &disk : facts.disks)
        disks.append(CliText::tr("%1: %2 of %3 free")
                         .arg(disk.path, printedSize(disk.available), printedSize(disk.total)));
    screen.out(printedPairs(
        {{CliText::tr("machine"), u"%1  %2"_s.arg(QString::number(machine.id.value), machine.name)},
         {CliText::tr("state"), enumText(machine.state)},
         {CliText::tr("slots"), CliText::tr("%1 busy").arg(slotsText(machine))},
         {CliText::tr("pools"), machine.pools.join(u' ')},
         {CliText::tr("labels"), labelsText(machine.labels)},
         {CliText::tr("contact"),
          CliText::tr("%1 ago, from %2").arg(agoText(machine.lastContact, now), machine.address)},
         {CliText::tr("joined"), localTime(machine.joined)},
         {CliText::tr("load"),
          CliText::tr("CPU %1, load %2, memory %3 of %4")
              .arg(percent(machine.load.cpu))
              .arg(machine.load.loadAverage, 0, 'f', 2)
              .arg(printedSize(machine.load.memoryUsed), printedSize(facts.memory))},
         {CliText::tr("cores"), QString::number(facts.cores)},
         {CliText::tr("disks"), disks.join(u'\n')},
         {CliText::tr("GPUs"), facts.gpus.join(u'\n')},
         {CliText::tr("system"), u"%1, %2, %3"_s.arg(facts.os, facts.kernel, facts.architecture)},
         {CliText::tr("containers"), facts.containerEngine},
         {CliText::tr("limits"),
          facts.limits.isEmpty() ? CliText::tr("none hold there") : facts.limits.join(u", "_s)},
         {CliText::tr("isolated"),
          facts.isolated ? CliText::tr("yes, tasks run as users of their own")
                         : CliText::tr("no, tasks run as the agent's user")},
         {CliText::tr("runs as"), machine.runAs.join(u' ')},
         {CliText::tr("agent"), facts.agentVersion},
         {CliText::tr("notes"), machine.notes}},
        screen));
}

void printStrays(Invocation &invocation, MachineId machine)
{
    const Result<StrayList> list = invocation.session.call(ListStrays{.machine = machine});
    if (!list || list->strays.isEmpty())
        return;
    invocation.screen.note(CliText::tr("It holds %1 attempts of another history: drover strays")
                               .arg(list->strays.size()));
}

// The last ten minutes, or as long as was asked, in sixty columns.
ExitStatus showLoad(Invocation &invocation, const Machine &machine)
{
    const QString words = invocation.args.value(u"--since"_s, u"10m"_s);
    const auto since = durationOf(words);
    if (!since || since->count() <= 0)
        return misused(invocation, CliText::tr("--since: a duration is expected: 10m, 2h, 7d"));
    const Instant now = SystemClock().now();
    const Result<LoadSeriesList> list = invocation.session.call(
        GetMachineSeries{.machine = machine.id, .from = now - *since, .to = now, .points = 60});
    if (!list)
        return failed(invocation, list.error());
    if (invocation.json()) {
        printJson(invocation.screen, jsonOf(*list));
        return ExitStatus::Ok;
    }
    const LoadSeries load = list->machines.value(0);
    const auto most = [](const QList<qint64> &values) {
        return values.isEmpty() ? 0 : std::max<qint64>(0, *std::ranges::max_element(values));
    };
    const qint64 disk = machine.facts.disks.isEmpty() ? 0 : machine.facts.disks.first().total;
    const auto line = [&](const QList<qint64> &values, qint64 top, const QString &highest) {
        return u"%1  %2"_s.arg(curveText(values, top), CliText::tr("most %1").arg(highest));
    };
    invocation.screen.out(printedPairs(
        {{CliText::tr("machine"), machine.name},
         {CliText::tr("from"), localTime(load.start)},
         {CliText::tr("CPU"), line(load.cpu, 1000, percent(double(most(load.cpu)) / 1000))},
         {CliText::tr("memory"), line(load.memory, machine.facts.memory, printedSize(most(load.memory)))},
         {CliText::tr("disk"), line(load.disk, disk, printedSize(most(load.disk)))},
         {CliText::tr("net in"), line(load.netIn, 0, printedSize(most(load.netIn)) + u"/s"_s)},
         {CliText::tr("net out"), line(load.netOut, 0, printedSize(most(load.netOut)) + u"/s"_s)},
         {CliText::tr("failed"), CliText::tr("%1 attempts in the last hour").arg(load.failedHour)}},
        invocation.screen));
    return ExitStatus::Ok;
}

ExitStatus show(Invocation &invocation)
{
    if (invocation.args.words.size() != 1)
        return misused(invocation,
                       CliText::tr("one machine is expected, by name or id: drover machine m1"));
    const Result<Machine> machine = machineNamed(invocation.session, invocation.args.words.first());
    if (!machine)
        return failed(invocation, machine.error());
    if (invocation.args.has(u"--load"_s))
        return showLoad(invocation, *machine);
    if (invocation.json())
        printJson(invocation.screen, jsonOf(*machine));
    else
        printMachine(invocation.screen, *machine);
    if (!invocation.json())
        printStrays(invocation, machine->id);
    return ExitStatus::Ok;
}

ExitStatus invite(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    InviteMachine request{.name = args.value(u"--name"_s), .pools = {}};
    for (const QString &pool : args.values(u"--pool"_s))
        request.pools += splitNames(pool);
    bool ok = true;
    request.slotCount = args.value(u"--slots"_s, u"0"_s).toInt(&ok);
    if (!ok || request.slotCount < 0)
        return misused(invocation,
                       CliText::tr("--slots: a whole number is expected; 0 is as many as cores"));
    const auto valid = durationOf(args.value(u"--valid"_s, u"1h"_s));
    if (!valid)
        return misused(invocation, CliText::tr("--valid: a duration is expected: 30m, 2h, 1d"));
    request.valid = *valid;
    const Result<Invitation> invitation = invocation.session.call(request);
    if (!invitation)
        return failed(invocation, invitation.error());
    if (invocation.json()) {
        printJson(invocation.screen, jsonOf(*invitation));
        return ExitStatus::Ok;
    }
    invocation.screen.note(CliText::tr("Type this on the machine; it is good once, until %1:")
                               .arg(localTime(invitation->expires)));
    invocation.screen.line(u"drover-agent join "_s + invitation->link);
    return ExitStatus::Ok;
}

// Labels are given whole: what is not named goes.
QString readLabels(const QStringList &pairs, QMap<QString, QString> &into)
{
    for (const QString &pair : pairs) {
        const qsizetype equals = pair.indexOf(u'=');
        if (equals < 1)
            return CliText::tr("--label: KEY=VALUE is expected");
        into.insert(pair.first(equals), pair.sliced(equals + 1));
    }
    return {};
}

QString readChanges(const Arguments &args, SetMachine &request)
{
    for (const auto &[option, member] : {std::pair(u"--slots"_s, &SetMachine::slotCount),
                                         std::pair(u"--prefetch"_s, &SetMachine::prefetch)}) {
        bool ok = true;
        if (args.has(option))
            request.*member = args.value(option).toInt(&ok);
        if (!ok)
            return CliText::tr("%1: a whole number is expected").arg(option);
    }
    const QString draining = args.value(u"--draining"_s);
    if (!draining.isEmpty() && draining != "yes"_L1 && draining != "no"_L1)
        return CliText::tr("--draining: yes or no is expected");
    if (!draining.isEmpty())
        request.draining = draining == "yes"_L1;
    if (args.has(u"--pools"_s))
        request.pools = splitNames(args.value(u"--pools"_s));
    if (args.has(u"--run-as"_s))
        request.runAs = splitNames(args.value(u"--run-as"_s));
    if (args.has(u"--notes"_s))
        request.notes = args.value(u"--notes"_s);
    if (args.has(u"--label"_s))
        return readLabels(args.values(u"--label"_s), request.labels.emplace());
    return {};
}

ExitStatus set(Invocation &invocation)
{
    if (invocation.args.words.size() != 1)
        return misused(invocation,
                       CliText::tr("one machine is expected: drover machine set m1 --slots 4"));
    SetMachine request;
    if (const QString wrong = readChanges(invocation.args, request); !wrong.isEmpty())
        return misused(invocation, wrong);
    if (request == SetMachine())
        return misused(invocation,
                       CliText::tr("nothing is to be changed; --help lists what can be"));
    const Result<Machine> machine = machineNamed(invocation.session, invocation.args.words.first());
    if (!machine)
        return failed(invocation, machine.error());
    request.id = machine->id;
    const Result<Machine> changed = invocation.session.call(request);
    if (!changed)
        return failed(invocation, changed.error());
    if (invocation.json())
        printJson(invocation.screen, jsonOf(*changed));
    else
        printMachine(invocation.screen, *changed);
    return ExitStatus::Ok;
}

ExitStatus remove(Invocation &invocation)
{
    if (invocation.args.words.size() != 1)
        return misused(invocation,
                       CliText::tr("one machine is expected: drover machine remove m1"));
    const Result<Machine> machine = machineNamed(invocation.session, invocation.args.words.first());
    if (!machine)
        return failed(invocation, machine.error());
    const QString question = CliText::tr("Forget machine %1 (%2 tasks on it)? Its certificate is "
                                         "revoked and its leases end; this cannot be undone.")
                                 .arg(machine->name)
                                 .arg(machine->tasksNow);
    const Result<bool> goOn = agreed(invocation, question);
    if (!goOn)
        return misused(invocation, goOn.error().message);
    if (!*goOn)
        return ExitStatus::Ok;
    const Result<Done> done = invocation.session.call(RemoveMachine{.id = machine->id});
    if (!done)
        return failed(invocation, done.error());
    invocation.screen.note(CliText::tr("Machine %1 is forgotten.").arg(machine->name));
    return ExitStatus::Ok;
}

QList<Option> changes()
{
    return {
        {.name = u"--slots"_s, .value = u"N"_s, .words = CliText::tr("how much it runs at once")},
        {.name = u"--prefetch"_s,
         .value = u"N"_s,
         .words = CliText::tr("tasks taken ahead of a free slot; 0: as fast tasks need")},
        {.name = u"--pools"_s, .value = u"NAMES"_s, .words = CliText::tr("pools it is in: a,b")},
        {.name = u"--label"_s,
         .value = u"KEY=VALUE"_s,
         .words = CliText::tr("its labels; those not named go"),
         .takes = Option::Takes::Each},
        {.name = u"--draining"_s,
         .value = u"yes|no"_s,
         .words = CliText::tr("it takes no more"),
         .choices = {u"yes"_s, u"no"_s}},
        {.name = u"--run-as"_s,
         .value = u"USERS"_s,
         .words = CliText::tr("users that tasks may run as there: a,b")},
        {.name = u"--notes"_s, .value = u"TEXT"_s, .words = CliText::tr("words for people")},
    };
}

} // namespace

QList<Command> machineCommands()
{
    return {
        {.path = {u"machines"_s},
         .operands = {},
         .words = CliText::tr("list machines, with load and slots"),
         .options = listOptions(),
         .run = machines,
         .also = {{u"machine"_s, u"list"_s}},
         .watches = true},
        {.path = {u"machine"_s},
         .operands = CliText::tr("MACHINE"),
         .words = CliText::tr("show a machine"),
         .options = {flag(u"--watch"_s, CliText::tr("show it again every two seconds")),
                     flag(u"--load"_s, CliText::tr("its load over time, as curves")),
                     {.name = u"--since"_s,
                      .value = u"TIME"_s,
                      .words = CliText::tr("with --load: how far back; 10m, at most 7d")}},
         .run = show,
         .also = {{u"machine"_s, u"show"_s}},
         .watches = true},
        {.path = {u"machine"_s, u"invite"_s},
         .operands = {},
         .words = CliText::tr("make the line that lets a machine join"),
         .options = {{.name = u"--name"_s,
                      .value = u"NAME"_s,
                      .words = CliText::tr("its name; else its host name")},
                     {.name = u"--pool"_s,
                      .value = u"POOL"_s,
                      .words = CliText::tr("pool it shall be in; else default"),
                      .takes = Option::Takes::Each},
                     {.name = u"--slots"_s,
                      .value = u"N"_s,
                      .words = CliText::tr("how much it runs at once; else as many as cores")},
                     {.name = u"--valid"_s,
                      .value = u"TIME"_s,
                      .words = CliText::tr("how long the line is good; 1h, at most 30d")}},
         .run = invite},
        {.path = {u"machine"_s, u"set"_s},
         .operands = CliText::tr("MACHINE"),
         .words = CliText::tr("change a machine; what is not given stays"),
         .options = changes(),
         .run = set},
        {.path = {u"machine"_s, u"remove"_s},
         .operands = CliText::tr("MACHINE"),
         .words = CliText::tr("forget a machine"),
         .options = {},
         .run = remove},
    };
}

} // namespace Drover
