#include "backend/shim/attempt.h"

#include "backend/shim/processes.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

// The part of an attempt that listens to the agent.

namespace Drover {

int Attempt::openControl()
{
    m_control = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    sockaddr_un address;
    const socklen_t length = controlAddress(m_record.controlToken, address);
    if (m_control < 0 || setsockopt(m_control, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0
        || bind(m_control, reinterpret_cast<sockaddr *>(&address), length) != 0)
        return errno;
    return 0;
}

namespace {

/// One datagram with its sender. False when there is none; a sender who may not ask reads as no
/// message.
bool receive(int socket, ControlMessage &message, sockaddr_un &from, socklen_t &fromLength,
             bool &allowed)
{
    alignas(cmsghdr) char space[CMSG_SPACE(sizeof(ucred))];
    iovec part{.iov_base = &message, .iov_len = sizeof message};
    msghdr head{};
    head.msg_name = &from;
    head.msg_namelen = sizeof from;
    head.msg_iov = &part;
    head.msg_iovlen = 1;
    head.msg_control = space;
    head.msg_controllen = sizeof space;
    const ssize_t count = recvmsg(socket, &head, MSG_CMSG_CLOEXEC);
    if (count < 0)
        return false;
    fromLength = head.msg_namelen;
    allowed = false;
    const cmsghdr *extra = CMSG_FIRSTHDR(&head);
    if (count == ssize_t(sizeof message) && extra && extra->cmsg_level == SOL_SOCKET
        && extra->cmsg_type == SCM_CREDENTIALS) {
        ucred sender;
        memcpy(&sender, CMSG_DATA(extra), sizeof sender);
        // An abstract socket has no mode bits: this is what keeps the task's own user out.
        allowed = sender.uid == 0 || sender.uid == geteuid();
    }
    return true;
}

} // namespace

void Attempt::onControl()
{
    const ControlMessage blank;
    for (int most = 0; most < 16; ++most) { // then timers have their turn
        ControlMessage message;
        sockaddr_un from;
        socklen_t fromLength = 0;
        bool allowed = false;
        if (!receive(m_control, message, from, fromLength, allowed))
            return;
        if (!allowed || message.magic != blank.magic || message.task != m_record.task
            || message.attempt != m_record.attempt)
            continue;
        message.reason[sizeof message.reason - 1] = 0;
        ControlReply reply;
        reply.id = message.id;
        reply.error = obey(message);
        reply.record = m_record;
        sendto(m_control, &reply, sizeof reply, MSG_DONTWAIT | MSG_NOSIGNAL,
               reinterpret_cast<sockaddr *>(&from), fromLength);
    }
}

int Attempt::obey(const ControlMessage &message)
{
    if (message.kind == ControlKind::Ask)
        return 0;
    if (m_leaderGone)
        return ESRCH;
    switch (message.kind) {
    case ControlKind::Signal:
        return signalTask(message);
    case ControlKind::Freeze:
        return freeze();
    case ControlKind::Thaw:
        return thaw();
    case ControlKind::Deadlines:
        return setDeadlines(message);
    case ControlKind::Kill: {
        const int error = m_cause == RunEnd::None ? 0 : EALREADY;
        const int64_t grace = message.killGraceMs >= 0 ? message.killGraceMs : m_record.killGraceMs;
        stop(RunEnd::Killed, message.reason, uint64_t(std::min(grace, maxDurationMs)) * nsPerMs);
        return error;
    }
    default:
        return ENOSYS; // of a newer agent
    }
}

int Attempt::signalTask(const ControlMessage &message)
{
    if (message.signal < 1 || message.signal > SIGRTMAX)
        return EINVAL;
    switch (message.target) {
    case ControlTarget::Leader:
        return kill(m_leader.pid, message.signal) == 0 ? 0 : errno;
    case ControlTarget::Group:
        return killpg(m_leader.pid, message.signal) == 0 ? 0 : errno;
    case ControlTarget::All:
        return signalDescendants(message.signal) > 0 ? 0 : ESRCH;
    }
    return EINVAL;
}

int Attempt::freeze()
{
    if (m_cause != RunEnd::None)
        return EALREADY;
    if (m_frozenSince)
        return 0;
    int error = m_cgroup.freeze();
    m_frozenBySignal = error == ENOTSUP;
    if (m_frozenBySignal) {
        error = stopDescendants();
        if (error)
            continueDescendants();
    }
    if (error)
        return error;
    m_frozenSince = clockNs(CLOCK_MONOTONIC);
    setFlag(RunFlag::Frozen, true);
    armTimeout();
    writeRecord();
    return 0;
}

int Attempt::thaw()
{
    if (!m_frozenSince)
        return 0;
    if (m_frozenBySignal)
        continueDescendants();
    else
        m_cgroup.thaw();
    m_frozenNs += clockNs(CLOCK_MONOTONIC) - m_frozenSince;
    m_record.frozenUs = int64_t(m_frozenNs / 1000);
    m_frozenSince = 0;
    setFlag(RunFlag::Frozen, false);
    armTimeout();
    writeRecord();
    return 0;
}

int Attempt::setDeadlines(const ControlMessage &message)
{
    if (message.runTimeoutMs > maxDurationMs || message.killGraceMs > maxDurationMs)
        return EINVAL;
    // A fence counts the grace back from the end of the lease: that one stays as it was promised.
    if (message.killGraceMs >= 0 && !m_request.fenceFile)
        m_record.killGraceMs = message.killGraceMs;
    if (message.runTimeoutMs >= 0)
        m_record.runTimeoutMs = message.runTimeoutMs;
    armTimeout();
    writeRecord();
    return 0;
}

} // namespace Drover
