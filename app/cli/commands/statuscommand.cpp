#include "app/cli/clitext.h"
#include "app/cli/curve.h"
#include "app/cli/commands/commands.h"
#include "app/cli/jsontext.h"
#include "app/cli/look.h"
#include "backend/base/clock.h"
#include "backend/base/size.h"
#include "backend/protocol/seriesrequests.h"
#include "backend/protocol/sessionrequests.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString machinesText(const Status &status)
{
    return CliText::tr("%1 of %2 online, %3 of %4 slots busy")
        .arg(status.machinesOnline)
        .arg(status.machines)
        .arg(status.slotsUsed)
        .arg(status.slotCount);
}

QString headline(const Status &status, const Screen &screen)
{
    if (!status.ready)
        return screen.toned(CliText::tr("The daemon is not ready: its storage is away."),
                            Tone::Bad);
    if (status.held)
        return screen.toned(
            CliText::tr("Everything is held: nothing new starts (drover release --all)."),
            Tone::Warning);
    if (status.paused)
        return screen.toned(
            CliText::tr("Everything is paused: what runs is frozen (drover resume --all)."),
            Tone::Warning);
    return screen.toned(CliText::tr("The daemon is ready."), Tone::Good);
}

// How deep the queue was and what ended, in sixty columns.
ExitStatus history(Invocation &invocation, std::chrono::milliseconds since)
{
    const Instant now = SystemClock().now();
    const Result<CountSeries> series
        = invocation.session.call(GetCounts{.from = now - since, .to = now, .points = 60});
    if (!series)
        return failed(invocation, series.error());
    Screen &screen = invocation.screen;
    if (invocation.json()) {
        printJson(screen, jsonOf(*series));
        return ExitStatus::Ok;
    }
    const auto level = [](const QList<qint64> &values) {
        const qint64 most = values.isEmpty() ? 0 : std::max<qint64>(0, *std::ranges::max_element(values));
        return u"%1  %2"_s.arg(curveText(values), CliText::tr("most %1").arg(most));
    };
    const auto ended = [](const QList<qint64> &values) {
        qint64 sum = 0;
        for (const qint64 value : values)
            sum += std::max<qint64>(0, value);
        return u"%1  %2"_s.arg(curveText(values), CliText::tr("%1 in all").arg(sum));
    };
    screen.out(printedPairs({{CliText::tr("from"), localTime(series->start)},
                             {CliText::tr("a column"), printedDuration(series->step)},
                             {CliText::tr("waiting"), level(series->waiting)},
                             {CliText::tr("queued"), level(series->queued)},
                             {CliText::tr("started"), level(series->started)},
                             {CliText::tr("succeeded"), ended(series->succeeded)},
                             {CliText::tr("failed"), ended(series->failed)},
                             {CliText::tr("cancelled"), ended(series->cancelled)}},
                            screen));
    return ExitStatus::Ok;
}

ExitStatus run(Invocation &invocation)
{
    if (invocation.args.has(u"--history"_s)) {
        const auto since = durationOf(invocation.args.value(u"--history"_s));
        if (!since || since->count() <= 0)
            return misused(invocation, CliText::tr("--history: a duration is expected: 1h, 24h, 7d"));
        return history(invocation, *since);
    }
    const Result<Status> status = invocation.session.call(GetStatus{});
    if (!status)
        return failed(invocation, status.error());
    Screen &screen = invocation.screen;
    if (invocation.json()) {
        printJson(screen, jsonOf(*status));
        return ExitStatus::Ok;
    }
    const Instant now = SystemClock().now();
    const QString counts = countsText(status->counts);
    screen.line(headline(*status, screen));
    screen.out(
        printedPairs({{CliText::tr("version"), status->version},
                      {CliText::tr("running"), agoText(status->started, now)},
                      {CliText::tr("tasks"), counts.isEmpty() ? CliText::tr("none") : counts},
                      {CliText::tr("backlog"), CliText::tr("%1 to do").arg(status->unfinished)},
                      {CliText::tr("machines"), machinesText(*status)},
                      {CliText::tr("agents"), status->agentVersions.join(u", "_s)},
                      {CliText::tr("database"), status->database},
                      {CliText::tr("disk free"), printedSize(status->diskFree)},
                      {CliText::tr("certificate"),
                       isSet(status->certificateEnds)
                           ? CliText::tr("until %1, its authority until %2")
                                 .arg(localTime(status->certificateEnds), localTime(status->authorityEnds))
                           : QString()}},
                     screen));
    for (const Attention &attention : status->attention) {
        screen.line(screen.toned(u"! "_s + harmless(attention.what), Tone::Warning));
        screen.line(u"  "_s + harmless(attention.remedy));
    }
    return ExitStatus::Ok;
}

} // namespace

QList<Command> statusCommands()
{
    return {{.path = {u"status"_s},
             .operands = {},
             .words = CliText::tr("how the daemon is, and what needs attention"),
             .options = {flag(u"--watch"_s, CliText::tr("show it again every two seconds")),
                         {.name = u"--history"_s,
                          .value = u"TIME"_s,
                          .words = CliText::tr("queue, work and failures over time, as curves: 1h, 24h, 30d")}},
             .run = run,
             .also = {{u"daemon"_s, u"status"_s}},
             .watches = true}};
}

} // namespace Drover
