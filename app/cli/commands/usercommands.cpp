// users, user add, set, disable, enable, remove, grant, revoke; invite.
#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/listing.h"
#include "app/cli/look.h"
#include "app/cli/tasksof.h"
#include "backend/base/instant.h"
#include "backend/base/terminal.h"
#include "backend/protocol/userrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString grantText(const Grant &grant)
{
    QString text = grant.project + u':' + enumText(grant.level);
    if (!grant.readsOutputs)
        text += u" (no outputs)"_s;
    if (grant.readsSecrets)
        text += u" (secrets)"_s;
    return text;
}

QList<Column<User>> userColumns()
{
    return {
        textColumn<User>(u"name"_s, CliText::tr("NAME"), [](const User &u) { return u.name; }),
        textColumn<User>(u"grants"_s, CliText::tr("GRANTS"),
                         [](const User &u) {
                             QStringList parts;
                             for (const Grant &grant : u.grants)
                                 parts.append(grantText(grant));
                             return parts.join(u", "_s);
                         }),
        {u"state"_s, CliText::tr("STATE"), TextTable::Align::Left,
         [](const User &u) {
             return u.disabled ? TextTable::Cell{CliText::tr("disabled"), Tone::Warning}
                               : TextTable::Cell{CliText::tr("enabled")};
         }},
        textColumn<User>(u"password"_s, CliText::tr("PASSWORD"),
                         [](const User &u) {
                             return u.hasPassword ? CliText::tr("yes") : CliText::tr("no");
                         }),
        textColumn<User>(u"tokens"_s, CliText::tr("TOKENS"),
                         [](const User &u) { return QString::number(u.tokens); },
                         TextTable::Align::Right),
        textColumn<User>(u"sessions"_s, CliText::tr("SESSIONS"),
                         [](const User &u) { return QString::number(u.sessions); },
                         TextTable::Align::Right),
        textColumn<User>(u"created"_s, CliText::tr("CREATED"),
                         [](const User &u) { return localTime(u.created); }),
    };
}

ExitStatus list(Invocation &invocation)
{
    return printListing<UserList, User>(
        invocation, invocation.session.call(ListUsers{}), &UserList::users, userColumns(),
        {u"name"_s, u"grants"_s, u"state"_s, u"password"_s, u"tokens"_s, u"sessions"_s},
        CliText::tr("There is no user yet: drover invite"));
}

ExitStatus print(Invocation &invocation, const Result<User> &user)
{
    if (!user)
        return failed(invocation, user.error());
    if (invocation.json())
        printJson(invocation.screen, jsonOf(*user));
    else
        invocation.screen.out(
            printedTable(userColumns().first(4), QList<User>{*user}, invocation.screen));
    return ExitStatus::Ok;
}

// The name that every verb of a user begins with; a message when there is none.
QString nameMissing(const Invocation &invocation, const QString &example)
{
    return invocation.args.words.size() == 1 ? QString()
                                             : CliText::tr("one user is expected: %1").arg(example);
}

// What --level, --project, --no-outputs and --secrets say; a message when that is wrong.
QString readGrant(Invocation &invocation, Grant &grant)
{
    const Arguments &args = invocation.args;
    const QString level = args.value(u"--level"_s, u"operator"_s);
    const auto known = enumOf<Level>(level);
    if (!known)
        return CliText::tr("--level: there is no %1; use %2")
            .arg(level.left(40), enumChoices<Level>());
    const Result<Profile> profile = invocation.session.profile();
    grant = {.project = args.value(u"--project"_s, profile ? profile->project : u"main"_s),
             .level = *known,
             .readsOutputs = !args.has(u"--no-outputs"_s),
             .readsSecrets = args.has(u"--secrets"_s)};
    return {};
}

ExitStatus printInvitation(Invocation &invocation, const Result<Invitation> &invitation)
{
    if (!invitation)
        return failed(invocation, invitation.error());
    if (invocation.json()) {
        printJson(invocation.screen, jsonOf(*invitation));
        return ExitStatus::Ok;
    }
    invocation.screen.note(
        CliText::tr("Hand this to them as you would a password; it is good once, until %1:")
            .arg(localTime(invitation->expires)));
    invocation.screen.line(u"drover login "_s + invitation->link);
    return ExitStatus::Ok;
}

QString readValid(const Arguments &args, std::chrono::milliseconds &valid)
{
    const auto wished = durationOf(args.value(u"--valid"_s, u"7d"_s));
    if (!wished)
        return CliText::tr("--valid: a duration is expected: 30m, 2h, 7d");
    valid = *wished;
    return {};
}

ExitStatus invite(Invocation &invocation)
{
    InviteUser request{.name = invocation.args.words.value(0)};
    QString wrong = readGrant(invocation, request.grant);
    if (wrong.isEmpty())
        wrong = readValid(invocation.args, request.valid);
    if (wrong.isEmpty() && invocation.args.words.size() > 1)
        wrong = CliText::tr("one name at most is expected: drover invite ann");
    if (!wrong.isEmpty())
        return misused(invocation, wrong);
    return printInvitation(invocation, invocation.session.call(request));
}

ExitStatus add(Invocation &invocation)
{
    AddUser request{.name = invocation.args.words.value(0), .password = {}, .grants = {}};
    Grant grant;
    std::chrono::milliseconds valid{};
    QString wrong = nameMissing(invocation, u"drover user add ann --level operator"_s);
    if (wrong.isEmpty())
        wrong = readGrant(invocation, grant);
    if (wrong.isEmpty())
        wrong = readValid(invocation.args, valid);
    if (!wrong.isEmpty())
        return misused(invocation, wrong);
    request.grants = {grant};
    if (invocation.args.has(u"--password"_s)) {
        const Result<QString> password = newSecret(CliText::tr("Password of %1").arg(request.name));
        if (!password)
            return misused(invocation, password.error().message);
        request.password = *password;
    }
    const Result<User> user = invocation.session.call(request);
    if (!user || !request.password.isEmpty())
        return print(invocation, user);
    // Without a password this is how one comes in.
    return printInvitation(invocation, invocation.session.call(InviteUser{.name = user->name, .grant = grant, .valid = valid}));
}

ExitStatus set(Invocation &invocation)
{
    SetUser request{.name = invocation.args.words.value(0)};
    const QString wrong = nameMissing(invocation, u"drover user set ann --name anna"_s);
    if (!wrong.isEmpty())
        return misused(invocation, wrong);
    if (invocation.args.has(u"--name"_s))
        request.newName = invocation.args.value(u"--name"_s);
    if (invocation.args.has(u"--no-password"_s))
        request.password = QString();
    if (invocation.args.has(u"--password"_s)) {
        const Result<QString> password = newSecret(CliText::tr("Password of %1").arg(request.name));
        if (!password)
            return misused(invocation, password.error().message);
        request.password = *password;
    }
    if (request == SetUser{.name = request.name})
        return misused(invocation, CliText::tr("nothing is to be changed; --help lists what can be"));
    return print(invocation, invocation.session.call(request));
}

ExitStatus setDisabled(Invocation &invocation, bool disabled)
{
    const QString wrong = nameMissing(invocation, disabled ? u"drover user disable ann"_s
                                                           : u"drover user enable ann"_s);
    if (!wrong.isEmpty())
        return misused(invocation, wrong);
    return print(invocation, invocation.session.call(SetUser{.name = invocation.args.words.first(), .disabled = disabled}));
}

ExitStatus disable(Invocation &invocation)
{
    return setDisabled(invocation, true);
}

ExitStatus enable(Invocation &invocation)
{
    return setDisabled(invocation, false);
}

ExitStatus remove(Invocation &invocation)
{
    const QString wrong = nameMissing(invocation, u"drover user remove ann"_s);
    if (!wrong.isEmpty())
        return misused(invocation, wrong);
    const QString name = invocation.args.words.first();
    const Result<bool> goOn = agreed(invocation, CliText::tr("Forget user %1, with grants and tokens? This cannot be undone.").arg(name));
    if (!goOn)
        return misused(invocation, goOn.error().message);
    if (!*goOn)
        return ExitStatus::Ok;
    const Result<Done> done = invocation.session.call(RemoveUser{.name = name});
    if (!done)
        return failed(invocation, done.error());
    invocation.screen.note(CliText::tr("User %1 is forgotten.").arg(name));
    return ExitStatus::Ok;
}

ExitStatus grant(Invocation &invocation)
{
    GrantUser request{.name = invocation.args.words.value(0), .grant = {}};
    QString wrong = nameMissing(invocation, u"drover user grant ann --project lab --level viewer"_s);
    if (wrong.isEmpty())
        wrong = readGrant(invocation, request.grant);
    if (!wrong.isEmpty())
        return misused(invocation, wrong);
    return print(invocation, invocation.session.call(request));
}

ExitStatus revoke(Invocation &invocation)
{
    QString wrong = nameMissing(invocation, u"drover user revoke ann --project lab"_s);
    if (wrong.isEmpty() && !invocation.args.has(u"--project"_s))
        wrong = CliText::tr("--project says which grant; drover users shows them");
    if (!wrong.isEmpty())
        return misused(invocation, wrong);
    return print(invocation, invocation.session.call(RevokeGrant{.name = invocation.args.words.first(),
                                                                 .project = invocation.args.value(u"--project"_s)}));
}

QList<Option> grantOptions()
{
    return {{.name = u"--level"_s,
             .value = u"LEVEL"_s,
             .words = CliText::tr("viewer, operator or admin; operator"),
             .choices = {u"viewer"_s, u"operator"_s, u"admin"_s}},
            {.name = u"--project"_s,
             .value = u"PROJECT"_s,
             .words = CliText::tr("where; * for all projects; else the profile's")},
            flag(u"--no-outputs"_s, CliText::tr("may not read what tasks wrote")),
            flag(u"--secrets"_s, CliText::tr("may read secret values"))};
}

QList<Option> invitationOptions()
{
    return grantOptions()
        + QList<Option>{{.name = u"--valid"_s,
                         .value = u"TIME"_s,
                         .words = CliText::tr("how long the link is good; 7d, at most 30d")}};
}

} // namespace

QList<Command> userCommands()
{
    const Option password = flag(u"--password"_s, CliText::tr("ask for a password to set"));
    return {
        {.path = {u"users"_s},
         .operands = {},
         .words = CliText::tr("list users, and what they may"),
         .options = listOptions(),
         .run = list,
         .also = {{u"user"_s, u"list"_s}},
         .watches = true},
        {.path = {u"invite"_s},
         .operands = CliText::tr("[NAME]"),
         .words = CliText::tr("make the link that lets a person in"),
         .options = invitationOptions(),
         .run = invite,
         .more = CliText::tr("A user who is there comes back in by it, and keeps the grants it has."),
         .also = {{u"user"_s, u"invite"_s}}},
        {.path = {u"user"_s, u"add"_s},
         .operands = CliText::tr("NAME"),
         .words = CliText::tr("add a user, and make the link it comes in by"),
         .options = invitationOptions() + QList<Option>{password},
         .run = add},
        {.path = {u"user"_s, u"set"_s},
         .operands = CliText::tr("NAME"),
         .words = CliText::tr("change a user's name or password"),
         .options = {{.name = u"--name"_s, .value = u"NAME"_s, .words = CliText::tr("its new name")},
                     password,
                     flag(u"--no-password"_s, CliText::tr("take the password away"))},
         .run = set},
        {.path = {u"user"_s, u"disable"_s},
         .operands = CliText::tr("NAME"),
         .words = CliText::tr("end a user's sessions and let it in no more"),
         .options = {},
         .run = disable},
        {.path = {u"user"_s, u"enable"_s},
         .operands = CliText::tr("NAME"),
         .words = CliText::tr("let a disabled user in again"),
         .options = {},
         .run = enable},
        {.path = {u"user"_s, u"remove"_s},
         .operands = CliText::tr("NAME"),
         .words = CliText::tr("forget a user"),
         .options = {},
         .run = remove},
        {.path = {u"user"_s, u"grant"_s},
         .operands = CliText::tr("NAME"),
         .words = CliText::tr("say what a user may in a project"),
         .options = grantOptions(),
         .run = grant},
        {.path = {u"user"_s, u"revoke"_s},
         .operands = CliText::tr("NAME"),
         .words = CliText::tr("take a user's grant in a project away"),
         .options = {{.name = u"--project"_s,
                      .value = u"PROJECT"_s,
                      .words = CliText::tr("where; * for the grant on all projects")}},
         .run = revoke},
    };
}

} // namespace Drover
