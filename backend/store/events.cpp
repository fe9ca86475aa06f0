#include "backend/store/events.h"

#include "backend/store/store.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype longestText = 1000;

} // namespace

Events::Events(Store &store, Ledger &ledger, const Clock &clock)
    : m_store(store), m_ledger(ledger), m_clock(clock)
{
}

Events::Window &Events::windowOf(const Key &key)
{
    const auto [it, isNew] = m_windows.try_emplace(key);
    if (isNew)
        it->second.began = m_clock.steady();
    return it->second;
}

bool Events::mayWrite(const Event &event)
{
    Window &same = windowOf({event.source, event.kind, u'=' + event.object});
    if (same.written > 0) {
        ++same.leftOut;
        same.last = event;
        return false;
    }
    same.written = 1;
    Window &kind = windowOf({event.source, event.kind, {}});
    if (kind.written < mostObjects) {
        ++kind.written;
        return true;
    }
    ++kind.leftOut;
    kind.last = event;
    return false;
}

void Events::write(Event event)
{
    event.id = EventId {m_ledger.next(u"event"_s)};
    event.at = m_clock.now();
    event.text.truncate(longestText);
    m_store.stage().insert(std::move(event));
}

void Events::add(Event event)
{
    if (mayWrite(event))
        write(std::move(event));
}

void Events::tick()
{
    const SteadyInstant old = m_clock.steady() - window;
    for (auto it = m_windows.begin(); it != m_windows.end();) {
        if (it->second.began > old) {
            ++it;
            continue;
        }
        const bool isKind = std::get<2>(it->first).isEmpty();
        Event event = it->second.last;
        const int leftOut = it->second.leftOut;
        it = m_windows.erase(it);
        if (leftOut == 0)
            continue;
        if (isKind) {
            event.object.clear();
            event.text = u"%1 more of this kind within a minute; the last one: %2"_s.arg(leftOut).arg(event.text);
        } else {
            event.text = u"%1 (and %2 times more within a minute)"_s.arg(event.text).arg(leftOut);
        }
        write(std::move(event));
    }
}

} // namespace Drover
