#pragma once

#include "backend/protocol/batch.h"
#include "backend/protocol/machine.h"
#include "backend/protocol/operation.h"

namespace Drover {

// How states, moments, lengths and numbers are said on screen: translated, in the person's locale,
// in as little room as will do. What goes to files and programs is ISO and digits, never this.

/// The noun of design.md, capitalised; a word of a newer daemon as it came.
QString wordOf(TaskState state);
QString wordOf(BatchState state);
QString wordOf(MachineState state);
QString wordOf(OperationState state);

/// "out of memory", "exit 4", "signal 11"; empty where there is nothing to say of an end.
QString wordsOfEnd(EndReason reason, std::optional<int> exitCode, int signal);
/// The same as a sentence's beginning: "Out of memory", "Ended with exit status 4".
QString titleOfEnd(EndReason reason, std::optional<int> exitCode, int signal);

/// "7 204 116": an id in groups, with thin spaces, which `plain` takes out again.
QString groupedId(qint64 id);
QString plain(QString text);
QString wordsOfCount(qint64 count); ///< "1,048,212"
QString wordsOfTasks(qint64 count); ///< "1 task", "1,200 tasks"
QString shortCount(qint64 count); ///< "997.5k", for chips and badges; exact below 100,000

/// "340 ms", "4 m 05 s", "2 d 3 h": two parts at most, the second with as many digits as it can
/// have, so that a running figure keeps its width.
QString wordsOfDuration(std::chrono::microseconds duration);
/// The same of what is not over: whole seconds, so that it does not tremble.
QString wordsOfRunning(std::chrono::microseconds duration);
QString wordsOfMemory(qint64 bytes); ///< "15.2 GiB": powers of 1024, as memory is counted
QString wordsOfSize(qint64 bytes); ///< "2.1 MB": powers of 1000

/// "18 m ago", "in 4 m", "just now".
QString wordsOfAge(Instant instant, Instant now);
/// In a cell: "10:19:02" of today, "Yesterday 10:19", "26 Nov 10:19", with the year of another one.
QString wordsOfTime(Instant instant, Instant now, bool utc);
/// In a tooltip: all of it, with the zone: "2026-11-28 10:19:02 UTC".
QString wordsOfMoment(Instant instant, bool utc);
/// Time of day alone, to the second.
QString wordsOfClock(Instant instant, bool utc);

} // namespace Drover
