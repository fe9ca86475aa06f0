#pragma once

#include "backend/base/instant.h"

namespace Drover {

/// Where the time comes from; tests advance one of their own (tests/support/fakeclock.h).
/// Any thread.
class Clock
{
public:
    virtual ~Clock() = default;

    /// The wall clock: may jump when somebody sets it. For people, never for leases.
    virtual Instant now() const = 0;

    /// Only goes forward, and stands still for nobody.
    virtual SteadyInstant steady() const = 0;
};

class SystemClock final : public Clock
{
public:
    Instant now() const override;
    SteadyInstant steady() const override;
};

} // namespace Drover
