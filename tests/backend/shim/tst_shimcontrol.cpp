#include "tests/backend/shim/shimhost.h"

#include <csignal>
#include <grp.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Drover;

/// What is done to a running task: signals, freezing, deadlines, the fence, output caps, users.
class TestShimControl : public QObject
{
    Q_OBJECT

    static constexpr int nobody = 65534;

    std::unique_ptr<ShimHost> m_host;
    ShimHost &host() { return *m_host; }

    QString path(const char *name) const { return m_host->folder() + "/" + name; }
    static void touch(const QString &file) { QVERIFY(QFile(file).open(QIODevice::WriteOnly)); }

    static char stateOf(int pid)
    {
        QFile stat(QString("/proc/%1/stat").arg(pid));
        const QByteArray text = stat.open(QIODevice::ReadOnly) ? stat.readAll() : QByteArray();
        return text.isEmpty() ? 0 : text.at(text.lastIndexOf(')') + 2);
    }

    static struct stat fileInfo(const ShimStart &start, const char *name)
    {
        struct stat info = {};
        stat((start.runFolder + "/" + name).c_str(), &info);
        return info;
    }

    ShimStart asNobody(const QString &script)
    {
        ShimStart start = host().shell(script);
        start.workFolder = "/";
        start.numbers.uid = nobody;
        start.numbers.gid = nobody;
        return start;
    }

private slots:
    void init()
    {
        m_host = std::make_unique<ShimHost>();
        QVERIFY(m_host->start());
    }
    void cleanup() { m_host.reset(); }

    void signalsGoWhereTheyAreAsked()
    {
        const ShimStart start = host().shell(
            "sh -c 'trap \"echo child >> got\" USR1; echo 1 > child; while :; do sleep 0.02; done' "
            "& "
            "setsid sh -c 'trap \"echo away >> got\" USR1; echo 1 > away; while :; do sleep 0.02; "
            "done' & "
            "trap 'echo leader >> got' USR1; echo 1 > leader; while :; do sleep 0.02; done");
        const RunRecord record = host().started(start);
        for (const char *name : {"child", "away", "leader"})
            QCOMPARE(lineOf(path(name)), "1");
        const auto got = [&] {
            QFile file(path("got"));
            QStringList names = file.open(QIODevice::ReadOnly)
                ? QString(file.readAll()).split('\n', Qt::SkipEmptyParts)
                : QStringList();
            names.sort();
            return names.join(' ');
        };
        ControlMessage message{
            .kind = ControlKind::Signal, .signal = SIGUSR1, .target = ControlTarget::Leader};
        QCOMPARE(host().control(record, message).error, 0);
        QTRY_COMPARE(got(), "leader");
        message.target = ControlTarget::Group;
        // The sleeps of the group die of it, so its shells go on at once.
        QCOMPARE(host().control(record, message).error, 0);
        QTRY_COMPARE(got(), "child leader leader");
        message.target = ControlTarget::All;
        QCOMPARE(host().control(record, message).error, 0);
        QTRY_COMPARE(got(), "away child child leader leader leader");
        message.signal = 4711;
        QCOMPARE(host().control(record, message).error, EINVAL);
        QCOMPARE(host().kill(record, "", 0).error, 0);
        QCOMPARE(printed(host().ended(start)), "killed for ");
    }

    void aKillTellsItsReasonAndEscalates()
    {
        const ShimStart start
            = host().shell("trap 'echo term' TERM; echo 1 > up; while :; do sleep 0.02; done");
        const RunRecord record = host().started(start);
        QCOMPARE(lineOf(path("up")), "1");
        const ControlReply reply = host().kill(record, "cancelled", 3600'000);
        QCOMPARE(reply.error, 0);
        QVERIFY(hasFlag(reply.record, RunFlag::Stopping));
        QTRY_COMPARE(host().output(start), "term\n");
        QCOMPARE(host().kill(record, "in a hurry", 0).error, EALREADY); // the hour becomes nothing
        const RunRecord end = host().ended(start);
        QCOMPARE(printed(end), "killed for cancelled");
        QCOMPARE(WTERMSIG(end.waitStatus), SIGKILL);
        QTRY_COMPARE(host().kill(record, "late").error, ECONNREFUSED); // nobody is there any more
    }

    void deadlinesMoveWhileATaskRuns()
    {
        ShimStart start = host().shell("sleep 1000");
        start.numbers.runTimeoutMs = 3600'000;
        const RunRecord record = host().started(start);
        QVERIFY(record.runDeadline > 0);
        ControlMessage message{.kind = ControlKind::Deadlines};
        message.runTimeoutMs = 0;
        ControlReply reply = host().control(record, message);
        QCOMPARE(reply.error, 0);
        QCOMPARE(reply.record.runDeadline, 0U);
        QCOMPARE(readRunFolder(start.runFolder).record.runTimeoutMs, 0);
        message.runTimeoutMs = 1; // has passed already
        QCOMPARE(host().control(record, message).error, 0);
        QCOMPARE(printed(host().ended(start)), "timed-out");
    }

    void aFrozenTaskStandsStillWithItsTimeout()
    {
        ShimStart start = host().shell("setsid sh -c 'echo $$ > away; while :; do :; done' & "
                                       "sh -c 'echo $$ > child; while :; do :; done' & "
                                       "while :; do sleep 0.01; done");
        start.numbers.runTimeoutMs = 1000;
        start.numbers.killGraceMs = 100;
        const RunRecord record = host().started(start);
        const int away = lineOf(path("away")).toInt();
        const int child = lineOf(path("child")).toInt();
        ControlReply reply = host().control(record, {.kind = ControlKind::Freeze});
        QCOMPARE(reply.error, 0);
        QVERIFY(hasFlag(reply.record, RunFlag::Frozen));
        QCOMPARE(reply.record.runDeadline, 0U);
        for (const int pid : {away, child})
            QCOMPARE(stateOf(pid), 'T');
        QVERIFY(QByteArray("TD").contains(stateOf(record.leaderPid))); // D: amid a vfork, stopped as well
        QVERIFY(hasFlag(readRunFolder(start.runFolder).record,
                        RunFlag::Frozen)); // an agent of later sees it
        QElapsedTimer timer;
        timer.start();
        QTRY_VERIFY(timer.elapsed() > 1500); // well past the timeout
        QCOMPARE(printed(host().control(record, {.kind = ControlKind::Ask}).record), "none");
        QCOMPARE(host().control(record, {.kind = ControlKind::Freeze}).error, 0); // twice is once
        reply = host().control(record, {.kind = ControlKind::Thaw});
        QCOMPARE(reply.error, 0);
        QVERIFY(reply.record.frozenUs >= 1500'000);
        QVERIFY(stateOf(away) != 'T');
        const RunRecord end = host().ended(start);
        QCOMPARE(printed(end), "timed-out");
        QVERIFY2(end.endedAt - end.startedAt >= 2500'000,
                 qPrintable(QString::number(end.endedAt - end.startedAt)));
    }

    void aFrozenTaskCanBeKilledAndHearsTerm()
    {
        const ShimStart start = host().shell(
            "trap 'echo heard; exit 1' TERM; echo up > up; while :; do sleep 0.02; done");
        const RunRecord record = host().started(start);
        lineOf(path("up"));
        QCOMPARE(host().control(record, {.kind = ControlKind::Freeze}).error, 0);
        QCOMPARE(host().kill(record, "cancelled", 60'000).error, 0);
        QCOMPARE(printed(host().ended(start)), "killed for cancelled");
        QCOMPARE(host().output(start), "heard\n");
    }

    void aFencedTaskEndsWhenTheWordGrowsOld()
    {
        FenceWord word;
        QCOMPARE(word.open(path("fence").toStdString()), 0);
        word.set(bootNow());
        ShimStart start = host().shell("trap '' TERM; while :; do sleep 0.02; done");
        start.fenceFile = path("fence").toStdString();
        start.numbers.leaseMs = 1500;
        start.numbers.killGraceMs = 500;
        const RunRecord record = host().started(start);
        host().kill(); // whether the agent lives or not
        QElapsedTimer timer;
        timer.start();
        uint64_t last = 0;
        const auto heartbeat = [&] {
            word.set(last = bootNow());
            return timer.elapsed() > 3000; // twice the lease
        };
        QTRY_VERIFY_WITH_TIMEOUT(heartbeat(), 20'000);
        QVERIFY(isAlive(record.leaderPid, record.leaderStart));
        const RunRecord end = host().status(start);
        const uint64_t now = bootNow();
        QCOMPARE(printed(end), "fenced");
        QVERIFY(now - last >= 1'500'000'000 && now - last < 20'000'000'000);
        QVERIFY(hasFlag(end, RunFlag::Fenced));
    }

    void anOldFenceWordStartsNothing()
    {
        FenceWord word;
        QCOMPARE(word.open(path("fence").toStdString()), 0);
        ShimStart start = host().shell("echo ran > ran");
        start.fenceFile = path("fence").toStdString();
        start.numbers.leaseMs = 60'000;
        start.numbers.killGraceMs = 1000;
        word.set(bootNow() - 59'500'000'000);
        QVERIFY(printed(host().run(start)).startsWith("could-not-start 2 fence"));
        QVERIFY(!QFile::exists(path("ran")));
    }

    void tooMuchOutputLosesItsOldestPart()
    {
        ShimStart start
            = host().shell("seq 1 1000000; while [ ! -e go ]; do sleep 0.02; done; echo last");
        start.numbers.outputCap = 1 << 20;
        host().started(start);
        QTRY_COMPARE(fileInfo(start, runOutFile).st_size, 6888896);
        QTRY_VERIFY(fileInfo(start, runOutFile).st_blocks * 512 <= 1 << 20); // while it runs, too
        touch(path("go"));
        const RunRecord record = host().ended(start);
        QCOMPARE(printed(record), "exited 0");
        QCOMPARE(record.outBytes, 6888896U + 5);
        QCOMPARE(record.outGap.offset, 0U);
        QVERIFY(record.outBytes - record.outGap.length >= 1 << 19);
        QVERIFY(record.outBytes - record.outGap.length <= (1 << 19) + 65536);
        QVERIFY(fileInfo(start, runOutFile).st_blocks * 512 <= (1 << 19) + 65536 + 4096);
        const QByteArray text = host().output(start);
        QCOMPARE(text.left(qsizetype(record.outGap.length)).count('\0'),
                 qsizetype(record.outGap.length));
        QVERIFY(text.endsWith("\n999999\n1000000\nlast\n")); // offsets stay
        QVERIFY(!text.mid(qsizetype(record.outGap.length)).contains('\0'));
    }

    void outputOverTheCapEndsATaskThatWantsIt()
    {
        ShimStart start = host().shell("exec yes");
        start.numbers.outputCap = 1 << 20;
        start.numbers.overCap = RunOverCap::Fail;
        QCOMPARE(printed(host().run(start)), "output-limit");

        start = host().shell("head -c 2000000 /dev/zero >&2"); // gone before anybody looks
        start.numbers.outputCap = 1 << 20;
        start.numbers.overCap = RunOverCap::Fail;
        QCOMPARE(printed(host().run(start)), "output-limit");
    }

    void whereNothingCanBePunchedTheCapEndsTheTask()
    {
        const QByteArray disk = path("disk").toLocal8Bit();
        QVERIFY(QDir().mkpath(disk));
        if (mount("ramfs", disk.constData(), "ramfs", 0, nullptr) != 0)
            QSKIP("needs the right to mount a file system without holes");
        ShimStart start = host().shell("exec yes");
        start.outFile = disk.toStdString() + "/out";
        start.numbers.outputCap = 1 << 20;
        const QString end = printed(host().run(start));
        umount2(disk.constData(), MNT_DETACH);
        QCOMPARE(end, "output-limit");
    }

    void mergedOutputIsInExactOrder()
    {
        ShimStart start
            = host().shell("for i in $(seq 1 200); do echo out $i; echo err $i >&2; done");
        start.numbers.merged = 1;
        const RunRecord record = host().run(start);
        QByteArray expected;
        for (int i = 1; i <= 200; ++i)
            expected += "out " + QByteArray::number(i) + "\nerr " + QByteArray::number(i) + "\n";
        QCOMPARE(host().output(start), expected);
        QCOMPARE(record.outBytes, uint64_t(expected.size()));
        QCOMPARE(record.errBytes, 0U);
        QVERIFY(!QFile::exists(QString::fromStdString(start.runFolder) + "/err"));
    }

    void givenFilesAreAppendedTo()
    {
        for (int i = 1; i <= 2; ++i) {
            ShimStart start = host().shell(QString("echo %1; echo e%1 >&2").arg(i));
            start.outFile = path("log").toStdString();
            start.errFile = path("errors").toStdString();
            QCOMPARE(printed(host().run(start)), "exited 0");
        }
        QFile log(path("log"));
        QVERIFY(log.open(QIODevice::ReadOnly));
        QCOMPARE(log.readAll(), "1\n2\n");
    }

    void anotherUsersTaskCannotReachItsShim()
    {
        if (geteuid() != 0)
            QSKIP("needs root to become another user");
        const ShimStart start
            = asNobody("id -u; id -g; id -G; kill -9 $PPID; echo kill $?; ls " + host().folder()
                       + "/1-1 || echo closed; echo again > /dev/stderr; "
                         "while :; do sleep 0.02; done");
        const RunRecord record = host().started(start);
        QTRY_VERIFY(host().output(start, runErrFile).endsWith("again\n"));
        QCOMPARE(host().output(start), "65534\n65534\n65534\nkill 1\nclosed\n");
        const pid_t stranger = fork();
        if (stranger == 0) {
            // Knows everything, and is still not listened to; may not even be answered.
            if (setgroups(0, nullptr) != 0 || setgid(nobody) != 0 || setuid(nobody) != 0)
                _exit(1);
            const int socket = openControlSocket();
            ControlMessage message{.kind = ControlKind::Kill};
            _exit(sendControl(socket, record, message) == 0 ? 0 : 1);
        }
        int status = -1;
        QCOMPARE(waitpid(stranger, &status, 0), stranger);
        QCOMPARE(status, 0);
        const ControlReply reply
            = host().control(record, {.kind = ControlKind::Ask}); // read after the other
        QCOMPARE(reply.error, 0);
        QVERIFY(!hasFlag(reply.record, RunFlag::Stopping));
        QCOMPARE(host().kill(record, "over", 0).error, 0);
        QCOMPARE(printed(host().ended(start)), "killed for over");
    }

    void messagesForOthersAndOfOtherSizesAreIgnored()
    {
        const ShimStart start = host().shell("while :; do sleep 0.02; done");
        const RunRecord record = host().started(start);
        RunRecord other = record;
        other.attempt = 2;
        QCOMPARE(host().control(other, {.kind = ControlKind::Kill}, 200).error, -1);
        sockaddr_un address;
        const socklen_t length = controlAddress(record.controlToken, address);
        const int socket = openControlSocket();
        for (const size_t size :
             {0UL, 1UL, sizeof(ControlMessage) - 1, sizeof(ControlMessage) + 1, 60'000UL}) {
            const QByteArray garbage(qsizetype(size), '\x31');
            QCOMPARE(sendto(socket, garbage.constData(), size, 0,
                            reinterpret_cast<sockaddr *>(&address), length),
                     ssize_t(size));
        }
        ::close(socket);
        QCOMPARE(host().control(record, {.kind = ControlKind(99)}).error, ENOSYS);
        QCOMPARE(printed(host().control(record, {.kind = ControlKind::Ask}).record), "none");
        host().kill(record, "over", 0);
        QCOMPARE(printed(host().ended(start)), "killed for over");
    }

    void aSparesOutputIsNotHandedToAnotherUser()
    {
        if (geteuid() != 0)
            QSKIP("needs root to become another user");
        const std::string spare = host().folder().toStdString() + "/spare";
        const auto runAgain = [&](const ShimStart &before, ShimStart next) {
            if (recycleRunFolder(before.runFolder, spare) == 0)
                next.spareFolder = spare;
            QCOMPARE(printed(host().run(next)), "exited 0");
        };
        const ShimStart first = asNobody("echo 1");
        QCOMPARE(printed(host().run(first)), "exited 0");
        const auto firstFile = fileInfo(first, runOutFile).st_ino;
        const ShimStart second = asNobody("echo 2");
        runAgain(first, second);
        QCOMPARE(fileInfo(second, runOutFile).st_ino, firstFile);
        QFile held(QString("%1/%2").arg(QString::fromStdString(second.runFolder), runOutFile));
        QVERIFY(held.open(QIODevice::ReadWrite)); // or its number might be given out again
        const ShimStart third = host().shell("echo 3");
        runAgain(second, third);
        QVERIFY(fileInfo(third, runOutFile).st_ino != firstFile);
        QCOMPARE(fileInfo(third, runOutFile).st_uid, geteuid());
        QCOMPARE(host().output(third), "3\n");
    }

    void niceOomScoreAndCoreLimitAreSet()
    {
        if (geteuid() != 0)
            QSKIP("needs root to raise the limit of core files");
        ShimStart start = host().shell("nice; cat /proc/self/oom_score_adj; ulimit -c");
        start.numbers.nice = 5;
        start.numbers.oomScoreAdj = 321;
        start.numbers.coreLimit = 1024 * 512;
        QCOMPARE(printed(host().run(start)), "exited 0");
        const int nice = qMin(19, getpriority(PRIO_PROCESS, 0) + 5);
        QCOMPARE(host().output(start), QByteArray::number(nice) + "\n321\n1024\n");
    }
};

QTEST_GUILESS_MAIN(TestShimControl)
#include "tst_shimcontrol.moc"
