#pragma once

#include "ui/shell/view.h"

namespace Drover {

class TaskActions;
class TaskTable;

/// All tasks of the server, however many: the table with its chips, and what can be done with them.
class TasksView : public View
{
    Q_OBJECT

public:
    explicit TasksView(Shell &shell);

    QString title() const override;
    QString iconName() const override { return QStringLiteral("nav-tasks"); }
    FilterUse filterUse() const override { return FilterUse::Tasks; }
    QString filter() const override;
    void setFilter(const QString &filter) override;
    ViewStatus status() const override;
    QStringList actionIds() const override;
    QString whyNot(const QString &actionId) const override;
    void run(const QString &actionId) override;
    bool goBack() override;
    QJsonObject saved() const override;
    void restore(const QJsonObject &saved) override;

    TaskTable *table() const { return m_table; }

private:
    void openMenu(const QPoint &at);
    void buildTools();

    TaskActions *m_actions;
    TaskTable *m_table;
};

} // namespace Drover
