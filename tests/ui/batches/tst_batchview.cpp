#include "tests/app/mirror/consolesite.h"
#include "tests/ui/support/fakeshell.h"
#include "ui/batches/batchpane.h"
#include "ui/batches/batchview.h"
#include "ui/batches/timelinechart.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/tasktable.h"

using namespace Drover;
using namespace std::chrono_literals;

/// The view of batches at a real daemon, with an agent that works.
class TestBatchView : public QObject
{
    Q_OBJECT

    std::unique_ptr<Site> m_site;
    std::unique_ptr<FakeShell> m_shell;
    std::unique_ptr<BatchView> m_view;

    Submit work() const
    {
        Submit submit = someTasks(6, "w", "survey");
        for (int i = 0; i < submit.tasks.size(); ++i) {
            submit.tasks[i].step = i < 3 ? "fetch" : "draw";
            if (i == 5)
                submit.tasks[i].command = {"sh", "-c", "echo no such tile 17 >&2; exit 3"};
        }
        return submit;
    }

    TableView *table() const { return m_view->findChild<TableView *>("batches"); }
    QStringList names() const
    {
        QStringList names;
        const CellModel *model = table()->cells();
        for (int row = 0; row < model->rowCount(); ++row)
            names.append(model->index(row, 0).data().toString());
        return names;
    }
    const Batch *batch(const QString &name) const { return m_shell->mirror.batchNamed(name, "main"); }

private slots:
    void initTestCase()
    {
        m_site = std::make_unique<Site>();
        QVERIFY(m_site->init());
        QVERIFY(m_site->startDaemon());
        QVERIFY(m_site->addAgent(2));
        m_shell = std::make_unique<FakeShell>(quickSettings());
        BatchActions::registerWith(m_shell->actions);
        m_view = std::make_unique<BatchView>(*m_shell);
        m_view->resize(1200, 760);
        m_view->show();
        m_shell->connection.open(targetOf(*m_site));
        QTRY_VERIFY_WITH_TIMEOUT(m_shell->mirror.isLoaded(), 30'000);
    }

    void cleanupTestCase()
    {
        m_view.reset();
        m_shell.reset();
        m_site.reset();
    }

    void anEmptyListSaysWhyAndWhatToDo() { QCOMPARE(table()->cells()->rowCount(), 0); }

    void batchesComeAndAreSeen()
    {
        VERIFY_OK(m_site->ask(work()));
        QTRY_VERIFY_WITH_TIMEOUT(names().contains("survey"), 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(batch("survey") ? batch("survey")->counts.finished() : 0, 6, 60'000);
        m_view->goTo(linkTo("batch", batch("survey")->id.value));
        QCOMPARE(m_shell->current.kind, "batch");
        QVERIFY(m_view->status().selected.contains("6 tasks"));
    }

    void stepsAreAskedForWhenABatchIsOpened()
    {
        emit table()->foldAsked(table()->currentIndex().row(), true);
        QTRY_COMPARE_WITH_TIMEOUT(names(), QStringList({"survey", "fetch", "draw"}), 30'000);
        emit table()->foldAsked(0, false);
        QCOMPARE(names(), QStringList({"survey"}));
    }

    void itsTasksAreListed()
    {
        auto *pane = m_view->findChild<BatchPane *>();
        pane->setPage("tasks");
        auto *tasks = m_view->findChild<TaskTable *>();
        QVERIFY(tasks);
        QTRY_COMPARE_WITH_TIMEOUT(tasks->window().rowCount(), 6, 30'000);
        QVERIFY(m_view->actionIds().contains("task.retry"));
        pane->setPage("notes");
        QVERIFY(!m_view->actionIds().contains("task.retry"));
    }

    void failuresStandByTheirCause()
    {
        auto *pane = m_view->findChild<BatchPane *>();
        pane->setPage("causes");
        auto *causes = m_view->findChild<TableView *>("causes");
        QTRY_COMPARE_WITH_TIMEOUT(causes->cells()->rowCount(), 1, 30'000);
        QCOMPARE(causes->cells()->index(0, causes->cells()->columnOf("line")).data().toString(), "no such tile 17");
        emit causes->opened(causes->cells()->index(0, 0));
        QVERIFY(m_shell->opened.last().startsWith("view tasks: batch = "));
        QVERIFY(m_shell->opened.last().contains("cause = "));
    }

    void theTimelineShowsWhoRanWhat()
    {
        m_view->findChild<BatchPane *>()->setPage("timeline");
        auto *chart = m_view->findChild<TimelineChart *>();
        QTRY_COMPARE_WITH_TIMEOUT(chart->laneCount(), 1, 30'000);
        const Result<TaskPage> page = m_site->ask(ListTasks {});
        VERIFY_OK(page);
        QTRY_VERIFY_WITH_TIMEOUT(!chart->rectOf(page->tasks.first().id, 1).isEmpty(), 30'000);
    }

    void whatCannotBeDoneSaysWhy()
    {
        QCOMPARE(m_view->whyNot("batch.hold"), "survey has ended");
        QCOMPARE(m_view->whyNot("batch.retryFailed"), QString());
        QCOMPARE(m_view->whyNot("batch.cancel"), "Nothing of it is left to cancel");
        table()->clearSelection();
        QCOMPARE(m_view->whyNot("batch.retryFailed"), "Choose a batch first");
    }

    void aLiveBatchIsHeldReleasedAndChanged()
    {
        Submit submit = someTasks(4, "h", "nightly");
        for (TaskSpec &task : submit.tasks)
            task.held = true;
        VERIFY_OK(m_site->ask(submit));
        QTRY_VERIFY_WITH_TIMEOUT(batch("nightly"), 30'000);
        m_view->goTo(linkTo("batch", batch("nightly")->id.value));
        m_view->run("batch.hold");
        QTRY_VERIFY_WITH_TIMEOUT(batch("nightly")->held, 30'000);
        QTRY_VERIFY(m_shell->notices.told.contains("Held nightly"));
        QCOMPARE(m_view->whyNot("batch.hold"), "It is held already");
        m_view->run("batch.release");
        QTRY_VERIFY_WITH_TIMEOUT(!batch("nightly")->held, 30'000);
        m_shell->notices.entered = "200";
        m_view->run("batch.priority");
        QVERIFY(m_shell->notices.told.last().contains("0 to 100"));
        m_shell->notices.entered = "80";
        m_view->run("batch.priority");
        QTRY_COMPARE_WITH_TIMEOUT(batch("nightly")->priority, 80, 30'000);
        m_view->run("batch.cancel");
        QCOMPARE(m_shell->notices.asked.last().verb, "Cancel 4 task(s)");
        QTRY_VERIFY_WITH_TIMEOUT(isSet(batch("nightly")->ended), 30'000);
    }

    void failedTasksAreQueuedAgain()
    {
        m_view->goTo(linkTo("batch", batch("survey")->id.value));
        m_view->run("batch.retryFailed");
        QTRY_VERIFY_WITH_TIMEOUT(m_shell->notices.told.last().startsWith("Queued 1 task"), 30'000);
    }

    void chipsChooseAndAreKept()
    {
        auto *chip = m_view->findChild<Chip *>("chip.cancelled");
        QVERIFY(chip);
        chip->setChecked(true);
        QCOMPARE(names(), QStringList({"nightly"}));
        const QJsonObject saved = m_view->saved();
        chip->setChecked(false);
        m_view->restore(saved);
        QVERIFY(chip->isChecked());
        chip->setChecked(false);
        m_view->setFilter("surv");
        QCOMPARE(names(), QStringList({"survey"}));
        m_view->setFilter({});
    }
};

QTEST_MAIN(TestBatchView)
#include "tst_batchview.moc"
