#include "app/work/actionline.h"
#include "app/work/comparison.h"
#include "app/work/oldwords.h"
#include "app/work/specreader.h"
#include "app/work/spectext.h"
#include "app/work/specwriter.h"
#include "app/work/taskoptions.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "tests/support/verify.h"

using namespace Drover;

class TestActionLine : public QObject
{
    Q_OBJECT

    static TaskSpec fullSpec()
    {
        TaskSpec spec;
        spec.name = "a b";
        spec.command = {"bwa", "it's", "- x", "null", "", "two\nlines"};
        spec.environment = {{"A", "1 # 2"}, {"B", ""}};
        spec.labels = {{"student", "7: x"}};
        spec.after = {"x-*", "12"};
        spec.afterRule = AfterRule::AllEnded;
        spec.retry.attempts = 3;
        spec.retry.backoff = std::chrono::milliseconds(1500);
        spec.retry.on = {EndReason::OutOfMemory, EndReason::TimedOut};
        spec.timeouts.run = std::chrono::hours(2);
        spec.needs.memory = 2'000'000'001;
        spec.needs.cpu = 1.1;
        spec.needs.withoutMachines = {"m1", "m2"};
        spec.inputs = {Transfer {"s3:x"}, Transfer {"blob:y", "y.fq", 12}};
        spec.leaseRule = LeaseRule::Fence;
        spec.output = OutputMode::Merged;
        spec.notes = "%@- \"quoted\"\ttab";
        spec.held = true;
        return spec;
    }

private slots:
    void aTaskSurvivesBeingWrittenAndRead()
    {
        Problems problems;
        const TaskSpec direct = readTask(nodeOf(fullSpec()), {}, problems);
        QVERIFY2(problems.isEmpty(), problems.isEmpty() ? "" : qPrintable(printed(problems.error())));
        QVERIFY(direct == fullSpec());

        const QString yaml = yamlText(nodeOf(fullSpec()));
        const auto node = yamlNode("y", yaml.toUtf8());
        VERIFY_OK(node);
        const TaskSpec written = readTask(*node, "y", problems);
        QVERIFY2(problems.isEmpty() && written == fullSpec(), qPrintable(yaml));
    }

    void aTaskIsQuotedBackAsACommandLine()
    {
        TaskSpec spec;
        spec.name = "align";
        spec.command = {"bwa", "a b"};
        spec.needs.memory = 2'000'000'000;
        spec.retry.attempts = 3;
        spec.labels = {{"student", "7"}};
        spec.held = true;
        QCOMPARE(submitLine(spec, "nightly"),
                 "drover submit --batch nightly --name align --label student=7 --held --retry 2 --memory 2GB -- bwa 'a b'");
    }

    void actionsAreQuotedBack()
    {
        QCOMPARE(actionLine(CancelTasks {.tasks = {.ids = {TaskId {14}, TaskId {12}, TaskId {13}, TaskId {20}}}}),
                 "drover cancel 12-14 20");
        QCOMPARE(actionLine(CancelTasks {.tasks = {.where = "state = failed"}, .kill = true, .now = true}),
                 "drover kill --now --where 'state = failed'");
        QCOMPARE(actionLine(HoldTasks {.tasks = {.ids = {TaskId {5}}}, .held = false}), "drover release 5");
        QCOMPARE(actionLine(PauseTasks {.tasks = {.ids = {TaskId {5}}}}), "drover pause 5");
        QCOMPARE(actionLine(PauseEverything {.paused = false}), "drover resume --all");
        QCOMPARE(actionLine(HoldEverything {}), "drover hold --all");
        QCOMPARE(actionLine(SetPriority {.tasks = {.ids = {TaskId {5}}}, .priority = 70}), "drover priority 70 5");
        QCOMPARE(actionLine(RetryTasks {.tasks = {.all = true}}), "drover retry --all");
    }

    void everyFieldOfATaskHasAnOption()
    {
        // command is what stands after `--`.
        for (const SpecField &field : specFields())
            QVERIFY2(field.path == "command" || taskOptionFor(field.path), qPrintable(field.path));
        QSet<QString> names;
        for (const TaskOption &option : taskOptions()) {
            QVERIFY2(!names.contains(option.name), qPrintable(option.name));
            names.insert(option.name);
        }
        QCOMPARE(taskOptionFor("environment.HOME")->name, "--env");
        QVERIFY(!taskOptionFor("nonsense"));
    }

    void oldWordsLeadToNewOnes()
    {
        QCOMPARE(oldWord("execution")->now, "attempt");
        QCOMPARE(oldWord("Recruiter")->now, "scaling rule");
        QCOMPARE(oldWord("qlist")->now, "tasks");
        QCOMPARE(oldWord("scitq-launch")->now, "submit -- CMD ARGS…");
        QCOMPARE(oldWord("PYTQ-relaunch")->now, "retry TASK…");
        QVERIFY(!oldWord("submit"));
        QVERIFY(!oldWord(""));
    }

    void twoAttemptsStandSideBySide()
    {
        ComparedAttempt left;
        left.task.name = "align";
        left.spec = fullSpec();
        left.attempt.state = TaskState::Succeeded;
        left.attempt.endReason = EndReason::Exited;
        left.attempt.exitCode = 0;
        left.attempt.machineName = "m1";
        left.attempt.started = fromMicroseconds(1'000'000);
        left.attempt.ended = fromMicroseconds(8'000'000);
        ComparedAttempt right = left;
        right.spec.environment["A"] = "2";
        right.spec.workdir = "/data";
        right.attempt.state = TaskState::Failed;
        right.attempt.exitCode = 3;
        right.attempt.ended = fromMicroseconds(3'000'000);
        QStringList different;
        for (const ComparedValue &value : compared(left, right)) {
            if (value.differs())
                different.append(value.what + ": " + value.left + " | " + value.right);
        }
        QCOMPARE(different, QStringList({"end: succeeded | failed: exit 3", "ran: 7.0 s | 2.0 s",
                                         "environment.A: 1 # 2 | 2", "workdir:  | /data"}));
        QCOMPARE(compared(left, left).size() > 10, true);
    }

    void anEndIsSaidInAFewWords()
    {
        QCOMPARE(printedReason(EndReason::Exited, 3, 0), "exit 3");
        QCOMPARE(printedReason(EndReason::Exited, 0, 0), "");
        QCOMPARE(printedReason(EndReason::Signalled, {}, 9), "signal 9");
        QCOMPARE(printedReason(EndReason::OutOfMemory, 137, 9), "out of memory");
        Attempt cancelled;
        cancelled.state = TaskState::Cancelled;
        cancelled.endReason = EndReason::Cancelled;
        QCOMPARE(printedEnd(cancelled), "cancelled");
    }
};

QTEST_APPLESS_MAIN(TestActionLine)
#include "tst_actionline.moc"
