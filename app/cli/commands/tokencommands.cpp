// tokens, token create, revoke; sessions, sessions revoke; passwd.
#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/listing.h"
#include "app/cli/look.h"
#include "backend/base/instant.h"
#include "backend/base/clock.h"
#include "backend/base/terminal.h"
#include "backend/protocol/userrequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using Align = TextTable::Align;

ExitStatus tokens(Invocation &invocation)
{
    const Instant now = SystemClock().now();
    const QList<Column<Token>> columns{
        textColumn<Token>(u"id"_s, CliText::tr("ID"), [](const Token &t) { return QString::number(t.id.value); }, Align::Right),
        textColumn<Token>(u"user"_s, CliText::tr("USER"), [](const Token &t) { return t.user; }),
        textColumn<Token>(u"name"_s, CliText::tr("NAME"), [](const Token &t) { return t.name; }),
        textColumn<Token>(u"project"_s, CliText::tr("PROJECT"), [](const Token &t) { return t.project; }),
        textColumn<Token>(u"level"_s, CliText::tr("AT MOST"), [](const Token &t) { return enumText(t.level); }),
        textColumn<Token>(u"created"_s, CliText::tr("CREATED"), [](const Token &t) { return localTime(t.created); }),
        textColumn<Token>(u"expires"_s, CliText::tr("EXPIRES"),
                          [](const Token &t) { return isSet(t.expires) ? localTime(t.expires) : CliText::tr("never"); }),
        textColumn<Token>(u"used"_s, CliText::tr("USED"),
                          [now](const Token &t) { return isSet(t.used) ? agoText(t.used, now) : CliText::tr("never"); }, Align::Right),
    };
    return printListing<TokenList, Token>(
        invocation, invocation.session.call(ListTokens{}), &TokenList::tokens, columns,
        {u"id"_s, u"user"_s, u"name"_s, u"project"_s, u"level"_s, u"expires"_s, u"used"_s},
        CliText::tr("There is no token: drover token create NAME"));
}

ExitStatus create(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    const auto level = enumOf<Level>(args.value(u"--level"_s, u"admin"_s));
    const auto valid = durationOf(args.value(u"--expires"_s, u"0"_s));
    if (args.words.size() != 1)
        return misused(invocation, CliText::tr("a name is expected: drover token create ci --level operator --expires 90d"));
    if (!level)
        return misused(invocation, CliText::tr("--level: use %1").arg(enumChoices<Level>()));
    if (!valid)
        return misused(invocation, CliText::tr("--expires: a duration is expected: 12h, 90d"));
    const Result<CreatedToken> made = invocation.session.call(
        CreateToken{.name = args.words.first(), .project = args.value(u"--project"_s, u"*"_s), .level = *level, .valid = *valid});
    if (!made)
        return failed(invocation, made.error());
    if (invocation.json()) {
        printJson(invocation.screen, jsonOf(*made));
        return ExitStatus::Ok;
    }
    invocation.screen.note(CliText::tr("Token %1, shown this once; a program says it as \"Authorization: Bearer …\":").arg(made->token.id.value));
    invocation.screen.line(made->secret);
    return ExitStatus::Ok;
}

// The one number that a verb is about; 0 and a message where there is none.
qint64 numberOf(const Invocation &invocation)
{
    bool ok = false;
    const qint64 number = invocation.args.words.value(0).toLongLong(&ok);
    return ok && invocation.args.words.size() == 1 && number > 0 ? number : 0;
}

ExitStatus revokeToken(Invocation &invocation)
{
    const qint64 id = numberOf(invocation);
    if (id == 0)
        return misused(invocation, CliText::tr("the number of one token is expected; drover tokens lists them"));
    const Result<Done> done = invocation.session.call(RevokeToken{.id = TokenId{id}});
    if (!done)
        return failed(invocation, done.error());
    invocation.screen.note(CliText::tr("Token %1 is revoked.").arg(id));
    return ExitStatus::Ok;
}

ExitStatus sessions(Invocation &invocation)
{
    const Instant now = SystemClock().now();
    const QList<Column<SignedIn>> columns{
        textColumn<SignedIn>(u"id"_s, CliText::tr("ID"), [](const SignedIn &s) { return QString::number(s.id.value); }, Align::Right),
        textColumn<SignedIn>(u"user"_s, CliText::tr("USER"), [](const SignedIn &s) { return s.user; }),
        textColumn<SignedIn>(u"program"_s, CliText::tr("PROGRAM"), [](const SignedIn &s) { return s.program; }),
        textColumn<SignedIn>(u"address"_s, CliText::tr("FROM"), [](const SignedIn &s) { return s.address; }),
        textColumn<SignedIn>(u"since"_s, CliText::tr("FOR"), [now](const SignedIn &s) { return agoText(s.since, now); }, Align::Right),
        textColumn<SignedIn>(u"token"_s, CliText::tr("BY"),
                             [](const SignedIn &s) { return s.token.isEmpty() ? CliText::tr("password") : s.token; }),
        textColumn<SignedIn>(u"own"_s, CliText::tr("THIS ONE"), [](const SignedIn &s) { return s.own ? CliText::tr("yes") : QString(); }),
    };
    return printListing<SessionList, SignedIn>(
        invocation, invocation.session.call(ListSessions{}), &SessionList::sessions, columns,
        {u"id"_s, u"user"_s, u"program"_s, u"address"_s, u"since"_s, u"token"_s, u"own"_s}, CliText::tr("Nobody is signed in."));
}

ExitStatus revokeSession(Invocation &invocation)
{
    const qint64 id = numberOf(invocation);
    if (id == 0)
        return misused(invocation, CliText::tr("the number of one session is expected; drover sessions lists them"));
    const Result<Done> done = invocation.session.call(RevokeSession{.id = SessionId{id}});
    if (!done)
        return failed(invocation, done.error());
    invocation.screen.note(CliText::tr("Session %1 has ended, and its token is revoked.").arg(id));
    return ExitStatus::Ok;
}

ExitStatus passwd(Invocation &invocation)
{
    // Asked for first: whoever has none yet gives an empty line.
    const Result<QString> current = secretFrom(CliText::tr("Current password (none: empty)"));
    const Result<QString> next = current ? newSecret(CliText::tr("New password")) : current;
    if (!next)
        return misused(invocation, next.error().message);
    const Result<Done> done = invocation.session.call(SetPassword{.current = *current, .password = *next});
    if (!done)
        return failed(invocation, done.error());
    invocation.screen.note(CliText::tr("The password is changed."));
    return ExitStatus::Ok;
}

} // namespace

QList<Command> tokenCommands()
{
    return {
        {.path = {u"tokens"_s},
         .operands = {},
         .words = CliText::tr("list tokens: yours, or as administrator all"),
         .options = listOptions(),
         .run = tokens,
         .also = {{u"token"_s, u"list"_s}},
         .watches = true},
        {.path = {u"token"_s, u"create"_s},
         .operands = CliText::tr("NAME"),
         .words = CliText::tr("make a token for a program"),
         .options = {{.name = u"--level"_s,
                      .value = u"LEVEL"_s,
                      .words = CliText::tr("at most that; else all that you may"),
                      .choices = {u"viewer"_s, u"operator"_s, u"admin"_s}},
                     {.name = u"--project"_s, .value = u"PROJECT"_s, .words = CliText::tr("the only one it is good for; else all of yours")},
                     {.name = u"--expires"_s, .value = u"TIME"_s, .words = CliText::tr("when it ends: 12h, 90d; else when it is revoked")}},
         .run = create},
        {.path = {u"token"_s, u"revoke"_s},
         .operands = CliText::tr("ID"),
         .words = CliText::tr("end a token and its sessions"),
         .options = {},
         .run = revokeToken},
        {.path = {u"sessions"_s},
         .operands = {},
         .words = CliText::tr("list who is connected: you, or as administrator all"),
         .options = listOptions(),
         .run = sessions,
         .also = {{u"session"_s, u"list"_s}},
         .watches = true},
        {.path = {u"sessions"_s, u"revoke"_s},
         .operands = CliText::tr("ID"),
         .words = CliText::tr("end a session, and revoke its token"),
         .options = {},
         .run = revokeSession,
         .also = {{u"session"_s, u"revoke"_s}}},
        {.path = {u"passwd"_s},
         .operands = {},
         .words = CliText::tr("change your password"),
         .options = {},
         .run = passwd,
         .more = CliText::tr("Without a terminal the current and the new password are two lines of standard input."),
         .also = {{u"login"_s, u"passwd"_s}}},
    };
}

} // namespace Drover
