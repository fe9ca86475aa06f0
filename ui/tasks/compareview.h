#pragma once

#include "app/work/comparison.h"
#include "backend/protocol/taskrequests.h"
#include "ui/shell/view.h"

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QToolButton)

namespace Drover {

class ComparisonModel;
class TableView;

/// Two attempts beside each other: of one task (the last two, or one and the one before it), or the
/// last ones of two tasks (`with` in the link). What differs comes first to the eye.
class CompareView : public View
{
    Q_OBJECT

public:
    CompareView(Shell &shell, const ObjectLink &object);

    QString title() const override;
    QString iconName() const override { return QStringLiteral("columns"); }
    ObjectLink object() const override { return m_object; }
    ViewStatus status() const override;

    ComparisonModel *model() const { return m_model; }

private:
    void ask();
    void onDetail(bool left, const Result<TaskDetail> &detail);
    void compare();
    void say(const ComparedAttempt &left, const ComparedAttempt &right);
    void openLog(bool left);

    ObjectLink m_object;
    TaskId m_left;
    TaskId m_right;
    std::optional<TaskDetail> m_leftDetail;
    std::optional<TaskDetail> m_rightDetail;
    int m_leftAttempt = 0;
    int m_rightAttempt = 0;
    QLabel *m_heading;
    QToolButton *m_only;
    ComparisonModel *m_model;
    TableView *m_table;
};

} // namespace Drover
