#include "app/cli/waiting.h"

#include "app/cli/clitext.h"
#include "app/cli/jsontext.h"
#include "app/cli/look.h"
#include "backend/base/clock.h"
#include "backend/protocol/taskrequests.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr std::chrono::milliseconds replyWithin = 30s; // past what it may wait for

// How long one question may take: a bar wants news, a long list of ids wants few questions.
std::chrono::milliseconds stepFor(const Screen &screen, const Awaitees &awaitees)
{
    constexpr qsizetype many = 2000;
    if (awaitees.tasks.size() > many)
        return 10s;
    return screen.settings().isErrorTerminal ? 500ms : 30s;
}

ExitStatus report(Invocation &invocation, const Awaited &awaited)
{
    const StateCounts &counts = awaited.counts;
    invocation.screen.endProgress();
    if (invocation.json())
        printJson(invocation.screen, jsonOf(awaited));
    else
        invocation.screen.line(countsText(counts));
    if (!awaited.ended)
        return ExitStatus::TimedOut;
    return counts[TaskState::Succeeded] == counts.total() ? ExitStatus::Ok : ExitStatus::SomeFailed;
}

} // namespace

ExitStatus waitFor(Invocation &invocation, const Awaitees &awaitees,
                   std::optional<std::chrono::milliseconds> limit)
{
    const SystemClock clock;
    const SteadyInstant begun = clock.steady();
    const auto step = stepFor(invocation.screen, awaitees);
    AwaitTasks request{.ids = awaitees.tasks,
                       .batch = awaitees.batch,
                       .wait = 0ms}; // the first answer at once: a bar
    for (;;) {
        const Result<Awaited> awaited
            = invocation.session.call(request, request.wait + replyWithin);
        if (!awaited)
            return failed(invocation, awaited.error());
        const auto gone
            = std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady() - begun);
        if (awaited->ended || (limit && gone >= *limit))
            return report(invocation, *awaited);
        invocation.screen.progress(
            progressBar(awaited->counts, std::max(invocation.screen.settings().width, 60)));
        request.wait = limit ? std::min(step, *limit - gone) : step;
    }
}

} // namespace Drover
