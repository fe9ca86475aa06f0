#include "backend/shim/sys.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace Drover {

uint64_t clockNs(clockid_t clock)
{
    timespec now;
    clock_gettime(clock, &now);
    return uint64_t(now.tv_sec) * nsPerSecond + uint64_t(now.tv_nsec);
}

int64_t realtimeUs()
{
    return int64_t(clockNs(CLOCK_REALTIME) / 1000);
}

ssize_t readText(const char *path, char *buffer, size_t size)
{
    buffer[0] = 0;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    const ssize_t count = read(fd, buffer, size - 1);
    const int error = errno;
    close(fd);
    errno = error;
    if (count >= 0)
        buffer[count] = 0;
    return count;
}

int writeText(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    const int error = write(fd, text, strlen(text)) < 0 ? errno : 0;
    close(fd);
    return error;
}

uint64_t startTicks(pid_t pid, uint64_t bootNsBefore, uint64_t bootNsAfter)
{
    constexpr uint64_t nsPerTick
        = nsPerSecond / 100; // USER_HZ is 100 on every machine that Linux runs on
    const uint64_t tick = bootNsBefore / nsPerTick;
    return tick == bootNsAfter / nsPerTick ? tick : processState(pid).start;
}

ProcessState processState(pid_t pid)
{
    char text[1024];
    ShortText<32> path;
    path << "/proc/" << uint64_t(pid) << "/stat";
    if (readText(path.text(), text, sizeof text) <= 0)
        return {};
    // The name in parentheses may hold anything, parentheses too: fields count from the last one.
    const char *at = strrchr(text, ')');
    if (!at || at[1] != ' ')
        return {};
    ProcessState process{.state = at[2]};
    int field = 2;
    for (++at; *at; ++at) {
        if (*at != ' ')
            continue;
        ++field;
        if (field == 4)
            process.parent = pid_t(strtol(at + 1, nullptr, 10));
        if (field == 5)
            process.group = pid_t(strtol(at + 1, nullptr, 10));
        if (field == 22) {
            process.start = strtoull(at + 1, nullptr, 10);
            return process;
        }
    }
    return {};
}

} // namespace Drover
