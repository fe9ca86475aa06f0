#include "backend/store/accessstore.h"

#include "backend/store/columntext.h"
#include "backend/store/rowwriter.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum ColumnType;

constexpr Column userColumns[] = {{"id"_L1}, {"name"_L1, Text}, {"name_key"_L1, Text},
                                  {"password_hash"_L1, Text}, {"disabled"_L1}, {"created"_L1}};
constexpr RowShape userRow {RowShape::Kind::Upsert, "user_account"_L1, userColumns, 1};

constexpr Column grantColumns[] = {{"user_id"_L1}, {"project"_L1, Text}, {"level"_L1, Text},
                                   {"reads_outputs"_L1}, {"reads_secrets"_L1}};
constexpr RowShape grantRow {RowShape::Kind::Insert, "user_grant"_L1, grantColumns, 2};

constexpr Column tokenColumns[] = {{"id"_L1}, {"user_id"_L1}, {"name"_L1, Text},
                                   {"hash"_L1, Blob}, {"created"_L1}, {"expires"_L1},
                                   {"project"_L1, Text}, {"level"_L1, Text}, {"used"_L1}};
constexpr RowShape tokenRow {RowShape::Kind::Upsert, "token"_L1, tokenColumns, 1};

constexpr Column invitationColumns[] = {{"id"_L1}, {"kind"_L1, Text}, {"hash"_L1, Blob},
                                        {"expires"_L1}, {"details"_L1, Blob}};
constexpr RowShape invitationRow {RowShape::Kind::Upsert, "invitation"_L1, invitationColumns, 1};

constexpr Column auditColumns[]
    = {{"id"_L1}, {"happened"_L1}, {"user_name"_L1, Text}, {"address"_L1, Text},
       {"program"_L1, Text}, {"action"_L1, Text}, {"object"_L1, Text}, {"outcome"_L1, Text},
       {"touched"_L1}, {"project"_L1, Text}};
constexpr RowShape auditRow {RowShape::Kind::Insert, "audit"_L1, auditColumns, 1};

constexpr Column projectColumns[]
    = {{"id"_L1}, {"rev"_L1}, {"name"_L1, Text}, {"name_key"_L1, Text},
       {"created"_L1}, {"held"_L1}, {"paused"_L1}, {"notes"_L1, Text}};
constexpr RowShape projectRow {RowShape::Kind::Upsert, "project"_L1, projectColumns, 1};

template<typename T>
Result<void> removeRows(Database &database, QLatin1StringView sql, const std::vector<T> &ids)
{
    for (const T id : ids) {
        if (const Result<int> removed = database.prepared(sql).with(id).run(); !removed)
            return removed.error();
    }
    return {};
}

// A user has few: all are written anew.
Result<void> replaceGrants(Database &database, const QHash<UserId, StoredUser> &users)
{
    RowWriter writer(database, grantRow);
    for (const StoredUser *user : inKeyOrder(users)) {
        const Result<int> removed
            = database.prepared("DELETE FROM user_grant WHERE user_id = ?1"_L1).with(user->id).run();
        if (!removed)
            return removed.error();
        for (const Grant &grant : user->grants) {
            const Result<int> added = writer.add(user->id, grant.project, enumText(grant.level),
                                                 grant.readsOutputs, grant.readsSecrets);
            if (!added)
                return added.error();
        }
    }
    return writer.finish();
}

} // namespace

Result<void> putUsers(Database &database, const QHash<UserId, StoredUser> &users)
{
    RowWriter writer(database, userRow);
    for (const StoredUser *user : inKeyOrder(users)) {
        const Result<int> put = writer.add(user->id, user->name, nameKey(user->name),
                                           user->passwordHash, user->disabled, user->created);
        if (!put)
            return put.error();
    }
    if (const Result<void> done = writer.finish(); !done)
        return done.error();
    return replaceGrants(database, users);
}

Result<void> removeUsers(Database &database, const std::vector<UserId> &users)
{
    if (const auto grants = removeRows(database, "DELETE FROM user_grant WHERE user_id = ?1"_L1, users); !grants)
        return grants;
    return removeRows(database, "DELETE FROM user_account WHERE id = ?1"_L1, users);
}

Result<void> putProjects(Database &database, const QHash<ProjectId, Project> &projects)
{
    RowWriter writer(database, projectRow);
    for (const Project *p : inKeyOrder(projects)) {
        const Result<int> put = writer.add(p->id, p->rev, p->name, nameKey(p->name), p->created,
                                           p->held, false, p->notes);
        if (!put)
            return put.error();
    }
    return writer.finish();
}

Result<void> removeProjects(Database &database, const std::vector<ProjectId> &projects)
{
    return removeRows(database, "DELETE FROM project WHERE id = ?1"_L1, projects);
}

Result<void> putTokens(Database &database, const QHash<TokenId, StoredToken> &tokens)
{
    RowWriter writer(database, tokenRow);
    for (const StoredToken &t : tokens) {
        const Result<int> put = writer.add(t.id, t.user, t.name, t.hash, t.created, t.expires,
                                           t.project, enumText(t.level), t.used);
        if (!put)
            return put.error();
    }
    return writer.finish();
}

Result<void> removeTokens(Database &database, const std::vector<TokenId> &tokens)
{
    return removeRows(database, "DELETE FROM token WHERE id = ?1"_L1, tokens);
}

Result<void> putInvitations(Database &database,
                            const QHash<InvitationId, StoredInvitation> &invitations)
{
    RowWriter writer(database, invitationRow);
    for (const StoredInvitation &i : invitations) {
        const Result<int> put = writer.add(i.id, i.kind, i.hash, i.expires, i.details);
        if (!put)
            return put.error();
    }
    return writer.finish();
}

Result<void> removeInvitations(Database &database, const std::vector<InvitationId> &invitations)
{
    return removeRows(database, "DELETE FROM invitation WHERE id = ?1"_L1, invitations);
}

Result<void> insertAudit(Database &database, const std::vector<AuditRow> &rows)
{
    RowWriter writer(database, auditRow);
    for (const AuditRow &r : rows) {
        const Result<int> added = writer.add(r.id, r.at, r.user, r.address, r.program, r.action,
                                             r.object, r.outcome, r.count, r.project);
        if (!added)
            return added.error();
    }
    return writer.finish();
}

Result<std::vector<StoredUser>> allUsers(Database &database)
{
    std::vector<StoredUser> users;
    Statement &query = database.prepared(
        "SELECT id, name, password_hash, disabled, created, project, coalesce(level, ''),"
        " coalesce(reads_outputs, 0), coalesce(reads_secrets, 0) FROM user_account"
        " LEFT JOIN user_grant ON user_grant.user_id = user_account.id ORDER BY id, project"_L1);
    while (query.next()) {
        StoredUser read;
        Grant grant;
        QString level;
        RowReader(query).read(read.id, read.name, read.passwordHash, read.disabled, read.created,
                              grant.project, level, grant.readsOutputs, grant.readsSecrets);
        if (users.empty() || users.back().id != read.id)
            users.push_back(read);
        // A word of a newer program gives nothing.
        if (const auto known = enumOf<Level>(level)) {
            grant.level = *known;
            users.back().grants.append(grant);
        }
    }
    const Result<void> read = query.finish();
    return read ? Result<std::vector<StoredUser>>(std::move(users)) : read.error();
}

Result<std::vector<StoredToken>> allTokens(Database &database)
{
    std::vector<StoredToken> tokens;
    Statement &query = database.prepared(
        "SELECT id, user_id, name, hash, created, expires, project, level, used FROM token"
        " ORDER BY id"_L1);
    while (query.next()) {
        StoredToken &t = tokens.emplace_back();
        QString level;
        RowReader(query).read(t.id, t.user, t.name, t.hash, t.created, t.expires, t.project, level, t.used);
        t.level = enumOf<Level>(level).value_or(Level::Viewer);
    }
    const Result<void> read = query.finish();
    return read ? Result<std::vector<StoredToken>>(std::move(tokens)) : read.error();
}

Result<std::vector<StoredInvitation>> allInvitations(Database &database)
{
    std::vector<StoredInvitation> invitations;
    Statement &query
        = database.prepared("SELECT id, kind, hash, expires, details FROM invitation ORDER BY id"_L1);
    while (query.next()) {
        StoredInvitation &i = invitations.emplace_back();
        RowReader(query).read(i.id, i.kind, i.hash, i.expires, i.details);
    }
    const Result<void> read = query.finish();
    return read ? Result<std::vector<StoredInvitation>>(std::move(invitations)) : read.error();
}

Result<std::vector<Project>> allProjects(Database &database)
{
    std::vector<Project> projects;
    Statement &query = database.prepared("SELECT id, rev, name, created, held, notes FROM project ORDER BY id"_L1);
    while (query.next()) {
        Project &p = projects.emplace_back();
        RowReader(query).read(p.id, p.rev, p.name, p.created, p.held, p.notes);
    }
    const Result<void> read = query.finish();
    return read ? Result<std::vector<Project>>(std::move(projects)) : read.error();
}

} // namespace Drover
