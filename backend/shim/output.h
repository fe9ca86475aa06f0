#pragma once

#include "backend/shim/request.h"

namespace Drover {

/// The output files of one attempt: opens them, and keeps them below their cap while the task
/// writes. The shim is not in the way of the bytes: it looks at the files' sizes from time to time,
/// the sooner the faster they grow.
class TaskOutput
{
public:
    /// 0, or errno with the file that failed. The files are made 0600 of the task's user, so that
    /// it may open its own /dev/stdout; the run folder keeps everybody else away.
    int open(const Request &request, const char *&file);

    int out() const { return m_streams[0].fd; }
    int err() const { return m_merged ? m_streams[0].fd : m_streams[1].fd; }

    bool isCapped() const { return m_cap != 0; }

    /// Punches what is too much. False: over the cap, and the task must end for it.
    bool check();
    uint64_t nextCheckInMs() const { return m_nextMs; }

    /// Sizes and gaps into the record.
    void count(RunRecord &record) const;

private:
    struct Stream
    {
        int fd = -1;
        uint64_t seen = 0; // size at the last look
        RunGap gap; // from 0 on
    };

    bool checkStream(Stream &stream, uint64_t &grown);
    bool punch(Stream &stream, uint64_t size) const;

    Stream m_streams[2];
    bool m_merged = false;
    RunOverCap m_overCap = RunOverCap::Punch;
    uint64_t m_cap = 0;
    uint64_t m_lastLook = 0; // CLOCK_MONOTONIC ns
    uint64_t m_nextMs = 100;
};

} // namespace Drover
