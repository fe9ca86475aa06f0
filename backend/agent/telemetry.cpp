#include "backend/agent/telemetry.h"

#include <QtCore/QFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QByteArray procFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly | QIODevice::Unbuffered) ? file.read(64 * 1024)
                                                                  : QByteArray();
}

/// "MemTotal:  16384 kB" → bytes
qint64 meminfo(const QByteArray &text, const char *name)
{
    const qsizetype at = text.indexOf(name);
    if (at < 0)
        return 0;
    const qsizetype begin = at + qsizetype(strlen(name));
    const QByteArray line = text.mid(begin, text.indexOf('\n', begin) - begin).trimmed();
    return line.left(line.indexOf(' ')).toLongLong() * 1024;
}

qint64 perSecond(qint64 now, qint64 before, double seconds)
{
    return before == 0 || seconds <= 0
        ? 0
        : qint64(double(std::max<qint64>(0, now - before)) / seconds);
}

} // namespace

Telemetry::CpuTimes Telemetry::cpuTimes()
{
    // cpu  user nice system idle iowait irq softirq steal guest guest_nice
    const QByteArray text = procFile(u"/proc/stat"_s);
    const QByteArrayList numbers = text.left(text.indexOf('\n')).simplified().split(' ');
    CpuTimes times;
    for (qsizetype i = 1; i < std::min<qsizetype>(numbers.size(), 9); ++i) {
        const qint64 ticks = numbers.at(i).toLongLong();
        times.all += ticks;
        times.busy += i == 4 || i == 5 ? 0 : ticks;
    }
    return times;
}

Telemetry::NetBytes Telemetry::netBytes()
{
    NetBytes bytes;
    const QByteArrayList lines = procFile(u"/proc/net/dev"_s).split('\n');
    for (const QByteArray &line : lines) {
        const qsizetype colon = line.indexOf(':');
        if (colon < 0 || line.left(colon).trimmed() == "lo")
            continue;
        const QByteArrayList numbers = line.mid(colon + 1).simplified().split(' ');
        bytes.in += numbers.value(0).toLongLong();
        bytes.out += numbers.value(8).toLongLong();
    }
    return bytes;
}

MachineLoad Telemetry::load()
{
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - m_measured).count();
    const CpuTimes cpu = cpuTimes();
    const NetBytes net = netBytes();
    const QByteArray memory = procFile(u"/proc/meminfo"_s);
    MachineLoad load;
    if (m_cpu.all > 0 && cpu.all > m_cpu.all)
        load.cpu = double(cpu.busy - m_cpu.busy) / double(cpu.all - m_cpu.all);
    load.loadAverage = procFile(u"/proc/loadavg"_s).split(' ').value(0).toDouble();
    load.memoryUsed = meminfo(memory, "MemTotal:") - meminfo(memory, "MemAvailable:");
    load.diskUsed = m_diskUsed;
    load.netIn = perSecond(net.in, m_net.in, seconds);
    load.netOut = perSecond(net.out, m_net.out, seconds);
    m_cpu = cpu;
    m_net = net;
    m_measured = now;
    return load;
}

void Telemetry::noteGauges(const QList<AttemptGauge> &gauges)
{
    for (const AttemptGauge &gauge : gauges)
        m_gauges.insert({gauge.task, gauge.n}, gauge);
}

QList<AttemptGauge> Telemetry::gauges(const QList<AttemptId> &running)
{
    QHash<AttemptId, AttemptGauge> kept;
    QList<AttemptGauge> gauges;
    for (const AttemptId id : running) {
        const auto known = m_gauges.constFind(id);
        if (known == m_gauges.cend())
            continue;
        kept.insert(id, *known);
        gauges.append(*known);
    }
    m_gauges = std::move(kept);
    return gauges;
}

} // namespace Drover
