#pragma once

#include "app/mirror/selection.h"
#include "app/mirror/taskwindow.h"
#include "ui/widgets/desk.h"
#include "ui/widgets/statefilter.h"
#include "ui/widgets/tasktarget.h"
#include "ui/widgets/theme.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QItemSelection>
#include <QtCore/QJsonObject>
#include <QtWidgets/QWidget>

namespace Drover {

class Chip;
class FlowLine;
class TableView;
class TaskTableModel;

/// A list of tasks to work with, of any length: chips of states over a table, the pill, what is
/// selected. For the Tasks view and the Tasks tab of a batch.
///
/// The selection is ids, or all of a query but some: it outlives refreshes, scrolling and
/// reconnects, and the table only shows it. Rows stay in their places while somebody works with
/// them; when nobody does, the list is renewed by itself. GUI thread.
class TaskTable : public QWidget
{
    Q_OBJECT

public:
    /// `scope`: a filter that always holds too ("batch = 12"); empty: none. `stateKey`: where columns
    /// and order are kept, as "tables/tasks".
    TaskTable(Desk &desk, const QString &scope, const QString &stateKey, QWidget *parent = nullptr);
    ~TaskTable() override;

    /// What the person filters by, checked already; chips show and change its states.
    void setFilter(const QString &filter);
    const QString &filter() const { return m_filter; }
    /// All of what is shown, as the daemon is asked.
    QString where() const;
    QString order() const;
    void setOrder(const QString &order);

    const Selection &selection() const { return m_selection; }
    void setSelection(const Selection &selection);
    void selectAllOfQuery();
    void clearSelection();
    /// Selected tasks that are here, at most so many: for examples and for what one can be asked of.
    QList<Task> selectedHere(qsizetype most) const;
    /// The row that keys act on; null: none, or it is not here.
    TaskId current() const { return m_current; }
    const Task *currentTask() const;
    void setCurrent(TaskId id);

    /// Of the scope, whatever the filter; as counted last.
    qint64 total() const { return m_total; }

    TaskWindow &window() { return m_window; }
    TableView *view() const { return m_view; }
    TaskTableModel *model() const { return m_model; }
    FlowLine *tools() const { return m_line; } ///< buttons go to its right
    /// The columns shown of these tasks, as text with tabs.
    QString copied(const QList<Task> &tasks) const;
    /// What an action that begins now is about: what is selected, else the current row.
    TaskTarget target() const;
    void refresh();

    /// Scroll and what is selected; columns keep themselves.
    QJsonObject saved() const;
    void restore(const QJsonObject &saved);

signals:
    void selectionChanged();
    void currentChanged(Drover::TaskId id);
    void opened(Drover::TaskId id); ///< Enter, or a double click
    void menuAsked(const QPoint &globalPosition);
    void filterChanged(); ///< a chip was clicked
    void statusChanged(); ///< counts

private:
    void buildChips();
    Chip *addChip(const QString &name, const QString &icon, Tint tint, const QString &word);
    void showChips();
    void onChip(TaskState state, bool on);
    void setOwnFilter(const QString &filter);
    void askCounts();
    void renew();
    void onState();
    void onRenewed(qint64 top);
    void onRowsChanged();
    void onVisible();
    void onSelected(const QItemSelection &selected, const QItemSelection &deselected);
    QList<TaskId> idsOf(const QItemSelection &rows, QList<RowRange> *absent);
    void fetchIds(const RowRange &rows);
    void showSelection();
    void onCurrent(const QModelIndex &index);
    void onSecond();
    void applyStale();
    void showOver();
    void keepColumns();

    Desk &m_desk;
    QString m_scope;
    QString m_stateKey;
    QString m_filter;
    QString m_order = QStringLiteral("-id");
    TaskWindow m_window;
    TaskTableModel *m_model;
    FlowLine *m_line;
    TableView *m_view;
    QList<Chip *> m_chips; // by TaskState
    Chip *m_all;
    Chip *m_held;
    Selection m_selection;
    TaskId m_current;
    bool m_showing = false; // the table is told by us what is selected
    bool m_counting = false;
    qint64 m_heldCount = 0;
    qint64 m_total = 0;
    StateCounts m_counts;
    int m_scrollOffset = 0; // pixels of the first row that are above the edge
    std::optional<qint64> m_restoreTop;
    QElapsedTimer m_renewed; // since the last renewal by itself
    QElapsedTimer m_counted;
    QTimer m_second;
};

} // namespace Drover
