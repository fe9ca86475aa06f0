#include "app/work/table.h"

#include "app/work/problems.h"
#include "app/work/spectext.h"
#include "app/work/worktext.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QChar separatorOf(const QString &file, const QString &text)
{
    if (file.endsWith(".tsv"_L1, Qt::CaseInsensitive)
        || file.endsWith(".tab"_L1, Qt::CaseInsensitive))
        return u'\t';
    const QStringView first = QStringView(text).left(text.indexOf(u'\n'));
    return first.contains(u'\t') && !first.contains(u',') ? u'\t' : u',';
}

/// Rows of cells, as they come; what a header is, the caller knows.
class RowReader
{
public:
    RowReader(const QString &file, const QString &text)
        : m_file(file)
        , m_text(text)
        , m_separator(separatorOf(file, text))
    {
    }

    Problems problems;

    bool atEnd() const { return m_at >= m_text.size(); }

    TableRow row()
    {
        TableRow row{.line = m_line, .cells = {}};
        for (;;) {
            row.cells.append(cell());
            if (atEnd())
                return row;
            const QChar c = m_text[m_at++];
            if (c == m_separator)
                continue;
            if (c == u'\r' && !atEnd() && m_text[m_at] == u'\n')
                ++m_at;
            ++m_line;
            return row;
        }
    }

private:
    bool endsCell(QChar c) const { return c == m_separator || c == u'\n' || c == u'\r'; }

    QString cell()
    {
        if (!atEnd() && m_text[m_at] == u'"')
            return quoted();
        const qsizetype start = m_at;
        while (!atEnd() && !endsCell(m_text[m_at]))
            ++m_at;
        return m_text.sliced(start, m_at - start);
    }

    QString quoted()
    {
        const int line = m_line;
        QString text;
        for (++m_at; !atEnd(); ++m_at) {
            if (m_text[m_at] == u'"') {
                if (m_at + 1 >= m_text.size() || m_text[m_at + 1] != u'"')
                    break;
                ++m_at;
            }
            m_line += m_text[m_at] == u'\n' ? 1 : 0;
            text += m_text[m_at];
        }
        if (atEnd()) {
            problems.add(
                {m_file,
                 line,
                 {},
                 WorkText::tr("a cell begins with a quote that is never closed"),
                 WorkText::tr("close it, or write \"\" for a quote inside a quoted cell")});
            return text;
        }
        ++m_at;
        if (!atEnd() && !endsCell(m_text[m_at])) {
            problems.add({m_file,
                          m_line,
                          {},
                          WorkText::tr("something follows the closing quote of a cell"),
                          WorkText::tr("write \"\" for a quote inside a quoted cell")});
            while (!atEnd() && !endsCell(m_text[m_at]))
                ++m_at;
        }
        return text;
    }

    const QString &m_file;
    const QString &m_text;
    QChar m_separator;
    qsizetype m_at = 0;
    int m_line = 1;
};

void checkHeader(const QString &file, const TableRow &header, Problems &problems)
{
    if (header.cells.size() > mostSpecKeys) {
        return problems.add({file,
                             header.line,
                             {},
                             WorkText::tr("has %1 columns").arg(header.cells.size()),
                             WorkText::tr("at most %1 are read").arg(mostSpecKeys)});
    }
    for (qsizetype i = 0; i < header.cells.size(); ++i) {
        const QString &name = header.cells.at(i);
        if (name.isEmpty())
            problems.add({file,
                          header.line,
                          {},
                          WorkText::tr("column %1 has no name").arg(i + 1),
                          WorkText::tr("the first line names the columns")});
        else if (header.cells.indexOf(name) < i)
            problems.add({file, header.line, name, WorkText::tr("is the name of two columns"), {}});
    }
}

} // namespace

Result<Table> readTable(const QString &file, const QByteArray &bytes)
{
    const Result<QString> text = textOf(file, bytes);
    if (!text)
        return text.error();
    RowReader reader(file, *text);
    Table table;
    while (!reader.atEnd()) {
        TableRow row = reader.row();
        const bool empty = row.cells.size() == 1 && row.cells.first().trimmed().isEmpty();
        if (empty)
            continue;
        if (table.header.isEmpty()) {
            for (QString &name : row.cells)
                name = name.trimmed();
            checkHeader(file, row, reader.problems);
            table.header = row.cells;
            continue;
        }
        if (row.cells.size() != table.header.size()) {
            reader.problems.add({file,
                                 row.line,
                                 {},
                                 WorkText::tr("has %1 cells, the header has %2")
                                     .arg(row.cells.size())
                                     .arg(table.header.size()),
                                 WorkText::tr("put cells that hold separators in double quotes")});
            continue;
        }
        table.rows.append(std::move(row));
    }
    if (table.header.isEmpty())
        reader.problems.add({file,
                             0,
                             {},
                             WorkText::tr("is empty"),
                             WorkText::tr("the first line names the columns")});
    if (!reader.problems.isEmpty())
        return reader.problems.error();
    return table;
}

} // namespace Drover
