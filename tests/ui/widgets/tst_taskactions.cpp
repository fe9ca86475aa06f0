#include "tests/ui/widgets/consoledesk.h"
#include "ui/widgets/taskactions.h"
#include "ui/widgets/taskactionspecs.h"
#include "ui/widgets/tasktable.h"
#include "ui/widgets/tasktablemodel.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

using namespace Drover;
using namespace std::chrono_literals;

/// Every action on tasks, by its id, at a real daemon.
class TestTaskActions : public QObject
{
    Q_OBJECT

    std::unique_ptr<ConsoleDesk> m_console;
    std::unique_ptr<TaskActions> m_actions;

    TaskTarget targetOf(const QString &where)
    {
        const Result<TaskPage> page = m_console->site.ask(ListTasks {.where = where, .limit = 1000});
        TaskTarget target;
        if (!page)
            qFatal("%s", qPrintable(printed(page.error())));
        QList<TaskId> ids;
        for (const Task &task : page->tasks)
            ids.append(task.id);
        target.selection.setIds(ids);
        target.here = page->tasks;
        return target;
    }

    Task task(const QString &name)
    {
        const TaskTarget target = targetOf("name = \"" + name + '"');
        return target.here.value(0);
    }

    TaskSpec specOf(const QString &name)
    {
        return m_console->site.ask(GetTask {.id = task(name).id}).value().spec;
    }

    void submit(int count, const QString &key)
    {
        VERIFY_OK(m_console->site.ask(someTasks(count, key)));
    }

    QString told()
    {
        (void)QTest::qWaitFor([this] { return !m_console->notices.told.isEmpty() || !m_console->notices.errors.isEmpty(); }, 20'000);
        QStringList all = m_console->notices.told + m_console->notices.errors;
        m_console->notices.told.clear();
        m_console->notices.errors.clear();
        return all.join('|');
    }

private slots:
    void initTestCase()
    {
        m_console = std::make_unique<ConsoleDesk>();
        QVERIFY(m_console->start());
        registerTaskActions(m_console->actions);
        m_actions = std::make_unique<TaskActions>(*m_console->desk, nullptr);
    }

    void cleanupTestCase()
    {
        m_actions.reset();
        m_console.reset();
    }

    void init()
    {
        m_console->notices.told.clear();
        m_console->notices.errors.clear();
        m_console->notices.questions.clear();
        m_console->notices.agrees = true;
    }

    void everyIdIsAnActionWithWords()
    {
        for (const QString &id : taskActionIds()) {
            const Action *action = m_console->actions.find(id);
            QVERIFY2(action, qPrintable(id));
            QVERIFY(!action->text().isEmpty());
            QCOMPARE(m_actions->whyNot(id, {}).isEmpty(), id == "task.export");
        }
    }

    void heldAndReleasedWithUndo()
    {
        submit(3, "hold");
        const TaskTarget target = targetOf("name ~ \"^hold-\"");
        m_actions->run("task.hold", target);
        QCOMPARE(told(), "Held 3 tasks");
        QVERIFY(task("hold-00001").held);
        QVERIFY(m_console->notices.undo);
        QVERIFY(m_console->notices.questions.isEmpty()); // it can be taken back
        m_actions->run("task.hold", targetOf("name ~ \"^hold-\""));
        QCOMPARE(told(), "Released 3 tasks");
        QVERIFY(!task("hold-00001").held);
    }

    void pausedAndResumed()
    {
        submit(1, "pause");
        m_actions->run("task.pause", targetOf("name = pause-00000"));
        QCOMPARE(told(), "Paused 1 task");
        QVERIFY(task("pause-00000").paused);
        m_actions->run("task.pause", targetOf("name = pause-00000"));
        QCOMPARE(told(), "Resumed 1 task");
    }

    void cancelledAndRetried()
    {
        submit(2, "cancel");
        m_actions->run("task.cancel", targetOf("name ~ \"^cancel-\""));
        QCOMPARE(told(), "Cancelled 2 tasks");
        QCOMPARE(task("cancel-00000").state, TaskState::Cancelled);
        QCOMPARE(m_actions->whyNot("task.cancel", targetOf("name = cancel-00000")), "It has ended");
        m_actions->run("task.retry", targetOf("name ~ \"^cancel-\""));
        QCOMPARE(m_console->notices.questions.size(), 1);
        const Question &question = m_console->notices.questions.first();
        QCOMPARE(question.title, "Retry 2 tasks?");
        QCOMPARE(question.lines.first(), "2 cancelled");
        QVERIFY(!question.irreversible.isEmpty());
        QCOMPARE(told(), "Queued 2 tasks again");
        QCOMPARE(task("cancel-00001").state, TaskState::Queued);
        QCOMPARE(m_actions->whyNot("task.retry", targetOf("name = cancel-00000")), "Only what has ended can be retried");
    }

    void whoDoesNotAgreeChangesNothing()
    {
        submit(2, "no");
        m_actions->run("task.cancel", targetOf("name ~ \"^no-\""));
        (void)told();
        m_console->notices.agrees = false;
        m_actions->run("task.retry", targetOf("name ~ \"^no-\""));
        QCOMPARE(m_console->notices.questions.size(), 1);
        QCOMPARE(task("no-00000").state, TaskState::Cancelled);
    }

    void aKillIsDestructiveWhereSomethingMayRun()
    {
        submit(1, "kill");
        TaskTarget target = targetOf("name = kill-00000");
        target.here[0].state = TaskState::Running; // as it was when it was chosen
        m_actions->run("task.kill", target);
        QVERIFY(m_console->notices.questions.first().destructive);
        QCOMPARE(told(), "Killed 1 task");
    }

    void prioritiesAreRaisedLoweredAndSet()
    {
        submit(1, "prio");
        m_actions->run("task.priorityUp", targetOf("name = prio-00000"));
        QCOMPARE(told(), "Priority 55 for 1 task");
        m_actions->run("task.priorityDown", targetOf("name = prio-00000"));
        (void)told();
        m_console->notices.answer = "900";
        m_actions->run("task.priority", targetOf("name = prio-00000"));
        QVERIFY(m_console->notices.problems.last().contains("0 to 100"));
        m_console->notices.answer = "70";
        m_actions->run("task.priority", targetOf("name = prio-00000"));
        QCOMPARE(told(), "Priority 70 for 1 task");
        QCOMPARE(task("prio-00000").priority, 70);
    }

    void labelsAreGivenAndTakenAway()
    {
        submit(1, "label");
        m_console->notices.answer = "student=7, room=b2";
        m_actions->run("task.label", targetOf("name = label-00000"));
        QCOMPARE(told(), "Labelled 1 task");
        QCOMPARE(task("label-00000").labels, Labels({{"student", "7"}, {"room", "b2"}}));
        m_console->notices.answer = "-room";
        m_actions->run("task.label", targetOf("name = label-00000"));
        (void)told();
        QCOMPARE(task("label-00000").labels, Labels({{"student", "7"}}));
        QVERIFY(!labelsOf("nonsense"));
        QVERIFY(!labelsOf(""));
    }

    void movedToAnotherBatch()
    {
        submit(1, "move");
        m_console->notices.answer = "elsewhere";
        m_actions->run("task.move", targetOf("name = move-00000"));
        QCOMPARE(told(), "Moved 1 task to elsewhere");
        QCOMPARE(task("move-00000").batchName, "elsewhere");
    }

    void whatHasEndedIsQueuedAgainWithAnotherSpec()
    {
        submit(1, "again");
        m_actions->run("task.cancel", targetOf("name = again-00000"));
        (void)told();
        m_actions->retryWith(task("again-00000"), [](TaskSpec spec) {
            spec.needs.memory = 24LL << 30;
            return spec;
        }, "%1 queued again with 24 GiB");
        QCOMPARE(told(), "1 task queued again with 24 GiB");
        QCOMPARE(specOf("again-00000").needs.memory, 24LL << 30);
        QCOMPARE(task("again-00000").state, TaskState::Queued);
        QVERIFY(!task("again-00000").held);
    }

    void itsWorkerIsExcluded()
    {
        submit(1, "exclude");
        QCOMPARE(m_actions->whyNot("task.exclude", targetOf("name = exclude-00000")), "It has not been on a machine");
        TaskTarget target = targetOf("name = exclude-00000");
        target.here[0].machineName = "fell-22"; // where it failed
        m_actions->run("task.exclude", target);
        QCOMPARE(told(), "1 task will not run on fell-22 again");
        QCOMPARE(specOf("exclude-00000").needs.withoutMachines, QStringList("fell-22"));
    }

    void editorsAreAskedForWithTheSpec()
    {
        submit(1, "edit");
        QStringList asked;
        connect(m_actions.get(), &TaskActions::editorAsked, this, [&](const TaskDetail &detail, bool duplicate) {
            asked.append(detail.task.name + (duplicate ? " duplicate" : ""));
        });
        m_actions->run("task.editRetry", targetOf("name = edit-00000"));
        QTRY_COMPARE(asked.size(), 1);
        m_actions->run("task.duplicate", targetOf("name = edit-00000"));
        QTRY_COMPARE(asked, QStringList({"edit-00000", "edit-00000 duplicate"}));
        disconnect(m_actions.get(), &TaskActions::editorAsked, this, nullptr);
    }

    void thingsAreCopied()
    {
        submit(2, "copy");
        QStringList copies;
        connect(m_actions.get(), &TaskActions::copied, this, [&](const QString &text, const QString &) { copies.append(text); });
        TaskTable table(*m_console->desk, {}, "tables/tasks");
        const TaskTarget target = targetOf("name ~ \"^copy-\"");
        m_actions->run("task.copyCells", target, &table);
        QTRY_COMPARE(copies.size(), 1);
        QCOMPARE(copies[0].count('\n'), 1);
        QVERIFY(copies[0].startsWith("Queued\t" + QString::number(target.here[0].id.value) + "\tcopy-00001\tb\t"));
        m_actions->run("task.copyJson", target);
        QTRY_COMPARE(copies.size(), 2);
        QCOMPARE(QJsonDocument::fromJson(copies[1].toUtf8()).array().size(), 2);
        m_actions->run("task.copyCommand", target);
        QTRY_COMPARE(copies.size(), 3);
        QVERIFY(copies[2].contains("drover submit"));
        m_actions->run("task.copyLink", targetOf("name = copy-00000"));
        QTRY_COMPARE(copies.size(), 4);
        QVERIFY(ObjectLink::of(copies[3]).has_value());
        disconnect(m_actions.get(), &TaskActions::copied, this, nullptr);
    }

    void viewsAreOpenedByLink()
    {
        submit(1, "open");
        QStringList opened;
        connect(m_actions.get(), &TaskActions::openAsked, this, [&](const ObjectLink &link, bool inTab) {
            opened.append(link.kind + '/' + link.part + (inTab ? " tab" : ""));
        });
        TaskTarget target = targetOf("name = open-00000");
        QCOMPARE(m_actions->whyNot("task.log", target), "It has not run yet");
        target.here[0].lastAttempt = 2;
        target.here[0].machineName = "m";
        for (const char *id : {"task.openTab", "task.log", "task.batch", "task.machine", "task.compare"})
            m_actions->run(id, target);
        QCOMPARE(opened, QStringList({"task/ tab", "task/log", "batch/", "machine/", "task/compare tab"}));
        QSignalSpy details(m_actions.get(), &TaskActions::detailsAsked);
        m_actions->run("task.details", target);
        QCOMPARE(details.size(), 1);
    }

    void allOfAQueryWithTheCountTyped()
    {
        submit(1500, "bulk");
        TaskTarget target;
        target.selection.selectQuery("name ~ \"^bulk-\"", 1400); // as it was when it was selected
        m_actions->run("task.hold", target);
        QTRY_COMPARE(m_console->notices.questions.size(), 1);
        QCOMPARE(m_console->notices.questions[0].typedCount, 1500); // as it is
        QCOMPARE(m_console->notices.questions[0].lines[0], "1,500 queued");
        QCOMPARE(told(), "Held 1,500 tasks");
        m_actions->run("task.cancel", target);
        QCOMPARE(told(), "Cancelled 1,500 tasks");
        QCOMPARE(m_console->site.ask(CountTasks {.where = "state = cancelled and name ~ \"^bulk-\""}).value().count, 1500);
    }

    void exportedWhole()
    {
        submit(1200, "export");
        TaskTarget target;
        target.selection.selectQuery("name ~ \"^export-\"", 1200);
        const QString csv = m_console->folder.filePath("tasks.csv");
        m_actions->exportTo(csv, target);
        QCOMPARE(told(), "Wrote 1,200 tasks to " + csv);
        QFile file(csv);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 1201);
        QVERIFY(lines[0].startsWith("id,name,state,"));
        QVERIFY(lines[1].contains("export-01199"));
        const QString json = m_console->folder.filePath("tasks.json");
        m_actions->exportTo(json, target);
        (void)told();
        QFile other(json);
        QVERIFY(other.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(other.readAll()).array().size(), 1200);
        m_actions->exportTo("/nowhere/tasks.csv", target);
        QVERIFY(told().startsWith("Export failed: /nowhere/tasks.csv: "));
    }

    void whoOnlyLooksIsToldWhy()
    {
        // The level is told at sign-in; a daemon away is told at once.
        submit(1, "stale");
        const TaskTarget target = targetOf("name = stale-00000");
        m_console->site.killDaemon();
        QTRY_VERIFY(m_console->mirror->isStale());
        QCOMPARE(m_actions->whyNot("task.hold", target), "Not connected: nothing can be changed now");
        QCOMPARE(m_actions->whyNot("task.copyJson", target), ""); // reading goes on
    }
};

QTEST_MAIN(TestTaskActions)
#include "tst_taskactions.moc"
