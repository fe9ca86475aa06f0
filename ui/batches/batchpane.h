#pragma once

#include "backend/protocol/batch.h"
#include "ui/shell/shell.h"

#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QHBoxLayout)
QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QStackedWidget)
QT_FORWARD_DECLARE_CLASS(QTabBar)

namespace Drover {

class BatchActions;
class BatchPage;
class TasksPage;

/// What one batch is made of, below the list: tabs Tasks, Causes, Timeline, Notes. A page is asked for
/// what it shows only while it is in sight. GUI thread.
class BatchPane : public QWidget
{
    Q_OBJECT

public:
    BatchPane(Shell &shell, BatchActions &actions, QWidget *parent = nullptr);

    /// The same again, changed: pages stay where they are.
    void setBatch(const Batch &batch, const QString &step = {});
    void clear();
    BatchId batch() const { return m_batch.id; }

    TasksPage &tasks() const { return *m_tasks; }

    QString page() const; ///< "tasks", "causes", "timeline", "notes"
    void setPage(const QString &id);

signals:
    void pageChanged(); ///< another tab is in sight: other actions can be run

protected:
    void paintEvent(QPaintEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void addPage(BatchPage *page, const QString &title);
    void showPage(int index);

    Desk &m_desk;
    TasksPage *m_tasks;
    Batch m_batch;
    QString m_step;
    QLabel *m_name;
    QTabBar *m_tabs;
    QHBoxLayout *m_head;
    QStackedWidget *m_pages;
    QList<BatchPage *> m_all;
};

} // namespace Drover
