#pragma once

#include <QtCore/QList>
#include <QtCore/QString>

namespace Drover {

/// What a cell of a column is; CellDelegate paints each kind.
enum class CellKind {
    Text,
    Number, ///< right, in tabular digits
    Id, ///< mono, grouped by thin spaces
    State, ///< shape and word
    Progress, ///< a bar and a number, or words
    Spark, ///< a number and a curve
    Bar, ///< counts by state
    Slots,
};

/// A column of a table, said once: header, chooser, what is kept of it, and how it is sorted.
struct Column
{
    QString id; ///< stored; never renamed
    QString title; ///< translated
    CellKind kind = CellKind::Text;
    int width = 100; ///< at 9.75 pt
    bool shown = true;
    QString order = {}; ///< what the list is sorted by; empty: it cannot be
    bool stretches = false; ///< takes the room that is left; one of a table
    Qt::TextElideMode elide = Qt::ElideRight; ///< middle for names and paths
    bool falls = false; ///< sorted descending at the first click: times, counts
    QString words = {}; ///< for the chooser and the header's tooltip
};

} // namespace Drover
