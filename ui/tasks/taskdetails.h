#pragma once

#include "ui/shell/shell.h"
#include "ui/tasks/taskfacts.h"
#include "ui/tasks/tasksource.h"
#include "ui/widgets/tasktarget.h"

#include <QtWidgets/QWidget>

QT_FORWARD_DECLARE_CLASS(QLabel)
QT_FORWARD_DECLARE_CLASS(QPlainTextEdit)
QT_FORWARD_DECLARE_CLASS(QPushButton)
QT_FORWARD_DECLARE_CLASS(QStackedWidget)
QT_FORWARD_DECLARE_CLASS(QTabBar)
QT_FORWARD_DECLARE_CLASS(QToolButton)

namespace Drover {

class AttemptModel;
class CommandWell;
class CurveChart;
class ReasonCard;
class TableView;
class TaskActions;
class TransferModel;

/// One task, as the dock and a tab show it: how it stands, what happened and what to do, what is
/// written of it, its attempts, what goes in and out, its environment, all of it as JSON. GUI thread.
class TaskDetails : public QWidget
{
    Q_OBJECT

public:
    TaskDetails(Shell &shell, TaskActions &actions, QWidget *parent);

    void setTask(TaskId id);
    TaskId task() const { return m_source.id(); }
    const TaskDetail *detail() const { return m_source.detail(); }
    TaskTarget target() const; ///< empty where nothing is known of it yet
    /// A page by its name: summary, attempts, files, environment, json.
    void showPage(const QString &name);
    QString page() const;

signals:
    void changed();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    QWidget *buildHead();
    QWidget *buildSummary();
    QWidget *buildAttempts();
    QWidget *buildFiles();
    QWidget *buildEnvironment();
    QWidget *buildJson();
    void addPage(const QString &name, const QString &title, QWidget *page);
    QPushButton *addAction(const QString &id, const QString &text, QWidget *parent);
    void openMenu();

    void show(); ///< what the source has
    void showHead(const TaskDetail &detail);
    void showSummary(const TaskDetail &detail);
    void showCurve(const TaskDetail &detail);
    void showGone();
    void showActions();
    void onRemedy(const QString &link);
    void compareWithBefore();
    void applyLook();

    Shell &m_shell;
    Desk &m_desk;
    TaskActions &m_actions;
    TaskSource m_source;
    QLabel *m_title;
    QLabel *m_shape;
    QLabel *m_state;
    QLabel *m_id;
    QLabel *m_age;
    QHash<QString, QPushButton *> m_buttons; // by action
    QTabBar *m_tabs;
    QStackedWidget *m_pages;
    QStringList m_names; // of pages
    QLabel *m_gone;
    ReasonCard *m_reason;
    KeyValueGrid *m_facts;
    CurveChart *m_curve;
    CommandWell *m_command;
    AttemptModel *m_attemptRows;
    TableView *m_attempts;
    TransferModel *m_fileRows;
    TableView *m_files;
    CommandWell *m_environment;
    QToolButton *m_reveal;
    bool m_revealed = false;
    QPlainTextEdit *m_json;
};

} // namespace Drover
