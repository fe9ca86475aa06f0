#pragma once

#include "app/cli/session.h"
#include "app/work/streammerge.h"
#include "backend/protocol/outputrequests.h"

namespace Drover {

/// Reads and follows the output of one attempt, and writes it where it belongs: stdout to standard
/// output, stderr to standard error, or the one that was asked for to standard output.
class LogReader
{
public:
    enum class Streams { Both, Out, Err };

    /// Bytes of what is read: of the one stream, or of both in order.
    struct Range
    {
        qint64 from = 0;
        qint64 to = -1; // the byte after; -1: to the end
    };

    LogReader(Session &session, Screen &screen, AttemptId attempt, Streams streams);

    /// All there is by now, the two streams merged by their marks.
    Result<void> readAll();
    /// The last lines there are by now, of both streams together.
    Result<void> readTail(qsizetype lines);
    Result<void> readRange(const Range &range);
    /// The lines of it that `pattern` matches, found by the daemon; how many.
    Result<qint64> grep(const QString &pattern, bool ignoreCase, const Range &range);

    /// Lines `first` to `last`, from 1; 0: to the end.
    Result<Range> rangeOfLines(qint64 first, qint64 last);
    /// What was written from `since` on and before `until`, true to 100 ms.
    Result<Range> rangeOfTimes(std::optional<Instant> since, std::optional<Instant> until);
    /// From where the reading stands until the attempt has ended, as it comes.
    Result<void> follow();

private:
    struct Source
    {
        Stream stream = Stream::Out;
        qint64 offset = 0; // of the next byte
        bool ended = false; // nothing will follow
    };

    Result<OutputPiece> read(const Source &source, qint64 offset);
    Result<void> mergeRest(StreamMerge &merge,
                           const std::function<void(const StreamMerge::Part &)> &use);
    Result<void> fill(StreamMerge &merge, Source &source);
    Result<qint64> offsetOfTail(const Source &source, qsizetype lines);
    Result<OutputPlace> locate(LocateOutput request);
    Stream stream() const { return m_isOne ? m_sources.first().stream : Stream::Both; }
    void write(Stream stream, const QByteArray &data);
    void writeSegments(const OutputPiece &piece, qint64 most);
    void noteGap(const Source &source, const OutputPiece &piece);

    Session &m_session;
    Screen &m_screen;
    AttemptId m_attempt;
    bool m_isOne = false; // of the two streams
    QList<Source> m_sources;
};

} // namespace Drover
