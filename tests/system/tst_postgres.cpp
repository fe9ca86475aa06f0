#include "backend/protocol/outputrequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "tests/support/postgres.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

#include <csignal>

using namespace Drover;
using namespace std::chrono_literals;

/// The real programs on a PostgreSQL cluster of the test's own, which is stopped under load, and
/// led by one of two daemons. Each test ends in an exact account of every task.
class TestPostgres : public QObject
{
    Q_OBJECT

    PostgresServer m_server;

    static Submit tasks(int count, const QString &batch)
    {
        Submit submit;
        submit.key = "key-" + batch;
        submit.batch = batch;
        for (int i = 0; i < count; ++i) {
            TaskSpec spec;
            spec.name = QString("t%1").arg(i);
            spec.shell = "sleep 0.02; echo $DROVER_TASK";
            submit.tasks.append(spec);
        }
        return submit;
    }

    static qint64 finished(Site &site, BatchId batch)
    {
        return site.askUntilAnswered(AwaitTasks {.ids = {}, .batch = batch, .wait = 20ms}).counts.finished();
    }

    // Every task ran once, on its first attempt, and its output is there.
    static void account(Site &site, const Submitted &submitted)
    {
        const qint64 count = submitted.tasks.size();
        QTRY_COMPARE_WITH_TIMEOUT(finished(site, submitted.batch), count, 120'000);
        for (const TaskId id : submitted.tasks) {
            const auto detail = site.ask(GetTask {id});
            VERIFY_OK(detail);
            QCOMPARE(enumText(detail->task.state), "succeeded");
            QCOMPARE(detail->attempts.size(), 1);
        }
        const auto out = site.ask(ReadOutput {.task = submitted.tasks.last()});
        VERIFY_OK(out);
        QCOMPARE(out->data, QByteArray::number(submitted.tasks.last().value) + '\n');
    }

    void set(Site &site, const QString &database, const QStringList &more = {})
    {
        site.setDaemonOptions(QStringList {"--postgres", m_server.database(database)} + more);
    }

    // A site whose agents know both daemons.
    void setForTwo(Site &site, const QString &database)
    {
        const quint16 first = site.port();
        site.swapDaemons();
        const quint16 second = site.port();
        site.swapDaemons();
        set(site, database, {"--address", QString("127.0.0.1:%1").arg(first),
                             "--address", QString("127.0.0.1:%1").arg(second)});
    }

private slots:
    void initTestCase()
    {
        const QString why = PostgresServer::unavailable();
        if (!why.isEmpty())
            QSKIP(qPrintable(why));
        QCOMPARE(m_server.start(), "");
    }

    void aDaemonKilledInTheMiddleGoesOnWithItsTasks()
    {
        Site site;
        set(site, "killed");
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(2));
        const Submitted submitted = site.askUntilAnswered(tasks(150, "killed"));
        QTRY_VERIFY_WITH_TIMEOUT(finished(site, submitted.batch) >= 40, 60'000);
        site.killDaemon();
        QVERIFY(site.startDaemon());
        account(site, submitted);
        QCOMPARE(site.stopDaemon(), 0);
    }

    void aClusterStoppedUnderLoadCostsNothing()
    {
        Site site;
        set(site, "stopped");
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(2));
        const Submitted submitted = site.askUntilAnswered(tasks(200, "stopped"));
        QTRY_VERIFY_WITH_TIMEOUT(finished(site, submitted.batch) >= 40, 60'000);
        m_server.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!site.isReady(), 10'000);
        const auto refused = site.ask(tasks(1, "meanwhile"));
        QVERIFY(!refused);
        QCOMPARE(errorName(refused.error().code), errorName(ErrorCode::StorageUnavailable));
        QCOMPARE(m_server.start(), "");
        QTRY_VERIFY_WITH_TIMEOUT(site.isReady(), 30'000);
        account(site, submitted);
        // The same key queues it once, whatever became of the first request.
        const Submitted meanwhile = site.askUntilAnswered(tasks(1, "meanwhile"));
        QCOMPARE(meanwhile.tasks.size(), 1);
        account(site, meanwhile);
    }

    void anIdleDaemonNoticesThatTheClusterIsGone()
    {
        Site site;
        set(site, "idle");
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        m_server.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!site.isReady(), 10'000);
        QCOMPARE(m_server.start(), "");
        QTRY_VERIFY_WITH_TIMEOUT(site.isReady(), 30'000);
    }

    void theSecondDaemonTakesOverFromOneThatWasKilled()
    {
        Site site;
        setForTwo(site, "takeover");
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(2));
        const Submitted submitted = site.askUntilAnswered(tasks(150, "takeover"));
        QTRY_VERIFY_WITH_TIMEOUT(finished(site, submitted.batch) >= 20, 60'000);
        site.swapDaemons();
        QVERIFY(site.launchDaemon());
        QVERIFY(!QTest::qWaitFor([&] { return site.isReady(); }, 3000)); // one leads
        site.swapDaemons();
        site.killDaemon();
        site.swapDaemons();
        QTRY_VERIFY_WITH_TIMEOUT(site.isReady(), 30'000);
        account(site, submitted);
    }

    void aFrozenDaemonIsFencedWhenItWakes()
    {
        Site site;
        setForTwo(site, "frozen");
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(2));
        const Submitted submitted = site.askUntilAnswered(tasks(150, "frozen"));
        QTRY_VERIFY_WITH_TIMEOUT(finished(site, submitted.batch) >= 20, 60'000);
        QCOMPARE(::kill(pid_t(site.daemonPid()), SIGSTOP), 0);
        site.swapDaemons();
        QVERIFY(site.launchDaemon());
        QTRY_VERIFY_WITH_TIMEOUT(site.isReady(), 40'000);
        site.swapDaemons();
        QCOMPARE(::kill(pid_t(site.daemonPid()), SIGCONT), 0);
        QTRY_VERIFY_WITH_TIMEOUT(!site.isReady(), 20'000);
        site.swapDaemons();
        account(site, submitted);
        // The first stands by, and has its turn again.
        site.killDaemon();
        site.swapDaemons();
        QTRY_VERIFY_WITH_TIMEOUT(site.isReady(), 30'000);
        account(site, submitted);
    }

    void aDataDirectoryThatIsNotSharedIsRefused()
    {
        Site site;
        set(site, "directory");
        QVERIFY(site.init());
        QVERIFY(QFile::remove(site.path("data/drover.leader")));
        QVERIFY(site.launchDaemon());
        QCOMPARE(site.exitStatus(), 1);
        QFile log(site.path("droverd.log"));
        QVERIFY(log.open(QIODevice::ReadOnly));
        const QString words = QString::fromUtf8(log.readAll());
        QVERIFY2(words.contains("is not the data directory of this database"), qPrintable(words));
    }
};

QTEST_GUILESS_MAIN(TestPostgres)
#include "tst_postgres.moc"
