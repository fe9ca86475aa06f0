#include "backend/api/handlers/handlers.h"
#include "backend/protocol/sessionrequests.h"

#include "backend/access/passwords.h"
#include "backend/api/sessions.h"
#include "backend/api/userinvitation.h"
#include "backend/base/version.h"
#include "backend/queue/speccheck.h"

#include <QtCore/QHash>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int mostFailures = 10; // a minute and address; then wait
constexpr auto failureWindow = 1min;

// Slows down whoever guesses. State thread.
class Guesses
{
public:
    bool tooMany(const QString &address, SteadyInstant now)
    {
        auto &failures = m_failures[address];
        failures.removeIf([now](SteadyInstant at) { return at + failureWindow < now; });
        return failures.size() >= mostFailures;
    }
    void count(const QString &address, SteadyInstant now)
    {
        if (m_failures.size() > 10'000)
            m_failures.clear(); // a flood of addresses must not fill memory
        m_failures[address].append(now);
    }

private:
    QHash<QString, QList<SteadyInstant>> m_failures;
};

struct SessionDesk
{
    Rooms &rooms;
    Sessions &sessions;
    Guesses guesses = {};

    SessionInfo info(const StoredUser &user) const
    {
        return {.user = user.name,
                .level = user.level,
                .project = user.project,
                .version = programVersion(),
                .store = rooms.ledger.storeId(),
                .epoch = rooms.ledger.epoch()};
    }

    Caller callerOf(const StoredUser &user, const Caller &before, const QString &program) const
    {
        Caller caller = before;
        caller.user = user.id;
        caller.name = user.name;
        caller.level = enumOf<Level>(user.level).value_or(Level::Viewer);
        caller.project = user.project;
        caller.program = program.left(100);
        return caller;
    }

    Error tooManyGuesses() const
    {
        return {.code = ErrorCode::LimitReached,
                .message = u"too many wrong attempts from this address; wait a minute"_s,
                .problems = {},
                .retryAfterMs = 60'000};
    }

    void refuse(const Caller &caller, const QString &name)
    {
        guesses.count(caller.address, rooms.clock.steady());
        rooms.access.audit(caller, u"session.signIn"_s, name.left(200), u"not-permitted"_s);
    }

    void signIn(const Caller &caller, const SignIn &request, const Answer<SessionInfo> &answer)
    {
        if (guesses.tooMany(caller.address, rooms.clock.steady())) {
            answer(tooManyGuesses());
            return;
        }
        const PeerId peer = sessions.current();
        if (!request.token.isEmpty()) {
            const auto user = rooms.access.userOfToken(request.token);
            if (!user) {
                refuse(caller, {});
                answer(fail(
                    ErrorCode::NotPermitted,
                    u"this token is not known, or was revoked; sign in again: drover login LINK"_s));
                return;
            }
            sessions.setCaller(peer, callerOf(*user, caller, request.program));
            answer(info(*user));
            return;
        }
        const auto user = rooms.access.userNamed(request.user);
        const QString hash = user ? user->passwordHash : QString();
        checkPassword(request.password, hash,
                      [this, peer, caller, request, answer, user](bool right) {
                          if (!right || !user) {
                              refuse(caller, request.user);
                              answer(fail(ErrorCode::NotPermitted, u"wrong user or password"_s));
                              return;
                          }
                          sessions.setCaller(peer, callerOf(*user, caller, request.program));
                          answer(info(*user));
                      });
    }

    // One argon2id at a time: the auth thread does nothing else.
    void checkPassword(const QString &password, const QString &hash, std::function<void(bool)> then)
    {
        QMetaObject::invokeMethod(
            &rooms.authThread, [this, password, hash, then = std::move(then)] {
                const bool right = passwordMatches(password, hash);
                QMetaObject::invokeMethod(&sessions, [then, right] { then(right); });
            });
    }

    void redeem(const Caller &caller, const RedeemInvitation &request,
                const Answer<NewToken> &answer)
    {
        if (guesses.tooMany(caller.address, rooms.clock.steady())) {
            answer(tooManyGuesses());
            return;
        }
        if (!request.password.isEmpty() && !passwordProblem(request.password).isEmpty()) {
            answer(fail(ErrorCode::Invalid, u"password: "_s + passwordProblem(request.password)));
            return;
        }
        const PeerId peer = sessions.current();
        QMetaObject::invokeMethod(&rooms.authThread, [this, peer, caller, request, answer] {
            const Result<QString> hash
                = request.password.isEmpty() ? QString() : hashedPassword(request.password);
            QMetaObject::invokeMethod(&sessions, [this, peer, caller, request, answer, hash] {
                if (hash)
                    admit(peer, caller, request, *hash, answer);
                else
                    answer(hash.error());
            });
        });
    }

    void admit(PeerId peer, const Caller &caller, const RedeemInvitation &request,
               const QString &hash, const Answer<NewToken> &answer)
    {
        const Result<QByteArray> details = rooms.access.redeem(request.secret, u"user"_s);
        if (!details) {
            refuse(caller, u"invitation"_s);
            answer(details.error());
            return;
        }
        const Result<UserInvitation> invited = decode<UserInvitation>(*details);
        if (!invited) {
            answer(invited.error());
            return;
        }
        const QString name = request.user.isEmpty() ? invited->user : request.user;
        if (const QString problem = nameProblem(name); !problem.isEmpty()) {
            answer(fail(ErrorCode::Invalid, u"user: the name "_s + problem));
            return;
        }
        const Result<StoredUser> user = rooms.access.addUser(
            name, hash, enumOf<Level>(invited->level).value_or(Level::Viewer), invited->project);
        if (!user) {
            answer(user.error());
            return;
        }
        const QString token = rooms.access.addToken(user->id, request.program.left(100));
        const Caller admitted = callerOf(*user, caller, request.program);
        rooms.access.audit(admitted, u"session.redeem"_s, name, u"done"_s);
        sessions.setCaller(peer, admitted);
        answerWhenCommitted(rooms, answer, NewToken{.token = token, .session = info(*user)});
    }
};

} // namespace

void handleSessions(Router &router, Rooms &rooms, Sessions &sessions)
{
    auto desk = std::make_shared<SessionDesk>(rooms, sessions);
    router.handle<SignIn>(
        {.who = Who::Anybody},
        [desk](const Caller &caller, const SignIn &request, const Answer<SessionInfo> &answer) {
            desk->signIn(caller, request, answer);
        });
    router.handle<RedeemInvitation>(
        {.who = Who::Anybody},
        [desk](const Caller &caller, const RedeemInvitation &request,
               const Answer<NewToken> &answer) { desk->redeem(caller, request, answer); });
}

} // namespace Drover
