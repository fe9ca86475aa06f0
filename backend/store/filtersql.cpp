#include "backend/store/filtersql.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QString columnOf(FilterField field)
{
    switch (field) {
    case FilterField::Id:
        return u"task.id"_s;
    case FilterField::Rev:
        return u"task.rev"_s;
    case FilterField::Name:
        return u"task.name"_s;
    case FilterField::Batch:
        return u"task.batch"_s;
    case FilterField::Step:
        return u"task.step"_s;
    case FilterField::Owner:
        return u"task.owner"_s;
    case FilterField::RunAs:
        return u"task.run_as"_s;
    case FilterField::Held:
        return u"task.held"_s;
    case FilterField::Keep:
        return u"task.keep"_s;
    case FilterField::Unreachable:
        return u"task.unreachable"_s;
    case FilterField::Priority:
        return u"task.priority"_s;
    case FilterField::Machine:
        return u"task.machine"_s;
    case FilterField::Queued:
        return u"task.queued"_s;
    case FilterField::NotBefore:
        return u"task.not_before"_s;
    case FilterField::Started:
        return u"task.started"_s;
    case FilterField::Ended:
        return u"task.ended"_s;
    case FilterField::Attempts:
        return u"task.last_attempt"_s;
    case FilterField::Spec:
        return u"task.spec_number"_s;
    case FilterField::WaitsFor:
        return u"task.waits_for"_s;
    case FilterField::Reason:
        return u"task.end_reason"_s;
    case FilterField::Exit:
        return u"task.exit_code"_s;
    case FilterField::Signal:
        return u"task.signal"_s;
    case FilterField::LastLine:
        return u"task.last_line"_s;
    case FilterField::Cause:
        return u"task.cause_key"_s;
    case FilterField::PutAway:
        return u"(CASE WHEN task.away > 0 THEN 1 ELSE 0 END)"_s;
    case FilterField::AuditEntryId:
        return u"audit.id"_s;
    case FilterField::AuditAt:
        return u"audit.happened"_s;
    case FilterField::AuditUser:
        return u"audit.user_name"_s;
    case FilterField::AuditAddress:
        return u"audit.address"_s;
    case FilterField::AuditProgram:
        return u"audit.program"_s;
    case FilterField::AuditMethod:
        return u"audit.action"_s;
    case FilterField::AuditProject:
        return u"audit.project"_s;
    case FilterField::AuditObject:
        return u"audit.object"_s;
    case FilterField::AuditOutcome:
        return u"audit.outcome"_s;
    case FilterField::AuditCount:
        return u"audit.touched"_s;
    case FilterField::EventRowId:
        return u"event.id"_s;
    case FilterField::EventAt:
        return u"event.happened"_s;
    case FilterField::EventSeverityField:
        return u"event.severity"_s;
    case FilterField::EventSource:
        return u"event.source"_s;
    case FilterField::EventKind:
        return u"event.kind"_s;
    case FilterField::EventObject:
        return u"event.object"_s;
    case FilterField::EventProject:
        return u"event.project"_s;
    case FilterField::EventWords:
        return u"event.words"_s;
    default:
        return {}; // project, state, label and duration are made below
    }
}

QString wordOf(FilterOperator operation)
{
    using enum FilterOperator;
    switch (operation) {
    case NotEqual:
        return u"<>"_s;
    case Less:
        return u"<"_s;
    case LessEqual:
        return u"<="_s;
    case Greater:
        return u">"_s;
    case GreaterEqual:
        return u">="_s;
    default:
        return u"="_s;
    }
}

class Writer
{
public:
    Writer(const FilterContext &context, SqlText &text) : m_context(context), m_text(text) { }

    QString condition(const FilterNode &node)
    {
        if (node.kind == FilterNode::Kind::Compare)
            return u'(' + comparison(node) + u')';
        if (node.kind == FilterNode::Kind::Not)
            return u"(NOT "_s + condition(node.parts.front()) + u')';
        QStringList parts;
        for (const FilterNode &part : node.parts)
            parts.append(condition(part));
        if (parts.isEmpty())
            return u"(1 = 1)"_s;
        return u'(' + parts.join(node.kind == FilterNode::Kind::Or ? u" OR " : u" AND ") + u')';
    }

private:
    bool isPostgres() const { return m_text.dialect() == Dialect::Postgres; }

    QString comparison(const FilterNode &node)
    {
        if (node.operation == FilterOperator::Contains) {
            const QString column = node.field == FilterField::Name ? u"task.name_key"_s : u"lower(%1)"_s.arg(columnOf(node.field));
            return (isPostgres() ? u"strpos(%1, %2) > 0"_s : u"instr(%1, %2) > 0"_s)
                .arg(column, m_text.value(node.values.front().text));
        }
        if (node.operation == FilterOperator::Matches)
            return overText(node, [&](const QString &column) { return match(node.pattern, column); });
        if (const QString list = plainList(node); !list.isEmpty())
            return list;
        QStringList any;
        for (const FilterValue &value : node.values)
            any.append(single(node, value));
        return any.join(u" OR "_s);
    }

    // Long lists of numbers as one parameter, whatever their length.
    QString plainList(const FilterNode &node)
    {
        const bool isPlain = infoOf(node.field).type == FilterType::Number
            || infoOf(node.field).type == FilterType::Name;
        if (!isPlain || node.operation != FilterOperator::Equal || node.values.size() < 2)
            return {};
        QList<qint64> numbers;
        for (const FilterValue &value : node.values) {
            if (value.kind != FilterValue::Kind::Number)
                return {};
            numbers.append(value.number);
        }
        const QString is = m_text.isOneOf(columnOf(node.field), numbers);
        return infoOf(node.field).mayBeAbsent ? present(node) + u" AND "_s + is : is;
    }

    QString single(const FilterNode &node, const FilterValue &value)
    {
        const FilterFieldInfo &info = infoOf(node.field);
        if (value.kind == FilterValue::Kind::None) {
            return node.operation == FilterOperator::Equal ? u"NOT (%1)"_s.arg(present(node))
                                                           : present(node);
        }
        switch (info.type) {
        case FilterType::Name:
        case FilterType::Text:
            if (value.kind == FilterValue::Kind::Number)
                break;
            return overText(node, [&](const QString &column) {
                return column + u' ' + wordOf(node.operation) + u' ' + m_text.value(value.text);
            });
        case FilterType::Label:
            return labelComparison(node, value);
        case FilterType::State:
            return stateComparison(node, value.number);
        case FilterType::Moment:
            return present(node) + u" AND "_s + momentComparison(node, momentOf(value, m_context));
        case FilterType::Duration:
            return present(node) + u" AND "_s + compare(duration(), node.operation, value.number);
        default:
            break;
        }
        const QString is = compare(columnOf(node.field), node.operation, value.number);
        return info.mayBeAbsent ? present(node) + u" AND "_s + is : is;
    }

    QString compare(const QString &column, FilterOperator operation, qint64 number)
    {
        return column + u' ' + wordOf(operation) + u' ' + m_text.value(number);
    }

    QString duration()
    {
        return u"(CASE WHEN task.ended > 0 THEN task.ended ELSE %1 END - task.started)"_s.arg(
            m_text.value(toMicroseconds(m_context.now)));
    }

    // Text that belongs to another table is compared there, once for each of its few rows.
    template<typename Compare>
    QString overText(const FilterNode &node, const Compare &compareWith)
    {
        const bool byKey = node.operation != FilterOperator::Matches;
        switch (node.field) {
        case FilterField::Name:
            return compareWith(byKey ? u"task.name_key"_s : u"task.name"_s);
        case FilterField::Batch:
            return u"task.batch IN (SELECT id FROM batch WHERE %1)"_s.arg(
                compareWith(byKey ? u"batch.name_key"_s : u"batch.name"_s));
        case FilterField::Project:
            return u"task.batch IN (SELECT id FROM batch WHERE %1)"_s.arg(compareWith(u"batch.project"_s));
        case FilterField::Machine:
            return u"task.machine IN (SELECT id FROM machine WHERE %1)"_s.arg(
                compareWith(byKey ? u"machine.name_key"_s : u"machine.name"_s));
        case FilterField::Label:
            return present(node) + u" AND "_s + compareWith(label(node));
        default:
            return compareWith(columnOf(node.field));
        }
    }

    QString match(const Pattern &pattern, const QString &column)
    {
        // Its columns compare byte by byte; for a pattern, letters are those of its language.
        if (isPostgres())
            return column + u" COLLATE \"default\" ~ "_s + m_text.value(pattern.postgres());
        return u"matches(%1, %2)"_s.arg(m_text.value(pattern.text()), column);
    }

    QString label(const FilterNode &node)
    {
        return (isPostgres() ? u"(nullif(task.labels, '')::jsonb ->> %1) COLLATE \"C\""_s
                             : u"label_of(task.labels, %1)"_s)
            .arg(m_text.value(node.key));
    }

    QString labelComparison(const FilterNode &node, const FilterValue &value)
    {
        const bool isOrder = node.operation != FilterOperator::Equal && node.operation != FilterOperator::NotEqual;
        const std::optional<double> number = isOrder ? plainNumber(value.text) : std::nullopt;
        if (!number) {
            return u"coalesce(%1 %2 %3, %4)"_s.arg(label(node), wordOf(node.operation), m_text.value(value.text), no());
        }
        const QString ours = isPostgres()
            ? u"(CASE WHEN %1 ~ '^-?[0-9]{1,15}([.][0-9]{1,15})?$' THEN (%1)::double precision END)"_s
            : u"number_of(%1)"_s;
        return u"coalesce(%1 %2 %3, %4)"_s.arg(ours.arg(label(node)), wordOf(node.operation), m_text.value(*number), no());
    }

    QString no() const { return isPostgres() ? u"false"_s : u"0"_s; }

    QString stateComparison(const FilterNode &node, qint64 bits)
    {
        QStringList states;
        bool allUnfinished = true;
        for (int state = 0; state < taskStateCount; ++state) {
            if ((bits >> state & 1) == 0)
                continue;
            states.append(QString::number(state)); // ours, not the asker's
            allUnfinished = allUnfinished && !isFinished(TaskState(state));
        }
        const QString among = u"task.state IN (%1)"_s.arg(states.join(u", "));
        if (node.operation == FilterOperator::NotEqual)
            return u"NOT (%1)"_s.arg(among);
        // Says the same twice, so that the index finds the few that are not over.
        return allUnfinished ? u"task.ended = 0 AND "_s + among : among;
    }

    QString momentComparison(const FilterNode &node, const FilterMoment &moment)
    {
        const QString column = columnOf(node.field);
        if (node.operation == FilterOperator::Equal || node.operation == FilterOperator::NotEqual) {
            const QString within = u"%1 BETWEEN %2 AND %3"_s.arg(column, m_text.value(moment.from), m_text.value(moment.to));
            return node.operation == FilterOperator::Equal ? within : u"NOT (%1)"_s.arg(within);
        }
        return compare(column, node.operation, moment.from);
    }

    QString present(const FilterNode &node)
    {
        switch (node.field) {
        case FilterField::Label:
            return label(node) + u" IS NOT NULL"_s;
        case FilterField::Exit:
            return u"task.exit_code IS NOT NULL"_s;
        case FilterField::Duration:
            return u"task.started <> 0"_s;
        default:
            return columnOf(node.field) + u" <> 0"_s;
        }
    }

    const FilterContext &m_context;
    SqlText &m_text;
};

} // namespace

QString sqlOf(const Filter &filter, const FilterContext &context, SqlText &text)
{
    return Writer(context, text).condition(filter.root());
}

} // namespace Drover
