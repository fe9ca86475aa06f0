#include "backend/access/access.h"

#include "backend/access/passwords.h"
#include "backend/store/store.h"
#include "backend/tls/secret.h"

using namespace Qt::StringLiterals;

namespace Drover {

Access::Access(Store &store, Ledger &ledger, const Clock &clock)
    : m_store(store), m_ledger(ledger), m_clock(clock)
{
}

void Access::restore(const Snapshot &snapshot)
{
    m_users.clear();
    m_tokens.clear();
    m_invitations.clear();
    for (const StoredUser &user : snapshot.users)
        m_users.insert(user.id, user);
    for (const StoredToken &token : snapshot.tokens)
        m_tokens.insert(token.hash, token);
    for (const StoredInvitation &invitation : snapshot.invitations)
        m_invitations.insert(invitation.hash, invitation);
}

Result<void> Access::may(const Caller &caller, Level needed, const QString &project) const
{
    if (!caller.isSignedIn())
        return fail(ErrorCode::NotSignedIn, u"sign in first: drover login LINK"_s);
    const auto user = m_users.constFind(caller.user);
    if (user == m_users.cend() || user->disabled)
        return fail(ErrorCode::NotSignedIn, u"user %1 is disabled"_s.arg(caller.name));
    if (caller.level < needed) {
        return fail(ErrorCode::NotPermitted, u"this needs the level %1; %2 has %3"_s.arg(
                                                 enumText(needed), caller.name, enumText(caller.level)));
    }
    if (caller.project != u"*" && !project.isEmpty() && caller.project != project)
        return fail(ErrorCode::NotPermitted, u"%1 has no grant for project %2"_s.arg(caller.name, project));
    return {};
}

std::optional<StoredUser> Access::userNamed(const QString &name) const
{
    for (const StoredUser &user : m_users) {
        if (!user.disabled && user.name.compare(name, Qt::CaseInsensitive) == 0)
            return user;
    }
    return std::nullopt;
}

std::optional<StoredUser> Access::userOfToken(const QString &token) const
{
    const auto known = m_tokens.constFind(secretHash(token));
    if (known == m_tokens.cend() || (isSet(known->expires) && known->expires < m_clock.now()))
        return std::nullopt;
    const auto user = m_users.constFind(known->user);
    return user == m_users.cend() || user->disabled ? std::nullopt : std::optional(*user);
}

QString Access::invite(const QString &kind, const QByteArray &details, std::chrono::milliseconds valid)
{
    const QString secret = randomSecret();
    const StoredInvitation invitation {.id = InvitationId {m_ledger.next(u"invitation"_s)},
                                       .kind = kind,
                                       .hash = secretHash(secret),
                                       .expires = m_clock.now() + valid,
                                       .details = details};
    m_invitations.insert(invitation.hash, invitation);
    m_store.stage().put(invitation);
    return secret;
}

Result<QByteArray> Access::redeem(const QString &secret, const QString &kind)
{
    const auto known = m_invitations.find(secretHash(secret));
    if (known == m_invitations.end() || known->kind != kind || known->expires < m_clock.now()) {
        return fail(ErrorCode::NotPermitted,
                    u"this invitation is not known, was used, or has expired; ask for a new one"_s);
    }
    const QByteArray details = known->details;
    m_store.stage().remove(known->id);
    m_invitations.erase(known);
    return details;
}

Result<StoredUser> Access::addUser(const QString &name, const QString &passwordHash, Level level, const QString &project)
{
    for (const StoredUser &user : std::as_const(m_users)) {
        if (user.name.compare(name, Qt::CaseInsensitive) == 0)
            return fail(ErrorCode::Conflict, u"there is a user %1 already; choose another name"_s.arg(user.name));
    }
    const StoredUser user {.id = UserId {m_ledger.next(u"user"_s)},
                           .name = name,
                           .passwordHash = passwordHash,
                           .created = m_clock.now(),
                           .level = enumText(level),
                           .project = project};
    m_users.insert(user.id, user);
    m_store.stage().put(user);
    return user;
}

QString Access::addToken(UserId user, const QString &name)
{
    const QString secret = randomSecret();
    const StoredToken token {.id = TokenId {m_ledger.next(u"token"_s)},
                             .user = user,
                             .name = name,
                             .hash = secretHash(secret),
                             .created = m_clock.now(),
                             .expires = never};
    m_tokens.insert(token.hash, token);
    m_store.stage().put(token);
    return secret;
}

void Access::audit(const Caller &caller, const QString &action, const QString &object, const QString &outcome, qint64 count)
{
    m_store.stage().insert(AuditRow {.id = AuditId {m_ledger.next(u"audit"_s)},
                                     .at = m_clock.now(),
                                     .user = caller.machine ? u"machine %1"_s.arg(caller.machine.value) : caller.name,
                                     .address = caller.address,
                                     .program = caller.program,
                                     .action = action,
                                     .object = object,
                                     .outcome = outcome,
                                     .count = count});
}

QStringList projectsOf(const Caller &caller)
{
    return caller.project == u"*" ? QStringList() : QStringList {caller.project};
}

} // namespace Drover
