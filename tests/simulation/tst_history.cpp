#include "tests/simulation/history.h"

#include <QtTest/QtTest>

using namespace Drover;

/// Plants what must not happen, and looks whether it is said.
class TestHistory : public QObject
{
    Q_OBJECT

    static constexpr TaskId task {7};
    static constexpr AttemptId first {task, 1};
    static constexpr AttemptId second {task, 2};
    static constexpr MachineId machine {1};

    struct Told
    {
        History history;
        Instant now = fromMicroseconds(1'000'000);
        TaskChange row;

        explicit Told(const History::Spec &spec = {})
        {
            history.submitAsked({task}, {spec});
            history.specGiven(task, 1, "run");
            NewTask fresh;
            fresh.task.id = task;
            fresh.task.batch = BatchId {1};
            Stage stage;
            stage.insert(fresh);
            commit(stage);
            history.submitAcknowledged({task});
            row.id = task;
            row.batch = BatchId {1};
        }
        void commit(const Stage &stage) { history.committed(stage, now); }
        void assign(int n = 1)
        {
            row.state = TaskState::Assigned;
            row.lastAttempt = row.currentAttempt = n;
            put(attempt(n));
        }
        Attempt attempt(int n) const
        {
            Attempt attempt;
            attempt.task = task;
            attempt.n = n;
            attempt.machine = machine;
            attempt.assigned = now;
            return attempt;
        }
        void put(const std::optional<Attempt> &attempt = {})
        {
            Stage stage;
            stage.put(row);
            if (attempt)
                stage.put(*attempt);
            commit(stage);
        }
        void run(int n = 1) { history.processStarted({task, n}, machine, "run"); }
        void exit(int code, int n = 1) { history.processExited({task, n}, code); }
        void succeed(int n = 1)
        {
            Attempt ended = attempt(n);
            ended.state = TaskState::Succeeded;
            ended.ended = now;
            ended.endReason = EndReason::Exited;
            row.state = TaskState::Succeeded;
            row.ended = now;
            put(ended);
        }
        void end(TaskState state, EndReason reason)
        {
            row.state = state;
            row.endReason = reason;
            row.ended = now;
            put();
        }
        QStringList said()
        {
            history.finish();
            return history.violations();
        }
    };

    static bool says(Told &told, const QString &words)
    {
        const QStringList said = told.said();
        const bool found = std::ranges::any_of(said, [&](const QString &each) { return each.contains(words); });
        if (!found)
            qWarning("\"%s\" is not among: %s", qPrintable(words), qPrintable(said.join("; ")));
        return found;
    }

private slots:
    void whatIsAsItShallBeIsNoViolation()
    {
        Told told;
        told.assign();
        told.history.assignmentSent(first);
        told.run();
        told.exit(0);
        told.history.successHeard(first);
        told.succeed();
        told.history.settled();
        told.history.endAcknowledged(first);
        QCOMPARE(told.said(), QStringList());
    }

    void aTaskThatNeverEnds()
    {
        Told told;
        QVERIFY(says(told, "never ends"));
    }

    void anAcknowledgedTaskThatIsNotDurable()
    {
        Told told;
        told.history.submitAcknowledged({TaskId {8}});
        QVERIFY(says(told, "task 8 was acknowledged and is not durable"));
    }

    void aSubmissionQueuedTwice()
    {
        Told told;
        Stage stage;
        NewTask again;
        again.task.id = task;
        stage.insert(again);
        told.commit(stage);
        QVERIFY(says(told, "queued twice"));
    }

    void twoEnds()
    {
        Told told;
        told.assign();
        told.run();
        told.exit(0);
        told.succeed();
        told.end(TaskState::Failed, EndReason::Exited);
        QVERIFY(says(told, "ended twice"));
    }

    void aTaskThatGoesOnAfterItsEnd()
    {
        Told told;
        told.history.cancelAsked(task);
        told.end(TaskState::Cancelled, EndReason::Cancelled);
        told.row.state = TaskState::Queued;
        told.put();
        QVERIFY(says(told, "went on after its end"));
    }

    void aRetryIsNoSecondEnd()
    {
        Told told;
        told.history.cancelAsked(task);
        told.end(TaskState::Cancelled, EndReason::Cancelled);
        told.history.retryAsked(task);
        told.row.state = TaskState::Queued;
        told.row.specNumber = 2;
        told.put();
        told.history.cancelAsked(task);
        told.end(TaskState::Cancelled, EndReason::Cancelled);
        QCOMPARE(told.said(), QStringList());
    }

    void aResultOfAnAttemptThatFailed()
    {
        Told told;
        told.assign();
        told.run();
        told.exit(3);
        told.succeed();
        QVERIFY(says(told, "succeeded by attempt 1, which did not"));
    }

    void aCancelByNobody()
    {
        Told told;
        told.end(TaskState::Cancelled, EndReason::Cancelled);
        QVERIFY(says(told, "cancelled by nobody"));
    }

    void aCancelledTaskWhoseOtherAttemptIsAdopted()
    {
        Told told;
        told.assign(1);
        told.run(1);
        told.assign(2);
        told.history.cancelAsked(task);
        told.row.cancelling = true;
        told.put();
        told.exit(0, 1);
        told.row.currentAttempt = 1;
        told.succeed(1);
        QVERIFY(says(told, "was cancelled, and attempt 1 adopted"));
    }

    void aSuccessThatDoesNotCount()
    {
        Told told;
        told.assign();
        told.run();
        told.exit(0);
        told.history.successHeard(first);
        told.history.settled();
        QVERIFY(says(told, "the success of attempt 7-1 did not count"));
    }

    void theSuccessOfAStoppedAttemptNeedNotCount()
    {
        Told told;
        told.assign();
        told.history.stopOrdered(first);
        told.history.successHeard(first);
        told.history.settled();
        QVERIFY(!told.said().join(' ').contains("did not count"));
    }

    void twoAtOnceUnderFence()
    {
        Told told({.rule = LeaseRule::Fence});
        told.assign(1);
        told.run(1);
        told.assign(2);
        told.run(2);
        QVERIFY(says(told, "attempts 7-1 and 7-2 run at once under fence"));
    }

    void twoAtOnceUnderReplaceIsAllowed()
    {
        Told told;
        told.assign(1);
        told.run(1);
        told.assign(2);
        told.run(2);
        QVERIFY(!told.said().join(' ').contains("at once"));
    }

    void twoProcessesOfOneAttempt()
    {
        Told told;
        told.assign();
        told.run();
        told.run();
        QVERIFY(says(told, "has two processes"));
    }

    void whatRunsBeforeItIsDurable()
    {
        Told told;
        told.history.assignmentSent(first);
        told.run();
        QVERIFY(says(told, "was sent before it was durable"));
        QVERIFY(says(told, "runs and is not durable"));
    }

    void anotherSpecThanThatOfItsNumber()
    {
        Told told;
        told.history.specGiven(task, 2, "edited");
        told.row.specNumber = 2;
        Attempt attempt = told.attempt(1);
        attempt.specNumber = 2;
        told.row.state = TaskState::Assigned;
        told.row.lastAttempt = told.row.currentAttempt = 1;
        told.put(attempt);
        told.run();
        QVERIFY(says(told, "runs \"run\" instead of \"edited\""));
    }

    void aStartOfWhatIsHeld()
    {
        Told told;
        told.row.held = true;
        told.put();
        told.assign();
        QVERIFY(says(told, "began though its task was held"));
    }

    void aStartOfWhatIsCancelled()
    {
        Told told;
        told.row.cancelling = true;
        told.put();
        told.assign();
        QVERIFY(says(told, "began though its task was cancelled"));
    }

    void aStartBeforeItsBackOffIsOver()
    {
        Told told;
        told.row.notBefore = told.now + std::chrono::seconds(5);
        told.put();
        told.assign();
        QVERIFY(says(told, "before its back-off was over"));
    }

    void aStartBeforeWhatItWaitsFor()
    {
        Told told({.after = {TaskId {3}}});
        told.assign();
        QVERIFY(says(told, "began before what its task waits for"));
    }

    void anAttemptOfAnUsedNumber()
    {
        Told told;
        told.assign(2);
        told.assign(1);
        QVERIFY(says(told, "attempt 7-1 began after attempt 2"));
    }

    void aFailureThatHadRetriesLeft()
    {
        Told told({.attempts = 3});
        told.assign();
        told.run();
        told.exit(1);
        told.end(TaskState::Failed, EndReason::Exited);
        QVERIFY(says(told, "failed after 1 of 3 attempts"));
    }

    void aFailureThatIsItsMachines()
    {
        Told told;
        told.end(TaskState::Failed, EndReason::WorkerLost);
        QVERIFY(says(told, "failed for what its machine did"));
    }

    void poisonTooEarly()
    {
        Told told;
        told.row.poison = 1;
        told.end(TaskState::Failed, EndReason::Poisoned);
        QVERIFY(says(told, "poisoned after 1 machines"));
    }

    void anAcknowledgedEndThatIsNotDurable()
    {
        Told told;
        told.assign();
        told.history.endAcknowledged(first);
        QVERIFY(says(told, "the end of attempt 7-1 was acknowledged and is not durable"));
    }

    void aRestartThatChangesARow()
    {
        Told told;
        History::Row row = *told.history.find(task);
        row.priority = 99;
        told.history.restarted({row}, {});
        QVERIFY(says(told, "a restart made"));
    }

    void aRestartThatLosesATask()
    {
        Told told;
        told.history.restarted({}, {});
        QVERIFY(says(told, "a restart lost task 7"));
    }

    void aRestartThatLosesAnAttempt()
    {
        Told told;
        told.assign();
        told.history.restarted({*told.history.find(task)}, {});
        QVERIFY(says(told, "a restart lost attempt 7-1"));
    }

    void countersThatAreWrong()
    {
        Told told;
        Stage stage;
        Batch batch;
        batch.id = BatchId {1};
        batch.counts.add(TaskState::Running, 1);
        stage.put(batch);
        told.commit(stage);
        QVERIFY(says(told, "batch 1 counts"));
    }
};

QTEST_APPLESS_MAIN(TestHistory)
#include "tst_history.moc"
