#pragma once

#include "ui/widgets/cell.h"
#include "ui/widgets/column.h"

#include <QtCore/QAbstractTableModel>

namespace Drover {

/// A table whose cells are painted by CellDelegate: a model says its rows and `cell()`, no more.
/// Models know no colours and open no dialogs. GUI thread.
class CellModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit CellModel(QList<Column> columns, QObject *parent = nullptr);

    const QList<Column> &columns() const { return m_columns; }
    int columnOf(const QString &id) const; ///< -1: there is none
    const Column &columnAt(int column) const { return m_columns.at(column); }

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    void multiData(const QModelIndex &index, QModelRoleDataSpan roles) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// A row in words, for screen readers: "Failed, tide-ens/m12, …".
    virtual QString rowWords(int row) const;
    /// What is copied of a cell.
    virtual QString copied(int row, int column) const;

protected:
    virtual Cell cell(int row, int column) const = 0;

private:
    QVariant value(const Cell &cell, const QModelIndex &index, int role) const;

    QList<Column> m_columns;
};

} // namespace Drover
