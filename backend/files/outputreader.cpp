#include "backend/files/outputreader.h"

#include <QtCore/QRandomGenerator>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 largestSlice = 1024 * 1024;
constexpr qint64 mostMoments = 4096;
constexpr qint64 indexSlice = 32 * 1024 * 1024; // about 25 ms
constexpr qint64 mostBlocks = 32768;
constexpr size_t mostEntries = 64;
constexpr qint64 mostBytes = 64 * 1024 * 1024;

} // namespace

OutputReader::OutputReader(const OutputFiles &files, QObject *parent) : QObject(parent), m_files(files) { }

OutputReader::~OutputReader() = default;

qint64 OutputReader::Entry::cost() const
{
    return qint64(text->moments().size() * sizeof(OutputMoment) + text->stretches().size() * sizeof(OutputStretch)
                  + index.blocks().size() * (sizeof(OutputBlock) + sizeof(qint64)));
}

std::unique_ptr<OutputText> OutputReader::openStream(const OutputSubject &subject, int stream) const
{
    const bool isInline = stream == 0 ? subject.outInline : subject.errInline;
    const QString path = m_files.pathOf({subject.attempt, stream});
    return isInline ? textOfBytes(stream == 0 ? subject.out : subject.err, path) : textOfFile(path);
}

Result<OutputReader::Entry *> OutputReader::entryOf(const OutputSubject &subject)
{
    const Key key {subject.attempt, subject.stream};
    auto it = m_entries.find(key);
    if (it != m_entries.end()) {
        if (Result<void> looked = it->second.text->refresh(subject.ended); !looked)
            return looked.error();
        // A short stream goes from its file into the store, and may not have been whole there.
        const qint64 inStore = (subject.stream != 1 ? subject.out.size() : 0) + (subject.stream != 0 ? subject.err.size() : 0);
        if (it->second.text->size() < inStore) {
            m_entries.erase(it);
            it = m_entries.end();
        }
    }
    if (it == m_entries.end()) {
        Entry entry;
        entry.text = subject.stream == 2 ? textOfBoth(openStream(subject, 0), openStream(subject, 1))
                                         : openStream(subject, subject.stream);
        if (Result<void> looked = entry.text->refresh(subject.ended); !looked)
            return looked.error();
        entry.generation = qint64(QRandomGenerator::system()->generate64() >> 11);
        it = m_entries.emplace(key, std::move(entry)).first;
    }
    it->second.used = ++m_uses;
    evict(&it->second);
    return &it->second;
}

void OutputReader::evict(const Entry *kept)
{
    qint64 bytes = 0;
    for (const auto &[key, entry] : m_entries)
        bytes += entry.cost();
    while (m_entries.size() > 1 && (m_entries.size() > mostEntries || bytes > mostBytes)) {
        auto oldest = m_entries.end();
        for (auto it = m_entries.begin(); it != m_entries.end(); ++it) {
            if (&it->second != kept && (oldest == m_entries.end() || it->second.used < oldest->second.used))
                oldest = it;
        }
        bytes -= oldest->second.cost();
        m_entries.erase(oldest);
    }
}

Result<OutputSlice> OutputReader::read(const OutputSubject &subject, qint64 offset, qint64 limit)
{
    const Result<Entry *> entry = entryOf(subject);
    if (!entry)
        return entry.error();
    const OutputText &text = *(*entry)->text;
    OutputSlice slice;
    slice.size = text.size();
    slice.offset = std::clamp<qint64>(offset < 0 ? slice.size + offset : offset, 0, slice.size);
    if (const OutputHole *hole = text.holeAt(slice.offset)) {
        slice.offset = std::min(hole->end(), slice.size);
        slice.gap = hole->size;
    }
    const qint64 most = std::min(std::clamp<qint64>(limit, 0, largestSlice), text.nextHole(slice.offset) - slice.offset);
    const Result<QByteArray> bytes = text.bytes(slice.offset, most);
    if (!bytes)
        return bytes.error();
    slice.data = *bytes;
    const qint64 end = slice.offset + slice.data.size();
    const auto &moments = text.moments();
    auto moment = std::lower_bound(moments.cbegin(), moments.cend(), slice.offset,
                                   [](const OutputMoment &each, qint64 at) { return each.offset < at; });
    // One past the end as well: it says when the last line was written.
    for (bool past = false; moment != moments.cend() && !past && slice.marks.size() < mostMoments; ++moment) {
        slice.marks.append({moment->offset, moment->at});
        past = moment->offset >= end;
    }
    for (const OutputStretch &stretch : text.stretches()) {
        if (stretch.offset < end && stretch.end() > slice.offset)
            slice.stretches.append(stretch);
    }
    return slice;
}

Result<OutputFigures> OutputReader::figures(const OutputSubject &subject, qint64 firstBlock)
{
    const Result<Entry *> entry = entryOf(subject);
    if (!entry)
        return entry.error();
    const OutputText &text = *(*entry)->text;
    OutputIndex &index = (*entry)->index;
    if (Result<void> extended = index.extend(text, indexSlice); !extended)
        return extended.error();
    const bool endsOpen = index.covers(text) && text.size() > 0 && !text.holeAt(text.size() - 1)
        && text.bytes(text.size() - 1, 1).value_or(QByteArray("\n")) != "\n";
    OutputFigures figures {.generation = (*entry)->generation, .size = text.size(), .scanned = index.scanned(),
                           .lines = index.lineEnds() + endsOpen, .errors = index.errors(), .warnings = index.warnings(),
                           .holes = text.holes(), .begun = {}, .last = {}, .firstBlock = firstBlock, .blocks = {}};
    if (!text.moments().empty()) {
        figures.begun = text.moments().front().at;
        figures.last = text.moments().back().at;
    }
    const auto &blocks = index.blocks();
    if (firstBlock >= 0 && firstBlock < qint64(blocks.size())) {
        const auto begin = blocks.cbegin() + firstBlock;
        figures.blocks = QList<OutputBlock>(begin, begin + std::min<qint64>(mostBlocks, blocks.cend() - begin));
    }
    return figures;
}

void OutputReader::locateLine(const OutputSubject &subject, qint64 line, std::function<void(Result<qint64>)> answer)
{
    const Result<Entry *> entry = entryOf(subject);
    if (!entry) {
        answer(entry.error());
        return;
    }
    OutputIndex &index = (*entry)->index;
    const OutputText &text = *(*entry)->text;
    if (index.lineEnds() >= line || index.covers(text)) {
        answer(index.offsetOfLine(text, line));
        return;
    }
    if (Result<void> extended = index.extend(text, indexSlice); !extended) {
        answer(extended.error());
        return;
    }
    // In turns, so that others are answered between.
    QMetaObject::invokeMethod(
        this, [this, subject, line, answer = std::move(answer)] { locateLine(subject, line, answer); }, Qt::QueuedConnection);
}

Result<qint64> OutputReader::locateTime(const OutputSubject &subject, Instant at)
{
    const Result<Entry *> entry = entryOf(subject);
    if (!entry)
        return entry.error();
    const OutputText &text = *(*entry)->text;
    return (*entry)->index.lineStart(text, text.offsetAt(at));
}

Result<qint64> OutputReader::locatePercent(const OutputSubject &subject, double percent)
{
    const Result<Entry *> entry = entryOf(subject);
    if (!entry)
        return entry.error();
    const OutputText &text = *(*entry)->text;
    return (*entry)->index.lineStart(text, qint64(double(text.size()) * std::clamp(percent, 0.0, 100.0) / 100));
}

Result<qint64> OutputReader::lineAt(const OutputSubject &subject, qint64 offset)
{
    const Result<Entry *> entry = entryOf(subject);
    if (!entry)
        return entry.error();
    return (*entry)->index.lineAt(*(*entry)->text, offset);
}

Result<Instant> OutputReader::momentOf(const OutputSubject &subject, qint64 offset)
{
    const Result<Entry *> entry = entryOf(subject);
    if (!entry)
        return entry.error();
    return (*entry)->text->momentOf(offset);
}

Result<OutputHits> OutputReader::find(const OutputSubject &subject, const OutputQuery &query)
{
    const Result<Entry *> entry = entryOf(subject);
    if (!entry)
        return entry.error();
    return search(*(*entry)->text, (*entry)->index, query);
}

} // namespace Drover
