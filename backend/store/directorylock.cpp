#include "backend/store/directorylock.h"

#include <QtCore/QFile>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Error systemError(const QString &doing)
{
    return fail(ErrorCode::Io, u"%1: %2"_s.arg(doing, QString::fromUtf8(std::strerror(errno))));
}

QString holder(int file)
{
    char text[64] = {};
    const ssize_t length = pread(file, text, sizeof text - 1, 0);
    return length > 0 ? QString::fromLatin1(text, length).trimmed() : u"unknown"_s;
}

} // namespace

DirectoryLock::~DirectoryLock()
{
    if (m_file >= 0)
        ::close(m_file);
}

Result<void> DirectoryLock::take(const QString &directory)
{
    const QByteArray folder = QFile::encodeName(directory);
    if (::mkdir(folder.constData(), 0700) != 0 && errno != EEXIST)
        return systemError(u"making the data directory %1"_s.arg(directory));
    const QByteArray path = folder + "/drover.lock";
    const int file = ::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return systemError(u"opening %1"_s.arg(QFile::decodeName(path)));
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        const Error error
            = fail(ErrorCode::Conflict, u"the data directory %1 is in use by a daemon, process %2"_s
                                            .arg(directory, holder(file)));
        ::close(file);
        return error;
    }
    const QByteArray mine = QByteArray::number(getpid()) + "\n";
    if (ftruncate(file, 0) != 0 || pwrite(file, mine.constData(), size_t(mine.size()), 0) < 0) {
        const Error error = systemError(u"writing %1"_s.arg(QFile::decodeName(path)));
        ::close(file);
        return error;
    }
    m_file = file;
    return {};
}

} // namespace Drover
