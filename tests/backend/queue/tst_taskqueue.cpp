#include "tests/backend/queue/farm.h"

using namespace Drover;
using namespace std::chrono_literals;

class TestTaskQueue : public QObject
{
    Q_OBJECT

private slots:
    void tasksThatWaitStartWhenAllTheyWaitForHaveSucceeded()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a"), Farm::task("b"), Farm::task("merge", {"a", "b"})}));
        QCOMPARE(farm.print(), QStringList({"a queued", "b queued", "merge waiting"}));
        farm.end(1, farm.assign(1), 0);
        QCOMPARE(farm.printOne({3}), "merge waiting");
        farm.end(1, farm.assign(1), 0);
        QCOMPARE(farm.print(), QStringList({"a succeeded exited", "b succeeded exited", "merge queued"}));
    }

    void aFailedNeedEndsItsDependentsDownTheChain()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a"), Farm::task("b", {"a"}), Farm::task("c", {"b"})}));
        farm.end(1, farm.assign(1), 3);
        QCOMPARE(farm.print(), QStringList({"a failed exited 3", "b failed after-failed", "c failed after-failed"}));
    }

    void aDependentThatMayWaitGoesOnWhenItsNeedIsRetriedAndSucceeds()
    {
        Farm farm;
        TaskSpec patient = Farm::task("b", {"a"});
        patient.afterFailed = AfterFailed::Wait;
        VERIFY_OK(farm.submit({Farm::task("a"), patient}));
        farm.end(1, farm.assign(1), 1);
        QCOMPARE(farm.printOne({2}), "b waiting");
        farm.restart();
        StoredTask again;
        again.id = TaskId {1};
        again.batch = BatchId {1};
        again.shape = 1;
        again.state = TaskState::Failed;
        again.lastAttempt = 1;
        VERIFY_OK(farm.queue->retry(again));
        farm.end(1, farm.assign(1), 0);
        QCOMPARE(farm.print(), QStringList({"a succeeded exited", "b queued"}));
    }

    void aDependentOfAllThatEndedStartsAfterAFailure()
    {
        Farm farm;
        TaskSpec report = Farm::task("report", {"a"});
        report.afterRule = AfterRule::AllEnded;
        VERIFY_OK(farm.submit({Farm::task("a"), report}));
        farm.end(1, farm.assign(1), 1);
        QCOMPARE(farm.printOne({2}), "report queued");
    }

    void nothingIsQueuedUnlessAllOfItIsGood()
    {
        Farm farm;
        TaskSpec wrong = Farm::task("x");
        wrong.priority = 101;
        TaskSpec alsoWrong;
        const auto refused = farm.submit({Farm::task("a"), wrong, alsoWrong});
        VERIFY_FAILS(refused, ErrorCode::Invalid);
        QCOMPARE(refused.error().problems.size(), 2); // all at once
        QCOMPARE(printed(refused.error().problems.first()), "tasks[1].priority: 101 is out of range; use 0 to 100");
        VERIFY_FAILS(farm.submit({Farm::task("a", {"nobody"})}), ErrorCode::Invalid);
        VERIFY_FAILS(farm.submit({Farm::task("a", {"b"}), Farm::task("b", {"a"})}), ErrorCode::Invalid);
        QCOMPARE(farm.print(), QStringList());
    }

    void theSameKeyQueuesNothingTwiceEvenAfterARestart()
    {
        Farm farm;
        const auto first = farm.submit({Farm::task("a")}, "key-1");
        VERIFY_OK(first);
        const auto second = farm.submit({Farm::task("a")}, "key-1");
        VERIFY_OK(second);
        QVERIFY(second->repeated);
        farm.restart();
        const auto third = farm.submit({Farm::task("a")}, "key-1");
        VERIFY_OK(third);
        QCOMPARE(third->tasks, first->tasks);
        QCOMPARE(farm.print(), QStringList({"a queued"}));
    }

    void whatABegunSubmissionAddsIsSeenWhenItIsCommitted()
    {
        Farm farm;
        const auto opened = farm.submissions->begin({.key = "k", .project = "main", .batch = "big"}, "ann");
        VERIFY_OK(opened);
        const auto specs = prepareSpecs({Farm::task("a"), Farm::task("b", {"a"})});
        VERIFY_OK(specs);
        VERIFY_OK(farm.submissions->add(opened->submission, *specs, "ann", {}));
        QVERIFY(farm.queue->ready().batches().empty());
        const auto done = farm.submissions->commit(opened->submission, "ann");
        VERIFY_OK(done);
        QCOMPARE(done->tasks.size(), 2);
        QCOMPARE(farm.print(), QStringList({"a queued", "b waiting"}));
        VERIFY_FAILS(farm.submissions->commit(opened->submission, "ann"), ErrorCode::NotFound);
    }

    void anAbandonedSubmissionIsSweptAfterAnHour()
    {
        Farm farm;
        const auto opened = farm.submissions->begin({.key = {}, .project = "main", .batch = "big"}, "ann");
        VERIFY_OK(opened);
        const auto specs = prepareSpecs({Farm::task("a")});
        VERIFY_OK(farm.submissions->add(opened->submission, *specs, "ann", {}));
        farm.clock.advance(59min);
        farm.submissions->sweep();
        QCOMPARE(farm.submissions->open().size(), 1);
        farm.clock.advance(2min);
        farm.submissions->sweep();
        QCOMPARE(farm.submissions->open().size(), 0);
        QCOMPARE(farm.print(), QStringList());
    }

    void aRestartChangesNothing()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a"), Farm::task("b"), Farm::task("c", {"a"}), Farm::task("d")}));
        QCOMPARE(farm.queue->hold({2}, true), Outcome::Changed);
        QCOMPARE(farm.queue->setPriority({4}, 90), Outcome::Changed);
        const AttemptId running = farm.assign(1); // d: its priority goes first
        QCOMPARE(running.task, TaskId {4});
        farm.report(1, running, ReportKind::Started);
        const QStringList before = farm.print();
        farm.restart();
        QCOMPARE(farm.print(), before);
        QCOMPARE(before, QStringList({"a queued", "b queued held", "c waiting", "d running 1"}));
        farm.end(1, running, 0);
        QCOMPARE(farm.printOne({4}), "d succeeded exited");
    }

    void heldTasksAreNotReady()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        QCOMPARE(farm.queue->hold({1}, true), Outcome::Changed);
        QCOMPARE(farm.queue->hold({1}, true), Outcome::Already);
        QVERIFY(farm.queue->ready().batches().empty());
        QCOMPARE(farm.queue->hold({1}, false), Outcome::Changed);
        QVERIFY(!farm.queue->ready().batches().empty());
    }

    void aBatchEndsWithItsLastTaskAndItsNameIsFreeAgain()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        farm.end(1, farm.assign(1), 0);
        farm.commit();
        QVERIFY(!farm.batches->findLive("main", "b"));
        const auto next = farm.submit({Farm::task("a")});
        VERIFY_OK(next);
        QCOMPARE(next->batch, BatchId {2});
    }

    void idsAreNeverUsedTwice()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a"), Farm::task("b")}));
        farm.restart();
        const auto later = farm.submit({Farm::task("c")});
        VERIFY_OK(later);
        QCOMPARE(later->tasks, QList<TaskId>({TaskId {3}}));
    }

    void aLargeSubmissionIsStillVisibleAfterARestart()
    {
        Farm farm;
        const auto specs = prepareSpecs({Farm::task("a")});
        VERIFY_OK(specs);
        const auto opened = farm.submissions->begin({.key = "k", .batch = "b"}, "ann");
        VERIFY_OK(opened);
        VERIFY_OK(farm.submissions->add(opened->submission, *specs, "ann", {}));
        farm.restart();
        QVERIFY(farm.queue->ready().batches().empty()); // not committed: begun again by its sender
        const auto again = farm.submissions->begin({.key = "k", .batch = "b"}, "ann");
        VERIFY_OK(again);
        VERIFY_OK(farm.submissions->add(again->submission, *specs, "ann", {}));
        VERIFY_OK(farm.submissions->commit(again->submission, "ann"));
        farm.restart();
        QCOMPARE(farm.assign(1).task, TaskId {2});
    }

    void aLargeSubmissionThatWasBegunTwiceIsQueuedOnce()
    {
        Farm farm;
        const auto specs = prepareSpecs({Farm::task("a")});
        VERIFY_OK(specs);
        const auto first = farm.submissions->begin({.key = "k", .batch = "b"}, "ann");
        const auto second = farm.submissions->begin({.key = "k", .batch = "b"}, "ann");
        VERIFY_OK(first);
        VERIFY_OK(second);
        VERIFY_OK(farm.submissions->add(first->submission, *specs, "ann", {}));
        VERIFY_OK(farm.submissions->add(second->submission, *specs, "ann", {}));
        const auto done = farm.submissions->commit(second->submission, "ann");
        VERIFY_OK(done);
        const auto again = farm.submissions->commit(first->submission, "ann");
        VERIFY_OK(again);
        QVERIFY(again->repeated);
        QCOMPARE(again->tasks, done->tasks);
        QCOMPARE(farm.print(), QStringList({"a queued"}));
    }
};

QTEST_GUILESS_MAIN(TestTaskQueue)
#include "tst_taskqueue.moc"
