#pragma once

// What people ask about themselves and the daemon: signing in, invitations, status, hold.

#include "backend/protocol/batch.h"
#include "backend/protocol/envelope.h"
#include "backend/protocol/user.h"

namespace Drover {

struct SessionInfo
{
    QString user;
    QString level; ///< the highest: viewer, operator or admin on `project`
    QString project;
    QString version;
    qint64 store = 0;
    qint64 epoch = 0;
    QList<Grant> grants;

    static constexpr auto fields()
    {
        return fieldList(field("user", &SessionInfo::user), field("level", &SessionInfo::level),
                          field("project", &SessionInfo::project),
                          field("version", &SessionInfo::version, "of the daemon"),
                          field("store", &SessionInfo::store), field("epoch", &SessionInfo::epoch),
                          field("grants", &SessionInfo::grants, "what one may, each project once"));
    }
    friend bool operator==(const SessionInfo &, const SessionInfo &) = default;
};

struct SignIn
{
    static constexpr QLatin1StringView method {"session.signIn"};
    static constexpr std::string_view words = "Says who is at this end of the connection: a token, or user and password.";
    using Reply = SessionInfo;
    QString token;
    QString user;
    QString password;
    QString program;

    static constexpr auto fields()
    {
        return fieldList(field("token", &SignIn::token), field("user", &SignIn::user),
                          field("password", &SignIn::password),
                          field("program", &SignIn::program, "name and version of the client, for the audit"));
    }
    friend bool operator==(const SignIn &, const SignIn &) = default;
};

struct SignOut
{
    static constexpr QLatin1StringView method {"session.signOut"};
    static constexpr std::string_view words = "Revokes the token that this connection signed in with.";
    using Reply = Done;
    static constexpr auto fields() { return fieldList(); }
    friend bool operator==(const SignOut &, const SignOut &) = default;
};

struct SetPassword
{
    static constexpr QLatin1StringView method {"session.password"};
    static constexpr std::string_view words = "Changes one's own password.";
    using Reply = Done;
    QString current;
    QString password;

    static constexpr auto fields()
    {
        return fieldList(field("current", &SetPassword::current, "empty where there is none yet"),
                         field("password", &SetPassword::password, "10 to 1,000 characters"));
    }
    friend bool operator==(const SetPassword &, const SetPassword &) = default;
};

/// A connection that is signed in.
struct SignedIn
{
    SessionId id;
    QString user;
    QString program;
    QString address;
    Instant since;
    QString token; ///< its name; empty: by password
    bool own = false;

    static constexpr auto fields()
    {
        return fieldList(field("id", &SignedIn::id), field("user", &SignedIn::user),
                         field("program", &SignedIn::program), field("address", &SignedIn::address),
                         field("since", &SignedIn::since), field("token", &SignedIn::token, "empty: by password"),
                         field("own", &SignedIn::own, "the one that asks"));
    }
    friend bool operator==(const SignedIn &, const SignedIn &) = default;
};

struct SessionList
{
    QList<SignedIn> sessions;

    static constexpr auto fields() { return fieldList(field("sessions", &SessionList::sessions)); }
    friend bool operator==(const SessionList &, const SessionList &) = default;
};

struct ListSessions
{
    static constexpr QLatin1StringView method {"session.list"};
    static constexpr std::string_view words = "One's connections; with admin on * those of everybody.";
    using Reply = SessionList;
    static constexpr auto fields() { return fieldList(); }
    friend bool operator==(const ListSessions &, const ListSessions &) = default;
};

struct RevokeSession
{
    static constexpr QLatin1StringView method {"session.revoke"};
    static constexpr std::string_view words = "Ends a connection, and revokes the token it signed in with. Another's needs admin on *.";
    using Reply = Done;
    SessionId id;

    static constexpr auto fields() { return fieldList(field("id", &RevokeSession::id)); }
    friend bool operator==(const RevokeSession &, const RevokeSession &) = default;
};

struct NewToken
{
    QString token;
    SessionInfo session;

    static constexpr auto fields()
    {
        return fieldList(field("token", &NewToken::token, "shown this once"),
                          field("session", &NewToken::session));
    }
    friend bool operator==(const NewToken &, const NewToken &) = default;
};

struct RedeemInvitation
{
    static constexpr QLatin1StringView method {"session.redeem"};
    static constexpr std::string_view words = "Turns a one-time invitation into a user with a password and a token.";
    using Reply = NewToken;
    QString secret;
    QString user;
    QString password;
    QString program;

    static constexpr auto fields()
    {
        return fieldList(field("secret", &RedeemInvitation::secret),
                          field("user", &RedeemInvitation::user, "name to be known by; empty: as invited"),
                          field("password", &RedeemInvitation::password, "empty: token only"),
                          field("program", &RedeemInvitation::program));
    }
    friend bool operator==(const RedeemInvitation &, const RedeemInvitation &) = default;
};

struct Attention
{
    QString what;
    QString remedy;

    static constexpr auto fields()
    {
        return fieldList(field("what", &Attention::what), field("remedy", &Attention::remedy));
    }
    friend bool operator==(const Attention &, const Attention &) = default;
};

struct Status
{
    QString version;
    qint64 store = 0;
    qint64 epoch = 0;
    qint64 revision = 0;
    Instant started;
    QString database;
    bool ready = true;
    bool held = false;
    StateCounts counts;
    int machinesOnline = 0;
    int machines = 0;
    int slotCount = 0;
    int slotsUsed = 0;
    qint64 diskFree = 0;
    Instant certificateEnds;
    QList<Attention> attention;
    bool paused = false;
    QStringList heldProjects;
    QStringList pausedProjects;
    qint64 unfinished = 0;
    QStringList agentVersions;
    Instant authorityEnds;
    bool rotating = false;
    Instant now;

    static constexpr auto fields()
    {
        return fieldList(
            field("version", &Status::version), field("store", &Status::store),
            field("epoch", &Status::epoch), field("revision", &Status::revision),
            field("started", &Status::started), field("database", &Status::database),
            field("ready", &Status::ready), field("held", &Status::held, "hold --all is on"),
            field("counts", &Status::counts, "of all batches that one may see"), field("machinesOnline", &Status::machinesOnline),
            field("machines", &Status::machines), field("slots", &Status::slotCount),
            field("slotsUsed", &Status::slotsUsed), field("diskFree", &Status::diskFree, "bytes"),
            field("certificateEnds", &Status::certificateEnds),
            field("attention", &Status::attention, "what needs a person, and the remedy"),
            field("paused", &Status::paused, "pause --all is on"),
            field("heldProjects", &Status::heldProjects),
            field("pausedProjects", &Status::pausedProjects),
            field("unfinished", &Status::unfinished, "tasks that are to be done, or being done"),
            field("agentVersions", &Status::agentVersions, "\"0.1.0 on 3 machines\""),
            field("authorityEnds", &Status::authorityEnds, "the certificate authority"),
            field("rotating", &Status::rotating, "two authorities are believed"),
            field("now", &Status::now, "the daemon's clock"));
    }
    friend bool operator==(const Status &, const Status &) = default;
};

struct GetStatus
{
    static constexpr QLatin1StringView method {"daemon.status"};
    static constexpr std::string_view words = "Versions, disk, backlog, machines, and what needs attention.";
    using Reply = Status;
    static constexpr auto fields() { return fieldList(); }
    friend bool operator==(const GetStatus &, const GetStatus &) = default;
};

struct Metrics
{
    QByteArray text;

    static constexpr auto fields() { return fieldList(field("text", &Metrics::text, "Prometheus, 0.0.4")); }
    friend bool operator==(const Metrics &, const Metrics &) = default;
};

struct GetMetrics
{
    static constexpr QLatin1StringView method {"daemon.metrics"};
    static constexpr std::string_view words = "Figures for Prometheus; GET /metrics with a token is the same as text.";
    using Reply = Metrics;
    static constexpr auto fields() { return fieldList(); }
    friend bool operator==(const GetMetrics &, const GetMetrics &) = default;
};

struct HoldEverything
{
    static constexpr QLatin1StringView method {"daemon.hold"};
    static constexpr std::string_view words = "Stops all assignments at once, or lets them go on.";
    using Reply = Done;
    bool held = true;

    static constexpr auto fields() { return fieldList(field("held", &HoldEverything::held)); }
    friend bool operator==(const HoldEverything &, const HoldEverything &) = default;
};

} // namespace Drover
