#include "backend/protocol/filter.h"

#include "backend/protocol/filterparser.h"
#include "backend/protocol/filtervalue.h"

#include <QtCore/QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 microsecondsADay = 86'400'000'000;

// ---- printing ---------------------------------------------------------------------------------

QLatin1StringView wordOf(FilterOperator operation)
{
    using enum FilterOperator;
    switch (operation) {
    case Equal:
        return "="_L1;
    case NotEqual:
        return "!="_L1;
    case Less:
        return "<"_L1;
    case LessEqual:
        return "<="_L1;
    case Greater:
        return ">"_L1;
    case GreaterEqual:
        return ">="_L1;
    case Matches:
        return "~"_L1;
    case Contains:
        break;
    }
    return {};
}

QString printedField(const FilterNode &node)
{
    if (node.field != FilterField::Label)
        return QString(infoOf(node.field).name);
    const bool plain = std::ranges::all_of(
        node.key, [](QChar c) { return c.isLetterOrNumber() || c == u'_' || c == u'-' || c == u'.'; });
    // A key that ends with a point would take what is quoted behind it.
    return u"label."_s + (plain && !node.key.endsWith(u'.') ? node.key : quoted(node.key));
}

QString printedComparison(const FilterNode &node)
{
    if (node.operation == FilterOperator::Contains)
        return printedWord(node.values.front().text);
    const QString begin = printedField(node) + u' ';
    if (node.operation == FilterOperator::Matches)
        return begin + u"~ "_s + quoted(node.pattern.text());
    QStringList values;
    for (const FilterValue &value : node.values)
        values.append(printed(value, infoOf(node.field)));
    if (values.size() == 1)
        return begin + QString(wordOf(node.operation)) + u' ' + values.first();
    return begin + u"in ("_s + values.join(u", ") + u')';
}

QString printedPart(const FilterNode &node, FilterNode::Kind within)
{
    const bool isLower = node.kind == FilterNode::Kind::Or
        || (node.kind == FilterNode::Kind::And && within != FilterNode::Kind::Or);
    return isLower && !node.parts.empty() ? u'(' + printed(node) + u')' : printed(node);
}

// ---- evaluating -------------------------------------------------------------------------------

template<typename T>
bool holds(FilterOperator operation, const T &a, const T &b)
{
    using enum FilterOperator;
    switch (operation) {
    case Equal:
        return a == b;
    case NotEqual:
        return a != b;
    case Less:
        return a < b;
    case LessEqual:
        return a <= b;
    case Greater:
        return a > b;
    case GreaterEqual:
        return a >= b;
    default:
        return false;
    }
}

bool isOrder(FilterOperator operation)
{
    return operation != FilterOperator::Equal && operation != FilterOperator::NotEqual;
}

struct Evaluator
{
    const Task &task;
    const FilterContext &context;

    bool matches(const FilterNode &node) const
    {
        const auto each = [this](const FilterNode &part) { return matches(part); };
        switch (node.kind) {
        case FilterNode::Kind::And:
            return std::ranges::all_of(node.parts, each);
        case FilterNode::Kind::Or:
            return std::ranges::any_of(node.parts, each);
        case FilterNode::Kind::Not:
            return !matches(node.parts.front());
        case FilterNode::Kind::Compare:
            return compares(node);
        }
        return false;
    }

private:
    bool compares(const FilterNode &node) const
    {
        if (node.operation == FilterOperator::Matches) {
            const std::optional<QString> text = textOf(node);
            return text && node.pattern.matches(*text);
        }
        if (node.operation == FilterOperator::Contains)
            return task.name.toCaseFolded().contains(node.values.front().text);
        return std::ranges::any_of(node.values,
                                   [&](const FilterValue &value) { return holdsFor(node, value); });
    }

    bool holdsFor(const FilterNode &node, const FilterValue &value) const
    {
        if (value.kind == FilterValue::Kind::None)
            return isAbsent(node) == (node.operation == FilterOperator::Equal);
        if (isAbsent(node))
            return false;
        switch (infoOf(node.field).type) {
        case FilterType::Name:
            if (value.kind == FilterValue::Kind::Number)
                return holds(node.operation, numberOf(node.field), value.number);
            return holds(node.operation, textOf(node)->toCaseFolded().toUtf8(), value.text.toUtf8());
        case FilterType::Text:
            return holds(node.operation, textOf(node)->toUtf8(), value.text.toUtf8());
        case FilterType::Label:
            return labelHolds(node, value);
        case FilterType::State: {
            const bool is = int(task.state) < taskStateCount && (value.number >> int(task.state) & 1) != 0;
            return is == (node.operation == FilterOperator::Equal);
        }
        case FilterType::Moment:
            return momentHolds(node, momentOf(value, context));
        default:
            return holds(node.operation, numberOf(node.field), value.number);
        }
    }

    bool momentHolds(const FilterNode &node, const FilterMoment &moment) const
    {
        const qint64 at = numberOf(node.field);
        if (isOrder(node.operation))
            return holds(node.operation, at, moment.from);
        const bool within = at >= moment.from && at <= moment.to;
        return within == (node.operation == FilterOperator::Equal);
    }

    bool labelHolds(const FilterNode &node, const FilterValue &value) const
    {
        const QString label = task.labels.value(node.key);
        const std::optional<double> number = plainNumber(value.text);
        if (!isOrder(node.operation) || !number)
            return holds(node.operation, label.toUtf8(), value.text.toUtf8());
        const std::optional<double> ours = plainNumber(label);
        return ours && holds(node.operation, *ours, *number);
    }

    bool isAbsent(const FilterNode &node) const
    {
        switch (node.field) {
        case FilterField::Label:
            return !task.labels.contains(node.key);
        case FilterField::Machine:
            return task.machine.isNull();
        case FilterField::Exit:
            return !task.exitCode;
        case FilterField::Duration:
            return !isSet(task.started);
        case FilterField::Cause:
        case FilterField::Queued:
        case FilterField::NotBefore:
        case FilterField::Started:
        case FilterField::Ended:
            return numberOf(node.field) == 0;
        default:
            return false;
        }
    }

    std::optional<QString> textOf(const FilterNode &node) const
    {
        switch (node.field) {
        case FilterField::Name:
            return task.name;
        case FilterField::Batch:
            return task.batchName;
        case FilterField::Project:
            return task.project;
        case FilterField::Step:
            return task.step;
        case FilterField::Owner:
            return task.owner;
        case FilterField::RunAs:
            return task.runAs;
        case FilterField::LastLine:
            return task.lastLine;
        case FilterField::Machine:
            return isAbsent(node) ? std::nullopt : std::optional(task.machineName);
        default:
            return isAbsent(node) ? std::nullopt : std::optional(task.labels.value(node.key));
        }
    }

    qint64 numberOf(FilterField field) const
    {
        switch (field) {
        case FilterField::Id:
            return task.id.value;
        case FilterField::Rev:
            return task.rev;
        case FilterField::Batch:
            return task.batch.value;
        case FilterField::Machine:
            return task.machine.value;
        case FilterField::Held:
            return task.held;
        case FilterField::Keep:
            return task.keep;
        case FilterField::Unreachable:
            return task.unreachable;
        case FilterField::Priority:
            return task.priority;
        case FilterField::Queued:
            return toMicroseconds(task.queued);
        case FilterField::NotBefore:
            return toMicroseconds(task.notBefore);
        case FilterField::Started:
            return toMicroseconds(task.started);
        case FilterField::Ended:
            return toMicroseconds(task.ended);
        case FilterField::Duration:
            return toMicroseconds(isSet(task.ended) ? task.ended : context.now) - toMicroseconds(task.started);
        case FilterField::Attempts:
            return task.lastAttempt;
        case FilterField::Spec:
            return task.specNumber;
        case FilterField::WaitsFor:
            return task.waitsFor;
        case FilterField::Reason:
            return qint64(task.endReason);
        case FilterField::Exit:
            return task.exitCode.value_or(0);
        case FilterField::Signal:
            return task.signal;
        case FilterField::Cause:
            return qint64(task.causeKey);
        default:
            return 0;
        }
    }
};

} // namespace

FilterMoment momentOf(const FilterValue &value, const FilterContext &context)
{
    const qint64 offset = std::chrono::microseconds(context.utcOffset).count();
    const qint64 now = toMicroseconds(context.now);
    switch (value.kind) {
    case FilterValue::Kind::Ago:
        return {now + value.number, now + value.number};
    case FilterValue::Kind::Today: {
        const qint64 local = now + offset;
        const qint64 midnight = local - (local % microsecondsADay + microsecondsADay) % microsecondsADay;
        return {midnight - offset, midnight - offset + microsecondsADay - 1};
    }
    case FilterValue::Kind::Day:
        return {value.number - offset, value.number - offset + microsecondsADay - 1};
    default:
        return {value.number, value.number};
    }
}

std::optional<double> plainNumber(QStringView text)
{
    constexpr qsizetype longest = 15; // digits on each side of the point
    const QStringView digits = text.startsWith(u'-') ? text.sliced(1) : text;
    const qsizetype point = digits.indexOf(u'.');
    const QStringView whole = point < 0 ? digits : digits.first(point);
    const QStringView fraction = point < 0 ? QStringView(u"0") : digits.sliced(point + 1);
    for (const QStringView part : {whole, fraction}) {
        if (part.isEmpty() || part.size() > longest
            || !std::ranges::all_of(part, [](QChar c) { return c >= u'0' && c <= u'9'; }))
            return std::nullopt;
    }
    return text.toDouble();
}

Result<Filter> Filter::parse(const QString &text, FilterSubject subject)
{
    Result<FilterNode> root = FilterParser(text, subject).parse();
    if (!root)
        return root.error();
    return Filter(std::move(*root));
}

std::vector<FilterNode> Filter::conjuncts() const
{
    if (m_root.kind == FilterNode::Kind::And)
        return m_root.parts;
    return {m_root};
}

QString Filter::print() const
{
    return printed(m_root);
}

QString printed(const FilterNode &node)
{
    if (node.kind == FilterNode::Kind::Compare)
        return printedComparison(node);
    if (node.kind == FilterNode::Kind::Not)
        return u"not "_s + printedPart(node.parts.front(), FilterNode::Kind::Not);
    QStringList parts;
    for (const FilterNode &part : node.parts)
        parts.append(printedPart(part, node.kind));
    return parts.join(node.kind == FilterNode::Kind::Or ? u" or " : u" and ");
}

bool Filter::matches(const Task &task, const FilterContext &context) const
{
    return Evaluator {task, context}.matches(m_root);
}

} // namespace Drover
