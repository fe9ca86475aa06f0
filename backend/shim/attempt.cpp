#include "backend/shim/attempt.h"

#include "backend/shim/processes.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace Drover {

Attempt::Attempt(Request &request, const Birth &birth) : m_request(request)
{
    const StartNumbers &numbers = request.numbers;
    m_record.size = sizeof m_record;
    m_record.task = numbers.task;
    m_record.attempt = numbers.attempt;
    m_record.runTimeoutMs = numbers.runTimeoutMs;
    m_record.killGraceMs = numbers.killGraceMs;
    m_record.leaseMs = numbers.leaseMs;
    m_record.controlToken = birth.controlToken;
    setFlag(RunFlag::Merged, numbers.merged);
    setFlag(RunFlag::Fenced, request.fenceFile);
    strncpy(m_record.bootId, birth.bootId, sizeof m_record.bootId - 1);
    m_record.shimPid = getpid();
    m_record.shimStart = startTicks(m_record.shimPid, birth.bootNsBefore, clockNs(CLOCK_BOOTTIME));
}

int Attempt::run()
{
    close(requestsFd);
    setsid();
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    ShortText<16> name;
    name << "shim " << uint64_t(m_record.task) << "-" << uint64_t(m_record.attempt);
    prctl(PR_SET_NAME, name.text(), 0, 0, 0); // for those who look at ps
    if (!claimHeader()) {
        // Without a header nobody would find the task: better none. The claim is given back.
        AnswerBody answer{.kind = AnswerKind::Refused,
                          .refused = RefusedFor::NoRunFolder,
                          .error = errno,
                          .record = m_record};
        giveBack(m_request);
        sendAnswer(answersFd, answer, SendMode::Wait);
        return 0;
    }
    if (start())
        live();
    finish();
    return 0;
}

bool Attempt::claimHeader()
{
    if (chdir(m_request.runFolder) != 0)
        return false;
    if (!openHeader())
        return false;
    const ssize_t count = pwrite(m_header, &m_record, sizeof m_record, 0);
    if (count != ssize_t(sizeof m_record)) {
        errno = count < 0 ? errno : ENOSPC;
        return false;
    }
    return !m_request.isReused || rename(runStatusFile, runHeaderFile) == 0;
}

bool Attempt::openHeader()
{
    if (m_request.isReused) {
        m_header = open(runStatusFile, O_RDWR | O_CLOEXEC);
        if (m_header >= 0)
            return true;
        m_request.isReused = false;
    }
    m_header = open(runHeaderFile, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return m_header >= 0;
}

void giveBack(const Request &request)
{
    if (chdir(request.runFolder) != 0)
        return;
    for (const char *name : {runErrFile, runOutFile, runHeaderFile, runStatusFile})
        unlink(name);
    rmdir(request.runFolder);
    (void)!chdir("/");
}

bool Attempt::start()
{
    const char *file = "";
    RunStep step = RunStep::None;
    if (const int error = m_output.open(m_request, file))
        return couldNotStart(RunStep::OpenOutput, error, "open", file);
    if (const int error = m_cgroup.make(m_request, step, file))
        return couldNotStart(step, error, step == RunStep::MakeCgroup ? "mkdir" : "write", file);
    strncpy(m_record.cgroup, m_cgroup.mainLeaf(), sizeof m_record.cgroup - 1);
    if (const int error = openControl())
        return couldNotStart(RunStep::OpenControl, error, "bind", "the control socket");
    if (const int error = m_request.fenceFile ? armFence() : 0)
        return couldNotStart(RunStep::Fence, error, "fence", m_request.fenceFile);

    m_record.startedAt = realtimeUs();
    m_started = clockNs(CLOCK_MONOTONIC);
    m_leader = startLeader(m_request, m_cgroup, m_output.out(), m_output.err(), m_header);
    if (m_leader.pid < 0)
        return couldNotStart(RunStep::Fork, errno, callOf(RunStep::Fork),
                             objectOf(RunStep::Fork, m_request));
    m_record.leaderPid = m_leader.pid;
    m_record.leaderStart = m_leader.start;
    armTimeout();
    if (m_output.isCapped())
        m_checkOutputAt = m_started + m_output.nextCheckInMs() * nsPerMs;
    m_announceAt = m_started + uint64_t(m_request.numbers.announceAfterUs) * 1000;
    writeRecord();
    return true;
}

bool Attempt::couldNotStart(RunStep step, int error, const char *what, const char *on)
{
    ShortText<sizeof m_record.detail> detail;
    const char *words = strerrordesc_np(error);
    detail << what << " " << on << ": " << (words ? words : "unknown error");
    memcpy(m_record.detail, detail.text(), sizeof m_record.detail);
    m_record.end = RunEnd::CouldNotStart;
    m_record.step = step;
    m_record.error = error;
    m_record.endedAt = realtimeUs();
    if (m_record.startedAt == 0)
        m_record.startedAt = m_record.endedAt;
    return false;
}

void Attempt::live()
{
    onTimers(); // an announcement at once
    while (!m_leaderGone || !m_allReaped) {
        waitForEvents();
        reap();
        if (m_leaderGone && m_allReaped)
            break;
        onTimers();
    }
}

void Attempt::waitForEvents()
{
    // Signals are blocked but for here, so none is missed between a look and the wait.
    sigset_t all;
    sigfillset(&all);
    sigdelset(&all, SIGCHLD);
    pollfd fds[] = {{.fd = m_control, .events = POLLIN, .revents = 0},
                    {.fd = m_fenceTimer, .events = POLLIN, .revents = 0}}; // −1 is passed over
    timespec timeout = {};
    const uint64_t next = nextTimer();
    if (next != never) {
        const uint64_t now = clockNs(CLOCK_MONOTONIC);
        const uint64_t left = next > now ? next - now : 0;
        timeout.tv_sec = time_t(left / nsPerSecond);
        timeout.tv_nsec = long(left % nsPerSecond);
    }
    if (ppoll(fds, 2, next == never ? nullptr : &timeout, &all) <= 0)
        return;
    if (fds[0].revents)
        onControl();
    if (fds[1].revents)
        onFence();
}

void Attempt::reap()
{
    m_allReaped = false;
    for (;;) {
        int status = 0;
        const pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid <= 0) {
            m_allReaped = pid < 0 && errno == ECHILD;
            break;
        }
        if (pid == m_leader.pid && !m_leaderGone) {
            m_leaderGone = true;
            m_timeoutAt = m_announceAt = never;
            m_record.waitStatus = status;
            m_record.endedAt = realtimeUs();
        } else if (m_leaderGone && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
            ++m_record.leftKilled;
        }
    }
    // What is left now has lost the task it belonged to.
    if (m_leaderGone && !m_allReaped && m_killPause == 0)
        m_killAt = clockNs(CLOCK_MONOTONIC);
}

uint64_t Attempt::nextTimer() const
{
    return std::min({m_timeoutAt, m_killAt, m_checkOutputAt, m_announceAt});
}

void Attempt::onTimers()
{
    const uint64_t next = nextTimer();
    if (next == never)
        return;
    const uint64_t now = clockNs(CLOCK_MONOTONIC);
    if (next > now)
        return;
    if (m_announceAt <= now)
        m_announceAt = tell(AnswerKind::Started, SendMode::Try) ? never : now + 20 * nsPerMs;
    if (m_timeoutAt <= now)
        stop(RunEnd::TimedOut, "", graceNs());
    if (m_checkOutputAt <= now) {
        if (!m_output.check())
            stop(RunEnd::OutputLimit, "", graceNs());
        m_checkOutputAt = now + m_output.nextCheckInMs() * nsPerMs;
    }
    if (m_killAt <= now)
        killRound();
}

/// The run timeout stands still while the task is frozen, and ends nothing that is being ended.
void Attempt::armTimeout()
{
    const bool armed = m_record.runTimeoutMs > 0 && !m_frozenSince && m_cause == RunEnd::None;
    m_timeoutAt
        = armed ? m_started + m_frozenNs + uint64_t(m_record.runTimeoutMs) * nsPerMs : never;
    m_record.runDeadline = armed ? m_timeoutAt : 0;
}

int Attempt::readFenceWord()
{
    const int fd = open(m_request.fenceFile, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    // Read, not mapped: the same bytes, and a file that somebody cut short is no SIGBUS.
    uint64_t word = 0;
    const ssize_t count = pread(fd, &word, sizeof word, 0);
    const int error = count == ssize_t(sizeof word) ? 0 : count < 0 ? errno : EBADMSG;
    close(fd);
    if (!error)
        m_fenceWord = std::max(m_fenceWord, word);
    return error;
}

/// CLOCK_BOOTTIME, in a timer of its own: poll's clock sleeps when the machine does, a lease does
/// not.
int Attempt::armFence()
{
    if (const int error = readFenceWord())
        return error;
    const uint64_t due = fenceDue();
    if (due <= clockNs(CLOCK_BOOTTIME))
        return ETIME;
    if (m_fenceTimer < 0)
        m_fenceTimer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    const itimerspec at{.it_interval = {},
                        .it_value = {time_t(due / nsPerSecond), long(due % nsPerSecond)}};
    return timerfd_settime(m_fenceTimer, TFD_TIMER_ABSTIME, &at, nullptr) == 0 ? 0 : errno;
}

uint64_t Attempt::fenceDue() const
{
    return m_fenceWord + uint64_t(m_record.leaseMs - m_request.numbers.killGraceMs) * nsPerMs;
}

void Attempt::onFence()
{
    readFenceWord(); // a file that is gone leaves the word as it was last seen
    if (fenceDue() > clockNs(CLOCK_BOOTTIME) && armFence() == 0)
        return;
    close(m_fenceTimer);
    m_fenceTimer = -1;
    // By the end of the lease it must be gone, however late this is (a machine that slept).
    const uint64_t now = clockNs(CLOCK_BOOTTIME);
    const uint64_t leaseEnd = m_fenceWord + uint64_t(m_record.leaseMs) * nsPerMs;
    stop(RunEnd::Fenced, "", std::min(leaseEnd > now ? leaseEnd - now : 0, graceNs()));
}

void Attempt::stop(RunEnd cause, const char *detail, uint64_t grace)
{
    if (m_leaderGone)
        return;
    m_killAt = std::min(m_killAt, clockNs(CLOCK_MONOTONIC) + grace);
    if (m_cause != RunEnd::None)
        return;
    m_cause = cause;
    strncpy(m_record.detail, detail, sizeof m_record.detail - 1);
    setFlag(RunFlag::Stopping, true);
    armTimeout();
    // TERM before the thaw: it is the first thing that a frozen process then meets.
    if (grace > 0)
        signalDescendants(SIGTERM);
    if (m_frozenSince && grace > 0)
        thaw();
    writeRecord();
}

void Attempt::killRound()
{
    constexpr uint64_t firstPause = 2 * nsPerMs;
    // What outlives two rounds forks faster than it is killed, or waits for a disk.
    if (m_killPause > 2 * firstPause)
        stopDescendants();
    if (!m_cgroup.killAll())
        signalDescendants(SIGKILL);
    m_killPause = std::clamp(m_killPause * 2, firstPause, nsPerSecond);
    m_killAt = clockNs(CLOCK_MONOTONIC) + m_killPause;
}

void Attempt::finish()
{
    if (m_record.end == RunEnd::None)
        conclude();
    m_output.count(m_record);
    removeCgroup();
    publishStatus();
    tell(AnswerKind::Ended, SendMode::Wait);
}

void Attempt::conclude()
{
    rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    const auto us = [](const timeval &time) {
        return uint64_t(time.tv_sec) * 1'000'000 + uint64_t(time.tv_usec);
    };
    m_record.cpuUser = us(used.ru_utime);
    m_record.cpuSystem = us(used.ru_stime);
    m_record.peakMemory = uint64_t(used.ru_maxrss) * 1024;
    m_cgroup.count(m_record);
    setFlag(RunFlag::Frozen, false);
    setFlag(RunFlag::Stopping, false);
    m_record.runDeadline = 0;

    const bool overCap = m_output.isCapped() && !m_output.check();
    if (leaderSaysWhyNot())
        couldNotStart(m_record.step, m_record.error, callOf(m_record.step),
                      objectOf(m_record.step, m_request));
    else if (m_cause != RunEnd::None)
        m_record.end = m_cause;
    else if (m_record.oomKills && m_record.waitStatus != 0)
        m_record.end = RunEnd::OutOfMemory;
    else if (overCap)
        m_record.end = RunEnd::OutputLimit;
    else
        m_record.end = WIFSIGNALED(m_record.waitStatus) ? RunEnd::Signalled : RunEnd::Exited;
}

/// Takes over what a leader that did not become the task has written into the header.
bool Attempt::leaderSaysWhyNot()
{
    if (!WIFEXITED(m_record.waitStatus) || WEXITSTATUS(m_record.waitStatus) != leaderFailed)
        return false;
    LeaderFailure failure;
    if (pread(m_header, &failure, sizeof failure, offsetof(RunRecord, step))
        != ssize_t(sizeof failure))
        return false;
    m_record.step = failure.step;
    m_record.error = failure.error;
    return failure.step != RunStep::None;
}

void Attempt::removeCgroup()
{
    if (m_cgroup.isNone())
        return;
    // All descendants are gone; a stranger that was moved in would keep the leaf. Two seconds, then
    // it stays.
    for (int round = 0; !m_cgroup.remove() && round < 40; ++round) {
        m_cgroup.killAll();
        usleep(50'000);
    }
}

/// While the task runs. What comes after belongs to a leader that fails, until it has ended.
void Attempt::writeRecord()
{
    // Its block is there since the claim; where the file system wants another, the status tries
    // again.
    (void)!pwrite(m_header, &m_record, offsetof(RunRecord, end), 0);
}

void Attempt::publishStatus()
{
    for (;;) {
        if (pwrite(m_header, &m_record, sizeof m_record, 0) == ssize_t(sizeof m_record)
            && rename(runHeaderFile, runStatusFile) == 0)
            return;
        if (errno == ENOENT)
            return; // the folder was taken away: nobody wants to know
        usleep(1'000'000); // a full disk: the result is worth waiting for
    }
}

bool Attempt::tell(AnswerKind kind, SendMode mode)
{
    AnswerBody answer{
        .kind = kind, .refused = RefusedFor::None, .error = 0, .reserved = 0, .record = m_record};
    return sendAnswer(answersFd, answer, mode);
}

uint64_t Attempt::graceNs() const
{
    return uint64_t(m_record.killGraceMs) * nsPerMs;
}

void Attempt::setFlag(RunFlag flag, bool on)
{
    m_record.flags = on ? m_record.flags | uint32_t(flag) : m_record.flags & ~uint32_t(flag);
}

} // namespace Drover
