#include "backend/files/outputfiles.h"

#include <QtCore/QDir>
#include <QtCore/QDirIterator>
#include <QtCore/QFile>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 tasksPerFolder = 1000;

Error ioError(const QString &what, const QString &path)
{
    return fail(ErrorCode::Io, u"%1 %2: %3"_s.arg(what, path, QString::fromLocal8Bit(std::strerror(errno))));
}

} // namespace

OutputFiles::OutputFiles(QString folder, QObject *parent) : QObject(parent), m_folder(std::move(folder))
{
    QDir().mkpath(m_folder);
}

QString OutputFiles::pathOf(const OutputName &name) const
{
    return u"%1/%2/%3.%4"_s.arg(m_folder)
        .arg(name.attempt.task.value / tasksPerFolder)
        .arg(printed(name.attempt), name.stream == 0 ? u"out"_s : u"err"_s);
}

void OutputFiles::write(const QList<OutputPart> &parts)
{
    QHash<OutputName, qint64> sizes;
    QList<std::pair<OutputName, Error>> refused;
    for (const OutputPart &part : parts) {
        const Result<qint64> size = writePart(part);
        if (size) {
            sizes[part.name] = std::max(sizes.value(part.name), *size);
            m_interrupted.remove(part.name);
        } else {
            refused.append({part.name, size.error()});
            m_interrupted.insert(part.name);
        }
    }
    if (!sizes.isEmpty()) {
        // One sync for all of them, however many files there are.
        const int fd = ::open(QFile::encodeName(m_folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const bool synced = fd >= 0 && ::syncfs(fd) == 0;
        const Error error = synced ? Error {} : ioError(u"cannot sync"_s, m_folder);
        if (fd >= 0)
            ::close(fd);
        for (auto it = sizes.cbegin(); it != sizes.cend(); ++it) {
            if (synced)
                emit stored(it.key(), *it);
            else
                refused.append({it.key(), error});
        }
    }
    for (const auto &[name, error] : std::as_const(refused))
        emit failed(name, error);
    emit written();
}

Result<qint64> OutputFiles::writePart(const OutputPart &part)
{
    const QString path = pathOf(part.name);
    QFile file(path);
    // Unbuffered: an error of the disk must show in write(), not at some later flush.
    if (!file.open(QIODevice::ReadWrite | QIODevice::Unbuffered)) {
        QDir().mkpath(path.section(u'/', 0, -2));
        if (!file.open(QIODevice::ReadWrite | QIODevice::Unbuffered))
            return fail(ErrorCode::Io, u"cannot open %1: %2"_s.arg(path, file.errorString()));
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    }
    // Storing this one acknowledges all before it: the one that was refused has to come first.
    if (m_interrupted.contains(part.name) && part.offset - part.gapBefore > file.size())
        return fail(ErrorCode::Conflict, u"%1 ends before the piece at %2: what lies between was not stored"_s.arg(path).arg(part.offset));
    if (!file.seek(part.offset) || file.write(part.data) != part.data.size())
        return fail(ErrorCode::Io, u"cannot write %1: %2"_s.arg(path, file.errorString()));
    if (Result<void> marked = writeMarks(part); !marked)
        return marked.error();
    return part.offset + part.data.size();
}

Result<void> OutputFiles::writeMarks(const OutputPart &part)
{
    if (part.marks.isEmpty() && part.gapBefore == 0)
        return {};
    QFile file(pathOf(part.name) + u".marks"_s);
    if (!file.open(QIODevice::Append | QIODevice::Unbuffered))
        return fail(ErrorCode::Io, u"cannot open %1: %2"_s.arg(file.fileName(), file.errorString()));
    QByteArray bytes;
    const auto add = [&](qint64 first, qint64 second) {
        bytes.append(reinterpret_cast<const char *>(&first), sizeof first);
        bytes.append(reinterpret_cast<const char *>(&second), sizeof second);
    };
    if (part.gapBefore > 0)
        add(-part.offset - 1, part.gapBefore); // a negative offset is a gap, not a mark
    for (const auto &[offset, at] : part.marks)
        add(offset, toMicroseconds(at));
    if (file.write(bytes) != bytes.size())
        return fail(ErrorCode::Io, u"cannot write %1: %2"_s.arg(file.fileName(), file.errorString()));
    return {};
}

void OutputFiles::remove(const OutputName &name, Removal removal)
{
    const QString path = pathOf(name);
    m_interrupted.remove(name);
    QFile::remove(path);
    if (removal == Removal::All)
        QFile::remove(path + u".marks"_s);
}

qint64 OutputFiles::totalSize() const
{
    qint64 total = 0;
    QDirIterator it(m_folder, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        it.next();
        total += it.fileInfo().size();
    }
    return total;
}

} // namespace Drover
