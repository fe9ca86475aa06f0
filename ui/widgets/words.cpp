#include "ui/widgets/words.h"

#include "backend/base/size.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QLocale>
#include <QtCore/QTimeZone>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

class Words
{
    Q_DECLARE_TR_FUNCTIONS(Words)
};

constexpr QChar thinSpace(0x2009);

QDateTime timeOf(Instant instant, bool utc)
{
    const qint64 ms = toMicroseconds(instant) / 1000;
    return utc ? QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC) : QDateTime::fromMSecsSinceEpoch(ms);
}

QString two(qint64 number)
{
    return QLocale().toString(number).rightJustified(2, QLocale().zeroDigit().at(0));
}

QString capitalised(QString word)
{
    if (!word.isEmpty())
        word[0] = word[0].toUpper();
    return word;
}

} // namespace

QString wordOf(TaskState state)
{
    switch (state) {
    case TaskState::Waiting: return Words::tr("Waiting");
    case TaskState::Queued: return Words::tr("Queued");
    case TaskState::Assigned: return Words::tr("Assigned");
    case TaskState::Preparing: return Words::tr("Preparing");
    case TaskState::Running: return Words::tr("Running");
    case TaskState::Paused: return Words::tr("Paused");
    case TaskState::Collecting: return Words::tr("Collecting");
    case TaskState::Stopping: return Words::tr("Stopping");
    case TaskState::Succeeded: return Words::tr("Succeeded");
    case TaskState::Failed: return Words::tr("Failed");
    case TaskState::Cancelled: return Words::tr("Cancelled");
    }
    return enumText(state);
}

QString wordOf(BatchState state)
{
    switch (state) {
    case BatchState::Held: return Words::tr("Held");
    case BatchState::Paused: return Words::tr("Paused");
    case BatchState::Running: return Words::tr("Running");
    case BatchState::Queued: return Words::tr("Queued");
    case BatchState::Waiting: return Words::tr("Waiting");
    case BatchState::Failed: return Words::tr("Failed");
    case BatchState::Cancelled: return Words::tr("Cancelled");
    case BatchState::Succeeded: return Words::tr("Succeeded");
    case BatchState::Empty: return Words::tr("Empty");
    }
    return enumText(state);
}

QString wordOf(MachineState state)
{
    switch (state) {
    case MachineState::Online: return Words::tr("Online");
    case MachineState::Silent: return Words::tr("Silent");
    case MachineState::Lost: return Words::tr("Lost");
    case MachineState::Offline: return Words::tr("Offline");
    case MachineState::Draining: return Words::tr("Draining");
    case MachineState::Deploying: return Words::tr("Deploying");
    }
    return enumText(state);
}

QString wordOf(OperationState state)
{
    switch (state) {
    case OperationState::Running: return Words::tr("Running");
    case OperationState::Succeeded: return Words::tr("Succeeded");
    case OperationState::Failed: return Words::tr("Failed");
    case OperationState::Cancelled: return Words::tr("Cancelled");
    }
    return enumText(state);
}

QString wordsOfEnd(EndReason reason, std::optional<int> exitCode, int signal)
{
    switch (reason) {
    case EndReason::None:
    case EndReason::Exited:
        return exitCode && *exitCode != 0 ? Words::tr("exit %1").arg(*exitCode) : QString();
    case EndReason::Signalled: return Words::tr("signal %1").arg(signal);
    case EndReason::TimedOut: return Words::tr("timed out");
    case EndReason::PrepareTimedOut: return Words::tr("preparing timed out");
    case EndReason::CollectTimedOut: return Words::tr("collecting timed out");
    case EndReason::OutOfMemory: return Words::tr("out of memory");
    case EndReason::DiskFull: return Words::tr("disk full");
    case EndReason::OutputLimit: return Words::tr("output limit");
    case EndReason::InputMissing: return Words::tr("input missing");
    case EndReason::ImageMissing: return Words::tr("image missing");
    case EndReason::OutputFailed: return Words::tr("output failed");
    case EndReason::CouldNotStart: return Words::tr("could not start");
    case EndReason::WorkerLost: return Words::tr("worker lost");
    case EndReason::Superseded: return Words::tr("superseded");
    case EndReason::Poisoned: return Words::tr("poisoned");
    case EndReason::Cancelled: return Words::tr("cancelled");
    case EndReason::AfterFailed: return Words::tr("a task before it failed");
    case EndReason::StatusLost: return Words::tr("status lost");
    }
    return enumText(reason);
}

QString titleOfEnd(EndReason reason, std::optional<int> exitCode, int signal)
{
    if (reason == EndReason::Exited && exitCode)
        return Words::tr("Ended with exit status %1").arg(*exitCode);
    if (reason == EndReason::Signalled)
        return Words::tr("Ended by signal %1").arg(signal);
    return capitalised(wordsOfEnd(reason, exitCode, signal));
}

QString groupedId(qint64 id)
{
    QString text = QString::number(id);
    for (qsizetype at = text.size() - 3; at > 0; at -= 3)
        text.insert(at, thinSpace);
    return text;
}

QString plain(QString text)
{
    return text.remove(thinSpace);
}

QString wordsOfCount(qint64 count)
{
    return QLocale().toString(count);
}

// Not %n: without a translation English would say "1 tasks".
QString wordsOfTasks(qint64 count)
{
    return count == 1 ? Words::tr("1 task") : Words::tr("%1 tasks").arg(wordsOfCount(count));
}

QString shortCount(qint64 count)
{
    const QLocale locale;
    if (count < 100'000)
        return locale.toString(count);
    if (count < 10'000'000)
        return Words::tr("%1k", "thousands").arg(locale.toString(double(count) / 1e3, 'f', 1));
    return Words::tr("%1M", "millions").arg(locale.toString(double(count) / 1e6, 'f', 1));
}

QString wordsOfDuration(std::chrono::microseconds duration)
{
    const QLocale locale;
    const qint64 ms = duration.count() / 1000;
    if (ms < 0)
        return Words::tr("—");
    if (ms < 1000)
        return Words::tr("%1 ms").arg(locale.toString(ms));
    const qint64 s = ms / 1000;
    if (s < 10)
        return Words::tr("%1 s").arg(locale.toString(double(ms / 100) / 10, 'f', 1));
    if (s < 60)
        return Words::tr("%1 s").arg(locale.toString(s));
    if (s < 3600)
        return Words::tr("%1 m %2 s").arg(locale.toString(s / 60), two(s % 60));
    if (s < 86'400)
        return Words::tr("%1 h %2 m").arg(locale.toString(s / 3600), two(s / 60 % 60));
    return Words::tr("%1 d %2 h").arg(locale.toString(s / 86'400), two(s / 3600 % 24));
}

QString wordsOfRunning(std::chrono::microseconds duration)
{
    const qint64 s = std::max<qint64>(0, duration / 1s);
    return s < 10 ? Words::tr("%1 s").arg(QLocale().toString(s)) : wordsOfDuration(std::chrono::seconds(s));
}

QString wordsOfMemory(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, bytes < 1024 ? 0 : 1, QLocale::DataSizeIecFormat);
}

QString wordsOfSize(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, bytes < 1000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

QString wordsOfAge(Instant instant, Instant now)
{
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - instant);
    const auto one = [](std::chrono::seconds length) {
        const QLocale locale;
        if (length < 60s)
            return Words::tr("%1 s").arg(locale.toString(qlonglong(length.count())));
        if (length < 1h)
            return Words::tr("%1 m").arg(locale.toString(qlonglong(length / 1min)));
        if (length < 48h)
            return Words::tr("%1 h").arg(locale.toString(qlonglong(length / 1h)));
        return Words::tr("%1 d").arg(locale.toString(qlonglong(length / 24h)));
    };
    if (age < 0s)
        return Words::tr("in %1").arg(one(-age));
    return age < 2s ? Words::tr("just now") : Words::tr("%1 ago").arg(one(age));
}

QString wordsOfTime(Instant instant, Instant now, bool utc)
{
    if (!isSet(instant))
        return {};
    const QDateTime time = timeOf(instant, utc);
    const QDate today = timeOf(now, utc).date();
    if (time.date() == today)
        return time.time().toString(u"HH:mm:ss"_s);
    const QString clock = time.time().toString(u"HH:mm"_s);
    if (time.date() == today.addDays(-1))
        return Words::tr("Yesterday %1").arg(clock);
    const bool sameYear = time.date().year() == today.year();
    return u"%1 %2"_s.arg(QLocale().toString(time.date(), sameYear ? u"d MMM"_s : u"d MMM yyyy"_s), clock);
}

QString wordsOfMoment(Instant instant, bool utc)
{
    if (!isSet(instant))
        return {};
    const QDateTime time = timeOf(instant, utc);
    return u"%1 %2"_s.arg(time.toString(u"yyyy-MM-dd HH:mm:ss"_s), time.timeZoneAbbreviation());
}

QString wordsOfClock(Instant instant, bool utc)
{
    return isSet(instant) ? timeOf(instant, utc).time().toString(u"HH:mm:ss"_s) : QString();
}

} // namespace Drover
