#include "backend/api/handlers/handlers.h"

using namespace Qt::StringLiterals;

namespace Drover {

void handleEvents(Router &router, Rooms &rooms)
{
    router.handle<ListEvents>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const ListEvents &request, const Answer<EventPage> &answer) {
            if (request.limit < 1 || request.limit > 1000) {
                answer(fail(ErrorCode::Invalid, u"limit: %1 is out of range; use 1 to 1000"_s.arg(request.limit)));
                return;
            }
            if (request.before && request.after) {
                answer(fail(ErrorCode::Invalid, u"before and after exclude each other; give one of them"_s));
                return;
            }
            rooms.store.ask<EventPage>(
                &rooms.dispatcher,
                [request, scope = scopeOf(rooms, caller)](Database &db) { return listEvents(db, request, scope); },
                [answer](const Result<EventPage> &page) { answer(page); });
        });
}

} // namespace Drover
