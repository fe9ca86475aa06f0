#include "backend/api/viewers.h"

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr qsizetype mostThings = 64;
constexpr qsizetype longestName = 300;

} // namespace

Viewers::Viewers(Rooms &rooms, Sessions &sessions, QObject *parent)
    : QObject(parent)
    , m_rooms(rooms)
    , m_sessions(sessions)
{
    m_frame.setSingleShot(true);
    m_frame.setInterval(250ms);
    connect(&m_frame, &QTimer::timeout, this, &Viewers::onFrame);
    connect(&sessions, &Sessions::gone, this, [this](PeerId peer) {
        if (m_looking.erase(peer) > 0)
            soon();
    });
}

Result<void> Viewers::look(PeerId peer, const Caller &caller, const LookAt &request)
{
    if (!peer)
        return fail(ErrorCode::Invalid, u"who looks is told over a WebSocket; POST /rpc has no way back"_s);
    if (request.things.size() > mostThings)
        return fail(ErrorCode::TooLarge, u"things: %1 are too many; at most %2 are taken"_s
                                             .arg(request.things.size())
                                             .arg(mostThings));
    for (const LookedAt &thing : request.things) {
        if (const Result<void> may = m_rooms.access.may(caller, Verb::View, thing.project); !may)
            return may;
        if (thing.object.size() > longestName)
            return fail(ErrorCode::TooLarge, u"things: an object's name is longer than %1"_s.arg(longestName));
    }
    Looking &looking = m_looking[peer];
    looking.user = caller.name;
    looking.things = request.things;
    soon();
    return {};
}

void Viewers::soon()
{
    if (!m_frame.isActive())
        m_frame.start();
}

QList<Viewer> Viewers::othersOf(PeerId peer, const Looking &looking) const
{
    QList<Viewer> others;
    for (const auto &[other, theirs] : m_looking) {
        if (other == peer || theirs.user == looking.user)
            continue; // one's own other windows are nobody else
        for (const LookedAt &thing : theirs.things) {
            const Viewer viewer{.thing = thing, .user = theirs.user};
            if (looking.things.contains(thing) && !others.contains(viewer))
                others.append(viewer);
        }
    }
    std::ranges::sort(others, {}, [](const Viewer &each) { return std::tuple(each.thing.project, each.thing.object, each.user); });
    return others;
}

void Viewers::onFrame()
{
    for (auto &[peer, looking] : m_looking) {
        QList<Viewer> others = othersOf(peer, looking);
        if (others == looking.told)
            continue;
        looking.told = std::move(others);
        m_sessions.notify(peer, ViewersChanged{.viewers = looking.told});
    }
}

} // namespace Drover
