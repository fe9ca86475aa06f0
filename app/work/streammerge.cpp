#include "app/work/streammerge.h"

#include "backend/protocol/outputrequests.h"

namespace Drover {

namespace {

constexpr Instant unknownTime = Instant::max();

} // namespace

void StreamMerge::add(Stream stream, const OutputPiece &piece)
{
    Side &into = side(stream);
    qsizetype at = 0;
    for (const OutputMark &mark : piece.marks) {
        const qsizetype end
            = qsizetype(std::min<qint64>(mark.offset - piece.offset, piece.data.size()));
        if (end <= at)
            continue;
        append(into, mark.at, piece.data.sliced(at, end - at));
        at = end;
    }
    if (at < piece.data.size())
        append(into, unknownTime, piece.data.sliced(at));
}

// A line belongs to the moment in which it was ended.
void StreamMerge::append(Side &side, Instant at, const QByteArray &data)
{
    const QByteArray all = std::exchange(side.rest, {}) + data;
    const qsizetype end = all.lastIndexOf('\n') + 1;
    if (end > 0)
        side.segments.append({at, all.first(end)});
    side.rest = all.sliced(end);
    side.restAt = at;
}

void StreamMerge::finish(Stream stream)
{
    Side &ended = side(stream);
    ended.finished = true;
    if (!ended.rest.isEmpty())
        ended.segments.append({ended.restAt, std::exchange(ended.rest, {})});
}

bool StreamMerge::isWaitingFor(Stream stream) const
{
    return !side(stream).finished && side(stream).segments.isEmpty();
}

QList<StreamMerge::Part> StreamMerge::take()
{
    QList<Part> parts;
    Side &out = side(Stream::Out);
    Side &err = side(Stream::Err);
    while (!isWaitingFor(Stream::Out) && !isWaitingFor(Stream::Err)) {
        if (out.segments.isEmpty() && err.segments.isEmpty())
            break;
        const bool fromErr = out.segments.isEmpty()
            || (!err.segments.isEmpty() && err.segments.first().at < out.segments.first().at);
        Side &from = fromErr ? err : out;
        parts.append({fromErr ? Stream::Err : Stream::Out, from.segments.takeFirst().data});
    }
    return parts;
}

QList<StreamMerge::Part> lastLines(const QList<StreamMerge::Part> &parts, qsizetype count)
{
    QList<StreamMerge::Part> last;
    for (qsizetype i = parts.size() - 1; i >= 0 && count > 0; --i) {
        const QByteArray &data = parts.at(i).data;
        qsizetype start = data.size();
        // The line feed at the very end begins no line.
        while (start > 0 && count > 0) {
            start = start >= 2 ? data.lastIndexOf('\n', start - 2) + 1 : 0;
            --count;
        }
        last.prepend({parts.at(i).stream, data.sliced(start)});
    }
    return last;
}

} // namespace Drover
