#pragma once

// What people ask about themselves and the daemon: signing in, invitations, status, hold.

#include "backend/protocol/batch.h"
#include "backend/protocol/envelope.h"

namespace Drover {

struct SessionInfo
{
    QString user;
    QString level; ///< viewer, operator or admin on `project`
    QString project;
    QString version;
    qint64 store = 0;
    qint64 epoch = 0;

    static constexpr auto fields()
    {
        return fieldList(field("user", &SessionInfo::user), field("level", &SessionInfo::level),
                          field("project", &SessionInfo::project),
                          field("version", &SessionInfo::version, "of the daemon"),
                          field("store", &SessionInfo::store), field("epoch", &SessionInfo::epoch));
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

    static constexpr auto fields()
    {
        return fieldList(
            field("version", &Status::version), field("store", &Status::store),
            field("epoch", &Status::epoch), field("revision", &Status::revision),
            field("started", &Status::started), field("database", &Status::database),
            field("ready", &Status::ready), field("held", &Status::held, "hold --all is on"),
            field("counts", &Status::counts), field("machinesOnline", &Status::machinesOnline),
            field("machines", &Status::machines), field("slots", &Status::slotCount),
            field("slotsUsed", &Status::slotsUsed), field("diskFree", &Status::diskFree, "bytes"),
            field("certificateEnds", &Status::certificateEnds),
            field("attention", &Status::attention, "what needs a person, and the remedy"),
            field("paused", &Status::paused, "pause --all is on"),
            field("heldProjects", &Status::heldProjects),
            field("pausedProjects", &Status::pausedProjects));
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
