#include "backend/agent/usecurve.h"

#include <algorithm>

namespace Drover {

namespace {

constexpr std::chrono::seconds shortest {10};

}

void UseCurve::add(const ProcessUse &use)
{
    if (m_inLast == 0 || m_inLast == m_samples) {
        if (m_points.size() == AttemptCurve::mostPoints)
            halve();
        m_points.append(use);
        m_inLast = 1;
        return;
    }
    ProcessUse &last = m_points.last();
    last.memory = std::max(last.memory, use.memory);
    last.cpu += (use.cpu - last.cpu) / ++m_inLast;
}

void UseCurve::halve()
{
    QList<ProcessUse> fewer;
    for (qsizetype i = 0; i + 1 < m_points.size(); i += 2) {
        fewer.append({.memory = std::max(m_points[i].memory, m_points[i + 1].memory),
                      .cpu = (m_points[i].cpu + m_points[i + 1].cpu) / 2});
    }
    m_points = fewer;
    m_samples *= 2;
}

std::optional<AttemptCurve> UseCurve::of(AttemptId id, std::chrono::milliseconds every) const
{
    AttemptCurve curve {.n = id.n, .every = every * m_samples, .memory = {}, .cpu = {}};
    if (curve.every * m_points.size() < shortest)
        return {};
    for (const ProcessUse &point : m_points) {
        curve.memory.append(point.memory);
        curve.cpu.append(point.cpu);
    }
    return curve;
}

} // namespace Drover
