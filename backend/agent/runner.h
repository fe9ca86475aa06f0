#pragma once

#include "backend/agent/filethread.h"
#include "backend/agent/localattempt.h"
#include "backend/agent/reporter.h"
#include "backend/agent/shimcontrol.h"
#include "backend/agent/shimhost.h"
#include "backend/agent/startrequest.h"
#include "backend/agent/supplies.h"

#include <deque>
#include <unordered_map>

namespace Drover {

/// Runs what the daemon assigns: a queue in the order received, started as slots come free; and
/// reports what becomes of it. An attempt has never two processes: what is here is not taken
/// twice, and a start is repeated only when its run folder was not claimed.
///
/// Lives in the main thread: the shim host has the processes, the file thread the files.
class Runner : public QObject
{
    Q_OBJECT

public:
    Runner(FileThread &files, Supplies &supplies, ShimHost &host, Reporter &reporter, const FenceWord &fence,
           const Clock &clock, StartSurroundings surroundings, QObject *parent = nullptr);

    /// What an earlier agent of this state left.
    void adopt(const QList<FoundAttempt> &found);

    /// All attempts that are here, for the hello.
    QList<HeldAttempt> held() const;

    void setEpoch(qint64 epoch) { m_epoch = epoch; }
    void setSlots(int slotCount);
    void setOutputCap(qint64 bytes) { m_surroundings.outputCap = bytes; }
    void setCgroups(const Cgroups &cgroups) { m_surroundings.cgroups = cgroups; }

    void assign(const QList<Assignment> &assignments);
    void obey(const QList<Order> &orders);

    /// A heartbeat was acknowledged: fenced tasks that waited for one may start.
    void onFenceMoved() { startWhatFits(); }

    int slotsUsed() const { return m_slotsUsed; }

    QList<AttemptId> running() const;

private:
    using Phase = LocalAttempt::Phase;

    // assignment to end
    LocalAttempt *find(AttemptId id);
    void onPrepared(const QList<PreparedAttempt> &attempts);
    void onBrought(AttemptId id, const std::optional<SupplyFailure> &failure);
    void onCleaned(const QList<SpareFolder> &spares);
    void startWhatFits();
    bool mayStart(const LocalAttempt &attempt) const;
    void start(LocalAttempt &attempt);
    std::string takeSpare(int user);
    void onAnswered(const std::vector<ShimAnswer> &answers);
    void onAnswer(const ShimAnswer &answer);
    void onRefused(LocalAttempt &attempt, const ShimAnswer &answer);
    void becomeRunning(LocalAttempt &attempt, const RunRecord &record);
    void finish(LocalAttempt &attempt, const RunRecord &record);
    void collectOutput(LocalAttempt &attempt, Report end);
    void onOutputsCollected(AttemptId id, const QList<Transfer> &outputs,
                            const std::optional<SupplyFailure> &failure);
    void endUnstarted(LocalAttempt &attempt, EndReason reason, const QString &detail);
    void endLost(LocalAttempt &attempt, const QString &detail);
    void onCollected(const QList<CollectedOutput> &attempts);
    void reportEnd(LocalAttempt &attempt, Report report);
    void report(const LocalAttempt &attempt, ReportKind kind, Instant at);
    void onEndsCommitted(const QList<AttemptId> &ids);
    void remove(LocalAttempt &attempt);
    void takeSlots(LocalAttempt &attempt);
    void freeSlots(LocalAttempt &attempt);
    void followSoon(AttemptId id);
    void followWhatLasts();

    // runnerorders.cpp: orders, and what run folders tell
    void obeyOne(const Order &order);
    void stop(LocalAttempt &attempt, const Order &order);
    void setPaused(LocalAttempt &attempt, bool paused);
    void forget(LocalAttempt &attempt);
    void sendStop(LocalAttempt &attempt);
    void sendFreeze(LocalAttempt &attempt);
    void control(LocalAttempt &attempt, ControlMessage message);
    void onReplied(const ControlReply &reply);
    void lookAtAll();
    void onLooked(const QList<FoundAttempt> &found);
    void settle(LocalAttempt &attempt, const FoundAttempt &found);
    void settleRunning(LocalAttempt &attempt, const FoundAttempt &found);
    void lookAgain(LocalAttempt &attempt, int most, const QString &otherwise);
    void watchShim(LocalAttempt &attempt);

    FileThread &m_files;
    Supplies &m_supplies;
    ShimHost &m_host;
    Reporter &m_reporter;
    const FenceWord &m_fence;
    const Clock &m_clock;
    StartSurroundings m_surroundings;
    ShimControl m_control;

    qint64 m_epoch = 0;
    int m_slots = 0;
    int m_slotsUsed = 0;
    std::unordered_map<AttemptId, LocalAttempt> m_attempts;
    std::deque<AttemptId> m_queue; // not started, in the order received
    QList<AttemptNote> m_unseated; // no user was free for them
    QList<EndedAttempt> m_toCollect; // of this turn
    std::unordered_map<int, std::vector<std::string>> m_spares; // run folders, by user

    struct Unfollowed
    {
        AttemptId id;
        SteadyInstant since;
    };
    std::vector<Unfollowed> m_unfollowed;
    QTimer m_followTimer;

    // Control messages under way, by the number they carry.
    struct Asked
    {
        AttemptId id;
        ControlKind kind;
    };
    std::unordered_map<uint64_t, Asked> m_asked;
    uint64_t m_askedLast = 0;
};

} // namespace Drover
