#include "tests/backend/queue/farm.h"

using namespace Drover;
using namespace std::chrono_literals;

/// The rules of attempts, leases and return, one sentence each.
class TestAttempts : public QObject
{
    Q_OBJECT

    static TaskSpec withRetry(int attempts)
    {
        TaskSpec spec = Farm::task("a");
        spec.retry.attempts = attempts;
        return spec;
    }

private slots:
    void aFailureIsTriedAgainAsOftenAsAllowed()
    {
        Farm farm;
        VERIFY_OK(farm.submit({withRetry(2)}));
        farm.end(1, farm.assign(1), 1);
        QCOMPARE(farm.print(), QStringList({"a queued"}));
        const AttemptId second = farm.assign(1);
        QCOMPARE(second.n, 2);
        farm.end(1, second, 1);
        QCOMPARE(farm.print(), QStringList({"a failed exited 1"}));
    }

    void backOffWaitsLongerEachTime()
    {
        Farm farm;
        TaskSpec spec = withRetry(3);
        spec.retry.backoff = 10s;
        VERIFY_OK(farm.submit({spec}));
        farm.end(1, farm.assign(1), 1);
        QVERIFY(farm.queue->ready().batches().empty());
        farm.clock.advance(9s);
        QVERIFY(farm.queue->wakeDelayed().has_value());
        farm.clock.advance(1s);
        QVERIFY(!farm.queue->wakeDelayed());
        farm.end(1, farm.assign(1), 1);
        farm.clock.advance(19s);
        QVERIFY(farm.queue->wakeDelayed().has_value());
        farm.clock.advance(1s);
        QVERIFY(!farm.queue->wakeDelayed());
        QVERIFY(!farm.queue->ready().batches().empty());
    }

    void onlyTheNamedEndReasonsAreTriedAgain()
    {
        Farm farm;
        TaskSpec spec = withRetry(3);
        spec.retry.on = {EndReason::TimedOut};
        VERIFY_OK(farm.submit({spec}));
        farm.end(1, farm.assign(1), 0, EndReason::TimedOut);
        QCOMPARE(farm.print(), QStringList({"a queued"}));
        farm.end(1, farm.assign(1), 1);
        QCOMPARE(farm.print(), QStringList({"a failed exited 1"}));
    }

    void aReportThatComesTwiceChangesNothing()
    {
        Farm farm;
        VERIFY_OK(farm.submit({withRetry(3)}));
        const AttemptId first = farm.assign(1);
        farm.end(1, first, 1);
        farm.end(1, first, 1);
        QCOMPARE(farm.assign(1).n, 2);
        farm.end(1, first, 0);
        QCOMPARE(farm.print(), QStringList({"a assigned 2"}));
    }

    void aReportOfAnotherMachineOrHistoryChangesNothing()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const AttemptId attempt = farm.assign(1);
        farm.end(2, attempt, 0);
        QCOMPARE(farm.print(), QStringList({"a assigned 1"}));
        Report report;
        report.task = attempt.task;
        report.n = attempt.n;
        report.epoch = farm.ledger->epoch() + 1;
        report.kind = ReportKind::Ended;
        report.endReason = EndReason::Exited;
        report.exitCode = 0;
        farm.attempts->apply(MachineId {1}, report);
        QCOMPARE(farm.print(), QStringList({"a assigned 1"}));
    }

    void cancellingWhatRunsAsksItsMachineAndEndsWithItsReport()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a"), Farm::task("b")}));
        const AttemptId running = farm.assign(1);
        farm.report(1, running, ReportKind::Started);
        QCOMPARE(farm.attempts->cancel({1}, CancelMode::Polite), Outcome::Changed);
        QCOMPARE(farm.attempts->cancel({1}, CancelMode::Polite), Outcome::Already);
        QCOMPARE(farm.attempts->cancel({2}, CancelMode::Polite), Outcome::Changed);
        QCOMPARE(farm.orders.size(), 1);
        QCOMPARE(farm.orders.first().second.kind, OrderKind::Stop);
        QCOMPARE(farm.print(), QStringList({"a running 1", "b cancelled cancelled"}));
        farm.end(1, running, 0, EndReason::Cancelled);
        QCOMPARE(farm.printOne({1}), "a cancelled cancelled");
    }

    void aLeaseThatEndsQueuesTheTaskAgainUnderReplace()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const AttemptId first = farm.assign(1);
        farm.report(1, first, ReportKind::Started);
        farm.attempts->leaseEnded(first);
        QCOMPARE(farm.print(), QStringList({"a queued"}));
        QCOMPARE(farm.assign(2).n, 2);
    }

    void underWaitTheTaskStaysAndIsShownUnreachable()
    {
        Farm farm;
        TaskSpec spec = Farm::task("a");
        spec.leaseRule = LeaseRule::Wait;
        VERIFY_OK(farm.submit({spec}));
        const AttemptId first = farm.assign(1);
        farm.report(1, first, ReportKind::Started);
        farm.attempts->leaseEnded(first);
        QCOMPARE(farm.print(), QStringList({"a running 1 unreachable"}));
        farm.end(1, first, 0);
        QCOMPARE(farm.print(), QStringList({"a succeeded exited"}));
    }

    void underFenceItIsQueuedOneGraceLater()
    {
        Farm farm;
        TaskSpec spec = Farm::task("a");
        spec.leaseRule = LeaseRule::Fence;
        VERIFY_OK(farm.submit({spec}));
        const AttemptId first = farm.assign(1);
        farm.report(1, first, ReportKind::Started);
        farm.attempts->leaseEnded(first);
        QCOMPARE(farm.print(), QStringList({"a running 1 unreachable"}));
        farm.attempts->fenceEnded(first);
        QCOMPARE(farm.print(), QStringList({"a queued"}));
    }

    void aLateSuccessIsAdoptedEvenWhileANewerOneRuns()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const AttemptId first = farm.assign(1);
        farm.report(1, first, ReportKind::Started);
        farm.attempts->leaseEnded(first);
        const AttemptId second = farm.assign(2);
        farm.report(2, second, ReportKind::Started);
        farm.end(1, first, 0);
        QCOMPARE(farm.print(), QStringList({"a succeeded exited"}));
        QCOMPARE(farm.orders.last().first, MachineId {2});
        QCOMPARE(farm.orders.last().second.kind, OrderKind::Stop);
        farm.end(2, second, 0); // and the newer one's report meets a closed door
        QCOMPARE(farm.print(), QStringList({"a succeeded exited"}));
    }

    void aLateFailureIsNotAdoptedWhileANewerOneRuns()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const AttemptId first = farm.assign(1);
        farm.report(1, first, ReportKind::Started);
        farm.attempts->leaseEnded(first);
        const AttemptId second = farm.assign(2);
        farm.report(2, second, ReportKind::Started);
        farm.end(1, first, 9);
        QCOMPARE(farm.print(), QStringList({"a running 2"}));
        farm.end(2, second, 0);
        QCOMPARE(farm.print(), QStringList({"a succeeded exited"}));
    }

    void aMachineThatReturnsBeforeTheNewerOneStartedKeepsItsTask()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const AttemptId first = farm.assign(1);
        farm.report(1, first, ReportKind::Started);
        farm.attempts->leaseEnded(first);
        farm.assign(2);
        const auto reconciled = farm.attempts->reconcile({1}, {{.task = first.task, .n = first.n, .state = TaskState::Running}});
        QVERIFY(reconciled.stop.isEmpty());
        QCOMPARE(farm.print(), QStringList({"a running 1"}));
    }

    void aCancelledTasksLateSuccessChangesNothing()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const AttemptId first = farm.assign(1);
        farm.report(1, first, ReportKind::Started);
        farm.attempts->leaseEnded(first);
        QCOMPARE(farm.attempts->cancel({1}, CancelMode::Polite), Outcome::Changed);
        farm.end(1, first, 0);
        QCOMPARE(farm.print(), QStringList({"a cancelled cancelled"}));
    }

    void anAgentThatNeverHeardOfAnAssignmentGetsItAgain()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const AttemptId first = farm.assign(1);
        farm.restart();
        const auto reconciled = farm.attempts->reconcile({1}, {});
        QCOMPARE(reconciled.again.size(), 1);
        QCOMPARE(reconciled.again.first().id(), first);
        QCOMPARE(reconciled.again.first().spec.command, QStringList({"run", "a"}));
    }

    void anAgentThatForgotARunningTaskLosesIt()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        farm.report(1, farm.assign(1), ReportKind::Started);
        QVERIFY(farm.attempts->reconcile({1}, {}).again.isEmpty());
        QCOMPARE(farm.print(), QStringList({"a queued"}));
    }

    void theThirdMachineThatGoesDownUnderATaskPoisonsIt()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        for (int machine = 1; machine <= 3; ++machine) {
            const AttemptId attempt = farm.assign(machine);
            farm.report(machine, attempt, ReportKind::Started);
            farm.restart(); // the count is stored
            farm.attempts->machineRemoved({machine});
        }
        QCOMPARE(farm.print(), QStringList({"a failed poisoned"}));
    }

    void aMachineLostBeforeItsTaskRanPoisonsNothing()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        for (int machine = 1; machine <= 4; ++machine) {
            farm.assign(machine);
            farm.attempts->machineRemoved({machine});
        }
        QCOMPARE(farm.print(), QStringList({"a queued"}));
    }
};

QTEST_GUILESS_MAIN(TestAttempts)
#include "tst_attempts.moc"
