#pragma once

#include "backend/base/ids.h"
#include "ui/shell/view.h"

namespace Drover {

class TaskActions;
class TaskDetails;

/// One task: in a tab of its own, or in the dock, where it follows what the person has in hand.
class TaskView : public View
{
    Q_OBJECT

public:
    enum class Follows { Nothing, CurrentObject };
    TaskView(Shell &shell, TaskId id, Follows follows);

    QString title() const override;
    QString iconName() const override { return QStringLiteral("nav-tasks"); }
    ObjectLink object() const override;
    QStringList actionIds() const override;
    QString whyNot(const QString &actionId) const override;
    void run(const QString &actionId) override;
    void goTo(const ObjectLink &link) override;
    QJsonObject saved() const override;
    void restore(const QJsonObject &saved) override;

    TaskDetails *details() const { return m_details; }

private:
    Follows m_follows;
    TaskActions *m_actions;
    TaskDetails *m_details;
};

} // namespace Drover
