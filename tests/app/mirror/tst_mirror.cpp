#include "backend/protocol/userrequests.h"
#include "tests/app/mirror/consolesite.h"

using namespace Drover;
using namespace std::chrono_literals;

/// Connection and mirror at a real daemon, which is killed and comes back.
class TestMirror : public QObject
{
    Q_OBJECT

    std::unique_ptr<Site> m_site;

    static QString printed(const Mirror &mirror)
    {
        QStringList words;
        for (const Batch &batch : mirror.batches())
            words.append(QString("%1 %2").arg(batch.name).arg(batch.counts.total()));
        for (const Machine &machine : mirror.machines())
            words.append(QString("%1 %2").arg(machine.name, enumText(machine.state)));
        return words.join(", ");
    }

    template<typename Request>
    static Result<typename Request::Reply> call(Connection &connection, const Request &request)
    {
        std::optional<Result<typename Request::Reply>> answer;
        QObject context;
        connection.send(request, &context, [&](const auto &reply) { answer = reply; });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 30'000))
            return fail(ErrorCode::TimedOut, "no answer in the test's time");
        return *answer;
    }

private slots:
    void init()
    {
        m_site = std::make_unique<Site>();
        QVERIFY(m_site->init());
        QVERIFY(m_site->startDaemon());
    }

    void smallCollectionsComeWholeAndThenEachChange()
    {
        VERIFY_OK(m_site->ask(someTasks(3, "a")));
        Connection connection("tst 1", quickSettings());
        Mirror mirror(connection);
        QSignalSpy reloaded(&mirror, &Mirror::reloaded);
        connection.open(targetOf(*m_site));
        QTRY_VERIFY(mirror.isLoaded());
        QCOMPARE(reloaded.size(), 1);
        QCOMPARE(printed(mirror), "b 3");
        QList<BatchChanges> changes;
        connect(&mirror, &Mirror::batchesChanged, this, [&](const BatchChanges &change) { changes.append(change); });
        VERIFY_OK(m_site->ask(someTasks(2, "c", "other")));
        QTRY_COMPARE(printed(mirror), "b 3, other 2");
        QCOMPARE(changes.first().added.size(), 1);
        QVERIFY(mirror.batchNamed("OTHER", "main"));
        QVERIFY(!mirror.batchNamed("other", "lab"));

        QList<MachineChanges> machines;
        connect(&mirror, &Mirror::machinesChanged, this, [&](const MachineChanges &change) { machines.append(change); });
        QVERIFY(m_site->addAgent(1));
        QTRY_VERIFY_WITH_TIMEOUT(!mirror.machines().isEmpty() && mirror.machines().first().state == MachineState::Online
                                     && mirror.machines().first().load.memoryUsed > 0,
                                 30'000);
        QCOMPARE(machines.first().added.size(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(mirror.batchNamed("b", "main")->counts.finished(), 3, 30'000);
        const MachineId id = mirror.machines().firstKey();
        m_site->killAgent(0);
        VERIFY_OK(m_site->ask(RemoveMachine{.id = id}));
        QTRY_VERIFY(mirror.machines().isEmpty());
        QCOMPARE(machines.last().removed, QList<MachineId>({id}));
    }

    void whoOneIsAndHowFreshItIsIsKnown()
    {
        Connection connection("tst 1", quickSettings());
        Mirror mirror(connection);
        QVERIFY(mirror.isStale());
        QVERIFY(!isSet(mirror.asOf()));
        connection.open(targetOf(*m_site));
        QTRY_COMPARE(connection.status().state, ConnectionState::Live);
        QTRY_COMPARE(mirror.session().user, "admin");
        QVERIFY(mirror.may(Level::Admin, "*"));
        QVERIFY(mirror.may(Level::Operator));
        QVERIFY(mirror.readsOutputs("main"));
        QVERIFY(isSet(mirror.asOf()));
        QTRY_VERIFY(mirror.clockSkew().has_value());
        QVERIFY2(std::chrono::abs(*mirror.clockSkew()) < 1s, "both look at the same clock");
        QTRY_VERIFY(mirror.revision() > 0);
        QVERIFY(!mirror.status().held);
        VERIFY_OK(call(connection, HoldEverything{}));
        mirror.requestStatus();
        QTRY_VERIFY(mirror.status().held);
        mirror.requestPools();
        VERIFY_OK(m_site->ask(someTasks(1, "a")));
        QTRY_VERIFY(mirror.updatesPerSecond() > 0);
    }

    void afterTheDaemonsDeathItComesBackAndHasWhatItMissed()
    {
        VERIFY_OK(m_site->ask(someTasks(3, "a")));
        Connection connection("tst 1", quickSettings());
        Mirror mirror(connection);
        connection.open(targetOf(*m_site));
        QTRY_COMPARE(printed(mirror), "b 3");
        QSignalSpy lost(&connection, &Connection::lost);
        m_site->killDaemon();
        QTRY_COMPARE(lost.size(), 1);
        QTRY_COMPARE(connection.status().state, ConnectionState::Reconnecting);
        QTRY_VERIFY(connection.status().tries > 1);
        QVERIFY(isSet(connection.status().since));
        QVERIFY(!connection.status().error.message.isEmpty());
        QVERIFY(mirror.isStale());
        QCOMPARE(printed(mirror), "b 3"); // as of then
        QVERIFY(m_site->startDaemon());
        VERIFY_OK(m_site->ask(someTasks(2, "z")));
        QTRY_COMPARE_WITH_TIMEOUT(connection.status().state, ConnectionState::Live, 30'000);
        QTRY_COMPARE(printed(mirror), "b 5");
    }

    void aFrozenDaemonIsLateAndNothingIsLost()
    {
        Connection connection("tst 1", quickSettings());
        connection.open(targetOf(*m_site));
        QTRY_COMPARE(connection.status().state, ConnectionState::Live);
        const qint64 pid = m_site->daemonPid();
        QCOMPARE(QProcess::execute("kill", {"-STOP", QString::number(pid)}), 0);
        QTRY_COMPARE_WITH_TIMEOUT(connection.status().state, ConnectionState::Late, 10'000);
        QVERIFY(connection.status().isReady());
        QVERIFY(connection.status().silence >= 3s);
        QCOMPARE(QProcess::execute("kill", {"-CONT", QString::number(pid)}), 0);
        QTRY_COMPARE_WITH_TIMEOUT(connection.status().state, ConnectionState::Live, 10'000);
        VERIFY_OK(call(connection, GetStatus{}));
    }

    void whoIsNotLetInIsToldWhy()
    {
        Connection connection("tst 1", quickSettings());
        ClientTarget stranger = targetOf(*m_site);
        stranger.token = "wrong";
        connection.open(stranger);
        QTRY_COMPARE(connection.status().state, ConnectionState::Refused);
        QCOMPARE(connection.status().error.code, ErrorCode::NotPermitted);
        VERIFY_FAILS(call(connection, GetStatus{}), ErrorCode::NotPermitted);
        connection.open(targetOf(*m_site)); // with another token
        QTRY_COMPARE(connection.status().state, ConnectionState::Live);
        connection.close();
        QTRY_COMPARE(connection.status().state, ConnectionState::Closed);
    }

    void anAnswerIsDroppedWithItsReceiver()
    {
        Connection connection("tst 1", quickSettings());
        connection.open(targetOf(*m_site));
        bool called = false;
        auto context = std::make_unique<QObject>();
        connection.send(GetStatus{}, context.get(), [&](const auto &) { called = true; });
        context.reset();
        VERIFY_OK(call(connection, GetStatus{})); // which was asked later
        QVERIFY(!called);
    }

    void whoElseHasTheSameOpenIsTold()
    {
        VERIFY_OK(m_site->ask(AddUser{.name = "ann", .password = "a long password", .grants = {Grant{.project = "main"}}}));
        Connection first("tst 1", quickSettings());
        Mirror mirror(first);
        first.open(targetOf(*m_site));
        QTRY_VERIFY(mirror.isLoaded());
        QObject view;
        mirror.lookAt(&view, {{.project = "main", .object = "task/42"}});
        Connection second("tst 1", quickSettings());
        Mirror other(second);
        ClientTarget ann = targetOf(*m_site);
        ann.token.clear();
        ann.user = "ann";
        ann.password = "a long password";
        second.open(ann);
        QTRY_VERIFY(other.isLoaded());
        QVERIFY(!other.may(Level::Operator, "main"));
        auto hers = std::make_unique<QObject>();
        other.lookAt(hers.get(), {{.project = "main", .object = "task/42"}, {.project = "main", .object = "task/1"}});
        QTRY_COMPARE(mirror.viewersOf("task/42"), QStringList({"ann"}));
        QTRY_COMPARE(other.viewersOf("task/42"), QStringList({"admin"}));
        QVERIFY(mirror.viewersOf("task/1").isEmpty()); // which it does not look at
        hers.reset();
        QTRY_VERIFY(mirror.viewersOf("task/42").isEmpty());
        VERIFY_FAILS(call(second, LookAt{.things = {{.project = "lab", .object = "task/1"}}}), ErrorCode::NotPermitted);
    }

    void aSubmissionTellsHowFarItIs()
    {
        Connection connection("tst 1", quickSettings());
        connection.open(targetOf(*m_site));
        QList<qint64> progress;
        std::optional<Result<Submitted>> answer;
        connection.submit(
            someTasks(3500, "a"), this, [&](const auto &submitted) { answer = submitted; },
            [&](qint64 taken, qint64) { progress.append(taken); });
        QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), 60'000);
        VERIFY_OK(*answer);
        QCOMPARE(progress, QList<qint64>({1000, 2000, 3000, 3500}));
        const auto counts = call(connection, CountStates{.where = "batch = b"});
        VERIFY_OK(counts);
        QCOMPARE(counts->counts[TaskState::Queued], 3500);
        const auto some = call(connection, CountStates{.where = "name ~ \"^a-0000\""});
        VERIFY_OK(some);
        QCOMPARE(some->counts.total(), 10);
    }
};

QTEST_GUILESS_MAIN(TestMirror)
#include "tst_mirror.moc"
