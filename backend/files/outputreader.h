#pragma once

#include "backend/files/outputfiles.h"
#include "backend/files/outputsearch.h"

#include <QtCore/QObject>

#include <functional>
#include <unordered_map>

namespace Drover {

/// Whose output, which of it, and where the store has it already.
struct OutputSubject
{
    AttemptId attempt;
    int stream = 0; ///< 0 stdout, 1 stderr, 2 both in order
    Instant ended; ///< of the attempt; never: it runs
    bool outInline = false; ///< it lies in the store; else in a file, or there is none
    bool errInline = false;
    QByteArray out;
    QByteArray err;
};

/// What is stored of a text, from an offset on.
struct OutputSlice
{
    QByteArray data; ///< up to the next hole at most
    qint64 offset = 0;
    qint64 size = 0; ///< of the whole
    qint64 gap = 0; ///< of the hole that was asked for, bytes
    QList<OutputMoment> marks; ///< those of `data`, and the next one
    QList<OutputStretch> stretches; ///< those that `data` lies in
};

/// What is known of a text without reading it.
struct OutputFigures
{
    qint64 generation = 0; ///< offsets are those of it; another one: forget all offsets
    qint64 size = 0;
    qint64 scanned = 0; ///< so far lines were counted
    qint64 lines = 0; ///< begun ones count
    qint64 errors = 0;
    qint64 warnings = 0;
    QList<OutputHole> holes;
    Instant begun; ///< first and last moment; never: not known
    Instant last;
    qint64 firstBlock = 0;
    QList<OutputBlock> blocks;
};

/// Reads outputs, and keeps for those that were read last what makes it fast: files held open, the
/// index, the order of both. 64 of them and 64 MiB at most. Apart from OutputFiles, so that nobody's
/// search delays what agents ship. Lives in a thread of the file pool.
class OutputReader : public QObject
{
    Q_OBJECT

public:
    explicit OutputReader(const OutputFiles &files, QObject *parent = nullptr);
    ~OutputReader() override;

    Result<OutputSlice> read(const OutputSubject &subject, qint64 offset, qint64 limit);
    /// Counts on for a moment. Blocks from `firstBlock` on, at most 32,768; negative: none.
    Result<OutputFigures> figures(const OutputSubject &subject, qint64 firstBlock);
    /// What stands at a line (from 0), counted as far as it needs; answers in a later turn.
    void locateLine(const OutputSubject &subject, qint64 line, std::function<void(Result<qint64>)> answer);
    /// The first byte that was not written at `at`.
    Result<qint64> locateTime(const OutputSubject &subject, Instant at);
    /// Where the line at that hundredth of the size begins.
    Result<qint64> locatePercent(const OutputSubject &subject, double percent);
    Result<qint64> lineAt(const OutputSubject &subject, qint64 offset); ///< -1: not counted yet
    Result<Instant> momentOf(const OutputSubject &subject, qint64 offset);
    /// One page of hits; see search().
    Result<OutputHits> find(const OutputSubject &subject, const OutputQuery &query);

private:
    struct Key
    {
        AttemptId attempt;
        int stream;

        friend bool operator==(const Key &, const Key &) = default;
    };
    struct KeyHash
    {
        size_t operator()(const Key &key) const { return qHashMulti(0, key.attempt, key.stream); }
    };
    struct Entry
    {
        std::unique_ptr<OutputText> text;
        OutputIndex index;
        qint64 generation = 0;
        quint64 used = 0;

        qint64 cost() const;
    };

    Result<Entry *> entryOf(const OutputSubject &subject);
    std::unique_ptr<OutputText> openStream(const OutputSubject &subject, int stream) const;
    void evict(const Entry *kept);

    const OutputFiles &m_files;
    std::unordered_map<Key, Entry, KeyHash> m_entries;
    quint64 m_uses = 0;
};

} // namespace Drover
