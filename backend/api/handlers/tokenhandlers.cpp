#include "backend/api/handlers/handlers.h"
#include "backend/protocol/userrequests.h"

#include "backend/api/sessions.h"
#include "backend/queue/speccheck.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr std::chrono::milliseconds longestToken = 24h * 3660;

Verb verbOf(Level level)
{
    return level == Level::Viewer ? Verb::View : level == Level::Operator ? Verb::Operate : Verb::Administer;
}

Result<void> check(const Rooms &rooms, const Caller &caller, const CreateToken &request)
{
    if (const QString problem = nameProblem(request.name); !problem.isEmpty())
        return fail(ErrorCode::Invalid, u"name: it "_s + problem);
    if (request.level > Level::Admin)
        return fail(ErrorCode::Invalid, u"level: use %1"_s.arg(enumChoices<Level>()));
    if (request.valid < 0ms || request.valid > longestToken)
        return fail(ErrorCode::Invalid, u"valid: use up to ten years, or 0 for until it is revoked"_s);
    // What is asked for all of one's projects is bounded by each of them; the default is "all I may".
    const bool all = request.project == u"*";
    const auto may = rooms.access.may(caller, verbOf(request.level), all ? QString() : request.project);
    const bool isDefault = all && request.level == Level::Admin;
    return isDefault ? Result<void>() : may;
}

// A token made through a token is bounded by that one: else it would be a way around it.
CreateToken bounded(const Rooms &rooms, const Caller &caller, CreateToken request)
{
    const auto token = rooms.access.findToken(caller.token);
    if (!token)
        return request;
    request.level = std::min(request.level, token->level);
    if (token->project != u"*")
        request.project = token->project;
    return request;
}

Instant expiryOf(const Rooms &rooms, const Caller &caller, const CreateToken &request)
{
    const Instant wished = request.valid == 0ms ? never : rooms.clock.now() + request.valid;
    const auto token = rooms.access.findToken(caller.token);
    if (!token || !isSet(token->expires))
        return wished;
    return isSet(wished) ? std::min(wished, token->expires) : token->expires;
}

} // namespace

void handleTokens(Router &router, Rooms &rooms, Sessions &sessions)
{
    router.handle<ListTokens>({.who = Who::SignedIn}, [&rooms](const Caller &caller, const ListTokens &, const Answer<TokenList> &answer) {
        const bool all = rooms.access.may(caller, Verb::Administer, u"*"_s).has_value();
        answer(TokenList {.tokens = rooms.access.tokens(all ? std::nullopt : std::optional(caller.user))});
    });
    router.handle<CreateToken>({.who = Who::Viewer, .refusedWhenBusy = true}, [&rooms](const Caller &caller, const CreateToken &request, const Answer<CreatedToken> &answer) {
        if (const Result<void> good = check(rooms, caller, request); !good) {
            answer(good.error());
            return;
        }
        const CreateToken made = bounded(rooms, caller, request);
        const Access::NewSecret token = rooms.access.addToken(caller.user, made.name, made.project, made.level, expiryOf(rooms, caller, made));
        rooms.access.audit(caller, u"token.create"_s, u"%1: %2 on %3"_s.arg(made.name, enumText(made.level), made.project), u"done"_s);
        answerWhenCommitted(rooms, answer, CreatedToken {.secret = token.secret, .token = token.token});
    });
    router.handle<RevokeToken>({.who = Who::SignedIn}, [&rooms, &sessions](const Caller &caller, const RevokeToken &request, const Answer<Done> &answer) {
        const auto token = rooms.access.findToken(request.id);
        const bool own = token && token->user == caller.user;
        if (!token || (!own && !rooms.access.may(caller, Verb::Administer, u"*"_s))) {
            answer(fail(ErrorCode::NotFound, u"there is no token %1; drover tokens lists them"_s.arg(request.id.value)));
            return;
        }
        rooms.access.revokeToken(request.id);
        rooms.access.audit(caller, u"token.revoke"_s, token->name, u"done"_s);
        answerWhenCommitted(rooms, answer, Done {});
        sessions.closeWhenCommitted([id = request.id](SessionId, const Caller &each) { return each.token == id; }, u"this token was revoked"_s);
    });
}

} // namespace Drover
