#pragma once

#include "backend/agent/processsampler.h"
#include "backend/protocol/agentmessages.h"

namespace Drover {

/// CPU and memory of one attempt as it goes, in bounded space: when it is full, two points become
/// one. A value.
class UseCurve
{
public:
    /// One sample; at even distances.
    void add(const ProcessUse &use);

    /// Nothing for what has not lasted ten seconds. `every` is the distance of samples.
    std::optional<AttemptCurve> of(AttemptId id, std::chrono::milliseconds every) const;

private:
    void halve();

    QList<ProcessUse> m_points; // the last may be of fewer samples than the others
    int m_samples = 1; // of a point
    int m_inLast = 0; // samples of the last point
};

} // namespace Drover
