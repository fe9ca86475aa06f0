#pragma once

#include "ui/batches/batchpage.h"
#include "ui/shell/shell.h"

QT_FORWARD_DECLARE_CLASS(QVBoxLayout)

namespace Drover {

class TaskActions;
class TaskTable;

/// The tasks of a batch, or of one of its steps: the table of all views of tasks, with all that can be
/// done there.
class TasksPage : public BatchPage
{
    Q_OBJECT

public:
    explicit TasksPage(Shell &shell);

    QString id() const override { return QStringLiteral("tasks"); }
    void show(const Batch &batch, const QString &step) override;

    /// Empty: the action on tasks can be run now.
    QString whyNot(const QString &actionId) const;
    void run(const QString &actionId);

signals:
    void selectionChanged();

private:
    void makeTable(const QString &scope);
    void openMenu(const QPoint &place);

    Shell &m_shell;
    Desk &m_desk;
    TaskActions *m_actions;
    QVBoxLayout *m_column;
    TaskTable *m_table = nullptr;
    QString m_scope;
};

} // namespace Drover
