#include "backend/shim/output.h"

#include "backend/shim/sys.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/stat.h>
#include <unistd.h>

namespace Drover {

namespace {

// Whole blocks alone are given back; 64 KiB is one on every file system that is in use.
constexpr uint64_t punchUnit = 64 * 1024;

constexpr int appending = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY;

uint64_t sizeOf(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 ? uint64_t(info.st_size) : 0;
}

/// Appending, so that a task that opens its own output a second time overwrites nothing.
int openStream(const char *path, const StartNumbers &numbers)
{
    const int fd = open(path, appending, 0600);
    if (fd >= 0 && numbers.uid >= 0 && fchown(fd, uid_t(numbers.uid), gid_t(numbers.gid)) != 0) {
        const int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/// A spare's file serves again when it is empty and of the same user: another's could still be held
/// open by a process that the shim never knew.
int reopenStream(const char *path, const StartNumbers &numbers)
{
    struct stat info;
    const uid_t owner = numbers.uid >= 0 ? uid_t(numbers.uid) : geteuid();
    const int fd = open(path, appending & ~O_CREAT);
    if (fd >= 0 && fstat(fd, &info) == 0 && info.st_uid == owner && info.st_size == 0
        && info.st_nlink == 1)
        return fd;
    if (fd >= 0)
        close(fd);
    unlink(path);
    return openStream(path, numbers);
}

} // namespace

int TaskOutput::open(const Request &request, const char *&file)
{
    m_merged = request.numbers.merged;
    m_overCap = request.numbers.overCap;
    m_cap = request.numbers.outputCap;
    m_lastLook = clockNs(CLOCK_MONOTONIC);
    // A file that the request names is the agent's own affair, and appended to.
    const auto openOne = [&](const char *given, const char *usual) {
        file = given ? given : usual;
        const bool again = request.isReused && !given;
        return again ? reopenStream(file, request.numbers) : openStream(file, request.numbers);
    };
    m_streams[0].fd = openOne(request.outFile, runOutFile);
    if (m_streams[0].fd < 0)
        return errno;
    if (m_merged)
        return 0;
    m_streams[1].fd = openOne(request.errFile, runErrFile);
    return m_streams[1].fd < 0 ? errno : 0;
}

bool TaskOutput::check()
{
    bool good = true;
    uint64_t grown = 0;
    for (Stream &stream : m_streams) {
        if (stream.fd >= 0)
            good = checkStream(stream, grown) && good;
    }
    const uint64_t now = clockNs(CLOCK_MONOTONIC);
    const uint64_t tookMs = (now - m_lastLook) / nsPerMs + 1;
    m_lastLook = now;
    // Look again when an eighth of the cap has come at this pace: half of the cap is the margin.
    const uint64_t eighthMs
        = grown ? uint64_t(double(m_cap) / 8 / double(grown) * double(tookMs)) : 1000;
    m_nextMs = std::clamp<uint64_t>(eighthMs, 10, 1000);
    return good;
}

bool TaskOutput::checkStream(Stream &stream, uint64_t &grown)
{
    const uint64_t size = sizeOf(stream.fd);
    grown = std::max(grown, size > stream.seen ? size - stream.seen : 0);
    stream.seen = size;
    if (m_overCap == RunOverCap::Fail)
        return size <= m_cap;
    return punch(stream, size) || size - stream.gap.length <= m_cap;
}

/// Keeps the newest half of the cap. False when the file system cannot.
bool TaskOutput::punch(Stream &stream, uint64_t size) const
{
    const uint64_t keep = m_cap / 2;
    const uint64_t end = size > keep ? (size - keep) / punchUnit * punchUnit : 0;
    if (end <= stream.gap.length)
        return true;
    if (fallocate(stream.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, off_t(stream.gap.length),
                  off_t(end - stream.gap.length))
        != 0)
        return false;
    stream.gap.length = end;
    return true;
}

void TaskOutput::count(RunRecord &record) const
{
    record.outBytes = m_streams[0].fd >= 0 ? sizeOf(m_streams[0].fd) : 0;
    record.errBytes = m_streams[1].fd >= 0 ? sizeOf(m_streams[1].fd) : 0;
    record.outGap = m_streams[0].gap;
    record.errGap = m_streams[1].gap;
}

} // namespace Drover
