#include "backend/protocol/outputrequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

#include <QtCore/QRandomGenerator>

#include <csignal>

using namespace Drover;
using namespace std::chrono_literals;

/// The real programs, killed in the middle of work; each test ends in an exact account of every task.
class TestFaults : public QObject
{
    Q_OBJECT

    static Submit quickTasks(int count, const QString &batch, const QString &shell = "true")
    {
        Submit submit;
        submit.key = "key-" + batch;
        submit.batch = batch;
        for (int i = 0; i < count; ++i) {
            TaskSpec spec;
            spec.name = QString("t%1").arg(i);
            spec.shell = shell;
            submit.tasks.append(spec);
        }
        return submit;
    }

    static Awaited waitFor(Site &site, BatchId batch)
    {
        Awaited awaited;
        if (!QTest::qWaitFor([&] {
                awaited = site.askUntilAnswered(AwaitTasks {.ids = {}, .batch = batch, .wait = 2s});
                return awaited.ended;
            }, 120'000))
            qFatal("the batch does not end");
        return awaited;
    }

private slots:
    void theMainJobRuns()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(2));
        Submit submit;
        submit.batch = "main";
        TaskSpec hello;
        hello.name = "hello";
        hello.command = {"echo", "hello, world"};
        TaskSpec wrong;
        wrong.shell = "echo trouble >&2; exit 3";
        TaskSpec absent;
        absent.command = {"/no/such/program"};
        TaskSpec after;
        after.shell = "seq 1 20000";
        after.after = {"hello"};
        submit.tasks = {hello, wrong, absent, after};
        const auto submitted = site.ask(submit);
        VERIFY_OK(submitted);
        const Awaited awaited = waitFor(site, submitted->batch);
        QCOMPARE(awaited.counts[TaskState::Succeeded], 2);
        QCOMPARE(awaited.counts[TaskState::Failed], 2);

        const auto out = site.ask(ReadOutput {.task = submitted->tasks[0]});
        VERIFY_OK(out);
        QCOMPARE(out->data, "hello, world\n");
        QVERIFY(out->ended);
        const auto err = site.ask(ReadOutput {.task = submitted->tasks[1], .stream = Stream::Err});
        VERIFY_OK(err);
        QCOMPARE(err->data, "trouble\n");
        const auto large = site.ask(ReadOutput {.task = submitted->tasks[3]});
        VERIFY_OK(large);
        QByteArray expected;
        for (int i = 1; i <= 20000; ++i)
            expected += QByteArray::number(i) + '\n';
        QVERIFY(large->data == expected); // more than travels inline
        const auto detail = site.ask(GetTask {submitted->tasks[2]});
        VERIFY_OK(detail);
        QCOMPARE(enumText(detail->task.endReason), "could-not-start");
        QVERIFY(detail->task.lastLine.contains("No such file"));
        QCOMPARE(site.stopDaemon(), 0);
    }

    void aDaemonKilledAgainAndAgainLosesNoTask()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(2));
        const int kills = std::max(3, qEnvironmentVariableIntValue("DROVER_KILLS")); // --full: 20
        const int rounds = kills > 3 ? 5 : 1; // of as many tasks as one request may have
        const int each = kills > 3 ? 1000 : 1500;
        QList<Submit> submits;
        QList<Submitted> kept;
        for (int round = 0; round < rounds; ++round) {
            submits.append(quickTasks(each, "storm", "echo $DROVER_TASK"));
            submits.last().key += QString::number(round);
            kept.append(site.askUntilAnswered(submits.last()));
            QCOMPARE(kept.last().tasks.size(), each);
        }
        const BatchId batch = kept.first().batch;
        const int all = rounds * each;
        const quint32 seed = QRandomGenerator::system()->generate();
        qInfo("seed %u", seed);
        QRandomGenerator random(seed);
        for (int kill = 0; kill < kills; ++kill) {
            // At some moment of the work: when so many more have ended.
            const qint64 least = 100 + (all - 400) / kills * kill + random.bounded(all / kills / 2);
            QTRY_VERIFY_WITH_TIMEOUT(site.askUntilAnswered(AwaitTasks {.ids = {}, .batch = batch, .wait = 20ms})
                                             .counts.finished() >= least, 60'000);
            site.killDaemon();
            QVERIFY(site.startDaemon());
            // The answer may have been lost: the same key queues nothing twice.
            for (int round = 0; round < rounds; ++round)
                QVERIFY(site.askUntilAnswered(submits[round]).tasks == kept[round].tasks);
        }
        const Awaited awaited = waitFor(site, batch);
        QCOMPARE(awaited.counts[TaskState::Succeeded], all);
        QCOMPARE(awaited.counts.total(), all);
        for (const Submitted &submitted : std::as_const(kept)) {
            for (int i = 0; i < each; i += 100) {
                const auto out = site.ask(ReadOutput {.task = submitted.tasks[i]});
                VERIFY_OK(out);
                QCOMPARE(out->data, QByteArray::number(submitted.tasks[i].value) + '\n');
            }
        }
    }

    void anAgentKilledWithTasksRunningAdoptsThem()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(2));
        const QString gate = site.path("gate");
        const Submitted submitted = site.askUntilAnswered(
            quickTasks(2, "adopt", QString("while [ ! -e %1 ]; do sleep 0.05; done; exit $((DROVER_TASK + 10))").arg(gate)));
        const auto running = [&] {
            return site.askUntilAnswered(AwaitTasks {.ids = {}, .batch = submitted.batch, .wait = 0ms}).counts[TaskState::Running];
        };
        QTRY_COMPARE_WITH_TIMEOUT(running(), 2, 20'000);
        site.killAgent(0);
        QFile file(gate);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        QVERIFY(site.startAgent(0));
        const Awaited awaited = waitFor(site, submitted.batch);
        QCOMPARE(awaited.counts[TaskState::Failed], 2);
        for (const TaskId id : submitted.tasks) {
            const auto detail = site.ask(GetTask {id});
            VERIFY_OK(detail);
            QCOMPARE(detail->task.exitCode, int(id.value + 10)); // its own, of its first attempt
            QCOMPARE(detail->attempts.size(), 1);
        }
    }

    void bothKilledAtOnceLoseNothing()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(2));
        const Submitted submitted = site.askUntilAnswered(quickTasks(400, "both"));
        QTRY_VERIFY_WITH_TIMEOUT(site.askUntilAnswered(AwaitTasks {.ids = {}, .batch = submitted.batch, .wait = 20ms})
                                         .counts.finished() >= 100, 60'000);
        site.killDaemon();
        site.killAgent(0);
        QVERIFY(site.startAgent(0));
        QVERIFY(site.startDaemon());
        QCOMPARE(waitFor(site, submitted.batch).counts[TaskState::Succeeded], 400);
    }

    void cancellingEndsWhatRunsAndWhatWaits()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(1));
        const Submitted submitted = site.askUntilAnswered(quickTasks(5, "cancel", "sleep 600"));
        QTRY_COMPARE_WITH_TIMEOUT(site.askUntilAnswered(AwaitTasks {.ids = {}, .batch = submitted.batch, .wait = 0ms})
                                      .counts[TaskState::Running], 1, 20'000);
        const auto touched = site.ask(CancelTasks {.tasks = {.ids = submitted.tasks}});
        VERIFY_OK(touched);
        QCOMPARE(touched->changed, 5);
        QCOMPARE(waitFor(site, submitted.batch).counts[TaskState::Cancelled], 5);
        const auto again = site.ask(CancelTasks {.tasks = {.ids = submitted.tasks}});
        VERIFY_OK(again);
        QCOMPARE(again->already, 5); // they are gone, as was wanted
    }

    void strangersGetNothing()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        VERIFY_FAILS(site.ask(RedeemInvitation {.secret = "guess"}), ErrorCode::NotPermitted);
        VERIFY_FAILS(site.ask(AgentHello {}), ErrorCode::NotSignedIn);
        VERIFY_FAILS(site.ask(GetTask {TaskId {7}}), ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
