#pragma once

// Who has the same thing open: for people who work on one queue together. Needs a connection of its own
// (WebSocket).

#include "backend/protocol/envelope.h"

namespace Drover {

/// A thing somebody has open.
struct LookedAt
{
    QString project;
    QString object;

    static constexpr auto fields()
    {
        return fieldList(field("project", &LookedAt::project, "that it belongs to"),
                         field("object", &LookedAt::object, "task/42, batch/7"));
    }
    friend bool operator==(const LookedAt &, const LookedAt &) = default;
};

struct LookAt
{
    static constexpr QLatin1StringView method{"session.look"};
    static constexpr std::string_view words
        = "What this connection has open, all of it; who else has it open comes as session.viewers.";
    using Reply = Done;
    QList<LookedAt> things;

    static constexpr auto fields()
    {
        return fieldList(field("things", &LookAt::things, "at most 64; they take the place of those before"));
    }
    friend bool operator==(const LookAt &, const LookAt &) = default;
};

/// Somebody else who has open what this connection has open.
struct Viewer
{
    LookedAt thing;
    QString user;

    static constexpr auto fields()
    {
        return fieldList(field("thing", &Viewer::thing), field("user", &Viewer::user));
    }
    friend bool operator==(const Viewer &, const Viewer &) = default;
};

/// A gauge: the last one counts. Four times a second at most.
struct ViewersChanged
{
    static constexpr QLatin1StringView method{"session.viewers"};
    QList<Viewer> viewers;

    static constexpr auto fields() { return fieldList(field("viewers", &ViewersChanged::viewers, "by thing and name")); }
    friend bool operator==(const ViewersChanged &, const ViewersChanged &) = default;
};

} // namespace Drover
