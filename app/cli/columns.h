#pragma once

#include "app/cli/command.h"
#include "app/cli/jsontext.h"
#include "app/cli/texttable.h"
#include "app/work/problems.h"

#include <algorithm>
#include <functional>

namespace Drover {

/// A column of a list: its name (for --columns), title, and what a row shows in it.
template <typename Row> struct Column
{
    QString name;
    QString title;
    TextTable::Align align = TextTable::Align::Left;
    std::function<TextTable::Cell(const Row &)> cell;
};

/// A value of JSON in a cell: "label.student" goes into objects.
QString textAt(const QJsonValue &value, const QString &path);

/// Numbers as numbers, texts as texts; what is missing comes first.
bool isLess(const QJsonValue &left, const QJsonValue &right);

/// "a, b , c" as three names.
QStringList splitNames(const QString &text);

/// The names of a message's fields, which any list may show.
template <HasFields Row> QStringList fieldNamesOf()
{
    QStringList names;
    forEachField<Row>([&](const auto &each) {
        names.append(QString::fromUtf8(each.name.data(), qsizetype(each.name.size())));
    });
    return names;
}

/// Those of `known` that `names` (or nothing: `otherwise`) says, in that order; a field of the
/// message that has no column of its own is shown as JSON has it. `labels.student` goes into a map.
template <HasFields Row>
Result<QList<Column<Row>>> chosenColumns(const QList<Column<Row>> &known, const QString &names,
                                         const QStringList &otherwise)
{
    const QStringList fields = fieldNamesOf<Row>();
    QList<Column<Row>> chosen;
    for (const QString &name : names.isEmpty() ? otherwise : splitNames(names)) {
        const auto own = std::ranges::find(known, name, &Column<Row>::name);
        if (own != known.cend()) {
            chosen.append(*own);
            continue;
        }
        if (!fields.contains(name.section(QLatin1Char('.'), 0, 0))) {
            QStringList all = fields;
            for (const Column<Row> &each : known)
                all.append(each.name);
            all.removeDuplicates();
            return fail(
                ErrorCode::Invalid,
                QStringLiteral("--columns: %1: %2").arg(name.left(60), remedyFor(name, all)));
        }
        chosen.append({.name = name, .title = name, .cell = [name](const Row &row) {
                           return TextTable::Cell{textAt(jsonOf(row), name)};
                       }});
    }
    return chosen;
}

template <typename Row>
QString printedTable(const QList<Column<Row>> &columns, const QList<Row> &rows,
                     const Screen &screen)
{
    TextTable table;
    for (const Column<Row> &column : columns)
        table.addColumn(column.title, column.align);
    for (const Row &row : rows) {
        QList<TextTable::Cell> cells;
        for (const Column<Row> &column : columns)
            cells.append(column.cell(row));
        table.addRow(cells);
    }
    return table.printed(screen);
}

/// By a field of the message; `-` in front: descending. For lists the daemon sends whole.
template <HasFields Row> Result<void> sortRows(QList<Row> &rows, const QString &by)
{
    if (by.isEmpty())
        return {};
    const bool descending = by.startsWith(QLatin1Char('-'));
    const QString name = descending ? by.sliced(1) : by;
    const QStringList fields = fieldNamesOf<Row>();
    if (!fields.contains(name.section(QLatin1Char('.'), 0, 0)))
        return fail(ErrorCode::Invalid,
                    QStringLiteral("--sort: %1: %2").arg(name.left(60), remedyFor(name, fields)));
    const auto valueOf = [&](const Row &row) {
        QJsonValue value = jsonOf(row);
        for (const QString &part : name.split(QLatin1Char('.')))
            value = value.toObject().value(part);
        return value;
    };
    std::ranges::stable_sort(rows, [&](const Row &a, const Row &b) {
        return descending ? isLess(valueOf(b), valueOf(a)) : isLess(valueOf(a), valueOf(b));
    });
    return {};
}

/// --columns, --sort, --limit and --watch, which lists have in common.
QList<Option> listOptions();

} // namespace Drover
