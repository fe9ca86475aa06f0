#pragma once

#include "ui/widgets/column.h"

#include <QtWidgets/QHeaderView>

namespace Drover {

class Look;

/// The header of our tables: what a list is sorted by, which columns are shown and how wide. It asks;
/// whoever owns the list sorts it (`orderAsked`). GUI thread.
class TableHeader : public QHeaderView
{
    Q_OBJECT

public:
    TableHeader(const Look &look, QWidget *parent);

    void setColumns(const QList<Column> &columns);
    /// As task.list has it, "-id"; empty: none of its columns.
    void setOrder(const QString &order);
    const QString &order() const { return m_order; }

    QSize sizeHint() const override;

signals:
    void orderAsked(const QString &order);
    void chooserAsked(const QPoint &globalPosition);

protected:
    void paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void onClicked(int logicalIndex);
    void onLookChanged();
    bool isSortedBy(const Column &column) const;

    const Look &m_look;
    QList<Column> m_columns;
    QString m_order;
};

} // namespace Drover
