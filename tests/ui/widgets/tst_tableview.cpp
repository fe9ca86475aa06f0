#include "ui/widgets/look.h"
#include "ui/widgets/orderpill.h"
#include "ui/widgets/tableheader.h"
#include "ui/widgets/tableoverlay.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/words.h"

#include <QtCore/QJsonArray>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>

using namespace Drover;

namespace {

QList<Column> tableColumns()
{
    return {{.id = "state", .title = "State", .kind = CellKind::State, .width = 96, .order = "state"},
            {.id = "id", .title = "ID", .kind = CellKind::Id, .width = 86, .order = "id", .falls = true},
            {.id = "name", .title = "Name", .width = 200, .order = "name", .stretches = true, .elide = Qt::ElideMiddle},
            {.id = "progress", .title = "Progress", .kind = CellKind::Progress, .width = 112},
            {.id = "counts", .title = "Counts", .kind = CellKind::Bar, .width = 120},
            {.id = "slots", .title = "Slots", .kind = CellKind::Slots, .width = 100},
            {.id = "cpu", .title = "CPU", .kind = CellKind::Spark, .width = 100},
            {.id = "tries", .title = "Attempt", .kind = CellKind::Number, .width = 60, .order = "lastAttempt"},
            {.id = "owner", .title = "Owner", .width = 80, .shown = false}};
}

// Some rows, of which every seventh is not here yet.
class Rows : public CellModel
{
public:
    explicit Rows(int count) : CellModel(tableColumns()), m_count(count) { }
    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : m_count; }

    void setCount(int count)
    {
        beginResetModel();
        m_count = count;
        endResetModel();
    }

protected:
    Cell cell(int row, int column) const override
    {
        if (row % 7 == 6)
            return {.isHere = false};
        const StateLook state = lookOf(TaskState(row % taskStateCount));
        switch (column) {
        case 0: return {.text = state.word, .tint = state.tint, .icon = state.icon, .mark = row % 5 ? QString() : "state-held"};
        case 1: return {.text = groupedId(7'204'000 + row), .tint = Tint::Text2};
        case 2: return {.text = QString("tide-ens/m%1/step-0312").arg(row), .aside = "again", .tip = "whole name"};
        case 3: return {.text = QString("%1%").arg(row % 100), .part = (row % 100) / 100.0};
        case 4: return {.text = "counts", .segments = {{Tint::Succeeded, 50}, {Tint::Failed, 1}}, .rest = 20};
        case 5: return {.text = "3/4", .used = 3, .all = 4};
        case 6: return {.text = "40%", .curve = {0.1F, 0.5F, 0.4F, std::nanf(""), 0.9F}};
        case 7: return {.text = QString::number(row), .tint = Tint::Text3};
        default: return {.text = "m.tate", .fold = row == 0 ? Fold::Closed : Fold::None};
        }
    }

private:
    int m_count;
};

} // namespace

class TestTableView : public QObject
{
    Q_OBJECT

private slots:
    void theModelKeepsTheRulesOfModels()
    {
        Rows rows(40);
        QAbstractItemModelTester tester(&rows, QAbstractItemModelTester::FailureReportingMode::QtTest);
        rows.setCount(7);
        QCOMPARE(rows.rowCount(), 7);
        QCOMPARE(rows.index(0, 2).data(Qt::ToolTipRole).toString(), "whole name");
        QVERIFY(rows.index(0, 0).data(Qt::AccessibleTextRole).toString().startsWith("Waiting, 7204000, tide-ens"));
    }

    void columnsAreKeptByIdAndNewOnesStandWhereTheyDo()
    {
        Look look;
        Rows rows(3);
        TableView table(look);
        table.resize(900, 300);
        table.setCells(&rows);
        table.horizontalHeader()->moveSection(1, 0);
        table.horizontalHeader()->resizeSection(3, 150);
        table.setColumnShown("owner", true);
        table.setColumnShown("slots", false);
        table.setOrder("-id");
        QJsonObject saved = table.savedColumns();

        // Of an earlier version, that had no "cpu" and one that is gone.
        QJsonArray kept = saved.value("columns").toArray();
        for (qsizetype i = kept.size() - 1; i >= 0; --i) {
            if (kept[i].toObject().value("id") == "cpu")
                kept.removeAt(i);
        }
        kept.append(QJsonObject {{"id", "gone"}, {"width", 50}});
        saved.insert("columns", kept);

        TableView other(look);
        other.resize(900, 300);
        other.setCells(&rows);
        other.restoreColumns(saved);
        QCOMPARE(other.horizontalHeader()->logicalIndex(0), 1);
        QCOMPARE(other.horizontalHeader()->sectionSize(3), 150);
        QVERIFY(other.isColumnShown("owner"));
        QVERIFY(!other.isColumnShown("slots"));
        QVERIFY(other.isColumnShown("cpu"));
        QCOMPARE(saved.value("order").toString(), "-id");
    }

    void theNameTakesTheRoomThatIsLeft()
    {
        Look look;
        Rows rows(3);
        TableView table(look);
        table.setCells(&rows);
        table.resize(1400, 300);
        table.show();
        int all = 0;
        for (int i = 0; i < rows.columnCount(); ++i)
            all += table.horizontalHeader()->sectionSize(i);
        QCOMPARE(all, table.viewport()->width());
    }

    void aClickOnTheHeaderAsksForAnOrder()
    {
        Look look;
        Rows rows(3);
        TableView table(look);
        table.setCells(&rows);
        table.resize(900, 300);
        table.show();
        QStringList asked;
        connect(&table, &TableView::orderAsked, &table, [&](const QString &order) {
            asked.append(order);
            table.setOrder(order);
        });
        QWidget *header = table.horizontalHeader()->viewport();
        const auto click = [&](int section) {
            const int x = table.horizontalHeader()->sectionViewportPosition(section) + 20;
            QTest::mouseClick(header, Qt::LeftButton, {}, {x, 10});
        };
        click(1); // ids: the newest first
        click(1);
        click(2);
        click(3); // cannot be sorted by
        QCOMPARE(asked, QStringList({"-id", "id", "name"}));
    }

    void theChooserShowsAndHidesColumns()
    {
        Look look;
        Rows rows(3);
        TableView table(look);
        table.setCells(&rows);
        QMenu menu;
        table.fillChooser(menu);
        menu.findChild<QAction *>("column.owner")->trigger();
        menu.findChild<QAction *>("column.state")->trigger();
        QVERIFY(table.isColumnShown("owner"));
        QVERIFY(!table.isColumnShown("state"));
        menu.findChild<QAction *>("column.defaults")->trigger();
        QVERIFY(!table.isColumnShown("owner"));
        QVERIFY(table.isColumnShown("state"));
    }

    void rowsAreFrozenWhileSomebodyWorksWithThem()
    {
        Look look;
        Rows rows(30);
        TableView table(look);
        table.setCells(&rows);
        table.resize(900, 300);
        table.show();
        QVERIFY(!table.isFrozen());
        auto *menu = new QMenu(&table);
        menu->addAction("Retry");
        table.popUp(menu, {10, 10});
        QVERIFY(table.isFrozen());
        menu->close();
        QVERIFY(!table.isFrozen());
        QTest::keyClick(&table, Qt::Key_Down);
        QVERIFY(table.isFrozen()); // for a second
        QTRY_VERIFY(!table.isFrozen());
        table.selectRow(2);
        QTest::mouseMove(table.viewport(), {50, table.rowViewportPosition(2) + 5});
        QVERIFY(table.isFrozen());
        QTest::mouseMove(table.viewport(), {50, table.rowViewportPosition(4) + 5});
        QVERIFY(!table.isFrozen());
    }

    void thePillHopsAwayFromSelectedRows()
    {
        Look look;
        Rows rows(200);
        TableView table(look);
        table.setCells(&rows);
        table.resize(900, 400);
        table.show();
        auto *pill = table.findChild<OrderPill *>("orderPill");
        QVERIFY(!pill->isVisible());
        table.setNews(37, false);
        QVERIFY(pill->isVisible());
        QCOMPARE(pill->text(), "37 rows would move");
        QVERIFY(pill->y() > 200);
        table.selectRow(table.lastVisibleRow() - 1);
        QVERIFY(pill->y() < 100);
        QSignalSpy refresh(&table, &TableView::refreshAsked);
        pill->click();
        QCOMPARE(refresh.size(), 1);
        table.setNews(0, false);
        QVERIFY(!pill->isVisible());
    }

    void anEmptyTableSaysWhyAndWhatToDo()
    {
        Look look;
        Rows rows(0);
        TableView table(look);
        table.setCells(&rows);
        table.resize(900, 400);
        table.show();
        auto *overlay = table.findChild<TableOverlay *>("overlay");
        table.showLoading();
        QVERIFY(overlay->isVisible());
        QVERIFY(!overlay->findChild<QPushButton *>("act")->isVisible());
        bool cleared = false;
        table.showReason("No task matches.", "Clear filter", [&] { cleared = true; });
        QCOMPARE(overlay->findChild<QLabel *>("reason")->text(), "No task matches.");
        overlay->findChild<QPushButton *>("act")->click();
        QVERIFY(cleared);
        bool again = false;
        table.showFailure("The list cannot be read.", "details", [&] { again = true; });
        QVERIFY(overlay->findChild<QPushButton *>("copyDetails")->isVisible());
        overlay->findChild<QPushButton *>("act")->click();
        QVERIFY(again);
        table.showRows();
        QVERIFY(!overlay->isVisible());
    }

    void loadingCanBeCancelledAfterASecond()
    {
        Look look;
        Rows rows(0);
        TableView table(look);
        table.setCells(&rows);
        table.resize(900, 400);
        table.show();
        bool cancelled = false;
        table.showLoading([&] { cancelled = true; });
        auto *button = table.findChild<TableOverlay *>("overlay")->findChild<QPushButton *>("act");
        QVERIFY(!button->isVisible());
        QTRY_VERIFY(button->isVisible());
        button->click();
        QVERIFY(cancelled);
    }

    void enterOpensSpaceMarksAndCellsAreCopied()
    {
        Look look;
        Rows rows(20);
        TableView table(look);
        table.setCells(&rows);
        table.resize(1200, 400);
        table.show();
        table.setCurrentIndex(rows.index(1, 0));
        QSignalSpy opened(&table, &TableView::opened);
        QTest::keyClick(&table, Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        table.clearSelection();
        QTest::keyClick(&table, Qt::Key_Space);
        QVERIFY(table.selectionModel()->isRowSelected(1));
        QCOMPARE(table.copiedSelection(),
                 "Queued\t7204001\ttide-ens/m1/step-0312\t1%\tcounts\t3/4\t40%\t1");
        QTest::keyClick(&table, Qt::Key_Space);
        QVERIFY(!table.selectionModel()->isRowSelected(1));
    }

    void foldsOpenByPointerAndKey()
    {
        Look look;
        Rows rows(5);
        TableView table(look);
        table.setCells(&rows);
        table.setColumnShown("owner", true);
        table.resize(1500, 400);
        table.show();
        QSignalSpy folds(&table, &TableView::foldAsked);
        const QRect cell = table.visualRect(rows.index(0, 8));
        QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, cell.topLeft() + QPoint(8, 8));
        QCOMPARE(folds.size(), 1);
        QCOMPARE(folds[0][1].toBool(), true);
        table.setCurrentIndex(rows.index(0, 0));
        QTest::keyClick(&table, Qt::Key_Right);
        QCOMPARE(folds.size(), 2);
        QTest::keyClick(&table, Qt::Key_Left); // closed already
        QCOMPARE(folds.size(), 2);
    }

    void selectAllCanBeTheOwners()
    {
        Look look;
        Rows rows(5);
        TableView table(look);
        table.setCells(&rows);
        table.setAsksForAll(true);
        QSignalSpy asked(&table, &TableView::allAsked);
        table.selectAll();
        QCOMPARE(asked.size(), 1);
        QVERIFY(table.selectionModel()->selection().isEmpty());
    }

    void everyThemePaintsItsOwnGrounds()
    {
        Look look;
        Rows rows(30);
        TableView table(look);
        table.setCells(&rows);
        table.resize(1200, 500);
        table.show();
        table.selectRow(3);
        for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark, ThemeChoice::HighContrast}) {
            look.setThemeChoice(choice);
            table.setStale(choice == ThemeChoice::Dark);
            const QImage image = table.viewport()->grab().toImage();
            const auto colorOf = [&](int row) {
                return image.pixelColor(2, table.rowViewportPosition(row) + 2);
            };
            QCOMPARE(colorOf(0), look.color(Tint::Surface));
            QCOMPARE(colorOf(1), look.color(Tint::Alt));
            QVERIFY(colorOf(3) == look.color(Tint::SelectionInactive) || colorOf(3) == look.color(Tint::Selection));
        }
    }
};

QTEST_MAIN(TestTableView)
#include "tst_tableview.moc"
