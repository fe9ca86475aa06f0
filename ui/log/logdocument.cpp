#include "ui/log/logdocument.h"

#include <QtCore/QtEndian>

#include <algorithm>
#include <cstring>

using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr qint64 mostHeld = 48 * 1024 * 1024;
constexpr int mostUnderWay = 8;
constexpr auto followWait = 20s;
constexpr auto betweenLooks = 33ms;
constexpr auto afterFailure = 2s;

} // namespace

LogDocument::LogDocument(std::unique_ptr<LogSource> source, QObject *parent)
    : QObject(parent), m_source(std::move(source))
{
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &LogDocument::ask);
    m_again.start(0);
}

LogDocument::~LogDocument() = default;

void LogDocument::ask()
{
    const bool waits = m_isKnown && isCounted();
    m_source->send(GetOutputInfo{.fromBlock = std::max<qint64>(0, qint64(m_figures.size()) - 1),
                                 .known = waits ? m_info.size : -1,
                                 .wait = waits ? std::chrono::milliseconds(followWait) : 0ms},
                   this, [this](const Result<OutputInfo> &info) { onInfo(info); });
}

void LogDocument::onInfo(const Result<OutputInfo> &info)
{
    if (!info) {
        emit failed(info.error());
        if (info.error().code != ErrorCode::NotFound && info.error().code != ErrorCode::NotPermitted)
            m_again.start(afterFailure);
        return;
    }
    const bool isNothingNew = info->generation == 0; // it waited in vain
    const bool isAnother = !isNothingNew && m_isKnown && m_info.generation != 0 && info->generation != m_info.generation;
    m_isKnown = true;
    if (isAnother) {
        ++m_generation;
        m_blocks.clear();
        m_heldBytes = 0;
        m_underWay = 0;
        m_figures.clear();
        m_linesBefore.clear();
        m_shown.reset();
        m_info = {};
        m_info.generation = info->generation;
        emit wasReset();
        ask();
        return;
    }
    if (!isNothingNew) {
        takeFigures(*info);
        m_info = *info;
        m_info.blocks.clear();
    }
    emit changed();
    if (!isCounted())
        ask();
    else if (!m_info.ended)
        m_again.start(betweenLooks);
}

void LogDocument::takeFigures(const OutputInfo &info)
{
    constexpr qsizetype each = 8;
    const size_t first = size_t(std::max<qint64>(0, info.firstBlock));
    if (info.blocks.isEmpty() || first > m_figures.size())
        return;
    m_figures.resize(first);
    m_linesBefore.resize(first);
    for (qsizetype at = 0; at + each <= info.blocks.size(); at += each) {
        const char *bytes = info.blocks.constData() + at;
        const BlockFigures figures{qFromLittleEndian<quint32>(bytes), qFromLittleEndian<quint16>(bytes + 4),
                                   qFromLittleEndian<quint16>(bytes + 6)};
        m_linesBefore.push_back(m_figures.empty() ? 0 : m_linesBefore.back() + m_figures.back().lines);
        m_figures.push_back(figures);
    }
}

qint64 LogDocument::lengthOf(qint64 number) const
{
    return std::clamp<qint64>(m_info.size - number * blockSize, 0, blockSize);
}

const LogDocument::Block *LogDocument::block(qint64 number)
{
    const auto it = m_blocks.find(number);
    if (it == m_blocks.end() || it->data.size() < lengthOf(number))
        fetch(number);
    if (it == m_blocks.end())
        return nullptr;
    it->used = ++m_uses;
    return &*it;
}

void LogDocument::fetch(qint64 number)
{
    if (number < 0 || lengthOf(number) == 0 || m_underWay >= mostUnderWay)
        return;
    Block &block = m_blocks[number];
    if (block.isAsked)
        return;
    block.isAsked = true;
    ++m_underWay;
    const qint64 from = number * blockSize + block.data.size();
    m_source->send(ReadOutput{.offset = from, .limit = int((number + 1) * blockSize - from)}, this,
                   [this, number, generation = m_generation](const Result<OutputPiece> &piece) {
                       if (generation == m_generation)
                           onPiece(number, piece);
                   });
}

void LogDocument::onPiece(qint64 number, const Result<OutputPiece> &piece)
{
    --m_underWay;
    Block &block = m_blocks[number];
    block.isAsked = false;
    if (!piece) {
        emit failed(piece.error());
        return;
    }
    const qint64 begin = number * blockSize;
    const qint64 end = begin + blockSize;
    const qint64 had = block.data.size();
    // What was asked for may lie in a gap: it shows as a row of its own.
    const qint64 gap = std::clamp<qint64>(std::min(piece->offset, end) - begin - had, 0, blockSize);
    block.data.append(gap, '\0');
    if (piece->offset < end) {
        block.data.append(piece->data.left(end - piece->offset));
        for (const OutputMark &mark : piece->marks) {
            if (block.marks.isEmpty() || mark.offset > block.marks.last().offset)
                block.marks.append(mark);
        }
        block.segments.append(piece->segments);
    }
    block.used = ++m_uses;
    m_heldBytes += block.data.size() - had;
    evict();
    emit arrived();
}

void LogDocument::evict()
{
    while (m_heldBytes > mostHeld) {
        auto oldest = m_blocks.end();
        for (auto it = m_blocks.begin(); it != m_blocks.end(); ++it) {
            if (!it->isAsked && (oldest == m_blocks.end() || it->used < oldest->used))
                oldest = it;
        }
        if (oldest == m_blocks.end())
            return;
        m_heldBytes -= oldest->data.size();
        m_blocks.erase(oldest);
    }
}

const OutputGap *LogDocument::gapAt(qint64 offset) const
{
    const auto it = std::ranges::find_if(m_info.gaps, [&](const OutputGap &gap) {
        return offset >= gap.offset && offset < gap.offset + gap.size;
    });
    return it == m_info.gaps.cend() ? nullptr : &*it;
}

qint64 LogDocument::nextGap(qint64 offset) const
{
    for (const OutputGap &gap : m_info.gaps) {
        if (gap.offset > offset)
            return gap.offset;
    }
    return m_info.size;
}

qint64 LogDocument::gapEndBetween(qint64 begin, qint64 end) const
{
    qint64 last = -1;
    for (const OutputGap &gap : m_info.gaps) {
        if (gap.offset + gap.size > begin && gap.offset + gap.size <= end)
            last = gap.offset + gap.size;
    }
    return last;
}

// Whether a line ends, or a gap begins or ends, in that block.
std::optional<bool> LogDocument::hasBreak(qint64 number)
{
    const qint64 begin = number * blockSize;
    const auto touches = [&](const OutputGap &gap) { return gap.offset < begin + blockSize && gap.offset + gap.size >= begin; };
    if (std::ranges::any_of(m_info.gaps, touches))
        return true;
    // The last one counted may have grown since.
    if (number + 1 < qint64(m_figures.size()))
        return m_figures[size_t(number)].lines > 0;
    const Block *bytes = block(number);
    if (!bytes)
        return std::nullopt;
    if (bytes->data.contains('\n'))
        return true;
    return bytes->data.size() < lengthOf(number) ? std::nullopt : std::optional(false);
}

// Past what belongs to a character that began in the block before.
std::optional<qint64> LogDocument::sliceStart(qint64 number)
{
    const Block *bytes = block(number);
    if (!bytes || bytes->data.size() < std::min<qint64>(4, lengthOf(number)))
        return std::nullopt;
    qint64 at = 0;
    while (at < 3 && at < bytes->data.size() && (quint8(bytes->data[at]) & 0xc0) == 0x80)
        ++at;
    return number * blockSize + at;
}

std::optional<qint64> LogDocument::rowStart(qint64 offset)
{
    if (m_shown) {
        const auto it = std::upper_bound(m_shown->cbegin(), m_shown->cend(), offset);
        return it == m_shown->cbegin() ? firstRow() : *std::prev(it);
    }
    offset = std::clamp<qint64>(offset, 0, std::max<qint64>(0, m_info.size - 1));
    if (const OutputGap *gap = gapAt(offset))
        return gap->offset;
    const qint64 number = offset / blockSize;
    const qint64 begin = number * blockSize;
    if (offset > begin) {
        const Block *bytes = block(number);
        if (!bytes || bytes->data.size() < offset - begin)
            return std::nullopt;
        const qint64 end = bytes->data.lastIndexOf('\n', offset - begin - 1);
        const qint64 start = std::max(end < 0 ? -1 : begin + end + 1, gapEndBetween(begin, offset));
        if (start >= 0)
            return start;
    }
    if (number == 0)
        return 0;
    const std::optional<bool> breaks = hasBreak(number - 1);
    if (!breaks)
        return std::nullopt;
    if (!*breaks) {
        const std::optional<qint64> start = sliceStart(number);
        if (!start || *start <= offset)
            return start;
        return rowStart(begin - 1); // within a character of the slice before
    }
    const qint64 gapEnd = gapEndBetween(begin - blockSize, begin);
    const Block *last = block(number - 1);
    if (!last || last->data.size() < blockSize)
        return gapEnd == begin ? std::optional(begin) : std::nullopt;
    const qint64 end = last->data.lastIndexOf('\n');
    return std::max(end < 0 ? begin - blockSize : begin - blockSize + end + 1, gapEnd);
}

std::optional<LogRow> LogDocument::rowAt(qint64 begin)
{
    if (begin < 0 || begin >= m_info.size)
        return std::nullopt;
    if (const OutputGap *gap = gapAt(begin))
        return LogRow{.begin = begin, .end = gap->offset + gap->size, .next = gap->offset + gap->size, .isGap = true};
    const qint64 number = begin / blockSize;
    const qint64 limit = nextGap(begin);
    LogRow row{.begin = begin};
    // In its own block, then in the next; what is longer goes on in a slice.
    for (qint64 each = number; each <= number + 1; ++each) {
        const qint64 from = std::max(begin, each * blockSize);
        const Block *bytes = from < limit ? block(each) : nullptr;
        if (from >= limit) {
            row.end = row.next = limit;
            return row;
        }
        if (!bytes)
            return std::nullopt;
        const qint64 end = bytes->data.indexOf('\n', from - each * blockSize);
        if (end >= 0 && each * blockSize + end < limit) {
            row.end = each * blockSize + end;
            row.next = row.end + 1;
            row.isSlice = begin > 0 && begin % blockSize < 4 && !hasBreak(number - 1).value_or(true);
            return row;
        }
        if (bytes->data.size() < lengthOf(each))
            return std::nullopt;
        if (limit <= (each + 1) * blockSize) {
            row.end = row.next = limit;
            row.isSlice = begin > 0 && begin % blockSize < 4 && !hasBreak(number - 1).value_or(true);
            return row;
        }
        const std::optional<bool> breaks = hasBreak(each);
        if (!breaks)
            return std::nullopt;
        if (!*breaks) {
            const std::optional<qint64> start = sliceStart(each + 1);
            if (!start)
                return std::nullopt;
            row.end = row.next = *start;
            row.isSlice = begin > 0 && begin % blockSize < 4 && !hasBreak(number - 1).value_or(true);
            return row;
        }
    }
    row.end = row.next = std::min(limit, (number + 2) * blockSize);
    return row;
}

qint64 LogDocument::firstRow() const
{
    if (m_shown)
        return m_shown->empty() ? m_info.size : m_shown->front();
    return 0;
}

std::optional<qint64> LogDocument::after(const LogRow &row)
{
    if (!m_shown)
        return std::min(row.next, m_info.size);
    const auto it = std::upper_bound(m_shown->cbegin(), m_shown->cend(), row.begin);
    return it == m_shown->cend() ? m_info.size : *it;
}

std::optional<qint64> LogDocument::before(qint64 begin)
{
    if (m_shown) {
        const auto it = std::lower_bound(m_shown->cbegin(), m_shown->cend(), begin);
        return it == m_shown->cbegin() ? -1 : *std::prev(it);
    }
    return begin <= 0 ? std::optional<qint64>(-1) : rowStart(begin - 1);
}

std::optional<QByteArray> LogDocument::bytes(qint64 begin, qint64 end)
{
    QByteArray all;
    all.reserve(end - begin);
    for (qint64 at = begin; at < end;) {
        const qint64 number = at / blockSize;
        const Block *bytes = block(number);
        const qint64 stop = std::min(end, (number + 1) * blockSize);
        if (!bytes || bytes->data.size() < stop - number * blockSize)
            return std::nullopt;
        all.append(QByteArrayView(bytes->data).sliced(at - number * blockSize, stop - at));
        at = stop;
    }
    return all;
}

qint64 LogDocument::lineNumber(qint64 begin)
{
    const qint64 number = begin / blockSize;
    if (number >= qint64(m_linesBefore.size()) || begin > m_info.scanned)
        return -1;
    const Block *bytes = block(number);
    const qint64 inside = begin - number * blockSize;
    if (!bytes || bytes->data.size() < inside)
        return -1;
    return m_linesBefore[size_t(number)] + std::count(bytes->data.cbegin(), bytes->data.cbegin() + inside, '\n') + 1;
}

Instant LogDocument::momentOf(qint64 offset) const
{
    const auto it = m_blocks.constFind(offset / blockSize);
    if (it == m_blocks.cend())
        return never;
    for (const OutputMark &mark : it->marks) {
        if (mark.offset > offset)
            return mark.at;
    }
    return never;
}

Stream LogDocument::streamOf(qint64 offset) const
{
    const auto it = m_blocks.constFind(offset / blockSize);
    if (it != m_blocks.cend()) {
        for (const OutputSegment &segment : it->segments) {
            if (offset >= segment.offset && offset < segment.offset + segment.size)
                return segment.stream;
        }
    }
    return Stream::Out;
}

void LogDocument::setShown(std::shared_ptr<const std::vector<qint64>> begins)
{
    m_shown = std::move(begins);
    emit changed();
}

} // namespace Drover
