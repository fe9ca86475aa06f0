#include "tests/backend/shim/shimhost.h"

#include <csignal>
#include <sys/stat.h>
#include <unistd.h>

using namespace Drover;

namespace {

QByteArray textOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A private folder below the one that this process is in, for one controller ("" is version 2).
/// Below, and not beside: whatever limits this machine has set on the tests hold for them there,
/// too.
class PrivateCgroup
{
public:
    explicit PrivateCgroup(const QString &controller)
    {
        const QString parent = mountPoint(controller) + ownFolder(controller);
        if (mountPoint(controller).isEmpty()) {
            m_why = "this machine mounts no cgroup "
                + (controller.isEmpty() ? "version 2" : "v1 " + controller);
            return;
        }
        const QString path = QString("%1/drover-test-%2").arg(parent).arg(getpid());
        if (mkdir(path.toLocal8Bit().constData(), 0755) != 0 && errno != EEXIST)
            m_why = QString("cannot make %1: %2").arg(path, strerror(errno));
        else
            m_path = path;
    }
    ~PrivateCgroup() { rmdir(m_path.toLocal8Bit().constData()); }

    QString path() const { return m_path; }
    std::string text() const { return m_path.toStdString(); }
    QString why() const { return m_why; }
    QString leaf(const ShimStart &start) const
    {
        return QString("%1/t-%2-1").arg(m_path).arg(start.numbers.task);
    }

private:
    static QString mountPoint(const QString &controller)
    {
        for (const QByteArray &line : textOf("/proc/self/mounts").split('\n')) {
            const auto parts = line.split(' ');
            if (parts.size() < 4)
                continue;
            if (controller.isEmpty()
                    ? parts[2] == "cgroup2"
                    : parts[2] == "cgroup" && parts[3].split(',').contains(controller.toLatin1()))
                return parts[1];
        }
        return {};
    }

    static QString ownFolder(const QString &controller)
    {
        for (const QByteArray &line : textOf("/proc/self/cgroup").split('\n')) {
            const QString own = line;
            const QStringList names = own.section(':', 1, 1).split(',');
            if (controller.isEmpty() ? own.startsWith("0::") : names.contains(controller))
                return own.section(':', 2) == "/" ? QString() : own.section(':', 2);
        }
        return {};
    }

    QString m_path;
    QString m_why;
};

} // namespace

#define NEED(cgroup)                                                                               \
    if ((cgroup).path().isEmpty())                                                                 \
    QSKIP(qPrintable((cgroup).why()))

/// Tasks in leaves of their own: version 2, and the controllers of version 1.
class TestShimCgroup : public QObject
{
    Q_OBJECT

    std::unique_ptr<ShimHost> m_host;
    ShimHost &host() { return *m_host; }
    QString path(const char *name) const { return m_host->folder() + "/" + name; }

    static void bothVersions()
    {
        QTest::addColumn<QString>("controller");
        QTest::newRow("version 2") << "";
        QTest::newRow("version 1") << "freezer";
    }
    static void place(ShimStart &start, const QString &controller, const PrivateCgroup &cgroup)
    {
        (controller.isEmpty() ? start.cgroups.v2 : start.cgroups.freezer) = cgroup.text();
    }
    static bool isIn(pid_t pid, const QString &leaf)
    {
        return textOf(leaf + "/cgroup.procs").split('\n').contains(QByteArray::number(pid));
    }
    static bool isGone(pid_t pid) { return ::kill(pid, 0) != 0 && errno == ESRCH; }

private slots:
    void init()
    {
        m_host = std::make_unique<ShimHost>();
        QVERIFY(m_host->start());
    }
    void cleanup() { m_host.reset(); }

    void aTaskLivesInALeafThatGoesWithIt_data() { bothVersions(); }
    void aTaskLivesInALeafThatGoesWithIt()
    {
        QFETCH(QString, controller);
        const PrivateCgroup cgroup(controller);
        NEED(cgroup);
        ShimStart start = host().shell("while [ ! -e go ]; do sleep 0.02; done; exit 3");
        place(start, controller, cgroup);
        const RunRecord record = host().started(start);
        QTRY_VERIFY(isIn(record.leaderPid, cgroup.leaf(start)));
        QVERIFY(!isIn(record.shimPid, cgroup.leaf(start)));
        QCOMPARE(QString(record.cgroup), cgroup.leaf(start));
        QVERIFY(QFile(path("go")).open(QIODevice::WriteOnly));
        QCOMPARE(printed(host().ended(start)), "exited 3");
        QVERIFY(!QFile::exists(cgroup.leaf(start)));
    }

    void freezingStopsAllAndKillingLeavesNothing_data() { bothVersions(); }
    void freezingStopsAllAndKillingLeavesNothing()
    {
        QFETCH(QString, controller);
        const PrivateCgroup cgroup(controller);
        NEED(cgroup);
        ShimStart start = host().shell("trap '' TERM; setsid sh -c 'echo $$ > away; while :; do :; "
                                       "done' & while :; do :; done");
        place(start, controller, cgroup);
        const RunRecord record = host().started(start);
        const pid_t away = lineOf(path("away")).toInt();
        const auto cpuTime = [&] {
            return textOf(QString("/proc/%1/stat").arg(away)).split(' ').value(13).toLongLong();
        };
        QTRY_VERIFY(cpuTime() > 0);
        const ControlReply reply = host().control(record, {.kind = ControlKind::Freeze});
        QCOMPARE(reply.error, 0);
        QVERIFY(hasFlag(reply.record, RunFlag::Frozen));
        QVERIFY(textOf(cgroup.leaf(start)
                       + (controller.isEmpty() ? "/cgroup.events" : "/freezer.state"))
                    .contains(controller.isEmpty() ? "frozen 1" : "FROZEN"));
        const qint64 frozenAt = cpuTime();
        QElapsedTimer timer;
        timer.start();
        QTRY_VERIFY(timer.elapsed() > 300);
        QCOMPARE(cpuTime(), frozenAt);
        QCOMPARE(host().control(record, {.kind = ControlKind::Thaw}).error, 0);
        QTRY_VERIFY(cpuTime() > frozenAt);
        QCOMPARE(host().control(record, {.kind = ControlKind::Freeze}).error, 0);
        QCOMPARE(host().kill(record, "cancelled", 100).error,
                 0); // out of the frost, past TERM, to KILL
        QCOMPARE(printed(host().ended(start)), "killed for cancelled");
        QVERIFY(isGone(away));
        QVERIFY(!QFile::exists(cgroup.leaf(start)));
    }

    void whatForksFasterThanItIsCountedIsKilled_data()
    {
        bothVersions();
        QTest::newRow("no cgroup") << "none";
    }
    void whatForksFasterThanItIsCountedIsKilled()
    {
        QFETCH(QString, controller);
        const PrivateCgroup cgroup(controller == "none" ? "freezer" : controller);
        NEED(cgroup);
        // Never many at a time, but each forks and dies, in sessions of their own.
        ShimStart start = host().shell("cat > hop <<'E'\n[ -e enough ] || setsid sh ./hop &\nE\n"
                                       "for i in 1 2 3 4; do setsid sh ./hop & done; sleep 0.3");
        if (controller != "none")
            place(start, controller, cgroup);
        const RunRecord record = host().run(start);
        QCOMPARE(printed(record), "exited 0");
        QVERIFY(record.leftKilled > 0);
        QVERIFY(QFile(path("enough")).open(QIODevice::WriteOnly)); // for the case that it failed
        for (const QString &pid : QDir("/proc").entryList({"[0-9]*"}, QDir::Dirs))
            QVERIFY2(!textOf("/proc/" + pid + "/cmdline").contains("./hop"), qPrintable(pid));
        QVERIFY(controller == "none" || !QFile::exists(cgroup.leaf(start)));
    }

    void leavesThatTheTaskDividedAreTakenAway_data() { bothVersions(); }
    void leavesThatTheTaskDividedAreTakenAway()
    {
        QFETCH(QString, controller);
        const PrivateCgroup cgroup(controller);
        NEED(cgroup);
        ShimStart start = host().shell("");
        place(start, controller, cgroup);
        start.arguments
            = {"/bin/sh", "-c",
               "mkdir -p $0/a/b && (sleep 1000 & echo $! > $0/a/b/cgroup.procs); exit 0",
               cgroup.leaf(start).toStdString()};
        const RunRecord record = host().run(start);
        QCOMPARE(printed(record), "exited 0");
        QCOMPARE(host().output(start, runErrFile), "");
        QCOMPARE(record.leftKilled, 1U);
        QVERIFY(!QFile::exists(cgroup.leaf(start)));
    }

    void anAbandonedTaskIsKilledByItsLeaf_data() { bothVersions(); }
    void anAbandonedTaskIsKilledByItsLeaf()
    {
        QFETCH(QString, controller);
        const PrivateCgroup cgroup(controller);
        NEED(cgroup);
        ShimStart start
            = host().shell("setsid sh -c 'echo $$ > away; exec sleep 1000' & exec sleep 1000");
        place(start, controller, cgroup);
        const RunRecord record = host().started(start);
        const pid_t away = lineOf(path("away")).toInt();
        ::kill(record.shimPid, SIGKILL);
        QVERIFY(host().answer(AnswerKind::Lost));
        QTRY_VERIFY(!killAbandoned(record)); // until nothing is left
        QTRY_VERIFY(!isAlive(away, processStart(away)));
        const auto removed = [&] {
            return rmdir(cgroup.leaf(start).toLocal8Bit().constData()) == 0 || errno == ENOENT;
        };
        QTRY_VERIFY(removed());
    }

    void aMissingParentIsSaid()
    {
        ShimStart start = host().shell("exit 0");
        start.cgroups.v2 = "/no/such";
        QCOMPARE(printed(host().run(start)),
                 QString("could-not-start 3 mkdir /no/such/t-%1-1: No such file or directory")
                     .arg(start.numbers.task));
    }

    void memoryIsLimitedAndTheKillIsSeen()
    {
        const PrivateCgroup v1("memory");
        const PrivateCgroup v2("");
        const bool inV2 = textOf(v2.path() + "/cgroup.controllers").contains("memory");
        if (v1.path().isEmpty() && !inV2)
            QSKIP(qPrintable("no memory controller: " + v1.why() + "; version 2 has none here"));
        const auto limited = [&](const QString &script) {
            ShimStart start = host().shell(script);
            (inV2 ? start.cgroups.v2 : start.cgroups.memory) = (inV2 ? v2 : v1).text();
            start.numbers.memoryMax = 48 << 20;
            return start;
        };
        RunRecord record = host().run(limited("exec dd if=/dev/zero of=/dev/null bs=200M count=1"));
        QCOMPARE(printed(record), "out-of-memory");
        QCOMPARE(record.oomKills, 1U);
        QVERIFY(record.peakMemory > 40 << 20 && record.peakMemory <= 48 << 20);

        record = host().run(
            limited("dd if=/dev/zero of=/dev/null bs=200M count=1 2>/dev/null; exit 9"));
        QCOMPARE(printed(record), "out-of-memory"); // the leader only passed it on
        record = host().run(
            limited("dd if=/dev/zero of=/dev/null bs=200M count=1 2>/dev/null; exit 0"));
        QCOMPARE(printed(record), "exited 0"); // and here it did without
        QCOMPARE(record.oomKills, 1U);

        record = host().run(limited("dd if=/dev/zero of=/dev/null bs=20M count=1 2>/dev/null"));
        QCOMPARE(printed(record), "exited 0");
        QVERIFY(record.peakMemory > 20 << 20 && record.peakMemory < 48 << 20);
    }

    void processorTimeIsSharedLimitedAndCounted()
    {
        const PrivateCgroup v1("cpu");
        const PrivateCgroup count("cpuacct");
        const PrivateCgroup v2("");
        const bool inV2 = textOf(v2.path() + "/cgroup.controllers").contains("cpu");
        if ((v1.path().isEmpty() || count.path().isEmpty()) && !inV2)
            QSKIP(qPrintable("no cpu controller: " + v1.why() + "; version 2 has none here"));
        // Burns until a limit of 20 % has held it back for a while; its child is never waited for.
        ShimStart start = host().shell(
            "(while [ ! -e go ]; do :; done) & while [ ! -e go ]; do :; done; exit 0");
        if (inV2) {
            start.cgroups.v2 = v2.text();
        } else {
            start.cgroups.cpu = v1.text();
            start.cgroups.cpuacct = count.text();
        }
        start.numbers.cpuWeight = 50;
        start.numbers.cpuQuotaUs = 20'000;
        const RunRecord begun = host().started(start);
        if (inV2) {
            QCOMPARE(textOf(v2.leaf(start) + "/cpu.weight"), "50\n");
            QCOMPARE(textOf(v2.leaf(start) + "/cpu.max"), "20000 100000\n");
        } else {
            QCOMPARE(textOf(v1.leaf(start) + "/cpu.shares"), "512\n");
            QCOMPARE(textOf(v1.leaf(start) + "/cpu.cfs_quota_us"), "20000\n");
            QCOMPARE(textOf(v1.leaf(start) + "/cpu.cfs_period_us"), "100000\n");
        }
        QElapsedTimer timer;
        timer.start();
        QTRY_VERIFY(timer.elapsed() > 1000);
        QVERIFY(QFile(path("go")).open(QIODevice::WriteOnly));
        const RunRecord record = host().ended(start);
        QCOMPARE(printed(record), "exited 0");
        const auto used
            = double(record.cpuUser + record.cpuSystem) / double(record.endedAt - begun.startedAt);
        QVERIFY2(used > 0.02 && used < 0.4, qPrintable(QString::number(used)));
    }

    void aHostInAScopeMakesRoomForLeaves()
    {
        const PrivateCgroup scope("");
        NEED(scope);
        {
            ShimHost inside; // as systemd-run starts it: in the scope, which is delegated to it
            inside.process().setProgram("/bin/sh");
            inside.process().setArguments({"-c", "echo 0 > $0/cgroup.procs; exec $1 host --scope",
                                           scope.path(), DROVER_BIN_DIR "/drover-shim"});
            QVERIFY(inside.start());
            QCOMPARE(inside.hello().error, 0);
            QCOMPARE(QString(inside.hello().record.cgroup), scope.path());
            QVERIFY(isIn(inside.hello().record.shimPid, scope.path() + "/shim"));
            ShimStart start = inside.shell("while :; do sleep 0.02; done");
            start.cgroups.v2 = inside.hello().record.cgroup;
            const RunRecord record = inside.started(start);
            QVERIFY(isIn(record.shimPid, scope.path() + "/shim"));
            QTRY_VERIFY(isIn(record.leaderPid, scope.leaf(start)));
            QCOMPARE(inside.kill(record, "over", 0).error, 0);
            QCOMPARE(printed(inside.ended(start)), "killed for over");
        }
        const auto removed
            = [&] { return rmdir((scope.text() + "/shim").c_str()) == 0 || errno == ENOENT; };
        QTRY_VERIFY(removed()); // the host has gone with its pipe
    }

    void version1AndVersion2AreUsedTogether()
    {
        const PrivateCgroup v2("");
        const PrivateCgroup memory("memory");
        const PrivateCgroup pids("pids");
        NEED(v2);
        NEED(memory);
        NEED(pids);
        ShimStart start = host().shell("while [ ! -e go ]; do sleep 0.02; done");
        start.cgroups.v2 = v2.text();
        start.cgroups.memory = memory.text();
        start.cgroups.pids = pids.text();
        start.numbers.memoryMax = 64 << 20;
        const RunRecord record = host().started(start);
        for (const PrivateCgroup *cgroup : {&v2, &memory, &pids})
            QTRY_VERIFY(isIn(record.leaderPid, cgroup->leaf(start)));
        QCOMPARE(textOf(memory.leaf(start) + "/memory.limit_in_bytes"), "67108864\n");
        QCOMPARE(QString(record.cgroup), v2.leaf(start));
        QCOMPARE(host().kill(record, "over", 0).error, 0);
        QCOMPARE(printed(host().ended(start)), "killed for over");
        for (const PrivateCgroup *cgroup : {&v2, &memory, &pids})
            QVERIFY(!QFile::exists(cgroup->leaf(start)));
    }
};

QTEST_GUILESS_MAIN(TestShimCgroup)
#include "tst_shimcgroup.moc"
