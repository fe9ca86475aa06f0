#include "app/client/connectionstatus.h"

using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto lateAfter = 3s;
constexpr auto offlineAfter = 60s;

} // namespace

ConnectionState stateOf(const ConnectionFacts &facts)
{
    if (facts.refusal)
        return facts.refusal->code == ErrorCode::VersionMismatch ? ConnectionState::VersionMismatch
                                                                 : ConnectionState::Refused;
    if (!facts.open)
        return ConnectionState::Closed;
    if (facts.ready)
        return facts.silence >= lateAfter ? ConnectionState::Late : ConnectionState::Live;
    if (facts.away >= offlineAfter)
        return ConnectionState::Offline;
    return facts.wasReady ? ConnectionState::Reconnecting : ConnectionState::Connecting;
}

} // namespace Drover
