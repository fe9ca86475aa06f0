#include "ui/widgets/statefilter.h"

#include "backend/protocol/filter.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

bool isAbout(const FilterNode &node, FilterField field)
{
    return node.kind == FilterNode::Kind::Compare && node.field == field
        && node.operation == FilterOperator::Equal;
}

bool isHeld(const FilterNode &node)
{
    return isAbout(node, FilterField::Held) && node.values.size() == 1 && node.values.front().number == 1;
}

std::vector<FilterNode> partsOf(const QString &filter)
{
    const Result<Filter> parsed = Filter::parse(filter);
    return parsed ? parsed->conjuncts() : std::vector<FilterNode>();
}

QString joined(const std::vector<FilterNode> &parts)
{
    FilterNode all;
    all.parts = parts;
    return printed(all);
}

QString with(const QString &filter, const std::optional<FilterNode> &part, bool (*replaces)(const FilterNode &))
{
    if (!filter.trimmed().isEmpty() && !Filter::parse(filter))
        return filter; // what cannot be read is left as it was written
    std::vector<FilterNode> parts = partsOf(filter);
    const auto old = std::ranges::find_if(parts, replaces);
    if (old != parts.end() && part)
        *old = *part;
    else if (old != parts.end())
        parts.erase(old);
    else if (part)
        parts.insert(parts.begin(), *part);
    return joined(parts);
}

} // namespace

std::optional<StateBits> statesOf(const QString &filter)
{
    for (const FilterNode &part : partsOf(filter)) {
        if (!isAbout(part, FilterField::State))
            continue;
        StateBits bits = 0;
        for (const FilterValue &value : part.values)
            bits |= StateBits(value.number);
        return bits;
    }
    return {};
}

QString withStates(const QString &filter, StateBits states)
{
    std::optional<FilterNode> part;
    if (states != 0) {
        part = FilterNode {.kind = FilterNode::Kind::Compare, .field = FilterField::State};
        part->operation = FilterOperator::Equal;
        for (int i = 0; i < taskStateCount; ++i) {
            if (states & bitOf(TaskState(i)))
                part->values.push_back({.kind = FilterValue::Kind::Number, .number = bitOf(TaskState(i))});
        }
    }
    return with(filter, part, [](const FilterNode &node) { return isAbout(node, FilterField::State); });
}

bool asksForHeld(const QString &filter)
{
    return std::ranges::any_of(partsOf(filter), isHeld);
}

QString withHeld(const QString &filter, bool held)
{
    std::optional<FilterNode> part;
    if (held) {
        part = FilterNode {.kind = FilterNode::Kind::Compare, .field = FilterField::Held};
        part->operation = FilterOperator::Equal;
        part->values.push_back({.kind = FilterValue::Kind::Number, .number = 1});
    }
    return with(filter, part, isHeld);
}

QString both(const QString &filter, const QString &other)
{
    const QString left = filter.trimmed();
    const QString right = other.trimmed();
    if (left.isEmpty() || right.isEmpty())
        return left + right;
    return u"(%1) and (%2)"_s.arg(left, right);
}

} // namespace Drover
