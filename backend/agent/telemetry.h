#pragma once

#include "backend/protocol/agentmessages.h"

#include <QtCore/QHash>

namespace Drover {

/// Measures the machine's load and keeps the gauges of what runs, for the heartbeats. Reads /proc
/// alone, which never waits for a disk. Lives in the main thread.
class Telemetry
{
public:
    /// The load since the last call, of the whole machine.
    MachineLoad load();

    void setDisks(const QList<DiskFact> &disks, qint64 used)
    {
        m_disks = disks;
        m_diskUsed = used;
    }
    const QList<DiskFact> &disks() const { return m_disks; }
    void noteGauges(const QList<AttemptGauge> &gauges);

    /// Those of `running`, and no others are kept.
    QList<AttemptGauge> gauges(const QList<AttemptId> &running);

private:
    struct CpuTimes
    {
        qint64 busy = 0;
        qint64 all = 0;
    };
    struct NetBytes
    {
        qint64 in = 0;
        qint64 out = 0;
    };
    static CpuTimes cpuTimes();
    static NetBytes netBytes();

    CpuTimes m_cpu;
    NetBytes m_net;
    std::chrono::steady_clock::time_point m_measured;
    QList<DiskFact> m_disks;
    qint64 m_diskUsed = 0;
    QHash<AttemptId, AttemptGauge> m_gauges;
};

} // namespace Drover
