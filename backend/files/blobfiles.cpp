#include "backend/files/blobfiles.h"

#include "backend/base/logging.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QDirIterator>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 readAtOnce = 1024 * 1024;

Error failureOf(const QFile &file)
{
    const bool full = errno == ENOSPC || errno == EDQUOT;
    return fail(full ? ErrorCode::LimitReached : ErrorCode::Io,
                full ? u"the daemon's disk is full"_s
                     : u"%1: %2"_s.arg(file.fileName(), file.errorString()));
}

/// A rename is durable once its folder is.
bool syncFolder(const QString &path)
{
    const int folder = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return false;
    const bool synced = ::fsync(folder) == 0;
    ::close(folder);
    return synced;
}

} // namespace

BlobFiles::BlobFiles(QString folder, QObject *parent) : QObject(parent), m_folder(std::move(folder))
{
    qRegisterMetaType<Result<qint64>>();
    qRegisterMetaType<Result<QByteArray>>();
}

BlobFiles::~BlobFiles() = default;

QString BlobFiles::pathOf(const QString &hash) const
{
    return m_folder + u'/' + hash.left(2) + u'/' + hash;
}

QString BlobFiles::beginningOf(const BlobUpload &upload) const
{
    return m_folder + u"/incoming/"_s + upload.hash + u'-' + upload.owner;
}

void BlobFiles::measure(qint64 transfer, const BlobUpload &upload)
{
    const QFileInfo beginning(beginningOf(upload));
    emit measured(transfer, beginning.exists() ? std::min(beginning.size(), upload.size) : 0);
}

void BlobFiles::begin(qint64 transfer, const BlobUpload &upload)
{
    emit begun(transfer, tryBegin(transfer, upload));
}

Result<qint64> BlobFiles::tryBegin(qint64 transfer, const BlobUpload &upload)
{
    for (const auto &[id, other] : m_open) {
        if (other->upload.hash == upload.hash && other->upload.owner == upload.owner)
            return fail(ErrorCode::Busy, u"another connection is handing this file in"_s);
    }
    if (!QDir().mkpath(m_folder + u"/incoming"_s))
        return fail(ErrorCode::Io, u"%1 cannot be made"_s.arg(m_folder));
    auto open = std::make_unique<Open>();
    open->upload = upload;
    open->file.setFileName(beginningOf(upload));
    if (!open->file.open(QIODevice::ReadWrite))
        return failureOf(open->file);
    if (open->file.size() < upload.from)
        return fail(ErrorCode::Conflict, u"only %1 bytes of it are here"_s.arg(open->file.size()));
    if (!open->file.resize(upload.from))
        return failureOf(open->file);
    while (open->size < upload.from) {
        const QByteArray piece = open->file.read(std::min(readAtOnce, upload.from - open->size));
        if (piece.isEmpty())
            return failureOf(open->file);
        open->hash.addData(piece);
        open->size += piece.size();
    }
    m_open.emplace(transfer, std::move(open));
    return upload.from;
}

void BlobFiles::write(qint64 transfer, const QByteArray &piece)
{
    const auto found = m_open.find(transfer);
    if (found == m_open.end())
        return;
    Open &open = *found->second;
    if (open.size + piece.size() > open.upload.size) {
        emit written(transfer, fail(ErrorCode::Invalid, u"more bytes than were announced"_s));
        return;
    }
    if (open.file.write(piece) != piece.size() || !open.file.flush()) {
        const Error failed = failureOf(open.file);
        emit written(transfer, failed);
        return;
    }
    open.hash.addData(piece);
    open.size += piece.size();
    emit written(transfer, piece.size());
}

void BlobFiles::finish(qint64 transfer)
{
    const auto found = m_open.find(transfer);
    if (found == m_open.end())
        return;
    const Result<qint64> done = tryFinish(*found->second);
    m_open.erase(found);
    emit finished(transfer, done);
}

Result<qint64> BlobFiles::tryFinish(Open &open)
{
    const BlobUpload &upload = open.upload;
    if (open.size != upload.size)
        return fail(ErrorCode::Conflict, u"%1 of %2 bytes have come"_s.arg(open.size).arg(upload.size));
    if (QString::fromLatin1(open.hash.result().toHex()) != upload.hash) {
        open.file.remove();
        return fail(ErrorCode::Invalid,
                    u"its content has another hash: it was changed, or damaged on the way; hand it in again"_s);
    }
    const QString path = pathOf(upload.hash);
    if (::fsync(open.file.handle()) != 0)
        return failureOf(open.file);
    open.file.close();
    const QString folder = QFileInfo(path).path();
    if (!QDir().mkpath(folder)
        || ::rename(QFile::encodeName(open.file.fileName()).constData(), QFile::encodeName(path).constData()) != 0)
        return fail(ErrorCode::Io, u"%1: %2"_s.arg(path, qt_error_string(errno)));
    if (!syncFolder(folder) || !syncFolder(m_folder))
        return fail(ErrorCode::Io, u"%1: %2"_s.arg(folder, qt_error_string(errno)));
    return upload.size;
}

void BlobFiles::giveUp(qint64 transfer)
{
    m_open.erase(transfer);
}

void BlobFiles::read(qint64 transfer, const QString &hash, qint64 offset, qint64 limit)
{
    QFile file(pathOf(hash));
    if (!file.open(QIODevice::ReadOnly) || !file.seek(offset)) {
        emit wasRead(transfer, fail(ErrorCode::NotFound, u"%1: %2"_s.arg(hash, file.errorString())));
        return;
    }
    const QByteArray piece = file.read(limit);
    if (piece.isEmpty())
        emit wasRead(transfer, fail(ErrorCode::Io, u"%1 is shorter than it was"_s.arg(file.fileName())));
    else
        emit wasRead(transfer, piece);
}

void BlobFiles::remove(const QString &hash)
{
    if (!QFile::remove(pathOf(hash)))
        logWarning(LogCategory::Files, u"a blob cannot be removed", {{"path"_L1, pathOf(hash)}});
    emit removed(hash);
}

void BlobFiles::sweep(const QSet<QString> &known, std::chrono::seconds untouched)
{
    const QDateTime before = QDateTime::currentDateTimeUtc().addSecs(-untouched.count());
    QDirIterator files(m_folder, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        files.next();
        const QFileInfo file = files.fileInfo();
        const bool isOpen = std::ranges::any_of(m_open, [&](const auto &open) {
            return open.second->file.fileName() == file.filePath();
        });
        if (!isOpen && !known.contains(file.fileName()) && file.lastModified() < before)
            QFile::remove(file.filePath());
    }
}

} // namespace Drover
