#include "tests/backend/agent/agentworld.h"

#include <sys/mount.h>

using namespace Drover;
using namespace std::chrono_literals;

namespace {

/// A file system of its own, small enough to be filled.
struct SmallDisk
{
    QString path;
    bool isMounted = false;

    SmallDisk(const QString &at, const char *size) : path(at)
    {
        QDir().mkpath(path);
        const QByteArray options = QByteArray("mode=0711,size=") + size;
        isMounted = geteuid() == 0
            && mount("tmpfs", path.toUtf8().constData(), "tmpfs", 0, options.constData()) == 0;
    }
    ~SmallDisk()
    {
        if (isMounted)
            umount2(path.toUtf8().constData(), MNT_DETACH);
    }

    void fill() const
    {
        QFile file(path + "/filler");
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        const QByteArray block(4096, 'x');
        while (file.write(block) == block.size()) { }
    }
};

constexpr SlotUsers users{.firstUser = 64200, .count = 100};

} // namespace

/// What keeps tasks apart, and in bounds: users, cgroups, the fence, full disks.
class TestLimits : public QObject
{
    Q_OBJECT

    static Assignment fenced(const QString &shell)
    {
        Assignment assignment = DaemonSide::shellTask(1, shell);
        assignment.leaseRule = LeaseRule::Fence;
        assignment.lease = 1500ms;
        assignment.spec.killGrace = 300ms;
        return assignment;
    }

private slots:
    void aFencedTaskLivesAsLongAsHeartbeatsAreAcknowledged()
    {
        AgentWorld world;
        world.start();
        world.daemon.assign(fenced("trap '' TERM; sleep 100"));
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        const auto beats = world.daemon.beats.size();
        QTRY_VERIFY(world.daemon.beats.size() > beats + 20); // well beyond its lease
        QVERIFY(!world.daemon.ended(1));
        world.daemon.acknowledgesBeats = false;
        const auto last = std::chrono::nanoseconds(world.daemon.beats.last().bootTime);
        QTRY_COMPARE(world.daemon.end(1), "worker-lost signal 9");
        // By the end of the lease it is gone; the clocks are CLOCK_BOOTTIME's and the wall's.
        const auto now = std::chrono::nanoseconds(bootNow());
        const auto ended = world.clock.now() - world.daemon.ended(1)->at;
        QVERIFY(now - ended - last < 1600ms);
    }

    void aFenceHoldsWithoutTheAgent()
    {
        AgentWorld world;
        world.start();
        world.daemon.assign(fenced("sleep 100"));
        QTRY_VERIFY(world.daemon.find(1, ReportKind::Started));
        world.stop();
        const std::string run = world.runFolder(1).toStdString();
        QTRY_COMPARE(readRunFolder(run).state, RunFolderState::Ended);
        world.start();
        QTRY_COMPARE(world.daemon.end(1), "worker-lost signal 15");
    }

    void aFencedTaskWaitsForTheFirstAcknowledgedHeartbeat()
    {
        AgentWorld world;
        world.daemon.acknowledgesBeats = false;
        world.start();
        world.daemon.assign(fenced("true"));
        world.daemon.assignShell(2, "true");
        QTRY_COMPARE(world.daemon.end(2), "exited 0");
        QVERIFY(!world.daemon.ended(1));
        world.daemon.acknowledgesBeats = true;
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
    }

    void theFenceBeginsAnewWithTheMachine()
    {
        AgentWorld world;
        world.start();
        QTRY_VERIFY(!world.daemon.beats.isEmpty());
        world.stop();
        // As if the machine had run for a year before it booted.
        FenceWord word;
        QCOMPARE(word.open(world.paths.fence().toStdString()), 0);
        word.set(bootNow() + 31'536'000'000'000'000);
        QFile journal(world.paths.journal());
        QVERIFY(journal.open(QIODevice::ReadWrite));
        const QByteArray text
            = journal.readAll().replace(QByteArray::fromStdString(bootId()), QByteArray(36, '0'));
        QVERIFY(journal.seek(0));
        journal.write(text);
        journal.close();
        world.start();
        world.daemon.assign(fenced("exit 8"));
        QTRY_COMPARE(world.daemon.end(1), "exited 8");
        QVERIFY(word.value() <= bootNow());
    }

    void anAcknowledgementFromTheFutureMovesNoFence()
    {
        AgentWorld world;
        world.daemon.acknowledgesBeats = false;
        world.start();
        world.daemon.notify(AgentBeatAck{.bootTime = qint64(bootNow()) + 3'600'000'000'000});
        world.daemon.assign(fenced("true"));
        world.daemon.assignShell(2, "true");
        QTRY_COMPARE(world.daemon.end(2), "exited 0");
        QVERIFY(!world.daemon.ended(1));
    }

    void tasksAtTheSameTimeAreDifferentUsersAndCannotReachEachOther()
    {
        if (geteuid() != 0)
            QSKIP("tasks of an agent that is not root are one user");
        AgentWorld world(users);
        world.start();
        const QString shell
            = "id -u; id -G; echo secret >temp/s; sleep 0.4; for d in ../seat-0 ../seat-1; do "
              "test \"$d\" = \"../$(basename $PWD)\" || cat $d/temp/s 2>&1; done; sleep 0.4";
        world.daemon.assignShell(1, shell);
        world.daemon.assignShell(2, shell);
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
        QTRY_COMPARE(world.daemon.end(2), "exited 0");
        const QByteArrayList first = world.daemon.ended(1)->out.split('\n');
        const QByteArrayList second = world.daemon.ended(2)->out.split('\n');
        QCOMPARE(first.at(0), "64200");
        QCOMPARE(second.at(0), "64201");
        QCOMPARE(first.at(1), "64200"); // no group but its own
        for (const int task : {1, 2}) {
            QVERIFY(!world.daemon.ended(task)->out.contains("secret"));
            QVERIFY(world.daemon.ended(task)->out.contains("Permission denied"));
        }
    }

    void moreTasksThanUsersWaitForAUser()
    {
        if (geteuid() != 0)
            QSKIP("tasks of an agent that is not root are one user");
        AgentWorld world({.firstUser = 64200, .count = 3});
        world.daemon.welcome.slotCount = 3;
        world.start();
        for (int task = 1; task <= 12; ++task)
            world.daemon.assignShell(task, "id -u");
        QTRY_COMPARE(world.daemon.count(ReportKind::Ended), 12);
        for (int task = 1; task <= 12; ++task)
            QVERIFY(world.daemon.ended(task)->out.toInt() < 64203);
    }

    void aTaskThatNeedsMoreMemoryThanItAskedForIsEnded()
    {
        AgentWorld world;
        world.start();
        QTRY_COMPARE(world.daemon.hellos.size(), 1);
        if (!world.daemon.hellos.first().facts.limits.contains("memory"))
            QSKIP("no cgroup that may hold a limit");
        // One line without end; were there no limit, it would end by its own at 600 MB.
        Assignment assignment = DaemonSide::shellTask(1, "ulimit -v 600000; exec tail /dev/zero");
        assignment.spec.needs.memory = 40 * 1024 * 1024;
        world.daemon.assign(assignment);
        QTRY_COMPARE_WITH_TIMEOUT(world.daemon.end(1), "out-of-memory signal 9", 20'000);
        QVERIFY(world.daemon.ended(1)->peakMemory > 20 * 1024 * 1024);
    }

    void aTaskThatFailsOnAFullWorkDiskSaysSo()
    {
        AgentWorld world(geteuid() == 0 ? users : SlotUsers{});
        const SmallDisk disk(world.paths.work, "1m");
        if (!disk.isMounted)
            QSKIP("no file system may be mounted");
        world.start();
        world.daemon.assignShell(1, "head -c 5000000 /dev/zero >temp/x");
        QTRY_COMPARE(world.daemon.end(1), "disk-full 1");
        QVERIFY(world.daemon.ended(1)->detail.contains("full"));
        QVERIFY(world.daemon.ended(1)->lastLine.contains("No space left"));
        // It is cleaned, so the next has room.
        QTRY_VERIFY(!QFile::exists(world.paths.work + "/seat-0/temp/x"));
        world.daemon.assignShell(2, "head -c 500000 /dev/zero >temp/x");
        QTRY_COMPARE(world.daemon.end(2), "exited 0");
    }

    void aFullStateDiskEndsStartsAsDiskFullAndItRecovers()
    {
        AgentWorld world;
        const SmallDisk disk(world.paths.state, "256k");
        if (!disk.isMounted)
            QSKIP("no file system may be mounted");
        world.start();
        world.daemon.assignShell(1, "true");
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
        disk.fill();
        for (int task = 2; task <= 6; ++task)
            world.daemon.assignShell(task, "echo some output");
        for (int task = 2; task <= 6; ++task)
            QTRY_VERIFY(world.daemon.ended(task));
        QCOMPARE(world.daemon.end(6), "disk-full");
        QVERIFY(world.daemon.ended(6)->detail.contains("No space left"));
        QVERIFY(QFile::remove(disk.path + "/filler"));
        world.daemon.assignShell(7, "exit 7");
        QTRY_COMPARE(world.daemon.end(7), "exited 7");
    }

    void theFolderOfAFailureIsKeptOnWish()
    {
        AgentWorld world;
        world.start();
        Assignment bad = DaemonSide::shellTask(1, "echo x >temp/core; exit 1");
        bad.spec.keepFolder = true;
        world.daemon.assign(bad);
        Assignment good = DaemonSide::shellTask(2, "echo x >temp/core");
        good.spec.keepFolder = true;
        world.daemon.assign(good);
        QTRY_COMPARE(world.daemon.end(2), "exited 0");
        QTRY_VERIFY(QFile::exists(world.paths.work + "/kept/1-1/temp/core"));
        QTRY_VERIFY(!QFile::exists(world.runFolder(2)));
        QVERIFY(!QFile::exists(world.paths.work + "/kept/2-1"));
    }
};

QTEST_GUILESS_MAIN(TestLimits)
#include "tst_limits.moc"
