#include "backend/files/outputsearch.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace Drover {

namespace {

constexpr qint64 chunkSize = 1024 * 1024;
constexpr qint64 overlap = 4096; // of chunks that end inside a line; a match there may be cut short
constexpr qint64 longestText = 16 * 1024;
constexpr auto budget = std::chrono::milliseconds(80);

/// One chunk: whole lines, or a part of one that is longer.
struct Chunk
{
    qint64 offset = 0; // of bytes
    QByteArray bytes;
    qsizetype begin = 0; // hits begin from here on …
    qsizetype end = 0; // … and before this

    qint64 last() const { return offset + end; }
};

qint64 endsIn(const char *from, const char *to)
{
    return std::count(from, to, '\n');
}

class Search
{
public:
    Search(const OutputText &text, const OutputIndex &index, const OutputQuery &query)
        : m_text(text), m_index(index), m_query(query)
    {
    }

    Result<OutputHits> forward();
    Result<OutputHits> backward();

private:
    Result<Chunk> chunkFrom(qint64 offset, qint64 to) const;
    Result<Chunk> chunkBefore(qint64 to, qint64 from) const;
    Result<void> look(const Chunk &chunk, qsizetype limit, QList<OutputHit> &hits) const;
    Result<void> lookAtLines(const Chunk &chunk, qsizetype limit, QList<OutputHit> &hits) const;
    Result<bool> isDropped(const Chunk &chunk, qsizetype begin, qsizetype end) const;
    OutputHit hit(const Chunk &chunk, qsizetype begin, qsizetype end) const;
    void number(const Chunk &chunk, QList<OutputHit> &hits, qsizetype first) const;
    bool isOverdue() const { return std::chrono::steady_clock::now() > m_until; }

    const OutputText &m_text;
    const OutputIndex &m_index;
    const OutputQuery &m_query;
    std::chrono::steady_clock::time_point m_until = std::chrono::steady_clock::now() + budget;
};

Result<Chunk> Search::chunkFrom(qint64 offset, qint64 to) const
{
    if (const OutputHole *hole = m_text.holeAt(offset))
        offset = hole->end();
    const qint64 limit = std::min(to, m_text.nextHole(offset));
    // A word's or line's beginning is seen by what stands before it.
    const qint64 before = std::min<qint64>(offset, 16);
    const Result<QByteArray> bytes = m_text.bytes(offset - before, before + std::clamp<qint64>(limit - offset, 0, chunkSize));
    if (!bytes)
        return bytes.error();
    Chunk chunk {.offset = offset - before, .bytes = *bytes, .begin = before, .end = bytes->size()};
    if (chunk.offset + chunk.end < limit) {
        const qsizetype lineEnd = chunk.bytes.lastIndexOf('\n') + 1;
        if (lineEnd > chunk.begin)
            chunk.bytes.truncate(chunk.end = lineEnd);
        else
            chunk.end -= overlap;
    }
    return chunk;
}

Result<Chunk> Search::chunkBefore(qint64 to, qint64 from) const
{
    for (const OutputHole &hole : m_text.holes()) {
        if (hole.offset < to && to <= hole.end())
            to = hole.offset;
    }
    qint64 begin = std::max(from, to - chunkSize);
    for (const OutputHole &hole : m_text.holes()) {
        if (hole.end() <= to)
            begin = std::max(begin, hole.end());
    }
    begin = std::min(begin, to);
    const qint64 before = std::min<qint64>(begin, 16);
    const Result<QByteArray> bytes = m_text.bytes(begin - before, to - begin + before);
    if (!bytes)
        return bytes.error();
    Chunk chunk {.offset = begin - before, .bytes = *bytes, .begin = before, .end = bytes->size()};
    // From a line's beginning on, unless it is longer than all of this.
    const qsizetype lineBegin = begin > from ? chunk.bytes.indexOf('\n', chunk.begin) + 1 : 0;
    if (lineBegin > 0 && lineBegin < chunk.end)
        chunk.begin = lineBegin;
    return chunk;
}

Result<bool> Search::isDropped(const Chunk &chunk, qsizetype begin, qsizetype end) const
{
    if (!m_query.drop)
        return false;
    const auto match = m_query.drop->find(QByteArrayView(chunk.bytes).sliced(begin, end - begin), 0);
    if (!match)
        return match.error();
    return match->has_value();
}

OutputHit Search::hit(const Chunk &chunk, qsizetype begin, qsizetype end) const
{
    OutputHit hit {.offset = chunk.offset + begin, .size = end - begin, .line = -1, .text = {}};
    if (m_query.text == OutputQuery::Text::Line) {
        const qsizetype lineBegin = begin > 0 ? chunk.bytes.lastIndexOf('\n', begin - 1) + 1 : 0;
        const qsizetype lineEnd = chunk.bytes.indexOf('\n', begin);
        const qsizetype stop = lineEnd < 0 ? chunk.bytes.size() : lineEnd;
        hit.text = chunk.bytes.sliced(lineBegin, std::min<qsizetype>(stop - lineBegin, longestText));
    }
    return hit;
}

Result<void> Search::look(const Chunk &chunk, qsizetype limit, QList<OutputHit> &hits) const
{
    for (qsizetype at = chunk.begin; at < chunk.end && hits.size() < limit;) {
        const auto found = m_query.keep->find(chunk.bytes, at);
        if (!found)
            return found.error();
        if (!*found || (*found)->offset >= chunk.end)
            return {};
        const OutputPattern::Match match = **found;
        const qsizetype lineBegin = match.offset > 0 ? chunk.bytes.lastIndexOf('\n', match.offset - 1) + 1 : 0;
        const qsizetype lineEnd = chunk.bytes.indexOf('\n', match.offset);
        const qsizetype stop = lineEnd < 0 ? chunk.bytes.size() : lineEnd;
        const Result<bool> dropped = isDropped(chunk, lineBegin, stop);
        if (!dropped)
            return dropped.error();
        const bool lines = m_query.each == OutputQuery::Each::Line;
        if (!*dropped)
            hits.append(lines ? hit(chunk, std::max(lineBegin, chunk.begin), stop) : hit(chunk, match.offset, match.offset + match.size));
        at = lines || *dropped ? stop + 1 : match.offset + std::max<qsizetype>(1, match.size);
    }
    return {};
}

Result<void> Search::lookAtLines(const Chunk &chunk, qsizetype limit, QList<OutputHit> &hits) const
{
    for (qsizetype at = chunk.begin; at < chunk.end && hits.size() < limit;) {
        const qsizetype lineEnd = chunk.bytes.indexOf('\n', at);
        const qsizetype stop = lineEnd < 0 ? chunk.end : std::min(lineEnd, chunk.end);
        const Result<bool> dropped = isDropped(chunk, at, stop);
        if (!dropped)
            return dropped.error();
        if (!*dropped)
            hits.append(hit(chunk, at, stop));
        at = stop + 1;
    }
    return {};
}

void Search::number(const Chunk &chunk, QList<OutputHit> &hits, qsizetype first) const
{
    if (first >= hits.size())
        return;
    const Result<qint64> line = m_index.lineAt(m_text, chunk.offset);
    if (!line || *line < 0)
        return;
    qint64 number = *line;
    const char *at = chunk.bytes.constData();
    for (qsizetype i = first; i < hits.size(); ++i) {
        const char *there = chunk.bytes.constData() + (hits[i].offset - chunk.offset);
        number += endsIn(at, there);
        hits[i].line = number;
        at = there;
    }
}

Result<OutputHits> Search::forward()
{
    OutputHits found {.hits = {}, .next = std::max<qint64>(0, m_query.from), .isDone = false};
    const qint64 to = std::min(m_query.to, m_text.size());
    while (found.next < to && found.hits.size() < m_query.limit && !isOverdue()) {
        const Result<Chunk> chunk = chunkFrom(found.next, to);
        if (!chunk)
            return chunk.error();
        const qsizetype first = found.hits.size();
        const Result<void> looked = m_query.keep ? look(*chunk, m_query.limit, found.hits)
                                                 : lookAtLines(*chunk, m_query.limit, found.hits);
        if (!looked)
            return looked.error();
        number(*chunk, found.hits, first);
        found.next = std::max(chunk->last(), found.next + 1);
        if (found.hits.size() >= m_query.limit) {
            const OutputHit &last = found.hits.last();
            const qint64 extra = m_query.each == OutputQuery::Each::Line || last.size == 0;
            found.next = last.offset + last.size + extra;
        }
    }
    found.isDone = found.next >= to;
    return found;
}

Result<OutputHits> Search::backward()
{
    OutputHits found {.hits = {}, .next = std::min(m_query.to, m_text.size()), .isDone = false};
    const qint64 from = std::max<qint64>(0, m_query.from);
    while (found.next > from && found.hits.size() < m_query.limit && !isOverdue()) {
        const Result<Chunk> chunk = chunkBefore(found.next, from);
        if (!chunk)
            return chunk.error();
        QList<OutputHit> hits;
        const Result<void> looked = m_query.keep ? look(*chunk, chunkSize, hits) : lookAtLines(*chunk, chunkSize, hits);
        if (!looked)
            return looked.error();
        number(*chunk, hits, 0);
        const qsizetype room = m_query.limit - found.hits.size();
        const bool tooMany = hits.size() > room;
        if (tooMany)
            hits = hits.last(room);
        found.next = tooMany ? hits.first().offset : std::min(chunk->offset + chunk->begin, found.next - 1);
        found.hits = hits + found.hits;
    }
    found.isDone = found.next <= from;
    return found;
}

} // namespace

Result<OutputHits> search(const OutputText &text, const OutputIndex &index, const OutputQuery &query)
{
    Search search(text, index, query);
    return query.direction == OutputQuery::Direction::Forward ? search.forward() : search.backward();
}

} // namespace Drover
