#pragma once

#include "backend/protocol/codec.h"

namespace Drover {

/// What one may do, each including those before it. On disk and on the wire by its word.
enum class Level { Viewer, Operator, Admin };
template<>
inline constexpr auto enumNames<Level>
    = std::to_array<std::string_view>({"viewer", "operator", "admin"});

/// What a user may do in one project, or in all of them.
struct Grant
{
    QString project; ///< or *
    Level level = Level::Viewer;
    bool readsOutputs = true;
    bool readsSecrets = false;

    static constexpr auto fields()
    {
        return fieldList(field("project", &Grant::project, "a name, or * for all of them"),
                         field("level", &Grant::level, "viewer, operator or admin"),
                         field("readsOutputs", &Grant::readsOutputs, "may read what tasks wrote"),
                         field("readsSecrets", &Grant::readsSecrets, "may read secret values"));
    }
    friend bool operator==(const Grant &, const Grant &) = default;
};

/// A person or a program that signs in.
struct User
{
    UserId id;
    QString name;
    Instant created;
    bool disabled = false;
    bool hasPassword = false;
    int tokens = 0;
    int sessions = 0;
    QList<Grant> grants;

    static constexpr auto fields()
    {
        return fieldList(field("id", &User::id), field("name", &User::name),
                         field("created", &User::created), field("disabled", &User::disabled),
                         field("hasPassword", &User::hasPassword), field("tokens", &User::tokens, "how many it has"),
                         field("sessions", &User::sessions, "connections that are signed in as it"),
                         field("grants", &User::grants, "at most one for each project"));
    }
    friend bool operator==(const User &, const User &) = default;
};

/// What a program signs in with: a random secret with a name, of which only a hash is kept. It may
/// at most what its user may.
struct Token
{
    TokenId id;
    QString user;
    QString name;
    QString project; ///< or *
    Level level = Level::Admin; ///< at most that
    Instant created;
    Instant expires; ///< never: does not
    Instant used; ///< to the hour

    static constexpr auto fields()
    {
        return fieldList(field("id", &Token::id), field("user", &Token::user), field("name", &Token::name),
                         field("project", &Token::project, "the only project it is good for; *: those of its user"),
                         field("level", &Token::level, "at most that, and what its user may"),
                         field("created", &Token::created), field("expires", &Token::expires),
                         field("used", &Token::used, "last, to the hour"));
    }
    friend bool operator==(const Token &, const Token &) = default;
};

/// One installed system or team.
struct Project
{
    ProjectId id;
    qint64 rev = 0;
    QString name;
    Instant created;
    bool held = false; ///< nothing of it starts
    QString notes;

    static constexpr auto fields()
    {
        return fieldList(field("id", &Project::id), field("rev", &Project::rev), field("name", &Project::name),
                         field("created", &Project::created), field("held", &Project::held, "nothing of it starts"),
                         field("notes", &Project::notes));
    }
    friend bool operator==(const Project &, const Project &) = default;
};

/// One request that changed something, or was refused.
struct AuditEntry
{
    AuditId id;
    Instant at;
    QString user;
    QString address;
    QString program;
    QString method;
    QString object;
    QString outcome;
    qint64 count = 0;
    QString project;

    static constexpr auto fields()
    {
        return fieldList(field("id", &AuditEntry::id), field("at", &AuditEntry::at),
                         field("user", &AuditEntry::user, "or \"machine 3\""), field("address", &AuditEntry::address),
                         field("program", &AuditEntry::program, "through what"), field("method", &AuditEntry::method),
                         field("object", &AuditEntry::object), field("outcome", &AuditEntry::outcome, "done, or the error's code"),
                         field("count", &AuditEntry::count, "how many were changed"),
                         field("project", &AuditEntry::project, "empty: none, or several"));
    }
    friend bool operator==(const AuditEntry &, const AuditEntry &) = default;
};

} // namespace Drover
