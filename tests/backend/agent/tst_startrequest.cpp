#include "backend/agent/endreport.h"
#include "backend/agent/startrequest.h"
#include "tests/support/verify.h"

#include <cerrno>

using namespace Drover;
using namespace std::chrono_literals;

/// A task as the shim host takes it, and a status as the daemon takes it.
class TestStartRequest : public QObject
{
    Q_OBJECT

    StartSurroundings m_at;
    Seat m_seat{.index = 3, .user = 64203, .group = 64203, .folder = "/work/seat-3"};

    static Assignment task()
    {
        Assignment assignment{
            .task = TaskId{42}, .n = 2, .project = "main", .batch = "night", .spec = {}};
        assignment.spec.command = {"/bin/echo", "a b"};
        return assignment;
    }

    ShimStart started(const Assignment &assignment) const
    {
        return startOf(assignment, m_seat, m_at).value();
    }

    static QString variable(const ShimStart &start, const std::string &name)
    {
        QStringList values;
        for (const std::string &entry : start.environment) {
            if (entry.starts_with(name + '='))
                values.append(QString::fromStdString(entry.substr(name.size() + 1)));
        }
        return values.join('|'); // a doubled one shows
    }

private slots:
    void init()
    {
        m_at = {};
        m_at.runRoot = "/state/run";
        m_at.fenceFile = "/state/fence";
        m_at.home = "/home/me";
        m_at.cores = 8;
        m_at.memory = 16'000;
        m_at.slotCount = 4;
        m_at.outputCap = 1000;
    }

    void itSeesTheGpusItWasGiven()
    {
        Assignment assignment = task();
        QCOMPARE(variable(started(assignment), "CUDA_VISIBLE_DEVICES"), "");
        assignment.gpus = {0, 3};
        QCOMPARE(variable(started(assignment), "CUDA_VISIBLE_DEVICES"), "0,3");
    }

    void itHasItsOwnFoldersUserAndNames()
    {
        const ShimStart start = started(task());
        QCOMPARE(start.runFolder, "/state/run/42-2");
        QCOMPARE(start.workFolder, "/work/seat-3");
        QCOMPARE(start.numbers.uid, 64203);
        QCOMPARE(start.numbers.gid, 64203);
        QCOMPARE(start.arguments, (std::vector<std::string>{"/bin/echo", "a b"}));
        QCOMPARE(variable(start, "DROVER_TASK"), "42");
        QCOMPARE(variable(start, "DROVER_ATTEMPT"), "2");
        QCOMPARE(variable(start, "DROVER_PROGRESS"), "/work/seat-3/progress");
        QCOMPARE(variable(start, "OUTPUT"), "/work/seat-3/output");
        QCOMPARE(variable(start, "HOME"),
                 "/work/seat-3"); // not the agent's: that is another user's
        QVERIFY(variable(start, "PATH").contains("/usr/bin"));
        QCOMPARE(start.numbers.outputCap, 1000u);
    }

    void asTheAgentItselfItHasTheAgentsHome()
    {
        m_seat.user = -1;
        const ShimStart start = started(task());
        QCOMPARE(start.numbers.uid, -1);
        QCOMPARE(variable(start, "HOME"), "/home/me");
        m_seat.user = 64203;
    }

    void whatTheTaskSetsWins()
    {
        Assignment assignment = task();
        assignment.spec.environment = {{"PATH", "/opt/bin"}, {"CPU", "1"}, {"X", "a=b"}};
        const ShimStart start = started(assignment);
        QCOMPARE(variable(start, "PATH"), "/opt/bin");
        QCOMPARE(variable(start, "CPU"), "1");
        QCOMPARE(variable(start, "X"), "a=b");
    }

    void cpuAndMemoryAreItsShareUnlessItAskedForMore()
    {
        QCOMPARE(variable(started(task()), "CPU"), "2");
        QCOMPARE(variable(started(task()), "MEMORY"), "4000");
        Assignment two = task();
        two.spec.needs.slotCount = 2;
        QCOMPARE(variable(started(two), "CPU"), "4");
        QCOMPARE(variable(started(two), "MEMORY"), "8000");
        Assignment asks = task();
        asks.spec.needs.cpu = 1.5;
        asks.spec.needs.memory = 777;
        QCOMPARE(variable(started(asks), "CPU"), "1.5");
        QCOMPARE(variable(started(asks), "MEMORY"), "777");
    }

    void limitsAreAskedForOnlyWhereSomebodyAskedAndTheyHold()
    {
        m_at.cgroups
            = {.parents
               = {.v2 = "/cg", .memory = {}, .cpu = {}, .cpuacct = {}, .freezer = {}, .pids = {}},
               .memory = true,
               .cpu = true};
        QVERIFY(started(task()).cgroups.v2.empty());
        Assignment asks = task();
        asks.spec.needs.memory = 1 << 20;
        asks.spec.needs.cpu = 2;
        asks.spec.cpuLimit = 0.5;
        const ShimStart start = started(asks);
        QCOMPARE(start.cgroups.v2, "/cg");
        QCOMPARE(start.numbers.memoryMax, 1u << 20);
        QCOMPARE(start.numbers.cpuWeight, 200u);
        QCOMPARE(start.numbers.cpuQuotaUs, 50'000u);
        m_at.cgroups.memory = false; // a cgroup without that controller
        QCOMPARE(started(asks).numbers.memoryMax, 0u);
        m_at.cgroups.cpu = false;
        QVERIFY(started(asks).cgroups.v2.empty());
    }

    void aFencedTaskHasItsLeaseAndAShorterGrace()
    {
        Assignment assignment = task();
        assignment.leaseRule = LeaseRule::Fence;
        assignment.lease = 8s;
        assignment.spec.killGrace = 10s;
        const ShimStart start = started(assignment);
        QCOMPARE(start.fenceFile, "/state/fence");
        QCOMPARE(start.numbers.leaseMs, 8000);
        QCOMPARE(start.numbers.killGraceMs, 4000);
        QVERIFY(started(task()).fenceFile.empty());
    }

    void aShellTextIsRunByTheShell()
    {
        Assignment assignment = task();
        assignment.spec.command.clear();
        assignment.spec.shell = "echo $HOME";
        QCOMPARE(started(assignment).arguments,
                 (std::vector<std::string>{"/bin/sh", "-c", "echo $HOME"}));
    }

    void whatIsNotCarriedOutIsNamed_data()
    {
        QTest::addColumn<TaskSpec>("spec");
        QTest::addColumn<QString>("name");
        const auto row = [](const char *name, auto set) {
            TaskSpec spec = task().spec;
            set(spec);
            QTest::newRow(name) << spec << QString(name);
        };
        row("container", [](TaskSpec &spec) { spec.container = "debian"; });
    }
    void whatIsNotCarriedOutIsNamed()
    {
        QFETCH(TaskSpec, spec);
        QFETCH(QString, name);
        Assignment assignment = task();
        assignment.spec = spec;
        const Result<ShimStart> start = startOf(assignment, m_seat, m_at);
        VERIFY_FAILS(start, ErrorCode::UnsupportedField);
        QVERIFY(start.error().message.startsWith(name + ' '));
    }

    void everyEndHasItsReason_data()
    {
        QTest::addColumn<RunRecord>("record");
        QTest::addColumn<QString>("end");
        const auto row = [](const char *name, RunEnd end, int wait, const char *text, int error = 0,
                            const char *detail = "") {
            RunRecord record;
            record.task = 1;
            record.attempt = 1;
            record.end = end;
            record.waitStatus = wait;
            record.error = error;
            record.startedAt = 5;
            strcpy(record.detail, detail);
            QTest::newRow(name) << record << QString(text);
        };
        row("exit", RunEnd::Exited, 3 << 8, "exited 3");
        row("good exit", RunEnd::Exited, 0, "exited 0");
        row("signal", RunEnd::Signalled, 11, "signalled signal 11");
        row("timeout", RunEnd::TimedOut, 15, "timed-out signal 15");
        row("memory", RunEnd::OutOfMemory, 9, "out-of-memory signal 9");
        row("output", RunEnd::OutputLimit, 15, "output-limit signal 15");
        row("start", RunEnd::CouldNotStart, 0, "could-not-start", ENOENT, "execve x: no");
        row("full disk", RunEnd::CouldNotStart, 0, "disk-full", ENOSPC, "open out: no");
        row("quota", RunEnd::CouldNotStart, 0, "disk-full", EDQUOT, "open out: no");
        row("fence", RunEnd::Fenced, 9, "worker-lost signal 9");
        row("ordered", RunEnd::Killed, 0, "superseded 0", 0, "superseded");
        row("ordered by a newer word", RunEnd::Killed, 15, "cancelled signal 15", 0, "eaten");
    }
    void everyEndHasItsReason()
    {
        QFETCH(RunRecord, record);
        QFETCH(QString, end);
        const Report report = endReportOf(record);
        QString text = QString::fromStdString(std::string(enumWord(report.endReason)));
        if (report.exitCode)
            text += ' ' + QString::number(*report.exitCode);
        if (report.signal)
            text += " signal " + QString::number(report.signal);
        QCOMPARE(text, end);
        QCOMPARE(isBadEnd(report), end != "exited 0");
        QCOMPARE(isSet(report.started), record.end != RunEnd::CouldNotStart);
    }
};

QTEST_APPLESS_MAIN(TestStartRequest)
#include "tst_startrequest.moc"
