#include "backend/agent/outputshipper.h"

#include "backend/shim/runfolder.h"

#include <sys/statvfs.h>

#include <fcntl.h>
#include <unistd.h>

namespace Drover {

namespace {

constexpr std::chrono::milliseconds tick{100};
constexpr int ticksForProgress = 10;
constexpr int ticksForProcesses = 20;
constexpr qint64 tailLimit = 4096;
constexpr qint64 totalWindow
    = 16 * ShippedStream::window; // of all streams, in memory and on the wire
constexpr quint64 fullBelow = 64 * 1024; // bytes left for whoever is not root

QByteArray smallFile(const std::string &path)
{
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return {};
    QByteArray bytes(tailLimit, Qt::Uninitialized);
    const off_t end = lseek(file, 0, SEEK_END);
    const ssize_t count
        = end < 0 ? -1 : pread(file, bytes.data(), tailLimit, std::max<off_t>(0, end - tailLimit));
    close(file);
    bytes.resize(std::max<ssize_t>(0, count));
    return bytes;
}

} // namespace

OutputShipper::OutputShipper(const Clock &clock, std::vector<std::string> watched)
    : m_clock(clock)
    , m_watched(std::move(watched))
    , m_tick(this)
{
    m_tick.setTimerType(Qt::PreciseTimer); // a follower counts on 250 ms in all
    m_tick.callOnTimeout(this, &OutputShipper::lookAtRunning);
}

OutputShipper::Followed &OutputShipper::followed(const FollowedAttempt &attempt)
{
    const auto known = m_followed.find(attempt.id);
    if (known != m_followed.end())
        return known->second;
    Followed fresh{.attempt = attempt,
                   .out = ShippedStream(attempt.runFolder + '/' + runOutFile, Stream::Out),
                   .err = ShippedStream(attempt.runFolder + '/' + runErrFile, Stream::Err),
                   .ended = {},
                   .gauge = {.task = attempt.id.task, .n = attempt.id.n},
                   .progress = QRegularExpression(attempt.progressPattern,
                                                  QRegularExpression::MultilineOption)};
    return m_followed.emplace(attempt.id, std::move(fresh)).first->second;
}

void OutputShipper::follow(const QList<FollowedAttempt> &attempts)
{
    for (const FollowedAttempt &attempt : attempts)
        followed(attempt);
    lookAtRunning();
}

void OutputShipper::lookAtRunning()
{
    const Instant now = m_clock.now();
    const bool forProgress = ++m_ticks % ticksForProgress == 0;
    if (m_ticks % ticksForProcesses == 0)
        sampleProcesses();
    QList<OutputChunk> pieces;
    QList<AttemptGauge> changed;
    bool anyRuns = false;
    qint64 left = room();
    for (auto &[id, attempt] : m_followed) {
        if (attempt.ended)
            continue;
        anyRuns = true;
        const bool outGrew = attempt.out.look(now);
        const bool errGrew = !attempt.attempt.merged && attempt.err.look(now);
        if (outGrew || errGrew) {
            attempt.lastGrown = outGrew ? Stream::Out : Stream::Err;
            attempt.gauge.lastOutput = now;
            attempt.gaugeChanged = true;
            pump(attempt, left, pieces);
        }
        if (!forProgress)
            continue;
        noteGauge(attempt, now);
        if (std::exchange(attempt.gaugeChanged, false))
            changed.append(attempt.gauge);
    }
    if (!pieces.isEmpty())
        emit chunks(pieces);
    if (!changed.isEmpty())
        emit gauges(changed);
    if (anyRuns != m_tick.isActive())
        anyRuns ? m_tick.start(tick) : m_tick.stop();
}

void OutputShipper::noteGauge(Followed &attempt, Instant now)
{
    if (attempt.gaugeChanged)
        attempt.gauge.lastLine = lastLineOf(attempt.stream(attempt.lastGrown).tail(tailLimit));
    const Progress progress = progressOf(attempt);
    if (progress.percent < 0
        || (progress.percent == attempt.gauge.progress
            && progress.text == attempt.gauge.progressText))
        return;
    attempt.gauge.progress = progress.percent;
    attempt.gauge.progressText = progress.text;
    attempt.gauge.lastOutput = std::max(attempt.gauge.lastOutput, now);
    attempt.gaugeChanged = true;
}

Progress OutputShipper::progressOf(Followed &attempt)
{
    if (!attempt.attempt.progressPattern.isEmpty()) {
        Progress last;
        auto match = attempt.progress.globalMatch(QString::fromUtf8(attempt.out.tail(tailLimit)));
        while (match.hasNext())
            last = Drover::progressOf(match.next().captured(1));
        return last;
    }
    if (attempt.attempt.progressFile.empty())
        return {};
    return Drover::progressOf(lastLineOf(smallFile(attempt.attempt.progressFile)));
}

void OutputShipper::sampleProcesses()
{
    QList<pid_t> shims;
    for (const auto &[id, attempt] : m_followed) {
        if (!attempt.ended && attempt.attempt.shim > 0)
            shims.append(attempt.attempt.shim);
    }
    const QHash<pid_t, ProcessUse> uses = m_sampler.sample(shims);
    for (auto &[id, attempt] : m_followed) {
        const auto use = uses.constFind(attempt.attempt.shim);
        if (use == uses.cend() || attempt.ended)
            continue;
        attempt.gauge.memory = use->memory;
        attempt.gauge.cpu = use->cpu;
        attempt.gaugeChanged = true;
        attempt.curve.add(*use);
    }
}

qint64 OutputShipper::room() const
{
    qint64 room = totalWindow;
    for (const auto &[id, attempt] : m_followed)
        room -= attempt.out.underWay() + attempt.err.underWay();
    return room;
}

void OutputShipper::pump(Followed &attempt, qint64 &room, QList<OutputChunk> &pieces)
{
    if (!m_connected)
        return;
    for (const Stream which : {Stream::Out, Stream::Err}) {
        while (room > 0) {
            std::optional<OutputChunk> chunk = attempt.stream(which).next();
            if (!chunk)
                break;
            room -= chunk->data.size();
            chunk->task = attempt.attempt.id.task;
            chunk->n = attempt.attempt.id.n;
            chunk->epoch = attempt.attempt.epoch;
            pieces.append(std::move(*chunk));
        }
    }
    if (room <= 0 && !std::exchange(attempt.isWaiting, true))
        m_waiting.push_back(attempt.attempt.id);
}

/// Those who found no room, in turn.
void OutputShipper::pumpWaiting(qint64 &room, QList<OutputChunk> &pieces)
{
    while (room > 0 && !m_waiting.empty()) {
        const auto next = m_followed.find(m_waiting.front());
        m_waiting.pop_front();
        if (next == m_followed.end())
            continue;
        next->second.isWaiting = false;
        pump(next->second, room, pieces);
    }
}

void OutputShipper::collect(const QList<EndedAttempt> &attempts)
{
    const Instant now = m_clock.now();
    QList<CollectedOutput> home;
    QList<OutputChunk> pieces;
    qint64 left = room();
    for (const EndedAttempt &ended : attempts) {
        // What fits into the report needs no chunks, even if some were sent while it ran.
        if (ended.outSize <= inlineOutputLimit && ended.errSize <= inlineOutputLimit) {
            home.append(take(ended));
            m_followed.erase(ended.id);
            continue;
        }
        Followed &attempt = followed({.id = ended.id,
                                      .epoch = ended.epoch,
                                      .runFolder = ended.runFolder,
                                      .merged = ended.merged,
                                      .progressFile = {},
                                      .progressPattern = {}});
        attempt.ended = ended;
        attempt.out.look(now);
        attempt.out.close();
        if (!ended.merged)
            attempt.err.look(now);
        attempt.err.close();
        pump(attempt, left, pieces);
        // Nothing to wait for: the daemon has it all, or the files cannot be read any more.
        if (isHome(attempt)) {
            home.append(take(ended));
            m_followed.erase(ended.id);
        }
    }
    if (!pieces.isEmpty())
        emit chunks(pieces);
    if (!home.isEmpty())
        emit collected(home);
}

std::optional<AttemptCurve> OutputShipper::curveOf(AttemptId id) const
{
    const auto known = m_followed.find(id);
    return known == m_followed.end() ? std::nullopt : known->second.curve.of(id, tick * ticksForProcesses);
}

CollectedOutput OutputShipper::take(const EndedAttempt &ended) const
{
    CollectedOutput collected{.id = ended.id, .out = {}, .err = {}, .lastLine = {}, .curve = curveOf(ended.id)};
    ShippedStream out(ended.runFolder + '/' + runOutFile, Stream::Out);
    ShippedStream err(ended.runFolder + '/' + runErrFile, Stream::Err);
    if (ended.outSize > 0 && ended.outSize <= inlineOutputLimit)
        collected.out = out.head(ended.outSize);
    if (ended.errSize > 0 && ended.errSize <= inlineOutputLimit)
        collected.err = err.head(ended.errSize);
    if (!ended.isBad)
        return collected;
    if (ended.errSize > 0)
        collected.lastLine = lastLineOf(err.tail(tailLimit));
    if (collected.lastLine.isEmpty() && ended.outSize > 0)
        collected.lastLine = lastLineOf(out.tail(tailLimit));
    collected.isDiskFull = isDiskFull();
    return collected;
}

bool OutputShipper::isDiskFull() const
{
    for (const std::string &path : m_watched) {
        struct statvfs info;
        if (statvfs(path.c_str(), &info) == 0 && info.f_bavail * info.f_frsize < fullBelow)
            return true;
    }
    return false;
}

void OutputShipper::drop(const QList<AttemptId> &ids)
{
    for (const AttemptId id : ids)
        m_followed.erase(id);
}

void OutputShipper::setConnected(bool connected)
{
    m_connected = connected;
    if (!connected)
        return;
    for (auto &[id, attempt] : m_followed) {
        attempt.out.rewind();
        attempt.err.rewind();
    }
    QList<OutputChunk> pieces;
    qint64 left = room();
    for (auto &[id, attempt] : m_followed)
        pump(attempt, left, pieces);
    if (!pieces.isEmpty())
        emit chunks(pieces);
}

void OutputShipper::acknowledge(AttemptId id, Stream stream, qint64 upTo)
{
    const auto known = m_followed.find(id);
    if (known == m_followed.end())
        return;
    known->second.stream(stream).acknowledge(upTo);
    if (isHome(known->second)) {
        finish(id);
        return;
    }
    QList<OutputChunk> pieces;
    qint64 left = room();
    pumpWaiting(left, pieces);
    pump(known->second, left, pieces);
    if (!pieces.isEmpty())
        emit chunks(pieces);
    if (isHome(known->second)) // its file turned out to be shorter
        finish(id);
}

bool OutputShipper::isHome(const Followed &attempt) const
{
    return attempt.ended && attempt.out.isAcknowledged() && attempt.err.isAcknowledged();
}

void OutputShipper::finish(AttemptId id)
{
    const EndedAttempt ended = *m_followed.at(id).ended;
    m_followed.erase(id);
    emit collected({take(ended)});
}

} // namespace Drover
