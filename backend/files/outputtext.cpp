#include "backend/files/outputtext.h"

#include <QtCore/QFile>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

/// A stream in a file that comes at some time, grows, and may be removed while it is read: it is
/// held open.
class FileText : public OutputText
{
public:
    explicit FileText(QString path) : m_path(std::move(path)) { }
    ~FileText() override
    {
        if (m_file >= 0)
            ::close(m_file);
    }

    Result<void> refresh(Instant ended) override;
    Result<qint64> read(qint64 offset, char *into, qint64 size) const override;

private:
    QString m_path;
    int m_file = -1;
};

Result<void> FileText::refresh(Instant ended)
{
    if (m_file < 0)
        m_file = ::open(QFile::encodeName(m_path).constData(), O_RDONLY | O_CLOEXEC);
    if (m_file < 0 && errno == ENOENT)
        return {};
    struct stat info;
    if (::fstat(m_file, &info) != 0)
        return fail(ErrorCode::Io, u"cannot look at %1: %2"_s.arg(m_path, QString::fromLocal8Bit(std::strerror(errno))));
    m_size = std::max<qint64>(m_size, info.st_size);
    readMarks(m_path + u".marks"_s);
    markEnd(ended);
    return {};
}

Result<qint64> FileText::read(qint64 offset, char *into, qint64 size) const
{
    qint64 done = 0;
    while (m_file >= 0 && done < size) {
        const ssize_t count = ::pread(m_file, into + done, size_t(size - done), offset + done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(ErrorCode::Io, u"cannot read %1: %2"_s.arg(m_path, QString::fromLocal8Bit(std::strerror(errno))));
        if (count == 0)
            break;
        done += count;
    }
    return done;
}

class BytesText : public OutputText
{
public:
    BytesText(QByteArray bytes, QString path) : m_bytes(std::move(bytes)), m_path(std::move(path)) { m_size = m_bytes.size(); }

    Result<void> refresh(Instant ended) override
    {
        readMarks(m_path + u".marks"_s);
        markEnd(ended);
        return {};
    }
    Result<qint64> read(qint64 offset, char *into, qint64 size) const override
    {
        const qint64 count = std::clamp<qint64>(m_bytes.size() - offset, 0, size);
        std::memcpy(into, m_bytes.constData() + offset, size_t(count));
        return count;
    }

private:
    QByteArray m_bytes;
    QString m_path;
};

} // namespace

const std::vector<OutputStretch> &OutputText::stretches() const
{
    static const std::vector<OutputStretch> none;
    return none;
}

Result<QByteArray> OutputText::bytes(qint64 offset, qint64 size) const
{
    QByteArray bytes(std::clamp<qint64>(m_size - offset, 0, size), Qt::Uninitialized);
    const Result<qint64> count = read(offset, bytes.data(), bytes.size());
    if (!count)
        return count.error();
    bytes.resize(*count);
    return bytes;
}

Instant OutputText::momentOf(qint64 offset) const
{
    const auto it = std::upper_bound(m_moments.cbegin(), m_moments.cend(), offset,
                                     [](qint64 at, const OutputMoment &moment) { return at < moment.offset; });
    return it == m_moments.cend() ? never : it->at;
}

qint64 OutputText::offsetAt(Instant at) const
{
    const auto it = std::lower_bound(m_moments.cbegin(), m_moments.cend(), at,
                                     [](const OutputMoment &moment, Instant wanted) { return moment.at < wanted; });
    return it == m_moments.cbegin() ? 0 : std::prev(it)->offset;
}

const OutputHole *OutputText::holeAt(qint64 offset) const
{
    const auto it = std::upper_bound(m_holes.cbegin(), m_holes.cend(), offset,
                                     [](qint64 at, const OutputHole &hole) { return at < hole.end(); });
    return it != m_holes.cend() && it->offset <= offset ? &*it : nullptr;
}

qint64 OutputText::nextHole(qint64 offset) const
{
    for (const OutputHole &hole : m_holes) {
        if (hole.offset >= offset)
            return hole.offset;
    }
    return m_size;
}

void OutputText::addHole(const OutputHole &hole)
{
    if (hole.size <= 0 || hole.offset < 0)
        return;
    if (!m_holes.isEmpty() && hole.offset <= m_holes.last().end()) {
        OutputHole &last = m_holes.last();
        last.size = std::max(last.end(), hole.end()) - last.offset;
        return;
    }
    m_holes.append(hole);
}

void OutputText::readMarks(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() < m_marksRead + 16 || !file.seek(m_marksRead))
        return;
    const QByteArray bytes = file.readAll();
    const qsizetype whole = bytes.size() / 16 * 16;
    m_marksRead += whole;
    for (qsizetype i = 0; i < whole; i += 16) {
        qint64 pair[2];
        std::memcpy(pair, bytes.constData() + i, sizeof pair);
        if (pair[0] < 0) // a hole, see OutputFiles
            addHole({-pair[0] - 1 - pair[1], pair[1]});
        // A piece that came twice brings its marks twice.
        else if (m_moments.empty() || pair[0] > m_moments.back().offset)
            m_moments.push_back({pair[0], fromMicroseconds(pair[1])});
    }
}

void OutputText::markEnd(Instant ended)
{
    const qint64 known = m_moments.empty() ? 0 : m_moments.back().offset;
    if (isSet(ended) && known < m_size)
        m_moments.push_back({m_size, m_moments.empty() ? ended : std::max(ended, m_moments.back().at)});
}

std::unique_ptr<OutputText> textOfFile(const QString &path)
{
    return std::make_unique<FileText>(path);
}

std::unique_ptr<OutputText> textOfBytes(const QByteArray &bytes, const QString &path)
{
    return std::make_unique<BytesText>(bytes, path);
}

} // namespace Drover
