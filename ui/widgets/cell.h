#pragma once

#include "ui/widgets/statelook.h"

#include <QtCore/QMetaType>

namespace Drover {

/// Of a row that has rows below it.
enum class Fold { None, Open, Closed };

/// What stands in one cell. Colours are said by what they are for, so that models know no theme.
struct Cell
{
    bool isHere = true; ///< else a grey bar is painted
    QString text; ///< also what is copied, less thin spaces
    Tint tint = Tint::Text1;
    bool strong = false; ///< 600
    QString aside = {}; ///< after the text, text3
    QString icon = {}; ///< before the text; its tint is the text's
    QString mark = {}; ///< an icon after the text (held)
    Tint markTint = Tint::Held;
    double part = -1; ///< Progress: 0 to 1; less: the text alone. Spark: height of the number's limit
    Tint barTint = Tint::Running; ///< of the progress bar or the curve
    QList<Segment> segments = {}; ///< Bar
    qint64 rest = 0; ///< Bar: empty track
    QList<float> curve = {}; ///< Spark: 0 to 1, oldest first; NaN: a gap
    int used = 0; ///< Slots
    int all = 0; ///< Slots; 0: the text alone
    int indent = 0; ///< steps from the left, of trees shown as tables
    Fold fold = Fold::None;
    QString tip = {}; ///< empty: none
};

/// The role under which a model hands a Cell to the delegate.
constexpr int CellRole = 0x0100 + 40; // Qt::UserRole is 0x0100

} // namespace Drover

Q_DECLARE_METATYPE(Drover::Cell)
