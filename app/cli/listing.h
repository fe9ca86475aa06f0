#pragma once

#include "app/cli/columns.h"

namespace Drover {

/// Prints a list that the daemon sends whole, as the options of `listOptions` ask for it; where it
/// is empty a note says `none`.
template <typename Reply, typename Row>
ExitStatus printListing(Invocation &invocation, const Result<Reply> &reply,
                        QList<Row> Reply::*member, const QList<Column<Row>> &known,
                        const QStringList &usual, const QString &none)
{
    const Arguments &args = invocation.args;
    const auto columns = chosenColumns(known, args.value(QStringLiteral("--columns")), usual);
    if (!columns)
        return misused(invocation, columns.error().message);
    if (!reply)
        return failed(invocation, reply.error());
    Reply shown = *reply;
    QList<Row> &rows = shown.*member;
    if (const Result<void> sorted = sortRows(rows, args.value(QStringLiteral("--sort"))); !sorted)
        return misused(invocation, sorted.error().message);
    const qsizetype limit = args.value(QStringLiteral("--limit")).toLongLong();
    if (limit > 0 && rows.size() > limit)
        rows.resize(limit);
    if (invocation.json())
        printJson(invocation.screen, jsonOf(shown));
    else if (rows.isEmpty())
        invocation.screen.note(none);
    else
        invocation.screen.out(printedTable(*columns, rows, invocation.screen));
    return ExitStatus::Ok;
}

/// A column that shows one text.
template <typename Row>
Column<Row> textColumn(const QString &name, const QString &title,
                       std::function<QString(const Row &)> text,
                       TextTable::Align align = TextTable::Align::Left)
{
    return {name, title, align, [text = std::move(text)](const Row &row) {
                return TextTable::Cell{text(row)};
            }};
}

} // namespace Drover
