#include "backend/protocol/filterfield.h"

#include <QtCore/QList>
#include <QtCore/QStringList>

#include <algorithm>
#include <numeric>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum FilterField;

constexpr FilterFieldInfo infos[] = {
    {Id, "id"_L1, {}, FilterType::Number, false, "its id"_L1},
    {Rev, "rev"_L1, {}, FilterType::Number, false, "revision it was last changed in"_L1},
    {Name, "name"_L1, {}, FilterType::Name, false, "its name; a number in quotes"_L1},
    {Batch, "batch"_L1, "batchName"_L1, FilterType::Name, false, "name or id of its batch"_L1},
    {Project, "project"_L1, {}, FilterType::Text, false, "its project"_L1},
    {Step, "step"_L1, {}, FilterType::Text, false, "step of the batch it belongs to"_L1},
    {Owner, "owner"_L1, {}, FilterType::Text, false, "who submitted it"_L1},
    {RunAs, "runAs"_L1, {}, FilterType::Text, false, "whose processes it has"_L1},
    {State, "state"_L1, {}, FilterType::State, false, "where it is in its life"_L1},
    {Held, "held"_L1, {}, FilterType::Flag, false, "a person does not want it started"_L1},
    {Keep, "keep"_L1, {}, FilterType::Flag, false, "kept as evidence"_L1},
    {Unreachable, "unreachable"_L1, {}, FilterType::Flag, false, "its machine's lease has ended"_L1},
    {Priority, "priority"_L1, {}, FilterType::Number, false, "0 to 100"_L1},
    {Label, "label"_L1, {}, FilterType::Label, true, "label.student: its label of that key"_L1},
    {Machine, "machine"_L1, "worker"_L1, FilterType::Name, true, "name or id of its machine"_L1},
    {Queued, "queued"_L1, {}, FilterType::Moment, true, "when it was submitted"_L1},
    {NotBefore, "notBefore"_L1, {}, FilterType::Moment, true, "when it may start again"_L1},
    {Started, "started"_L1, {}, FilterType::Moment, true, "when it was started"_L1},
    {Ended, "ended"_L1, {}, FilterType::Moment, true, "when it ended"_L1},
    {Duration, "duration"_L1, {}, FilterType::Duration, true, "from start to end, or until now"_L1},
    {Attempts, "attempts"_L1, "lastAttempt"_L1, FilterType::Number, false, "how many there were"_L1},
    {Spec, "specNumber"_L1, {}, FilterType::Number, false, "how often it was edited, and 1"_L1},
    {WaitsFor, "waitsFor"_L1, {}, FilterType::Number, false, "tasks it still waits for"_L1},
    {Reason, "reason"_L1, "endReason"_L1, FilterType::Reason, false, "why its attempt ended"_L1},
    {Exit, "exit"_L1, "exitCode"_L1, FilterType::Number, true, "its exit code"_L1},
    {Signal, "signal"_L1, {}, FilterType::Number, false, "signal that ended it; 0: none"_L1},
    {LastLine, "lastLine"_L1, {}, FilterType::Text, false, "last line of a bad end"_L1},
    {Cause, "cause"_L1, "causeKey"_L1, FilterType::Key, true, "key of like failures"_L1},
    {PutAway, "putAway"_L1, {}, FilterType::Flag, false, "it is in the trash, which lists do not show unless asked"_L1},
    {AuditEntryId, "id"_L1, {}, FilterType::Number, false, "its id"_L1},
    {AuditAt, "at"_L1, "happened"_L1, FilterType::Moment, false, "when it was done"_L1},
    {AuditUser, "user"_L1, "who"_L1, FilterType::Text, false, "who did it"_L1},
    {AuditAddress, "address"_L1, {}, FilterType::Text, false, "from where"_L1},
    {AuditProgram, "program"_L1, {}, FilterType::Text, false, "through what"_L1},
    {AuditMethod, "method"_L1, "action"_L1, FilterType::Text, false, "what was done"_L1},
    {AuditProject, "project"_L1, {}, FilterType::Text, false, "in which project"_L1},
    {AuditObject, "object"_L1, {}, FilterType::Text, false, "to what"_L1},
    {AuditOutcome, "outcome"_L1, {}, FilterType::Text, false, "done, or the error's code"_L1},
    {AuditCount, "count"_L1, {}, FilterType::Number, false, "how many were changed"_L1},
    {EventRowId, "id"_L1, {}, FilterType::Number, false, "its id"_L1},
    {EventAt, "at"_L1, "happened"_L1, FilterType::Moment, false, "when it happened"_L1},
    {EventSeverityField, "severity"_L1, {}, FilterType::Severity, false, "info, warning or error"_L1},
    {EventSource, "source"_L1, {}, FilterType::Text, false, "machine, pool, task, batch, operation…"_L1},
    {EventKind, "kind"_L1, {}, FilterType::Text, false, "what happened: lost, back, failed, ended…"_L1},
    {EventObject, "object"_L1, {}, FilterType::Text, false, "to what: \"machine 3\""_L1},
    {EventProject, "project"_L1, {}, FilterType::Text, false, "in which project"_L1},
    {EventWords, "text"_L1, {}, FilterType::Text, false, "its words"_L1},
};
constexpr size_t auditBegin = size_t(AuditEntryId);
constexpr size_t eventBegin = size_t(EventRowId);
static_assert(std::size(infos) == size_t(EventWords) + 1);

// Levenshtein's; both are short.
qsizetype distance(QStringView a, QStringView b)
{
    QList<qsizetype> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        qsizetype diagonal = std::exchange(row[0], i);
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const qsizetype changed = diagonal + (a[i - 1].toLower() != b[j - 1].toLower());
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

} // namespace

std::span<const FilterFieldInfo> filterFields(FilterSubject subject)
{
    const std::span<const FilterFieldInfo> all(infos);
    switch (subject) {
    case FilterSubject::Task:
        return all.first(auditBegin);
    case FilterSubject::Audit:
        return all.subspan(auditBegin, eventBegin - auditBegin);
    case FilterSubject::Event:
        break;
    }
    return all.subspan(eventBegin);
}

FilterField wordFieldOf(FilterSubject subject)
{
    return subject == FilterSubject::Task ? Name : subject == FilterSubject::Audit ? AuditObject : EventWords;
}

FilterField idFieldOf(FilterSubject subject)
{
    return filterFields(subject).front().field;
}

const FilterFieldInfo &infoOf(FilterField field)
{
    return infos[size_t(field)];
}

const FilterFieldInfo *filterFieldNamed(QStringView name, FilterSubject subject)
{
    if (subject == FilterSubject::Task && name.startsWith("label."_L1, Qt::CaseInsensitive))
        return &infoOf(Label);
    const auto fields = filterFields(subject);
    const auto known = std::ranges::find_if(fields, [&](const FilterFieldInfo &info) {
        return info.field != Label
            && (name.compare(info.name, Qt::CaseInsensitive) == 0
                || (!info.otherName.isEmpty()
                    && name.compare(info.otherName, Qt::CaseInsensitive) == 0));
    });
    return known == fields.end() ? nullptr : &*known;
}

QString unknownFilterField(QStringView name, FilterSubject subject)
{
    if (subject == FilterSubject::Task && name.compare("label"_L1, Qt::CaseInsensitive) == 0)
        return u"label needs the key it is asked about, as in label.student"_s;
    const QStringView shown = name.left(40);
    const auto fields = filterFields(subject);
    const auto nearest = std::ranges::min_element(fields, {}, [&](const FilterFieldInfo &info) {
        return distance(shown, QString(info.name));
    });
    if (distance(shown, QString(nearest->name)) <= 2)
        return u"there is no field \"%1\"; did you mean %2?"_s.arg(shown, QString(nearest->name));
    QStringList names;
    for (const FilterFieldInfo &info : fields)
        names.append(info.field == Label ? u"label.<key>"_s : QString(info.name));
    return u"there is no field \"%1\"; there are %2"_s.arg(shown, names.join(u", "));
}

} // namespace Drover
