#pragma once

#include "app/cli/screen.h"

#include <QtCore/QStringList>

namespace Drover {

/// Rows under titles. On a terminal the columns are fitted to its width, the longest giving first;
/// in a pipe everything stands in full, an empty cell as `-`, so that each line has as many words
/// of its own as the others.
class TextTable
{
public:
    enum class Align { Left, Right };

    struct Cell
    {
        QString text;
        Tone tone = Tone::Plain;
    };

    void addColumn(const QString &title, Align align = Align::Left);
    void addRow(const QList<Cell> &cells);
    qsizetype rowCount() const { return m_rows.size(); }

    /// All of it, each line ended.
    QString printed(const Screen &screen) const;

private:
    QList<int> widths(const ScreenSettings &settings) const;
    QString printedRow(const QList<Cell> &cells, const QList<int> &widths,
                       const Screen &screen) const;

    QStringList m_titles;
    QList<Align> m_aligns;
    QList<QList<Cell>> m_rows;
};

/// Names with values, one a line, the values under each other; what is empty is left out.
QString printedPairs(const QList<std::pair<QString, QString>> &pairs, const Screen &screen);

} // namespace Drover
