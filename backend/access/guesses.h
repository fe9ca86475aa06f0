#pragma once

#include "backend/base/clock.h"

#include <QtCore/QHash>
#include <QtCore/QString>

namespace Drover {

/// Slows down whoever guesses: counts failures by a key (an account, an address) within a window.
/// State thread.
class Guesses
{
public:
    Guesses(int most, std::chrono::seconds window) : m_most(most), m_window(window) { }

    bool tooMany(const QString &key, SteadyInstant now)
    {
        const auto failures = m_failures.find(key);
        if (failures == m_failures.end())
            return false;
        failures->removeIf([&](SteadyInstant at) { return at + m_window < now; });
        if (failures->isEmpty()) {
            m_failures.erase(failures);
            return false;
        }
        return failures->size() >= m_most;
    }

    void count(const QString &key, SteadyInstant now)
    {
        if (m_failures.size() > 10'000)
            m_failures.clear(); // a flood of keys must not fill memory
        QList<SteadyInstant> &failures = m_failures[key];
        if (failures.size() < m_most)
            failures.append(now);
    }

private:
    int m_most;
    std::chrono::seconds m_window;
    QHash<QString, QList<SteadyInstant>> m_failures;
};

} // namespace Drover
