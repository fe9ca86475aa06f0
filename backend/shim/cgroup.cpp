#include "backend/shim/cgroup.h"

#include "backend/shim/processes.h"
#include "backend/shim/sys.h"

#include <cerrno>
#include <initializer_list>
#include <csignal>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace Drover {

namespace {

using Path = ShortText<512>;
using Number = ShortText<64>;

/// A leaf that the task has divided further is removed from its ends.
bool removeTree(const char *path, int depth = 0)
{
    if (rmdir(path) == 0 || errno == ENOENT)
        return true;
    const int fd = depth < 8 ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd < 0)
        return false;
    alignas(8) char entries[2048];
    bool good = true;
    for (long count; (count = syscall(SYS_getdents64, fd, entries, sizeof entries)) > 0;) {
        for (long at = 0; at < count;) {
            unsigned short length;
            memcpy(&length, entries + at + 16, sizeof length);
            const char *name = entries + at + 19;
            if (entries[at + 18] == DT_DIR && name[0] != '.') {
                Path below;
                below << path << "/" << name;
                good = removeTree(below.text(), depth + 1) && good;
            }
            at += length;
        }
    }
    close(fd);
    return good && (rmdir(path) == 0 || errno == ENOENT);
}

} // namespace

int64_t counterIn(const char *text, const char *name)
{
    const size_t length = strlen(name);
    for (const char *line = text; line && *line;) {
        if (length == 0)
            return strtoll(line, nullptr, 10);
        if (strncmp(line, name, length) == 0 && line[length] == ' ')
            return strtoll(line + length + 1, nullptr, 10);
        line = strchr(line, '\n');
        line = line ? line + 1 : nullptr;
    }
    return -1;
}

int TaskCgroup::make(const Request &request, RunStep &step, const char *&file)
{
    for (int kind = 0; kind < CgroupKinds; ++kind) {
        if (!request.cgroupParents[kind])
            continue;
        m_none = false;
        if (const int error = makeLeaf(CgroupKind(kind), request)) {
            step = RunStep::MakeCgroup;
            file = m_leaves[kind].path;
            return error;
        }
    }
    if (m_none)
        return 0;
    step = RunStep::LimitCgroup;
    return limit(request.numbers, file);
}

int TaskCgroup::makeLeaf(CgroupKind kind, const Request &request)
{
    Leaf &leaf = m_leaves[kind];
    ShortText<sizeof leaf.path> path;
    path << request.cgroupParents[kind] << "/t-" << uint64_t(request.numbers.task) << "-"
         << uint64_t(request.numbers.attempt);
    memcpy(leaf.path, path.text(), sizeof leaf.path);
    // It may be there: cpu and cpuacct are often one folder under two names.
    if (mkdir(leaf.path, 0755) != 0 && errno != EEXIST)
        return errno;
    if (kind == CgroupV2) {
        m_birthFolder = open(leaf.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        return m_birthFolder < 0 ? errno : 0;
    }
    Path procs;
    procs << leaf.path << "/cgroup.procs";
    leaf.entry = open(procs.text(), O_WRONLY | O_CLOEXEC);
    if (leaf.entry < 0)
        return errno;
    m_entries[m_entryCount++] = leaf.entry;
    return 0;
}

void TaskCgroup::enterByFile()
{
    if (m_birthFolder < 0)
        return;
    Path procs;
    procs << m_leaves[CgroupV2].path << "/cgroup.procs";
    m_entries[m_entryCount++] = open(procs.text(), O_WRONLY | O_CLOEXEC);
    close(m_birthFolder);
    m_birthFolder = -1;
}

const int *TaskCgroup::entryFiles(int &count) const
{
    count = m_entryCount;
    return m_entries;
}

int TaskCgroup::limit(const StartNumbers &numbers, const char *&file) const
{
    if (const int error = numbers.memoryMax ? limitMemory(numbers, file) : 0)
        return error;
    return numbers.cpuWeight || numbers.cpuQuotaUs ? limitCpu(numbers, file) : 0;
}

int TaskCgroup::limitMemory(const StartNumbers &numbers, const char *&file) const
{
    Number bytes;
    bytes << numbers.memoryMax;
    if (has(CgroupMemory)) {
        file = "memory.limit_in_bytes";
        const int error = write(CgroupMemory, file, bytes.text());
        // Without swap accounting the file is missing. A task that swaps instead of ending is no
        // limit.
        if (!error)
            write(CgroupMemory, "memory.memsw.limit_in_bytes", bytes.text());
        return error;
    }
    file = "memory.max";
    const int error = write(CgroupV2, file, bytes.text());
    if (!error)
        write(CgroupV2, "memory.swap.max", "0");
    return error;
}

int TaskCgroup::limitCpu(const StartNumbers &numbers, const char *&file) const
{
    int error = 0;
    if (has(CgroupCpu)) {
        Number shares, period, quota;
        shares << uint64_t(numbers.cpuWeight) * 1024 / 100; // a weight of 100 is 1024 shares
        period << uint64_t(numbers.cpuPeriodUs);
        quota << numbers.cpuQuotaUs;
        if (numbers.cpuWeight)
            error = write(CgroupCpu, file = "cpu.shares", shares.text());
        if (!error && numbers.cpuQuotaUs)
            error = write(CgroupCpu, file = "cpu.cfs_period_us", period.text());
        if (!error && numbers.cpuQuotaUs)
            error = write(CgroupCpu, file = "cpu.cfs_quota_us", quota.text());
        return error;
    }
    Number weight, maximum;
    weight << uint64_t(numbers.cpuWeight);
    maximum << numbers.cpuQuotaUs << " " << uint64_t(numbers.cpuPeriodUs);
    if (numbers.cpuWeight)
        error = write(CgroupV2, file = "cpu.weight", weight.text());
    if (!error && numbers.cpuQuotaUs)
        error = write(CgroupV2, file = "cpu.max", maximum.text());
    return error;
}

const char *TaskCgroup::mainLeaf() const
{
    for (const CgroupKind kind :
         {CgroupV2, CgroupFreezer, CgroupMemory, CgroupCpu, CgroupCpuacct, CgroupPids}) {
        if (has(kind))
            return m_leaves[kind].path;
    }
    return "";
}

bool TaskCgroup::killAll() const
{
    if (has(CgroupV2) && write(CgroupV2, "cgroup.kill", "1") == 0)
        return true;
    if (!has(CgroupV2) && !has(CgroupFreezer))
        return false;
    // Frozen, nothing forks while it is killed; the signals take effect when it is thawed.
    freeze();
    signalDescendants(SIGKILL);
    thaw();
    return true;
}

int TaskCgroup::freeze() const
{
    const bool v2 = has(CgroupV2) && write(CgroupV2, "cgroup.freeze", "1") == 0;
    if (!v2 && !has(CgroupFreezer))
        return ENOTSUP;
    for (int round = 0; round < 250; ++round) {
        if (v2 && freezerSays(CgroupV2, "cgroup.events", "frozen 1"))
            return 0;
        // Version 1 gives up on what was just forking, and wants to be asked again.
        if (!v2 && write(CgroupFreezer, "freezer.state", "FROZEN") == 0
            && freezerSays(CgroupFreezer, "freezer.state", "FROZEN"))
            return 0;
        usleep(round < 10 ? 100 : 2000);
    }
    thaw();
    return ETIMEDOUT;
}

void TaskCgroup::thaw() const
{
    if (has(CgroupV2))
        write(CgroupV2, "cgroup.freeze", "0");
    if (has(CgroupFreezer))
        write(CgroupFreezer, "freezer.state", "THAWED");
}

bool TaskCgroup::freezerSays(CgroupKind kind, const char *file, const char *word) const
{
    char text[256];
    return read(kind, file, text, sizeof text) > 0 && strstr(text, word);
}

void TaskCgroup::count(RunRecord &record) const
{
    char text[4096];
    const auto counted = [&](CgroupKind kind, const char *file, const char *name, int64_t &value) {
        if (!has(kind) || read(kind, file, text, sizeof text) <= 0)
            return false;
        value = counterIn(text, name);
        return value >= 0;
    };
    int64_t value = 0;
    if (counted(CgroupV2, "memory.peak", "", value)
        || counted(CgroupMemory, "memory.max_usage_in_bytes", "", value))
        record.peakMemory = uint64_t(value);
    if (counted(CgroupV2, "memory.events", "oom_kill", value)
        || counted(CgroupMemory, "memory.oom_control", "oom_kill", value))
        record.oomKills = uint32_t(value);
    // cpuacct counts what was never waited for, too; its ticks are of 10 ms, the rusage is finer.
    int64_t user = 0;
    if (counted(CgroupV2, "cpu.stat", "user_usec", user)
        && counted(CgroupV2, "cpu.stat", "system_usec", value)) {
        record.cpuUser = uint64_t(user);
        record.cpuSystem = uint64_t(value);
    } else if (counted(CgroupCpuacct, "cpuacct.usage_user", "", user)
               && counted(CgroupCpuacct, "cpuacct.usage_sys", "", value)) {
        record.cpuUser = uint64_t(user) / 1000;
        record.cpuSystem = uint64_t(value) / 1000;
    }
}

bool TaskCgroup::remove()
{
    bool gone = true;
    for (Leaf &leaf : m_leaves) {
        if (!leaf.path[0])
            continue;
        if (leaf.entry >= 0)
            close(leaf.entry);
        leaf.entry = -1;
        gone = removeTree(leaf.path) && gone;
    }
    return gone;
}

int TaskCgroup::write(CgroupKind kind, const char *file, const char *text) const
{
    Path path;
    path << m_leaves[kind].path << "/" << file;
    return writeText(path.text(), text);
}

ssize_t TaskCgroup::read(CgroupKind kind, const char *file, char *text, size_t size) const
{
    Path path;
    path << m_leaves[kind].path << "/" << file;
    return readText(path.text(), text, size);
}

} // namespace Drover
