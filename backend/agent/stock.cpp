#include "backend/agent/stock.h"

#include "backend/agent/seats.h"
#include "backend/base/logging.h"
#include "backend/protocol/blobrequests.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QRegularExpression>

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int mostLeft = 10'000; // files of one attempt
constexpr int deepest = 32; // folders
constexpr timespec admitted[2] = {{.tv_sec = 0, .tv_nsec = 0}, {.tv_sec = 1, .tv_nsec = 0}};

/// A descriptor that is closed.
class File
{
public:
    explicit File(int file) : m_file(file) { }
    ~File()
    {
        if (m_file >= 0)
            ::close(m_file);
    }
    File(const File &) = delete;
    File &operator=(const File &) = delete;

    operator int() const { return m_file; }
    int release() { return std::exchange(m_file, -1); }

private:
    int m_file;
};

Error systemFailure(const QString &what)
{
    const int error = errno;
    return fail(isDiskFull(error) ? ErrorCode::LimitReached : ErrorCode::Io,
                u"%1: %2"_s.arg(what, qt_error_string(error)));
}

/// The folder a path lies in, step by step below an open one; made where it is not there.
int openFolder(int base, const QStringList &parts, int user, bool make)
{
    int at = ::dup(base);
    for (const QString &part : parts) {
        const QByteArray name = QFile::encodeName(part);
        if (make && ::mkdirat(at, name.constData(), 0700) == 0 && user >= 0
            && ::fchownat(at, name.constData(), uid_t(user), gid_t(-1), AT_SYMLINK_NOFOLLOW) != 0) {
            ::close(at);
            return -1;
        }
        const int next = ::openat(at, name.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        const int error = errno;
        ::close(at);
        errno = error;
        if (next < 0)
            return -1;
        at = next;
    }
    return at;
}

bool copyBytes(int from, int to)
{
    for (;;) {
        const ssize_t moved = ::copy_file_range(from, nullptr, to, nullptr, size_t(1) << 30, 0);
        if (moved == 0)
            return true;
        if (moved < 0 && (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP))
            break; // the file systems cannot: by hand
        if (moved < 0 && errno != EINTR)
            return false;
    }
    std::vector<char> buffer(1 << 20);
    for (;;) {
        const ssize_t bytes = ::read(from, buffer.data(), buffer.size());
        if (bytes <= 0)
            return bytes == 0;
        for (ssize_t at = 0; at < bytes;) {
            const ssize_t written = ::write(to, buffer.data() + at, size_t(bytes - at));
            if (written < 0)
                return false;
            at += written;
        }
    }
}

/// All ordinary files below an open folder that belong to that user.
void listFiles(int folder, const QString &prefix, int user, int depth, QList<LeftFile> &files)
{
    DIR *entries = ::fdopendir(::dup(folder));
    if (!entries)
        return;
    while (const dirent *entry = ::readdir(entries)) {
        const QByteArray name = entry->d_name;
        struct stat info;
        if (name == "." || name == ".." || files.size() >= mostLeft
            || ::fstatat(folder, name.constData(), &info, AT_SYMLINK_NOFOLLOW) != 0
            || (user >= 0 && info.st_uid != uid_t(user)))
            continue;
        const QString path = prefix + QFile::decodeName(name);
        if (S_ISREG(info.st_mode)) {
            files.append({.name = path, .size = info.st_size});
        } else if (S_ISDIR(info.st_mode) && depth < deepest) {
            const File below(::openat(folder, name.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            if (below >= 0)
                listFiles(below, path + u'/', user, depth + 1, files);
        }
    }
    ::closedir(entries);
}

QRegularExpression expressionOf(const QString &pattern)
{
    QString text;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        const QStringView rest = QStringView(pattern).sliced(i);
        if (rest.startsWith(u"**/")) {
            text += u"(?:.*/)?";
            i += 2;
        } else if (rest.startsWith(u"**")) {
            text += u".*";
            ++i;
        } else if (pattern[i] == u'*') {
            text += u"[^/]*";
        } else if (pattern[i] == u'?') {
            text += u"[^/]";
        } else {
            text += QRegularExpression::escape(pattern.mid(i, 1));
        }
    }
    return QRegularExpression(u"\\A(?:"_s + text + u")(?:/.*)?\\z"_s, QRegularExpression::DotMatchesEverythingOption);
}

} // namespace

bool matchesPattern(const QString &path, const QString &pattern)
{
    return expressionOf(pattern).match(path).hasMatch();
}

Stock::Stock(QString folder, qint64 most) : m_folder(std::move(folder)), m_most(most) { }

void Stock::open()
{
    QDir().mkpath(m_folder);
    ::chmod(QFile::encodeName(m_folder).constData(), 0700);
    QFileInfoList files = QDir(m_folder).entryInfoList(QDir::Files);
    std::ranges::sort(files, {}, [](const QFileInfo &file) { return file.metadataChangeTime(); });
    for (const QFileInfo &file : std::as_const(files)) {
        if (!isBlobHash(file.fileName()))
            continue; // the beginning of a download
        m_kept.insert(file.fileName(), {.size = file.size(), .used = ++m_uses});
        m_total += file.size();
    }
}

/// As it was admitted: a task that runs as the agent itself might have written to it.
bool Stock::isGood(const QString &hash) const
{
    const auto kept = m_kept.constFind(hash);
    struct stat info;
    return kept != m_kept.cend()
        && ::lstat(QFile::encodeName(pathOf(m_folder, hash)).constData(), &info) == 0
        && info.st_size == kept->size && info.st_mtim.tv_sec == admitted[1].tv_sec && S_ISREG(info.st_mode);
}

void Stock::look(const Furnishing &furnishing)
{
    QStringList hashes;
    QSet<QString> &wanted = m_wanted[furnishing.id];
    for (const QList<Transfer> *list : {&furnishing.inputs, &furnishing.sharedInputs}) {
        for (const Transfer &transfer : *list) {
            const QString hash = blobHashOf(transfer.source);
            wanted.insert(hash);
            if (isGood(hash))
                m_kept[hash].used = ++m_uses;
            else if (!hashes.contains(hash))
                hashes.append(hash);
        }
    }
    emit lacking(furnishing.id, hashes);
}

void Stock::admit(const QString &hash)
{
    const QString path = pathOf(m_folder, hash);
    const QByteArray name = QFile::encodeName(path);
    struct stat info;
    if (::stat(name.constData(), &info) != 0 || ::chmod(name.constData(), 0444) != 0
        || ::utimensat(AT_FDCWD, name.constData(), admitted, 0) != 0)
        return;
    m_total += info.st_size - m_kept.value(hash).size;
    m_kept.insert(hash, {.size = info.st_size, .used = ++m_uses});
    makeRoom();
}

/// What attempts have as links stays theirs.
void Stock::makeRoom()
{
    QSet<QString> wanted;
    for (const QSet<QString> &each : std::as_const(m_wanted))
        wanted += each;
    while (m_total > m_most) {
        auto oldest = m_kept.end();
        for (auto it = m_kept.begin(); it != m_kept.end(); ++it) {
            if (!wanted.contains(it.key()) && (oldest == m_kept.end() || it->used < oldest->used))
                oldest = it;
        }
        if (oldest == m_kept.end())
            return;
        QFile::remove(pathOf(m_folder, oldest.key()));
        m_total -= oldest->size;
        m_kept.erase(oldest);
    }
}

void Stock::furnish(const Furnishing &furnishing)
{
    const Result<void> done = put(furnishing);
    if (done)
        unwant(furnishing.id);
    emit furnished(furnishing.id, done);
}

void Stock::unwant(AttemptId id)
{
    m_wanted.remove(id);
    makeRoom();
}

Result<void> Stock::put(const Furnishing &furnishing)
{
    const int user = furnishing.seat.user;
    const auto place = [&](const Transfer &transfer, const char *part, bool linked) -> Result<void> {
        const QString hash = blobHashOf(transfer.source);
        if (!isPathBelow(transfer.name) || hash.isEmpty())
            return fail(ErrorCode::Invalid, u"%1 is no name of an input"_s.arg(transfer.name));
        if (!isGood(hash))
            return fail(ErrorCode::NotFound, u"%1 is not what it was"_s.arg(hash));
        const QByteArray source = QFile::encodeName(pathOf(m_folder, hash));
        QStringList parts = transfer.name.split(u'/');
        const QByteArray name = QFile::encodeName(parts.takeLast());
        const std::string base = furnishing.seat.folder + '/' + part;
        const File top(::open(base.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        const File folder(top < 0 ? -1 : openFolder(top, parts, user, true));
        if (folder < 0)
            return systemFailure(transfer.name);
        ::unlinkat(folder, name.constData(), 0); // of an agent that died meanwhile
        if (linked && ::linkat(AT_FDCWD, source.constData(), folder, name.constData(), 0) == 0)
            return {};
        const File from(::open(source.constData(), O_RDONLY | O_CLOEXEC));
        const File to(::openat(folder, name.constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (from < 0 || to < 0 || !copyBytes(from, to) || (user >= 0 && ::fchown(to, uid_t(user), gid_t(-1)) != 0))
            return systemFailure(transfer.name);
        return {};
    };
    for (const Transfer &input : furnishing.inputs) {
        if (const Result<void> placed = place(input, "input", false); !placed)
            return placed;
    }
    for (const Transfer &input : furnishing.sharedInputs) {
        if (const Result<void> placed = place(input, "resource", true); !placed)
            return placed;
    }
    return {};
}

void Stock::gather(AttemptId id, const Seat &seat, const QStringList &patterns)
{
    const std::string base = seat.folder + "/output";
    const File folder(::open(base.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    QList<LeftFile> all;
    if (folder >= 0)
        listFiles(folder, {}, seat.user, 0, all);
    std::ranges::sort(all, {}, &LeftFile::name);
    QList<LeftFile> files;
    QSet<QString> taken;
    QString unmatched;
    for (const QString &pattern : patterns) {
        const QRegularExpression expression = expressionOf(pattern);
        bool any = false;
        for (const LeftFile &file : std::as_const(all)) {
            if (!expression.match(file.name).hasMatch())
                continue;
            any = true;
            if (!taken.contains(file.name)) {
                taken.insert(file.name);
                files.append(file);
            }
        }
        if (!any && unmatched.isEmpty())
            unmatched = pattern;
    }
    emit gathered(id, files, unmatched);
}

void Stock::openOutput(AttemptId id, const Seat &seat, const QString &name)
{
    QStringList parts = name.split(u'/');
    const QByteArray last = QFile::encodeName(parts.takeLast());
    const std::string base = seat.folder + "/output";
    const File top(::open(base.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    const File folder(top < 0 ? -1 : openFolder(top, parts, -1, false));
    File file(folder < 0 ? -1 : ::openat(folder, last.constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat info;
    const bool good = file >= 0 && ::fstat(file, &info) == 0 && S_ISREG(info.st_mode)
        && (seat.user < 0 || info.st_uid == uid_t(seat.user));
    emit outputOpened(id, name, good ? file.release() : -1);
}

} // namespace Drover
