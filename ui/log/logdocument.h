#pragma once

#include "ui/log/logsource.h"

#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace Drover {

/// What is drawn on one row: a line, a slice of one that is very long, or a gap.
struct LogRow
{
    qint64 begin = 0;
    qint64 end = 0; ///< without its line end
    qint64 next = 0; ///< where the next row would begin
    bool isGap = false; ///< its bytes are not kept
    bool isSlice = false; ///< goes on with the line of the row before
};

/// A log of any size, of which it holds what is looked at: blocks of 64 KiB fetched by offset, at
/// most 48 MiB of them, and 8 bytes of figures for each block. Places are byte offsets throughout, so
/// that the end of a gigabyte shows before a line of it was counted; line numbers come when the
/// daemon has counted so far. Whatever is not here answers `nullopt`, is asked for, and `arrived`
/// says when to ask again.
///
/// A line is one row, unless a whole block lies within it: then each of its blocks begins a row. So a
/// row has less than 128 KiB, and where it begins is found by a look at two blocks.
///
/// It follows by itself, until the attempt has ended. GUI thread; never waits.
class LogDocument : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 blockSize = OutputInfo::blockSize;

    explicit LogDocument(std::unique_ptr<LogSource> source, QObject *parent = nullptr);
    ~LogDocument() override;

    LogSource &source() { return *m_source; }

    bool isKnown() const { return m_isKnown; } ///< the daemon has answered
    qint64 size() const { return m_info.size; }
    const OutputInfo &info() const { return m_info; }
    bool isCounted() const
    {
        return m_info.scanned >= m_info.size && qint64(m_figures.size()) * blockSize >= m_info.size;
    }
    bool hasMoments() const { return m_info.begun != never; }

    struct BlockFigures
    {
        quint32 lines = 0;
        quint16 errors = 0;
        quint16 warnings = 0;
    };
    const std::vector<BlockFigures> &figures() const { return m_figures; }

    /// The row that begins at `begin`, which must be where one begins.
    std::optional<LogRow> rowAt(qint64 begin);
    /// Where the row with the byte at `offset` begins; of a filtered log the last shown at or before.
    std::optional<qint64> rowStart(qint64 offset);
    /// The next row's begin; the size: there is none.
    std::optional<qint64> after(const LogRow &row);
    /// The row before's begin; negative: there is none.
    std::optional<qint64> before(qint64 begin);
    std::optional<QByteArray> bytes(qint64 begin, qint64 end);

    /// From 1; negative: not counted yet, or not at hand.
    qint64 lineNumber(qint64 begin);
    /// When the byte at `offset` had been written at the latest; never: not known, or not at hand.
    Instant momentOf(qint64 offset) const;
    Stream streamOf(qint64 offset) const;

    /// Shows these rows alone (in order); nullptr: all.
    void setShown(std::shared_ptr<const std::vector<qint64>> begins);
    bool isFiltered() const { return m_shown != nullptr; }
    qint64 firstRow() const;

    qint64 heldBytes() const { return m_heldBytes; }

signals:
    /// Figures have changed: it grew, was counted, or has ended.
    void changed();
    void arrived();
    /// All offsets are void.
    void wasReset();
    void failed(const Drover::Error &error);

private:
    struct Block
    {
        QByteArray data;
        QList<OutputMark> marks;
        QList<OutputSegment> segments;
        quint64 used = 0;
        bool isAsked = false;
    };

    const Block *block(qint64 number);
    void fetch(qint64 number);
    void onPiece(qint64 number, const Result<OutputPiece> &piece);
    void evict();
    void ask();
    void onInfo(const Result<OutputInfo> &info);
    void takeFigures(const OutputInfo &info);
    const OutputGap *gapAt(qint64 offset) const;
    qint64 nextGap(qint64 offset) const;
    qint64 gapEndBetween(qint64 begin, qint64 end) const; // the last; negative: none
    std::optional<bool> hasBreak(qint64 number);
    std::optional<qint64> sliceStart(qint64 number);
    qint64 lengthOf(qint64 number) const;

    std::unique_ptr<LogSource> m_source;
    OutputInfo m_info;
    bool m_isKnown = false;
    std::vector<BlockFigures> m_figures;
    std::vector<qint64> m_linesBefore;
    QHash<qint64, Block> m_blocks;
    qint64 m_heldBytes = 0;
    quint64 m_uses = 0;
    int m_underWay = 0;
    quint64 m_generation = 0; // of what was asked: replies of another are dropped
    QTimer m_again;
    std::shared_ptr<const std::vector<qint64>> m_shown;
};

} // namespace Drover
