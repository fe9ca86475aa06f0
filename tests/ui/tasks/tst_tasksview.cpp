#include "tests/ui/tasks/testshell.h"
#include "ui/tasks/compareview.h"
#include "ui/tasks/comparisonmodel.h"
#include "ui/tasks/speceditor.h"
#include "ui/tasks/taskdetails.h"
#include "ui/tasks/taskkinds.h"
#include "ui/tasks/tasksview.h"
#include "ui/tasks/taskview.h"
#include "ui/widgets/keyvaluegrid.h"
#include "ui/widgets/reasoncard.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/tasktable.h"
#include "ui/widgets/tasktablemodel.h"

#include <QtWidgets/QToolButton>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

using namespace Drover;
using namespace std::chrono_literals;

/// The views of tasks over a real daemon with an agent that does real work.
class TestTasksView : public QObject
{
    Q_OBJECT

    std::unique_ptr<ConsoleDesk> m_console;
    std::unique_ptr<TestShell> m_shell;

    void submit(const QList<TaskSpec> &tasks)
    {
        Submit request;
        request.batch = "work";
        request.tasks = tasks;
        VERIFY_OK(m_console->site.ask(request));
    }

    static TaskSpec shell(const QString &name, const QString &text)
    {
        TaskSpec spec;
        spec.name = name;
        spec.shell = text;
        return spec;
    }

    Task task(const QString &name)
    {
        const Result<TaskPage> page = m_console->site.ask(ListTasks {.where = "name = \"" + name + '"'});
        return page ? page->tasks.value(0) : Task();
    }

    bool waitFor(const QString &name, TaskState state)
    {
        return QTest::qWaitFor([&] { return task(name).state == state; }, 60'000);
    }

    std::unique_ptr<View> shown(const ViewKind &kind, const ObjectLink &object = {})
    {
        std::unique_ptr<View> view(kind.create(*m_shell, object));
        view->resize(1200, 700);
        view->show();
        return view;
    }

    static QString text(const QWidget &view, const QString &name)
    {
        const auto *label = view.findChild<QLabel *>(name);
        return label ? label->text() : QString("?");
    }

private slots:
    void initTestCase()
    {
        m_console = std::make_unique<ConsoleDesk>();
        QVERIFY(m_console->start());
        QVERIFY(m_console->site.addAgent(4));
        QVERIFY(m_console->site.startAgent(0));
        m_shell = std::make_unique<TestShell>(*m_console);
        tasksKind().registerActions(m_console->actions);
        tasksKind().registerActions(m_console->actions); // twice does no harm
        TaskSpec twice = shell("fails", "echo no such scene >&2; exit 4");
        twice.retry.attempts = 2;
        submit({shell("good", "echo well"), twice, shell("long", "echo at work; sleep 600")});
        TaskSpec held = shell("held", "true");
        held.held = true;
        held.environment = {{"DB_PASSWORD", "hunter2"}, {"THREADS", "4"}};
        submit({held});
        QVERIFY(waitFor("good", TaskState::Succeeded));
        QVERIFY(waitFor("fails", TaskState::Failed));
        QVERIFY(waitFor("long", TaskState::Running));
    }

    void cleanupTestCase()
    {
        m_shell.reset();
        m_console.reset();
    }

    void init()
    {
        m_shell->opened.clear();
        m_shell->docks.clear();
        m_console->notices.told.clear();
        m_console->notices.errors.clear();
    }

    void theListShowsWhatIsAndSaysSoBelow()
    {
        const auto view = shown(tasksKind());
        auto *tasks = qobject_cast<TasksView *>(view.get());
        QTRY_COMPARE(tasks->table()->model()->rowCount(), 4);
        QTRY_COMPARE(tasks->status().shown, "4 tasks");
        view->setFilter("state = failed");
        QTRY_COMPARE(tasks->table()->model()->rowCount(), 1);
        QTRY_COMPARE(tasks->status().shown, "1 shown of 4");
        const QModelIndex progress = tasks->table()->model()->index(0, int(TaskColumn::Progress));
        QCOMPARE(progress.data().toString(), "exit 4");
        tasks->table()->view()->selectRow(0);
        QCOMPARE(tasks->status().selected, "1 selected");
        QVERIFY(view->goBack()); // Esc takes the selection away first
        QVERIFY(!view->goBack());
    }

    void theCurrentRowIsTheObjectInHand()
    {
        const auto view = shown(tasksKind());
        auto *table = qobject_cast<TasksView *>(view.get())->table();
        QTRY_COMPARE(table->model()->rowCount(), 4);
        table->view()->setCurrentIndex(table->model()->index(0, 0));
        QCOMPARE(m_shell->currentObject().number(), task("held").id.value);
        QTest::keyClick(table->view(), Qt::Key_Return);
        QCOMPARE(m_shell->docks, QStringList("details"));
        view->run("task.batch");
        QVERIFY(m_shell->opened.value(0).contains("/batch/"));
    }

    void theMenuBindsItsTasksAndSaysWhyNot()
    {
        const auto view = shown(tasksKind());
        auto *table = qobject_cast<TasksView *>(view.get())->table();
        QTRY_COMPARE(table->model()->rowCount(), 4);
        table->view()->selectRow(0); // held: it has not ended
        emit table->menuAsked({10, 10});
        auto *menu = view->findChild<QMenu *>();
        QVERIFY(menu);
        QVERIFY(!menu->findChild<QAction *>("menu.task.retry")->isEnabled());
        QCOMPARE(menu->findChild<QAction *>("menu.task.retry")->toolTip(), "Only what has ended can be retried");
        QVERIFY(table->view()->isFrozen());
        menu->findChild<QAction *>("menu.task.copyJson")->trigger();
        QTRY_VERIFY(!m_shell->copies.isEmpty() && m_shell->copies.last().contains("\"held\""));
        menu->close();
    }

    void filterScrollAndCurrentAreKept()
    {
        QJsonObject saved;
        {
            const auto view = shown(tasksKind());
            view->setFilter("state = succeeded");
            auto *table = qobject_cast<TasksView *>(view.get())->table();
            QTRY_COMPARE(table->model()->rowCount(), 1);
            table->view()->setCurrentIndex(table->model()->index(0, 0));
            saved = view->saved();
        }
        const auto again = shown(tasksKind());
        again->restore(saved);
        QCOMPARE(again->filter(), "state = succeeded");
        QTRY_COMPARE(qobject_cast<TasksView *>(again.get())->table()->view()->currentIndex().row(), 0);
    }

    void whatRunsSaysHowFarItIs()
    {
        const auto view = shown(tasksKind());
        view->setFilter("state = running");
        auto *model = qobject_cast<TasksView *>(view.get())->table()->model();
        QTRY_COMPARE(model->rowCount(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(model->index(0, int(TaskColumn::LastLine)).data().toString(), "at work", 30'000);
        QVERIFY(!model->index(0, int(TaskColumn::SilentFor)).data().toString().isEmpty());
        QVERIFY(model->index(0, int(TaskColumn::Progress)).data().toString().startsWith("last line"));
    }

    void detailsOfAFailureSayWhatToDo()
    {
        const auto view = shown(taskKind(), linkTo("task", task("fails").id.value));
        QTRY_COMPARE(text(*view, "taskTitle"), "fails");
        QCOMPARE(text(*view, "taskState"), "Failed");
        QCOMPARE(text(*view, "reasonTitle"), "Ended with exit status 4");
        QCOMPARE(text(*view, "reasonWhy"), "no such scene");
        auto *grid = view->findChild<KeyValueGrid *>();
        QCOMPARE(grid->valueOf("Batch"), "work");
        QCOMPARE(grid->valueOf("End reason"), "exit 4");
        QCOMPARE(grid->valueOf("Attempts"), "2 of 2");
        auto *attempts = view->findChild<TableView *>("attempts");
        QCOMPARE(attempts->cells()->rowCount(), 2);
        QVERIFY(view->findChild<QPushButton *>("button.task.retry")->isEnabled());
        emit grid->linkActivated("drover://0/batch/1");
        QVERIFY(m_shell->opened.value(0).endsWith("batch/1"));
        emit view->findChild<ReasonCard *>()->remedyChosen("action:task.log");
        QVERIFY(m_shell->opened.value(1).endsWith("/log"));
    }

    void detailsOfWhatWaitsSayWhy()
    {
        const auto view = shown(taskKind(), linkTo("task", task("held").id.value));
        QTRY_COMPARE(text(*view, "taskState"), "Queued, held");
        QTRY_COMPARE(text(*view, "reasonTitle"), "Why it waits");
        QVERIFY(text(*view, "reasonWhy").contains("held"));
        QVERIFY(!view->findChild<QPushButton *>("button.task.retry")->isEnabled());
        QVERIFY(!view->findChild<QPlainTextEdit *>("json")->toPlainText().contains("hunter2"));
        const auto *environment = view->findChild<QWidget *>("environment")->findChild<QLabel *>("wellText");
        QVERIFY(!environment->text().contains("hunter2"));
        view->findChild<QToolButton *>("reveal")->click();
        QVERIFY(environment->text().contains("hunter2"));
    }

    void theDockFollowsTheObjectInHand()
    {
        const auto dock = shown(taskDetailsKind());
        QCOMPARE(dock->title(), "Details");
        m_shell->setCurrentObject(linkTo("task", task("good").id.value));
        QTRY_COMPARE(text(*dock, "taskState"), "Succeeded");
        m_shell->setCurrentObject(linkTo("task", task("fails").id.value));
        QTRY_COMPARE(text(*dock, "taskState"), "Failed");
        m_shell->setCurrentObject(linkTo("machine", 1)); // not ours: what was shown stays
        QCOMPARE(text(*dock, "taskState"), "Failed");
    }

    void whatIsGoneSaysSo()
    {
        const auto view = shown(taskKind(), linkTo("task", 999'999));
        auto *gone = view->findChild<QLabel *>("taskGone");
        QTRY_VERIFY(gone->isVisible());
        QVERIFY(gone->text().contains("put away"));
    }

    void twoAttemptsStandBesideEachOther()
    {
        ObjectLink link = linkTo("task", task("fails").id.value);
        link.part = "compare";
        const auto view = shown(compareKind(), link);
        auto *compare = qobject_cast<CompareView *>(view.get());
        QTRY_VERIFY(compare->model()->rowCount() > 3);
        QCOMPARE(view->title(), "fails: attempts 1 and 2");
        // Two tasks.
        link.query.insert("with", QString::number(task("good").id.value));
        const auto two = shown(compareKind(), link);
        compare = qobject_cast<CompareView *>(two.get());
        QTRY_VERIFY(compare->model()->rowCount() > 3);
        QCOMPARE(two->title(), "fails and good");
        QVERIFY(compare->model()->differing() >= 2);
        two->findChild<QToolButton *>("onlyDifferent")->setChecked(true);
        QCOMPARE(compare->model()->rowCount(), int(compare->model()->differing()));
    }

    void aSpecIsEditedAndRetried()
    {
        const auto view = shown(taskKind(), linkTo("task", task("fails").id.value));
        QTRY_COMPARE(text(*view, "taskTitle"), "fails");
        view->run("task.editRetry");
        QTRY_VERIFY(m_shell->sheet);
        auto *editor = qobject_cast<SpecEditor *>(m_shell->sheet.get());
        QVERIFY(editor);
        const QString before = editor->text();
        QVERIFY(before.contains("exit 4"));
        editor->setText("priorty: 3\nshell: true\n");
        QVERIFY(editor->problem().contains("priorty"));
        QVERIFY(!editor->findChild<QPushButton *>("carryOut")->isEnabled());
        editor->setText(QString(before).replace("exit 4", "exit 0"));
        QCOMPARE(editor->problem(), "");
        editor->findChild<QPushButton *>("carryOut")->click();
        QTRY_COMPARE_WITH_TIMEOUT(m_shell->closed, 1, 20'000);
        QVERIFY(waitFor("fails", TaskState::Succeeded));
        QTRY_COMPARE_WITH_TIMEOUT(text(*view, "taskState"), "Succeeded", 20'000);
    }

    void aTaskIsDuplicated()
    {
        const auto view = shown(taskKind(), linkTo("task", task("good").id.value));
        QTRY_COMPARE(text(*view, "taskTitle"), "good");
        view->run("task.duplicate");
        QTRY_VERIFY(m_shell->sheet);
        auto *editor = qobject_cast<SpecEditor *>(m_shell->sheet.get());
        editor->setText(QString(editor->text()).replace("name: good", "name: better"));
        editor->findChild<QPushButton *>("carryOut")->click();
        QTRY_COMPARE(m_console->notices.told, QStringList("1 task is submitted"));
        QVERIFY(waitFor("better", TaskState::Succeeded));
    }
};

QTEST_MAIN(TestTasksView)
#include "tst_tasksview.moc"
