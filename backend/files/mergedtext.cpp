#include "backend/files/outputtext.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace Drover {

namespace {

// A line longer than this may be cut where the other stream comes between.
constexpr qint64 longestWhole = 64 * 1024;

/// Puts two streams into one order, stretch by stretch. What came since the last look is ordered
/// among itself and goes to the end, so that offsets that were given out stay true.
class MergedText : public OutputText
{
public:
    MergedText(std::unique_ptr<OutputText> out, std::unique_ptr<OutputText> err)
        : m_streams {std::move(out), std::move(err)}
    {
    }

    Result<void> refresh(Instant ended) override;
    Result<qint64> read(qint64 offset, char *into, qint64 size) const override;
    const std::vector<OutputStretch> &stretches() const override { return m_stretches; }

private:
    struct Cut
    {
        int stream;
        qint64 from;
        qint64 to;
        Instant at; // max: not known
    };

    qint64 readyUpTo(const OutputText &text, qint64 from, bool isOver) const;
    static qint64 lineEnd(const OutputText &text, qint64 offset, qint64 limit);
    void cut(int stream, bool isOver, std::vector<Cut> &cuts);
    void append(const Cut &cut);

    std::array<std::unique_ptr<OutputText>, 2> m_streams;
    std::array<qint64, 2> m_taken {};
    std::vector<OutputStretch> m_stretches;
};

Result<void> MergedText::refresh(Instant ended)
{
    std::vector<Cut> cuts;
    for (const int stream : {0, 1}) {
        if (Result<void> looked = m_streams[size_t(stream)]->refresh(ended); !looked)
            return looked;
        cut(stream, isSet(ended), cuts);
    }
    std::ranges::stable_sort(cuts, {}, &Cut::at);
    for (const Cut &each : cuts)
        append(each);
    return {};
}

// Whole lines alone; what has no end yet waits for it.
qint64 MergedText::readyUpTo(const OutputText &text, qint64 from, bool isOver) const
{
    if (isOver || text.size() - from > longestWhole)
        return text.size();
    const Result<QByteArray> bytes = text.bytes(from, text.size() - from);
    return bytes ? from + bytes->lastIndexOf('\n') + 1 : from;
}

qint64 MergedText::lineEnd(const OutputText &text, qint64 offset, qint64 limit)
{
    // Nearly always there is an end where the mark stands, or soon after.
    for (qint64 reach = 256; offset > 0 && reach <= longestWhole; reach *= 16) {
        const Result<QByteArray> bytes = text.bytes(offset - 1, std::min(reach, limit - offset + 1));
        const qsizetype end = bytes ? bytes->indexOf('\n') : -1;
        if (end >= 0)
            return offset + end;
        if (offset - 1 + reach >= limit)
            return limit;
    }
    return offset;
}

void MergedText::cut(int stream, bool isOver, std::vector<Cut> &cuts)
{
    const OutputText &text = *m_streams[size_t(stream)];
    qint64 &taken = m_taken[size_t(stream)];
    const qint64 limit = readyUpTo(text, taken, isOver);
    const auto &moments = text.moments();
    auto moment = std::upper_bound(moments.cbegin(), moments.cend(), taken,
                                   [](qint64 at, const OutputMoment &each) { return at < each.offset; });
    while (taken < limit) {
        const bool known = moment != moments.cend();
        const qint64 to = known && moment->offset < limit ? lineEnd(text, moment->offset, limit) : limit;
        cuts.push_back({stream, taken, to, known ? moment->at : Instant::max()});
        taken = to;
        while (moment != moments.cend() && moment->offset <= taken)
            ++moment;
    }
}

void MergedText::append(const Cut &cut)
{
    const OutputText &text = *m_streams[size_t(cut.stream)];
    const qint64 size = cut.to - cut.from;
    for (const OutputHole &hole : text.holes()) {
        const qint64 begin = std::max(hole.offset, cut.from);
        const qint64 end = std::min(hole.end(), cut.to);
        if (begin < end)
            addHole({m_size + begin - cut.from, end - begin});
    }
    OutputStretch *last = m_stretches.empty() ? nullptr : &m_stretches.back();
    if (last && last->stream == cut.stream && last->from + last->size == cut.from)
        last->size += size;
    else
        m_stretches.push_back({.offset = m_size, .size = size, .stream = cut.stream, .from = cut.from});
    m_size += size;
    if (cut.at != Instant::max())
        m_moments.push_back({m_size, m_moments.empty() ? cut.at : std::max(cut.at, m_moments.back().at)});
}

Result<qint64> MergedText::read(qint64 offset, char *into, qint64 size) const
{
    auto stretch = std::upper_bound(m_stretches.cbegin(), m_stretches.cend(), offset,
                                    [](qint64 at, const OutputStretch &each) { return at < each.end(); });
    qint64 done = 0;
    for (; stretch != m_stretches.cend() && done < size; ++stretch) {
        const qint64 inside = offset + done - stretch->offset;
        const qint64 wanted = std::min(size - done, stretch->size - inside);
        const Result<qint64> count = m_streams[size_t(stretch->stream)]->read(stretch->from + inside, into + done, wanted);
        if (!count)
            return count;
        // Shorter only if somebody cut the file: zeros, as a hole has.
        std::memset(into + done + *count, 0, size_t(wanted - *count));
        done += wanted;
    }
    return done;
}

} // namespace

std::unique_ptr<OutputText> textOfBoth(std::unique_ptr<OutputText> out, std::unique_ptr<OutputText> err)
{
    return std::make_unique<MergedText>(std::move(out), std::move(err));
}

} // namespace Drover
