#pragma once

#include "app/mirror/taskwindow.h"
#include "backend/protocol/gaugerequests.h"
#include "ui/widgets/cellmodel.h"
#include "ui/widgets/taskcolumns.h"

namespace Drover {

class BatchPace;

/// A window on tasks as a table. Rows that are not here are cells that are not here; what runs has its
/// gauges, asked for while it is in sight. GUI thread; window and mirror outlive it.
class TaskTableModel : public CellModel
{
    Q_OBJECT

public:
    TaskTableModel(Mirror &mirror, TaskWindow &window, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;

    const Task *taskAt(int row) const { return m_window.rowAt(row); }
    int rowOf(TaskId id) const; ///< -1: it is not here
    const AttemptGauge *gaugeOf(TaskId id) const;
    void setUtc(bool utc);
    /// Asks what runs of these rows how far it is. At most once at a time.
    void askGauges(RowRange rows);
    /// Durations and ages count from now on from here; views paint anew.
    void setNow(Instant now) { m_now = now; }
    Instant now() const { return m_now; }

    QString copied(int row, int column) const override;
    /// The same of any task, whether it has a row here or not.
    QString copiedOf(const Task &task, TaskColumn column) const;

signals:
    void aboutToRenew();
    /// All rows have become others; `top` is to be the first in sight.
    void renewed(qint64 top);
    void paintAgain(); ///< gauges or paces came

protected:
    Cell cell(int row, int column) const override;

private:
    Cell cellOf(const Task &task, TaskColumn column) const;
    Cell stateCell(const Task &task) const;
    Cell progressCell(const Task &task) const;
    Cell durationCell(const Task &task) const;
    Cell silentCell(const Task &task) const;
    Cell furtherCell(const Task &task, TaskColumn column) const;
    Cell timeCell(Instant instant) const;
    void onReset(qint64 top);
    void onRowCount(qint64 now);
    void onRowsChanged(const QList<RowRange> &rows);
    void onGauges(const Result<TaskGauges> &gauges);

    Mirror &m_mirror;
    TaskWindow &m_window;
    BatchPace *m_pace;
    QHash<TaskId, AttemptGauge> m_gauges; // of rows that were in sight lately
    Instant m_now;
    int m_count = 0; // as views know it
    bool m_utc = true;
    bool m_asking = false;
};

} // namespace Drover
