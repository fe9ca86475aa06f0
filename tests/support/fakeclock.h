#pragma once

#include "backend/base/clock.h"

namespace Drover {

/// Stands still until it is told to go on.
class FakeClock final : public Clock
{
public:
    Instant now() const override { return m_now; }
    SteadyInstant steady() const override { return m_steady; }

    void advance(std::chrono::microseconds by)
    {
        m_now += by;
        m_steady += by;
    }

    /// Somebody sets the wall clock; the steady one does not notice.
    void jump(std::chrono::microseconds by) { m_now += by; }

private:
    Instant m_now = fromMicroseconds(1'767'225'600'000'000); // 2026-01-01
    SteadyInstant m_steady {std::chrono::hours(1)};
};

} // namespace Drover
