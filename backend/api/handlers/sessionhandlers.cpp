#include "backend/api/handlers/handlers.h"
#include "backend/protocol/sessionrequests.h"

#include "backend/access/guesses.h"
#include "backend/access/passwords.h"
#include "backend/api/passwordqueue.h"
#include "backend/api/sessions.h"
#include "backend/api/userinvitation.h"
#include "backend/base/version.h"
#include "backend/queue/speccheck.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

struct SessionDesk
{
    Rooms &rooms;
    Sessions &sessions;
    std::shared_ptr<PasswordQueue> passwords;
    Guesses byAddress = guesses();
    Guesses byAccount = guesses();

    Guesses guesses() const
    {
        return {
            int(rooms.settings.number("sign-in.failures"_L1)),
            std::chrono::ceil<std::chrono::seconds>(rooms.settings.duration("sign-in.window"_L1))};
    }

    SessionInfo info(const Caller &caller) const
    {
        const QList<Grant> grants = rooms.access.grantsOf(caller);
        SessionInfo info{.user = caller.name,
                         .level = {},
                         .project = {},
                         .version = programVersion(),
                         .store = rooms.ledger.storeId(),
                         .epoch = rooms.ledger.epoch(),
                         .grants = grants};
        Level highest = Level::Viewer;
        for (const Grant &grant : grants) {
            highest = std::max(highest, grant.level);
            if (info.project.isEmpty() || grant.project == u"*")
                info.project = grant.project;
        }
        info.level = enumText(highest);
        return info;
    }

    static Caller callerOf(const StoredUser &user, const Caller &before, const QString &program,
                           TokenId token)
    {
        Caller caller = before;
        caller.user = user.id;
        caller.name = user.name;
        caller.token = token;
        caller.program = program.left(100);
        return caller;
    }

    // Nothing when it may go on.
    std::optional<Error> slowedDown(const Caller &caller, const QString &account)
    {
        const SteadyInstant now = rooms.clock.steady();
        const bool address = byAddress.tooMany(caller.address, now);
        if (!address && !byAccount.tooMany(account.toCaseFolded(), now))
            return std::nullopt;
        const auto window = rooms.settings.duration("sign-in.window"_L1);
        const QString wait = printedDuration(window);
        return Error{.code = ErrorCode::LimitReached,
                     .message = address
                         ? u"too many wrong attempts from this address; wait %1"_s.arg(wait)
                         : u"too many wrong attempts for this user; wait %1"_s.arg(wait),
                     .problems = {},
                     .retryAfterMs = int(window.count())};
    }

    void countWrong(const Caller &caller, const QString &account, const QString &method)
    {
        byAddress.count(caller.address, rooms.clock.steady());
        if (!account.isEmpty())
            byAccount.count(account.toCaseFolded(), rooms.clock.steady());
        rooms.access.audit(caller, method, account.left(200), u"not-permitted"_s, 0);
    }

    void signIn(const Caller &caller, const SignIn &request, const Answer<SessionInfo> &answer)
    {
        if (const auto wait
            = slowedDown(caller, request.token.isEmpty() ? request.user : QString())) {
            answer(*wait);
            return;
        }
        const PeerId peer = sessions.current();
        if (!request.token.isEmpty()) {
            const auto used = rooms.access.useToken(request.token);
            if (!used) {
                countWrong(caller, {}, u"session.signIn"_s);
                answer(fail(
                    ErrorCode::NotPermitted,
                    u"this token is not known, or was revoked; sign in again: drover login LINK"_s));
                return;
            }
            const Caller signedIn = callerOf(used->user, caller, request.program, used->token);
            sessions.setCaller(peer, signedIn);
            answer(info(signedIn));
            return;
        }
        const auto user = rooms.access.userNamed(request.user);
        passwords->check(request.password, user ? user->passwordHash : QString(),
                         [this, peer, caller, request, answer,
                          id = user ? user->id : UserId()](const Result<bool> &right) {
                             if (!right) {
                                 answer(right.error());
                                 return;
                             }
                             const auto known = rooms.access.findUser(id); // as it is now
                             if (!*right || !known || known->disabled) {
                                 countWrong(caller, request.user, u"session.signIn"_s);
                                 answer(fail(ErrorCode::NotPermitted, u"wrong user or password"_s));
                                 return;
                             }
                             const Caller signedIn = callerOf(*known, caller, request.program, {});
                             rooms.access.audit(signedIn, u"session.signIn"_s, known->name,
                                                u"done"_s);
                             sessions.setCaller(peer, signedIn);
                             answer(info(signedIn));
                         });
    }

    void redeem(const Caller &caller, const RedeemInvitation &request,
                const Answer<NewToken> &answer)
    {
        if (const auto wait = slowedDown(caller, {})) {
            answer(*wait);
            return;
        }
        if (const QString problem = passwordProblem(request.password);
            !request.password.isEmpty() && !problem.isEmpty()) {
            answer(fail(ErrorCode::Invalid, u"password: it "_s + problem));
            return;
        }
        const PeerId peer = sessions.current();
        if (request.password.isEmpty()) {
            admit(peer, caller, request, {}, answer);
            return;
        }
        passwords->hash(request.password,
                        [this, peer, caller, request, answer](const Result<QString> &hash) {
                            if (hash)
                                admit(peer, caller, request, *hash, answer);
                            else
                                answer(hash.error());
                        });
    }

    void admit(PeerId peer, const Caller &caller, const RedeemInvitation &request,
               const QString &hash, const Answer<NewToken> &answer)
    {
        const Result<QByteArray> details = rooms.access.invited(request.secret, u"user"_s);
        if (!details) {
            countWrong(caller, {}, u"session.redeem"_s);
            answer(details.error());
            return;
        }
        const Result<UserInvitation> invited = decode<UserInvitation>(*details);
        const Result<StoredUser> user
            = invited ? comesIn(*invited, request, hash) : invited.error();
        if (!user) {
            answer(user.error());
            return;
        }
        std::ignore = rooms.access.redeem(request.secret, u"user"_s);
        const Access::NewSecret token = rooms.access.addToken(user->id, request.program.left(100));
        const Caller admitted = callerOf(*user, caller, request.program, token.token.id);
        rooms.access.audit(admitted, u"session.redeem"_s, user->name, u"done"_s);
        sessions.setCaller(peer, admitted);
        answerWhenCommitted(rooms, answer,
                            NewToken{.token = token.secret, .session = info(admitted)});
    }

    // The user that the invitation is for, or a new one; nothing is changed when it fails.
    Result<StoredUser> comesIn(const UserInvitation &invited, const RedeemInvitation &request,
                               const QString &hash)
    {
        if (invited.existing) {
            const auto known = rooms.access.findUser(invited.existing);
            if (!known || known->disabled)
                return fail(ErrorCode::NotPermitted,
                            u"the user this invitation is for was removed or disabled"_s);
            if (!request.user.isEmpty()
                && request.user.compare(known->name, Qt::CaseInsensitive) != 0)
                return fail(ErrorCode::Invalid,
                            u"user: this invitation is for %1"_s.arg(known->name));
            return hash.isEmpty() ? *known : rooms.access.setPasswordHash(known->id, hash);
        }
        const QString name = request.user.isEmpty() ? invited.user : request.user;
        if (const QString problem = nameProblem(name); !problem.isEmpty())
            return fail(ErrorCode::Invalid, u"user: the name "_s + problem);
        return rooms.access.addUser(name, hash,
                                    {{.project = invited.project,
                                      .level = enumOf<Level>(invited.level).value_or(Level::Viewer),
                                      .readsOutputs = invited.readsOutputs,
                                      .readsSecrets = invited.readsSecrets}});
    }

    void signOut(const Caller &caller, const Answer<Done> &answer)
    {
        if (!caller.token) {
            answer(fail(ErrorCode::Conflict,
                        u"this session signed in with a password; there is no token to revoke"_s));
            return;
        }
        rooms.access.revokeToken(caller.token);
        rooms.access.audit(caller, u"session.signOut"_s, caller.name, u"done"_s);
        answerWhenCommitted(rooms, answer, Done{});
        closeWhenCommitted(
            [token = caller.token](const Caller &each) { return each.token == token; },
            u"signed out"_s);
    }

    void setPassword(const Caller &caller, const SetPassword &request, const Answer<Done> &answer)
    {
        const auto user = rooms.access.findUser(caller.user);
        if (const QString problem = passwordProblem(request.password);
            !user || !problem.isEmpty()) {
            answer(fail(ErrorCode::Invalid, u"password: it "_s + problem));
            return;
        }
        if (const auto wait = slowedDown(caller, caller.name)) {
            answer(*wait);
            return;
        }
        if (user->passwordHash.isEmpty()) {
            storePassword(caller, request.password, answer);
            return;
        }
        passwords->check(request.current, user->passwordHash,
                         [this, caller, request, answer](const Result<bool> &right) {
                             if (right && *right) {
                                 storePassword(caller, request.password, answer);
                                 return;
                             }
                             if (right)
                                 countWrong(caller, caller.name, u"session.password"_s);
                             answer(right ? fail(ErrorCode::NotPermitted,
                                                 u"the current password is another one"_s)
                                          : right.error());
                         });
    }

    void storePassword(const Caller &caller, const QString &password, const Answer<Done> &answer)
    {
        passwords->hash(password, [this, caller, answer](const Result<QString> &hash) {
            const Result<StoredUser> changed
                = hash ? rooms.access.setPasswordHash(caller.user, *hash) : hash.error();
            if (!changed) {
                answer(changed.error());
                return;
            }
            rooms.access.audit(caller, u"session.password"_s, caller.name, u"done"_s);
            answerWhenCommitted(rooms, answer, Done{});
        });
    }

    void list(const Caller &caller, const Answer<SessionList> &answer) const
    {
        const bool all = rooms.access.may(caller, Verb::Administer, u"*"_s).has_value();
        SessionList list{.sessions = sessions.signedIn(all ? UserId() : caller.user)};
        for (SignedIn &session : list.sessions) {
            const auto token = rooms.access.findToken(sessions.callerOf(session.id).token);
            session.token = token ? token->name : QString();
        }
        answer(list);
    }

    void revoke(const Caller &caller, const RevokeSession &request, const Answer<Done> &answer)
    {
        const Caller other = sessions.callerOf(request.id);
        const bool own = other.user == caller.user;
        if (!other.isSignedIn() || (!own && !rooms.access.may(caller, Verb::Administer, u"*"_s))) {
            answer(fail(
                ErrorCode::NotFound,
                u"there is no session %1; drover sessions lists them"_s.arg(request.id.value)));
            return;
        }
        if (other.token)
            rooms.access.revokeToken(other.token);
        rooms.access.audit(caller, u"session.revoke"_s,
                           u"%1 %2"_s.arg(request.id.value).arg(other.name), u"done"_s);
        answerWhenCommitted(rooms, answer, Done{});
        sessions.closeWhenCommitted(
            [token = other.token, id = request.id](SessionId each, const Caller &who) {
                return each == id || (token && who.token == token);
            },
            u"this session was revoked"_s);
    }

    void closeWhenCommitted(const std::function<bool(const Caller &)> &which, const QString &reason)
    {
        sessions.closeWhenCommitted(
            [which](SessionId, const Caller &caller) { return which(caller); }, reason);
    }
};

} // namespace

void handleSessions(Router &router, Rooms &rooms, Sessions &sessions,
                    const std::shared_ptr<PasswordQueue> &passwords)
{
    auto desk = std::make_shared<SessionDesk>(SessionDesk{rooms, sessions, passwords});
    router.handle<SignIn>(
        {.who = Who::Anybody},
        [desk](const Caller &caller, const SignIn &request, const Answer<SessionInfo> &answer) {
            desk->signIn(caller, request, answer);
        });
    router.handle<RedeemInvitation>(
        {.who = Who::Anybody},
        [desk](const Caller &caller, const RedeemInvitation &request,
               const Answer<NewToken> &answer) { desk->redeem(caller, request, answer); });
    router.handle<SignOut>({.who = Who::SignedIn},
                           [desk](const Caller &caller, const SignOut &,
                                  const Answer<Done> &answer) { desk->signOut(caller, answer); });
    router.handle<SetPassword>(
        {.who = Who::SignedIn},
        [desk](const Caller &caller, const SetPassword &request, const Answer<Done> &answer) {
            desk->setPassword(caller, request, answer);
        });
    router.handle<ListSessions>(
        {.who = Who::SignedIn},
        [desk](const Caller &caller, const ListSessions &, const Answer<SessionList> &answer) {
            desk->list(caller, answer);
        });
    router.handle<RevokeSession>(
        {.who = Who::SignedIn},
        [desk](const Caller &caller, const RevokeSession &request, const Answer<Done> &answer) {
            desk->revoke(caller, request, answer);
        });
}

} // namespace Drover
