#include "backend/files/outputindex.h"

#include <algorithm>
#include <cstring>

namespace Drover {

namespace {

constexpr qint64 readSize = 4 * OutputIndex::blockSize;
constexpr qint64 furthestBack = 1024 * 1024;

} // namespace

Result<void> OutputIndex::extend(const OutputText &text, qint64 budget)
{
    QByteArray buffer(readSize, Qt::Uninitialized);
    const qint64 end = std::min(text.size(), m_scanned + budget);
    while (m_scanned < end) {
        const OutputHole *hole = text.holeAt(m_scanned);
        if (hole) {
            take(std::min(hole->end(), text.size()) - 1, {}); // its blocks have no lines
            m_scanned = std::min(hole->end(), text.size());
            m_head.clear();
            continue;
        }
        // Up to a block's end, so that each belongs to one block.
        const qint64 limit = std::min({text.nextHole(m_scanned), text.size(), (m_scanned / blockSize + 4) * blockSize});
        const Result<qint64> count = text.read(m_scanned, buffer.data(), limit - m_scanned);
        if (!count)
            return count.error();
        if (*count == 0)
            break;
        for (qint64 done = 0; done < *count;) {
            const qint64 inBlock = std::min(*count - done, blockSize - (m_scanned + done) % blockSize);
            take(m_scanned + done, QByteArrayView(buffer.constData() + done, inBlock));
            done += inBlock;
        }
        m_scanned += *count;
    }
    return {};
}

void OutputIndex::take(qint64 offset, QByteArrayView bytes)
{
    const size_t block = size_t(offset / blockSize);
    while (m_blocks.size() <= block) {
        m_blocks.push_back({});
        m_endsBefore.push_back(m_lineEnds);
    }
    const char *at = bytes.data();
    const char *const end = at + bytes.size();
    while (at < end) {
        if (m_head.isEmpty())
            m_headBlock = block;
        const char *newline = static_cast<const char *>(std::memchr(at, '\n', size_t(end - at)));
        const char *lineEnd = newline ? newline : end;
        if (newline && m_head.isEmpty()) {
            // The usual case costs no copy.
            const LineLevel level = levelWordOf(QByteArrayView(at, lineEnd)).level;
            m_blocks[block].errors += level >= LineLevel::Error;
            m_blocks[block].warnings += level == LineLevel::Warning;
            m_errors += level >= LineLevel::Error;
            m_warnings += level == LineLevel::Warning;
        } else {
            if (m_head.size() < levelReach)
                m_head.append(at, std::min<qsizetype>(levelReach - m_head.size(), lineEnd - at));
            if (newline)
                endLine();
        }
        if (newline) {
            ++m_blocks[block].lines;
            ++m_lineEnds;
        }
        at = newline ? newline + 1 : end;
    }
}

void OutputIndex::endLine()
{
    const LineLevel level = levelWordOf(m_head).level;
    m_blocks[m_headBlock].errors += level >= LineLevel::Error;
    m_blocks[m_headBlock].warnings += level == LineLevel::Warning;
    m_errors += level >= LineLevel::Error;
    m_warnings += level == LineLevel::Warning;
    m_head.clear();
}

Result<qint64> OutputIndex::offsetOfLine(const OutputText &text, qint64 line) const
{
    line = std::clamp<qint64>(line, 0, m_lineEnds);
    if (line == 0)
        return 0;
    // The block in which the line before it ends.
    const auto after = std::lower_bound(m_endsBefore.cbegin(), m_endsBefore.cend(), line);
    const qint64 block = after - m_endsBefore.cbegin() - 1;
    const Result<QByteArray> bytes = text.bytes(block * blockSize, blockSize);
    if (!bytes)
        return bytes.error();
    qsizetype at = 0;
    for (qint64 left = line - m_endsBefore[size_t(block)]; left > 0 && at >= 0; --left)
        at = bytes->indexOf('\n', at) + 1;
    const qint64 offset = block * blockSize + at;
    // The last end has no line after it.
    return offset >= text.size() && line == m_lineEnds ? lineStart(text, text.size() - 1) : Result<qint64>(offset);
}

Result<qint64> OutputIndex::lineAt(const OutputText &text, qint64 offset) const
{
    const qint64 block = offset / blockSize;
    if (offset > m_scanned || block >= qint64(m_blocks.size()))
        return offset == 0 ? 0 : (offset == m_scanned ? m_lineEnds : -1);
    const Result<QByteArray> bytes = text.bytes(block * blockSize, offset - block * blockSize);
    if (!bytes)
        return bytes.error();
    return m_endsBefore[size_t(block)] + bytes->count('\n');
}

Result<qint64> OutputIndex::lineStart(const OutputText &text, qint64 offset) const
{
    for (qint64 end = std::min(offset, text.size()); end > 0 && offset - end < furthestBack;) {
        const qint64 begin = std::max<qint64>(0, end - 4096);
        const Result<QByteArray> bytes = text.bytes(begin, end - begin);
        if (!bytes)
            return bytes.error();
        if (const qsizetype at = bytes->lastIndexOf('\n'); at >= 0)
            return begin + at + 1;
        end = begin;
        if (begin == 0)
            return 0;
    }
    return offset <= 0 ? 0 : std::max<qint64>(0, offset - furthestBack);
}

} // namespace Drover
