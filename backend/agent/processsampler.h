#pragma once

#include <QtCore/QHash>
#include <QtCore/QList>

#include <chrono>
#include <sys/types.h>

namespace Drover {

/// What the processes of a task use just now.
struct ProcessUse
{
    qint64 memory = 0; ///< bytes resident; shared ones count for each process
    double cpu = 0; ///< cores, since the last sample
};

/// Looks through /proc once for all tasks: a shim is the ancestor of everything that its task has
/// started. Not cheap (some 10 µs a process of the machine), so for what lasts, every two seconds.
/// Lives in the file thread.
class ProcessSampler
{
public:
    /// By shim; what is not in `shims` is forgotten.
    QHash<pid_t, ProcessUse> sample(const QList<pid_t> &shims);

private:
    QHash<pid_t, qint64> m_ticks; // of each shim's task, since it began
    std::chrono::steady_clock::time_point m_sampled;
};

} // namespace Drover
