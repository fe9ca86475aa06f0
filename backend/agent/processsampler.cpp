#include "backend/agent/processsampler.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace Drover {

namespace {

struct Process
{
    pid_t parent = 0;
    qint64 ticks = 0; // its own
    qint64 childTicks = 0; // of those it has waited for
    qint64 pages = 0;
};

/// /proc/<pid>/stat: the name in parentheses may hold anything, so fields count from the last one.
bool readProcess(int proc, const char *pid, Process &process)
{
    char path[300];
    char text[1024];
    snprintf(path, sizeof path, "%s/stat", pid);
    const int file = openat(proc, path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    const ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0)
        return false;
    text[count] = 0;
    const char *at = strrchr(text, ')');
    if (!at)
        return false;
    long long parent = 0;
    long long user = 0;
    long long system = 0;
    long long childUser = 0;
    long long childSystem = 0;
    long long pages = 0;
    const int read
        = sscanf(at + 1,
                 " %*c %lld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld %lld %lld %*d %*d %*d "
                 "%*d %*u %*u %lld",
                 &parent, &user, &system, &childUser, &childSystem, &pages);
    process = {.parent = pid_t(parent),
               .ticks = user + system,
               .childTicks = childUser + childSystem,
               .pages = pages};
    return read == 6;
}

QHash<pid_t, Process> allProcesses()
{
    QHash<pid_t, Process> processes;
    DIR *listing = opendir("/proc");
    if (!listing)
        return processes;
    while (const dirent *entry = readdir(listing)) {
        Process process;
        const auto pid = pid_t(strtol(entry->d_name, nullptr, 10));
        if (pid > 0 && readProcess(dirfd(listing), entry->d_name, process))
            processes.insert(pid, process);
    }
    closedir(listing);
    return processes;
}

} // namespace

QHash<pid_t, ProcessUse> ProcessSampler::sample(const QList<pid_t> &shims)
{
    const QHash<pid_t, Process> processes = allProcesses();
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - m_sampled).count();
    QHash<pid_t, ProcessUse> uses;
    QHash<pid_t, qint64> ticks;
    for (const pid_t shim : shims) {
        uses.insert(shim, {});
        ticks.insert(shim, processes.value(shim).childTicks);
    }
    for (auto it = processes.cbegin(); it != processes.cend(); ++it) {
        pid_t ancestor = it->parent;
        for (int depth = 0; depth < 100 && ancestor > 1 && !uses.contains(ancestor); ++depth)
            ancestor = processes.value(ancestor).parent;
        const auto use = uses.find(ancestor);
        if (use == uses.end())
            continue;
        use->memory += it->pages * sysconf(_SC_PAGESIZE);
        ticks[ancestor] += it->ticks + it->childTicks;
    }
    for (auto use = uses.begin(); use != uses.end(); ++use) {
        const auto before = m_ticks.constFind(use.key());
        if (before != m_ticks.cend() && seconds > 0)
            use->cpu = std::max(0.0,
                                double(ticks.value(use.key()) - *before)
                                    / double(sysconf(_SC_CLK_TCK)) / seconds);
    }
    m_ticks = std::move(ticks);
    m_sampled = now;
    return uses;
}

} // namespace Drover
