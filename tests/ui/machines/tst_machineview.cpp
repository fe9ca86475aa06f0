#include "tests/app/mirror/consolesite.h"
#include "tests/ui/support/fakeshell.h"
#include "ui/machines/machinedetails.h"
#include "ui/machines/machineview.h"
#include "ui/widgets/commandwell.h"
#include "ui/widgets/keyvaluegrid.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

using namespace Drover;
using namespace std::chrono_literals;

/// Machines at a real daemon: they join, drain, and are lost.
class TestMachineView : public QObject
{
    Q_OBJECT

    std::unique_ptr<Site> m_site;
    std::unique_ptr<FakeShell> m_shell;
    std::unique_ptr<MachineView> m_view;

    TableView *table() const { return m_view->findChild<TableView *>("machines"); }
    const Machine *machine() const
    {
        return m_shell->mirror.machines().isEmpty() ? nullptr : &m_shell->mirror.machines().first();
    }
    QString text(const QString &column) const
    {
        return table()->cells()->index(0, table()->cells()->columnOf(column)).data().toString();
    }

private slots:
    void initTestCase()
    {
        m_site = std::make_unique<Site>();
        QVERIFY(m_site->init());
        QVERIFY(m_site->startDaemon());
        m_shell = std::make_unique<FakeShell>(quickSettings());
        MachineActions::registerWith(m_shell->actions);
        m_view = std::make_unique<MachineView>(*m_shell);
        m_view->resize(1200, 700);
        m_view->show();
        m_shell->connection.open(targetOf(*m_site));
        QTRY_VERIFY_WITH_TIMEOUT(m_shell->mirror.isLoaded(), 30'000);
        QCOMPARE(table()->cells()->rowCount(), 0);
    }

    void cleanupTestCase()
    {
        m_view.reset();
        m_shell.reset();
        m_site.reset();
    }

    void anInvitationIsALineToCopy()
    {
        m_view->run("machine.invite");
        QVERIFY(m_shell->sheet);
        auto *well = m_shell->sheet->findChild<CommandWell *>("inviteLine");
        QVERIFY(well->text().isEmpty());
        for (QPushButton *button : m_shell->sheet->findChildren<QPushButton *>()) {
            if (button->text() == "Make the line")
                button->click();
        }
        QTRY_VERIFY_WITH_TIMEOUT(well->text().startsWith("drover-agent join drover://"), 30'000);
        emit well->copyAsked(well->text());
        QVERIFY(m_shell->opened.last().startsWith("copied drover-agent join"));
        m_shell->closeSheet(m_shell->sheet);
    }

    void aMachineJoinsAndItsLoadIsSeen()
    {
        QVERIFY(m_site->addAgent(2));
        QTRY_VERIFY_WITH_TIMEOUT(machine() && machine()->state == MachineState::Online && machine()->load.memoryUsed > 0, 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(table()->cells()->rowCount(), 1, 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(text("state"), "Online", 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(text("memory").endsWith('%'), 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(text("disk").endsWith('%'), 60'000);
        QCOMPARE(text("slots"), "0/2");
        QVERIFY(m_view->status().shown.contains("1 shown of 1"));
    }

    void theDockFollowsTheMachineInHand()
    {
        MachineDetails dock(*m_shell, {});
        dock.resize(340, 800);
        dock.show();
        QVERIFY(dock.object().isNull());
        m_view->goTo(linkTo("machine", machine()->id.value));
        QCOMPARE(m_shell->current.kind, "machine");
        QCOMPARE(dock.object().number(), machine()->id.value);
        QCOMPARE(dock.findChild<QLabel *>("machineName")->text(), machine()->name);
        QCOMPARE(dock.findChild<KeyValueGrid *>("machineFacts")->valueOf("Host name"), machine()->facts.hostName);
        QTRY_VERIFY_WITH_TIMEOUT(!dock.findChild<KeyValueGrid *>("machineFacts")->valueOf("Up since").isEmpty(), 30'000);
        m_view->run("machine.details");
        QCOMPARE(m_shell->opened.last(), "dock machine");
    }

    void itIsDrainedResumedAndChanged()
    {
        m_view->goTo(linkTo("machine", machine()->id.value));
        m_view->run("machine.drain");
        QTRY_COMPARE_WITH_TIMEOUT(machine()->state, MachineState::Draining, 30'000);
        QTRY_VERIFY(m_view->whyNot("machine.drain") == "It takes no more already");
        m_view->run("machine.resume");
        QTRY_COMPARE_WITH_TIMEOUT(machine()->state, MachineState::Online, 30'000);
        m_shell->notices.entered = "x";
        m_view->run("machine.slots");
        QCOMPARE(machine()->slotCount, 2);
        m_shell->notices.entered = "3";
        m_view->run("machine.slots");
        QTRY_COMPARE_WITH_TIMEOUT(machine()->slotCount, 3, 30'000);
        m_shell->notices.entered = "gpu=a100";
        m_view->run("machine.labels");
        QTRY_COMPARE_WITH_TIMEOUT(machine()->labels.value("gpu"), "a100", 30'000);
        m_shell->notices.entered = "default, render";
        m_view->run("machine.pools");
        QTRY_COMPARE_WITH_TIMEOUT(machine()->pools, QStringList({"default", "render"}), 30'000);
        m_view->run("machine.showTasks");
        QVERIFY(m_shell->opened.last().startsWith("view tasks: machine in ("));
    }

    void poolsAreListed()
    {
        m_view->goTo(ObjectLink {.kind = "pool", .id = "render"});
        auto *pools = m_view->findChild<TableView *>("pools");
        QTRY_COMPARE_WITH_TIMEOUT(pools->cells()->rowCount(), 2, 30'000);
    }

    void removingAsksAndForgets()
    {
        m_view->goTo(linkTo("machine", machine()->id.value));
        const QString name = machine()->name;
        m_view->run("machine.remove");
        QCOMPARE(m_shell->notices.asked.last().verb, "Remove " + name);
        QVERIFY(m_shell->notices.asked.last().destructive);
        QTRY_VERIFY_WITH_TIMEOUT(m_shell->mirror.machines().isEmpty(), 30'000);
        QTRY_COMPARE(table()->cells()->rowCount(), 0);
    }
};

QTEST_MAIN(TestMachineView)
#include "tst_machineview.moc"
