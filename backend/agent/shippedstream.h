#pragma once

#include "backend/protocol/agentmessages.h"

#include <optional>
#include <string>
#include <unordered_map>

namespace Drover {

/// One output file on its way to the daemon: how far it was written, sent, and acknowledged.
/// Lives in the file thread. Movable.
class ShippedStream
{
public:
    ShippedStream(std::string path, Stream stream) : m_path(std::move(path)), m_stream(stream) { }
    ~ShippedStream();
    ShippedStream(ShippedStream &&other) noexcept;
    ShippedStream &operator=(ShippedStream &&) = delete;

    static constexpr qint64 window = 1024 * 1024; ///< bytes sent without an acknowledgement
    static constexpr qint64 chunkLimit = 128 * 1024;

    /// Looks how long the file is now; a longer one gets a mark. True when it has grown.
    bool look(Instant now);

    /// It is written no more: what cannot be read now never will, and is not waited for.
    void close();

    /// The next piece to be sent, none when all was sent or the window is full.
    std::optional<OutputChunk> next();

    void acknowledge(qint64 upTo);
    void rewind(); ///< the connection was cut
    bool isAcknowledged() const { return m_acknowledged >= m_size; }
    qint64 size() const { return m_size; }
    qint64 underWay() const { return m_sent - m_acknowledged - m_gap; } ///< bytes

    /// Up to `limit` bytes at the file's end, or at its beginning.
    QByteArray tail(qint64 limit);
    QByteArray head(qint64 limit);

private:
    bool isOpen();
    QByteArray read(qint64 offset, qint64 length);
    qint64 dataFrom(qint64 offset);

    std::string m_path;
    Stream m_stream;
    int m_file = -1;
    bool m_isClosed = false;
    qint64 m_size = 0;
    qint64 m_sent = 0;
    qint64 m_acknowledged = 0;
    qint64 m_gap = 0; // of what is under way, these bytes are none; up to m_gapEnd
    qint64 m_gapEnd = 0;
    QList<OutputMark> m_marks; // not acknowledged yet
};

} // namespace Drover
