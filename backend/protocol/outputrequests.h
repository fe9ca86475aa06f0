#pragma once

// Reading what an attempt wrote.

#include "backend/protocol/agentmessages.h"
#include "backend/protocol/envelope.h"
#include "backend/protocol/task.h"

namespace Drover {

/// Where a stretch of stdout or stderr lies in what was asked of both.
struct OutputSegment
{
    qint64 offset = 0; ///< in what was asked for
    qint64 size = 0;
    Stream stream = Stream::Out;

    static constexpr auto fields()
    {
        return fieldList(field("offset", &OutputSegment::offset), field("size", &OutputSegment::size),
                          field("stream", &OutputSegment::stream));
    }
    friend bool operator==(const OutputSegment &, const OutputSegment &) = default;
};

/// One stretch of a stream.
struct OutputPiece
{
    QByteArray data;
    qint64 offset = 0; ///< of data's first byte
    qint64 size = 0; ///< of the stream as far as the daemon has it
    qint64 gap = 0; ///< bytes before `offset` that are not kept any more
    bool ended = false; ///< nothing will follow
    QList<OutputMark> marks;
    QList<OutputSegment> segments; ///< of both: which is whose

    static constexpr auto fields()
    {
        return fieldList(field("data", &OutputPiece::data), field("offset", &OutputPiece::offset),
                          field("size", &OutputPiece::size), field("gap", &OutputPiece::gap, "bytes not kept"),
                          field("ended", &OutputPiece::ended, "nothing will follow"),
                          field("marks", &OutputPiece::marks),
                          field("segments", &OutputPiece::segments, "of both: which bytes are whose"));
    }
    friend bool operator==(const OutputPiece &, const OutputPiece &) = default;
};

struct ReadOutput
{
    static constexpr QLatin1StringView method {"output.read"};
    static constexpr std::string_view words
        = "Bytes of a stream from an offset. With `wait` it answers when there are some, or when the attempt has ended.";
    using Reply = OutputPiece;
    TaskId task;
    int n = 0;
    Stream stream = Stream::Out;
    qint64 offset = 0; ///< negative: that many bytes before the end
    int limit = 256 * 1024;
    std::chrono::milliseconds wait {0};

    static constexpr auto fields()
    {
        return fieldList(field("task", &ReadOutput::task), field("n", &ReadOutput::n, "attempt; 0: the latest"),
                          field("stream", &ReadOutput::stream), field("offset", &ReadOutput::offset, "negative: from the end"),
                          field("limit", &ReadOutput::limit, "bytes, at most 1 MiB"), field("wait", &ReadOutput::wait, "ms, at most 60,000"));
    }
    friend bool operator==(const ReadOutput &, const ReadOutput &) = default;
};

/// Bytes that are not kept any more; offsets stay as they were.
struct OutputGap
{
    qint64 offset = 0;
    qint64 size = 0;

    static constexpr auto fields()
    {
        return fieldList(field("offset", &OutputGap::offset), field("size", &OutputGap::size));
    }
    friend bool operator==(const OutputGap &, const OutputGap &) = default;
};

/// What is known of an output without reading it.
struct OutputInfo
{
    static constexpr qint64 blockSize = 64 * 1024;

    int n = 0; ///< of the attempt
    qint64 generation = 0; ///< when it changes, forget all offsets: the order of both was made anew
    qint64 size = 0;
    qint64 kept = 0; ///< offset of the first byte that is kept
    QList<OutputGap> gaps;
    qint64 scanned = 0; ///< so far lines are counted; it goes on with each question
    qint64 lines = 0;
    qint64 errors = 0;
    qint64 warnings = 0;
    Instant begun; ///< first and last mark; never: there are none
    Instant last;
    bool ended = false; ///< nothing will follow
    qint64 firstBlock = 0;
    /// For each block of 64 KiB from firstBlock on 8 bytes, little-endian: line ends (32 bits), errors
    /// and warnings that begin in it (16 each).
    QByteArray blocks;

    static constexpr auto fields()
    {
        return fieldList(
            field("n", &OutputInfo::n, "attempt"), field("generation", &OutputInfo::generation, "another one: forget all offsets"),
            field("size", &OutputInfo::size), field("kept", &OutputInfo::kept, "offset of the first byte that is kept"),
            field("gaps", &OutputInfo::gaps), field("scanned", &OutputInfo::scanned, "bytes whose lines are counted"),
            field("lines", &OutputInfo::lines), field("errors", &OutputInfo::errors), field("warnings", &OutputInfo::warnings),
            field("begun", &OutputInfo::begun), field("last", &OutputInfo::last),
            field("ended", &OutputInfo::ended, "nothing will follow"), field("firstBlock", &OutputInfo::firstBlock),
            field("blocks", &OutputInfo::blocks, "8 bytes for each 64 KiB: line ends (u32), errors, warnings (u16)"));
    }
    friend bool operator==(const OutputInfo &, const OutputInfo &) = default;
};

struct GetOutputInfo
{
    static constexpr QLatin1StringView method {"output.info"};
    static constexpr std::string_view words
        = "Size, lines, gaps and times of an output. With `wait` it answers when the size is not `known`, or nothing will follow: how one follows.";
    using Reply = OutputInfo;
    TaskId task;
    int n = 0;
    Stream stream = Stream::Out;
    qint64 fromBlock = -1;
    qint64 known = -1;
    std::chrono::milliseconds wait {0};

    static constexpr auto fields()
    {
        return fieldList(field("task", &GetOutputInfo::task), field("n", &GetOutputInfo::n, "attempt; 0: the latest"),
                          field("stream", &GetOutputInfo::stream), field("fromBlock", &GetOutputInfo::fromBlock, "first block to tell of; negative: none"),
                          field("known", &GetOutputInfo::known, "size that is known; negative: none"),
                          field("wait", &GetOutputInfo::wait, "ms, at most 60,000"));
    }
    friend bool operator==(const GetOutputInfo &, const GetOutputInfo &) = default;
};

/// A place in an output.
struct OutputPlace
{
    qint64 offset = 0; ///< of the line's first byte
    qint64 line = -1; ///< from 1; negative: not counted yet
    Instant at; ///< it had been written by then; never: not known

    static constexpr auto fields()
    {
        return fieldList(field("offset", &OutputPlace::offset, "of the line's first byte"),
                          field("line", &OutputPlace::line, "from 1; negative: not counted yet"), field("at", &OutputPlace::at));
    }
    friend bool operator==(const OutputPlace &, const OutputPlace &) = default;
};

/// One of line, percent and time.
struct LocateOutput
{
    static constexpr QLatin1StringView method {"output.locate"};
    static constexpr std::string_view words = "Where a line begins: by its number, by a percentage of the size, or the first one written after an instant.";
    using Reply = OutputPlace;
    TaskId task;
    int n = 0;
    Stream stream = Stream::Out;
    std::optional<qint64> line;
    std::optional<double> percent;
    std::optional<Instant> time;

    static constexpr auto fields()
    {
        return fieldList(field("task", &LocateOutput::task), field("n", &LocateOutput::n, "attempt; 0: the latest"),
                          field("stream", &LocateOutput::stream), field("line", &LocateOutput::line, "from 1"),
                          field("percent", &LocateOutput::percent, "0 to 100"), field("time", &LocateOutput::time));
    }
    friend bool operator==(const LocateOutput &, const LocateOutput &) = default;
};

struct FoundOutput
{
    qint64 offset = 0;
    qint64 size = 0;
    qint64 line = -1; ///< from 1; negative: not counted yet
    QByteArray text; ///< of the line, up to 16 KiB, when it was asked for

    static constexpr auto fields()
    {
        return fieldList(field("offset", &FoundOutput::offset), field("size", &FoundOutput::size),
                          field("line", &FoundOutput::line, "from 1; negative: not counted yet"),
                          field("text", &FoundOutput::text, "of the line, at most 16 KiB"));
    }
    friend bool operator==(const FoundOutput &, const FoundOutput &) = default;
};

struct FoundOutputs
{
    QList<FoundOutput> hits; ///< in the order of the text
    qint64 next = 0; ///< where to go on: the next `from`, or backward the next `to`
    bool done = false;

    static constexpr auto fields()
    {
        return fieldList(field("hits", &FoundOutputs::hits, "in the order of the text"),
                          field("next", &FoundOutputs::next, "the next `from`; backward the next `to`"),
                          field("done", &FoundOutputs::done, "nothing is left"));
    }
    friend bool operator==(const FoundOutputs &, const FoundOutputs &) = default;
};

/// One page of a search: it ends at `limit`, or when it has taken long enough for one turn. Who wants
/// all asks on from `next`; who does not ask on has cancelled it.
struct FindOutput
{
    static constexpr QLatin1StringView method {"output.find"};
    static constexpr std::string_view words = "Hits of words or a regular expression in an output, a page at a time.";
    using Reply = FoundOutputs;
    TaskId task;
    int n = 0;
    Stream stream = Stream::Out;
    QString pattern;
    QString drop;
    bool plain = false;
    bool ignoreCase = false;
    bool lines = false;
    bool backward = false;
    bool texts = false;
    qint64 from = 0;
    qint64 to = -1;
    int limit = 1000;

    static constexpr auto fields()
    {
        return fieldList(field("task", &FindOutput::task), field("n", &FindOutput::n, "attempt; 0: the latest"),
                          field("stream", &FindOutput::stream), field("pattern", &FindOutput::pattern, "empty: every line"),
                          field("drop", &FindOutput::drop, "regular expression; a line with it is no hit"),
                          field("words", &FindOutput::plain, "the pattern is plain words, no regular expression"),
                          field("ignoreCase", &FindOutput::ignoreCase), field("lines", &FindOutput::lines, "one hit for a line: the line"),
                          field("backward", &FindOutput::backward), field("texts", &FindOutput::texts, "with the text of the line"),
                          field("from", &FindOutput::from, "first byte"), field("to", &FindOutput::to, "byte after the last; negative: the end"),
                          field("limit", &FindOutput::limit, "hits, at most 10,000"));
    }
    friend bool operator==(const FindOutput &, const FindOutput &) = default;
};

} // namespace Drover
