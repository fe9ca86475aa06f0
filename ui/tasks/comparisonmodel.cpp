#include "ui/tasks/comparisonmodel.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

QList<Column> comparisonColumns()
{
    return {
        {.id = u"what"_s, .title = ComparisonModel::tr("What"), .kind = CellKind::State, .width = 200, .elide = Qt::ElideMiddle},
        {.id = u"left"_s, .title = ComparisonModel::tr("Left"), .width = 420, .elide = Qt::ElideMiddle},
        {.id = u"right"_s, .title = ComparisonModel::tr("Right"), .width = 420, .stretches = true, .elide = Qt::ElideMiddle},
    };
}

} // namespace

ComparisonModel::ComparisonModel(QObject *parent) : CellModel(comparisonColumns(), parent) { }

int ComparisonModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

void ComparisonModel::setValues(const QList<ComparedValue> &values)
{
    m_values = values;
    choose();
}

void ComparisonModel::setOnlyDifferent(bool only)
{
    m_only = only;
    choose();
}

qsizetype ComparisonModel::differing() const
{
    return std::ranges::count_if(m_values, &ComparedValue::differs);
}

void ComparisonModel::choose()
{
    beginResetModel();
    m_rows = m_values;
    if (m_only)
        m_rows.removeIf([](const ComparedValue &value) { return !value.differs(); });
    endResetModel();
}

Cell ComparisonModel::cell(int row, int column) const
{
    const ComparedValue &value = m_rows.at(row);
    const bool differs = value.differs();
    if (column == 0)
        return {.text = value.what, .tint = differs ? Tint::DiffChgText : Tint::Text3};
    const QString text = column == 1 ? value.left : value.right;
    if (text.isEmpty())
        return {.text = u"—"_s, .tint = Tint::Text3};
    return {.text = text, .tint = differs ? Tint::Text1 : Tint::Text3, .strong = differs, .tip = text};
}

} // namespace Drover
