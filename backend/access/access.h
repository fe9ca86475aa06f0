#pragma once

#include "backend/base/clock.h"
#include "backend/store/ledger.h"

namespace Drover {

/// What one may do, each including those before it.
enum class Level { Viewer, Operator, Admin };
template<>
inline constexpr auto enumNames<Level>
    = std::to_array<std::string_view>({"viewer", "operator", "admin"});

/// Who is at the other end of a request. A value; made at sign-in.
struct Caller
{
    UserId user; ///< none: not signed in, or a machine
    QString name;
    Level level = Level::Viewer;
    QString project; ///< or *
    MachineId machine; ///< an agent's certificate says so
    QString address;
    QString program;

    bool isSignedIn() const { return bool(user); }
};

/// Projects in which this caller may do what its level allows; empty: all.
QStringList projectsOf(const Caller &caller);

/// Users, tokens and invitations, and the one function that says who may do what. State thread;
/// passwords are hashed elsewhere (passwords.h, auth thread).
class Access
{
public:
    Access(Store &store, Ledger &ledger, const Clock &clock);

    void restore(const Snapshot &snapshot);

    /// NotSignedIn or NotPermitted, with what would be needed.
    Result<void> may(const Caller &caller, Level needed, const QString &project = {}) const;

    /// Nothing when there is no such user, it is disabled, or has no password.
    std::optional<StoredUser> userNamed(const QString &name) const;
    std::optional<StoredUser> userOfToken(const QString &token) const;

    /// The secret of a new invitation; only its hash is kept.
    QString invite(const QString &kind, const QByteArray &details, std::chrono::milliseconds valid);
    /// Uses it up. NotPermitted when it is unknown, used or expired: all three sound alike.
    Result<QByteArray> redeem(const QString &secret, const QString &kind);

    /// A new user, or a password for one that is there and has none.
    Result<StoredUser> addUser(const QString &name, const QString &passwordHash, Level level, const QString &project);
    /// A new token of that user; only its hash is kept.
    QString addToken(UserId user, const QString &name);

    /// One per request that changes something. The time is taken here.
    void audit(const Caller &caller, const QString &action, const QString &object, const QString &outcome, qint64 count = 1);

private:
    Store &m_store;
    Ledger &m_ledger;
    const Clock &m_clock;
    QHash<UserId, StoredUser> m_users;
    QHash<QByteArray, StoredToken> m_tokens; ///< by hash
    QHash<QByteArray, StoredInvitation> m_invitations; ///< by hash
};

} // namespace Drover
