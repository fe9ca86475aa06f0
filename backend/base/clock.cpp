#include "backend/base/clock.h"

namespace Drover {

using std::chrono::microseconds;

Instant SystemClock::now() const
{
    return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
}

SteadyInstant SystemClock::steady() const
{
    return std::chrono::time_point_cast<microseconds>(std::chrono::steady_clock::now());
}

} // namespace Drover
