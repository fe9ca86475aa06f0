#include "tests/backend/agent/agentworld.h"

#include <csignal>

using namespace Drover;
using namespace std::chrono_literals;

/// An agent that comes after another, a host that dies, shims that die.
class TestAdoption : public QObject
{
    Q_OBJECT

    static RunRecord recordOf(const AgentWorld &world, int task)
    {
        return readRunFolder(world.runFolder(task).toStdString()).record;
    }
    static bool hasEnded(const AgentWorld &world, int task)
    {
        return readRunFolder(world.runFolder(task).toStdString()).state == RunFolderState::Ended;
    }

private slots:
    void whatRunsIsAdoptedAndItsEndReportedByTheNextAgent()
    {
        AgentWorld world;
        world.start();
        const QString go = world.folder.filePath("go");
        Assignment assignment = DaemonSide::shellTask(
            1, "while ! test -e " + go + "; do sleep 0.02; done; echo on; exit 9");
        assignment.specNumber = 3;
        world.daemon.assign(assignment);
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        const Instant started = world.daemon.find(1, ReportKind::Started)->started;
        world.stop();
        world.daemon.hellos.clear();
        world.start();
        QTRY_COMPARE(world.daemon.hellos.size(), 1);
        const HeldAttempt held = world.daemon.hellos.first().held.value(0);
        QCOMPARE(held,
                 (HeldAttempt{.task = TaskId{1},
                              .n = 1,
                              .epoch = 4711,
                              .specNumber = 3,
                              .state = TaskState::Running}));
        QCOMPARE(world.daemon.hellos.first().epoch, 4711);
        QFile(go).open(QIODevice::WriteOnly);
        QTRY_COMPARE(world.daemon.end(1), "exited 9");
        QCOMPARE(world.daemon.ended(1)->started, started);
        QCOMPARE(world.daemon.ended(1)->out, "on\n");
        QCOMPARE(world.daemon.ended(1)->epoch, 4711);
        QTRY_VERIFY(!QFile::exists(world.runFolder(1)));
    }

    void whatEndedWhileNoAgentRanIsReportedWithItsStatus()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "sleep 0.3; seq 1 10000; exit 5");
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        world.stop();
        QTRY_VERIFY(hasEnded(world, 1));
        world.daemon.hellos.clear();
        world.start();
        QTRY_COMPARE(world.daemon.end(1), "exited 5");
        QCOMPARE(world.daemon.hellos.first().held.value(0).state, TaskState::Collecting);
        QVERIFY(world.daemon.output(1).endsWith("\n10000\n"));
    }

    void anEndThatWasNotCommittedIsReportedAgainByTheNextAgentWithAHigherNumber()
    {
        AgentWorld world;
        world.daemon.acknowledges = false;
        world.start();
        world.daemon.assignShell(1, "exit 2");
        QTRY_COMPARE(world.daemon.end(1), "exited 2");
        const qint64 before = world.daemon.reports.last().seq;
        world.stop();
        world.daemon.acknowledges = true;
        world.start();
        QTRY_COMPARE(world.daemon.count(ReportKind::Ended), 2);
        QVERIFY(world.daemon.reports.last().seq > before);
        QTRY_VERIFY(!QFile::exists(world.runFolder(1)));
    }

    void aFrozenTaskIsStillFrozenForTheNextAgent()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "sleep 0.2; echo on");
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        world.daemon.orderTask(1, OrderKind::Freeze);
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Frozen));
        world.stop();
        world.daemon.hellos.clear();
        world.daemon.reports.clear();
        world.start();
        QTRY_COMPARE(world.daemon.hellos.size(), 1);
        QCOMPARE(world.daemon.hellos.first().held.value(0).state, TaskState::Paused);
        QTRY_COMPARE(world.daemon.reports.size(), 2);
        QCOMPARE(world.daemon.reports.last().kind,
                 ReportKind::Frozen); // so that is how it is shown
        world.daemon.orderTask(1, OrderKind::Thaw);
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
    }

    void anAdoptedTaskCanBeStopped()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "sleep 100");
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        world.stop();
        world.daemon.hellos.clear();
        world.daemon.welcome.stop = {{.task = TaskId{1}, .n = 1}};
        world.start();
        QTRY_COMPARE(world.daemon.end(1), "superseded signal 15");
    }

    void anAdoptedTaskIsNotStartedASecondTime()
    {
        AgentWorld world;
        world.start();
        const QString marks = world.folder.filePath("marks");
        const Assignment assignment = DaemonSide::shellTask(1, "echo x >>" + marks + "; sleep 0.4");
        world.daemon.assign(assignment);
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        world.stop();
        world.daemon.hellos.clear();
        world.daemon.assign(assignment);
        world.start();
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
        QFile file(marks);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), "x\n");
    }

    void theShimHostDiesAndNoTaskNotices()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "sleep 0.4; echo whole; exit 6");
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        const pid_t host = world.agent->shimHost().process();
        QCOMPARE(kill(host, SIGKILL), 0);
        QTRY_VERIFY(world.agent->shimHost().process() != 0
                    && world.agent->shimHost().process() != host);
        world.daemon.assignShell(2, "exit 7"); // by the next host
        QTRY_COMPARE(world.daemon.end(2), "exited 7");
        QTRY_COMPARE(world.daemon.end(1), "exited 6");
        QCOMPARE(world.daemon.ended(1)->out, "whole\n");
    }

    void startsThatAHostTookToItsGraveAreSentAgain()
    {
        AgentWorld world;
        world.daemon.welcome.slotCount = 50;
        world.start();
        world.daemon.assignShell(100, "true");
        QTRY_COMPARE(world.daemon.end(100), "exited 0");
        // Stopped, it takes nothing; what is sent to it now dies with it.
        const pid_t host = world.agent->shimHost().process();
        QCOMPARE(kill(host, SIGSTOP), 0);
        const QString marks = world.folder.filePath("marks");
        for (int task = 1; task <= 10; ++task)
            world.daemon.assignShell(task, "echo x >>" + marks);
        QTRY_COMPARE(world.agent->runner().slotsUsed(), 10);
        QCOMPARE(kill(host, SIGKILL), 0);
        QTRY_COMPARE(world.daemon.count(ReportKind::Ended), 11);
        QFile file(marks);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().count('x'), 10);
    }

    void aKilledShimLosesTheStatusAndLeavesNoProcess()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "sleep 100");
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        const RunRecord record = recordOf(world, 1);
        QCOMPARE(kill(record.shimPid, SIGKILL), 0);
        QTRY_COMPARE(world.daemon.end(1), "status-lost");
        QVERIFY(!isAlive(record.leaderPid, record.leaderStart));
        QVERIFY(isSet(world.daemon.ended(1)->started));
    }

    void anAdoptedShimThatIsKilledIsNoticed()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "sleep 100");
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        world.stop();
        world.daemon.hellos.clear();
        world.start();
        QTRY_COMPARE(world.daemon.hellos.size(), 1);
        const RunRecord record = recordOf(world, 1);
        QCOMPARE(kill(record.shimPid, SIGKILL), 0);
        QTRY_COMPARE(world.daemon.end(1), "status-lost");
        QVERIFY(!isAlive(record.leaderPid, record.leaderStart));
    }

    void whatRanBeforeTheMachineRestartedIsLost()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "sleep 100");
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        world.stop();
        // As if written before a boot.
        RunRecord record = recordOf(world, 1);
        killAbandoned(record);
        QCOMPARE(kill(record.shimPid, SIGKILL), 0);
        QCOMPARE(kill(record.leaderPid, SIGKILL), 0);
        memcpy(record.bootId, "00000000", 8);
        QFile header(world.runFolder(1) + "/header");
        QVERIFY(header.open(QIODevice::WriteOnly));
        header.write(reinterpret_cast<const char *>(&record), sizeof record);
        header.close();
        world.start();
        QTRY_COMPARE(world.daemon.end(1), "status-lost");
        QVERIFY(world.daemon.ended(1)->detail.contains("restarted"));
        QTRY_VERIFY(!QFile::exists(world.runFolder(1)));
    }

    void aClaimWithoutAShimIsGivenUp()
    {
        AgentWorld world;
        QDir().mkpath(world.runFolder(1));
        world.start();
        QTRY_COMPARE_WITH_TIMEOUT(world.daemon.end(1), "status-lost", 15'000);
        QCOMPARE(world.daemon.ended(1)->epoch, 0); // the journal does not know it
        QTRY_VERIFY(!QFile::exists(world.runFolder(1)));
    }

    void aDamagedRunFolderIsReportedAndRemoved()
    {
        AgentWorld world;
        QDir().mkpath(world.runFolder(1));
        QFile status(world.runFolder(1) + "/status");
        QVERIFY(status.open(QIODevice::WriteOnly));
        status.write(QByteArray(2000, 'x'));
        status.close();
        world.start();
        QTRY_COMPARE_WITH_TIMEOUT(world.daemon.end(1), "status-lost", 15'000);
        QVERIFY(world.daemon.ended(1)->detail.contains("cannot be read"));
        QTRY_VERIFY(!QFile::exists(world.runFolder(1)));
    }
};

QTEST_GUILESS_MAIN(TestAdoption)
#include "tst_adoption.moc"
