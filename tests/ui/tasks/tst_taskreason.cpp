#include "ui/tasks/taskfacts.h"
#include "ui/tasks/taskreason.h"
#include "ui/tasks/transfermodel.h"
#include "ui/tasks/attemptmodel.h"
#include "ui/tasks/comparisonmodel.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>

using namespace Drover;
using namespace std::chrono_literals;

class TestTaskReason : public QObject
{
    Q_OBJECT

    static TaskDetail failed(EndReason reason)
    {
        TaskDetail detail;
        detail.task.id = TaskId {7204116};
        detail.task.name = "tide";
        detail.task.state = TaskState::Failed;
        detail.task.endReason = reason;
        detail.spec.needs.memory = 16LL << 30;
        for (int n = 1; n <= 2; ++n) {
            Attempt attempt;
            attempt.task = detail.task.id;
            attempt.n = n;
            attempt.machineName = QString("fell-%1").arg(n);
            attempt.state = TaskState::Failed;
            attempt.endReason = reason;
            attempt.peakMemory = 16LL << 30;
            detail.attempts.append(attempt);
        }
        return detail;
    }

    static QMap<MachineId, Machine> machines(qint64 memory)
    {
        Machine machine;
        machine.id = MachineId {1};
        machine.facts.memory = memory;
        return {{machine.id, machine}};
    }

    static QString printed(const TaskReason &reason)
    {
        QStringList lines {reason.title, reason.why};
        for (const ReasonCard::Remedy &remedy : reason.remedies)
            lines.append(remedy.text + " -> " + remedy.link);
        return lines.join('|');
    }

private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void outOfMemorySaysWhatWouldFit()
    {
        QCOMPARE(printed(reasonOf(failed(EndReason::OutOfMemory), nullptr, machines(64LL << 30))),
                 "Out of memory on 2 workers|Used 16.0 GiB of 16.0 GiB. 24.0 GiB would fit: one machine has it."
                 "|Retry with 24.0 GiB -> memory:25769803776");
        QCOMPARE(printed(reasonOf(failed(EndReason::OutOfMemory), nullptr, machines(8LL << 30))),
                 "Out of memory on 2 workers|Used 16.0 GiB of 16.0 GiB. No machine has 24.0 GiB."
                 "|Edit and retry… -> action:task.editRetry");
    }

    void anExitHasItsLastLineAndTheLog()
    {
        TaskDetail detail = failed(EndReason::Exited);
        detail.task.exitCode = 4;
        detail.task.lastLine = "no such scene";
        QCOMPARE(printed(reasonOf(detail, nullptr, {})),
                 "Ended with exit status 4|no such scene|Open its log -> action:task.log|Retry -> action:task.retry");
    }

    void aTimeOutOffersTwiceTheTime()
    {
        TaskDetail detail = failed(EndReason::TimedOut);
        detail.spec.timeouts.run = 10min;
        QVERIFY(printed(reasonOf(detail, nullptr, {})).contains("Retry with 20 m 00 s -> timeout:1200000"));
    }

    void aLostWorkerIsAvoided()
    {
        QVERIFY(printed(reasonOf(failed(EndReason::WorkerLost), nullptr, {})).endsWith("Retry on another worker -> action:task.exclude"));
    }

    void whatWaitsSaysWhy()
    {
        TaskDetail detail;
        detail.task.state = TaskState::Queued;
        Explanation explanation;
        explanation.reasons = {{ReasonKind::Held, "it is held", "release it"}, {ReasonKind::Memory, "no machine has 64 GB", {}}};
        QCOMPARE(printed(reasonOf(detail, &explanation, {})),
                 "Why it waits|it is held\nno machine has 64 GB|release it -> action:task.hold");
        detail.task.state = TaskState::Running;
        QCOMPARE(reasonOf(detail, &explanation, {}).title, "");
        detail.task.state = TaskState::Succeeded;
        QCOMPARE(reasonOf(detail, nullptr, {}).title, "");
    }

    void secretsAreMasked()
    {
        TaskSpec spec;
        spec.environment = {{"DB_PASSWORD", "hunter2"}, {"THREADS", "4"}, {"API_TOKEN", "abc"}};
        QVERIFY(hasSecrets(spec));
        const QString masked = printedEnvironment(spec, Secrets::Masked);
        QVERIFY(!masked.contains("hunter2") && !masked.contains("abc"));
        QVERIFY(masked.contains("THREADS=4"));
        QVERIFY(printedEnvironment(spec, Secrets::Shown).contains("hunter2"));
        TaskDetail detail;
        detail.spec = spec;
        QVERIFY(!printedJson(detail).contains("hunter2"));
    }

    void longCommandsAreBroken()
    {
        TaskSpec spec;
        spec.command = {"tidemodel", "run", "--member", "12", "--step", "312", "--grid", "shelf-7km", "--restart", "in/m12-0311.nc"};
        QCOMPARE(printedCommand(spec), "tidemodel run \\\n  --member 12 \\\n  --step 312 \\\n  --grid shelf-7km \\\n  --restart in/m12-0311.nc");
        spec.command = {"echo", "a b"};
        QCOMPARE(printedCommand(spec), "echo 'a b'");
    }

    void factsLeaveOutWhatIsNotKnown()
    {
        TaskDetail detail = failed(EndReason::OutOfMemory);
        detail.task.signal = 9;
        detail.spec.needs.cpu = 8;
        const QList<KeyValueGrid::Row> rows = factsOf(detail, nullptr, *fromIso("2026-11-28T10:42:07Z"), true);
        const auto value = [&](const char *key) {
            for (const KeyValueGrid::Row &row : rows) {
                if (row.key == key)
                    return row.value;
            }
            return QString("?");
        };
        QCOMPARE(value("Needs"), "8 CPU, 16.0 GiB");
        QCOMPARE(value("End reason"), "out of memory, signal 9");
        QCOMPARE(value("Started"), "");
    }

    void modelsKeepTheRules()
    {
        AttemptModel attempts;
        QAbstractItemModelTester first(&attempts, QAbstractItemModelTester::FailureReportingMode::QtTest);
        TaskDetail detail = failed(EndReason::OutOfMemory);
        attempts.setAttempts(detail.attempts, *fromIso("2026-11-28T10:42:07Z"), true);
        QCOMPARE(attempts.rowCount(), 2);
        QCOMPARE(attempts.attemptAt(0).n, 2); // the last one first
        QCOMPARE(attempts.index(0, 2).data().toString(), "out of memory");
        TransferModel files;
        QAbstractItemModelTester second(&files, QAbstractItemModelTester::FailureReportingMode::QtTest);
        TaskSpec spec;
        spec.inputs = {{"blob:abc", "in.txt", 12}};
        spec.outputs = {{"out.txt", "", -1}};
        files.setSpec(spec);
        QCOMPARE(files.rowCount(), 2);
        QCOMPARE(files.index(1, 2).data().toString(), "the daemon");
        ComparisonModel comparison;
        QAbstractItemModelTester third(&comparison, QAbstractItemModelTester::FailureReportingMode::QtTest);
        comparison.setValues({{"machine", "a", "b"}, {"step", "x", "x"}});
        QCOMPARE(comparison.differing(), 1);
        comparison.setOnlyDifferent(true);
        QCOMPARE(comparison.rowCount(), 1);
    }
};

QTEST_MAIN(TestTaskReason)
#include "tst_taskreason.moc"
