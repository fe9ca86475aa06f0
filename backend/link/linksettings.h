#pragma once

#include "backend/tls/serveraddress.h"
#include "backend/tls/sslconfiguration.h"

#include <chrono>

namespace Drover {

/// How patient a link is.
struct LinkSettings
{
    using Time = std::chrono::milliseconds;

    Time connect{10'000}; ///< for one address, from the first packet to the open WebSocket
    Time request{30'000}; ///< for a reply, unless the request says otherwise
    Time beat{1'000}; ///< nothing heard for so long: a ping; and one each five of them
    Time silence{15'000}; ///< nothing heard for so long: cut, and connect anew
    Time retryFirst{500}; ///< longest wait after the first failure; doubles with each further one
    Time retryMost{30'000};
    Time settled{10'000}; ///< open for so long: the next failure is a first one again
    qint64 message = 64 * 1024 * 1024; ///< largest that is taken
    qint64 frame = 256 * 1024; ///< messages of one turn are gathered into frames of about this
};

/// Whom to call, and whom to believe.
struct LinkTarget
{
    QList<ServerAddress> addresses; ///< tried in this order, from the one that last worked
    QList<Certificate> authorities; ///< and no others
    std::optional<ClientIdentity> identity; ///< an agent's
};

enum class LinkState {
    Idle, ///< not asked to connect
    Connecting,
    Open,
    Waiting, ///< all addresses failed; tries again by itself
};

/// How long to wait before the next round: anything up to the doubled time, so that a thousand
/// agents do not come back at the same moment. `failures` from 1; `random` from 0 to 1.
std::chrono::milliseconds retryDelay(const LinkSettings &settings, int failures, double random);

} // namespace Drover
