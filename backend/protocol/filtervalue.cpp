#include "backend/protocol/filtervalue.h"

#include "backend/protocol/event.h"

#include <QtCore/QDateTime>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 greatest = (qint64(1) << 53) - 1; // what JSON holds exactly
constexpr qint64 microsecondsADay = 86'400'000'000;

constexpr int bitOf(TaskState state)
{
    return 1 << int(state);
}

constexpr int allStates = (1 << taskStateCount) - 1;
constexpr int finishedStates
    = bitOf(TaskState::Succeeded) | bitOf(TaskState::Failed) | bitOf(TaskState::Cancelled);
constexpr int startedStates = allStates & ~finishedStates & ~bitOf(TaskState::Waiting) & ~bitOf(TaskState::Queued);

constexpr std::pair<QLatin1StringView, int> stateSets[] = {
    {"unfinished"_L1, allStates & ~finishedStates},
    {"started"_L1, startedStates},
    {"finished"_L1, finishedStates},
};

FilterValue numberValue(qint64 number)
{
    return {FilterValue::Kind::Number, number, {}};
}

Error expected(const QString &what, const QString &word)
{
    return fail(ErrorCode::Invalid, u"%1 is expected, not \"%2\""_s.arg(what, word.left(40)));
}

Result<FilterValue> integerOf(const QString &word)
{
    bool ok = false;
    const qint64 number = word.toLongLong(&ok);
    if (!ok || number > greatest || number < -greatest)
        return expected(u"a number"_s, word);
    return numberValue(number);
}

Result<FilterValue> stateOf(const QString &word)
{
    const QString name = word.toLower();
    for (const auto &[set, bits] : stateSets) {
        if (name == set)
            return numberValue(bits);
    }
    if (const auto state = enumOf<TaskState>(QStringView(name)))
        return numberValue(bitOf(*state));
    return expected(u"a state (%1, unfinished, started, finished)"_s.arg(enumChoices<TaskState>()), word);
}

Result<FilterValue> reasonOf(const QString &word)
{
    if (const auto reason = enumOf<EndReason>(QStringView(word.toLower())))
        return numberValue(qint64(*reason));
    return expected(u"an end reason (%1)"_s.arg(enumChoices<EndReason>()), word);
}

Result<FilterValue> severityOf(const QString &word)
{
    if (const auto severity = enumOf<EventSeverity>(QStringView(word.toLower())))
        return numberValue(qint64(*severity));
    return expected(u"a severity (%1)"_s.arg(enumChoices<EventSeverity>()), word);
}

Result<FilterValue> flagOf(const QString &word)
{
    const QString name = word.toLower();
    if (name == "yes"_L1 || name == "true"_L1 || name == "1"_L1)
        return numberValue(1);
    if (name == "no"_L1 || name == "false"_L1 || name == "0"_L1)
        return numberValue(0);
    return expected(u"yes or no"_s, word);
}

Result<FilterValue> keyOf(const QString &word)
{
    bool ok = false;
    const quint64 key = word.toULongLong(&ok, 16);
    if (!ok || word.size() > 16)
        return expected(u"a cause's key (up to 16 hexadecimal digits)"_s, word);
    return numberValue(qint64(key));
}

Result<FilterValue> durationValue(const QString &word)
{
    const auto duration = durationOf(word);
    if (!duration)
        return expected(u"a duration (90s, 1.5h, 2m30s)"_s, word);
    return numberValue(duration->count() * 1000);
}

Result<FilterValue> instantOf(const QString &word)
{
    if (word.compare("today"_L1, Qt::CaseInsensitive) == 0)
        return FilterValue {FilterValue::Kind::Today, 0, {}};
    if (word.compare("now"_L1, Qt::CaseInsensitive) == 0)
        return FilterValue {FilterValue::Kind::Ago, 0, {}};
    if (word.startsWith(u'-') || word.startsWith(u'+')) {
        if (const auto away = durationOf(QStringView(word).sliced(1))) {
            const qint64 us = away->count() * 1000;
            return FilterValue {FilterValue::Kind::Ago, word.startsWith(u'-') ? -us : us, {}};
        }
    }
    const QDate day = QDate::fromString(word, Qt::ISODate);
    if (day.isValid() && word.size() == 10 && day.year() > 0) {
        return FilterValue {FilterValue::Kind::Day,
                            (day.toJulianDay() - QDate(1970, 1, 1).toJulianDay()) * microsecondsADay, {}};
    }
    const auto instant = fromIso(word);
    if (instant && word.size() > 10)
        return FilterValue {FilterValue::Kind::Moment, toMicroseconds(*instant), {}};
    return expected(u"an instant (2026-01-31T12:00, 2026-01-31, today, -2h)"_s, word);
}

QString printedAgo(qint64 us)
{
    if (us == 0)
        return u"now"_s;
    constexpr std::pair<qint64, QLatin1StringView> units[] = {
        {microsecondsADay, "d"_L1}, {3'600'000'000, "h"_L1}, {60'000'000, "m"_L1}, {1'000'000, "s"_L1}, {1000, "ms"_L1}};
    const qint64 away = std::abs(us);
    const auto unit = std::ranges::find_if(units, [&](const auto &each) { return away % each.first == 0; });
    return u"%1%2%3"_s.arg(us < 0 ? u"-"_s : u"+"_s).arg(away / unit->first).arg(QString(unit->second));
}

QString printedMoment(const FilterValue &value)
{
    switch (value.kind) {
    case FilterValue::Kind::Today:
        return u"today"_s;
    case FilterValue::Kind::Ago:
        return printedAgo(value.number);
    case FilterValue::Kind::Day:
        return QDate(1970, 1, 1).addDays(value.number / microsecondsADay).toString(Qt::ISODate);
    default:
        return QDateTime::fromMSecsSinceEpoch(value.number / 1000, Qt::UTC).toString(Qt::ISODateWithMs);
    }
}

QString printedState(qint64 bits)
{
    for (const auto &[set, all] : stateSets) {
        if (bits == all)
            return QString(set);
    }
    for (int state = 0; state < taskStateCount; ++state) {
        if (bits == 1 << state)
            return enumText(TaskState(state));
    }
    return {};
}

bool isPlain(const QString &text, QLatin1StringView signs)
{
    return !text.isEmpty() && std::ranges::all_of(text, [&](QChar c) {
        return c.isLetterOrNumber() || signs.contains(c);
    });
}

bool isDigits(const QString &text)
{
    return std::ranges::all_of(text, [](QChar c) { return c >= u'0' && c <= u'9'; });
}

} // namespace

bool filterAllows(FilterType type, FilterOperator operation)
{
    using enum FilterOperator;
    switch (type) {
    case FilterType::State:
    case FilterType::Reason:
    case FilterType::Flag:
    case FilterType::Key:
        return operation == Equal || operation == NotEqual;
    case FilterType::Number:
    case FilterType::Moment:
    case FilterType::Duration:
    case FilterType::Severity:
        return operation != Matches;
    default:
        return true;
    }
}

QString filterOperatorsOf(FilterType type)
{
    return filterAllows(type, FilterOperator::Less) ? u"there are = != < <= > >= in"_s : u"there are = != in"_s;
}

Result<FilterValue> filterValueOf(const FilterFieldInfo &field, FilterOperator operation,
                                  const QString &word, bool isQuoted)
{
    const bool isEquality = operation == FilterOperator::Equal || operation == FilterOperator::NotEqual;
    if (field.mayBeAbsent && isEquality && !isQuoted && word.compare("none"_L1, Qt::CaseInsensitive) == 0)
        return FilterValue {};
    switch (field.type) {
    case FilterType::Number:
        return integerOf(word);
    case FilterType::Name:
        if (field.field != FilterField::Name && isEquality && !isQuoted && isDigits(word))
            return integerOf(word);
        return FilterValue {FilterValue::Kind::Text, 0, word.toCaseFolded()};
    case FilterType::Text:
    case FilterType::Label:
        return FilterValue {FilterValue::Kind::Text, 0, word};
    case FilterType::State:
        return stateOf(word);
    case FilterType::Reason:
        return reasonOf(word);
    case FilterType::Flag:
        return flagOf(word);
    case FilterType::Moment:
        return instantOf(word);
    case FilterType::Duration:
        return durationValue(word);
    case FilterType::Key:
        return keyOf(word);
    case FilterType::Severity:
        return severityOf(word);
    }
    return FilterValue {};
}

QString quoted(const QString &text)
{
    return u'"' + QString(text).replace(u'"', u"\"\""_s) + u'"';
}

QString printedWord(const QString &text)
{
    for (const QLatin1StringView keyword : {"and"_L1, "or"_L1, "not"_L1, "in"_L1}) {
        if (text.compare(keyword, Qt::CaseInsensitive) == 0)
            return quoted(text);
    }
    return isPlain(text, "_-./@+*"_L1) && !isDigits(text) ? text : quoted(text);
}

QString printed(const FilterValue &value, const FilterFieldInfo &field)
{
    if (value.kind == FilterValue::Kind::None)
        return u"none"_s;
    switch (field.type) {
    case FilterType::State:
        return printedState(value.number);
    case FilterType::Reason:
        return enumText(EndReason(int(value.number)));
    case FilterType::Severity:
        return enumText(EventSeverity(int(value.number)));
    case FilterType::Flag:
        return value.number != 0 ? u"yes"_s : u"no"_s;
    case FilterType::Key:
        return QString::number(quint64(value.number), 16);
    case FilterType::Duration:
        return value.number == 0 ? u"0s"_s : printedAgo(value.number).sliced(1);
    case FilterType::Moment:
        return printedMoment(value);
    default:
        break;
    }
    if (value.kind == FilterValue::Kind::Number)
        return QString::number(value.number);
    const bool looksElse = value.text.compare("none"_L1, Qt::CaseInsensitive) == 0
        || (field.type == FilterType::Name && field.field != FilterField::Name && isDigits(value.text));
    return isPlain(value.text, "_-./@+*:"_L1) && !looksElse ? value.text : quoted(value.text);
}

} // namespace Drover
