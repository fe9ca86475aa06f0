#pragma once

#include "tests/simulation/history.h"
#include "tests/support/fakeclock.h"

#include <QtCore/QRandomGenerator>

#include <functional>
#include <queue>

namespace Drover {

/// What is going to happen, in order; the clock goes from one to the next. What is due at the same
/// moment happens in the order it was put here.
class Agenda
{
public:
    explicit Agenda(FakeClock &clock) : m_clock(clock) { }

    void after(std::chrono::microseconds time, std::function<void()> what)
    {
        m_items.push({m_clock.steady() + std::max(time, std::chrono::microseconds(0)), ++m_last, std::move(what)});
    }

    /// False when nothing is left.
    bool step()
    {
        if (m_items.empty())
            return false;
        const Item next = m_items.top();
        m_items.pop();
        m_clock.advance(next.at - m_clock.steady());
        ++m_done;
        next.what();
        return true;
    }

    qint64 done() const { return m_done; }

private:
    struct Item
    {
        SteadyInstant at;
        qint64 number = 0;
        std::function<void()> what;
        friend bool operator<(const Item &a, const Item &b)
        {
            return std::pair(a.at, a.number) > std::pair(b.at, b.number); // the next one on top
        }
    };

    FakeClock &m_clock;
    std::priority_queue<Item> m_items;
    qint64 m_last = 0;
    qint64 m_done = 0;
};

/// What everything in a simulation has in common: one clock, one die, one history.
struct World
{
    explicit World(quint32 seed) : random(seed), agenda(clock) { }

    bool chance(double probability) { return random.generateDouble() < probability; }
    int below(int n) { return int(random.bounded(quint32(n))); }
    /// Anything in between, the small as likely as the large.
    std::chrono::microseconds between(std::chrono::microseconds least, std::chrono::microseconds most)
    {
        const double ratio = double(most.count()) / double(least.count());
        return std::chrono::microseconds(qint64(double(least.count()) * std::pow(ratio, random.generateDouble())));
    }

    FakeClock clock;
    QRandomGenerator random;
    Agenda agenda;
    History history;
};

} // namespace Drover
