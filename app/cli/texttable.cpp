#include "app/cli/texttable.h"

#include <algorithm>
#include <numeric>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int gap = 2;
constexpr int narrowest = 6; // a column gives no more than this

QString padding(int columns)
{
    return QString(std::max(columns, 0), u' ');
}

// What a cell shows: on one line, and never nothing in a pipe.
QString shown(const QString &text, const ScreenSettings &settings)
{
    QString line = harmless(text).replace(u'\n', u' ');
    return line.isEmpty() && !settings.isTerminal ? u"-"_s : line;
}

} // namespace

void TextTable::addColumn(const QString &title, Align align)
{
    m_titles.append(title);
    m_aligns.append(align);
}

void TextTable::addRow(const QList<Cell> &cells)
{
    Q_ASSERT(cells.size() == m_titles.size());
    m_rows.append(cells);
}

QList<int> TextTable::widths(const ScreenSettings &settings) const
{
    QList<int> widths;
    for (qsizetype i = 0; i < m_titles.size(); ++i) {
        int widest = columnsOf(m_titles.at(i));
        for (const QList<Cell> &row : m_rows)
            widest = std::max(widest, columnsOf(shown(row.at(i).text, settings)));
        widths.append(widest);
    }
    if (!settings.isTerminal || settings.width <= 0)
        return widths;
    int over = std::accumulate(widths.cbegin(), widths.cend(), gap * int(widths.size() - 1))
        - settings.width;
    while (over > 0) {
        const auto widest = std::ranges::max_element(widths);
        if (widest == widths.end() || *widest <= narrowest)
            break;
        --*widest;
        --over;
    }
    return widths;
}

QString TextTable::printedRow(const QList<Cell> &cells, const QList<int> &widths,
                              const Screen &screen) const
{
    QString line;
    for (qsizetype i = 0; i < cells.size(); ++i) {
        const QString text = fitted(shown(cells.at(i).text, screen.settings()), widths.at(i));
        const QString space = padding(widths.at(i) - columnsOf(text));
        const QString toned = screen.toned(text, cells.at(i).tone);
        const bool isLast = i + 1 == cells.size();
        if (i > 0)
            line += padding(gap);
        if (m_aligns.at(i) == Align::Right)
            line += space + toned;
        else
            line += isLast ? toned : toned + space;
    }
    return line + u'\n';
}

QString TextTable::printed(const Screen &screen) const
{
    const QList<int> columns = widths(screen.settings());
    QList<Cell> titles;
    for (const QString &title : m_titles)
        titles.append({title, Tone::Quiet});
    QString text = printedRow(titles, columns, screen);
    for (const QList<Cell> &row : m_rows)
        text += printedRow(row, columns, screen);
    return text;
}

QString printedPairs(const QList<std::pair<QString, QString>> &pairs, const Screen &screen)
{
    int widest = 0;
    for (const auto &[name, value] : pairs) {
        if (!value.isEmpty())
            widest = std::max(widest, columnsOf(name));
    }
    QString text;
    for (const auto &[name, value] : pairs) {
        if (value.isEmpty())
            continue;
        const QString indent = padding(widest + gap);
        const QString lines = harmless(value).replace(u"\n"_s, u'\n' + indent);
        text += screen.toned(name, Tone::Quiet) + padding(widest + gap - columnsOf(name)) + lines
            + u'\n';
    }
    return text;
}

} // namespace Drover
