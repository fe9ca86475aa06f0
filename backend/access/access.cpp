#include "backend/access/access.h"

#include "backend/access/passwords.h"
#include "backend/store/store.h"
#include "backend/tls/secret.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

const QString everything = u"*"_s;

QString wordsOf(Verb verb)
{
    switch (verb) {
    case Verb::View:
        return u"the level viewer"_s;
    case Verb::ReadOutputs:
        return u"the right to read outputs"_s;
    case Verb::ReadSecrets:
        return u"the right to read secrets"_s;
    case Verb::Operate:
        return u"the level operator"_s;
    case Verb::Administer:
        return u"the level admin"_s;
    }
    Q_UNREACHABLE();
}

bool allows(const Grant &grant, Verb verb)
{
    switch (verb) {
    case Verb::View:
        return true;
    case Verb::ReadOutputs:
        return grant.readsOutputs;
    case Verb::ReadSecrets:
        return grant.readsSecrets;
    case Verb::Operate:
        return grant.level >= Level::Operator;
    case Verb::Administer:
        return grant.level >= Level::Admin;
    }
    Q_UNREACHABLE();
}

bool isIn(const Grant &grant, const QString &project)
{
    return project.isEmpty() || grant.project == everything || grant.project == project;
}

bool isSame(const QString &a, const QString &b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

Error lastAdmin(const QString &name)
{
    return fail(ErrorCode::Conflict,
                u"%1 is the last administrator of *; nobody could manage users any more. Give that to "
                "another one first: drover user grant NAME --project '*' --level admin"_s.arg(name));
}

Token shownToken(const StoredToken &token, const QString &user)
{
    return {.id = token.id, .user = user, .name = token.name, .project = token.project, .level = token.level,
            .created = token.created, .expires = token.expires, .used = token.used};
}

} // namespace

bool isAdminOfAll(const QList<Grant> &grants)
{
    return std::ranges::any_of(grants, [](const Grant &grant) {
        return grant.project == everything && grant.level >= Level::Admin;
    });
}

Access::Access(Store &store, Ledger &ledger, const Clock &clock)
    : m_store(store), m_ledger(ledger), m_clock(clock)
{
}

void Access::restore(const Snapshot &snapshot)
{
    m_users.clear();
    m_tokens.clear();
    m_tokenHashes.clear();
    m_invitations.clear();
    m_projects.clear();
    for (const StoredUser &user : snapshot.users)
        m_users.insert(user.id, user);
    for (const StoredToken &token : snapshot.tokens) {
        m_tokens.insert(token.hash, token);
        m_tokenHashes.insert(token.id, token.hash);
    }
    for (const StoredInvitation &invitation : snapshot.invitations)
        m_invitations.insert(invitation.hash, invitation);
    for (const Project &project : snapshot.projects)
        m_projects.insert(project.id, project);
    if (m_projects.isEmpty())
        std::ignore = addProject(u"main"_s, {});
}

// ---- who may ------------------------------------------------------------------------------------

QList<Grant> Access::grantsOf(const Caller &caller) const
{
    const auto user = m_users.constFind(caller.user);
    if (user == m_users.cend() || user->disabled)
        return {};
    if (!caller.token)
        return user->grants;
    const auto token = m_tokens.constFind(m_tokenHashes.value(caller.token));
    if (token == m_tokens.cend() || (isSet(token->expires) && token->expires <= m_clock.now()))
        return {};
    QList<Grant> grants;
    for (Grant grant : user->grants) {
        grant.level = std::min(grant.level, token->level);
        if (token->project != everything && grant.project == everything)
            grant.project = token->project;
        if (token->project == everything || grant.project == token->project)
            grants.append(grant);
    }
    return grants;
}

Result<void> Access::isSignedIn(const Caller &caller) const
{
    if (!caller.isSignedIn())
        return fail(ErrorCode::NotSignedIn, u"sign in first: drover login LINK"_s);
    const auto user = m_users.constFind(caller.user);
    if (user == m_users.cend() || user->disabled)
        return fail(ErrorCode::NotSignedIn, u"the user %1 is disabled; an administrator enables it"_s.arg(caller.name));
    if (caller.token && !m_tokenHashes.contains(caller.token))
        return fail(ErrorCode::NotSignedIn, u"this token was revoked; sign in again: drover login LINK"_s);
    return {};
}

Result<void> Access::may(const Caller &caller, Verb verb, const QString &project) const
{
    if (Result<void> signedIn = isSignedIn(caller); !signedIn)
        return signedIn;
    const QList<Grant> grants = grantsOf(caller);
    const auto has = [&](const Grant &grant) { return isIn(grant, project) && allows(grant, verb); };
    if (std::ranges::any_of(grants, has))
        return {};
    // A project one cannot see is not told from one that is not there.
    const QString where = project.isEmpty() ? u"a project"_s
        : project == everything             ? u"all projects (*)"_s
                                            : u"project %1"_s.arg(project.left(200));
    return fail(ErrorCode::NotPermitted,
                u"this needs %1 in %2, which %3 does not have%4"_s.arg(
                    wordsOf(verb), where, caller.name,
                    caller.token ? u" (or its token does not)"_s : QString()));
}

std::optional<QStringList> Access::projectsFor(const Caller &caller, Verb verb) const
{
    QStringList projects;
    for (const Grant &grant : grantsOf(caller)) {
        if (!allows(grant, verb))
            continue;
        if (grant.project == everything)
            return std::nullopt;
        projects.append(grant.project);
    }
    return projects;
}

QStringList Access::scopeFor(const Caller &caller, Verb verb) const
{
    const auto projects = projectsFor(caller, verb);
    if (!projects)
        return {};
    return projects->isEmpty() ? QStringList {QString()} : *projects; // of no project's name: nothing
}

// ---- users --------------------------------------------------------------------------------------

std::optional<StoredUser> Access::userNamed(const QString &name) const
{
    const Result<StoredUser> user = findUser(name);
    return user && !user->disabled ? std::optional(*user) : std::nullopt;
}

Result<StoredUser> Access::findUser(const QString &name) const
{
    for (const StoredUser &user : m_users) {
        if (isSame(user.name, name))
            return user;
    }
    return fail(ErrorCode::NotFound, u"there is no user %1; drover users lists them"_s.arg(name.left(200)));
}

std::optional<StoredUser> Access::findUser(UserId id) const
{
    const auto user = m_users.constFind(id);
    return user == m_users.cend() ? std::nullopt : std::optional(*user);
}

User Access::shown(const StoredUser &user) const
{
    User shown {.id = user.id, .name = user.name, .created = user.created, .disabled = user.disabled,
                .hasPassword = !user.passwordHash.isEmpty(), .grants = user.grants};
    for (const StoredToken &token : m_tokens)
        shown.tokens += token.user == user.id;
    return shown;
}

QList<User> Access::users() const
{
    QList<User> users;
    for (const StoredUser &user : m_users)
        users.append(shown(user));
    std::ranges::sort(users, {}, &User::name);
    return users;
}

bool Access::isLastAdmin(UserId id) const
{
    const auto user = m_users.constFind(id);
    if (user == m_users.cend() || user->disabled || !isAdminOfAll(user->grants))
        return false;
    return std::ranges::none_of(m_users, [id](const StoredUser &other) {
        return other.id != id && !other.disabled && isAdminOfAll(other.grants);
    });
}

Result<StoredUser *> Access::changeable(UserId id)
{
    const auto user = m_users.find(id);
    if (user == m_users.end())
        return fail(ErrorCode::NotFound, u"that user is not there any more"_s);
    return &*user;
}

Result<StoredUser> Access::changed(const StoredUser &user)
{
    m_store.stage().put(user);
    return user;
}

Result<StoredUser> Access::addUser(const QString &name, const QString &passwordHash, const QList<Grant> &grants)
{
    if (const Result<StoredUser> there = findUser(name))
        return fail(ErrorCode::Conflict, u"there is a user %1 already; choose another name"_s.arg(there->name));
    const StoredUser user {.id = UserId {m_ledger.next(u"user"_s)},
                           .name = name,
                           .passwordHash = passwordHash,
                           .created = m_clock.now(),
                           .grants = grants};
    m_users.insert(user.id, user);
    return changed(user);
}

Result<StoredUser> Access::setDisabled(UserId id, bool disabled)
{
    const Result<StoredUser *> user = changeable(id);
    if (!user)
        return user.error();
    if (disabled && isLastAdmin(id))
        return lastAdmin((*user)->name);
    (*user)->disabled = disabled;
    return changed(**user);
}

Result<StoredUser> Access::rename(UserId id, const QString &name)
{
    const Result<StoredUser *> user = changeable(id);
    if (!user)
        return user.error();
    const Result<StoredUser> there = findUser(name);
    if (there && there->id != id)
        return fail(ErrorCode::Conflict, u"there is a user %1 already; choose another name"_s.arg(there->name));
    (*user)->name = name;
    return changed(**user);
}

Result<StoredUser> Access::setPasswordHash(UserId id, const QString &hash)
{
    const Result<StoredUser *> user = changeable(id);
    if (!user)
        return user.error();
    (*user)->passwordHash = hash;
    return changed(**user);
}

Result<StoredUser> Access::grant(UserId id, const Grant &grant)
{
    const Result<StoredUser *> user = changeable(id);
    if (!user)
        return user.error();
    if (grant.project == everything && grant.level < Level::Admin && isLastAdmin(id))
        return lastAdmin((*user)->name);
    (*user)->grants.removeIf([&](const Grant &each) { return each.project == grant.project; });
    (*user)->grants.append(grant);
    return changed(**user);
}

Result<StoredUser> Access::revokeGrant(UserId id, const QString &project)
{
    const Result<StoredUser *> user = changeable(id);
    if (!user)
        return user.error();
    if (project == everything && isLastAdmin(id))
        return lastAdmin((*user)->name);
    const auto removed = (*user)->grants.removeIf([&](const Grant &each) { return each.project == project; });
    if (removed == 0)
        return fail(ErrorCode::NotFound, u"%1 has no grant in %2"_s.arg((*user)->name, project.left(200)));
    return changed(**user);
}

Result<void> Access::removeUser(UserId id)
{
    const Result<StoredUser *> user = changeable(id);
    if (!user)
        return user.error();
    if (isLastAdmin(id))
        return lastAdmin((*user)->name);
    for (const Token &token : tokens(id))
        revokeToken(token.id);
    m_users.remove(id);
    m_store.stage().remove(id);
    return {};
}

// ---- tokens -------------------------------------------------------------------------------------

std::optional<Access::TokenUse> Access::useToken(const QString &secret)
{
    const auto known = m_tokens.find(secretHash(secret));
    const Instant now = m_clock.now();
    if (known == m_tokens.end() || (isSet(known->expires) && known->expires <= now))
        return std::nullopt;
    const auto user = m_users.constFind(known->user);
    if (user == m_users.cend() || user->disabled)
        return std::nullopt;
    // To the hour: a script that calls each second must not write each second.
    if (now - known->used > 1h) {
        known->used = now;
        m_store.stage().put(*known);
    }
    return TokenUse {*user, known->id};
}

std::optional<StoredToken> Access::findToken(TokenId id) const
{
    const auto token = m_tokens.constFind(m_tokenHashes.value(id));
    return token == m_tokens.cend() ? std::nullopt : std::optional(*token);
}

QList<Token> Access::tokens(std::optional<UserId> user) const
{
    QList<Token> tokens;
    for (const StoredToken &token : m_tokens) {
        if (!user || token.user == *user)
            tokens.append(shownToken(token, m_users.value(token.user).name));
    }
    std::ranges::sort(tokens, std::greater(), &Token::id);
    return tokens;
}

Access::NewSecret Access::addToken(UserId user, const QString &name, const QString &project, Level level, Instant expires)
{
    const QString secret = randomSecret();
    const StoredToken token {.id = TokenId {m_ledger.next(u"token"_s)},
                             .user = user,
                             .name = name,
                             .hash = secretHash(secret),
                             .created = m_clock.now(),
                             .expires = expires,
                             .project = project,
                             .level = level,
                             .used = never};
    m_tokens.insert(token.hash, token);
    m_tokenHashes.insert(token.id, token.hash);
    m_store.stage().put(token);
    return {secret, shownToken(token, m_users.value(user).name)};
}

void Access::revokeToken(TokenId id)
{
    m_tokens.remove(m_tokenHashes.take(id));
    m_store.stage().remove(id);
}

// ---- invitations --------------------------------------------------------------------------------

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

Result<QByteArray> Access::invited(const QString &secret, const QString &kind) const
{
    const auto known = m_invitations.constFind(secretHash(secret));
    if (known == m_invitations.cend() || known->kind != kind || known->expires < m_clock.now()) {
        return fail(ErrorCode::NotPermitted,
                    u"this invitation is not known, was used, or has expired; ask for a new one"_s);
    }
    return known->details;
}

Result<QByteArray> Access::redeem(const QString &secret, const QString &kind)
{
    Result<QByteArray> details = invited(secret, kind);
    if (details)
        m_store.stage().remove(m_invitations.take(secretHash(secret)).id);
    return details;
}

// ---- projects -----------------------------------------------------------------------------------

QList<Project> Access::projects() const
{
    QList<Project> projects = m_projects.values();
    std::ranges::sort(projects, {}, &Project::name);
    return projects;
}

Result<Project> Access::findProject(const QString &name) const
{
    for (const Project &project : m_projects) {
        if (project.name == name)
            return project;
    }
    return fail(ErrorCode::NotFound, u"there is no project %1; drover project create makes it"_s.arg(name.left(200)));
}

Result<Project> Access::addProject(const QString &name, const QString &notes)
{
    for (const Project &there : std::as_const(m_projects)) {
        if (isSame(there.name, name))
            return fail(ErrorCode::Conflict, u"there is a project %1 already"_s.arg(there.name));
    }
    Project project {.id = ProjectId {m_ledger.next(u"project"_s)}, .rev = m_ledger.nextRevision(), .name = name,
                     .created = m_clock.now(), .held = false, .notes = notes};
    m_projects.insert(project.id, project);
    m_store.stage().put(project);
    return project;
}

Result<void> Access::put(Project project)
{
    project.rev = m_ledger.nextRevision();
    m_projects.insert(project.id, project);
    m_store.stage().put(project);
    return {};
}

Result<void> Access::removeProject(const QString &name)
{
    const Result<Project> project = findProject(name);
    if (!project)
        return project.error();
    if (name == u"main")
        return fail(ErrorCode::Conflict, u"main stays: it is where work goes that names no project"_s);
    for (StoredUser &user : m_users) {
        const auto removed = user.grants.removeIf([&](const Grant &each) { return each.project == name; });
        if (removed > 0)
            m_store.stage().put(user);
    }
    m_projects.remove(project->id);
    m_store.stage().remove(project->id);
    return {};
}

// ---- audit --------------------------------------------------------------------------------------

void Access::audit(const Caller &caller, const QString &method, const QString &object, const QString &outcome,
                   qint64 count, const QString &project)
{
    m_store.stage().insert(AuditRow {.id = Drover::AuditId {m_ledger.next(u"audit"_s)},
                                     .at = m_clock.now(),
                                     .user = caller.machine ? u"machine %1"_s.arg(caller.machine.value) : caller.name,
                                     .address = caller.address,
                                     .program = caller.program,
                                     .action = method,
                                     .object = object,
                                     .outcome = outcome,
                                     .count = count,
                                     .project = project});
}

} // namespace Drover
