#pragma once

#include "backend/base/clock.h"
#include "backend/store/ledger.h"

#include <map>

namespace Drover {

/// Writes down what happened, for people, in the same commit as the change it tells of.
///
/// Rate-limited: the same about the same object is written once a minute, and of one kind about
/// twenty objects; what was left out is counted, and told when the minute is over. Lives in the
/// state thread.
class Events
{
public:
    Events(Store &store, Ledger &ledger, const Clock &clock);

    /// Id and instant are filled in here.
    void add(Event event);

    /// Tells what was left out; called each second or so.
    void tick();

    /// Memory is read anew.
    void restore() { m_windows.clear(); }

    static constexpr std::chrono::minutes window {1};
    static constexpr int mostObjects = 20;

private:
    struct Window
    {
        SteadyInstant began;
        int written = 0; ///< of a kind: objects it was written about
        int leftOut = 0;
        Event last; ///< of those
    };
    using Key = std::tuple<QString, QString, QString>; // source, kind, object; of a kind without object

    bool mayWrite(const Event &event);
    Window &windowOf(const Key &key);
    void write(Event event);

    Store &m_store;
    Ledger &m_ledger;
    const Clock &m_clock;
    std::map<Key, Window> m_windows;
};

} // namespace Drover
