#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

#include <QtCore/QRandomGenerator>

#include <csignal>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Drover;
using namespace std::chrono_literals;

/// What is killed, replaced or flooded while tasks run.
class TestDeaths : public QObject
{
    Q_OBJECT

    static constexpr int patience = 60'000;

    static Submitted submit(Site &site, const QString &batch, int count, const QString &shell, const Retry &retry = {})
    {
        Submit request;
        request.key = batch;
        request.batch = batch;
        for (int i = 0; i < count; ++i) {
            TaskSpec spec;
            spec.name = QString("%1-%2").arg(batch).arg(i);
            spec.shell = shell;
            spec.retry = retry;
            request.tasks.append(spec);
        }
        return site.askUntilAnswered(request);
    }
    static StateCounts counts(Site &site, BatchId batch)
    {
        return site.askUntilAnswered(AwaitTasks {.ids = {}, .batch = batch, .wait = 10ms}).counts;
    }
    static QString waitsForGate(const Site &site)
    {
        return QString("while [ ! -e %1 ]; do sleep 0.05; done; exit 7").arg(site.path("gate"));
    }
    static void openGate(const Site &site)
    {
        QFile gate(site.path("gate"));
        if (!gate.open(QIODevice::WriteOnly))
            qFatal("cannot write");
    }

    /// Its shim host: the child of that agent that is a shim. 0: none.
    static pid_t hostOf(qint64 agent)
    {
        const QStringList processes = QDir("/proc").entryList(QDir::Dirs);
        for (const QString &process : processes) {
            QFile stat("/proc/" + process + "/stat");
            if (process.toInt() == 0 || !stat.open(QIODevice::ReadOnly))
                continue;
            const QByteArray line = stat.readAll();
            const QList<QByteArray> rest = line.mid(line.lastIndexOf(')') + 2).split(' ');
            if (line.contains("(drover-shim") && rest.value(1).toLongLong() == agent)
                return process.toInt();
        }
        return 0;
    }

    static void eachEndedOnceBySelf(Site &site, const QList<TaskId> &tasks)
    {
        for (const TaskId id : tasks) {
            const TaskDetail detail = site.askUntilAnswered(GetTask {id});
            QCOMPARE(detail.attempts.size(), 1);
            QCOMPARE(detail.task.exitCode, 7);
        }
    }

private slots:
    void aShimHostThatIsKilledTakesNoTaskAlong()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(3));
        const Submitted lasting = submit(site, "lasting", 2, waitsForGate(site));
        QTRY_COMPARE_WITH_TIMEOUT(counts(site, lasting.batch)[TaskState::Running], 2, patience);
        const pid_t host = hostOf(site.agentPid(0));
        QVERIFY(host > 0);
        QCOMPARE(::kill(host, SIGKILL), 0);
        const Submitted after = submit(site, "after", 20, "true"); // by another host
        QTRY_COMPARE_WITH_TIMEOUT(counts(site, after.batch)[TaskState::Succeeded], 20, patience);
        QVERIFY(hostOf(site.agentPid(0)) != host);
        openGate(site);
        QTRY_COMPARE_WITH_TIMEOUT(counts(site, lasting.batch)[TaskState::Failed], 2, patience);
        eachEndedOnceBySelf(site, lasting.tasks);
    }

    void norDoesOneThatIsKilledWithItsAgent()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(2));
        const Submitted lasting = submit(site, "lasting", 2, waitsForGate(site));
        QTRY_COMPARE_WITH_TIMEOUT(counts(site, lasting.batch)[TaskState::Running], 2, patience);
        const pid_t host = hostOf(site.agentPid(0));
        QVERIFY(host > 0);
        QCOMPARE(::kill(host, SIGKILL), 0);
        site.killAgent(0);
        openGate(site); // they end while nobody looks
        QVERIFY(site.startAgent(0));
        QTRY_COMPARE_WITH_TIMEOUT(counts(site, lasting.batch)[TaskState::Failed], 2, patience);
        eachEndedOnceBySelf(site, lasting.tasks);
    }

    void anAgentIsReplacedAgainAndAgainUnderLoad()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(3));
        const Submitted lasting = submit(site, "lasting", 1, waitsForGate(site));
        QTRY_COMPARE_WITH_TIMEOUT(counts(site, lasting.batch)[TaskState::Running], 1, patience);
        const Submitted load = submit(site, "load", 400, "echo $DROVER_TASK");
        const quint32 seed = QRandomGenerator::system()->generate();
        qInfo("seed %u", seed);
        QRandomGenerator random(seed);
        for (int upgrade = 0; upgrade < 4; ++upgrade) {
            const qint64 least = 20 + 80 * upgrade + random.bounded(60);
            QTRY_VERIFY_WITH_TIMEOUT(counts(site, load.batch).finished() >= least, patience);
            QCOMPARE(site.stopAgent(0), 0);
            QVERIFY(site.startAgent(0));
        }
        QTRY_COMPARE_WITH_TIMEOUT(counts(site, load.batch).finished(), 400, patience);
        QCOMPARE(counts(site, load.batch)[TaskState::Succeeded], 400);
        for (const TaskId id : load.tasks) {
            const TaskDetail detail = site.askUntilAnswered(GetTask {id});
            int good = 0;
            for (const Attempt &attempt : detail.attempts)
                good += attempt.state == TaskState::Succeeded;
            QCOMPARE(good, 1);
        }
        openGate(site);
        QTRY_COMPARE_WITH_TIMEOUT(counts(site, lasting.batch)[TaskState::Failed], 1, patience);
        eachEndedOnceBySelf(site, lasting.tasks);
    }

    void tenThousandHalfOpenConnectionsStopNothing()
    {
        rlimit limit {};
        QCOMPARE(getrlimit(RLIMIT_NOFILE, &limit), 0);
        limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 12'000);
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &limit), 0);
        Site site;
        site.setDaemonOptions({"--set", "limits.handshake=3s"});
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(2));
        const Submitted before = submit(site, "before", 5, "true");
        QTRY_COMPARE_WITH_TIMEOUT(counts(site, before.batch)[TaskState::Succeeded], 5, patience);

        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_port = htons(site.port());
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        std::vector<int> sockets;
        const int most = int(std::min<rlim_t>(10'000, limit.rlim_cur - 500));
        for (int i = 0; i < most; ++i) {
            const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            QVERIFY(fd >= 0);
            (void)::connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address); // and not a byte
            sockets.push_back(fd);
        }
        // Who is signed in works on.
        const Submitted during = submit(site, "during", 50, "true");
        QTRY_COMPARE_WITH_TIMEOUT(counts(site, during.batch)[TaskState::Succeeded], 50, patience);
        for (const int fd : sockets)
            ::close(fd);
        // And whoever comes now is let in.
        QVERIFY(site.addAgent(1));
        QTRY_COMPARE_WITH_TIMEOUT(site.askUntilAnswered(GetStatus {}).machinesOnline, 2, patience);
        qInfo("%d connections", most);
    }
};

QTEST_GUILESS_MAIN(TestDeaths)
#include "tst_deaths.moc"
