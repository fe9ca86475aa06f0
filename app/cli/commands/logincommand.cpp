#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/jsontext.h"
#include "app/cli/texttable.h"
#include "app/client/redemption.h"
#include "backend/protocol/sessionrequests.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

// The first address' host says most about where one is; "127.0.0.1" is no name anybody would type.
QString nameFor(const InvitationLink &link, const QString &wished)
{
    if (!wished.isEmpty())
        return wished;
    const QString host = link.addresses.first().host;
    const bool here = host == "127.0.0.1"_L1 || host == "::1"_L1 || host == "localhost"_L1;
    return here || !ProfileStore::nameProblem(host).isEmpty() ? u"local"_s : host;
}

ExitStatus saveProfile(Invocation &invocation, const InvitationLink &link, const Redeemed &redeemed)
{
    // The store of the session is const to commands; this one writes the same folder.
    ProfileStore store(invocation.session.profiles().folder());
    const Profile profile{.name = nameFor(link, invocation.session.profileName()),
                          .addresses = link.addresses,
                          .authorities = {redeemed.authority},
                          .user = redeemed.session.user,
                          .project = redeemed.session.project == "*"_L1 ? u"main"_s
                                                                        : redeemed.session.project};
    if (const Result<void> saved = store.save(profile, redeemed.token); !saved)
        return failed(invocation, saved.error());
    if (const Result<void> chosen = store.setDefault(profile.name); !chosen)
        return failed(invocation, chosen.error());
    if (invocation.json()) {
        printJson(invocation.screen, jsonOf(redeemed.session));
        return ExitStatus::Ok;
    }
    invocation.screen.line(CliText::tr("Signed in to %1 as %2 (%3); profile %4 in %5.")
                               .arg(printed(profile.addresses), profile.user,
                                    redeemed.session.level, profile.name, store.folder()));
    invocation.screen.line(CliText::tr("Next: drover status"));
    return ExitStatus::Ok;
}

ExitStatus login(Invocation &invocation)
{
    const QStringList &words = invocation.args.words;
    if (words.size() != 1)
        return misused(invocation,
                       CliText::tr("an invitation link is expected: drover login drover://join/…"));
    const Result<InvitationLink> link = InvitationLink::parse(words.first());
    if (!link)
        return misused(invocation, link.error().message);
    const QString wished = invocation.session.profileName();
    if (!wished.isEmpty() && !ProfileStore::nameProblem(wished).isEmpty())
        return misused(invocation, u"--profile: "_s + ProfileStore::nameProblem(wished));
    // A link is good for one use: whatever can fail here fails before it is handed over.
    if (const auto readable = invocation.session.profiles().profiles(); !readable)
        return failed(invocation, readable.error());
    Redemption redemption(*link, programOfCli());
    const Result<Redeemed> redeemed
        = invocation.session.waited<Redeemed>([&](QObject *, auto handler) {
              redemption.start(invocation.args.value(u"--user"_s), {}, std::move(handler));
          });
    if (!redeemed)
        return failed(invocation, redeemed.error());
    return saveProfile(invocation, *link, *redeemed);
}

ExitStatus profiles(Invocation &invocation)
{
    const Result<QList<Profile>> all = invocation.session.profiles().profiles();
    const Result<QString> chosen = invocation.session.profiles().defaultName();
    if (!all || !chosen)
        return failed(invocation, all ? chosen.error() : all.error());
    if (invocation.json()) {
        QJsonArray rows;
        for (const Profile &profile : *all) {
            rows.append(QJsonObject{{u"name"_s, profile.name},
                                    {u"addresses"_s, printed(profile.addresses)},
                                    {u"user"_s, profile.user},
                                    {u"project"_s, profile.project},
                                    {u"default"_s, profile.name == *chosen}});
        }
        printJson(invocation.screen, QJsonObject{{u"profiles"_s, rows}});
        return ExitStatus::Ok;
    }
    TextTable table;
    for (const QString &title :
         {CliText::tr("PROFILE"), CliText::tr("ADDRESSES"), CliText::tr("USER"),
          CliText::tr("PROJECT"), CliText::tr("DEFAULT")})
        table.addColumn(title);
    for (const Profile &profile : *all) {
        const bool isDefault = profile.name == *chosen;
        table.addRow({{profile.name, isDefault ? Tone::Strong : Tone::Plain},
                      {printed(profile.addresses)},
                      {profile.user},
                      {profile.project},
                      {isDefault ? CliText::tr("yes") : QString()}});
    }
    if (all->isEmpty())
        invocation.screen.note(CliText::tr("You are not signed in anywhere: drover login LINK"));
    else
        invocation.screen.out(table.printed(invocation.screen));
    return ExitStatus::Ok;
}

ExitStatus loginStatus(Invocation &invocation)
{
    const Result<Profile> profile = invocation.session.profile();
    if (!profile)
        return failed(invocation, profile.error());
    // The first answer comes after the sign-in.
    const Result<Status> status = invocation.session.call(GetStatus{});
    if (!status)
        return failed(invocation, status.error());
    const Result<Client *> client = invocation.session.client();
    const SessionInfo session = client ? (*client)->session() : SessionInfo();
    if (invocation.json())
        printJson(invocation.screen, jsonOf(session));
    else
        invocation.screen.line(CliText::tr("Signed in to %1 (%2, version %3) as %4, %5 on %6.")
                                   .arg(profile->name, printed(profile->addresses), session.version,
                                        session.user, session.level, session.project));
    return ExitStatus::Ok;
}

ExitStatus logout(Invocation &invocation)
{
    ProfileStore store(invocation.session.profiles().folder());
    const QString name = invocation.args.words.value(0, invocation.session.profileName());
    const Result<Profile> profile = store.profile(name);
    if (!profile)
        return failed(invocation, profile.error());
    // What stays valid there is said, and leaves here all the same.
    Session there(store, invocation.screen, profile->name);
    const Result<Done> signedOut = there.call(SignOut{}, 10s);
    const bool isGone = signedOut || signedOut.error().code == ErrorCode::NotPermitted
        || signedOut.error().code == ErrorCode::NotSignedIn;
    if (const Result<void> removed = store.remove(profile->name); !removed)
        return failed(invocation, removed.error());
    invocation.screen.note(
        isGone ? CliText::tr("Signed out of %1; its profile and token are removed.").arg(profile->name)
               : CliText::tr("Profile %1 is removed from this account. Its token is good until somebody "
                             "revokes it (drover token revoke): %2")
                     .arg(profile->name, signedOut.error().message));
    return ExitStatus::Ok;
}

ExitStatus use(Invocation &invocation)
{
    if (invocation.args.words.size() != 1)
        return misused(
            invocation,
            CliText::tr("the name of a profile is expected; drover login profiles shows them"));
    ProfileStore store(invocation.session.profiles().folder());
    if (const Result<void> chosen = store.setDefault(invocation.args.words.first()); !chosen)
        return failed(invocation, chosen.error());
    return ExitStatus::Ok;
}

} // namespace

QList<Command> loginCommands()
{
    return {
        {.path = {u"login"_s},
         .operands = CliText::tr("LINK"),
         .words = CliText::tr("sign in with an invitation link"),
         .options = {{.name = u"--user"_s,
                      .value = u"NAME"_s,
                      .words = CliText::tr("name to be known by; else as invited")}},
         .run = login,
         .more = CliText::tr("The profile is named after --profile, else after the host; what is "
                             "kept stands in profiles.toml, "
                             "its token in a file that only you can read.")},
        {.path = {u"login"_s, u"profiles"_s},
         .operands = {},
         .words = CliText::tr("the daemons you are signed in to"),
         .options = {},
         .run = profiles,
         .also = {{u"profiles"_s}}},
        {.path = {u"login"_s, u"status"_s},
         .operands = {},
         .words = CliText::tr("who you are there, and whether it answers"),
         .options = {},
         .run = loginStatus},
        {.path = {u"login"_s, u"use"_s},
         .operands = CliText::tr("PROFILE"),
         .words = CliText::tr("make a profile the default"),
         .options = {},
         .run = use},
        {.path = {u"login"_s, u"logout"_s},
         .operands = CliText::tr("[PROFILE]"),
         .words = CliText::tr("revoke a profile's token and forget both"),
         .options = {},
         .run = logout,
         .also = {{u"logout"_s}}},
    };
}

} // namespace Drover
