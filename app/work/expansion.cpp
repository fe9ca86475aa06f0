#include "app/work/expansion.h"
#include "app/work/worktext.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Error wrong(const QString &what)
{
    return fail(ErrorCode::Invalid, what);
}

Result<QList<PlaceholderValues>> combinations(const SpecNode &each, qint64 most)
{
    QList<PlaceholderValues> rows{{}};
    for (const SpecEntry &entry : each.entries) {
        const QList<SpecNode> values
            = entry.value.kind == SpecNode::Kind::List ? entry.value.items : QList{entry.value};
        if (values.isEmpty())
            return wrong(WorkText::tr("%1 has no values").arg(entry.key.left(80)));
        if (rows.size() * values.size() > most)
            return wrong(WorkText::tr("these are more than %1 combinations").arg(most));
        QList<PlaceholderValues> longer;
        longer.reserve(rows.size() * values.size());
        for (const PlaceholderValues &row : std::as_const(rows)) {
            for (const SpecNode &value : values) {
                if (value.kind == SpecNode::Kind::List || value.kind == SpecNode::Kind::Map)
                    return wrong(WorkText::tr("the values of %1 must be texts or numbers")
                                     .arg(entry.key.left(80)));
                longer.append(row);
                longer.last().insert(entry.key, value.text);
            }
        }
        rows = std::move(longer);
    }
    return rows;
}

Result<QList<PlaceholderValues>> listed(const SpecNode &each, qint64 most)
{
    if (each.items.size() > most)
        return wrong(WorkText::tr("these are more than %1 tasks").arg(most));
    QList<PlaceholderValues> rows;
    for (const SpecNode &item : each.items) {
        if (item.kind != SpecNode::Kind::Map)
            return wrong(
                WorkText::tr("every entry of the list must name its values: {sample: a, k: 1}"));
        const Result<QList<PlaceholderValues>> row = combinations(item, 1);
        if (!row)
            return wrong(WorkText::tr("an entry of a list has one value for each name"));
        rows.append(row->first());
    }
    return rows;
}

QList<PlaceholderValues> numbered(QList<PlaceholderValues> rows)
{
    for (qsizetype i = 0; i < rows.size(); ++i) {
        if (!rows.at(i).contains(u"n"_s))
            rows[i].insert(u"n"_s, QString::number(i + 1));
    }
    return rows;
}

} // namespace

Result<QList<PlaceholderValues>> rowsOf(const SpecNode &each, qint64 most)
{
    const bool isMap = each.kind == SpecNode::Kind::Map && !each.entries.isEmpty();
    const bool isList = each.kind == SpecNode::Kind::List && !each.items.isEmpty();
    if (!isMap && !isList)
        return wrong(
            WorkText::tr("names with lists of values are expected: each: {sample: [a, b]}"));
    const Result<QList<PlaceholderValues>> rows
        = isMap ? combinations(each, most) : listed(each, most);
    if (!rows)
        return rows.error();
    return numbered(*rows);
}

QList<PlaceholderValues> rowsOf(const Table &table)
{
    QList<PlaceholderValues> rows;
    for (const TableRow &row : table.rows) {
        PlaceholderValues values;
        for (qsizetype i = 0; i < row.cells.size(); ++i)
            values.insert(table.header.at(i), row.cells.at(i));
        rows.append(std::move(values));
    }
    return numbered(std::move(rows));
}

} // namespace Drover
