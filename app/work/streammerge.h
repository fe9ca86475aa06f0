#pragma once


#include "backend/protocol/outputrequests.h"

#include <array>

namespace Drover {

/// Puts stdout and stderr back into the order in which they were written, as far as their marks
/// tell: true to 100 ms, never inside a line. Where there are no marks, stdout comes first.
/// Pieces of a stream come in their order; what is sure comes out in order as soon as it is.
class StreamMerge
{
public:
    struct Part
    {
        Stream stream = Stream::Out;
        QByteArray data;
    };

    void add(Stream stream, const OutputPiece &piece);
    /// Nothing follows in this stream, at least for now.
    void finish(Stream stream);
    /// More of this stream is needed before anything can come out.
    bool isWaitingFor(Stream stream) const;
    QList<Part> take();

private:
    struct Segment
    {
        Instant at; // max: not known
        QByteArray data;
    };
    struct Side
    {
        QList<Segment> segments;
        QByteArray rest; // a line that has no end yet
        Instant restAt;
        bool finished = false;
    };

    Side &side(Stream stream) { return m_sides[size_t(stream)]; }
    const Side &side(Stream stream) const { return m_sides[size_t(stream)]; }
    static void append(Side &side, Instant at, const QByteArray &data);

    std::array<Side, 2> m_sides;
};

/// The last `count` lines of what was merged.
QList<StreamMerge::Part> lastLines(const QList<StreamMerge::Part> &parts, qsizetype count);

} // namespace Drover
