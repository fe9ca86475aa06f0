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
    void anEditOutlastsARetryWithMoreMemory()
    {
        Farm farm;
        TaskSpec spec = Farm::task("align");
        spec.needs.memory = 1'000'000;
        spec.retry.attempts = 2;
        spec.retry.memoryFactor = 2;
        VERIFY_OK(farm.submit({spec}));
        const AttemptId attempt = farm.assign(1);
        spec.needs.memory = 5'000'000;
        QCOMPARE(farm.queue->edit(attempt.task, spec), Outcome::Changed);
        farm.end(1, attempt, 0, EndReason::OutOfMemory);
        QCOMPARE(farm.queue->shape(farm.queue->find(attempt.task)->shape).needs.memory, 5'000'000);
    }

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
        const QSignalSpy taken(farm.attempts.get(), &Attempts::taken);
        const auto reconciled = farm.attempts->reconcile({1}, {{.task = first.task, .n = first.n, .state = TaskState::Running}});
        QVERIFY(reconciled.stop.isEmpty());
        QCOMPARE(farm.print(), QStringList({"a running 1"}));
        QCOMPARE(taken.size(), 1); // its processes never stopped using the machine
        QVERIFY(farm.attempts->held(first).has_value());
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

    void anAttemptIsItsTasksOwnersAndHasItsGpus()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const Assignment assignment = farm.attempts->assign({1}, MachineId {1}, "m1", std::make_shared<const TaskSpec>(Farm::task("a")), {0, 3});
        QCOMPARE(assignment.owner, "ann");
        QCOMPARE(assignment.gpus, QList<qint64>({0, 3}));
        farm.restart();
        QCOMPARE(farm.attempts->find({{1}, 1})->gpus, QList<qint64>({0, 3}));
    }

    void memoryThatHasGrownOutlivesTheDaemon()
    {
        Farm farm;
        TaskSpec spec = withRetry(3);
        spec.needs.memory = 1000;
        spec.retry.memoryFactor = 2;
        VERIFY_OK(farm.submit({spec}));
        farm.end(1, farm.assign(1), 0, EndReason::OutOfMemory);
        QCOMPARE(farm.queue->shape(farm.queue->find({1})->shape).needs.memory, 2000);
        farm.restart();
        QCOMPARE(farm.queue->shape(farm.queue->find({1})->shape).needs.memory, 2000);
    }

    void cancellingAfterTheLeaseEndsTheTaskAtOnce()
    {
        Farm farm;
        TaskSpec spec = Farm::task("a");
        spec.leaseRule = LeaseRule::Wait;
        VERIFY_OK(farm.submit({spec}));
        const AttemptId first = farm.assign(1);
        farm.report(1, first, ReportKind::Started);
        farm.attempts->leaseEnded(first);
        QCOMPARE(farm.attempts->cancel({1}, CancelMode::Polite), Outcome::Changed);
        QCOMPARE(farm.print(), QStringList({"a cancelled cancelled"}));
        // The machine is told when it returns.
        QCOMPARE(farm.attempts->reconcile({1}, {{.task = first.task, .n = first.n}}).stop.size(), 1);
    }

    void aCancelIsSaidAgainToAMachineThatWasAway()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a"), Farm::task("b")}));
        const AttemptId first = farm.assign(1);
        farm.report(1, first, ReportKind::Started);
        const AttemptId unheard = farm.assign(1);
        farm.attempts->cancel({1}, CancelMode::Polite);
        farm.attempts->cancel({2}, CancelMode::Polite);
        farm.restart(); // what a person was told outlives the daemon
        farm.ordered();
        const auto reconciled = farm.attempts->reconcile({1}, {{.task = first.task, .n = first.n, .state = TaskState::Running}});
        QVERIFY(reconciled.again.isEmpty());
        QCOMPARE(farm.ordered(), QStringList({"1 stop 1-1"}));
        QCOMPARE(farm.print(), QStringList({"a running 1", "b cancelled cancelled"}));
        QVERIFY(!farm.attempts->find(unheard));
        farm.end(1, first, 0, EndReason::Cancelled);
        QCOMPARE(farm.printOne({1}), "a cancelled cancelled");
    }

    void cancelNowDoesNotWaitForTheLease()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const AttemptId first = farm.assign(1);
        farm.report(1, first, ReportKind::Started);
        farm.attempts->cancel({1}, CancelMode::Polite);
        farm.attempts->abandon(first);
        QCOMPARE(farm.print(), QStringList({"a cancelled cancelled"}));
    }

    void aDrainingMachinesLossIsNoPoison()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        farm.attempts->excuse({1}, true);
        for (int i = 0; i < 4; ++i) {
            const AttemptId attempt = farm.assign(1);
            farm.report(1, attempt, ReportKind::Started);
            farm.attempts->leaseEnded(attempt);
        }
        QCOMPARE(farm.print(), QStringList({"a queued"}));
    }

    void whatWasNeverAssignedHereIsKeptAsAStray()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const qint64 other = farm.ledger->epoch() + 1;
        const HeldAttempt held {.task = {1}, .n = 3, .epoch = other, .specNumber = 1, .state = TaskState::Running};
        QVERIFY(farm.attempts->reconcile({1}, {held}).stop.isEmpty());
        QCOMPARE(farm.attempts->strays().all().size(), 1);
        QCOMPARE(farm.print(), QStringList({"a queued"}));
        farm.restart();
        QCOMPARE(farm.attempts->strays().all().size(), 1);
        VERIFY_OK(farm.attempts->stopStray({1}, {{1}, 3}));
        QCOMPARE(farm.ordered(), QStringList({"1 stop 1-3"}));
        Report end {.epoch = other, .task = {1}, .n = 3, .kind = ReportKind::Ended, .at = farm.clock.now(),
                    .endReason = EndReason::Superseded};
        farm.attempts->apply({1}, end);
        QVERIFY(farm.attempts->strays().all().isEmpty());
        QCOMPARE(farm.print(), QStringList({"a queued"}));
    }

    void anotherHistorysAttemptOfTheSameNumberIsNotOurs()
    {
        for (const LeaseRule rule : {LeaseRule::Replace, LeaseRule::Fence}) {
            Farm farm;
            TaskSpec spec = Farm::task("a");
            spec.leaseRule = rule;
            VERIFY_OK(farm.submit({spec}));
            const AttemptId attempt = farm.assign(1);
            farm.report(1, attempt, ReportKind::Started);
            const qint64 old = farm.ledger->epoch();
            farm.ledger->beginEpoch();
            farm.commit();
            const auto reconciled = farm.attempts->reconcile(
                {1}, {{.task = attempt.task, .n = attempt.n, .epoch = old, .specNumber = 1, .state = TaskState::Running}});
            QVERIFY(reconciled.stop.isEmpty() && reconciled.again.isEmpty());
            QCOMPARE(farm.attempts->strays().all().size(), 1);
            // Fenced, it never runs twice at once: it is queued again when the stray has ended.
            QCOMPARE(farm.print(), QStringList({rule == LeaseRule::Fence ? "a running 1" : "a queued"}));
            Report end {.epoch = old, .task = attempt.task, .n = attempt.n, .kind = ReportKind::Ended,
                        .at = farm.clock.now(), .endReason = EndReason::Exited, .exitCode = 0};
            farm.attempts->apply({1}, end);
            QCOMPARE(farm.print(), QStringList({"a queued"}));
            QCOMPARE(farm.assign(1), (AttemptId {attempt.task, 2}));
        }
    }

    void aStrayThatAPersonAdoptsGivesTheResult()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const qint64 other = farm.ledger->epoch() + 1;
        farm.attempts->reconcile({1}, {{.task = {1}, .n = 3, .epoch = other, .specNumber = 1, .state = TaskState::Running}});
        const auto spec = std::make_shared<const TaskSpec>(Farm::task("a"));
        VERIFY_FAILS(farm.attempts->adoptStray({2}, "m2", {{1}, 3}, spec), ErrorCode::NotFound);
        VERIFY_OK(farm.attempts->adoptStray({1}, "m1", {{1}, 3}, spec));
        QCOMPARE(farm.print(), QStringList({"a running 3"}));
        farm.restart(); // its epoch is remembered
        Report end {.epoch = other, .task = {1}, .n = 3, .kind = ReportKind::Ended, .at = farm.clock.now(),
                    .started = farm.clock.now(), .endReason = EndReason::Exited, .exitCode = 0};
        farm.attempts->apply({1}, end);
        QCOMPARE(farm.print(), QStringList({"a succeeded exited"}));
        QVERIFY(farm.attempts->strays().all().isEmpty());
    }

    void aStrayOfAnEditedTaskIsNotAdopted()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        farm.attempts->reconcile({1}, {{.task = {1}, .n = 3, .epoch = farm.ledger->epoch() + 1, .specNumber = 2}});
        VERIFY_FAILS(farm.attempts->adoptStray({1}, "m1", {{1}, 3}, std::make_shared<const TaskSpec>()), ErrorCode::Conflict);
    }

    void aStrayThatHasEndedIsForgottenOnAWord()
    {
        Farm farm;
        Report end {.epoch = farm.ledger->epoch() + 1, .task = {9}, .n = 1, .kind = ReportKind::Ended,
                    .at = farm.clock.now(), .endReason = EndReason::Exited, .exitCode = 0};
        farm.attempts->apply({1}, end);
        QCOMPARE(farm.attempts->strays().all().size(), 1);
        farm.attempts->reconcile({1}, {}); // its agent has forgotten it; the end is kept here
        QCOMPARE(farm.attempts->strays().all().size(), 1);
        VERIFY_OK(farm.attempts->stopStray({1}, {{9}, 1}));
        QVERIFY(farm.attempts->strays().all().isEmpty());
        QVERIFY(farm.ordered().isEmpty());
    }

    void whatIsPausedIsFrozenWhenItsAgentSaysSo()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a"), Farm::task("b")}));
        const AttemptId running = farm.assign(1);
        farm.report(1, running, ReportKind::Started);
        QCOMPARE(farm.attempts->pause({1}, true), Outcome::Changed);
        QCOMPARE(farm.attempts->pause({1}, true), Outcome::Already);
        QCOMPARE(farm.ordered(), QStringList({"1 freeze 1-1"}));
        QCOMPARE(farm.print(), QStringList({"a running 1 pause", "b queued"})); // a wish so far
        farm.report(1, running, ReportKind::Frozen);
        QCOMPARE(farm.printOne({1}), "a paused 1 pause");
        QCOMPARE(farm.attempts->pause({1}, false), Outcome::Changed);
        QCOMPARE(farm.ordered(), QStringList({"1 thaw 1-1"}));
        farm.report(1, running, ReportKind::Thawed);
        QCOMPARE(farm.printOne({1}), "a running 1");
    }

    void itIsThawedWhenNoFlagAsksForItAnyMore()
    {
        Farm farm;
        const auto submitted = farm.submit({Farm::task("a")});
        VERIFY_OK(submitted);
        const AttemptId running = farm.assign(1);
        farm.report(1, running, ReportKind::Started);
        Flags flags;
        flags.paused = true;
        flags.pause("main", true);
        farm.batches->setFlags(flags);
        farm.attempts->followFlags();
        farm.report(1, running, ReportKind::Frozen);
        QCOMPARE(farm.ordered(), QStringList({"1 freeze 1-1"}));
        farm.batches->change(submitted->batch, [](Batch &batch) { batch.paused = true; });
        farm.batches->setFlags({});
        farm.attempts->followFlags();
        QCOMPARE(farm.ordered(), QStringList()); // the batch still wants it
        farm.batches->change(submitted->batch, [](Batch &batch) { batch.paused = false; });
        farm.attempts->followFlags();
        QCOMPARE(farm.ordered(), QStringList({"1 thaw 1-1"}));
    }

    void aPauseOutlivesTheDaemonAndIsSaidAgainToAReturningAgent()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a"), Farm::task("b")}));
        const AttemptId first = farm.assign(1);
        farm.report(1, first, ReportKind::Started);
        farm.attempts->pause({1}, true);
        Flags flags;
        flags.hold("main", true);
        farm.batches->setFlags(flags);
        farm.restart();
        QVERIFY(farm.batches->flags().isHeld("MAIN"));
        farm.ordered();
        farm.attempts->reconcile({1}, {{.task = first.task, .n = first.n, .state = TaskState::Running}});
        QCOMPARE(farm.ordered(), QStringList({"1 freeze 1-1"}));
        farm.attempts->pause({1}, false); // while its agent is away, and does not hear it
        farm.ordered();
        farm.attempts->reconcile({1}, {{.task = first.task, .n = first.n, .state = TaskState::Paused}});
        QCOMPARE(farm.ordered(), QStringList({"1 thaw 1-1"}));
    }

    void aFreezeThatCrossedAResumeIsTakenBack()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const AttemptId running = farm.assign(1);
        farm.report(1, running, ReportKind::Started);
        farm.attempts->pause({1}, true);
        farm.attempts->pause({1}, false);
        farm.ordered();
        farm.report(1, running, ReportKind::Frozen);
        QCOMPARE(farm.ordered(), QStringList({"1 thaw 1-1"}));
    }

    void whatIsPausedBeforeItStartsIsNotStarted()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        QCOMPARE(farm.attempts->pause({1}, true), Outcome::Changed);
        QVERIFY(farm.queue->ready().batches().empty());
        QCOMPARE(farm.print(), QStringList({"a queued pause"}));
        QCOMPARE(farm.attempts->pause({1}, false), Outcome::Changed);
        QVERIFY(!farm.queue->ready().batches().empty());
    }

    void aHoldCallsBackWhatHasNotStarted()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a"), Farm::task("b")}));
        const AttemptId running = farm.assign(1);
        farm.report(1, running, ReportKind::Started);
        const AttemptId ahead = farm.assign(1);
        Flags flags;
        flags.held = true;
        farm.batches->setFlags(flags);
        farm.attempts->followFlags();
        QCOMPARE(farm.ordered(), QStringList({"1 recall 2-1"}));
        Report given {.task = ahead.task, .n = ahead.n, .kind = ReportKind::Ended, .at = farm.clock.now(),
                      .endReason = EndReason::Superseded};
        farm.attempts->apply({1}, given);
        QCOMPARE(farm.print(), QStringList({"a running 1", "b queued"}));
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
