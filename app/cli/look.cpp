#include "app/cli/look.h"

#include "app/cli/clitext.h"

#include <QtCore/QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

Tone toneOf(TaskState state)
{
    switch (state) {
    case TaskState::Succeeded:
        return Tone::Good;
    case TaskState::Failed:
        return Tone::Bad;
    case TaskState::Cancelled:
    case TaskState::Stopping:
    case TaskState::Paused:
        return Tone::Warning;
    case TaskState::Waiting:
    case TaskState::Queued:
        return Tone::Quiet;
    default:
        return Tone::Active;
    }
}

Tone toneOf(BatchState state)
{
    switch (state) {
    case BatchState::Succeeded:
        return Tone::Good;
    case BatchState::Failed:
        return Tone::Bad;
    case BatchState::Held:
    case BatchState::Paused:
    case BatchState::Cancelled:
        return Tone::Warning;
    case BatchState::Running:
        return Tone::Active;
    default:
        return Tone::Quiet;
    }
}

Tone toneOf(MachineState state)
{
    switch (state) {
    case MachineState::Online:
        return Tone::Good;
    case MachineState::Lost:
        return Tone::Bad;
    case MachineState::Silent:
    case MachineState::Draining:
        return Tone::Warning;
    case MachineState::Deploying:
        return Tone::Active;
    default:
        return Tone::Quiet;
    }
}

QString stateText(const Task &task)
{
    const QString state = enumText(task.state);
    if (task.unreachable)
        return CliText::tr("%1 (no contact)").arg(state);
    if (task.held && !isFinished(task.state) && !isStarted(task.state))
        return CliText::tr("%1 (held)").arg(state);
    if (task.paused && !isFinished(task.state) && task.state != TaskState::Paused)
        return CliText::tr("%1 (paused)").arg(state);
    return state;
}

QString countsText(const StateCounts &counts)
{
    QStringList parts;
    for (int i = taskStateCount - 1; i >= 0; --i) {
        const auto state = TaskState(i);
        if (counts[state] > 0)
            parts.append(u"%1 %2"_s.arg(counts[state]).arg(enumText(state)));
    }
    return parts.join(u", "_s);
}

QString progressBar(const StateCounts &counts, int width)
{
    const qint64 total = counts.total();
    const qint64 done = counts.finished();
    const QString percent = u"%1 %"_s.arg(total > 0 ? 100 * done / total : 0, 3);
    const QString states = countsText(counts);
    const QString words = u"  "_s + percent + (states.isEmpty() ? QString() : u"  "_s + states);
    constexpr int widestBar = 40;
    const int bar = std::clamp(width - columnsOf(words) - 2, 0, widestBar);
    if (bar < 8)
        return words.trimmed();
    const int filled = total > 0 ? int(bar * done / total) : 0;
    return u'[' + QString(filled, u'#') + QString(bar - filled, u'-') + u']' + words;
}

QString agoText(Instant from, Instant now)
{
    return isSet(from) ? printedDuration(std::max(now - from, std::chrono::microseconds(0)))
                       : QString();
}

QString lastedText(Instant from, Instant to, Instant now)
{
    return agoText(from, isSet(to) ? to : now);
}

QString localTime(Instant instant)
{
    if (!isSet(instant))
        return {};
    return QDateTime::fromMSecsSinceEpoch(toMicroseconds(instant) / 1000)
        .toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

} // namespace Drover
