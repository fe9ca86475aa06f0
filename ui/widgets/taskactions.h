#pragma once

#include "app/work/objectlink.h"
#include "backend/protocol/taskrequests.h"
#include "ui/widgets/desk.h"
#include "ui/widgets/tasktarget.h"

#include <QtCore/QObject>

#include <functional>

namespace Drover {

class TaskTable;

/// Carries out what can be done with tasks, for every view that shows them: on one, many, or all of a
/// query. Asks where something cannot be taken back or is about many; what can be taken back runs at
/// once and can be undone. What the daemon goes on with is followed to its end. GUI thread.
class TaskActions : public QObject
{
    Q_OBJECT

public:
    explicit TaskActions(Desk &desk, QObject *parent);

    /// On this server, what cannot be taken back is only done when its count is typed.
    void setProduction(bool production) { m_production = production; }

    /// Empty: it can be run now. Else why not, for a person.
    QString whyNot(const QString &id, const TaskTarget &target) const;
    /// `table`: where it was asked for, for what is about its columns; may be null.
    void run(const QString &id, const TaskTarget &target, TaskTable *table = nullptr);

    /// One task again with other needs: what a remedy offers.
    void retryWith(const Task &task, const std::function<TaskSpec(TaskSpec)> &change, const QString &done);
    void exportTo(const QString &file, const TaskTarget &target);

signals:
    /// To be shown by whoever has a shell.
    void openAsked(const Drover::ObjectLink &link, bool inTab);
    void detailsAsked();
    void copied(const QString &text, const QString &what);
    /// The spec of a task in an editor; `duplicate`: for a new one.
    void editorAsked(const Drover::TaskDetail &detail, bool duplicate);
    void fileAsked(const Drover::TaskTarget &target); ///< where to export to
    void exporting(qint64 written, qint64 all);

private:
    using Sender = std::function<void(const TaskQuery &)>;
    struct Deed
    {
        QString verb; ///< "Cancel"
        QString done; ///< "Cancelled %1"
        QString irreversible; ///< what cannot be taken back; empty: nothing
        bool destructive = false;
        Sender send;
    };

    void open(const QString &id, const TaskTarget &target);
    void retry(const TaskTarget &target);
    void hold(const TaskTarget &target);
    void pause(const TaskTarget &target);
    void cancel(const TaskTarget &target, bool kill);
    void changePriority(const TaskTarget &target, int by);
    void askPriority(const TaskTarget &target);
    void setPriority(const TaskTarget &target, int priority);
    void askLabel(const TaskTarget &target);
    void askBatch(const TaskTarget &target);
    void exclude(const TaskTarget &target);
    void edit(const TaskTarget &target, bool duplicate);
    void copyCells(const TaskTarget &target, TaskTable *table);
    void copyJson(const TaskTarget &target);
    void copyCommand(const TaskTarget &target);

    void carryOut(const TaskTarget &target, const Deed &deed);
    void confirm(const TaskTarget &target, const Deed &deed, const StateCounts &counts);
    TaskQuery queryOf(const Selection &selection) const;
    template <typename Request> Sender sender(Request request, const QString &verb, const QString &done);
    void onTouched(const QString &verb, const QString &done, const Result<Touched> &touched);
    void follow(OperationId operation, const QString &verb, const QString &done);
    void onOperations();
    void readAll(const TaskTarget &target, qint64 most, std::function<void(const QList<Task> &)> then);
    void rework(const QList<TaskId> &ids, std::function<Result<TaskSpec>(const TaskSpec &)> change, const QString &done);

    struct Followed
    {
        QString verb;
        QString done;
    };

    Desk &m_desk;
    QHash<OperationId, Followed> m_followed;
    bool m_production = false;
};

/// "a=b, -c": labels to give and labels to take away; Invalid names what is wrong.
Result<LabelTasks> labelsOf(const QString &text);

} // namespace Drover
