#pragma once

#include "backend/store/database.h"
#include "backend/store/rows.h"

namespace Drover {

// Rows of user_account, user_grant, token, invitation, project and audit. Written by the writer inside
// its transaction. Secrets are hashes before they come here.

Result<void> putUsers(Database &database, const QHash<UserId, StoredUser> &users);
Result<void> removeUsers(Database &database, const std::vector<UserId> &users);
Result<void> putProjects(Database &database, const QHash<ProjectId, Project> &projects);
Result<void> removeProjects(Database &database, const std::vector<ProjectId> &projects);
Result<void> putTokens(Database &database, const QHash<TokenId, StoredToken> &tokens);
Result<void> removeTokens(Database &database, const std::vector<TokenId> &tokens);
Result<void> putInvitations(Database &database,
                            const QHash<InvitationId, StoredInvitation> &invitations);
Result<void> removeInvitations(Database &database, const std::vector<InvitationId> &invitations);
Result<void> insertAudit(Database &database, const std::vector<AuditRow> &rows);

Result<std::vector<StoredUser>> allUsers(Database &database);
Result<std::vector<StoredToken>> allTokens(Database &database);
Result<std::vector<StoredInvitation>> allInvitations(Database &database);
Result<std::vector<Project>> allProjects(Database &database);

} // namespace Drover
