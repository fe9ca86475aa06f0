// events.
#include "app/cli/clitext.h"
#include "app/cli/commands/commands.h"
#include "app/cli/listing.h"
#include "app/cli/look.h"
#include "backend/protocol/eventrequests.h"

#include <QtCore/QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto lookEvery = 1s;

Tone toneOf(EventSeverity severity)
{
    return severity == EventSeverity::Error ? Tone::Bad : severity == EventSeverity::Warning ? Tone::Warning : Tone::Plain;
}

QList<Column<Event>> eventColumns()
{
    return {
        textColumn<Event>(u"id"_s, CliText::tr("ID"), [](const Event &e) { return QString::number(e.id.value); }, TextTable::Align::Right),
        textColumn<Event>(u"at"_s, CliText::tr("AT"), [](const Event &e) { return localTime(e.at); }),
        {u"severity"_s, CliText::tr("SEVERITY"), TextTable::Align::Left,
         [](const Event &e) { return TextTable::Cell{enumText(e.severity), toneOf(e.severity)}; }},
        textColumn<Event>(u"source"_s, CliText::tr("SOURCE"), [](const Event &e) { return e.source; }),
        textColumn<Event>(u"kind"_s, CliText::tr("KIND"), [](const Event &e) { return e.kind; }),
        textColumn<Event>(u"object"_s, CliText::tr("OBJECT"), [](const Event &e) { return e.object; }),
        textColumn<Event>(u"project"_s, CliText::tr("PROJECT"), [](const Event &e) { return e.project; }),
        textColumn<Event>(u"text"_s, CliText::tr("TEXT"), [](const Event &e) { return e.text; }),
    };
}

void printLine(Invocation &invocation, const Event &event)
{
    Screen &screen = invocation.screen;
    if (invocation.json()) {
        printJson(screen, jsonOf(event));
        return;
    }
    screen.line(u"%1  %2  %3"_s.arg(localTime(event.at), screen.toned(enumText(event.severity).leftJustified(7), toneOf(event.severity)),
                                    harmless(event.text)));
}

void pause()
{
    QEventLoop loop;
    QTimer::singleShot(lookEvery, &loop, &QEventLoop::quit);
    loop.exec();
}

// The last few, and from then on each as it comes, until it is interrupted.
ExitStatus follow(Invocation &invocation, ListEvents request)
{
    Result<EventPage> page = invocation.session.call(request);
    if (page)
        std::ranges::reverse(page->events); // newest first, as it came
    request.limit = 1000;
    while (page) {
        for (const Event &event : std::as_const(page->events)) {
            printLine(invocation, event);
            request.after = event.id;
        }
        if (!page->more || page->events.isEmpty())
            pause();
        page = invocation.session.call(request);
        if (page && !request.after)
            std::ranges::reverse(page->events);
    }
    return failed(invocation, page.error());
}

ExitStatus events(Invocation &invocation)
{
    const Arguments &args = invocation.args;
    ListEvents request{.where = (args.words + args.values(u"--where"_s)).join(u' ')};
    bool ok = true;
    const bool follows = args.has(u"--follow"_s);
    const qint64 wanted = args.value(u"--limit"_s, follows ? u"10"_s : u"100"_s).toLongLong(&ok);
    if (!ok || wanted < 0)
        return misused(invocation, CliText::tr("--limit: a whole number is expected; 0: all"));
    if (follows) {
        request.limit = int(std::clamp<qint64>(wanted, 1, 1000));
        return follow(invocation, request);
    }
    EventPage all;
    do {
        const qint64 left = wanted == 0 ? 1000 : wanted - all.events.size();
        request.limit = int(std::min<qint64>(1000, left));
        const Result<EventPage> page = invocation.session.call(request);
        if (!page)
            return failed(invocation, page.error());
        all.events += page->events;
        all.more = page->more;
        request.before = all.events.isEmpty() ? EventId() : all.events.last().id;
    } while (all.more && (wanted == 0 || all.events.size() < wanted));
    return printListing<EventPage, Event>(invocation, Result<EventPage>(all), &EventPage::events, eventColumns(),
                                          {u"at"_s, u"severity"_s, u"source"_s, u"object"_s, u"project"_s, u"text"_s},
                                          CliText::tr("Nothing matches."));
}

} // namespace

QList<Command> eventCommands()
{
    return {
        {.path = {u"events"_s},
         .operands = CliText::tr("[FILTER]"),
         .words = CliText::tr("what happened, newest first"),
         .options = listOptions()
             + QList<Option>{{.name = u"--where"_s,
                              .value = u"FILTER"_s,
                              .words = CliText::tr("those that match; drover help filter"),
                              .takes = Option::Takes::Each},
                             flag(u"--follow"_s, CliText::tr("a line for each, as it comes; --limit: how many of before"), u"-f"_s)},
         .run = events,
         .more = CliText::tr("Of 100 events unless --limit says otherwise. As in: drover events --where \"severity >= warning source = machine at > -1d\""),
         .also = {{u"event"_s, u"list"_s}},
         .watches = true},
    };
}

} // namespace Drover
