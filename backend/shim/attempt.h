#pragma once

#include "backend/shim/answer.h"
#include "backend/shim/cgroup.h"
#include "backend/shim/leader.h"
#include "backend/shim/output.h"
#include "backend/shim/sys.h"

namespace Drover {

/// What a shim is born with.
struct Birth
{
    const char *bootId = "";
    uint64_t controlToken = 0;
    uint64_t bootNsBefore = 0; ///< CLOCK_BOOTTIME just before the fork
};

constexpr int answersFd = 3; ///< Of the host and of every shim: the pipe to the agent
constexpr int requestsFd = 4; ///< Of the host alone

/// One attempt, from the fork of its shim to its status. Lives in a process of its own, whose
/// current folder is the run folder.
///
/// Everything is one loop over the leader (SIGCHLD), the control socket and the timers. The task
/// is stopped by TERM to all of its processes, after the kill grace by KILL to all that is left;
/// the first cause of that is how the attempt ends. Whatever outlives the leader is killed at once.
class Attempt
{
public:
    Attempt(Request &request, const Birth &birth);

    /// The life of the shim. Returns its exit code: 0 when the status is in place and, if anybody
    /// listens, told.
    int run();

private:
    bool claimHeader();
    bool openHeader();
    bool start();
    bool couldNotStart(RunStep step, int error, const char *what, const char *on);

    void live();
    void waitForEvents();
    void reap();
    uint64_t nextTimer() const;
    void onTimers();
    void armTimeout();

    int readFenceWord();
    int armFence(); // ETIME: the lease has ended
    uint64_t fenceDue() const; // CLOCK_BOOTTIME ns
    void onFence();

    int openControl();
    void onControl();
    int obey(const ControlMessage &message);
    int signalTask(const ControlMessage &message);
    int freeze();
    int thaw();
    int setDeadlines(const ControlMessage &message);

    void stop(RunEnd cause, const char *detail, uint64_t grace);
    void killRound();

    void finish();
    void conclude();
    bool leaderSaysWhyNot();
    void removeCgroup();
    void writeRecord();
    void publishStatus();
    bool tell(AnswerKind kind, SendMode mode);
    uint64_t graceNs() const;
    void setFlag(RunFlag flag, bool on);

    Request &m_request;
    RunRecord m_record;
    TaskCgroup m_cgroup;
    TaskOutput m_output;
    Leader m_leader;
    int m_header = -1;
    int m_control = -1;
    int m_fenceTimer = -1;
    uint64_t m_fenceWord = 0; // the newest that was seen

    bool m_leaderGone = false;
    bool m_allReaped = false;
    RunEnd m_cause = RunEnd::None; // why it is being stopped
    uint64_t m_started = 0; // CLOCK_MONOTONIC ns, as all of the following
    uint64_t m_frozenSince = 0; // 0: is not
    bool m_frozenBySignal = false;
    uint64_t m_frozenNs = 0; // in all, without the present one
    uint64_t m_timeoutAt = never;
    uint64_t m_killAt = never;
    uint64_t m_killPause = 0; // until the next round of KILL
    uint64_t m_checkOutputAt = never;
    uint64_t m_announceAt = never;
};

/// Undoes a claim: takes away what a spare had inside, and the run folder.
void giveBack(const Request &request);

} // namespace Drover
