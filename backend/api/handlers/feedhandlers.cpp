#include "backend/api/feed.h"
#include "backend/api/handlers/handlers.h"
#include "backend/api/viewers.h"
#include "backend/api/windows.h"

namespace Drover {

void handleFeed(Router &router, Rooms &rooms, Sessions &sessions, Feed &feed, Windows &windows)
{
    router.handle<SubscribeFeed>(
        {.who = Who::Viewer},
        [&sessions, &feed](const Caller &caller, const SubscribeFeed &request,
                           const Answer<FeedStart> &answer) {
            answer(feed.subscribe(sessions.current(), caller, request.position));
        });
    router.handle<OpenWindow>(
        {.who = Who::Viewer},
        [&rooms, &sessions, &windows](const Caller &caller, const OpenWindow &request,
                                      const Answer<WindowRows> &answer) {
            windows.open(sessions.current(), scopeOf(rooms, caller), request, answer);
        });
    router.handle<GetWindowPage>({.who = Who::Viewer},
                                 [&sessions, &windows](const Caller &, const GetWindowPage &request,
                                                       const Answer<WindowRows> &answer) {
                                     windows.page(sessions.current(), request, answer);
                                 });
    router.handle<LocateInWindow>(
        {.who = Who::Viewer},
        [&sessions, &windows](const Caller &, const LocateInWindow &request,
                              const Answer<WindowPlaces> &answer) {
            windows.locate(sessions.current(), request, answer);
        });
    router.handle<RefreshWindow>({.who = Who::Viewer},
                                 [&sessions, &windows](const Caller &, const RefreshWindow &request,
                                                       const Answer<WindowRows> &answer) {
                                     windows.refresh(sessions.current(), request.window, answer);
                                 });
    const auto viewers = std::make_shared<Viewers>(rooms, sessions);
    router.handle<LookAt>(
        {.who = Who::Viewer},
        [&sessions, viewers](const Caller &caller, const LookAt &request, const Answer<Done> &answer) {
            const Result<void> looks = viewers->look(sessions.current(), caller, request);
            answer(looks ? Result<Done>(Done{}) : looks.error());
        });
    router.handle<CloseWindow>({.who = Who::Viewer},
                               [&sessions, &windows](const Caller &, const CloseWindow &request,
                                                     const Answer<Done> &answer) {
                                   windows.close(sessions.current(), request.window);
                                   answer(Done{});
                               });
}

} // namespace Drover
