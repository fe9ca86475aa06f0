#include "backend/api/handlers/handlers.h"
#include "backend/protocol/userrequests.h"

#include "backend/access/passwords.h"
#include "backend/api/passwordqueue.h"
#include "backend/api/sessions.h"
#include "backend/api/userinvitation.h"
#include "backend/queue/speccheck.h"
#include "backend/tls/invitationlink.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr std::chrono::milliseconds longestInvitation = 30 * 24h;

Result<void> checkName(const QString &field, const QString &name)
{
    const QString problem = nameProblem(name);
    return problem.isEmpty() ? Result<void>() : fail(ErrorCode::Invalid, u"%1: the name %2"_s.arg(field, problem));
}

Result<void> checkPassword(const QString &password)
{
    const QString problem = password.isEmpty() ? QString() : passwordProblem(password);
    return problem.isEmpty() ? Result<void>() : fail(ErrorCode::Invalid, u"password: it "_s + problem);
}

Result<void> checkGrant(const Rooms &rooms, const Grant &grant)
{
    if (grant.level > Level::Admin)
        return fail(ErrorCode::Invalid, u"level: there is no \"%1\"; use %2"_s.arg(enumText(grant.level), enumChoices<Level>()));
    if (grant.project == u"*")
        return {};
    const Result<Project> project = rooms.access.findProject(grant.project);
    return project ? Result<void>() : project.error();
}

QString wordsOf(const QString &user, const Grant &grant)
{
    return u"%1: %2 on %3"_s.arg(user, enumText(grant.level), grant.project);
}

// Answers with the user as it is now, once that is durable.
struct UserDesk
{
    Rooms &rooms;
    Sessions &sessions;
    std::shared_ptr<PasswordQueue> passwords;

    User shown(const StoredUser &user) const
    {
        User shown = rooms.access.shown(user);
        shown.sessions = int(sessions.signedIn(user.id).size());
        return shown;
    }

    void finish(const Caller &caller, const QString &method, const QString &object, const Result<StoredUser> &user, const Answer<User> &answer)
    {
        if (!user) {
            answer(user.error());
            return;
        }
        rooms.access.audit(caller, method, object, u"done"_s);
        answerWhenCommitted(rooms, answer, shown(*user));
        if (user->disabled)
            sessions.closeWhenCommitted([id = user->id](SessionId, const Caller &each) { return each.user == id; }, u"this user was disabled"_s);
    }

    // What a connection follows was decided by what its user might see at that time.
    void reconnect(const Result<StoredUser> &user)
    {
        if (user)
            sessions.closeWhenCommitted([id = user->id](SessionId, const Caller &each) { return each.user == id; }, u"what this user may do has changed"_s);
    }

    void list(const Caller &caller, const Answer<UserList> &answer) const
    {
        UserList list;
        const bool all = rooms.access.may(caller, Verb::Administer, u"*"_s).has_value();
        for (const User &user : rooms.access.users()) {
            if (!all && user.id != caller.user)
                continue;
            list.users.append(user);
            list.users.last().sessions = int(sessions.signedIn(user.id).size());
        }
        answer(list);
    }

    void add(const Caller &caller, const AddUser &request, const Answer<User> &answer)
    {
        Result<void> good = checkName(u"name"_s, request.name);
        if (good)
            good = checkPassword(request.password);
        for (const Grant &grant : request.grants)
            good = good ? checkGrant(rooms, grant) : good;
        if (!good) {
            answer(good.error());
            return;
        }
        withHash(request.password, answer, [this, caller, request, answer](const QString &hash) {
            finish(caller, u"user.add"_s, request.name, rooms.access.addUser(request.name, hash, request.grants), answer);
        });
    }

    void set(const Caller &caller, const SetUser &request, const Answer<User> &answer)
    {
        Result<void> good = request.newName ? checkName(u"newName"_s, *request.newName) : Result<void>();
        if (good)
            good = checkPassword(request.password.value_or(QString()));
        if (!good) {
            answer(good.error());
            return;
        }
        withHash(request.password.value_or(QString()), answer, [this, caller, request, answer](const QString &hash) {
            Result<StoredUser> user = rooms.access.findUser(request.name);
            // What can be refused comes first: all of it is done, or nothing.
            if (user && request.newName)
                user = rooms.access.rename(user->id, *request.newName);
            if (user && request.disabled)
                user = rooms.access.setDisabled(user->id, *request.disabled);
            if (user && request.password)
                user = rooms.access.setPasswordHash(user->id, hash);
            finish(caller, u"user.set"_s, request.name, user, answer);
        });
    }

    void remove(const Caller &caller, const RemoveUser &request, const Answer<Done> &answer)
    {
        const Result<StoredUser> user = rooms.access.findUser(request.name);
        const Result<void> removed = user ? rooms.access.removeUser(user->id) : user.error();
        if (!removed) {
            answer(removed.error());
            return;
        }
        rooms.access.audit(caller, u"user.remove"_s, user->name, u"done"_s);
        answerWhenCommitted(rooms, answer, Done {});
        sessions.closeWhenCommitted([id = user->id](SessionId, const Caller &each) { return each.user == id; }, u"this user was removed"_s);
    }

    Result<Invitation> invite(const Caller &caller, const InviteUser &request)
    {
        if (request.valid <= 0ms || request.valid > longestInvitation)
            return fail(ErrorCode::Invalid, u"valid: use up to 30 days"_s);
        if (const Result<void> named = request.name.isEmpty() ? Result<void>() : checkName(u"name"_s, request.name); !named)
            return named.error();
        const Result<StoredUser> there = request.name.isEmpty() ? fail(ErrorCode::NotFound, {}) : rooms.access.findUser(request.name);
        if (const Result<void> good = there ? Result<void>() : checkGrant(rooms, request.grant); !good)
            return good.error();
        if (there && there->disabled)
            return fail(ErrorCode::Conflict, u"%1 is disabled; drover user enable %1 comes first"_s.arg(there->name));
        const UserInvitation details {.user = request.name, .level = enumText(request.grant.level), .project = request.grant.project,
                                      .existing = there ? there->id : UserId(), .readsOutputs = request.grant.readsOutputs,
                                      .readsSecrets = request.grant.readsSecrets};
        InvitationLink link {.kind = InvitationLink::Kind::User, .pin = rooms.certificates.pin(), .secret = {}, .addresses = {}};
        for (const QString &address : rooms.addresses) {
            if (const Result<ServerAddress> parsed = ServerAddress::parse(address))
                link.addresses.append(*parsed);
        }
        link.secret = rooms.access.invite(u"user"_s, encode(details), request.valid);
        rooms.access.audit(caller, u"user.invite"_s, there ? there->name : wordsOf(request.name, request.grant), u"done"_s);
        return Invitation {.link = link.printed(), .expires = rooms.clock.now() + request.valid};
    }

private:
    template<typename Reply, typename Then>
    void withHash(const QString &password, const Answer<Reply> &answer, Then then)
    {
        if (password.isEmpty()) {
            then(QString());
            return;
        }
        passwords->hash(password, [answer, then](const Result<QString> &hash) {
            if (hash)
                then(*hash);
            else
                answer(hash.error());
        });
    }
};

} // namespace

void handleUsers(Router &router, Rooms &rooms, Sessions &sessions, const std::shared_ptr<PasswordQueue> &passwords)
{
    auto desk = std::make_shared<UserDesk>(UserDesk {rooms, sessions, passwords});
    constexpr MethodRules rules {.who = Who::Admin, .refusedWhenBusy = true, .everywhere = true};
    router.handle<ListUsers>({.who = Who::SignedIn}, [desk](const Caller &caller, const ListUsers &, const Answer<UserList> &answer) {
        desk->list(caller, answer);
    });
    router.handle<AddUser>(rules, [desk](const Caller &caller, const AddUser &request, const Answer<User> &answer) {
        desk->add(caller, request, answer);
    });
    router.handle<SetUser>(rules, [desk](const Caller &caller, const SetUser &request, const Answer<User> &answer) {
        desk->set(caller, request, answer);
    });
    router.handle<RemoveUser>(rules, [desk](const Caller &caller, const RemoveUser &request, const Answer<Done> &answer) {
        desk->remove(caller, request, answer);
    });
    router.handle<GrantUser>(rules, [desk](const Caller &caller, const GrantUser &request, const Answer<User> &answer) {
        Result<StoredUser> user = desk->rooms.access.findUser(request.name);
        if (const Result<void> good = checkGrant(desk->rooms, request.grant); user && !good)
            user = good.error();
        else if (user)
            user = desk->rooms.access.grant(user->id, request.grant);
        desk->finish(caller, u"user.grant"_s, wordsOf(request.name, request.grant), user, answer);
        desk->reconnect(user);
    });
    router.handle<RevokeGrant>(rules, [desk](const Caller &caller, const RevokeGrant &request, const Answer<User> &answer) {
        Result<StoredUser> user = desk->rooms.access.findUser(request.name);
        if (user)
            user = desk->rooms.access.revokeGrant(user->id, request.project);
        desk->finish(caller, u"user.revoke"_s, u"%1: %2"_s.arg(request.name, request.project), user, answer);
        desk->reconnect(user);
    });
    router.handle<InviteUser>(rules, [desk](const Caller &caller, const InviteUser &request, const Answer<Invitation> &answer) {
        const Result<Invitation> invitation = desk->invite(caller, request);
        if (invitation)
            answerWhenCommitted(desk->rooms, answer, *invitation);
        else
            answer(invitation.error());
    });
}

} // namespace Drover
