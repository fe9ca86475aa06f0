#pragma once

#include <QtCore/QtGlobal>

#include <chrono>

namespace Drover {

/// What the front door allows those who knock. Sizes in bytes. The defaults are for a network that
/// may be hostile; tests use small ones.
struct FrontDoorLimits
{
    using Time = std::chrono::milliseconds;

    int connections = 16'000; ///< in all; those beyond wait in the kernel's queue
    int unsignedConnections = 256; ///< that have not signed in, plain HTTP included
    Time evictAfter{1'000}; ///< so old a connection that has not signed in makes way for a new one

    Time handshake{10'000}; ///< TLS
    Time head{10'000}; ///< a request's head, from its first byte or the connection's start
    Time keepAlive{60'000}; ///< between two requests
    Time bodyStall{15'000}; ///< without a byte of a body that we are ready to read
    Time signIn{30'000}; ///< from the WebSocket's opening to setSignedIn()
    Time silence{60'000}; ///< without a byte on a WebSocket; half way through it is pinged
    Time linger{2'000}; ///< for a peer to take our last words

    int headBytes = 32 * 1024;
    int targetBytes = 8 * 1024; ///< path and query
    int headers = 100;

    qint64 unsignedMessage = 64 * 1024; ///< a WebSocket message before sign-in
    qint64 message = 64 * 1024 * 1024; ///< and after
    qint64 slowBytes = 8 * 1024 * 1024; ///< more than this waiting to be read by a peer …
    Time slowFor{30'000}; ///< … for so long, and it is closed

    qint64 frame = 256 * 1024; ///< messages to one peer are gathered into frames of about this
};

} // namespace Drover
