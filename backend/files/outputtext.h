#pragma once

#include "backend/base/instant.h"
#include "backend/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>

#include <memory>
#include <vector>

namespace Drover {

/// Bytes of a stream that are not kept any more; offsets stay as they were.
struct OutputHole
{
    qint64 offset = 0;
    qint64 size = 0;

    qint64 end() const { return offset + size; }
    friend bool operator==(const OutputHole &, const OutputHole &) = default;
};

/// Everything up to `offset` had been written by `at`.
struct OutputMoment
{
    qint64 offset = 0;
    Instant at;

    friend bool operator==(const OutputMoment &, const OutputMoment &) = default;
};

/// Where a piece of stdout or stderr lies in what is shown of both.
struct OutputStretch
{
    qint64 offset = 0; ///< in the whole
    qint64 size = 0;
    int stream = 0;
    qint64 from = 0; ///< in its stream

    qint64 end() const { return offset + size; }
};

/// What an attempt wrote, as bytes with offsets, moments and holes: a stream, or both in order.
/// It may grow; `refresh` looks. Lives in one thread, and may wait for the disk.
class OutputText
{
public:
    virtual ~OutputText() = default;

    /// Takes in what has come since. `ended`: when the attempt ended, nothing follows; never: it has not.
    virtual Result<void> refresh(Instant ended) = 0;
    /// Up to `size` bytes; fewer only at the end. Bytes of a hole are zero.
    virtual Result<qint64> read(qint64 offset, char *into, qint64 size) const = 0;
    /// Of both streams: which is where; of one: empty.
    virtual const std::vector<OutputStretch> &stretches() const;

    qint64 size() const { return m_size; }
    const QList<OutputHole> &holes() const { return m_holes; }
    const std::vector<OutputMoment> &moments() const { return m_moments; }

    Result<QByteArray> bytes(qint64 offset, qint64 size) const;
    /// When the byte at `offset` had been written at the latest; never: not known.
    Instant momentOf(qint64 offset) const;
    /// The first byte that was not yet written at `at`.
    qint64 offsetAt(Instant at) const;
    /// The hole that has `offset` in it, or null.
    const OutputHole *holeAt(qint64 offset) const;
    /// Where the first hole at or after `offset` begins; the end when there is none.
    qint64 nextHole(qint64 offset) const;

protected:
    void addHole(const OutputHole &hole);
    /// From where the last look ended; marks of bytes that are not there are left out.
    void readMarks(const QString &path);
    /// At the end at the latest everything had been written.
    void markEnd(Instant ended);

    qint64 m_size = 0;
    QList<OutputHole> m_holes; // in order
    std::vector<OutputMoment> m_moments; // in order of both

private:
    qint64 m_marksRead = 0; // bytes of their file
};

/// One stream in a file, with its marks beside it; as long as there is none it is empty.
std::unique_ptr<OutputText> textOfFile(const QString &path);
/// One stream that the store holds; its marks are where its file was.
std::unique_ptr<OutputText> textOfBytes(const QByteArray &bytes, const QString &path);
/// stdout and stderr in the order in which they were written, as far as their moments tell: true
/// to 100 ms, never inside a line. What has got its place keeps it.
std::unique_ptr<OutputText> textOfBoth(std::unique_ptr<OutputText> out, std::unique_ptr<OutputText> err);

} // namespace Drover
