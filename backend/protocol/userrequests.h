#pragma once

// Users and their grants, invitations of people, tokens, projects, the audit.

#include "backend/protocol/envelope.h"
#include "backend/protocol/machinerequests.h"
#include "backend/protocol/user.h"

namespace Drover {

struct UserList
{
    QList<User> users;

    static constexpr auto fields() { return fieldList(field("users", &UserList::users)); }
    friend bool operator==(const UserList &, const UserList &) = default;
};

struct ListUsers
{
    static constexpr QLatin1StringView method {"user.list"};
    static constexpr std::string_view words = "Users and their grants; oneself only, without admin on *.";
    using Reply = UserList;
    static constexpr auto fields() { return fieldList(); }
    friend bool operator==(const ListUsers &, const ListUsers &) = default;
};

struct AddUser
{
    static constexpr QLatin1StringView method {"user.add"};
    static constexpr std::string_view words = "Adds a user. Without a password it signs in by an invitation (user.invite).";
    using Reply = User;
    QString name;
    QString password;
    QList<Grant> grants;

    static constexpr auto fields()
    {
        return fieldList(field("name", &AddUser::name), field("password", &AddUser::password, "empty: none"),
                         field("grants", &AddUser::grants));
    }
    friend bool operator==(const AddUser &, const AddUser &) = default;
};

struct SetUser
{
    static constexpr QLatin1StringView method {"user.set"};
    static constexpr std::string_view words = "Changes a user; what is not given stays.";
    using Reply = User;
    QString name;
    std::optional<bool> disabled;
    std::optional<QString> password;
    std::optional<QString> newName;

    static constexpr auto fields()
    {
        return fieldList(field("name", &SetUser::name), field("disabled", &SetUser::disabled, "its sessions end"),
                         field("password", &SetUser::password, "empty: takes it away"),
                         field("newName", &SetUser::newName));
    }
    friend bool operator==(const SetUser &, const SetUser &) = default;
};

struct RemoveUser
{
    static constexpr QLatin1StringView method {"user.remove"};
    static constexpr std::string_view words = "Forgets a user with its grants and tokens; what it submitted keeps its name.";
    using Reply = Done;
    QString name;

    static constexpr auto fields() { return fieldList(field("name", &RemoveUser::name)); }
    friend bool operator==(const RemoveUser &, const RemoveUser &) = default;
};

struct GrantUser
{
    static constexpr QLatin1StringView method {"user.grant"};
    static constexpr std::string_view words = "Gives a user a level in a project, in place of the one it had there.";
    using Reply = User;
    QString name;
    Grant grant;

    static constexpr auto fields()
    {
        return fieldList(field("name", &GrantUser::name), field("grant", &GrantUser::grant));
    }
    friend bool operator==(const GrantUser &, const GrantUser &) = default;
};

struct RevokeGrant
{
    static constexpr QLatin1StringView method {"user.revoke"};
    static constexpr std::string_view words = "Takes a user's grant in a project away.";
    using Reply = User;
    QString name;
    QString project;

    static constexpr auto fields()
    {
        return fieldList(field("name", &RevokeGrant::name), field("project", &RevokeGrant::project, "or *"));
    }
    friend bool operator==(const RevokeGrant &, const RevokeGrant &) = default;
};

struct InviteUser
{
    static constexpr QLatin1StringView method {"user.invite"};
    static constexpr std::string_view words = "Makes the link that `drover login` takes. A user who is there already comes back in by it.";
    using Reply = Invitation;
    QString name;
    Grant grant;
    std::chrono::milliseconds valid {7LL * 86'400'000};

    static constexpr auto fields()
    {
        return fieldList(field("name", &InviteUser::name, "empty: who takes it chooses"),
                         field("grant", &InviteUser::grant, "of a new user"),
                         field("valid", &InviteUser::valid, "ms, at most 30 days"));
    }
    friend bool operator==(const InviteUser &, const InviteUser &) = default;
};

struct TokenList
{
    QList<Token> tokens;

    static constexpr auto fields() { return fieldList(field("tokens", &TokenList::tokens)); }
    friend bool operator==(const TokenList &, const TokenList &) = default;
};

struct ListTokens
{
    static constexpr QLatin1StringView method {"token.list"};
    static constexpr std::string_view words = "One's tokens; with admin on * those of everybody.";
    using Reply = TokenList;
    static constexpr auto fields() { return fieldList(); }
    friend bool operator==(const ListTokens &, const ListTokens &) = default;
};

struct CreatedToken
{
    QString secret;
    Token token;

    static constexpr auto fields()
    {
        return fieldList(field("secret", &CreatedToken::secret, "shown this once"), field("token", &CreatedToken::token));
    }
    friend bool operator==(const CreatedToken &, const CreatedToken &) = default;
};

struct CreateToken
{
    static constexpr QLatin1StringView method {"token.create"};
    static constexpr std::string_view words = "Makes a token of one's own, for a program.";
    using Reply = CreatedToken;
    QString name;
    QString project = QStringLiteral("*");
    Level level = Level::Admin;
    std::chrono::milliseconds valid {0};

    static constexpr auto fields()
    {
        return fieldList(field("name", &CreateToken::name), field("project", &CreateToken::project, "*: all one may"),
                         field("level", &CreateToken::level, "at most one's own"),
                         field("valid", &CreateToken::valid, "ms; 0: until it is revoked"));
    }
    friend bool operator==(const CreateToken &, const CreateToken &) = default;
};

struct RevokeToken
{
    static constexpr QLatin1StringView method {"token.revoke"};
    static constexpr std::string_view words = "Ends a token and its sessions. Another's needs admin on *.";
    using Reply = Done;
    TokenId id;

    static constexpr auto fields() { return fieldList(field("id", &RevokeToken::id)); }
    friend bool operator==(const RevokeToken &, const RevokeToken &) = default;
};

struct ProjectList
{
    QList<Project> projects;

    static constexpr auto fields() { return fieldList(field("projects", &ProjectList::projects)); }
    friend bool operator==(const ProjectList &, const ProjectList &) = default;
};

struct ListProjects
{
    static constexpr QLatin1StringView method {"project.list"};
    static constexpr std::string_view words = "The projects one may see.";
    using Reply = ProjectList;
    static constexpr auto fields() { return fieldList(); }
    friend bool operator==(const ListProjects &, const ListProjects &) = default;
};

struct CreateProject
{
    static constexpr QLatin1StringView method {"project.create"};
    static constexpr std::string_view words = "Makes a project.";
    using Reply = Project;
    QString name;
    QString notes;

    static constexpr auto fields()
    {
        return fieldList(field("name", &CreateProject::name), field("notes", &CreateProject::notes));
    }
    friend bool operator==(const CreateProject &, const CreateProject &) = default;
};

struct SetProject
{
    static constexpr QLatin1StringView method {"project.set"};
    static constexpr std::string_view words = "Changes a project; what is not given stays.";
    using Reply = Project;
    QString name;
    std::optional<bool> held;
    std::optional<QString> notes;

    static constexpr auto fields()
    {
        return fieldList(field("name", &SetProject::name), field("held", &SetProject::held, "nothing of it starts"),
                         field("notes", &SetProject::notes));
    }
    friend bool operator==(const SetProject &, const SetProject &) = default;
};

struct RemoveProject
{
    static constexpr QLatin1StringView method {"project.remove"};
    static constexpr std::string_view words = "Forgets a project without live batches, and the grants in it.";
    using Reply = Done;
    QString name;

    static constexpr auto fields() { return fieldList(field("name", &RemoveProject::name)); }
    friend bool operator==(const RemoveProject &, const RemoveProject &) = default;
};

struct AuditPage
{
    QList<AuditEntry> entries;
    bool more = false;

    static constexpr auto fields()
    {
        return fieldList(field("entries", &AuditPage::entries), field("more", &AuditPage::more, "there are older ones"));
    }
    friend bool operator==(const AuditPage &, const AuditPage &) = default;
};

struct ListAudit
{
    static constexpr QLatin1StringView method {"audit.list"};
    static constexpr std::string_view words = "Who changed what, newest first: in projects one administers, and what one did oneself.";
    using Reply = AuditPage;
    QString where;
    int limit = 256;
    AuditId before;

    static constexpr auto fields()
    {
        return fieldList(field("where", &ListAudit::where, "filter: method ~ '^user' at > -7d"),
                         field("limit", &ListAudit::limit, "1 to 1000"),
                         field("before", &ListAudit::before, "those older than this one"));
    }
    friend bool operator==(const ListAudit &, const ListAudit &) = default;
};

} // namespace Drover
