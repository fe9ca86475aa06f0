#include "ui/widgets/cellmodel.h"

#include "ui/widgets/words.h"

using namespace Qt::StringLiterals;

namespace Drover {

CellModel::CellModel(QList<Column> columns, QObject *parent)
    : QAbstractTableModel(parent), m_columns(std::move(columns))
{
}

int CellModel::columnOf(const QString &id) const
{
    for (int i = 0; i < m_columns.size(); ++i) {
        if (m_columns.at(i).id == id)
            return i;
    }
    return -1;
}

int CellModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_columns.size());
}

QVariant CellModel::value(const Cell &cell, const QModelIndex &index, int role) const
{
    switch (role) {
    case CellRole: return QVariant::fromValue(cell);
    case Qt::DisplayRole: return cell.text;
    case Qt::ToolTipRole: return cell.tip.isEmpty() ? QVariant() : QVariant(cell.tip);
    case Qt::AccessibleTextRole: return index.column() == 0 ? rowWords(index.row()) : cell.text;
    default: return {};
    }
}

QVariant CellModel::data(const QModelIndex &index, int role) const
{
    const bool ours = role == CellRole || role == Qt::DisplayRole || role == Qt::ToolTipRole
        || role == Qt::AccessibleTextRole;
    if (!ours || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    return value(cell(index.row(), index.column()), index, role);
}

void CellModel::multiData(const QModelIndex &index, QModelRoleDataSpan roles) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        for (QModelRoleData &each : roles)
            each.clearData();
        return;
    }
    const Cell made = cell(index.row(), index.column()); // once, however many roles are asked for
    for (QModelRoleData &each : roles)
        each.setData(value(made, index, each.role()));
}

QVariant CellModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size())
        return {};
    const Column &column = m_columns.at(section);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: return column.title;
    case Qt::ToolTipRole: return column.words.isEmpty() ? column.title : column.words;
    default: return {};
    }
}

QString CellModel::rowWords(int row) const
{
    QStringList words;
    for (int i = 0; i < m_columns.size() && words.size() < 6; ++i) {
        const Cell made = cell(row, i);
        if (m_columns.at(i).shown && made.isHere && !made.text.isEmpty())
            words.append(plain(made.text));
    }
    return words.join(u", ");
}

QString CellModel::copied(int row, int column) const
{
    const Cell made = cell(row, column);
    return made.isHere ? plain(made.text) : QString();
}

} // namespace Drover
