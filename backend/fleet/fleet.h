#pragma once

#include "backend/base/clock.h"
#include "backend/protocol/machinerequests.h"
#include "backend/store/ledger.h"

#include <QtCore/QObject>
#include <QtCore/QSet>

#include <deque>

namespace Drover {

/// When a machine that says nothing is called so; life.md, Machine.
struct FleetSettings
{
    std::chrono::milliseconds silentAfter {15'000};
    std::chrono::milliseconds lostAfter {600'000};
    int mostPrefetch = 256;
};

/// Whether leases run on a machine that is silent.
enum class Leases { None, Running, Ended };

/// Bytes under its work root.
qint64 availableDisk(const Machine &machine);

/// A machine as the state thread knows it: its row, its connection, and what is reserved on it.
struct MachineRecord
{
    Machine row;
    bool connected = false;
    bool saidGoodbye = false;
    SteadyInstant lastContact {};
    int slotsUsed = 0; ///< by what was assigned; more than its slots when work waits ahead
    double cpuUsed = 0;
    qint64 memoryUsed = 0;
    qint64 diskUsed = 0;
    QSet<qint64> gpusUsed; ///< numbers of devices
    Leases leases = Leases::None;
    std::deque<SteadyInstant> ends; ///< of the last second

    int freeSlots() const { return row.slotCount - slotsUsed; }
    int freeGpus() const { return int(row.facts.gpus.size() - gpusUsed.size()); }
};

/// The machines Drover knows: who is there, what each has, what is taken of it. State thread.
class Fleet : public QObject
{
    Q_OBJECT

public:
    Fleet(Store &store, Ledger &ledger, const Clock &clock, const FleetSettings &settings = {},
          QObject *parent = nullptr);

    void restore(const Snapshot &snapshot);

    const MachineRecord *find(MachineId id) const;
    const MachineRecord *findNamed(const QString &name) const;
    const QHash<MachineId, MachineRecord> &all() const { return m_machines; }
    /// As lists show it: the row with its present state, load and use.
    Machine shown(const MachineRecord &machine) const;

    /// A new machine. Its name gets a number behind it when it is taken.
    MachineId add(const QString &name, const MachineFacts &facts, const QStringList &pools, int slotCount);
    void setCertificate(MachineId id, const QString &fingerprint);
    Result<Machine> set(const SetMachine &request);
    Result<void> remove(MachineId id);

    void connected(MachineId id, const MachineFacts &facts, const QString &address);
    void contact(MachineId id);
    void load(MachineId id, const MachineLoad &load);
    enum class Leaving { Cut, Goodbye };
    void disconnected(MachineId id, Leaving leaving);

    /// Everything begins anew with the present moment: at start, and after a stall of our own.
    void forgiveSilence(std::chrono::microseconds stall);

    void reserve(MachineId id, const Needs &needs, const QList<qint64> &gpus = {});
    void release(MachineId id, const Needs &needs, const QList<qint64> &gpus = {});
    /// That many devices nobody has, the lowest numbers first; fewer when there are not so many.
    QList<qint64> freeGpus(MachineId id, int count) const;
    /// A silent machine is lost when the last lease on it has ended.
    void setLeases(MachineId id, Leases leases);
    /// An attempt ended there: fast ones let work be sent ahead.
    void countEnd(MachineId id);
    /// How many slots' worth of work may wait there ahead of a free slot: what it finished in the
    /// last eighth of a second, so that it never runs dry and never hoards.
    int prefetchRoom(const MachineRecord &machine) const;

signals:
    void roomChanged();
    void machineChanged(Drover::MachineId id);

private:
    MachineRecord *record(MachineId id);
    void touch(MachineRecord &machine);
    MachineState stateOf(const MachineRecord &machine) const;

    Store &m_store;
    Ledger &m_ledger;
    const Clock &m_clock;
    FleetSettings m_settings;
    QHash<MachineId, MachineRecord> m_machines;
};

} // namespace Drover
