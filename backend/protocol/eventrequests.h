#pragma once

// What happened, for people.

#include "backend/protocol/envelope.h"
#include "backend/protocol/event.h"

namespace Drover {

struct EventPage
{
    QList<Event> events;
    bool more = false;

    static constexpr auto fields()
    {
        return fieldList(field("events", &EventPage::events),
                         field("more", &EventPage::more, "there are further ones"));
    }
    friend bool operator==(const EventPage &, const EventPage &) = default;
};

struct ListEvents
{
    static constexpr QLatin1StringView method {"event.list"};
    static constexpr std::string_view words
        = "What happened in the projects one may see, newest first; with `after` the oldest of those that are newer.";
    using Reply = EventPage;
    QString where;
    int limit = 256;
    EventId before;
    EventId after;

    static constexpr auto fields()
    {
        return fieldList(field("where", &ListEvents::where, "filter: severity >= warning at > -1d"),
                         field("limit", &ListEvents::limit, "1 to 1000"),
                         field("before", &ListEvents::before, "those older than this one"),
                         field("after", &ListEvents::after, "those newer than this one, oldest first"));
    }
    friend bool operator==(const ListEvents &, const ListEvents &) = default;
};

/// To who has subscribed to the feed, once it is durable.
struct FeedEvents
{
    static constexpr QLatin1StringView method {"feed.events"};
    QList<Event> events;

    static constexpr auto fields() { return fieldList(field("events", &FeedEvents::events)); }
    friend bool operator==(const FeedEvents &, const FeedEvents &) = default;
};

} // namespace Drover
