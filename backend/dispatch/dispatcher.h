#pragma once

#include "backend/dispatch/shares.h"
#include "backend/dispatch/storms.h"
#include "backend/fleet/fleet.h"
#include "backend/queue/attempts.h"
#include "backend/queue/speccache.h"
#include "backend/scheduler/explain.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace Drover {

struct DispatchSettings
{
    std::chrono::milliseconds beat {2000}; ///< between heartbeats of an agent
    qint64 outputCap = 1'000'000'000; ///< bytes a stream, unless the task says
    StormSettings storms;
};

/// Brings tasks to machines and their reports back.
///
/// It plans just before each hand-over of the stage, so that a submission and its assignment share
/// a commit, and sends what it decided when that commit is durable. It hears agents (hello, reports,
/// beats), ends leases by the steady clock, and forgives machines the time the daemon itself was
/// stopped. Lives in the state thread.
class Dispatcher : public QObject
{
    Q_OBJECT

public:
    Dispatcher(Store &store, Ledger &ledger, TaskQueue &queue, BatchBook &batches, Attempts &attempts,
               Fleet &fleet, SpecCache &specs, const Clock &clock, const DispatchSettings &settings = {},
               QObject *parent = nullptr);

    /// After all others have been restored.
    void restore(const Snapshot &snapshot);
    /// From now on tick() is called by a timer.
    void start();
    /// Each second: ends the leases that are over. Late by more than three means that the daemon was
    /// stopped, which is no machine's fault. A test whose clock stands still calls it itself.
    void tick();

    /// A returning or new agent. The answer may leave when the stage is committed.
    AgentWelcome hello(MachineId machine, const QString &address, const AgentHello &hello);
    void reports(MachineId machine, const QList<Report> &reports);
    void beat(MachineId machine, const AgentBeat &beat);
    void left(MachineId machine, Fleet::Leaving leaving);
    void slotsChanged(MachineId machine);

    /// What is held and paused above batches. Stored.
    void setFlags(const Flags &flags);
    /// A flag of a batch has changed.
    void followFlags();

    QList<Storms::Storm> storms() const { return m_storms.all(); }
    /// A person lets a pool go on in spite of a storm. NotFound when there is none.
    Result<void> resumePool(const QString &pool);

    /// Why a task that has not ended is where it is. `waitsFor` are the tasks it names, as they are.
    Explanation explain(TaskId id, const QList<WaitedFor> &waitsFor) const;

    /// Specs of tasks that may start are on their way from the database.
    bool isReadingAhead() const { return m_reading; }

    /// What a running attempt last said of itself.
    std::optional<AttemptGauge> gauge(AttemptId id) const
    {
        const auto known = m_gauges.constFind(id);
        return known == m_gauges.cend() ? std::nullopt : std::optional(*known);
    }
    const QHash<AttemptId, AttemptGauge> &gauges() const { return m_gauges; }

signals:
    void ticked(); ///< each second
    /// `up`: since the machine was started.
    void loadReported(Drover::MachineId machine, const Drover::MachineLoad &load, std::chrono::nanoseconds up);
    /// Frames for the agent of that machine, CBOR. After the commit they belong to.
    void send(Drover::MachineId machine, const QByteArray &frame);
    /// A machine is heard of again on a connection that outlived its leases: only a new hello says
    /// what it still has.
    void helloWanted(Drover::MachineId machine);
    /// The attempt is over, and its end durable.
    void attemptOver(const Drover::Attempt &attempt);

private:
    struct Outgoing
    {
        AgentAssign assign;
        AgentOrders orders;
        qint64 acknowledge = 0;
    };

    void planSoon();
    void beforeHandOver(Stage &stage);
    void planNow();
    std::vector<Room> rooms() const;
    Room roomOf(const MachineRecord &machine) const;
    Place placeOf(const MachineRecord &machine) const;
    void endStorms();
    void heard(MachineId machine);
    void assign(const Placement &placement);
    void readAhead(const std::vector<TaskId> &missing);
    Outgoing &outgoing(MachineId machine);
    static QByteArray frameOf(const Outgoing &out);
    void endLeases(const MachineRecord &machine, SteadyInstant now);
    void armDelayed();

    Store &m_store;
    Ledger &m_ledger;
    TaskQueue &m_queue;
    BatchBook &m_batches;
    Attempts &m_attempts;
    Fleet &m_fleet;
    SpecCache &m_specs;
    const Clock &m_clock;
    DispatchSettings m_settings;
    QHash<MachineId, Outgoing> m_outgoing;
    QHash<AttemptId, AttemptGauge> m_gauges;
    QSet<MachineId> m_leasesOver; ///< a lease has ended there, and nothing was heard since
    std::map<AttemptId, SteadyInstant> m_fenced; ///< queued again at that moment
    std::vector<Attempt> m_over;
    Storms m_storms;
    Shares m_shares;
    QTimer m_ticks;
    QTimer m_delayed;
    SteadyInstant m_lastTick {};
    bool m_planWanted = false;
    bool m_reading = false;
};

} // namespace Drover
