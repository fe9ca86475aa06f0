#pragma once

#include "backend/shim/attempt.h"

namespace Drover {

/// The shim host: reads starts, claims run folders and forks a shim for each. It holds no state
/// that matters: killed at any moment it leaves claims, records and running shims behind, which
/// suffice.
class Host
{
public:
    /// Takes fds 0 and 1 for its own use and settles the process: session, signals, limits, umask.
    /// 0 or errno.
    int prepare();

    /// To be called before run() by a host that was started in a scope of its own, see scope.h.
    /// What came of it stands in the Hello.
    void useScope();

    /// Until the agent closes its end. Returns the exit code.
    int run();

private:
    struct Child
    {
        pid_t pid = 0;
        int32_t attempt = 0;
        int64_t task = 0;
    };

    bool waitForInput();
    bool readInput();
    void takeFrames();
    size_t skipToFrame();
    void takeStart(char *payload, size_t length);
    bool claim(Request &request);
    void forkShim(Request &request);
    void refuse(const Request &request, RefusedFor reason, int error, const char *detail);
    void sayHello();
    void reapShims();
    uint64_t newToken();

    static constexpr int maxChildren = 16384;
    Child m_children[maxChildren];
    int m_childCount = 0;
    char *m_input = nullptr; // mapped, room for one whole frame
    size_t m_have = 0;
    size_t m_skip = 0; // bytes of a frame that is too long and still to come
    bool m_lost = false; // not in step with the frames: said once
    uint64_t m_tokens[64];
    size_t m_tokensLeft = 0;
    char m_bootId[40] = {};
    char m_scope[201] = {}; // empty: none
    int m_scopeError = 0;
};

} // namespace Drover
