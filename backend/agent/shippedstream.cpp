#include "backend/agent/shippedstream.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace Drover {

namespace {

// Beyond this a cut lasts so long that nobody misses a tenth of a second.
constexpr qsizetype marksKept = 8192;

} // namespace

ShippedStream::~ShippedStream()
{
    if (m_file >= 0)
        ::close(m_file);
}

ShippedStream::ShippedStream(ShippedStream &&other) noexcept
    : m_path(std::move(other.m_path))
    , m_stream(other.m_stream)
    , m_file(std::exchange(other.m_file, -1))
    , m_isClosed(other.m_isClosed)
    , m_size(other.m_size)
    , m_sent(other.m_sent)
    , m_acknowledged(other.m_acknowledged)
    , m_gap(other.m_gap)
    , m_gapEnd(other.m_gapEnd)
    , m_marks(std::move(other.m_marks))
{
}

bool ShippedStream::isOpen()
{
    if (m_file < 0)
        m_file = open(m_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return m_file >= 0;
}

bool ShippedStream::look(Instant now)
{
    struct stat info;
    if (!isOpen() || fstat(m_file, &info) != 0 || info.st_size <= m_size)
        return false;
    m_size = info.st_size;
    if (m_marks.size() >= marksKept)
        m_marks.removeLast();
    m_marks.append({.offset = m_size, .at = now});
    return true;
}

void ShippedStream::close()
{
    m_isClosed = true;
    struct stat info;
    const qint64 size = isOpen() && fstat(m_file, &info) == 0 ? info.st_size : 0;
    // A task may cut its own output short.
    m_size = std::min(m_size, size);
    m_sent = std::min(m_sent, m_size);
    m_acknowledged = std::min(m_acknowledged, m_size);
}

std::optional<OutputChunk> ShippedStream::next()
{
    const qint64 room = m_acknowledged + m_gap + window - m_sent;
    if (m_sent >= m_size || room <= 0)
        return {};
    OutputChunk chunk{.stream = m_stream};
    const qint64 data = std::min(dataFrom(m_sent), m_size);
    chunk.gapBefore = data - m_sent;
    if (chunk.gapBefore > 0) {
        m_gap += chunk.gapBefore;
        m_gapEnd = data;
    }
    chunk.offset = data;
    chunk.data = read(data, std::min({chunkLimit, m_size - data, room}));
    if (chunk.data.isEmpty() && chunk.gapBefore == 0) {
        if (m_isClosed)
            m_size = m_sent;
        return {};
    }
    const qint64 end = data + chunk.data.size();
    for (const OutputMark &mark : std::as_const(m_marks)) {
        if (mark.offset > m_sent && mark.offset <= end)
            chunk.marks.append(mark);
    }
    m_sent = end;
    return chunk;
}

void ShippedStream::acknowledge(qint64 upTo)
{
    if (upTo <= m_acknowledged)
        return;
    m_acknowledged = std::min(upTo, m_size);
    m_sent = std::max(m_sent, m_acknowledged);
    if (m_acknowledged >= m_gapEnd)
        m_gap = 0;
    const auto kept
        = std::find_if(m_marks.cbegin(), m_marks.cend(),
                       [this](const OutputMark &mark) { return mark.offset > m_acknowledged; });
    m_marks.erase(m_marks.cbegin(), kept);
}

void ShippedStream::rewind()
{
    m_sent = m_acknowledged;
    m_gap = 0;
}

QByteArray ShippedStream::tail(qint64 limit)
{
    struct stat info;
    if (!isOpen() || fstat(m_file, &info) != 0)
        return {};
    return read(std::max<qint64>(0, info.st_size - limit), limit);
}

QByteArray ShippedStream::head(qint64 limit)
{
    return isOpen() ? read(0, limit) : QByteArray();
}

QByteArray ShippedStream::read(qint64 offset, qint64 length)
{
    QByteArray bytes(length, Qt::Uninitialized);
    const ssize_t count = pread(m_file, bytes.data(), size_t(length), offset);
    bytes.resize(std::max<ssize_t>(0, count));
    return bytes;
}

/// Where the cap's punching has left bytes: the files are only appended to, so a hole is a gap.
qint64 ShippedStream::dataFrom(qint64 offset)
{
    const off_t data = lseek(m_file, offset, SEEK_DATA);
    return data >= 0 ? data : errno == ENXIO ? m_size : offset;
}

} // namespace Drover
