#include "backend/agent/startrequest.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// A task that has something to say before this is announced as running; a shorter one is only
// reported as ended, which says it all.
constexpr uint32_t announceAfterUs = 20'000;

constexpr char searchPath[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Collects variables; what the task itself sets wins.
class Environment
{
public:
    explicit Environment(const QMap<QString, QString> &own) : m_own(own) { }

    void add(const char *name, const std::string &value)
    {
        if (m_own.isEmpty() || !m_own.contains(QLatin1StringView(name)))
            m_entries.push_back(std::string(name) + '=' + value);
    }

    std::vector<std::string> entries()
    {
        for (auto it = m_own.cbegin(); it != m_own.cend(); ++it)
            m_entries.push_back((it.key() + u'=' + it.value()).toStdString());
        return std::move(m_entries);
    }

private:
    const QMap<QString, QString> &m_own;
    std::vector<std::string> m_entries;
};

std::string cpuText(const TaskSpec &spec, const StartSurroundings &at)
{
    if (spec.needs.cpu > 0)
        return QString::number(spec.needs.cpu).toStdString();
    return std::to_string(std::max(1, at.cores * spec.needs.slotCount / std::max(1, at.slotCount)));
}

std::string memoryText(const TaskSpec &spec, const StartSurroundings &at)
{
    if (spec.needs.memory > 0)
        return std::to_string(spec.needs.memory);
    return std::to_string(at.memory / std::max(1, at.slotCount) * spec.needs.slotCount);
}

std::string numbersText(const QList<qint64> &numbers)
{
    std::string text;
    for (const qint64 number : numbers)
        text += (text.empty() ? "" : ",") + std::to_string(number);
    return text;
}

std::vector<std::string> environmentOf(const Assignment &assignment, const Seat &seat,
                                       const StartSurroundings &at)
{
    Environment environment(assignment.spec.environment);
    environment.add("PATH", searchPath);
    environment.add("HOME", !seat.home.empty() ? seat.home : seat.user < 0 && !at.home.empty() ? at.home : seat.folder);
    environment.add("LANG", "C.UTF-8");
    environment.add("CPU", cpuText(assignment.spec, at));
    environment.add("MEMORY", memoryText(assignment.spec, at));
    if (!assignment.gpus.isEmpty())
        environment.add("CUDA_VISIBLE_DEVICES", numbersText(assignment.gpus));
    environment.add("INPUT", seat.folder + "/input");
    environment.add("OUTPUT", seat.folder + "/output");
    environment.add("TEMP", seat.folder + "/temp");
    environment.add("TMPDIR", seat.folder + "/temp");
    environment.add("RESOURCE", seat.folder + "/resource");
    environment.add("DROVER_TASK", std::to_string(assignment.task.value));
    environment.add("DROVER_ATTEMPT", std::to_string(assignment.n));
    environment.add("DROVER_BATCH", assignment.batch.toStdString());
    environment.add("DROVER_PROJECT", assignment.project.toStdString());
    environment.add("DROVER_PROGRESS", seat.folder + '/' + progressFileName);
    return environment.entries();
}

void setLimits(ShimStart &start, const TaskSpec &spec, const Cgroups &cgroups)
{
    const bool memory = spec.needs.memory > 0 && cgroups.memory;
    const bool cpu = (spec.needs.cpu > 0 || spec.cpuLimit > 0) && cgroups.cpu;
    if (!memory && !cpu)
        return; // a cgroup costs a short task a third of its time
    start.cgroups = cgroups.parents;
    if (memory)
        start.numbers.memoryMax = uint64_t(spec.needs.memory);
    if (cpu && spec.needs.cpu > 0)
        start.numbers.cpuWeight
            = uint32_t(std::clamp(std::lround(spec.needs.cpu * 100), 1L, 10'000L));
    if (cpu && spec.cpuLimit > 0)
        start.numbers.cpuQuotaUs = uint64_t(spec.cpuLimit * start.numbers.cpuPeriodUs);
}

void setFence(ShimStart &start, const Assignment &assignment, const StartSurroundings &at)
{
    if (assignment.leaseRule != LeaseRule::Fence)
        return;
    start.fenceFile = at.fenceFile;
    start.numbers.leaseMs = assignment.lease.count();
    // The grace is counted back from the lease's end, so it must be shorter.
    start.numbers.killGraceMs
        = std::min<int64_t>(start.numbers.killGraceMs, start.numbers.leaseMs / 2);
}

Result<void> refuseUnsupported(const TaskSpec &spec)
{
    const std::pair<bool, QLatin1StringView> fields[] = {
        {!spec.container.isEmpty(), "container"_L1},
    };
    for (const auto &[asked, name] : fields) {
        if (asked)
            return fail(ErrorCode::UnsupportedField,
                        u"%1 is not carried out by this agent"_s.arg(name));
    }
    return {};
}

} // namespace

Result<ShimStart> startOf(const Assignment &assignment, const Seat &seat,
                          const StartSurroundings &at)
{
    const TaskSpec &spec = assignment.spec;
    if (const Result<void> supported = refuseUnsupported(spec); !supported)
        return supported.error();
    ShimStart start;
    start.numbers.task = assignment.task.value;
    start.numbers.attempt = assignment.n;
    start.numbers.uid = seat.user;
    start.numbers.gid = seat.group;
    start.numbers.merged = spec.output == OutputMode::Merged ? 1 : 0;
    start.numbers.runTimeoutMs = spec.timeouts.run.count();
    start.numbers.killGraceMs = spec.killGrace.count();
    start.numbers.outputCap = uint64_t(spec.outputCap > 0 ? spec.outputCap : at.outputCap);
    start.numbers.overCap = spec.overCap == OverCap::Fail ? RunOverCap::Fail : RunOverCap::Punch;
    start.numbers.announceAfterUs = announceAfterUs;
    start.runFolder = at.runRoot + '/' + std::to_string(assignment.task.value) + '-'
        + std::to_string(assignment.n);
    start.workFolder = spec.workdir.isEmpty() ? seat.folder : spec.workdir.toStdString();
    if (spec.shell.isEmpty()) {
        for (const QString &word : spec.command)
            start.arguments.push_back(word.toStdString());
    } else {
        start.arguments = {"/bin/sh", "-c", spec.shell.toStdString()};
    }
    start.environment = environmentOf(assignment, seat, at);
    setLimits(start, spec, at.cgroups);
    setFence(start, assignment, at);
    return start;
}

} // namespace Drover
