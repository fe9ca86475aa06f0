#pragma once

#include "backend/base/linelevel.h"
#include "backend/files/outputtext.h"

namespace Drover {

/// What one block of a text holds: its line ends, and the errors and warnings that begin in it.
struct OutputBlock
{
    quint32 lines = 0;
    quint16 errors = 0;
    quint16 warnings = 0;

    friend bool operator==(const OutputBlock &, const OutputBlock &) = default;
};

/// Sparse index of a text: figures for each block of 64 KiB, 8 bytes for each, so that 1 GB costs
/// 128 KiB. A line is found by one search among the blocks and a look at one of them. Built in
/// slices, since a gigabyte takes longer than others may wait. One thread.
class OutputIndex
{
public:
    static constexpr qint64 blockSize = 64 * 1024;

    /// Reads on, at most `budget` bytes.
    Result<void> extend(const OutputText &text, qint64 budget);
    bool covers(const OutputText &text) const { return m_scanned >= text.size(); }

    qint64 scanned() const { return m_scanned; }
    qint64 lineEnds() const { return m_lineEnds; }
    qint64 errors() const { return m_errors; }
    qint64 warnings() const { return m_warnings; }
    const std::vector<OutputBlock> &blocks() const { return m_blocks; }

    /// Where line `line` (from 0) begins, as far as was read; the last line when there are fewer.
    Result<qint64> offsetOfLine(const OutputText &text, qint64 line) const;
    /// The line that has the byte at `offset`; -1: not read as far.
    Result<qint64> lineAt(const OutputText &text, qint64 offset) const;
    /// Where the line that has the byte at `offset` begins; a line of more than 1 MiB begins where
    /// the look back ended.
    Result<qint64> lineStart(const OutputText &text, qint64 offset) const;

private:
    void take(qint64 offset, QByteArrayView bytes);
    void endLine();

    std::vector<OutputBlock> m_blocks;
    std::vector<qint64> m_endsBefore; // of each block
    qint64 m_scanned = 0;
    qint64 m_lineEnds = 0;
    qint64 m_errors = 0;
    qint64 m_warnings = 0;
    QByteArray m_head; // of the line that has no end yet
    size_t m_headBlock = 0;
};

} // namespace Drover
