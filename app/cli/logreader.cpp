#include "app/cli/logreader.h"

#include "app/cli/clitext.h"
#include "backend/base/size.h"
#include "backend/protocol/outputrequests.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr int pieceSize = 512 * 1024;
constexpr std::chrono::milliseconds waitForMore = 20s;
constexpr std::chrono::milliseconds replyWithin = 30s; // past what it may wait for

/// Keeps one question for each stream with the daemon, and writes what comes. Lives while
/// `LogReader::follow` waits.
class Follower
{
public:
    using Use = std::function<void(Stream, const OutputPiece &)>;

    Follower(Client &client, QObject *context, AttemptId attempt, Use use,
             std::function<void(const Result<Done> &)> handler)
        : m_client(client)
        , m_context(context)
        , m_attempt(attempt)
        , m_use(std::move(use))
        , m_handler(std::move(handler))
    {
    }

    void ask(Stream stream, qint64 offset)
    {
        ++m_open;
        const ReadOutput request{.task = m_attempt.task,
                                 .n = m_attempt.n,
                                 .stream = stream,
                                 .offset = offset,
                                 .limit = pieceSize,
                                 .wait = waitForMore};
        m_client.send(
            request, m_context,
            [this, stream, offset](const Result<OutputPiece> &piece) {
                onPiece(stream, offset, piece);
            },
            waitForMore + replyWithin);
    }

private:
    void onPiece(Stream stream, qint64 offset, const Result<OutputPiece> &piece)
    {
        --m_open;
        if (!piece)
            return finish(piece.error());
        m_use(stream, *piece);
        if (!piece->ended)
            ask(stream, piece->data.isEmpty() ? offset : piece->offset + piece->data.size());
        else if (m_open == 0)
            finish(Done{});
    }

    void finish(const Result<Done> &result)
    {
        if (const auto handler = std::exchange(m_handler, nullptr))
            handler(result);
    }

    Client &m_client;
    QObject *m_context;
    AttemptId m_attempt;
    Use m_use;
    std::function<void(const Result<Done> &)> m_handler;
    int m_open = 0;
};

} // namespace

LogReader::LogReader(Session &session, Screen &screen, AttemptId attempt, Streams streams)
    : m_session(session)
    , m_screen(screen)
    , m_attempt(attempt)
    , m_isOne(streams != Streams::Both)
{
    if (streams != Streams::Err)
        m_sources.append({.stream = Stream::Out});
    if (streams != Streams::Out)
        m_sources.append({.stream = Stream::Err});
}

Result<OutputPiece> LogReader::read(const Source &source, qint64 offset)
{
    return m_session.call(ReadOutput{.task = m_attempt.task,
                                     .n = m_attempt.n,
                                     .stream = source.stream,
                                     .offset = offset,
                                     .limit = pieceSize});
}

void LogReader::write(Stream stream, const QByteArray &data)
{
    if (stream == Stream::Out || m_isOne)
        m_screen.bytes(data);
    else
        m_screen.errorBytes(data);
}

void LogReader::noteGap(const Source &source, const OutputPiece &piece)
{
    if (piece.offset > source.offset && !piece.data.isEmpty())
        m_screen.note(CliText::tr("[%1 are not kept any more]")
                          .arg(printedSize(piece.offset - source.offset)));
}

Result<void> LogReader::fill(StreamMerge &merge, Source &source)
{
    const Result<OutputPiece> piece = read(source, source.offset);
    if (!piece)
        return piece.error();
    noteGap(source, *piece);
    merge.add(source.stream, *piece);
    if (!piece->data.isEmpty())
        source.offset = piece->offset + piece->data.size();
    source.ended = piece->ended;
    if (piece->ended || piece->data.isEmpty())
        merge.finish(source.stream);
    return {};
}

Result<void> LogReader::mergeRest(StreamMerge &merge,
                                  const std::function<void(const StreamMerge::Part &)> &use)
{
    for (const Stream stream : {Stream::Out, Stream::Err}) {
        const bool wanted = std::ranges::any_of(
            m_sources, [&](const Source &source) { return source.stream == stream; });
        if (!wanted)
            merge.finish(stream);
    }
    for (bool goesOn = true; goesOn;) {
        goesOn = false;
        for (Source &source : m_sources) {
            if (!merge.isWaitingFor(source.stream))
                continue;
            goesOn = true;
            if (const Result<void> filled = fill(merge, source); !filled)
                return filled.error();
        }
        for (const StreamMerge::Part &part : merge.take())
            use(part);
    }
    return {};
}

Result<void> LogReader::readAll()
{
    StreamMerge merge;
    return mergeRest(merge,
                     [this](const StreamMerge::Part &part) { write(part.stream, part.data); });
}

// Reads back from the end, further each time, until there are enough lines.
Result<qint64> LogReader::offsetOfTail(const Source &source, qsizetype lines)
{
    constexpr qint64 furthest = pieceSize; // nobody asks for more lines than these of a terminal
    for (qint64 back = 16 * 1024;; back *= 8) {
        const qint64 reach = std::min(back, furthest);
        const Result<OutputPiece> piece = read(source, -reach);
        if (!piece)
            return piece.error();
        if (piece->data.count('\n') > lines || piece->offset == 0 || reach == furthest)
            return piece->offset;
    }
}

Result<void> LogReader::readTail(qsizetype lines)
{
    for (Source &source : m_sources) {
        const Result<qint64> offset = offsetOfTail(source, lines);
        if (!offset)
            return offset.error();
        source.offset = *offset;
    }
    StreamMerge merge;
    QList<StreamMerge::Part> parts;
    if (const Result<void> merged
        = mergeRest(merge, [&](const StreamMerge::Part &part) { parts.append(part); });
        !merged)
        return merged.error();
    for (const StreamMerge::Part &part : lastLines(parts, lines))
        write(part.stream, part.data);
    return {};
}

Result<OutputPlace> LogReader::locate(LocateOutput request)
{
    request.task = m_attempt.task;
    request.n = m_attempt.n;
    request.stream = stream();
    return m_session.call(request);
}

Result<LogReader::Range> LogReader::rangeOfLines(qint64 first, qint64 last)
{
    const Result<OutputPlace> begin = locate({.line = first});
    if (!begin)
        return begin.error();
    if (begin->line > 0 && begin->line < first)
        return Range{.from = begin->offset, .to = begin->offset}; // there are not so many
    const Result<OutputPlace> end = last > 0 ? locate({.line = last + 1}) : Result<OutputPlace>(OutputPlace{});
    if (!end)
        return end.error();
    return Range{.from = begin->offset, .to = last > 0 && end->line > last ? end->offset : -1};
}

Result<LogReader::Range> LogReader::rangeOfTimes(std::optional<Instant> since, std::optional<Instant> until)
{
    Range range;
    if (since) {
        const Result<OutputPlace> begin = locate({.time = since});
        if (!begin)
            return begin.error();
        range.from = begin->offset;
    }
    if (until) {
        const Result<OutputPlace> end = locate({.time = until});
        if (!end)
            return end.error();
        range.to = end->offset;
    }
    return range;
}

// Each stretch to where its stream belongs.
void LogReader::writeSegments(const OutputPiece &piece, qint64 most)
{
    if (piece.segments.isEmpty())
        return write(stream(), piece.data.left(most));
    for (const OutputSegment &segment : piece.segments) {
        const qint64 begin = std::max<qint64>(0, segment.offset - piece.offset);
        const qint64 end = std::min(most, segment.offset + segment.size - piece.offset);
        if (begin < end)
            write(segment.stream, piece.data.sliced(begin, end - begin));
    }
}

Result<void> LogReader::readRange(const Range &range)
{
    Source source{.stream = stream(), .offset = range.from};
    while (range.to < 0 || source.offset < range.to) {
        const Result<OutputPiece> piece = read(source, source.offset);
        if (!piece)
            return piece.error();
        noteGap(source, *piece);
        writeSegments(*piece, range.to < 0 ? piece->data.size()
                                           : std::clamp<qint64>(range.to - piece->offset, 0, piece->data.size()));
        source.offset = piece->offset + piece->data.size();
        if (piece->data.isEmpty() || piece->ended)
            break;
    }
    return {};
}

Result<qint64> LogReader::grep(const QString &pattern, bool ignoreCase, const Range &range)
{
    FindOutput find{.task = m_attempt.task,
                    .n = m_attempt.n,
                    .stream = stream(),
                    .pattern = pattern,
                    .ignoreCase = ignoreCase,
                    .lines = true,
                    .texts = true,
                    .from = range.from,
                    .to = range.to};
    for (qint64 count = 0;;) {
        const Result<FoundOutputs> page = m_session.call(find);
        if (!page)
            return page.error();
        for (const FoundOutput &hit : page->hits)
            m_screen.bytes(hit.text + '\n');
        count += page->hits.size();
        if (page->done)
            return count;
        find.from = page->next;
    }
}

Result<void> LogReader::follow()
{
    const Result<Client *> client = m_session.client();
    if (!client)
        return client.error();
    const bool over
        = std::ranges::all_of(m_sources, [](const Source &source) { return source.ended; });
    if (over)
        return {};
    std::unique_ptr<Follower> follower;
    const Result<Done> done = m_session.waited<Done>([&](QObject *context, auto handler) {
        follower = std::make_unique<Follower>(
            **client, context, m_attempt,
            [this](Stream stream, const OutputPiece &piece) { write(stream, piece.data); },
            std::move(handler));
        for (const Source &source : std::as_const(m_sources)) {
            if (!source.ended)
                follower->ask(source.stream, source.offset);
        }
    });
    if (!done)
        return done.error();
    return {};
}

} // namespace Drover
