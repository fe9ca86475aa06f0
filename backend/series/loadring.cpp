#include "backend/series/loadring.h"

#include <cmath>
#include <utility>

namespace Drover {

namespace {

constexpr size_t minutesInRow = 10;

qint64 secondsOf(Instant instant)
{
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

} // namespace

void LoadRing::add(Instant now, const MachineLoad &load)
{
    const qint64 second = secondsOf(now);
    const Sample sample {.second = quint32(second),
                         .cpu = quint16(std::lround(1000 * std::clamp(load.cpu, 0.0, 1.0))),
                         .memory = float(load.memoryUsed),
                         .disk = float(load.diskUsed),
                         .netIn = float(load.netIn),
                         .netOut = float(load.netOut)};
    if (m_samples.size() < most)
        m_samples.push_back(sample);
    else
        m_samples[m_next] = sample;
    m_next = (m_next + 1) % most;

    if (second / 60 != m_minute)
        closeMinute();
    m_minute = second / 60;
    ++m_count;
    m_sum.cpu += sample.cpu;
    m_sum.memory += load.memoryUsed;
    m_sum.disk += load.diskUsed;
    m_sum.netIn += load.netIn;
    m_sum.netOut += load.netOut;
}

void LoadRing::closeMinute()
{
    if (m_count == 0)
        return;
    LoadPoint mean = std::exchange(m_sum, {});
    mean.at = Instant(std::chrono::minutes(m_minute));
    for (qint64 *value : {&mean.cpu, &mean.memory, &mean.disk, &mean.netIn, &mean.netOut})
        *value /= m_count;
    m_minutes.push_back(mean);
    m_count = 0;
}

std::vector<LoadPoint> LoadRing::points() const
{
    std::vector<LoadPoint> points;
    points.reserve(m_samples.size());
    const size_t first = m_samples.size() < most ? 0 : m_next;
    for (size_t i = 0; i < m_samples.size(); ++i) {
        const Sample &sample = m_samples[(first + i) % m_samples.size()];
        points.push_back({.at = Instant(std::chrono::seconds(sample.second)),
                          .cpu = sample.cpu,
                          .memory = qint64(sample.memory),
                          .disk = qint64(sample.disk),
                          .netIn = qint64(sample.netIn),
                          .netOut = qint64(sample.netOut)});
    }
    return points;
}

std::vector<LoadPoint> LoadRing::takeMinutes(Take take)
{
    if (take == Take::All)
        closeMinute();
    if (m_minutes.size() < minutesInRow && take == Take::WhenFull)
        return {};
    return std::exchange(m_minutes, {});
}

} // namespace Drover
