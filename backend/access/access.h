#pragma once

#include "backend/base/clock.h"
#include "backend/store/ledger.h"

#include <QtCore/QSet>

namespace Drover {

/// What somebody wants to do in a project.
enum class Verb {
    View, ///< see that it is there, and how it stands
    ReadOutputs,
    ReadSecrets,
    Operate, ///< submit, steer
    Administer, ///< change what it consists of; on *: users, machines, settings
};

/// Who is at the other end of a request. A value; made at sign-in. What it may is not in it: that
/// is looked up each time, so that what was taken away is gone at once.
struct Caller
{
    UserId user; ///< none: not signed in, or a machine
    QString name;
    TokenId token; ///< that it signed in with; none: by password
    MachineId machine; ///< an agent's certificate says so
    QString address;
    QString program;
    Instant since; ///< of the connection

    bool isSignedIn() const { return bool(user); }
};

/// Users, grants, tokens, invitations and projects, and the one function that says who may do what.
/// State thread; passwords are hashed elsewhere (passwords.h, auth thread).
class Access
{
public:
    Access(Store &store, Ledger &ledger, const Clock &clock);

    /// A store without projects gets `main`.
    void restore(const Snapshot &snapshot);

    /// `project` is a name, `*` for all of them, empty for any. NotSignedIn or NotPermitted, with
    /// what would be needed.
    Result<void> may(const Caller &caller, Verb verb, const QString &project = {}) const;
    /// NotSignedIn, with the reason.
    Result<void> isSignedIn(const Caller &caller) const;
    /// Where the caller may do that; nothing: everywhere.
    std::optional<QStringList> projectsFor(const Caller &caller, Verb verb) const;
    /// The same as lists have it: empty is everywhere, and nowhere is the project of no name.
    QStringList scopeFor(const Caller &caller, Verb verb) const;
    /// What it may: its user's grants, bounded by its token.
    QList<Grant> grantsOf(const Caller &caller) const;

    // ---- users. What changes or removes the last administrator of * is a Conflict.

    /// Enabled ones only: for signing in.
    std::optional<StoredUser> userNamed(const QString &name) const;
    /// NotFound.
    Result<StoredUser> findUser(const QString &name) const;
    std::optional<StoredUser> findUser(UserId id) const;
    QList<User> users() const; ///< by name
    User shown(const StoredUser &user) const;

    Result<StoredUser> addUser(const QString &name, const QString &passwordHash,
                               const QList<Grant> &grants);
    Result<StoredUser> setDisabled(UserId user, bool disabled);
    Result<StoredUser> rename(UserId user, const QString &name);
    Result<StoredUser> setPasswordHash(UserId user, const QString &hash);
    Result<StoredUser> grant(UserId user, const Grant &grant);
    Result<StoredUser> revokeGrant(UserId user, const QString &project);
    /// With its tokens.
    Result<void> removeUser(UserId user);

    // ---- tokens

    struct TokenUse
    {
        StoredUser user;
        TokenId token;
    };
    /// Nothing when it is not known, has expired, or its user is disabled.
    std::optional<TokenUse> useToken(const QString &secret);
    QList<Token> tokens(std::optional<UserId> user = {}) const; ///< newest first
    std::optional<StoredToken> findToken(TokenId id) const;

    struct NewSecret
    {
        QString secret; ///< only its hash is kept
        Token token;
    };
    NewSecret addToken(UserId user, const QString &name,
                       const QString &project = QStringLiteral("*"), Level level = Level::Admin,
                       Instant expires = never);
    void revokeToken(TokenId id);

    // ---- invitations

    /// The secret of a new invitation; only its hash is kept.
    QString invite(const QString &kind, const QByteArray &details, std::chrono::milliseconds valid);
    /// What it grants. NotPermitted when it is unknown, used or expired: all three sound alike.
    Result<QByteArray> invited(const QString &secret, const QString &kind) const;
    /// Uses it up.
    Result<QByteArray> redeem(const QString &secret, const QString &kind);

    // ---- projects

    QList<Project> projects() const; ///< by name
    /// NotFound says how one is made.
    Result<Project> findProject(const QString &name) const;
    Result<Project> addProject(const QString &name, const QString &notes);
    Result<void> put(Project project);
    /// With the grants in it. `main` stays.
    Result<void> removeProject(const QString &name);

    /// One per request that changes something, staged with the change. The time is taken here.
    void audit(const Caller &caller, const QString &method, const QString &object,
               const QString &outcome, qint64 count = 1, const QString &project = {});

private:
    bool isLastAdmin(UserId user) const;
    Result<StoredUser *> changeable(UserId user);
    Result<StoredUser> changed(const StoredUser &user);

    Store &m_store;
    Ledger &m_ledger;
    const Clock &m_clock;
    QHash<UserId, StoredUser> m_users;
    QHash<QByteArray, StoredToken> m_tokens; ///< by hash
    QHash<TokenId, QByteArray> m_tokenHashes;
    QHash<QByteArray, StoredInvitation> m_invitations; ///< by hash
    QHash<ProjectId, Project> m_projects;
};

/// Where the level is on `*`.
bool isAdminOfAll(const QList<Grant> &grants);

} // namespace Drover
