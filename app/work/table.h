#pragma once

#include "backend/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QStringList>

namespace Drover {

struct TableRow
{
    int line = 0; ///< where it begins: a quoted cell may go over several
    QStringList cells; ///< as many as the header has
};

/// A table with a header, RFC 4180: comma- or tab-separated, cells in quotes where they hold
/// separators, quotes (doubled) or line breaks.
struct Table
{
    QStringList header;
    QList<TableRow> rows;
};

/// Tabs where the file is called .tsv or its first line has tabs and no commas. Empty lines are
/// passed over. Every row with too many or too few cells is a problem of its own line.
Result<Table> readTable(const QString &file, const QByteArray &bytes);

} // namespace Drover
