// projects, project create, set, remove; audit.
#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/listing.h"
#include "app/cli/look.h"
#include "app/cli/tasksof.h"
#include "backend/protocol/userrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QList<Column<Project>> projectColumns()
{
    return {
        textColumn<Project>(u"name"_s, CliText::tr("NAME"), [](const Project &p) { return p.name; }),
        {u"state"_s, CliText::tr("STATE"), TextTable::Align::Left,
         [](const Project &p) {
             return p.held ? TextTable::Cell{CliText::tr("held"), Tone::Warning} : TextTable::Cell{CliText::tr("open")};
         }},
        textColumn<Project>(u"created"_s, CliText::tr("CREATED"), [](const Project &p) { return localTime(p.created); }),
        textColumn<Project>(u"notes"_s, CliText::tr("NOTES"), [](const Project &p) { return p.notes; }),
    };
}

ExitStatus projects(Invocation &invocation)
{
    return printListing<ProjectList, Project>(invocation, invocation.session.call(ListProjects{}), &ProjectList::projects,
                                              projectColumns(), {u"name"_s, u"state"_s, u"created"_s, u"notes"_s},
                                              CliText::tr("There is no project that you may see."));
}

ExitStatus print(Invocation &invocation, const Result<Project> &project)
{
    if (!project)
        return failed(invocation, project.error());
    if (invocation.json())
        printJson(invocation.screen, jsonOf(*project));
    else
        invocation.screen.out(printedTable(projectColumns(), QList<Project>{*project}, invocation.screen));
    return ExitStatus::Ok;
}

ExitStatus create(Invocation &invocation)
{
    if (invocation.args.words.size() != 1)
        return misused(invocation, CliText::tr("a name is expected: drover project create lab"));
    return print(invocation, invocation.session.call(CreateProject{.name = invocation.args.words.first(),
                                                                   .notes = invocation.args.value(u"--notes"_s)}));
}

ExitStatus set(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    if (args.words.size() != 1)
        return misused(invocation, CliText::tr("one project is expected: drover project set lab --held yes"));
    SetProject request{.name = args.words.first()};
    const QString held = args.value(u"--held"_s);
    if (!held.isEmpty() && held != "yes"_L1 && held != "no"_L1)
        return misused(invocation, CliText::tr("--held: yes or no is expected"));
    if (!held.isEmpty())
        request.held = held == "yes"_L1;
    if (args.has(u"--notes"_s))
        request.notes = args.value(u"--notes"_s);
    if (request == SetProject{.name = request.name})
        return misused(invocation, CliText::tr("nothing is to be changed; --help lists what can be"));
    return print(invocation, invocation.session.call(request));
}

ExitStatus remove(Invocation &invocation)
{
    if (invocation.args.words.size() != 1)
        return misused(invocation, CliText::tr("one project is expected: drover project remove lab"));
    const QString name = invocation.args.words.first();
    const Result<bool> goOn = agreed(invocation, CliText::tr("Forget project %1, and all grants in it? This cannot be undone.").arg(name));
    if (!goOn)
        return misused(invocation, goOn.error().message);
    if (!*goOn)
        return ExitStatus::Ok;
    const Result<Done> done = invocation.session.call(RemoveProject{.name = name});
    if (!done)
        return failed(invocation, done.error());
    invocation.screen.note(CliText::tr("Project %1 is forgotten.").arg(name));
    return ExitStatus::Ok;
}

ExitStatus audit(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    ListAudit request{.where = (args.words + args.values(u"--where"_s)).join(u' ')};
    bool ok = true;
    const qint64 wanted = args.value(u"--limit"_s, u"100"_s).toLongLong(&ok);
    if (!ok || wanted < 0)
        return misused(invocation, CliText::tr("--limit: a whole number is expected; 0: all"));
    AuditPage all;
    do {
        const qint64 left = wanted == 0 ? 1000 : wanted - all.entries.size();
        request.limit = int(std::min<qint64>(1000, left));
        const Result<AuditPage> page = invocation.session.call(request);
        if (!page)
            return failed(invocation, page.error());
        all.entries += page->entries;
        all.more = page->more;
        request.before = all.entries.isEmpty() ? AuditId() : all.entries.last().id;
    } while (all.more && (wanted == 0 || all.entries.size() < wanted));

    const QList<Column<AuditEntry>> columns{
        textColumn<AuditEntry>(u"id"_s, CliText::tr("ID"), [](const AuditEntry &e) { return QString::number(e.id.value); }, TextTable::Align::Right),
        textColumn<AuditEntry>(u"at"_s, CliText::tr("AT"), [](const AuditEntry &e) { return localTime(e.at); }),
        textColumn<AuditEntry>(u"user"_s, CliText::tr("WHO"), [](const AuditEntry &e) { return e.user; }),
        textColumn<AuditEntry>(u"address"_s, CliText::tr("FROM"), [](const AuditEntry &e) { return e.address; }),
        textColumn<AuditEntry>(u"program"_s, CliText::tr("THROUGH"), [](const AuditEntry &e) { return e.program; }),
        textColumn<AuditEntry>(u"method"_s, CliText::tr("DID"), [](const AuditEntry &e) { return e.method; }),
        textColumn<AuditEntry>(u"object"_s, CliText::tr("TO"), [](const AuditEntry &e) { return e.object; }),
        textColumn<AuditEntry>(u"count"_s, CliText::tr("COUNT"), [](const AuditEntry &e) { return QString::number(e.count); }, TextTable::Align::Right),
        textColumn<AuditEntry>(u"project"_s, CliText::tr("PROJECT"), [](const AuditEntry &e) { return e.project; }),
        {u"outcome"_s, CliText::tr("OUTCOME"), TextTable::Align::Left,
         [](const AuditEntry &e) {
             return TextTable::Cell{e.outcome, e.outcome == "done"_L1 ? Tone::Plain : Tone::Warning};
         }},
    };
    return printListing<AuditPage, AuditEntry>(
        invocation, Result<AuditPage>(all), &AuditPage::entries, columns,
        {u"at"_s, u"user"_s, u"address"_s, u"program"_s, u"method"_s, u"object"_s, u"count"_s, u"outcome"_s},
        CliText::tr("Nothing matches."));
}

} // namespace

QList<Command> projectCommands()
{
    const Option notes{.name = u"--notes"_s, .value = u"TEXT"_s, .words = CliText::tr("words for people")};
    return {
        {.path = {u"projects"_s},
         .operands = {},
         .words = CliText::tr("list the projects you may see"),
         .options = listOptions(),
         .run = projects,
         .also = {{u"project"_s, u"list"_s}},
         .watches = true},
        {.path = {u"project"_s, u"create"_s},
         .operands = CliText::tr("NAME"),
         .words = CliText::tr("make a project"),
         .options = {notes},
         .run = create},
        {.path = {u"project"_s, u"set"_s},
         .operands = CliText::tr("NAME"),
         .words = CliText::tr("change a project; what is not given stays"),
         .options = {{.name = u"--held"_s,
                      .value = u"yes|no"_s,
                      .words = CliText::tr("nothing of it starts"),
                      .choices = {u"yes"_s, u"no"_s}},
                     notes},
         .run = set},
        {.path = {u"project"_s, u"remove"_s},
         .operands = CliText::tr("NAME"),
         .words = CliText::tr("forget a project"),
         .options = {},
         .run = remove},
        {.path = {u"audit"_s},
         .operands = CliText::tr("[FILTER]"),
         .words = CliText::tr("who changed what, newest first"),
         .options = listOptions()
             + QList<Option>{{.name = u"--where"_s,
                              .value = u"FILTER"_s,
                              .words = CliText::tr("those that match; drover help filter"),
                              .takes = Option::Takes::Each}},
         .run = audit,
         .more = CliText::tr("Of 100 entries unless --limit says otherwise. As in: drover audit --where \"user = ann method ~ '^task' at > -7d\""),
         .watches = true},
    };
}

} // namespace Drover
