#pragma once

#include "backend/protocol/taskrequests.h"
#include "ui/shell/shell.h"
#include "ui/widgets/sheetcontent.h"

#include <QtCore/QTimer>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QPlainTextEdit)

namespace Drover {

/// The spec of a task as the text `drover submit` takes, to be changed: for its next attempt, or as
/// a new task. Says what is wrong as one types; nothing typed is lost when the daemon is away.
class SpecEditor : public SheetContent
{
    Q_OBJECT

public:
    enum class For { Retry, NewTask };
    SpecEditor(Shell &shell, const TaskDetail &detail, For use);

    QString text() const;
    void setText(const QString &text);
    QString problem() const;

private:
    Result<TaskSpec> read() const;
    void check();
    void carryOut();
    void retry(const TaskSpec &spec);
    void submit(const TaskSpec &spec);
    void onFailed(const Error &error);

    Shell &m_shell;
    TaskDetail m_detail;
    For m_for;
    QPlainTextEdit *m_text;
    QLabel *m_problem;
    QPushButton *m_button;
    QTimer m_checks;
};

} // namespace Drover
