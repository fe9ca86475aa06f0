#include "backend/shim/runfolder.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace Drover {

namespace {

/// A small file whole, cut at the buffer's end; -1 and errno.
ssize_t readSmall(const char *path, char *buffer, size_t size)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    const ssize_t count = read(fd, buffer, size);
    const int error = errno;
    close(fd);
    errno = error;
    return count;
}

bool writeSmall(const std::string &path, std::string_view text)
{
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool done = write(fd, text.data(), text.size()) == ssize_t(text.size());
    close(fd);
    return done;
}

struct ProcessStat
{
    char state = 0; // 0: no such process
    pid_t group = 0;
    uint64_t start = 0;
};

ProcessStat processStat(pid_t pid)
{
    char text[1024];
    const std::string path = "/proc/" + std::to_string(pid) + "/stat";
    const ssize_t count = readSmall(path.c_str(), text, sizeof text - 1);
    if (count <= 0)
        return {};
    text[count] = 0;
    // The name in parentheses may hold anything, parentheses too: count fields from the last one.
    const char *at = strrchr(text, ')');
    if (!at || at[1] != ' ')
        return {};
    ProcessStat stat{.state = at[2]};
    int field = 2;
    for (at += 1; *at; ++at) {
        if (*at != ' ')
            continue;
        ++field;
        if (field == 5)
            stat.group = pid_t(strtol(at + 1, nullptr, 10));
        if (field == 22) {
            stat.start = strtoull(at + 1, nullptr, 10);
            return stat;
        }
    }
    return {};
}

/// Reads one record; 0, or errno (EBADMSG: damaged, or of no known format).
int readRecord(const std::string &path, RunRecord &record)
{
    char bytes[4096];
    const ssize_t count = readSmall(path.c_str(), bytes, sizeof bytes);
    if (count < 0)
        return errno;
    const RunRecord blank;
    uint32_t size = 0;
    if (size_t(count) < offsetof(RunRecord, task))
        return EBADMSG;
    memcpy(&size, bytes + offsetof(RunRecord, size), sizeof size);
    if (memcmp(bytes, blank.magic, sizeof blank.magic) != 0 || size > size_t(count)
        || size < offsetof(RunRecord, task))
        return EBADMSG;
    record = RunRecord();
    memcpy(static_cast<void *>(&record), bytes, std::min(size_t(size), sizeof record));
    if (record.format != runFormat)
        return EBADMSG;
    // What is a text to us must end, whoever wrote it.
    for (auto [text, length] : {std::pair(record.bootId, sizeof record.bootId),
                                std::pair(record.cgroup, sizeof record.cgroup),
                                std::pair(record.detail, sizeof record.detail)})
        text[length - 1] = 0;
    return 0;
}

} // namespace

RunFolderContent readRunFolder(const std::string &path)
{
    RunFolderContent content;
    const auto found = [&](const char *name, RunFolderState state) {
        content.error = readRecord(path + "/" + name, content.record);
        content.state = content.error ? RunFolderState::Unreadable : state;
        return content.error != ENOENT && content.error != ENOTDIR;
    };
    // The header becomes the status by a rename, maybe between our two looks: hence a third.
    if (found(runStatusFile, RunFolderState::Ended) || found(runHeaderFile, RunFolderState::Running)
        || found(runStatusFile, RunFolderState::Ended))
        return content;
    struct stat info;
    content.error = 0;
    content.state = RunFolderState::Claimed;
    if (stat(path.c_str(), &info) != 0) {
        const bool absent = errno == ENOENT || errno == ENOTDIR;
        content.error = absent ? 0 : errno;
        content.state = absent ? RunFolderState::Absent : RunFolderState::Unreadable;
    }
    return content;
}

int removeRunFolder(const std::string &path)
{
    for (const char *name : {runErrFile, runOutFile, runHeaderFile, runStatusFile}) {
        if (unlink((path + "/" + name).c_str()) != 0 && errno != ENOENT)
            return errno;
    }
    return rmdir(path.c_str()) == 0 || errno == ENOENT ? 0 : errno;
}

std::string bootId()
{
    char text[40];
    const ssize_t count = readSmall("/proc/sys/kernel/random/boot_id", text, sizeof text);
    return count >= 36 ? std::string(text, 36) : std::string();
}

uint64_t processStart(pid_t pid)
{
    return processStat(pid).start;
}

bool isAlive(pid_t pid, uint64_t start)
{
    if (pid <= 0 || start == 0)
        return false;
    const ProcessStat stat = processStat(pid);
    return stat.start == start && stat.state != 'Z' && stat.state != 'X';
}

namespace {

/// Version 2 kills as one; version 1 is frozen first, so that nothing forks while it is killed.
bool killCgroup(const std::string &leaf)
{
    char pids[16384];
    const ssize_t count = readSmall((leaf + "/cgroup.procs").c_str(), pids, sizeof pids - 1);
    if (count <= 0)
        return false;
    if (writeSmall(leaf + "/cgroup.kill", "1"))
        return true;
    const bool frozen = writeSmall(leaf + "/freezer.state", "FROZEN");
    pids[count] = 0;
    for (char *at = pids; *at;) {
        const long pid = strtol(at, &at, 10);
        if (pid > 1)
            kill(pid_t(pid), SIGKILL);
        at += *at == '\n';
    }
    if (frozen)
        writeSmall(leaf + "/freezer.state", "THAWED");
    return true;
}

} // namespace

bool killAbandoned(const RunRecord &record)
{
    if (bootId() != record.bootId || isAlive(record.shimPid, record.shimStart))
        return false;
    if (record.cgroup[0] && killCgroup(record.cgroup))
        return true;
    // A group whose leader is gone may have passed to a stranger, hence by the leader alone.
    const ProcessStat leader = processStat(record.leaderPid);
    if (record.leaderPid <= 1 || leader.start != record.leaderStart || leader.state == 'Z')
        return false;
    if (leader.group == record.leaderPid)
        return killpg(leader.group, SIGKILL) == 0;
    return kill(record.leaderPid, SIGKILL) == 0;
}

FenceWord::~FenceWord()
{
    if (m_word)
        munmap(m_word, sizeof *m_word);
}

int FenceWord::open(const std::string &path)
{
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno;
    // Allocated now: a store into a hole of a full disk would be a SIGBUS.
    int error = posix_fallocate(fd, 0, sizeof *m_word);
    void *map = error ? MAP_FAILED
                      : mmap(nullptr, sizeof *m_word, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (!error && map == MAP_FAILED)
        error = errno;
    close(fd);
    if (error)
        return error;
    if (m_word)
        munmap(m_word, sizeof *m_word);
    m_word = static_cast<uint64_t *>(map);
    return 0;
}

void FenceWord::set(uint64_t bootNs)
{
    if (m_word)
        __atomic_store_n(m_word, bootNs, __ATOMIC_RELEASE);
}

uint64_t FenceWord::value() const
{
    return m_word ? __atomic_load_n(m_word, __ATOMIC_ACQUIRE) : 0;
}

uint64_t bootNow()
{
    timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return uint64_t(now.tv_sec) * 1'000'000'000 + uint64_t(now.tv_nsec);
}

} // namespace Drover
