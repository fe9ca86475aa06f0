#include "backend/shim/host.h"

#include "backend/shim/answer.h"
#include "backend/shim/scope.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace Drover {

namespace {

constexpr size_t inputSize = maxFrame + sizeof(FrameHead);

/// What this process was given in signals goes on to every task, unless it is put right here once.
void settleSignals()
{
    for (int signal = 1; signal <= SIGRTMAX; ++signal) {
        struct sigaction standard = {};
        standard.sa_handler = SIG_DFL;
        sigaction(signal, &standard, nullptr);
    }
    // For the shims: a child's end interrupts their poll. Stops are not of interest.
    struct sigaction noted = {};
    noted.sa_handler = [](int) {};
    noted.sa_flags = SA_NOCLDSTOP;
    sigaction(SIGCHLD, &noted, nullptr);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
}

/// 0 to 2 nothing, 3 the answers, 4 the requests: what the shims and tasks then inherit is in
/// order.
int settleFiles()
{
    const int requests = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
    const int answers = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (requests < 0 || answers < 0 || nothing < 0)
        return errno;
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (dup2(nothing, fd) < 0)
            return errno;
    }
    if (dup3(answers, answersFd, O_CLOEXEC) < 0 || dup3(requests, requestsFd, O_CLOEXEC) < 0)
        return errno;
    syscall(SYS_close_range, requestsFd + 1, ~0U, 0);
    fcntl(answersFd, F_SETFL, fcntl(answersFd, F_GETFL) | O_NONBLOCK);
    fcntl(answersFd, F_SETPIPE_SZ, 1 << 20); // when the agent is busy; not allowed is no harm
    return 0;
}

} // namespace

int Host::prepare()
{
    char text[64];
    if (readText("/proc/sys/kernel/random/boot_id", text, sizeof text) < 36)
        return errno;
    memcpy(m_bootId, text, 36);
    m_input = static_cast<char *>(
        mmap(nullptr, inputSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (m_input == MAP_FAILED)
        return errno;
    setsid(); // fails for the leader of a session, who needs none
    umask(022);
    rlimit core;
    getrlimit(RLIMIT_CORE, &core);
    core.rlim_cur = 0;
    setrlimit(RLIMIT_CORE, &core);
    settleSignals();
    if (const int error = settleFiles())
        return error;
    // No folder may be kept from being unmounted by us.
    return chdir("/") == 0 ? 0 : errno;
}

void Host::useScope()
{
    m_scopeError = settleScope(m_scope, sizeof m_scope);
}

int Host::run()
{
    sayHello();
    while (waitForInput()) {
        if (!readInput())
            return 0;
        takeFrames();
        reapShims();
    }
    return 0;
}

/// True when there is something to be read. Shims are reaped here, once a second and not by signal,
/// as one that ended well needs nothing: waking up for each would cost more than the rest.
bool Host::waitForInput()
{
    sigset_t butTerminate;
    sigfillset(&butTerminate);
    sigdelset(&butTerminate, SIGTERM);
    pollfd input{.fd = requestsFd, .events = POLLIN, .revents = 0};
    const timespec second{.tv_sec = 1, .tv_nsec = 0};
    while (ppoll(&input, 1, m_childCount ? &second : nullptr, &butTerminate) <= 0)
        reapShims();
    return true;
}

bool Host::readInput()
{
    const ssize_t count = read(requestsFd, m_input + m_have, inputSize - m_have);
    if (count > 0)
        m_have += size_t(count);
    return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

void Host::takeFrames()
{
    size_t at = 0;
    while (at < m_have) {
        if (m_skip) {
            const size_t now = m_skip < m_have - at ? m_skip : m_have - at;
            m_skip -= now;
            at += now;
            continue;
        }
        FrameHead head;
        if (m_have - at < sizeof head)
            break;
        memcpy(&head, m_input + at, sizeof head);
        if (head.magic != startMagic) {
            if (!m_lost)
                refuse(Request(), RefusedFor::BadFrame, EBADMSG, "no frame begins here");
            m_lost = true;
            ++at; // until one does
            continue;
        }
        m_lost = false;
        if (head.length > maxFrame) {
            refuse(Request(), RefusedFor::BadFrame, EMSGSIZE, "a frame is too long");
            m_skip = sizeof head + size_t(head.length);
            continue;
        }
        if (m_have - at < sizeof head + head.length)
            break;
        takeStart(m_input + at + sizeof head, head.length);
        at += sizeof head + head.length;
    }
    m_have -= at;
    memmove(m_input, m_input + at, m_have);
    // Every fork copies the tables of what was touched: a long request must not tax all later ones.
    constexpr size_t usual = 256 * 1024;
    if (at > usual && m_have <= usual)
        madvise(m_input + usual, inputSize - usual, MADV_DONTNEED);
}

void Host::takeStart(char *payload, size_t length)
{
    Request request;
    if (const char *wrong = parseStart(payload, length, request)) {
        refuse(request, RefusedFor::BadRequest, EINVAL, wrong);
        return;
    }
    if (m_childCount == maxChildren)
        reapShims();
    if (m_childCount == maxChildren) {
        refuse(request, RefusedFor::NoFork, EAGAIN, "too many shims");
        return;
    }
    if (!claim(request)) {
        refuse(request, errno == EEXIST ? RefusedFor::AlreadyClaimed : RefusedFor::NoRunFolder,
               errno, request.runFolder);
        return;
    }
    forkShim(request);
}

/// Made or not made, renamed or not: the kernel decides it, for all hosts at once. False and errno.
bool Host::claim(Request &request)
{
    if (request.spareFolder) {
        request.isReused = renameat2(AT_FDCWD, request.spareFolder, AT_FDCWD, request.runFolder,
                                     RENAME_NOREPLACE)
            == 0;
        if (request.isReused || errno == EEXIST)
            return request.isReused;
    }
    return mkdir(request.runFolder, 0700) == 0;
}

void Host::forkShim(Request &request)
{
    const Birth birth{
        .bootId = m_bootId, .controlToken = newToken(), .bootNsBefore = clockNs(CLOCK_BOOTTIME)};
    // The kernel's call: there are no threads or handlers that the C library would have to see to.
    const auto pid = pid_t(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    if (pid == 0) {
        static Attempt attempt(request, birth);
        _exit(attempt.run());
    }
    if (pid < 0) {
        const int error = errno;
        giveBack(request);
        refuse(request, RefusedFor::NoFork, error, "fork");
        return;
    }
    m_children[m_childCount++] = {pid, request.numbers.attempt, request.numbers.task};
}

void Host::refuse(const Request &request, RefusedFor reason, int error, const char *detail)
{
    AnswerBody answer{.kind = AnswerKind::Refused, .refused = reason, .error = error};
    answer.record.task = request.numbers.task;
    answer.record.attempt = request.numbers.attempt;
    strncpy(answer.record.detail, detail, sizeof answer.record.detail - 1);
    sendAnswer(answersFd, answer, SendMode::Wait);
}

void Host::sayHello()
{
    AnswerBody answer{
        .kind = AnswerKind::Hello, .refused = RefusedFor::None, .error = m_scopeError};
    memcpy(answer.record.cgroup, m_scope, sizeof m_scope);
    answer.record.size = sizeof answer.record;
    answer.record.shimPid = getpid();
    answer.record.shimStart = processState(getpid()).start;
    memcpy(answer.record.bootId, m_bootId, sizeof m_bootId);
    sendAnswer(answersFd, answer, SendMode::Wait);
}

void Host::reapShims()
{
    int status = 0;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        int at = 0;
        while (at < m_childCount && m_children[at].pid != pid)
            ++at;
        if (at == m_childCount)
            continue;
        const Child child = m_children[at];
        m_children[at] = m_children[--m_childCount];
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            continue;
        AnswerBody answer{.kind = AnswerKind::Lost};
        answer.record.task = child.task;
        answer.record.attempt = child.attempt;
        answer.record.shimPid = child.pid;
        sendAnswer(answersFd, answer, SendMode::Wait);
    }
}

/// Control sockets are named by these, so that nobody takes such a name before the shim does.
uint64_t Host::newToken()
{
    if (m_tokensLeft == 0) {
        if (getrandom(m_tokens, sizeof m_tokens, 0) != ssize_t(sizeof m_tokens))
            return clockNs(CLOCK_BOOTTIME) << 16 ^ uint64_t(getpid());
        m_tokensLeft = sizeof m_tokens / sizeof m_tokens[0];
    }
    return m_tokens[--m_tokensLeft];
}

} // namespace Drover
