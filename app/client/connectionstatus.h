#pragma once

#include "backend/base/instant.h"
#include "backend/base/result.h"
#include "backend/tls/serveraddress.h"

namespace Drover {

enum class ConnectionState {
    Closed, ///< nobody asked to connect
    Connecting, ///< for the first time: nothing was ever seen
    Live,
    Late, ///< connected, and nothing was heard for 3 s: said, nothing disabled
    Reconnecting, ///< was lost; tries again by itself
    Offline, ///< away for a minute and more; still tries, less often
    Refused, ///< the daemon does not let us in: a person must do something
    VersionMismatch, ///< it speaks another version of the wire: a person must do something
};

/// How a connection is. Figures are as of the moment the status was told.
struct ConnectionStatus
{
    ConnectionState state = ConnectionState::Closed;
    std::chrono::milliseconds latency {0}; ///< of the last ping and its answer
    std::chrono::milliseconds silence {0}; ///< since anything was heard; 0 while it is away
    int tries = 0; ///< rounds over all addresses that have failed, in a row
    Instant since; ///< when it came into this state; Reconnecting and Offline: when it was lost
    Instant heard; ///< when something was last heard from the daemon; never: not yet
    ServerAddress address; ///< of this connection or the last try
    Error error; ///< why it is away or refused; of the last try
    QString tunnel; ///< what the ssh tunnel is doing, for people; empty: there is none, or it is up

    bool isReady() const { return state == ConnectionState::Live || state == ConnectionState::Late; }
    /// What one sees may not be so any more.
    bool isStale() const { return !isReady(); }

    friend bool operator==(const ConnectionStatus &, const ConnectionStatus &) = default;
};

/// What a connection is made of, seen from its link; pure, so that the words are tested by values.
struct ConnectionFacts
{
    bool open = false; ///< somebody asked to connect
    bool ready = false; ///< signed in
    bool wasReady = false; ///< ever, at this target
    std::chrono::milliseconds silence {0};
    std::chrono::milliseconds away {0}; ///< since it was lost, or since the first try
    std::optional<Error> refusal; ///< the daemon's last word
};

ConnectionState stateOf(const ConnectionFacts &facts);

} // namespace Drover
