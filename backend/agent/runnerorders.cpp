// The part of Runner that obeys, and that reads what run folders tell when no answer did.

#include "backend/agent/endreport.h"
#include "backend/agent/runner.h"
#include "backend/base/logging.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr std::chrono::milliseconds lookPause{250};
constexpr int looksForShim = 20; // a host that dies between claim and fork leaves a claim alone
constexpr int looksAtDamage = 3; // a file system may have a bad moment

} // namespace

void Runner::obey(const QList<Order> &orders)
{
    for (const Order &order : orders)
        obeyOne(order);
    startWhatFits();
}

void Runner::obeyOne(const Order &order)
{
    LocalAttempt *attempt = find(order.id());
    if (!attempt)
        return; // it ended, and the daemon knows: the two messages crossed
    switch (order.kind) {
    case OrderKind::Stop:
    case OrderKind::Kill:
        stop(*attempt, order);
        break;
    case OrderKind::Freeze:
    case OrderKind::Thaw:
        setPaused(*attempt, order.kind == OrderKind::Freeze);
        break;
    case OrderKind::Forget:
        forget(*attempt);
        break;
    case OrderKind::Recall:
        if (attempt->isUnstarted())
            stop(*attempt, order);
        break;
    }
}

void Runner::stop(LocalAttempt &attempt, const Order &order)
{
    // A kill overrules a stop; a second stop changes nothing.
    if (attempt.stop && (order.kind != OrderKind::Kill || attempt.stop->kind == OrderKind::Kill))
        return;
    attempt.stop = std::make_unique<Order>(order);
    if (attempt.phase == Phase::Ready || attempt.phase == Phase::Bringing) {
        m_supplies.cancel(attempt.id());
        endUnstarted(attempt, order.reason, u"stopped before it was started"_s);
    } else if (attempt.phase == Phase::Running) {
        sendStop(attempt);
    } else if (attempt.phase == Phase::Leaving) {
        m_supplies.cancel(attempt.id());
        onOutputsCollected(attempt.id(), {}, SupplyFailure {.reason = order.reason, .detail = u"stopped while its outputs were taken away"_s});
    }
}

void Runner::sendStop(LocalAttempt &attempt)
{
    ControlMessage message;
    message.kind = ControlKind::Kill;
    message.killGraceMs = attempt.stop->kind == OrderKind::Kill ? 0 : -1;
    const std::string_view reason = enumWord(attempt.stop->reason);
    memcpy(message.reason, reason.data(), std::min(reason.size(), sizeof message.reason - 1));
    control(attempt, message);
}

void Runner::setPaused(LocalAttempt &attempt, bool paused)
{
    attempt.isPaused = paused;
    if (attempt.phase == Phase::Running && !attempt.stop)
        sendFreeze(attempt);
}

void Runner::sendFreeze(LocalAttempt &attempt)
{
    ControlMessage message;
    message.kind = attempt.isPaused ? ControlKind::Freeze : ControlKind::Thaw;
    control(attempt, message);
}

void Runner::control(LocalAttempt &attempt, ControlMessage message)
{
    message.id = ++m_askedLast;
    const int error = m_control.send(*attempt.record, message);
    if (error == 0) {
        m_asked.emplace(message.id, Asked{attempt.id(), message.kind});
    } else if (error == EAGAIN || error == ENOBUFS) {
        QTimer::singleShot(std::chrono::milliseconds(50), this, [this, id = attempt.id(), message] {
            if (LocalAttempt *waiting = find(id); waiting && waiting->phase == Phase::Running)
                control(*waiting, message);
        });
    } else {
        m_files.look({attempt.id()}); // the shim is gone: the folder tells how it ended
    }
}

void Runner::onReplied(const ControlReply &reply)
{
    const auto asked = m_asked.find(reply.id);
    if (asked == m_asked.end())
        return;
    const Asked what = asked->second;
    m_asked.erase(asked);
    LocalAttempt *attempt = find(what.id);
    if (!attempt || attempt->phase != Phase::Running)
        return;
    *attempt->record = reply.record;
    switch (what.kind) {
    case ControlKind::Kill:
        if (reply.error == 0)
            report(*attempt, ReportKind::Stopping, m_clock.now());
        break;
    case ControlKind::Freeze:
    case ControlKind::Thaw:
        if (reply.error == 0)
            report(*attempt,
                   what.kind == ControlKind::Freeze ? ReportKind::Frozen : ReportKind::Thawed,
                   m_clock.now());
        else if (reply.error != ESRCH && reply.error != EALREADY)
            logWarning(
                LogCategory::Agent, u"an attempt cannot be paused or resumed",
                {{"attempt"_L1, printed(what.id)}, {"reason"_L1, qt_error_string(reply.error)}});
        break;
    default:
        break;
    }
}

void Runner::forget(LocalAttempt &attempt)
{
    attempt.isForgotten = true;
    m_reporter.forget(attempt.id());
    switch (attempt.phase) {
    case Phase::Preparing:
        attempt.stop = std::make_unique<Order>(Order{.kind = OrderKind::Kill});
        break;
    case Phase::Starting:
    case Phase::Running:
        stop(attempt, {.task = attempt.note.task, .n = attempt.note.n, .kind = OrderKind::Kill});
        break;
    case Phase::Leaving:
    case Phase::Collecting:
        m_files.dropOutput({attempt.id()});
        [[fallthrough]];
    case Phase::Bringing:
        m_supplies.cancel(attempt.id());
        [[fallthrough]];
    case Phase::Ready:
    case Phase::Reported:
        remove(attempt);
        break;
    }
}

void Runner::adopt(const QList<FoundAttempt> &found)
{
    QList<AttemptId> adopted;
    for (const FoundAttempt &one : found) {
        if (m_attempts.contains(one.note.id()))
            continue;
        LocalAttempt attempt;
        attempt.note = one.note;
        attempt.seat = one.seat;
        attempt.phase = Phase::Starting;
        adopted.append(one.note.id());
        settle(m_attempts.emplace(one.note.id(), std::move(attempt)).first->second, one);
    }
    m_files.collect(std::exchange(m_toCollect, {}));
    if (!adopted.isEmpty())
        logInfo(LogCategory::Agent, u"attempts adopted",
                {{"count"_L1, QString::number(adopted.size())}});
}

/// Nobody tells any more what became of them.
void Runner::lookAtAll()
{
    QList<AttemptId> minded;
    for (auto &[id, attempt] : m_attempts) {
        attempt.looks = 0;
        if (attempt.isMinded() && !attempt.watch)
            minded.append(id);
    }
    m_files.look(minded);
}

void Runner::onLooked(const QList<FoundAttempt> &found)
{
    for (const FoundAttempt &one : found) {
        LocalAttempt *attempt = find(one.note.id());
        if (attempt && attempt->isMinded())
            settle(*attempt, one);
    }
    m_files.collect(std::exchange(m_toCollect, {}));
    startWhatFits();
}

void Runner::settle(LocalAttempt &attempt, const FoundAttempt &found)
{
    switch (found.content.state) {
    case RunFolderState::Absent:
        if (attempt.phase == Phase::Running || !attempt.assignment) {
            endLost(attempt, u"its run folder is gone"_s);
            return;
        }
        freeSlots(attempt);
        attempt.phase = Phase::Ready;
        if (attempt.stop)
            endUnstarted(attempt, attempt.stop->reason, u"stopped before it was started"_s);
        else
            m_queue.push_front(attempt.id());
        return;
    case RunFolderState::Claimed:
        lookAgain(attempt, looksForShim, u"it was about to be started when the shim host died"_s);
        return;
    case RunFolderState::Running:
        settleRunning(attempt, found);
        return;
    case RunFolderState::Ended:
        finish(attempt, found.content.record);
        return;
    case RunFolderState::Unreadable:
        lookAgain(attempt, looksAtDamage,
                  u"its run folder cannot be read: %1"_s.arg(qt_error_string(found.content.error)));
        return;
    }
}

void Runner::settleRunning(LocalAttempt &attempt, const FoundAttempt &found)
{
    if (!found.isThisBoot) {
        attempt.record = std::make_unique<RunRecord>(found.content.record);
        endLost(attempt, u"the machine was restarted while it ran"_s);
    } else if (found.isAlive) {
        attempt.looks = 0;
        becomeRunning(attempt, found.content.record);
        watchShim(attempt);
    } else if (found.isDying) {
        QTimer::singleShot(lookPause, this, [this, id = attempt.id()] { m_files.look({id}); });
    } else {
        attempt.record = std::make_unique<RunRecord>(found.content.record);
        endLost(attempt, u"its shim was killed, and how it ended is not known"_s);
    }
}

void Runner::lookAgain(LocalAttempt &attempt, int most, const QString &otherwise)
{
    if (++attempt.looks > most) {
        endLost(attempt, otherwise);
        return;
    }
    QTimer::singleShot(lookPause, this, [this, id = attempt.id()] { m_files.look({id}); });
}

void Runner::watchShim(LocalAttempt &attempt)
{
    if (attempt.watch)
        return;
    const AttemptId id = attempt.id();
    attempt.watch = ProcessWatch::of(attempt.record->shimPid, attempt.record->shimStart);
    if (!attempt.watch) {
        m_files.look({id});
        return;
    }
    connect(&attempt.watch->notifier(), &QSocketNotifier::activated, this, [this, id] {
        if (LocalAttempt *gone = find(id); gone && gone->watch)
            gone->watch->notifier().setEnabled(false);
        m_files.look({id});
    });
}

} // namespace Drover
