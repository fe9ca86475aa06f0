#pragma once

#include "backend/protocol/codec.h"

namespace Drover {

/// On disk and on the wire: add at the end, never rename.
enum class EventSeverity { Info, Warning, Error };
template <>
inline constexpr auto enumNames<EventSeverity>
    = std::to_array<std::string_view>({"info", "warning", "error"});

/// Something that happened and that a person may want to know of. Stored, rate-limited.
struct Event
{
    EventId id;
    Instant at;
    EventSeverity severity = EventSeverity::Info;
    QString source;
    QString kind;
    QString object;
    QString project;
    QString text;

    static constexpr auto fields()
    {
        return fieldList(
            field("id", &Event::id), field("at", &Event::at), field("severity", &Event::severity),
            field("source", &Event::source, "what it is about: machine, pool, task, batch, operation, user, disk, certificate, daemon"),
            field("kind", &Event::kind, "what happened: lost, back, failed, ended…"),
            field("object", &Event::object, "\"machine 3\", \"batch 12\""),
            field("project", &Event::project, "empty: the daemon's own; *: of everybody"),
            field("text", &Event::text, "in words"));
    }
    friend bool operator==(const Event &, const Event &) = default;
};

} // namespace Drover
