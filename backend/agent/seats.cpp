#include "backend/agent/seats.h"

#include "backend/agent/removetree.h"
#include "backend/base/logging.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr std::array partNames{"input", "output", "temp", "resource"};
constexpr int folderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// The names in an open folder, at most `most` of them: more tells no more.
int countEntries(int folder, int most)
{
    alignas(dirent64) char entries[2048];
    int count = 0;
    for (;;) {
        const ssize_t bytes = getdents64(folder, entries, sizeof entries);
        if (bytes <= 0)
            return bytes == 0 ? count : most;
        for (ssize_t at = 0; at < bytes;) {
            const auto *entry = reinterpret_cast<const dirent64 *>(entries + at);
            const bool own = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
            count += own ? 0 : 1;
            at += entry->d_reclen;
        }
        if (count >= most)
            return count;
    }
}

/// As it was made: a folder of that user, 0700, with so many entries.
bool isAsMade(int parent, const char *name, int user, int entries)
{
    const int folder = openat(parent, name, folderFlags);
    if (folder < 0)
        return false;
    struct stat info;
    const bool same = fstat(folder, &info) == 0 && (info.st_mode & 07777) == 0700
        && (user < 0 || info.st_uid == uid_t(user)) && countEntries(folder, entries + 1) == entries;
    close(folder);
    return same;
}

/// The folder of a seat, and those in it.
std::vector<std::string> partsOf(const std::string &folder)
{
    std::vector<std::string> paths {folder};
    for (const char *name : partNames)
        paths.push_back(folder + '/' + name);
    return paths;
}

Error systemFailure(const std::string &path)
{
    const int error = errno;
    const Error failed
        = fail(isDiskFull(error) ? ErrorCode::LimitReached : ErrorCode::Io,
               u"%1: %2"_s.arg(QString::fromStdString(path), qt_error_string(error)));
    return failed;
}

/// The first folder on the way that others may not pass through.
QString closedFolderAbove(const QString &path)
{
    const QStringList names = path.split(u'/', Qt::SkipEmptyParts);
    QString folder;
    for (const QString &name : names.first(std::max<qsizetype>(0, names.size() - 1))) {
        folder += u'/' + name;
        struct stat info;
        if (stat(QFile::encodeName(folder).constData(), &info) == 0 && !(info.st_mode & S_IXOTH))
            return folder;
    }
    return {};
}

} // namespace

bool isDiskFull(int error)
{
    return error == ENOSPC || error == EDQUOT;
}

Seats::Seats(QString workRoot, SlotUsers users)
    : m_root(std::move(workRoot))
    , m_rootBytes(QFile::encodeName(m_root).toStdString())
    , m_users(users)
{
}

Result<void> Seats::open()
{
    if (!QDir().mkpath(m_root))
        return fail(ErrorCode::Io,
                    u"the work folder %1 cannot be made: %2"_s.arg(m_root, qt_error_string(errno)));
    if (const QString closed = closedFolderAbove(m_root);
        m_users.firstUser >= 0 && !closed.isEmpty())
        return fail(
            ErrorCode::Invalid,
            u"the users of tasks cannot pass through %1 to their work; let others execute it, "
            "or give a work folder elsewhere"_s.arg(closed));
    if (chmod(m_rootBytes.c_str(), m_users.firstUser >= 0 ? 0711 : 0700) != 0)
        return systemFailure(m_rootBytes);
    if (access(m_rootBytes.c_str(), W_OK) != 0)
        return systemFailure(m_rootBytes);
    return {};
}

std::string Seats::folderOf(int index) const
{
    return m_rootBytes + "/seat-" + std::to_string(index);
}

int Seats::userOf(int index) const
{
    return m_users.firstUser < 0 ? -1 : m_users.firstUser + index;
}

Result<Seat> Seats::take()
{
    int index = 0;
    if (!m_ready.empty()) {
        index = *m_ready.begin();
        m_ready.erase(m_ready.begin());
    } else {
        while (m_busy.contains(index) || m_lost.contains(index))
            ++index;
        if (m_users.firstUser >= 0 && index >= m_users.count)
            return fail(ErrorCode::Busy, u"all %1 users of tasks are taken"_s.arg(m_users.count));
        const Result<void> made = make(index);
        if (!made)
            return made.error();
    }
    m_busy.insert(index);
    return Seat{.index = index, .user = userOf(index), .group = userOf(index), .home = {}, .folder = folderOf(index)};
}

Seat Seats::retake(int index, const QString &runAs)
{
    if (index < 0)
        return {};
    m_ready.erase(index);
    m_busy.insert(index);
    Seat seat {.index = index, .user = userOf(index), .group = userOf(index), .home = {}, .folder = folderOf(index)};
    if (const passwd *known = runAs.isEmpty() ? nullptr : getpwnam(runAs.toUtf8().constData()); known && geteuid() == 0) {
        seat.user = int(known->pw_uid);
        seat.group = int(known->pw_gid);
    }
    return seat;
}

Result<Seat> Seats::lend(int index, const QString &user)
{
    const passwd *known = getpwnam(user.toUtf8().constData());
    if (!known)
        return fail(ErrorCode::Invalid, u"this machine has no user %1"_s.arg(user));
    if (known->pw_uid == 0)
        return fail(ErrorCode::Invalid, u"tasks never run as root, which is %1"_s.arg(user));
    Seat seat {.index = index, .user = int(known->pw_uid), .group = int(known->pw_gid), .home = known->pw_dir, .folder = folderOf(index)};
    if (geteuid() != 0) {
        seat.user = seat.group = -1;
        return known->pw_uid == geteuid()
            ? Result<Seat>(seat)
            : fail(ErrorCode::Invalid, u"the agent of this machine is not root, so that it cannot run as %1"_s.arg(user));
    }
    for (const std::string &path : partsOf(seat.folder)) {
        if (lchown(path.c_str(), known->pw_uid, known->pw_gid) != 0)
            return systemFailure(path);
    }
    return seat;
}

Result<void> Seats::make(int index)
{
    const std::string path = folderOf(index);
    // What an agent that died left there is nobody's any more.
    if (const int error = removeTree(AT_FDCWD, path.c_str())) {
        errno = error;
        return systemFailure(path);
    }
    const int user = userOf(index);
    const auto makeOne = [user](const std::string &folder) {
        return mkdir(folder.c_str(), 0700) == 0
            && (user < 0 || lchown(folder.c_str(), uid_t(user), gid_t(user)) == 0);
    };
    if (!makeOne(path))
        return systemFailure(path);
    for (const char *name : partNames) {
        const std::string part = path + '/' + name;
        if (!makeOne(part))
            return systemFailure(part);
    }
    return {};
}

bool Seats::isClean(int index) const
{
    const int user = userOf(index);
    const int folder = ::open(folderOf(index).c_str(), folderFlags);
    if (folder < 0)
        return false;
    bool clean = isAsMade(folder, ".", user, int(partNames.size()));
    for (const char *name : partNames)
        clean = clean && isAsMade(folder, name, user, 0);
    close(folder);
    return clean;
}

std::optional<Seats::Stamps> Seats::stampsOf(int index) const
{
    Stamps stamps;
    const std::string folder = folderOf(index);
    for (size_t i = 0; i < stamps.size(); ++i) {
        struct stat info;
        const std::string path = i == 0 ? folder : folder + '/' + partNames.at(i - 1);
        if (lstat(path.c_str(), &info) != 0)
            return {};
        stamps.at(i)
            = {.inode = info.st_ino,
               .changedNs = qint64(info.st_ctim.tv_sec) * 1'000'000'000 + info.st_ctim.tv_nsec};
    }
    return stamps;
}

/// As it was when it was last found clean.
bool Seats::isUntouched(int index)
{
    const auto known = m_stamps.find(index);
    return known != m_stamps.end() && stampsOf(index) == known->second;
}

void Seats::noteClean(int index)
{
    m_stamps.erase(index);
    const std::optional<Stamps> stamps = stampsOf(index);
    if (!stamps)
        return;
    // The kernel's clock of files goes by ticks: a change within the tick of the stamp would not
    // show. Nor do the two clocks agree while somebody sets the time; a second is far from both.
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    const qint64 settled = (qint64(now.tv_sec) - 1) * 1'000'000'000;
    const bool allSettled
        = std::all_of(stamps->cbegin(), stamps->cend(),
                      [settled](const Stamp &stamp) { return stamp.changedNs < settled; });
    if (allSettled)
        m_stamps.emplace(index, *stamps);
}

void Seats::release(int index)
{
    if (m_busy.erase(index) == 0)
        return;
    if (isUntouched(index)) {
        m_ready.insert(index);
        return;
    }
    if (!isClean(index)) {
        const Result<void> made = make(index);
        if (!made) {
            logWarning(LogCategory::Agent, u"a working folder cannot be cleaned",
                       {{"reason"_L1, made.error().message}});
            m_lost.insert(index);
            return;
        }
    }
    noteClean(index);
    m_ready.insert(index);
}

void Seats::keep(int index, const QString &name)
{
    const std::string kept = m_rootBytes + "/kept";
    mkdir(kept.c_str(), 0711);
    const std::string to = kept + '/' + name.toStdString();
    if (rename(folderOf(index).c_str(), to.c_str()) == 0)
        logInfo(LogCategory::Agent, u"working folder kept",
                {{"path"_L1, QString::fromStdString(to)}});
    release(index);
}

} // namespace Drover
