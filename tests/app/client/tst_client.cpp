#include "app/client/redemption.h"
#include "app/client/submission.h"
#include "backend/protocol/batchrequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "tests/support/verify.h"

#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QTcpServer>

using namespace Drover;
using namespace std::chrono_literals;

/// The client against the real daemon, which is killed and started again.
class TestClient : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QProcess m_daemon;
    QString m_address;
    QString m_link;
    ClientTarget m_target;

    QStringList daemonArguments(const QString &verb) const
    {
        return {verb, "--data", m_folder.path() + "/data", "--listen", m_address};
    }

    void startDaemon()
    {
        m_daemon.setStandardOutputFile(QProcess::nullDevice());
        m_daemon.setStandardErrorFile(m_folder.path() + "/log", QIODevice::Append);
        m_daemon.start(QString(DROVER_BIN_DIR) + "/droverd", daemonArguments("run"));
        QVERIFY(m_daemon.waitForStarted());
    }

    void killDaemon()
    {
        m_daemon.kill();
        QVERIFY(m_daemon.waitForFinished());
    }

    template<typename Request>
    Result<typename Request::Reply> call(Client &client, const Request &request)
    {
        std::optional<Result<typename Request::Reply>> answer;
        client.send(request, this, [&](const auto &reply) { answer = reply; });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 30'000))
            return fail(ErrorCode::TimedOut, "no answer in the test's time");
        return *answer;
    }

    Result<Submitted> submit(Submission &submission)
    {
        std::optional<Result<Submitted>> answer;
        submission.start([&](const Result<Submitted> &submitted) { answer = submitted; });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 60'000))
            return fail(ErrorCode::TimedOut, "no answer in the test's time");
        return *answer;
    }

    // `count` tasks, each after the one of the slice before; 0 is what all come from.
    static Submit manyTasks(const QString &batch, int count)
    {
        Submit request;
        request.batch = batch;
        for (int i = 0; i < count; ++i) {
            TaskSpec task;
            task.name = QString("t%1").arg(i);
            task.command = {"true", QString::number(i)};
            if (i > 0)
                task.after = {QString("t%1").arg(i / 2)};
            request.tasks.append(task);
        }
        return request;
    }

    qint64 tasksOf(Client &client, const QString &batch)
    {
        const auto list = call(client, ListBatches {.name = batch});
        return list && !list->batches.isEmpty() ? list->batches.first().counts.total() : -1;
    }

private slots:
    void initTestCase()
    {
        QTcpServer free;
        QVERIFY(free.listen(QHostAddress::LocalHost));
        m_address = QString("127.0.0.1:%1").arg(free.serverPort());
        free.close();
        QProcess init;
        init.start(QString(DROVER_BIN_DIR) + "/droverd", daemonArguments("init"));
        QVERIFY(init.waitForFinished());
        const QString said = QString::fromUtf8(init.readAllStandardOutput());
        m_link = QRegularExpression("drover://join/\\S+").match(said).captured();
        QVERIFY2(!m_link.isEmpty(), qPrintable(said));
        startDaemon();
    }

    void anInvitationLetsOnePersonIn()
    {
        const auto link = InvitationLink::parse(m_link);
        VERIFY_OK(link);
        // The daemon has only been started: whoever is early tries again.
        std::optional<Result<Redeemed>> answer;
        std::unique_ptr<Redemption> redemption;
        QTRY_VERIFY_WITH_TIMEOUT(([&] {
                                     if (!redemption || (answer && !*answer)) {
                                         answer.reset();
                                         redemption = std::make_unique<Redemption>(*link, "test 1");
                                         redemption->start({}, {}, [&](const auto &redeemed) { answer = redeemed; });
                                     }
                                     return answer && answer->has_value();
                                 }()),
                                 20'000);
        QCOMPARE((*answer)->session.user, "admin");
        m_target.link.addresses = link->addresses;
        m_target.link.authorities = {(*answer)->authority};
        m_target.token = (*answer)->token;

        std::optional<Result<Redeemed>> again;
        Redemption second(*link, "test 1");
        second.start({}, {}, [&](const auto &redeemed) { again = redeemed; });
        QTRY_VERIFY(again.has_value());
        QVERIFY(!again->has_value());
    }

    void aLinkForMachinesIsNotForPeople()
    {
        const auto link = InvitationLink::parse(m_link.replace("/user/", "/machine/"));
        VERIFY_OK(link);
        std::optional<Result<Redeemed>> answer;
        Redemption redemption(*link, "test 1");
        redemption.start({}, {}, [&](const auto &redeemed) { answer = redeemed; });
        QVERIFY(answer.has_value());
        VERIFY_FAILS(*answer, ErrorCode::Invalid);
        QVERIFY(answer->error().message.contains("drover-agent join"));
    }

    void whoIsSignedInIsAnswered()
    {
        Client client("test 1");
        client.open(m_target);
        VERIFY_OK(call(client, GetStatus {}));
        QVERIFY(client.isReady());
        QCOMPARE(client.session().user, "admin");
    }

    void aWrongTokenIsRefusedAndEveryRequestWithIt()
    {
        Client client("test 1");
        QSignalSpy refused(&client, &Client::refused);
        ClientTarget stranger = m_target;
        stranger.token = "wrong";
        client.open(stranger);
        VERIFY_FAILS(call(client, GetStatus {}), ErrorCode::NotPermitted);
        QTRY_COMPARE(refused.size(), 1);
    }

    void aDaemonThatIsAwayIsNamed()
    {
        Client client("test 1");
        ClientTarget away = m_target;
        away.link.addresses = {{"127.0.0.1", 1}};
        client.open(away);
        const auto status = call(client, GetStatus {});
        VERIFY_FAILS(status, ErrorCode::Unreachable);
        QVERIFY2(status.error().message.contains("127.0.0.1:1"), qPrintable(status.error().message));
    }

    void theSameKeyQueuesOnce()
    {
        Client client("test 1");
        client.open(m_target);
        Submit request = manyTasks("once", 3);
        request.key = "k1";
        Submission first(client, request);
        const auto queued = submit(first);
        VERIFY_OK(queued);
        Submission second(client, request);
        const auto repeated = submit(second);
        VERIFY_OK(repeated);
        QVERIFY(repeated->repeated);
        QCOMPARE(repeated->tasks, queued->tasks);
        QCOMPARE(tasksOf(client, "once"), 3);
    }

    void aLargeSubmissionGoesInSlices()
    {
        Client client("test 1");
        client.open(m_target);
        Submission submission(client, manyTasks("large", 5000));
        QSignalSpy progress(&submission, &Submission::progressed);
        const auto queued = submit(submission);
        VERIFY_OK(queued);
        QCOMPARE(queued->tasks.size(), 5000);
        QCOMPARE(progress.size(), 5);
        QCOMPARE(progress.last().at(0).toLongLong(), 5000);
        QCOMPARE(tasksOf(client, "large"), 5000);
    }

    void aProblemInALargeSubmissionNamesItsTask()
    {
        Client client("test 1");
        client.open(m_target);
        Submit request = manyTasks("bad", 5000);
        request.tasks[4321].priority = 1000;
        for (const bool dryRun : {false, true}) {
            request.dryRun = dryRun;
            Submission submission(client, request);
            const auto refused = submit(submission);
            VERIFY_FAILS(refused, ErrorCode::Invalid);
            QCOMPARE(refused.error().problems.first().field, "tasks[4321].priority");
        }
        QVERIFY(tasksOf(client, "bad") <= 0); // all of them or none
    }

    void aDryRunOfManyQueuesNothing()
    {
        Client client("test 1");
        client.open(m_target);
        Submit request = manyTasks("dry", 3000);
        request.dryRun = true;
        Submission submission(client, request);
        VERIFY_OK(submit(submission));
        QVERIFY(tasksOf(client, "dry") <= 0);
    }

    void aRequestRidesOutARestartOfTheDaemon()
    {
        Client client("test 1", {.link = {.retryFirst = 50ms}});
        client.open(m_target);
        VERIFY_OK(call(client, GetStatus {}));
        killDaemon();
        QTRY_VERIFY(!client.isReady());
        std::optional<Result<Status>> answer;
        client.send(GetStatus {}, this, [&](const auto &status) { answer = status; });
        startDaemon();
        QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), 20'000);
        VERIFY_OK(*answer);
    }

    void aLargeSubmissionSurvivesTheDaemonsDeath_data()
    {
        QTest::addColumn<int>("afterSlices");
        for (const int slices : {1, 3, 5})
            QTest::newRow(qPrintable(QString::number(slices))) << slices;
    }

    void aLargeSubmissionSurvivesTheDaemonsDeath()
    {
        QFETCH(int, afterSlices);
        Client client("test 1", {.link = {.retryFirst = 50ms}});
        client.open(m_target);
        const QString batch = QString("killed%1").arg(afterSlices);
        Submission submission(client, manyTasks(batch, 5000));
        int slices = 0;
        connect(&submission, &Submission::progressed, this, [&] {
            if (++slices != afterSlices)
                return;
            killDaemon();
            startDaemon();
        });
        const auto queued = submit(submission);
        VERIFY_OK(queued);
        QCOMPARE(queued->tasks.size(), 5000);
        QCOMPARE(tasksOf(client, batch), 5000); // once, however often it was asked
    }

    void closingAnswersWhatIsPending()
    {
        Client client("test 1");
        ClientTarget away = m_target;
        away.link.addresses = {{"127.0.0.1", 1}};
        std::optional<Result<Status>> answer;
        client.open(away);
        client.send(GetStatus {}, this, [&](const auto &status) { answer = status; });
        client.close();
        QTRY_VERIFY(answer.has_value());
        VERIFY_FAILS(*answer, ErrorCode::Interrupted);
    }

    void cleanupTestCase()
    {
        m_daemon.terminate();
        QVERIFY(m_daemon.waitForFinished());
    }
};

QTEST_GUILESS_MAIN(TestClient)
#include "tst_client.moc"
