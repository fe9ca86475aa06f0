#include "backend/api/outputdesk.h"

#include "backend/base/logging.h"
#include "backend/protocol/outputrequests.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto lookAgainEvery = 100ms;
constexpr std::chrono::milliseconds longestWait = 60s;
constexpr int largestPiece = 1024 * 1024;

} // namespace

OutputDesk::OutputDesk(Rooms &rooms, QObject *parent) : QObject(parent), m_rooms(rooms)
{
    connect(&rooms.outputs, &OutputFiles::stored, this, &OutputDesk::onStored);
    connect(&rooms.outputs, &OutputFiles::written, this, [this] {
        m_writing = false;
        writeNext();
    });
    connect(&rooms.disk, &DiskGuard::changed, this, &OutputDesk::writeNext);
    connect(&rooms.outputs, &OutputFiles::failed, this, [this](const OutputName &name, const Error &error) {
        if (const Attempt *attempt = m_rooms.attempts.find(name.attempt))
            emit unstored(attempt->machine);
        logError(LogCategory::Files, u"output not stored", {{"attempt"_L1, printed(name.attempt)}, {"reason"_L1, error.message}});
    });
    connect(&rooms.dispatcher, &Dispatcher::attemptOver, this, &OutputDesk::onAttemptOver);
    connect(&m_timer, &QTimer::timeout, this, &OutputDesk::onTimer);
}

void OutputDesk::take(MachineId machine, const OutputChunk &chunk)
{
    const Attempt *attempt = m_rooms.attempts.find(chunk.id());
    const bool ours = attempt && attempt->machine == machine
        && m_rooms.attempts.accepts(chunk.id(), chunk.epoch);
    if (!ours || chunk.offset < 0 || chunk.data.size() > largestPiece) {
        // Nobody wants it any more: let the agent forget it.
        emit acknowledged(machine, {.task = chunk.task, .n = chunk.n, .stream = chunk.stream, .upTo = chunk.offset + chunk.data.size()});
        return;
    }
    OutputPart part {.name = {chunk.id(), int(chunk.stream)}, .offset = chunk.offset, .data = chunk.data, .marks = {}, .gapBefore = chunk.gapBefore};
    for (const OutputMark &mark : chunk.marks)
        part.marks.append({mark.offset, mark.at});
    m_waiting.append(std::move(part));
    writeNext();
}

void OutputDesk::writeNext()
{
    // Its agent keeps what is not acknowledged, and sends no more than a window of it.
    if (m_writing || m_waiting.isEmpty() || m_rooms.disk.state() == DiskGuard::State::Full)
        return;
    m_writing = true;
    QMetaObject::invokeMethod(&m_rooms.outputs, [&files = m_rooms.outputs, parts = std::exchange(m_waiting, {})] { files.write(parts); });
}

void OutputDesk::onStored(const OutputName &name, qint64 size)
{
    if (const Attempt *attempt = m_rooms.attempts.find(name.attempt))
        emit acknowledged(attempt->machine, {.task = name.attempt.task, .n = name.attempt.n, .stream = Stream(name.stream), .upTo = size});
    wake([&](const Reader &reader) { return reader.attempt == name.attempt && int(reader.request.stream) == name.stream; });
}

void OutputDesk::onAttemptOver(const Attempt &attempt)
{
    // What came early of a short stream is in the store now, whole.
    for (const auto &[stream, size] : {std::pair(0, attempt.outSize), std::pair(1, attempt.errSize)}) {
        if (size <= inlineOutputLimit)
            QMetaObject::invokeMethod(&m_rooms.outputs, [&files = m_rooms.outputs, name = OutputName {attempt.id(), stream}] { files.remove(name); });
    }
    wake([&](const Reader &reader) { return reader.attempt.task == attempt.task || reader.request.task == attempt.task; });
}

void OutputDesk::read(const Caller &caller, const ReadOutput &request, const Answer<OutputPiece> &answer)
{
    const TaskRecord *task = m_rooms.queue.find(request.task);
    if (const Batch *batch = task ? m_rooms.batches.find(task->batch) : nullptr) {
        if (const Result<void> may = mayRead(caller, request.task, batch->project); !may) {
            answer(may.error());
            return;
        }
    }
    ReadOutput bounded = request;
    bounded.limit = std::clamp(request.limit, 1, largestPiece);
    const auto wait = std::clamp<std::chrono::milliseconds>(request.wait, 0ms, longestWait);
    serve({.caller = caller, .request = bounded, .answer = answer, .until = m_rooms.clock.now() + wait, .attempt = {}});
}

Result<void> OutputDesk::mayRead(const Caller &caller, TaskId task, const QString &project) const
{
    if (!m_rooms.access.may(caller, Verb::View, project))
        return fail(ErrorCode::NotFound, u"there is no task %1"_s.arg(task.value));
    return m_rooms.access.may(caller, Verb::ReadOutputs, project);
}

void OutputDesk::serve(const Reader &reader)
{
    const TaskRecord *task = m_rooms.queue.find(reader.request.task);
    if (task && task->lastAttempt == 0 && reader.request.n <= 1) {
        follow(reader); // it has not run yet
        return;
    }
    m_rooms.store.ask<StoredOutput>(
        this, [id = reader.request.task, n = reader.request.n](Database &db) { return outputOf(db, id, n); },
        [this, reader](const Result<StoredOutput> &stored) {
            const Result<void> may = stored ? mayRead(reader.caller, reader.request.task, stored->project) : stored.error();
            if (!may) {
                reader.answer(may.error());
                return;
            }
            Reader known = reader;
            known.attempt = stored->attempt.id();
            serveStored(known, *stored);
        });
}

void OutputDesk::serveStored(const Reader &reader, const StoredOutput &stored)
{
    const bool out = reader.request.stream == Stream::Out;
    const qint64 size = out ? stored.attempt.outSize : stored.attempt.errSize;
    if (!isSet(stored.attempt.ended) || size > inlineOutputLimit) {
        serveFile(reader, stored);
        return;
    }
    const QByteArray &whole = out ? stored.out : stored.err;
    const qint64 wanted = reader.request.offset;
    const qint64 offset = std::clamp<qint64>(wanted < 0 ? whole.size() + wanted : wanted, 0, whole.size());
    const QByteArray data = whole.mid(offset, reader.request.limit);
    reader.answer(OutputPiece {.data = data, .offset = offset, .size = whole.size(), .gap = 0,
                               .ended = offset + data.size() >= whole.size(), .marks = {}});
}

void OutputDesk::serveFile(const Reader &reader, const StoredOutput &stored)
{
    const OutputName name {stored.attempt.id(), int(reader.request.stream)};
    const bool over = isSet(stored.attempt.ended);
    QMetaObject::invokeMethod(&m_rooms.outputs, [this, reader, name, over, &files = m_rooms.outputs] {
        const Result<OutputSlice> slice = files.read(name, reader.request.offset, reader.request.limit);
        QMetaObject::invokeMethod(this, [this, reader, over, slice] {
            OutputPiece piece;
            if (slice) {
                piece = {.data = slice->data, .offset = slice->offset, .size = slice->size, .gap = slice->gap,
                         .ended = false, .marks = {}};
                for (const auto &[offset, at] : slice->marks)
                    piece.marks.append({.offset = offset, .at = at});
            } else if (slice.error().code != ErrorCode::NotFound) {
                reader.answer(slice.error());
                return;
            }
            piece.ended = over && piece.offset + piece.data.size() >= piece.size;
            if (piece.data.isEmpty() && !piece.ended)
                follow(reader);
            else
                reader.answer(piece);
        });
    });
}

void OutputDesk::follow(const Reader &reader)
{
    if (m_rooms.clock.now() >= reader.until) {
        const qint64 offset = std::max<qint64>(reader.request.offset, 0);
        reader.answer(OutputPiece {.data = {}, .offset = offset, .size = offset, .gap = 0, .ended = false, .marks = {}});
        return;
    }
    m_followers.push_back(reader);
    if (!m_timer.isActive())
        m_timer.start(lookAgainEvery);
}

void OutputDesk::wake(const std::function<bool(const Reader &)> &which)
{
    std::vector<Reader> woken;
    for (const Reader &reader : m_followers) {
        if (which(reader))
            woken.push_back(reader);
    }
    std::erase_if(m_followers, which);
    for (const Reader &reader : woken)
        serve(reader);
}

void OutputDesk::onTimer()
{
    const Instant now = m_rooms.clock.now();
    wake([&](const Reader &reader) {
        const TaskRecord *task = m_rooms.queue.find(reader.request.task);
        const bool started = reader.attempt.isNull() && (!task || task->lastAttempt > 0);
        return started || now >= reader.until;
    });
    if (m_followers.empty())
        m_timer.stop();
}

} // namespace Drover
