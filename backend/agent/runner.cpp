#include "backend/agent/runner.h"

#include "backend/agent/endreport.h"
#include "backend/agent/outputtext.h"
#include "backend/base/logging.h"

#include <algorithm>
#include <cerrno>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// What is over sooner sends its output with its end.
constexpr std::chrono::milliseconds followAfter{150};
constexpr std::chrono::milliseconds followLook{50};
constexpr std::chrono::seconds lastsFrom{8}; // from then on there may be a curve
constexpr size_t sparesKept = 64; // of each user

/// As the daemon knows it.
TaskState stateOf(const LocalAttempt &attempt)
{
    if (attempt.isUnstarted())
        return attempt.phase == LocalAttempt::Phase::Bringing ? TaskState::Preparing : TaskState::Assigned;
    if (!attempt.isMinded())
        return TaskState::Collecting;
    if (attempt.record && hasFlag(*attempt.record, RunFlag::Stopping))
        return TaskState::Stopping;
    return attempt.record && hasFlag(*attempt.record, RunFlag::Frozen) ? TaskState::Paused
                                                                       : TaskState::Running;
}

} // namespace

Runner::Runner(FileThread &files, Supplies &supplies, ShimHost &host, Reporter &reporter, const FenceWord &fence,
               const Clock &clock, StartSurroundings surroundings, QObject *parent)
    : QObject(parent)
    , m_files(files)
    , m_supplies(supplies)
    , m_host(host)
    , m_reporter(reporter)
    , m_fence(fence)
    , m_clock(clock)
    , m_surroundings(std::move(surroundings))
{
    connect(&files, &FileThread::prepared, this, &Runner::onPrepared);
    connect(&supplies, &Supplies::brought, this, &Runner::onBrought);
    connect(&supplies, &Supplies::collected, this, &Runner::onOutputsCollected);
    connect(&files, &FileThread::cleaned, this, &Runner::onCleaned);
    connect(&files, &FileThread::collected, this, &Runner::onCollected);
    connect(&files, &FileThread::looked, this, &Runner::onLooked);
    connect(&files, &FileThread::strangersFound, this, &Runner::adopt);
    connect(&host, &ShimHost::answered, this, &Runner::onAnswered);
    connect(&host, &ShimHost::died, this, &Runner::lookAtAll);
    connect(&host, &ShimHost::answersLost, this, &Runner::lookAtAll);
    connect(&m_control, &ShimControl::replied, this, &Runner::onReplied);
    connect(&reporter, &Reporter::endsCommitted, this, &Runner::onEndsCommitted);
    m_followTimer.callOnTimeout(this, &Runner::followWhatLasts);
}

LocalAttempt *Runner::find(AttemptId id)
{
    const auto known = m_attempts.find(id);
    return known == m_attempts.end() ? nullptr : &known->second;
}

QList<HeldAttempt> Runner::held() const
{
    QList<HeldAttempt> held;
    held.reserve(qsizetype(m_attempts.size()));
    for (const auto &[id, attempt] : m_attempts) {
        if (attempt.isForgotten)
            continue;
        held.append({.task = id.task,
                     .n = id.n,
                     .epoch = attempt.note.epoch,
                     .specNumber = attempt.note.specNumber,
                     .state = stateOf(attempt)});
    }
    return held;
}

QList<AttemptId> Runner::running() const
{
    QList<AttemptId> ids;
    for (const auto &[id, attempt] : m_attempts) {
        if (attempt.phase == Phase::Running)
            ids.append(id);
    }
    return ids;
}

void Runner::setSlots(int slotCount)
{
    m_slots = slotCount;
    m_surroundings.slotCount = slotCount;
    startWhatFits();
}

void Runner::assign(const QList<Assignment> &assignments)
{
    QList<AttemptNote> notes;
    notes.reserve(assignments.size());
    for (const Assignment &assignment : assignments) {
        const AttemptId id = assignment.id();
        if (m_attempts.contains(id))
            continue;
        LocalAttempt attempt;
        attempt.note = {.task = id.task,
                        .n = id.n,
                        .epoch = m_epoch,
                        .specNumber = assignment.specNumber,
                        .keepFolder = assignment.spec.keepFolder,
                        .slotCount = std::max(1, assignment.spec.needs.slotCount),
                        .progress = assignment.spec.progress,
                        .runAs = assignment.spec.runAs,
                        .outputs = {},
                        .collectWithin = assignment.spec.timeouts.collect};
        for (const Transfer &output : assignment.spec.outputs)
            attempt.note.outputs.append(output.source);
        attempt.isPaused = assignment.startPaused;
        attempt.assignment = std::make_unique<Assignment>(assignment);
        notes.append(attempt.note);
        m_queue.push_back(id);
        m_attempts.emplace(id, std::move(attempt));
    }
    if (!notes.isEmpty())
        m_files.prepare(notes);
}

void Runner::onPrepared(const QList<PreparedAttempt> &attempts)
{
    for (const PreparedAttempt &prepared : attempts) {
        LocalAttempt *attempt = find(prepared.id);
        if (!attempt)
            continue;
        attempt->seat = prepared.seat;
        attempt->note.seat = prepared.seat.index;
        attempt->phase = Phase::Ready;
        if (attempt->stop) {
            endUnstarted(*attempt, attempt->stop->reason, u"stopped before it was started"_s);
        } else if (prepared.error && prepared.error->code == ErrorCode::Busy) {
            attempt->phase = Phase::Preparing;
            m_unseated.append(attempt->note);
        } else if (prepared.error) {
            const bool full = prepared.error->code == ErrorCode::LimitReached;
            endUnstarted(*attempt, full ? EndReason::DiskFull : EndReason::CouldNotStart,
                         prepared.error->message);
        } else if (attempt->takesFiles()) {
            attempt->phase = Phase::Bringing;
            report(*attempt, ReportKind::Preparing, m_clock.now());
            const TaskSpec &spec = attempt->assignment->spec;
            m_supplies.bring({.id = attempt->id(),
                              .seat = attempt->seat,
                              .inputs = spec.inputs,
                              .sharedInputs = spec.sharedInputs},
                             spec.timeouts.prepare);
        }
    }
    startWhatFits();
}

void Runner::onBrought(AttemptId id, const std::optional<SupplyFailure> &failure)
{
    LocalAttempt *attempt = find(id);
    if (!attempt || attempt->phase != Phase::Bringing)
        return;
    attempt->phase = Phase::Ready;
    if (failure)
        endUnstarted(*attempt, failure->reason, failure->detail);
    startWhatFits();
}

void Runner::onCleaned(const QList<SpareFolder> &spares)
{
    for (const SpareFolder &spare : spares)
        m_spares[spare.user].push_back(spare.path);
    if (!m_unseated.isEmpty())
        m_files.prepare(std::exchange(m_unseated, {}));
}

void Runner::startWhatFits()
{
    bool any = false;
    for (auto at = m_queue.begin(); at != m_queue.end();) {
        LocalAttempt *attempt = find(*at);
        if (attempt && !mayStart(*attempt)) {
            ++at;
            continue;
        }
        // In order: a task that asks for many slots is not overtaken for ever by those that do not.
        if (attempt && m_slotsUsed > 0 && m_slotsUsed + attempt->note.slotCount > m_slots)
            break;
        if (attempt && m_slots == 0)
            break;
        at = m_queue.erase(at);
        if (attempt) {
            start(*attempt);
            any = true;
        }
    }
    if (any)
        m_host.flush();
}

bool Runner::mayStart(const LocalAttempt &attempt) const
{
    if (attempt.phase != Phase::Ready || attempt.isPaused || attempt.isHeldBack)
        return false;
    if (!attempt.assignment || attempt.assignment->leaseRule != LeaseRule::Fence)
        return true;
    // A fence that is due already would kill it at once: the next heartbeat moves it.
    const auto leaseNs = uint64_t(std::chrono::nanoseconds(attempt.assignment->lease).count());
    return m_fence.value() + leaseNs / 2 > bootNow();
}

void Runner::start(LocalAttempt &attempt)
{
    Result<ShimStart> request = startOf(*attempt.assignment, attempt.seat, m_surroundings);
    if (!request) {
        endUnstarted(attempt, EndReason::CouldNotStart, request.error().message);
        return;
    }
    attempt.spare = takeSpare(attempt.seat.user);
    request->spareFolder = attempt.spare;
    const std::string frame = encodeStart(*request);
    if (frame.empty()) {
        endUnstarted(attempt, EndReason::CouldNotStart,
                     u"its command or environment has a NUL byte, or is longer than 4 MiB"_s);
        return;
    }
    takeSlots(attempt);
    attempt.phase = Phase::Starting;
    m_host.put(frame);
}

std::string Runner::takeSpare(int user)
{
    std::vector<std::string> &spares = m_spares[user];
    if (spares.empty())
        return {};
    std::string spare = std::move(spares.back());
    spares.pop_back();
    return spare;
}

void Runner::onAnswered(const std::vector<ShimAnswer> &answers)
{
    for (const ShimAnswer &answer : answers)
        onAnswer(answer);
    m_files.collect(std::exchange(m_toCollect, {}));
    startWhatFits();
}

void Runner::onAnswer(const ShimAnswer &answer)
{
    LocalAttempt *attempt = find({TaskId{answer.record.task}, answer.record.attempt});
    if (!attempt || !attempt->isMinded())
        return;
    switch (answer.kind) {
    case AnswerKind::Started:
        becomeRunning(*attempt, answer.record);
        break;
    case AnswerKind::Ended:
        finish(*attempt, answer.record);
        break;
    case AnswerKind::Refused:
        onRefused(*attempt, answer);
        break;
    case AnswerKind::Lost:
        m_files.look({attempt->id()});
        break;
    case AnswerKind::Hello:
        break;
    }
}

void Runner::onRefused(LocalAttempt &attempt, const ShimAnswer &answer)
{
    if (attempt.phase != Phase::Starting)
        return;
    if (answer.refused == RefusedFor::AlreadyClaimed) {
        if (!attempt.spare.empty())
            m_spares[attempt.seat.user].push_back(std::exchange(attempt.spare, {}));
        m_files.look({attempt.id()});
        return;
    }
    freeSlots(attempt);
    attempt.phase = Phase::Ready;
    if (answer.refused == RefusedFor::NoFork) {
        m_queue.push_front(attempt.id());
        logWarning(LogCategory::Agent, u"no process could be made, trying again",
                   {{"reason"_L1, qt_error_string(answer.error)}});
        attempt.isHeldBack = true;
        QTimer::singleShot(std::chrono::milliseconds(500), this, [this, id = attempt.id()] {
            if (LocalAttempt *waiting = find(id))
                waiting->isHeldBack = false;
            startWhatFits();
        });
        return;
    }
    const QString words = QString::fromUtf8(answer.record.detail);
    const bool full = isDiskFull(answer.error);
    const QString detail = answer.error && answer.refused == RefusedFor::NoRunFolder
        ? u"%1: %2"_s.arg(words.isEmpty() ? u"run folder"_s : words, qt_error_string(answer.error))
        : words;
    endUnstarted(attempt, full ? EndReason::DiskFull : EndReason::CouldNotStart, detail);
}

void Runner::becomeRunning(LocalAttempt &attempt, const RunRecord &record)
{
    const bool isNew = attempt.phase != Phase::Running;
    attempt.record = std::make_unique<RunRecord>(record);
    if (!isNew)
        return;
    attempt.phase = Phase::Running;
    attempt.assignment.reset();
    takeSlots(attempt);
    report(attempt, ReportKind::Started, fromMicroseconds(record.startedAt));
    // Of an earlier agent's doing:
    if (hasFlag(record, RunFlag::Frozen)) {
        attempt.isPaused = true;
        report(attempt, ReportKind::Frozen, m_clock.now());
    }
    if (hasFlag(record, RunFlag::Stopping))
        report(attempt, ReportKind::Stopping, m_clock.now());
    followSoon(attempt.id());
    if (attempt.stop)
        sendStop(attempt);
    else if (attempt.isPaused && !hasFlag(record, RunFlag::Frozen))
        sendFreeze(attempt);
}

void Runner::finish(LocalAttempt &attempt, const RunRecord &record)
{
    freeSlots(attempt);
    if (!m_asked.empty()) // what was asked of its shim may never be answered
        std::erase_if(m_asked,
                      [&attempt](const auto &asked) { return asked.second.id == attempt.id(); });
    attempt.phase = Phase::Collecting;
    attempt.isMerged = hasFlag(record, RunFlag::Merged);
    attempt.assignment.reset();
    attempt.watch.reset();
    attempt.record.reset();
    if (attempt.isForgotten) {
        m_files.dropOutput({attempt.id()});
        remove(attempt);
        return;
    }
    Report end = endReportOf(record);
    attempt.isBad = isBadEnd(end);
    if (attempt.note.outputs.isEmpty()) {
        collectOutput(attempt, std::move(end));
        return;
    }
    attempt.phase = Phase::Leaving;
    attempt.end = std::make_unique<Report>(std::move(end));
    report(attempt, ReportKind::Collecting, attempt.end->at);
    m_supplies.collect(attempt.id(), attempt.seat, attempt.note.outputs,
                       attempt.isBad ? Supplies::Wanted::WhatIsThere : Supplies::Wanted::All,
                       attempt.note.collectWithin);
}

void Runner::onOutputsCollected(AttemptId id, const QList<Transfer> &outputs,
                                const std::optional<SupplyFailure> &failure)
{
    LocalAttempt *attempt = find(id);
    if (!attempt || attempt->phase != Phase::Leaving || !attempt->end)
        return;
    Report end = std::move(*attempt->end);
    end.outputs = outputs;
    // A bad end of its own says more.
    if (failure && !attempt->isBad) {
        attempt->isBad = true;
        end.endReason = failure->reason;
        end.detail = failure->detail;
    }
    collectOutput(*attempt, std::move(end));
    m_files.collect(std::exchange(m_toCollect, {}));
}

void Runner::collectOutput(LocalAttempt &attempt, Report end)
{
    attempt.phase = Phase::Collecting;
    const bool lasted = isSet(end.started) && end.at - end.started > lastsFrom;
    if (end.outSize == 0 && end.errSize == 0 && !attempt.isBad && !lasted) {
        reportEnd(attempt, std::move(end));
        return;
    }
    if (end.outSize > inlineOutputLimit || end.errSize > inlineOutputLimit)
        report(attempt, ReportKind::Collecting, end.at);
    m_toCollect.append(
        {.id = attempt.id(),
         .epoch = attempt.note.epoch,
         .runFolder = m_surroundings.runRoot + '/' + printed(attempt.id()).toStdString(),
         .outSize = end.outSize,
         .errSize = end.errSize,
         .merged = attempt.isMerged,
         .isBad = attempt.isBad});
    attempt.end = std::make_unique<Report>(std::move(end));
}

void Runner::endUnstarted(LocalAttempt &attempt, EndReason reason, const QString &detail)
{
    Report end = endReportOf(attempt.id(), reason, detail, m_clock.now());
    attempt.assignment.reset();
    attempt.isBad = true;
    if (reason != EndReason::Cancelled && reason != EndReason::Superseded)
        end.lastLine = lastLineOf(detail.toUtf8());
    reportEnd(attempt, std::move(end));
}

void Runner::endLost(LocalAttempt &attempt, const QString &detail)
{
    Report end = endReportOf(attempt.id(), EndReason::StatusLost, detail, m_clock.now());
    if (attempt.record)
        end.started = fromMicroseconds(attempt.record->startedAt);
    freeSlots(attempt);
    attempt.watch.reset();
    attempt.record.reset();
    m_files.dropOutput({attempt.id()});
    attempt.isBad = true;
    reportEnd(attempt, std::move(end));
}

void Runner::onCollected(const QList<CollectedOutput> &attempts)
{
    for (const CollectedOutput &collected : attempts) {
        LocalAttempt *attempt = find(collected.id);
        if (!attempt || attempt->phase != Phase::Collecting || !attempt->end)
            continue;
        Report end = std::move(*attempt->end);
        end.out = collected.out;
        end.err = collected.err;
        end.lastLine = collected.lastLine;
        end.curve = collected.curve;
        const bool ours = end.endReason == EndReason::CouldNotStart || end.endReason == EndReason::OutputFailed
            || end.endReason == EndReason::CollectTimedOut;
        if (attempt->isBad && ours && (end.lastLine.isEmpty() || end.exitCode == 0))
            end.lastLine = lastLineOf(end.detail.toUtf8());
        const bool itself
            = end.endReason == EndReason::Exited || end.endReason == EndReason::Signalled;
        if (attempt->isBad && itself && collected.isDiskFull) {
            end.endReason = EndReason::DiskFull;
            end.detail = u"the disk under the work folder or the agent's state is full"_s;
        }
        reportEnd(*attempt, std::move(end));
    }
}

void Runner::reportEnd(LocalAttempt &attempt, Report end)
{
    attempt.phase = Phase::Reported;
    attempt.end.reset();
    if (attempt.isForgotten) {
        remove(attempt);
        return;
    }
    end.epoch = attempt.note.epoch;
    m_reporter.add(std::move(end));
}

void Runner::report(const LocalAttempt &attempt, ReportKind kind, Instant at)
{
    if (attempt.isForgotten)
        return;
    Report report{.epoch = attempt.note.epoch,
                  .task = attempt.note.task,
                  .n = attempt.note.n,
                  .kind = kind,
                  .at = at};
    if (attempt.record)
        report.started = fromMicroseconds(attempt.record->startedAt);
    m_reporter.add(std::move(report));
}

void Runner::onEndsCommitted(const QList<AttemptId> &ids)
{
    for (const AttemptId id : ids) {
        LocalAttempt *attempt = find(id);
        if (attempt && attempt->phase == Phase::Reported)
            remove(*attempt);
    }
}

void Runner::remove(LocalAttempt &attempt)
{
    const AttemptId id = attempt.id();
    m_files.clean({.id = id,
                   .seat = attempt.seat.index,
                   .user = attempt.seat.user,
                   .keepFolder = attempt.note.keepFolder && attempt.isBad && !attempt.isForgotten});
    m_attempts.erase(id);
}

void Runner::takeSlots(LocalAttempt &attempt)
{
    if (!std::exchange(attempt.holdsSlots, true))
        m_slotsUsed += attempt.note.slotCount;
}

void Runner::freeSlots(LocalAttempt &attempt)
{
    if (std::exchange(attempt.holdsSlots, false))
        m_slotsUsed -= attempt.note.slotCount;
}

void Runner::followSoon(AttemptId id)
{
    m_unfollowed.push_back({id, m_clock.steady()});
    if (!m_followTimer.isActive())
        m_followTimer.start(followLook);
}

void Runner::followWhatLasts()
{
    const SteadyInstant due = m_clock.steady() - followAfter;
    QList<FollowedAttempt> lasting;
    std::erase_if(m_unfollowed, [&](const Unfollowed &one) {
        const LocalAttempt *attempt = find(one.id);
        if (!attempt || attempt->phase != Phase::Running)
            return true;
        if (one.since > due)
            return false;
        lasting.append({.id = one.id,
                        .epoch = attempt->note.epoch,
                        .runFolder = m_surroundings.runRoot + '/' + printed(one.id).toStdString(),
                        .merged = hasFlag(*attempt->record, RunFlag::Merged),
                        .progressFile = attempt->seat.folder.empty()
                            ? std::string()
                            : attempt->seat.folder + '/' + progressFileName,
                        .progressPattern = attempt->note.progress,
                        .shim = attempt->record->shimPid});
        return true;
    });
    m_files.follow(lasting);
    if (m_unfollowed.empty())
        m_followTimer.stop();
}

} // namespace Drover
