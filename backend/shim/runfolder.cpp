#include "backend/shim/runfolder.h"

#include "backend/shim/sys.h"

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

/// Reads one record; 0, or errno (EBADMSG: damaged, or of no known format).
int readRecord(const std::string &path, RunRecord &record)
{
    char bytes[4096];
    const ssize_t count = readText(path.c_str(), bytes, sizeof bytes);
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

bool belongsTo(const RunRecord &record, const std::string &path)
{
    const std::string name = std::to_string(record.task) + "-" + std::to_string(record.attempt);
    return path.ends_with("/" + name);
}

} // namespace

RunFolderContent readRunFolder(const std::string &path)
{
    RunFolderContent content;
    const auto found = [&](const char *name, RunFolderState state) {
        content.error = readRecord(path + "/" + name, content.record);
        content.state = content.error ? RunFolderState::Unreadable : state;
        if (content.error)
            return content.error != ENOENT && content.error != ENOTDIR;
        if (!belongsTo(content.record, path))
            return false;
        // A spare's status is overwritten first and renamed then.
        if (content.record.end == RunEnd::None)
            content.state = RunFolderState::Running;
        return true;
    };
    // The header becomes the status by a rename, maybe between our two looks: hence a third.
    if (found(runStatusFile, RunFolderState::Ended) || found(runHeaderFile, RunFolderState::Running)
        || found(runStatusFile, RunFolderState::Ended))
        return content;
    struct stat info;
    content = RunFolderContent();
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

int recycleRunFolder(const std::string &path, const std::string &spare)
{
    for (const char *name : {runOutFile, runErrFile}) {
        struct stat info;
        const std::string file = path + "/" + name;
        if (lstat(file.c_str(), &info) == 0 && info.st_size > 0 && truncate(file.c_str(), 0) != 0)
            return errno;
    }
    return rename(path.c_str(), spare.c_str()) == 0 ? 0 : errno;
}

std::string bootId()
{
    char text[64];
    const ssize_t count = readText("/proc/sys/kernel/random/boot_id", text, sizeof text);
    return count >= 36 ? std::string(text, 36) : std::string();
}

uint64_t processStart(pid_t pid)
{
    return processState(pid).start;
}

bool isAlive(pid_t pid, uint64_t start)
{
    if (pid <= 0 || start == 0)
        return false;
    const ProcessState stat = processState(pid);
    return stat.start == start && stat.state != 'Z' && stat.state != 'X';
}

namespace {

/// Version 2 kills as one; version 1 is frozen first, so that nothing forks while it is killed.
bool killCgroup(const std::string &leaf)
{
    char pids[16384];
    const ssize_t count = readText((leaf + "/cgroup.procs").c_str(), pids, sizeof pids);
    if (count <= 0)
        return false;
    if (writeText((leaf + "/cgroup.kill").c_str(), "1") == 0)
        return true;
    const std::string freezer = leaf + "/freezer.state";
    const bool frozen = writeText(freezer.c_str(), "FROZEN") == 0;
    for (char *at = pids; *at;) {
        const long pid = strtol(at, &at, 10);
        if (pid > 1)
            kill(pid_t(pid), SIGKILL);
        at += *at == '\n';
    }
    if (frozen)
        writeText(freezer.c_str(), "THAWED");
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
    const ProcessState leader = processState(record.leaderPid);
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
    return clockNs(CLOCK_BOOTTIME);
}

} // namespace Drover
