#include "tests/backend/agent/agentworld.h"

using namespace Drover;
using namespace std::chrono_literals;

/// The agent with the real shims, in this process; its daemon is the test's.
class TestRunner : public QObject
{
    Q_OBJECT

private slots:
    void aTaskRunsAndItsOutputComesWithItsEnd()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "echo hello; echo oops >&2; exit 3");
        QTRY_COMPARE(world.daemon.end(1), "exited 3");
        const Report &end = *world.daemon.ended(1);
        QCOMPARE(end.out, "hello\n");
        QCOMPARE(end.err, "oops\n");
        QCOMPARE(end.lastLine, "oops");
        QCOMPARE(end.outSize, 6);
        QCOMPARE(end.epoch, 4711);
        QVERIFY(isSet(end.started) && end.started <= end.at);
    }

    void aShortTaskIsReportedOnceAndALongerOneTwice()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "true");
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
        QCOMPARE(world.daemon.reports.size(), 1);
        world.daemon.assignShell(2, "sleep 0.2");
        QTRY_COMPARE(world.daemon.end(2), "exited 0");
        QVERIFY(world.daemon.find(2, ReportKind::Started));
        QCOMPARE(world.daemon.find(2, ReportKind::Started)->started,
                 world.daemon.ended(2)->started);
    }

    void aTaskKnowsWhoItIs()
    {
        AgentWorld world;
        world.start();
        Assignment assignment = DaemonSide::shellTask(
            5,
            "echo $DROVER_TASK $DROVER_ATTEMPT $DROVER_BATCH $DROVER_PROJECT $A $CPU; "
            "cd \"$INPUT\" && cd \"$OUTPUT\" && cd \"$TEMP\" && cd \"$RESOURCE\" && basename "
            "\"$PWD\"; env | grep -c .");
        assignment.spec.environment = {{"A", "b c"}};
        assignment.n = 2;
        world.daemon.assign(assignment);
        QTRY_COMPARE(world.daemon.end(5), "exited 0");
        QVERIFY2(world.daemon.ended(5)->out.startsWith("5 2 night main b c 1\nresource\n"),
                 world.daemon.ended(5)->out.constData());
    }

    void aProgramThatIsNotThereCouldNotStart()
    {
        AgentWorld world;
        world.start();
        Assignment assignment = DaemonSide::shellTask(1, {});
        assignment.spec.command = {"/no/such", "x"};
        world.daemon.assign(assignment);
        QTRY_COMPARE(world.daemon.end(1), "could-not-start");
        QCOMPARE(world.daemon.ended(1)->detail, "execve /no/such: No such file or directory");
        QCOMPARE(world.daemon.ended(1)->lastLine, world.daemon.ended(1)->detail);
        QVERIFY(!world.daemon.ended(1)->exitCode);
    }

    void whatThisVersionDoesNotCarryOutIsRefusedByName()
    {
        AgentWorld world;
        world.start();
        Assignment assignment = DaemonSide::shellTask(1, "true");
        assignment.spec.container = "debian:12";
        world.daemon.assign(assignment);
        QTRY_COMPARE(world.daemon.end(1), "could-not-start");
        QVERIFY(world.daemon.ended(1)->detail.contains("container"));
    }

    void noMoreRunThanThereAreSlots()
    {
        AgentWorld world;
        world.start();
        for (int task = 1; task <= 6; ++task)
            world.daemon.assignShell(task, "sleep 0.1");
        QTRY_COMPARE(world.daemon.count(ReportKind::Ended), 6);
        // Started minus ended, in the order of the instants, never passes the slots.
        QList<std::pair<Instant, int>> steps;
        for (const Report &report : world.daemon.reports) {
            if (report.kind != ReportKind::Ended)
                continue;
            steps.append({report.started, 1});
            steps.append({report.at, -1});
        }
        std::sort(steps.begin(), steps.end());
        int running = 0;
        for (const auto &[at, step] : steps) {
            running += step;
            QVERIFY(running <= 2);
        }
    }

    void whatIsAssignedBeyondTheSlotsStartsWithoutTheDaemon()
    {
        AgentWorld world;
        world.daemon.acknowledges = false;
        world.start();
        AgentAssign all;
        for (int task = 1; task <= 20; ++task)
            all.assignments.append(DaemonSide::shellTask(task, "true"));
        world.daemon.notify(all);
        QTRY_COMPARE(world.daemon.hellos.size(), 1);
        QTRY_COMPARE(world.daemon.count(ReportKind::Ended), 20);
        QList<qint64> seqs;
        for (const Report &report : world.daemon.reports)
            seqs.append(report.seq);
        QVERIFY(std::is_sorted(seqs.cbegin(), seqs.cend()));
    }

    void anAssignmentThatComesTwiceIsStartedOnce()
    {
        AgentWorld world;
        world.start();
        const QString marks = world.folder.filePath("marks");
        for (int i = 0; i < 3; ++i)
            world.daemon.assignShell(1, "echo x >>" + marks + "; sleep 0.1");
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
        QFile file(marks);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), "x\n");
    }

    void theRunFolderGoesOnlyWhenTheEndIsCommitted()
    {
        AgentWorld world;
        world.daemon.acknowledges = false;
        world.start();
        world.daemon.assignShell(1, "true");
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
        QVERIFY(QFile::exists(world.runFolder(1) + "/status"));
        world.daemon.acknowledgeReports();
        QTRY_VERIFY(!QFile::exists(world.runFolder(1)));
    }

    void reportsAreRepeatedAfterACutUntilTheyAreCommitted()
    {
        AgentWorld world;
        world.daemon.acknowledges = false;
        world.start();
        world.daemon.assignShell(1, "true");
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
        world.link->cut();
        world.link->join();
        QTRY_COMPARE(world.daemon.allReports.size(), 2);
        QCOMPARE(world.daemon.reports.size(), 1); // the same number
        QCOMPARE(world.daemon.hellos.last().held.size(), 1);
        QCOMPARE(world.daemon.hellos.last().held.first().state, TaskState::Collecting);
        world.daemon.acknowledgeReports();
        QTRY_VERIFY(!QFile::exists(world.runFolder(1)));
        world.link->cut();
        world.link->join();
        QTRY_COMPARE(world.daemon.hellos.size(), 3);
        QVERIFY(world.daemon.hellos.last().held.isEmpty());
        QCOMPARE(world.daemon.allReports.size(), 2);
    }

    void aStoppedTaskEndsPolitelyAndForTheReasonGiven()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(
            1, "trap 'echo bye; exit 4' TERM; echo ready; while :; do sleep 0.05; done");
        QTRY_VERIFY(world.daemon.output(1).contains("ready"));
        world.daemon.orderTask(1, OrderKind::Stop, EndReason::Superseded);
        QTRY_COMPARE(world.daemon.end(1), "superseded 4");
        QVERIFY(world.daemon.find(1, ReportKind::Stopping));
        QVERIFY(world.daemon.ended(1)->out.contains("bye"));
    }

    void whatDoesNotListenIsKilledAfterItsGrace()
    {
        AgentWorld world;
        world.start();
        Assignment assignment
            = DaemonSide::shellTask(1, "trap '' TERM; echo ready; while :; do sleep 0.05; done");
        assignment.spec.killGrace = 200ms;
        world.daemon.assign(assignment);
        QTRY_VERIFY(world.daemon.output(1).contains("ready"));
        world.daemon.orderTask(1, OrderKind::Stop);
        QTRY_COMPARE(world.daemon.end(1), "cancelled signal 9");
    }

    void aKillIsAtOnce()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "trap '' TERM; sleep 100");
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        world.daemon.orderTask(1, OrderKind::Kill);
        QTRY_COMPARE(world.daemon.end(1), "cancelled signal 9");
    }

    void whatWaitsForASlotIsDroppedWhenItIsStopped()
    {
        AgentWorld world;
        world.daemon.welcome.slotCount = 1;
        world.start();
        world.daemon.assignShell(1, "sleep 100");
        world.daemon.assignShell(2, "true");
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        world.daemon.orderTask(2, OrderKind::Stop);
        QTRY_COMPARE(world.daemon.end(2), "cancelled");
        QVERIFY(!isSet(world.daemon.ended(2)->started));
        world.daemon.orderTask(1, OrderKind::Kill);
        QTRY_COMPARE(world.daemon.end(1), "cancelled signal 9");
    }

    void aFrozenTaskStandsStillUntilItIsThawed()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "sleep 0.3; echo done");
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        world.daemon.orderTask(1, OrderKind::Freeze);
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Frozen));
        world.daemon.orderTask(1, OrderKind::Thaw);
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Thawed));
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
    }

    void aTaskThatIsPausedBeforeItStartsWaitsForTheThaw()
    {
        AgentWorld world;
        world.start();
        Assignment paused = DaemonSide::shellTask(1, "true");
        paused.startPaused = true;
        world.daemon.assign(paused);
        world.daemon.assignShell(2, "true");
        QTRY_COMPARE(world.daemon.end(2), "exited 0");
        QVERIFY(!world.daemon.ended(1));
        world.daemon.orderTask(1, OrderKind::Thaw);
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
    }

    void aForgottenTaskIsKilledAndNotReported()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "sleep 100");
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        world.daemon.orderTask(1, OrderKind::Forget);
        QTRY_VERIFY(!QFile::exists(world.runFolder(1)));
        QVERIFY(!world.daemon.ended(1));
    }

    void aTimeoutEndsIt()
    {
        AgentWorld world;
        world.start();
        Assignment assignment = DaemonSide::shellTask(1, "sleep 100");
        assignment.spec.timeouts.run = 200ms;
        world.daemon.assign(assignment);
        QTRY_COMPARE(world.daemon.end(1), "timed-out signal 15");
        QVERIFY(world.daemon.ended(1)->detail.contains("200 ms"));
    }

    void whatATaskLeavesIsGoneForTheNextInItsPlace()
    {
        AgentWorld world;
        world.daemon.welcome.slotCount = 1;
        world.start();
        for (int task = 1; task <= 4; ++task) {
            world.daemon.assignShell(
                task,
                "find . | sort | tr '\\n' ' '; mkdir -p a/b; echo x >a/b/c; "
                "chmod 0 a/b; rmdir output; ln -s / output; echo x >temp/.hidden");
            QTRY_VERIFY(world.daemon.ended(task));
            QCOMPARE(world.daemon.ended(task)->out, ". ./input ./output ./resource ./temp ");
        }
    }
};

QTEST_GUILESS_MAIN(TestRunner)
#include "tst_runner.moc"
