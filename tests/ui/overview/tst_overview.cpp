#include "tests/app/mirror/consolesite.h"
#include "tests/ui/support/fakeshell.h"
#include "ui/overview/overviewview.h"
#include "ui/overview/tile.h"
#include "ui/widgets/tableview.h"

#include <QtTest/QAbstractItemModelTester>

using namespace Drover;
using namespace std::chrono_literals;

/// How it all stands, at a real daemon.
class TestOverview : public QObject
{
    Q_OBJECT

    std::unique_ptr<Site> m_site;
    std::unique_ptr<FakeShell> m_shell;
    std::unique_ptr<OverviewView> m_view;

    Tile *tile(const QString &name) const { return m_view->findChild<Tile *>("tile." + name); }
    TableView *attention() const { return m_view->findChild<TableView *>("attention"); }

private slots:
    void initTestCase()
    {
        m_site = std::make_unique<Site>();
        QVERIFY(m_site->init());
        QVERIFY(m_site->startDaemon());
        m_shell = std::make_unique<FakeShell>(quickSettings());
        m_view = std::make_unique<OverviewView>(*m_shell);
        m_view->resize(1200, 760);
        m_view->show();
        QCOMPARE(tile("running")->figure(), "—"); // not known, never 0
        m_shell->connection.open(targetOf(*m_site));
        QTRY_VERIFY_WITH_TIMEOUT(m_shell->mirror.isLoaded(), 30'000);
    }

    void cleanupTestCase()
    {
        m_view.reset();
        m_shell.reset();
        m_site.reset();
    }

    void tilesCountAndLead()
    {
        Submit submit = someTasks(3, "a", "alpha");
        submit.tasks[0].command = {"false"};
        VERIFY_OK(m_site->ask(submit));
        QTRY_COMPARE_WITH_TIMEOUT(tile("waiting")->figure(), "3", 30'000);
        QCOMPARE(tile("batches")->figure(), "1");
        QCOMPARE(tile("machines")->figure(), "0");
        QVERIFY(m_site->addAgent(1));
        QTRY_COMPARE_WITH_TIMEOUT(tile("machines")->figure(), "1", 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(tile("waiting")->figure(), "0", 60'000);
        m_view->activated();
        QTRY_COMPARE_WITH_TIMEOUT(tile("failed")->figure(), "1", 60'000);
        tile("failed")->click();
        QCOMPARE(m_shell->opened.last(), "view tasks: state = failed and ended > -24h");
        tile("machines")->click();
        QCOMPARE(m_shell->opened.last(), "view machines: ");
    }

    void whatNeedsAttentionIsRankedByAge()
    {
        Submit submit = someTasks(2, "h", "held one");
        VERIFY_OK(m_site->ask(submit));
        QTRY_VERIFY_WITH_TIMEOUT(m_shell->mirror.batchNamed("held one", "main"), 30'000);
        m_site->killAgent(0);
        QTRY_VERIFY_WITH_TIMEOUT(m_shell->mirror.machines().first().state != MachineState::Online, 60'000);
        Batch held = *m_shell->mirror.batchNamed("held one", "main");
        if (!isSet(held.ended))
            VERIFY_OK(m_site->ask(SetBatch {.id = held.id, .held = true}));
        const QList<AttentionItem> items = attentionOf(m_shell->mirror);
        QVERIFY(std::ranges::is_sorted(items, {}, &AttentionItem::since));
        AttentionModel model;
        QAbstractItemModelTester tester(&model);
        model.setItems(items, m_shell->mirror.daemonNow(), true);
        QCOMPARE(model.rowCount(), int(items.size()));
        model.setItems({}, m_shell->mirror.daemonNow(), true);
        QCOMPARE(model.rowCount(), 0);
    }

    void whatNeedsAttentionIsOpened()
    {
        QTRY_VERIFY_WITH_TIMEOUT(attention()->cells()->rowCount() > 0, 60'000);
        int row = -1;
        auto *model = qobject_cast<AttentionModel *>(attention()->cells());
        for (int i = 0; i < model->rowCount(); ++i) {
            if (!model->itemAt(i)->link.isNull())
                row = i;
        }
        if (row < 0)
            return; // nothing of it has a place of its own
        emit attention()->opened(model->index(row, 0));
        QVERIFY(m_shell->opened.last().startsWith(model->itemAt(row)->link.kind));
    }
};

QTEST_MAIN(TestOverview)
#include "tst_overview.moc"
