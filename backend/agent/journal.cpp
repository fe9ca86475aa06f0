#include "backend/agent/journal.h"

#include "backend/protocol/cborcodec.h"
#include "backend/shim/runfolder.h"

#include <QtCore/QFile>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 rewriteBeyond = 4 * 1024 * 1024;

Error systemFailure(const QString &what, const QString &path)
{
    const int error = errno;
    return fail(ErrorCode::Io, u"%1 %2: %3"_s.arg(what, path, qt_error_string(error)));
}

struct RecordHead
{
    quint32 length = 0;
    char kind = 0;
};
constexpr qsizetype recordHeadSize = 5;

} // namespace

Journal::~Journal()
{
    if (m_file >= 0)
        close(m_file);
}

template <typename T> void Journal::appendRecord(QByteArray &bytes, Kind kind, const T &value)
{
    const QByteArray body = encode(value);
    const auto length = quint32(body.size());
    bytes.append(reinterpret_cast<const char *>(&length), sizeof length);
    bytes.append(char(kind));
    bytes.append(body);
}

Result<void> Journal::open()
{
    QFile file(m_path);
    if (file.open(QIODevice::ReadOnly))
        read(file.readAll());
    else if (file.exists())
        return fail(ErrorCode::Io, u"%1: %2"_s.arg(m_path, file.errorString()));
    ++m_head.generation;
    const QString now = QString::fromStdString(bootId());
    m_isNewBoot = std::exchange(m_head.bootId, now) != now;
    return rewrite();
}

void Journal::read(const QByteArray &bytes)
{
    qsizetype at = 0;
    while (bytes.size() - at >= recordHeadSize) {
        RecordHead head;
        memcpy(&head.length, bytes.constData() + at, sizeof head.length);
        head.kind = bytes.at(at + 4);
        if (head.length > bytes.size() - at - recordHeadSize)
            return;
        const QByteArray body = bytes.mid(at + recordHeadSize, head.length);
        at += recordHeadSize + qsizetype(head.length);
        if (Kind(head.kind) == Kind::Head) {
            if (const Result<Head> known = decode<Head>(body))
                m_head = *known;
        } else if (const Result<AttemptNote> note = decode<AttemptNote>(body)) {
            if (Kind(head.kind) == Kind::Add)
                m_notes.insert(note->id(), *note);
            else if (Kind(head.kind) == Kind::Remove)
                m_notes.remove(note->id());
        }
    }
}

Result<void> Journal::setHistory(qint64 epoch, qint64 revision)
{
    if (epoch == m_head.epoch && revision == m_head.revision)
        return {};
    m_head.epoch = epoch;
    m_head.revision = revision;
    QByteArray bytes;
    appendRecord(bytes, Kind::Head, m_head);
    return append(bytes);
}

Result<void> Journal::add(const QList<AttemptNote> &notes)
{
    QByteArray bytes;
    for (const AttemptNote &note : notes)
        appendRecord(bytes, Kind::Add, note);
    const Result<void> appended = append(bytes);
    if (!appended)
        return appended.error();
    for (const AttemptNote &note : notes)
        m_notes.insert(note.id(), note);
    return {};
}

Result<void> Journal::remove(const QList<AttemptId> &ids)
{
    QByteArray bytes;
    for (const AttemptId id : ids) {
        m_notes.remove(id);
        appendRecord(bytes, Kind::Remove, AttemptNote{.task = id.task, .n = id.n});
    }
    const Result<void> appended = append(bytes);
    if (!appended)
        return appended.error();
    // Many times what lives: otherwise a few thousand live notes would be written over and over.
    if (m_size > rewriteBeyond && m_size > 64 * 1024 * m_notes.size())
        return rewrite();
    return {};
}

Result<void> Journal::append(const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return {};
    const ssize_t written = write(m_file, bytes.constData(), size_t(bytes.size()));
    if (written == bytes.size()) {
        m_size += bytes.size();
        return {};
    }
    if (written >= 0)
        errno = ENOSPC;
    const Error error = systemFailure(u"write"_s, m_path);
    // Half a record would hide all that come after it.
    (void)!ftruncate(m_file, m_size);
    return error;
}

Result<void> Journal::rewrite()
{
    QByteArray bytes;
    appendRecord(bytes, Kind::Head, m_head);
    for (const AttemptNote &note : std::as_const(m_notes))
        appendRecord(bytes, Kind::Add, note);
    const QByteArray path = QFile::encodeName(m_path);
    const QByteArray beside = path + ".new";
    const int file
        = ::open(beside.constData(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0)
        return systemFailure(u"open"_s, m_path);
    const ssize_t written = write(file, bytes.constData(), size_t(bytes.size()));
    if (written != bytes.size() || rename(beside.constData(), path.constData()) != 0) {
        if (written >= 0 && written != bytes.size())
            errno = ENOSPC;
        const Error error = systemFailure(u"write"_s, m_path);
        close(file);
        return error;
    }
    if (m_file >= 0)
        close(m_file);
    m_file = file;
    m_size = bytes.size();
    return {};
}

} // namespace Drover
