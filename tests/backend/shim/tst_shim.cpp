#include "tests/backend/shim/shimhost.h"

#include <csignal>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Drover;

/// How a task starts, runs and ends under a shim, without cgroups.
class TestShim : public QObject
{
    Q_OBJECT

    std::unique_ptr<ShimHost> m_host;
    ShimHost &host() { return *m_host; }

    QString path(const char *name) const { return m_host->folder() + "/" + name; }
    static void touch(const QString &file) { QVERIFY(QFile(file).open(QIODevice::WriteOnly)); }
    static bool isGone(pid_t pid) { return ::kill(pid, 0) != 0 && errno == ESRCH; }

private slots:
    void init()
    {
        m_host = std::make_unique<ShimHost>();
        QVERIFY(m_host->start());
    }
    void cleanup() { m_host.reset(); }

    void exitCodesAndSignalsAreTold_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("end");
        QTest::newRow("success") << "exit 0"
                                 << "exited 0";
        QTest::newRow("code") << "exit 3"
                              << "exited 3";
        QTest::newRow("the code that a failed start uses, too") << "exit 127"
                                                                << "exited 127";
        QTest::newRow("TERM") << "kill -TERM $$"
                              << "signalled 15";
        QTest::newRow("KILL") << "kill -KILL $$"
                              << "signalled 9";
        QTest::newRow("a child's signal is a code") << "sh -c 'kill -9 $$'; exit $?"
                                                    << "exited 137";
    }
    void exitCodesAndSignalsAreTold()
    {
        QFETCH(QString, script);
        const ShimStart start = host().shell(script);
        const RunRecord told = host().run(start);
        QTEST(printed(told), "end");
        const RunFolderContent stored = readRunFolder(start.runFolder);
        QCOMPARE(int(stored.state), int(RunFolderState::Ended));
        QVERIFY(memcmp(&stored.record, &told, sizeof told) == 0);
    }

    void whatCannotStartSaysWhichStepAndWhy()
    {
        ShimStart start = host().shell("");
        start.arguments = {"/no/such"};
        QCOMPARE(printed(host().run(start)),
                 "could-not-start 10 execve /no/such: No such file or directory");

        start = host().shell("");
        start.arguments = {"nosuch"};
        QCOMPARE(printed(host().run(start)),
                 "could-not-start 10 execve nosuch: No such file or directory");

        start = host().shell("");
        start.arguments = {"/etc/passwd"};
        QCOMPARE(printed(host().run(start)),
                 "could-not-start 10 execve /etc/passwd: Permission denied");

        start = host().shell("");
        start.workFolder = "/no/folder";
        QCOMPARE(printed(host().run(start)),
                 "could-not-start 9 chdir /no/folder: No such file or directory");

        start = host().shell("");
        start.outFile = "/no/folder/out";
        QCOMPARE(printed(host().run(start)),
                 "could-not-start 1 open /no/folder/out: No such file or directory");

        start = host().shell("");
        start.fenceFile = "/no/fence";
        start.numbers.leaseMs = 60'000;
        QCOMPARE(printed(host().run(start)),
                 "could-not-start 2 fence /no/fence: No such file or directory");
    }

    void argumentsAndEnvironmentArriveByteForByte()
    {
        ShimStart start = host().shell("");
        start.arguments
            = {"/usr/bin/printf", "%s|", "", " a  b ", "new\nline", "\x01\xff'\"$(x)", "{}"};
        QCOMPARE(printed(host().run(start)), "exited 0");
        QCOMPARE(host().output(start), QByteArray("| a  b |new\nline|\x01\xff'\"$(x)|{}|"));

        start = host().shell("");
        start.arguments = {"/usr/bin/env"};
        start.environment = {"B=2", "A= one = 1 ", "EMPTY="};
        QCOMPARE(printed(host().run(start)), "exited 0");
        QCOMPARE(host().output(start), "B=2\nA= one = 1 \nEMPTY=\n");
    }

    void aMegabyteOfArgumentsIsNoTrouble()
    {
        ShimStart start = host().shell("echo $# ${#1}"); // the first of them is $0
        for (int i = 0; i < 10; ++i)
            start.arguments.emplace_back(100'000, 'x');
        QCOMPARE(printed(host().run(start)), "exited 0");
        QCOMPARE(host().output(start), "9 100000\n");
        QCOMPARE(printed(host().run(host().shell("exit 4"))), "exited 4"); // the host is as before
    }

    void aProgramIsLookedUpInTheTasksPath()
    {
        ShimStart start = host().shell("");
        QFile script(path("greet"));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("echo no first line, $1\n");
        script.setPermissions(QFile::Permissions(0x7755));
        script.close();
        start.arguments = {"greet", "and found"};
        start.environment = {"PATH=/no/such::" + host().folder().toStdString()};
        QCOMPARE(printed(host().run(start)), "exited 0");
        QCOMPARE(host().output(start), "no first line, and found\n");
    }

    void aTaskInheritsNothing()
    {
        ShimStart start
            = host().shell("readlink /proc/self/fd/0; "
                           "for fd in $(seq 0 99); do [ -e /proc/$$/fd/$fd ] && echo $fd; done; "
                           "umask; ulimit -c; pwd; exec grep -E 'SigBlk|SigIgn' /proc/self/status");
        start.workFolder.clear();
        QCOMPARE(printed(host().run(start)), "exited 0");
        QCOMPARE(host().output(start),
                 "/dev/null\n0\n1\n2\n0022\n0\n/\n"
                 "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    }

    void theRecordNamesItsProcessesAsProcDoes()
    {
        const ShimStart start = host().shell("while [ ! -e go ]; do sleep 0.02; done");
        const RunRecord record = host().started(start);
        QVERIFY(record.shimPid > 1 && record.leaderPid > 1);
        QCOMPARE(record.shimStart, processStart(record.shimPid));
        QCOMPARE(record.leaderStart, processStart(record.leaderPid));
        QVERIFY(isAlive(record.leaderPid, record.leaderStart));
        QCOMPARE(QString(record.bootId), QString::fromStdString(bootId()));
        QCOMPARE(getsid(record.leaderPid), record.shimPid); // a session of the shim's,
        QCOMPARE(getpgid(record.leaderPid), record.leaderPid); // and a group of its own
        QCOMPARE(int(readRunFolder(start.runFolder).state), int(RunFolderState::Running));
        touch(path("go"));
        QCOMPARE(printed(host().ended(start)), "exited 0");
        QVERIFY(!isAlive(record.leaderPid, record.leaderStart));
    }

    void theCostOfATaskIsRecorded()
    {
        const ShimStart start = host().shell(
            "dd if=/dev/zero bs=64M count=1 2>/dev/null | sha256sum; printf problem >&2");
        const RunRecord record = host().run(start);
        QCOMPARE(printed(record), "exited 0");
        QVERIFY2(record.peakMemory >= 64 << 20 && record.peakMemory < 200 << 20,
                 qPrintable(QString::number(record.peakMemory)));
        QVERIFY(record.cpuUser + record.cpuSystem > 10'000);
        QVERIFY(record.endedAt > record.startedAt);
        QVERIFY(qAbs(record.endedAt / 1000 - QDateTime::currentMSecsSinceEpoch()) < 60'000);
        QCOMPARE(record.outBytes, 68U);
        QCOMPARE(record.errBytes, 7U);
    }

    void aTaskThatIgnoresTermIsKilledAfterTheGrace()
    {
        ShimStart start = host().shell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
        start.numbers.runTimeoutMs = 300;
        start.numbers.killGraceMs = 200;
        const RunRecord record = host().run(start);
        QCOMPARE(printed(record), "timed-out");
        QCOMPARE(WTERMSIG(record.waitStatus), SIGKILL);
        const int64_t took = record.endedAt - record.startedAt;
        QVERIFY2(took >= 500'000 && took < 20'000'000, qPrintable(QString::number(took)));
    }

    void aTaskThatObeysTermEndsWithinTheGrace()
    {
        ShimStart start = host().shell("trap 'echo cleaned; exit 5' TERM; sleep 1000 & wait");
        start.numbers.runTimeoutMs = 300;
        start.numbers.killGraceMs = 60'000;
        const RunRecord record = host().run(start);
        QCOMPARE(printed(record), "timed-out");
        QCOMPARE(WEXITSTATUS(record.waitStatus), 5);
        QCOMPARE(host().output(start), "cleaned\n");
    }

    void whatOutlivesTheLeaderIsKilled()
    {
        const ShimStart start = host().shell(
            "sleep 1000 & echo $!; (trap '' TERM HUP; sleep 1000) & echo $!; "
            "setsid sh -c 'setsid sleep 1000 & echo $! > daemon' & wait $!; echo done");
        const RunRecord record = host().run(start);
        QCOMPARE(printed(record), "exited 0");
        QVERIFY(record.leftKilled >= 3);
        QList<QByteArray> pids = host().output(start).split('\n').first(2);
        pids.append(lineOf(path("daemon")));
        for (const QByteArray &pid : pids)
            QVERIFY2(pid.toInt() > 1 && isGone(pid.toInt()), pid.constData());
    }

    void statusAndTaskSurviveTheHost()
    {
        const ShimStart start
            = host().shell("echo up; while [ ! -e go ]; do sleep 0.02; done; exit 7");
        const RunRecord record = host().started(start);
        host().kill();
        QVERIFY(isAlive(record.leaderPid, record.leaderStart));
        ShimHost later; // an agent of later finds it by its folder alone
        QCOMPARE(printed(later.control(record, {.kind = ControlKind::Ask}).record), "none");
        touch(path("go"));
        QCOMPARE(printed(host().status(start)), "exited 7");
        QCOMPARE(host().output(start), "up\n");
    }

    void nobodyNeedsToListen()
    {
        const ShimStart start = host().shell("while [ ! -e go ]; do sleep 0.02; done; exit 8");
        host().started(start);
        host().stopReading();
        touch(path("go"));
        QCOMPARE(printed(host().status(start)), "exited 8");
    }

    void anAgentThatDoesNotReadForAWhileLosesNothing()
    {
        // Two answers for each of 800 tasks are more than the pipe holds.
        QList<ShimStart> starts;
        for (int i = 0; i < 800; ++i) {
            starts.append(host().shell(""));
            starts.last().arguments = {"/bin/true"};
            host().send(starts.last());
        }
        QDeadlineTimer deadline(60'000);
        for (const ShimStart &start : starts) { // no event loop here: it would read
            while (readRunFolder(start.runFolder).state != RunFolderState::Ended
                   && !deadline.hasExpired())
                QThread::usleep(500);
        }
        QVERIFY(!deadline.hasExpired());
        QSet<int64_t> told;
        for (qsizetype i = 0; i < starts.size(); ++i) {
            const auto ended = host().answer(AnswerKind::Ended);
            QVERIFY(ended);
            QCOMPARE(printed(ended->record), "exited 0");
            told.insert(ended->record.task);
        }
        QCOMPARE(told.size(), starts.size());
    }

    void aThousandQuickTasksAreAllThereInFoldersThatServeAgain()
    {
        QList<std::string> spares;
        QMap<int64_t, ShimStart> running;
        QSet<int64_t> told;
        const auto finishOne = [&] {
            const auto ended = host().answer(AnswerKind::Ended);
            QVERIFY(ended);
            const ShimStart start = running.take(ended->record.task);
            QCOMPARE(printed(readRunFolder(start.runFolder).record),
                     QString("exited %1").arg(start.numbers.task % 2));
            told.insert(start.numbers.task);
            spares.append(host().folder().toStdString() + "/spare-"
                          + std::to_string(start.numbers.task));
            QCOMPARE(recycleRunFolder(start.runFolder, spares.last()), 0);
        };
        for (int i = 0; i < 1000; ++i) {
            ShimStart start = host().shell("");
            start.arguments = {start.numbers.task % 2 ? "/bin/false" : "/bin/true"};
            start.numbers.announceAfterUs = 1'000'000;
            if (!spares.isEmpty())
                start.spareFolder = spares.takeLast();
            running.insert(start.numbers.task, start);
            host().send(start);
            if (running.size() == 4)
                finishOne();
        }
        while (!running.isEmpty() && !QTest::currentTestFailed())
            finishOne();
        QCOMPARE(told.size(), 1000);
        QVERIFY(spares.size() <= 4);
    }

    void aRepeatedStartIsRefused()
    {
        ShimStart start = host().shell("echo once >> runs; while [ ! -e go ]; do sleep 0.02; done");
        host().started(start);
        for (int i = 0; i < 3; ++i) {
            host().send(start);
            const auto refused = host().answer(AnswerKind::Refused, start.numbers.task);
            QVERIFY(refused);
            QCOMPARE(refusedName(refused->refused), "already-claimed");
        }
        ShimHost second; // another agent's host, at the same time
        QVERIFY(second.start());
        second.send(start);
        QCOMPARE(second.answer(AnswerKind::Refused).value().refused, RefusedFor::AlreadyClaimed);
        touch(path("go"));
        QCOMPARE(printed(host().ended(start)), "exited 0");
        host().send(start); // nor when it has ended
        QVERIFY(host().answer(AnswerKind::Refused, start.numbers.task));
        QCOMPARE(lineOf(path("runs")), "once");
    }

    void aSpareFolderServesAgainWithoutOldOutput()
    {
        const ShimStart first = host().shell("echo old; echo old >&2");
        QCOMPARE(printed(host().run(first)), "exited 0");
        const std::string spare = host().folder().toStdString() + "/spare-1";
        QCOMPARE(recycleRunFolder(first.runFolder, spare), 0);
        QCOMPARE(int(readRunFolder(first.runFolder).state), int(RunFolderState::Absent));

        ShimStart second = host().shell("echo new; exit 6");
        second.spareFolder = spare;
        QCOMPARE(printed(host().run(second)), "exited 6");
        QCOMPARE(host().output(second), "new\n");
        QCOMPARE(host().output(second, runErrFile), "");
        QVERIFY(!QFile::exists(QString::fromStdString(spare)));
        QVERIFY(!QFile::exists(QString::fromStdString(second.runFolder) + "/" + runHeaderFile));

        ShimStart third = host().shell("exit 2"); // a spare that is not there: a new folder
        third.spareFolder = spare;
        QCOMPARE(printed(host().run(third)), "exited 2");

        QCOMPARE(recycleRunFolder(second.runFolder, spare), 0);
        third.spareFolder = spare;
        host().send(third); // claimed: the spare stays one
        QCOMPARE(host().answer(AnswerKind::Refused, third.numbers.task).value().refused,
                 RefusedFor::AlreadyClaimed);
        QVERIFY(QFile::exists(QString::fromStdString(spare)));
    }

    void anotherAttemptsRecordIsNotTakenForThisOnes()
    {
        const ShimStart first = host().shell("exit 1");
        QCOMPARE(printed(host().run(first)), "exited 1");
        const std::string claimed = host().folder().toStdString() + "/77-1";
        QVERIFY(rename(first.runFolder.c_str(), claimed.c_str())
                == 0); // as the host's claim leaves it
        QCOMPARE(int(readRunFolder(claimed).state), int(RunFolderState::Claimed));
    }

    void runFoldersAreRemovedWithWhatIsOurs()
    {
        const ShimStart start = host().shell("exit 0");
        QCOMPARE(printed(host().run(start)), "exited 0");
        QCOMPARE(removeRunFolder(start.runFolder), 0);
        QCOMPARE(int(readRunFolder(start.runFolder).state), int(RunFolderState::Absent));
        QCOMPARE(removeRunFolder(start.runFolder), 0);
    }

    void aShimThatIsKilledIsToldAsLost()
    {
        const ShimStart start = host().shell("sleep 1000");
        const RunRecord record = host().started(start);
        ::kill(record.shimPid, SIGKILL);
        const auto lost = host().answer(AnswerKind::Lost, start.numbers.task);
        QVERIFY(lost);
        QCOMPARE(int(readRunFolder(start.runFolder).state), int(RunFolderState::Running));
        QVERIFY(!isAlive(record.shimPid, record.shimStart));
        QVERIFY(killAbandoned(record));
        QTRY_VERIFY(!isAlive(record.leaderPid, record.leaderStart));
        QVERIFY(!killAbandoned(record));
    }

    void aHostThatIsToldToEndLeavesItsShimsAlone()
    {
        const ShimStart start = host().shell("while [ ! -e go ]; do sleep 0.02; done; exit 9");
        host().started(start);
        host().closeRequests();
        QVERIFY(host().process().waitForFinished());
        QCOMPARE(host().process().exitCode(), 0);
        touch(path("go"));
        QCOMPARE(printed(host().status(start)), "exited 9");
    }

    void aFullDiskDoesNotTakeTheStatus()
    {
        const QByteArray disk = path("disk").toLocal8Bit();
        QVERIFY(QDir().mkpath(disk));
        if (mount("tmpfs", disk.constData(), "tmpfs", 0, "size=256k") != 0)
            QSKIP("needs the right to mount a small file system");
        ShimStart start = host().shell("while [ ! -e go ]; do sleep 0.02; done; exit 11");
        start.runFolder = disk.toStdString() + "/" + std::to_string(start.numbers.task) + "-1";
        host().started(start);
        QFile filler(disk + "/filler");
        QVERIFY(filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        while (filler.write(QByteArray(4096, 'x')) == 4096) { }
        touch(path("go"));
        const QString end = printed(host().status(start));

        ShimStart second
            = host().shell("exit 0"); // here not even the header fits: refused, nothing is left
        second.runFolder = disk.toStdString() + "/" + std::to_string(second.numbers.task) + "-1";
        host().send(second);
        const auto refused = host().answer(AnswerKind::Refused, second.numbers.task);
        const bool removed = !QFile::exists(QString::fromStdString(second.runFolder));
        umount2(disk.constData(), MNT_DETACH);
        QCOMPARE(end, "exited 11");
        QVERIFY(refused);
        QCOMPARE(refused->refused, RefusedFor::NoRunFolder);
        QCOMPARE(refused->error, ENOSPC);
        QVERIFY(removed);
    }
};

QTEST_GUILESS_MAIN(TestShim)
#include "tst_shim.moc"
