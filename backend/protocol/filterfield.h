#pragma once

#include <QtCore/QString>

#include <span>

namespace Drover {

/// What a filter can ask about a row.
enum class FilterField {
    Id, Rev, Name, Batch, Project, Step, Owner, RunAs, State, Held, Keep, Unreachable, Priority,
    Label, Machine, Queued, NotBefore, Started, Ended, Duration, Attempts, Spec, WaitsFor, Reason,
    Exit, Signal, LastLine, Cause, PutAway,
    // of audit entries
    AuditEntryId, AuditAt, AuditUser, AuditAddress, AuditProgram, AuditMethod, AuditProject, AuditObject,
    AuditOutcome, AuditCount,
    // of events
    EventRowId, EventAt, EventSeverityField, EventSource, EventKind, EventObject, EventProject, EventWords,
};

/// What kind of row a filter is about.
enum class FilterSubject { Task, Audit, Event };

/// What its values are, and so which comparisons there are.
enum class FilterType {
    Number, ///< `=` to `>`
    Name, ///< text, case does not count; `=` to `>`, `~`; a number that is not quoted is an id
    Text, ///< text as it stands; `=` to `>`, `~`
    Label, ///< text; `<` to `>` of a number compares numbers
    State, ///< words of states and of sets of states; `=`, `!=`, `in`
    Reason, ///< words of end reasons; `=`, `!=`, `in`
    Flag, ///< yes or no; `=`, `!=`
    Moment, ///< ISO 8601, a day, `today`, `-2h`; `=` to `>`
    Duration, ///< `90s`, `1.5h`, a number of seconds; `=` to `>`
    Key, ///< hexadecimal; `=`, `!=`, `in`
    Severity, ///< info, warning, error; `=` to `>`
};

struct FilterFieldInfo
{
    FilterField field;
    QLatin1StringView name;
    QLatin1StringView otherName; ///< that it is known by as well
    FilterType type;
    bool mayBeAbsent; ///< then `= none` finds those; any other comparison is false for them
    QLatin1StringView words; ///< what it is, for the manual
};

/// What a bare word is a part of, and what bare numbers are.
FilterField wordFieldOf(FilterSubject subject);
FilterField idFieldOf(FilterSubject subject);

/// All of that subject, in the order of FilterField.
std::span<const FilterFieldInfo> filterFields(FilterSubject subject = FilterSubject::Task);
const FilterFieldInfo &infoOf(FilterField field);
/// The field of that name, whatever its case; null when there is none. `label.x` is `label`.
const FilterFieldInfo *filterFieldNamed(QStringView name, FilterSubject subject);
/// "there is no field …; did you mean …?"
QString unknownFilterField(QStringView name, FilterSubject subject);

} // namespace Drover
