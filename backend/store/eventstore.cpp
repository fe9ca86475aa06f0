#include "backend/store/eventstore.h"

#include "backend/store/filtersql.h"
#include "backend/store/queries.h"
#include "backend/store/rowwriter.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum ColumnType;

constexpr Column eventColumns[] = {
    {"id"_L1}, {"happened"_L1}, {"severity"_L1}, {"source"_L1, Text}, {"kind"_L1, Text},
    {"object"_L1, Text}, {"project"_L1, Text}, {"words"_L1, Text}, {"details"_L1, Blob},
};
constexpr RowShape newEvent {RowShape::Kind::Insert, "event"_L1, eventColumns, 1};

} // namespace

Result<void> insertEvents(Database &database, const std::vector<Event> &events)
{
    RowWriter writer(database, newEvent);
    for (const Event &e : events) {
        const Result<int> added = writer.add(e.id, e.at, e.severity, e.source, e.kind, e.object,
                                             e.project, e.text, QByteArray());
        if (!added)
            return added.error();
    }
    return writer.finish();
}

Result<EventPage> listEvents(Database &db, const ListEvents &request, const ListScope &scope)
{
    const Result<Filter> filter = Filter::parse(request.where, FilterSubject::Event);
    if (!filter)
        return filter.error();
    const Instant now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    SqlText text(db.dialect());
    QStringList conditions {sqlOf(*filter, {.now = now}, text)};
    if (!scope.projects.isEmpty())
        conditions.append(text.isOneOf(u"event.project"_s, scope.projects + QStringList {u"*"_s}));
    if (request.before)
        conditions.append(u"event.id < "_s + text.value(request.before.value));
    if (request.after)
        conditions.append(u"event.id > "_s + text.value(request.after.value));
    const int limit = std::clamp(request.limit, 1, 1000);
    const auto query = prepare(
        db,
        u"SELECT id, happened, severity, source, kind, object, project, words FROM event"
        " WHERE %1 ORDER BY id %2 LIMIT %3"_s.arg(conditions.join(u" AND "), request.after ? u"ASC"_s : u"DESC"_s,
                                                 text.value(qint64(limit) + 1)),
        text);
    EventPage page;
    while (query->next()) {
        Event &e = page.events.emplace_back();
        RowReader(*query).read(e.id, e.at, e.severity, e.source, e.kind, e.object, e.project, e.text);
    }
    if (const Result<void> read = query->finish(); !read)
        return read.error();
    page.more = page.events.size() > limit;
    if (page.more)
        page.events.removeLast();
    return page;
}

} // namespace Drover
