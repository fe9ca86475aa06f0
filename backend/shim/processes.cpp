#include "backend/shim/processes.h"

#include "backend/shim/sys.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace Drover {

namespace {

// A task with more processes is handled this many at a time: killing goes round until none is left.
constexpr int maxPids = 16384;
pid_t pids[maxPids];
int pidCount = 0;

void addPid(pid_t pid)
{
    if (pid > 1 && pidCount < maxPids)
        pids[pidCount++] = pid;
}

/// Calls `found` with the number of each entry of a folder of /proc that is one.
template <typename Found> void eachNumber(const char *folder, Found found)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    alignas(8) char entries[4096];
    for (;;) {
        const long count = syscall(SYS_getdents64, fd, entries, sizeof entries);
        if (count <= 0)
            break;
        for (long at = 0; at < count;) {
            // struct linux_dirent64: inode and offset of 8 bytes each, length of 2, type of 1,
            // name.
            unsigned short length;
            memcpy(&length, entries + at + 16, sizeof length);
            const long number = strtol(entries + at + 19, nullptr, 10);
            if (number > 0)
                found(pid_t(number));
            at += length;
        }
    }
    close(fd);
}

/// The kernel's own lists, one for each thread of the parent.
void addChildrenOf(pid_t parent)
{
    ShortText<32> threads;
    threads << "/proc/" << uint64_t(parent) << "/task";
    eachNumber(threads.text(), [&](pid_t thread) {
        char text[16384];
        ShortText<64> path;
        path << threads.text() << "/" << uint64_t(thread) << "/children";
        readText(path.text(), text, sizeof text);
        for (char *at = text; *at;) {
            char *end = at;
            const long pid = strtol(at, &end, 10);
            if (end == at || *end != ' ')
                break; // cut at the buffer's end
            addPid(pid_t(pid));
            at = end + 1;
        }
    });
}

/// Without CONFIG_PROC_CHILDREN: looks at every process of the machine.
void scanForChildrenOf(pid_t parent)
{
    eachNumber("/proc", [&](pid_t pid) {
        if (processState(pid).parent == parent)
            addPid(pid);
    });
}

void collectDescendants()
{
    static const bool kernelKeepsLists = access("/proc/thread-self/children", R_OK) == 0;
    pidCount = 0;
    pid_t parent = getpid();
    for (int next = 0;; parent = pids[next++]) {
        if (kernelKeepsLists)
            addChildrenOf(parent);
        else
            scanForChildrenOf(parent);
        if (next == pidCount)
            return;
    }
}

/// Stops those that still run; returns how many they were. A process that waits in the kernel (D)
/// executes nothing more of its program once the signal is there, and may not come to stop at all: the
/// parent of a vfork waits like that for a child that was stopped before it could execute.
int stopRound()
{
    collectDescendants();
    int running = 0;
    for (int i = 0; i < pidCount; ++i) {
        const char state = processState(pids[i]).state;
        if (state == 0 || state == 'T' || state == 't' || state == 'Z' || state == 'X')
            continue;
        running += state != 'D';
        kill(pids[i], SIGSTOP);
    }
    return running;
}

} // namespace

int signalDescendants(int signal)
{
    collectDescendants();
    int reached = 0;
    for (int i = 0; i < pidCount; ++i)
        reached += kill(pids[i], signal) == 0;
    return reached;
}

int stopDescendants()
{
    const uint64_t giveUp = clockNs(CLOCK_MONOTONIC) + nsPerSecond / 2;
    int quiet = 0;
    // Twice in a row: a child may have been forked behind the back of the first look.
    while (quiet < 2) {
        quiet = stopRound() == 0 ? quiet + 1 : 0;
        if (clockNs(CLOCK_MONOTONIC) > giveUp)
            return ETIMEDOUT;
        if (!quiet)
            usleep(500);
    }
    return 0;
}

void continueDescendants()
{
    signalDescendants(SIGCONT);
}

} // namespace Drover
