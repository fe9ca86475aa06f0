#pragma once

// Reading what an attempt wrote.

#include "backend/protocol/agentmessages.h"
#include "backend/protocol/envelope.h"
#include "backend/protocol/task.h"

namespace Drover {

/// One stretch of a stream.
struct OutputPiece
{
    QByteArray data;
    qint64 offset = 0; ///< of data's first byte
    qint64 size = 0; ///< of the stream as far as the daemon has it
    qint64 gap = 0; ///< bytes before `offset` that are not kept any more
    bool ended = false; ///< nothing will follow
    QList<OutputMark> marks;

    static constexpr auto fields()
    {
        return fieldList(field("data", &OutputPiece::data), field("offset", &OutputPiece::offset),
                          field("size", &OutputPiece::size), field("gap", &OutputPiece::gap, "bytes not kept"),
                          field("ended", &OutputPiece::ended, "nothing will follow"),
                          field("marks", &OutputPiece::marks));
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

} // namespace Drover
