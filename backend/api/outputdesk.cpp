#include "backend/api/outputdesk.h"

#include "backend/base/logging.h"
#include "backend/protocol/outputrequests.h"

#include <QtCore/QtEndian>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto lookAgainEvery = 100ms;
constexpr std::chrono::milliseconds longestWait = 60s;
constexpr int largestPiece = 1024 * 1024;
constexpr int mostHits = 10'000;
constexpr auto worthTimes = 1s; // a shorter attempt's times are those of its beginning and end

// Where the store says a stream is: with the end report, or shipped before.
OutputSubject subjectOf(const StoredOutput &stored, Stream stream)
{
    const Attempt &attempt = stored.attempt;
    const auto isInline = [&](qint64 size) { return isSet(attempt.ended) && size > 0 && size <= inlineOutputLimit; };
    return {.attempt = attempt.id(), .stream = int(stream), .ended = attempt.ended,
            .outInline = isInline(attempt.outSize), .errInline = isInline(attempt.errSize),
            .out = stored.out, .err = stored.err};
}

Result<OutputQuery> queryOf(const FindOutput &request)
{
    const auto letters = request.ignoreCase ? OutputPattern::Case::Ignored : OutputPattern::Case::Counts;
    OutputQuery query {.direction = request.backward ? OutputQuery::Direction::Backward : OutputQuery::Direction::Forward,
                       .each = request.lines || request.pattern.isEmpty() ? OutputQuery::Each::Line : OutputQuery::Each::Match,
                       .text = request.texts ? OutputQuery::Text::Line : OutputQuery::Text::None,
                       .from = request.from, .to = request.to < 0 ? std::numeric_limits<qint64>::max() : request.to,
                       .limit = std::clamp(request.limit, 1, mostHits)};
    if (!request.pattern.isEmpty()) {
        Result<OutputPattern> keep = OutputPattern::compile(
            request.pattern, request.plain ? OutputPattern::Kind::Words : OutputPattern::Kind::Expression, letters);
        if (!keep)
            return keep.error();
        query.keep = std::move(*keep);
    }
    if (!request.drop.isEmpty()) {
        Result<OutputPattern> drop = OutputPattern::compile(request.drop, OutputPattern::Kind::Expression, letters);
        if (!drop)
            return drop.error();
        query.drop = std::move(*drop);
    }
    return query;
}

// In the reader's thread.
Result<FoundOutputs> found(OutputReader &reader, const OutputSubject &subject, const FindOutput &request)
{
    const Result<OutputQuery> query = queryOf(request);
    if (!query)
        return query.error();
    const Result<OutputHits> hits = reader.find(subject, *query);
    if (!hits)
        return hits.error();
    FoundOutputs found {.hits = {}, .next = hits->next, .done = hits->isDone};
    found.hits.reserve(hits->hits.size());
    for (const OutputHit &hit : hits->hits)
        found.hits.append({.offset = hit.offset, .size = hit.size, .line = hit.line < 0 ? -1 : hit.line + 1, .text = hit.text});
    return found;
}

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
        && (chunk.stream == Stream::Out || chunk.stream == Stream::Err)
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
    wake([&](const Question &question) {
        return question.attempt == name.attempt && (question.stream == Stream::Both || int(question.stream) == name.stream);
    });
}

void OutputDesk::onAttemptOver(const Attempt &attempt)
{
    // What came early of a short stream is in the store now, whole. A size of 0 may be that of a
    // lost worker, and what it had sent is all there is.
    // What was over at once needs no times; a file for each would cost more than it tells.
    const auto removal = attempt.ended - attempt.started < worthTimes ? OutputFiles::Removal::All : OutputFiles::Removal::Bytes;
    for (const auto &[stream, size] : {std::pair(0, attempt.outSize), std::pair(1, attempt.errSize)}) {
        if (size > 0 && size <= inlineOutputLimit)
            QMetaObject::invokeMethod(&m_rooms.outputs, [&files = m_rooms.outputs, name = OutputName {attempt.id(), stream}, removal] { files.remove(name, removal); });
    }
    wake([&](const Question &question) { return question.task == attempt.task; });
}

Instant OutputDesk::waitUntil(std::chrono::milliseconds wait) const
{
    return m_rooms.clock.now() + std::clamp<std::chrono::milliseconds>(wait, 0ms, longestWait);
}

void OutputDesk::read(const Caller &caller, const ReadOutput &request, const Answer<OutputPiece> &answer)
{
    const qint64 limit = std::clamp(request.limit, 1, largestPiece);
    ask({.caller = caller, .task = request.task, .n = request.n, .stream = request.stream, .until = waitUntil(request.wait),
         .look = [this, offset = request.offset, limit, answer](const Question &question, const OutputSubject &subject) {
             work<OutputSlice>([=](OutputReader &reader) { return reader.read(subject, offset, limit); },
                               [=, this](const Result<OutputSlice> &slice) { onPiece(question, subject, slice, answer); });
         },
         .refuse = [answer](const Error &error) { answer(error); },
         .giveUp = [answer, offset = std::max<qint64>(0, request.offset)] {
             answer(OutputPiece {.offset = offset, .size = offset});
         }});
}

void OutputDesk::onPiece(const Question &question, const OutputSubject &subject, const Result<OutputSlice> &slice,
                         const Answer<OutputPiece> &answer)
{
    if (!slice) {
        answer(slice.error());
        return;
    }
    OutputPiece piece {.data = slice->data, .offset = slice->offset, .size = slice->size, .gap = slice->gap};
    for (const OutputMoment &mark : slice->marks)
        piece.marks.append({.offset = mark.offset, .at = mark.at});
    for (const OutputStretch &stretch : slice->stretches)
        piece.segments.append({.offset = stretch.offset, .size = stretch.size, .stream = Stream(stretch.stream)});
    piece.ended = isSet(subject.ended) && piece.offset + piece.data.size() >= piece.size;
    if (piece.data.isEmpty() && !piece.ended)
        follow(question);
    else
        answer(piece);
}

void OutputDesk::info(const Caller &caller, const GetOutputInfo &request, const Answer<OutputInfo> &answer)
{
    ask({.caller = caller, .task = request.task, .n = request.n, .stream = request.stream, .until = waitUntil(request.wait),
         .look = [this, request, answer](const Question &question, const OutputSubject &subject) {
             work<OutputFigures>(
                 [=](OutputReader &reader) { return reader.figures(subject, request.fromBlock); },
                 [=, this](const Result<OutputFigures> &figures) { onFigures(question, subject, request, figures, answer); });
         },
         .refuse = [answer](const Error &error) { answer(error); },
         .giveUp = [answer, request] {
             answer(OutputInfo {.n = request.n, .size = std::max<qint64>(0, request.known)});
         }});
}

void OutputDesk::onFigures(const Question &question, const OutputSubject &subject, const GetOutputInfo &request,
                           const Result<OutputFigures> &figures, const Answer<OutputInfo> &answer)
{
    if (!figures) {
        answer(figures.error());
        return;
    }
    const bool isCounted = figures->scanned >= figures->size;
    if (figures->size == request.known && !isSet(subject.ended) && isCounted && m_rooms.clock.now() < question.until) {
        follow(question);
        return;
    }
    OutputInfo info {.n = subject.attempt.n, .generation = figures->generation, .size = figures->size,
                     .scanned = figures->scanned, .lines = figures->lines, .errors = figures->errors,
                     .warnings = figures->warnings, .begun = figures->begun, .last = figures->last,
                     .ended = isSet(subject.ended), .firstBlock = figures->firstBlock};
    for (const OutputHole &hole : figures->holes)
        info.gaps.append({.offset = hole.offset, .size = hole.size});
    if (!figures->holes.isEmpty() && figures->holes.first().offset == 0)
        info.kept = figures->holes.first().end();
    info.blocks.reserve(figures->blocks.size() * 8);
    for (const OutputBlock &block : figures->blocks) {
        const quint32 lines = qToLittleEndian(block.lines);
        const quint16 levels[2] = {qToLittleEndian(block.errors), qToLittleEndian(block.warnings)};
        info.blocks.append(reinterpret_cast<const char *>(&lines), sizeof lines);
        info.blocks.append(reinterpret_cast<const char *>(levels), sizeof levels);
    }
    answer(info);
}

void OutputDesk::locate(const Caller &caller, const LocateOutput &request, const Answer<OutputPlace> &answer)
{
    if (int(request.line.has_value()) + int(request.percent.has_value()) + int(request.time.has_value()) != 1) {
        answer(fail(ErrorCode::Invalid, u"one of line, percent and time is expected"_s));
        return;
    }
    ask({.caller = caller, .task = request.task, .n = request.n, .stream = request.stream, .until = m_rooms.clock.now(),
         .look = [this, request, answer](const Question &, const OutputSubject &subject) {
             OutputReader &reader = m_rooms.outputReader;
             const auto tell = [this, &reader, subject, answer](const Result<qint64> &offset) {
                 if (!offset) {
                     answer(offset.error());
                     return;
                 }
                 const Result<qint64> line = reader.lineAt(subject, *offset);
                 const Result<Instant> at = reader.momentOf(subject, *offset);
                 OutputPlace place {.offset = *offset, .at = at ? *at : never};
                 if (line && *line >= 0)
                     place.line = *line + 1;
                 QMetaObject::invokeMethod(this, [answer, place] { answer(place); });
             };
             QMetaObject::invokeMethod(&reader, [&reader, subject, request, tell] {
                 if (request.line)
                     reader.locateLine(subject, std::max<qint64>(0, *request.line - 1), tell);
                 else
                     tell(request.time ? reader.locateTime(subject, *request.time)
                                       : reader.locatePercent(subject, *request.percent));
             });
         },
         .refuse = [answer](const Error &error) { answer(error); },
         .giveUp = [answer] { answer(OutputPlace {}); }});
}

void OutputDesk::find(const Caller &caller, const FindOutput &request, const Answer<FoundOutputs> &answer)
{
    ask({.caller = caller, .task = request.task, .n = request.n, .stream = request.stream, .until = m_rooms.clock.now(),
         .look = [this, request, answer](const Question &, const OutputSubject &subject) {
             work<FoundOutputs>([=](OutputReader &reader) { return found(reader, subject, request); },
                                [answer](const Result<FoundOutputs> &hits) { answer(hits); });
         },
         .refuse = [answer](const Error &error) { answer(error); },
         .giveUp = [answer] { answer(FoundOutputs {.done = true}); }});
}

template <typename T>
void OutputDesk::work(std::function<Result<T>(OutputReader &)> job, std::function<void(const Result<T> &)> then)
{
    QMetaObject::invokeMethod(&m_rooms.outputReader, [this, job = std::move(job), then = std::move(then)] {
        Result<T> result = job(m_rooms.outputReader);
        QMetaObject::invokeMethod(this, [then, result = std::move(result)] { then(result); });
    });
}

Result<void> OutputDesk::mayRead(const Caller &caller, TaskId task, const QString &project) const
{
    if (!m_rooms.access.may(caller, Verb::View, project))
        return fail(ErrorCode::NotFound, u"there is no task %1"_s.arg(task.value));
    return m_rooms.access.may(caller, Verb::ReadOutputs, project);
}

void OutputDesk::ask(const Question &question)
{
    const TaskRecord *task = m_rooms.queue.find(question.task);
    if (const Batch *batch = task ? m_rooms.batches.find(task->batch) : nullptr) {
        if (const Result<void> may = mayRead(question.caller, question.task, batch->project); !may) {
            question.refuse(may.error());
            return;
        }
    }
    if (question.stream > Stream::Both) {
        question.refuse(fail(ErrorCode::Invalid, u"stream: stdout, stderr or both is expected"_s));
        return;
    }
    serve(question);
}

void OutputDesk::serve(const Question &question)
{
    const TaskRecord *task = m_rooms.queue.find(question.task);
    if (task && task->lastAttempt == 0 && question.n <= 1) {
        follow(question); // it has not run yet
        return;
    }
    m_rooms.store.ask<StoredOutput>(
        this, [id = question.task, n = question.n](Database &db) { return outputOf(db, id, n); },
        [this, question](const Result<StoredOutput> &stored) {
            const Result<void> may = stored ? mayRead(question.caller, question.task, stored->project) : stored.error();
            if (!may) {
                question.refuse(may.error());
                return;
            }
            Question known = question;
            known.attempt = stored->attempt.id();
            known.look(known, subjectOf(*stored, known.stream));
        });
}

void OutputDesk::follow(const Question &question)
{
    if (m_rooms.clock.now() >= question.until) {
        question.giveUp();
        return;
    }
    m_followers.push_back(question);
    if (!m_timer.isActive())
        m_timer.start(lookAgainEvery);
}

void OutputDesk::wake(const std::function<bool(const Question &)> &which)
{
    std::vector<Question> woken;
    for (const Question &question : m_followers) {
        if (which(question))
            woken.push_back(question);
    }
    std::erase_if(m_followers, which);
    for (const Question &question : woken)
        serve(question);
}

void OutputDesk::onTimer()
{
    const Instant now = m_rooms.clock.now();
    wake([&](const Question &question) {
        const TaskRecord *task = m_rooms.queue.find(question.task);
        const bool started = question.attempt.isNull() && (!task || task->lastAttempt > 0);
        return started || now >= question.until;
    });
    if (m_followers.empty())
        m_timer.stop();
}

} // namespace Drover
