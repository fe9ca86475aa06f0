#include "tests/ui/widgets/consoledesk.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/orderpill.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/tasktable.h"
#include "ui/widgets/tasktablemodel.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>

using namespace Drover;
using namespace std::chrono_literals;

/// The table of tasks over a real daemon.
class TestTaskTable : public QObject
{
    Q_OBJECT

    std::unique_ptr<ConsoleDesk> m_console;

    std::unique_ptr<TaskTable> table(const QString &scope = {})
    {
        auto made = std::make_unique<TaskTable>(*m_console->desk, scope, "tables/tasks");
        made->resize(1400, 600);
        made->show();
        return made;
    }

    void submit(int count, const QString &key, const QString &batch = "b")
    {
        VERIFY_OK(m_console->site.ask(someTasks(count, key, batch)));
    }

    static QString nameAt(const TaskTable &table, int row)
    {
        return table.model()->index(row, int(TaskColumn::Name)).data(Qt::DisplayRole).toString();
    }

private slots:
    void init()
    {
        m_console.reset();
        m_console = std::make_unique<ConsoleDesk>();
        QVERIFY(m_console->start());
    }

    void rowsComeWithTheirChips()
    {
        submit(600, "a");
        const auto made = table();
        QAbstractItemModelTester tester(made->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QTRY_COMPARE(made->model()->rowCount(), 600);
        QTRY_COMPARE(nameAt(*made, 0), "a-00599"); // the newest first
        auto *queued = made->findChild<Chip *>("chip.queued");
        QTRY_COMPARE(queued->count(), 600);
        QVERIFY(!made->findChild<Chip *>("chip.failed")->isVisible());
        made->view()->scrollToBottom();
        QTRY_COMPARE(nameAt(*made, 599), "a-00000");
    }

    void aChipChangesTheFilter()
    {
        submit(5, "a");
        VERIFY_OK(m_console->site.ask(CancelTasks {.tasks = {.where = "name = a-00002"}}));
        const auto made = table();
        QSignalSpy changed(made.get(), &TaskTable::filterChanged);
        auto *cancelled = made->findChild<Chip *>("chip.cancelled");
        QTRY_COMPARE(cancelled->count(), 1);
        cancelled->click();
        QCOMPARE(changed.size(), 1);
        QCOMPARE(made->filter(), "state = cancelled");
        QTRY_COMPARE(made->model()->rowCount(), 1);
        made->findChild<Chip *>("chip.queued")->click();
        QTRY_COMPARE(made->model()->rowCount(), 5);
        QCOMPARE(made->filter(), "state in (queued, cancelled)");
        made->findChild<Chip *>("chip.all")->click();
        QCOMPARE(made->filter(), "");
        made->setFilter("state = failed");
        QTRY_COMPARE(made->findChild<QLabel *>("reason")->text(), "No task matches.");
        QVERIFY(made->findChild<QLabel *>("reason")->isVisible());
        made->findChild<QPushButton *>("act")->click(); // clear filter
        QTRY_COMPARE(made->model()->rowCount(), 5);
    }

    void aScopeAlwaysHolds()
    {
        submit(3, "a", "one");
        submit(4, "b", "two");
        const auto made = table("batch = two");
        QTRY_COMPARE(made->model()->rowCount(), 4);
        made->setFilter("name ~ 1 or name ~ 2");
        QTRY_COMPARE(made->model()->rowCount(), 2);
    }

    void theSelectionOutlivesUpdatesRefreshesAndTheDaemon()
    {
        submit(300, "a");
        const auto made = table();
        QTRY_VERIFY(nameAt(*made, 3) == "a-00296");
        made->view()->selectRow(3);
        made->view()->selectionModel()->setCurrentIndex(made->model()->index(3, 0), QItemSelectionModel::NoUpdate);
        QCOMPARE(made->selection().count(), 1);
        const TaskId selected = *made->selection().ids().cbegin();
        QCOMPARE(made->current(), selected);

        // It changes in its place.
        VERIFY_OK(m_console->site.ask(HoldTasks {.tasks = {.ids = {selected}}}));
        QTRY_VERIFY(made->currentTask() && made->currentTask()->held);
        QVERIFY(made->view()->selectionModel()->isRowSelected(3));

        // Others come: the pill says so; nothing moves before F5.
        submit(2, "b");
        QTRY_COMPARE(made->findChild<OrderPill *>("orderPill")->text(), "2 rows would move");
        QCOMPARE(nameAt(*made, 3), "a-00296");
        made->refresh();
        QTRY_COMPARE(nameAt(*made, 5), "a-00296");
        QTRY_VERIFY(made->view()->selectionModel()->isRowSelected(5));
        QVERIFY(!made->view()->selectionModel()->isRowSelected(3));
        QCOMPARE(made->view()->currentIndex().row(), 5);

        // The daemon goes and comes again.
        m_console->site.killDaemon();
        QTRY_COMPARE(made->window().state(), TaskWindow::State::Away);
        QCOMPARE(nameAt(*made, 5), "a-00296"); // as of then
        QCOMPARE(made->selection().count(), 1);
        QVERIFY(m_console->site.startDaemon());
        QTRY_COMPARE_WITH_TIMEOUT(made->window().state(), TaskWindow::State::Ready, 60'000);
        QTRY_VERIFY(made->view()->selectionModel()->isRowSelected(5));
        QVERIFY(made->selection().contains(selected));
    }

    void scrollingKeepsItsPlaceWhenRowsComeAbove()
    {
        submit(1000, "a");
        const auto made = table();
        QTRY_COMPARE(made->model()->rowCount(), 1000);
        QTRY_VERIFY(made->view()->verticalScrollBar()->maximum() > 510 * m_console->look.rowHeight()); // laid out later
        made->view()->verticalScrollBar()->setValue(500 * m_console->look.rowHeight() + 7);
        QTRY_COMPARE(nameAt(*made, 500), "a-00499");
        submit(10, "b");
        QTRY_VERIFY(made->window().hasNews());
        made->refresh();
        QTRY_COMPARE(made->model()->rowCount(), 1010);
        QCOMPARE(made->view()->verticalScrollBar()->value(), 510 * m_console->look.rowHeight() + 7);
        QTRY_COMPARE(nameAt(*made, 510), "a-00499");
    }

    void allOfAQueryIsSelectedWithoutReadingIt()
    {
        submit(1500, "a");
        const auto made = table();
        QTRY_COMPARE(made->model()->rowCount(), 1500);
        made->view()->selectAll();
        QVERIFY(made->selection().isOfQuery());
        QCOMPARE(made->selection().count(), 1500);
        QVERIFY(made->view()->selectionModel()->isRowSelected(0));
        // All but one.
        QTest::mouseClick(made->view()->viewport(), Qt::LeftButton, Qt::ControlModifier,
                          {200, made->view()->rowViewportPosition(2) + 5});
        QCOMPARE(made->selection().count(), 1499);
        QVERIFY(made->selection().isOfQuery());
        // A plain click begins a new one.
        QTest::mouseClick(made->view()->viewport(), Qt::LeftButton, {}, {200, made->view()->rowViewportPosition(4) + 5});
        QCOMPARE(made->selection().count(), 1);
        QVERIFY(!made->selection().isOfQuery());
        made->clearSelection();
        QCOMPARE(made->selection().count(), 0);
    }

    void aRangeOverRowsThatAreNotHereHasAllOfThem()
    {
        submit(1200, "a");
        const auto made = table();
        QTRY_COMPARE(made->model()->rowCount(), 1200);
        QTRY_COMPARE(nameAt(*made, 1), "a-01198");
        made->view()->setCurrentIndex(made->model()->index(1, 0));
        QItemSelection range(made->model()->index(1, 0), made->model()->index(1100, 0));
        made->view()->selectionModel()->select(range, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        QTRY_COMPARE(made->selection().count(), 1100);
    }

    void aClickOnAHeaderSortsAtTheDaemonAndIsKept()
    {
        submit(10, "a");
        {
            const auto made = table();
            QTRY_COMPARE(nameAt(*made, 0), "a-00009");
            made->setOrder("name");
            QTRY_COMPARE(nameAt(*made, 0), "a-00000");
            made->view()->setColumnShown("owner", true);
        }
        const auto again = table();
        QCOMPARE(again->order(), "name");
        QVERIFY(again->view()->isColumnShown("owner"));
        QTRY_COMPARE(nameAt(*again, 0), "a-00000");
    }

    void aWrongFilterSaysWhy()
    {
        submit(1, "a");
        const auto made = table();
        QTRY_COMPARE(made->model()->rowCount(), 1);
        made->setFilter("colour = red");
        QTRY_COMPARE(made->window().state(), TaskWindow::State::Failed);
        QVERIFY(made->findChild<QLabel *>("reason")->text().contains("colour"));
    }

    void cellsSayWhatIsKnown()
    {
        submit(1, "a");
        VERIFY_OK(m_console->site.ask(HoldTasks {.tasks = {.where = "name = a-00000"}}));
        const auto made = table();
        QTRY_COMPARE(made->model()->rowCount(), 1);
        const auto cell = [&](TaskColumn column) { return made->model()->index(0, int(column)).data(CellRole).value<Cell>(); };
        QTRY_COMPARE(cell(TaskColumn::State).mark, "state-held");
        QCOMPARE(cell(TaskColumn::State).text, "Queued");
        QCOMPARE(cell(TaskColumn::Duration).text, "");
        QCOMPARE(cell(TaskColumn::Batch).text, "b");
        QVERIFY(made->model()->copied(0, int(TaskColumn::Queued)).endsWith("Z"));
        QVERIFY(made->model()->rowWords(0).startsWith("Queued, "));
    }
};

QTEST_MAIN(TestTaskTable)
#include "tst_tasktable.moc"
