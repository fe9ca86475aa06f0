#include "backend/agent/agentidentity.h"
#include "backend/protocol/machinerequests.h"
#include "backend/tls/invitationlink.h"
#include "backend/tls/secret.h"
#include "tests/backend/agent/daemonside.h"
#include "tests/backend/api/doortest.h"

#include <csignal>

using namespace Drover;
using namespace std::chrono_literals;

namespace {

/// A daemon on a real port: lets machines join with the secret "once", and then is a DaemonSide.
struct WireDaemon : TestDoor
{
    DaemonSide side;
    PeerId agent;
    int joined = 0;
    JoinMachine lastJoin;

    WireDaemon()
    {
        side.send = [this](const QByteArray &frame) { door.send(agent, frame); };
        QObject::connect(&door, &FrontDoor::opened, &door,
                         [this](PeerId peer, const PeerInfo &) { door.setSignedIn(peer); });
        QObject::connect(&door, &FrontDoor::received, &door,
                         [this](PeerId peer, const QByteArray &frame) {
                             const auto envelopes = envelopesOf(frame, WireFormat::Cbor);
                             for (const Envelope &envelope : *envelopes)
                                 take(peer, envelope);
                         });
        start();
    }

    void take(PeerId peer, const Envelope &envelope)
    {
        if (envelope.method == JoinMachine::method) {
            join(peer, envelope);
            return;
        }
        if (envelope.method == AgentHello::method)
            agent = peer;
        side.take(envelope);
    }

    void join(PeerId peer, const Envelope &envelope)
    {
        lastJoin = decode<JoinMachine>(envelope.params).value();
        if (lastJoin.secret != secret) {
            door.send(peer,
                      errorFrame(*envelope.id, fail(ErrorCode::NotFound, "no such invitation"),
                                 WireFormat::Cbor));
            return;
        }
        ++joined;
        const Result<Certificate> certificate
            = certificates.authority().signMachine(lastJoin.request, MachineId{7}, clock.now());
        door.send(peer,
                  resultFrame(*envelope.id,
                              encode(Joined{.machine = MachineId{7},
                                            .name = "m7",
                                            .certificate = certificate->toPem()}),
                              WireFormat::Cbor));
    }

    QString link(const QString &with, const Pin &pin) const
    {
        return InvitationLink{.kind = InvitationLink::Kind::Machine,
                              .pin = pin,
                              .secret = with,
                              .addresses = {{.host = "127.0.0.1", .port = door.port()}}}
            .printed();
    }
    QString link() const { return link(secret, certificates.pin()); }

    QString secret = randomSecret();
};

/// The real program.
struct Program
{
    QTemporaryDir folder;
    QProcess process;

    Program()
    {
        QFile::setPermissions(folder.path(), QFile::permissions(folder.path()) | QFile::ExeOther);
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    }
    ~Program()
    {
        process.kill();
        process.waitForFinished();
    }

    QString state() const { return folder.filePath("state"); }

    void start(QStringList arguments)
    {
        arguments << "--state" << state();
        if (arguments.first() != "status")
            arguments << "--work" << folder.filePath("work");
        process.start(DROVER_BIN_DIR "/drover-agent", arguments);
        QVERIFY(process.waitForStarted());
    }

    /// To its end; the exit status.
    int run(const QStringList &arguments)
    {
        start(arguments);
        if (!QTest::qWaitFor([this] { return process.state() == QProcess::NotRunning; }, 30'000))
            return -1;
        return process.exitCode();
    }

    bool ends()
    {
        return QTest::qWaitFor([this] { return process.state() == QProcess::NotRunning; }, 10'000);
    }

    QString runFolder(int task) const { return state() + QString("/run/%1-1").arg(task); }
};

} // namespace

/// drover-agent and drover-shim, over TLS, with a daemon of the test's.
class TestAgentProgram : public QObject
{
    Q_OBJECT

private slots:
    void itJoinsAndTakesWork()
    {
        WireDaemon daemon;
        Program agent;
        agent.start({"join", daemon.link(), "--name", "blue", "--slots", "3"});
        QTRY_COMPARE(daemon.side.hellos.size(), 1);
        QCOMPARE(daemon.lastJoin.name, "blue");
        QCOMPARE(daemon.lastJoin.slotCount, 3);
        QCOMPARE(daemon.opened.last().second.machine, MachineId{7}); // by its certificate
        const MachineFacts facts = daemon.side.hellos.first().facts;
        QVERIFY(facts.cores > 0 && facts.memory > 0 && !facts.bootId.isEmpty()
                && !facts.disks.isEmpty());
        QCOMPARE(facts.isolated, geteuid() == 0);
        daemon.side.assignShell(1, "id -u; echo $0");
        QTRY_COMPARE(daemon.side.end(1), "exited 0");
        const int user = daemon.side.ended(1)->out.split('\n').first().toInt();
        QCOMPARE(user == 0, false);
        QCOMPARE(QFileInfo(agent.state()).permissions() & 0x0fff,
                 QFile::Permissions(0x0700) & 0x0fff);
    }

    void joiningIsRefusedByAnotherKeyOrASpentSecret()
    {
        WireDaemon daemon;
        WireDaemon other;
        Program agent;
        QCOMPARE(agent.run(
                     {"join", daemon.link(daemon.secret, other.certificates.pin()), "--then-exit"}),
                 6);
        QCOMPARE(daemon.joined, 0);
        QCOMPARE(agent.run({"join", daemon.link(randomSecret(), daemon.certificates.pin()),
                            "--then-exit"}),
                 6);
        QCOMPARE(agent.run({"status"}), 4);
        QCOMPARE(agent.run({"run"}), 4);
        QCOMPARE(agent.run({"join", "drover://nonsense", "--then-exit"}), 2);
        QCOMPARE(agent.run({"join", daemon.link(), "--then-exit"}), 0);
        QCOMPARE(agent.run({"status"}), 3);
        QCOMPARE(agent.run({"join", daemon.link(), "--then-exit"}), 5); // it has joined
    }

    void oneAgentForEachState()
    {
        WireDaemon daemon;
        Program agent;
        agent.start({"join", daemon.link()});
        QTRY_COMPARE(daemon.side.hellos.size(), 1);
        QProcess second;
        second.start(DROVER_BIN_DIR "/drover-agent", {"run", "--state", agent.state()});
        QVERIFY(second.waitForFinished());
        QCOMPARE(second.exitCode(), 5);
        QProcess status;
        status.start(DROVER_BIN_DIR "/drover-agent",
                     {"status", "--json", "--state", agent.state()});
        QVERIFY(status.waitForFinished());
        QCOMPARE(status.exitCode(), 0);
        const QJsonObject object = QJsonDocument::fromJson(status.readAllStandardOutput()).object();
        QCOMPARE(object.value("name").toString(), "m7");
        QCOMPARE(object.value("process").toInteger(), agent.process.processId());
    }

    void toldToEndItSaysGoodbyeAndItsTasksGoOn()
    {
        WireDaemon daemon;
        Program agent;
        const QString go = agent.folder.filePath("go");
        agent.start({"join", daemon.link()});
        daemon.side.assignShell(1, "while ! test -e " + go + "; do sleep 0.05; done; exit 12");
        QTRY_VERIFY(daemon.side.find(1, ReportKind::Started));
        agent.process.terminate();
        QVERIFY(agent.ends());
        QCOMPARE(agent.process.exitCode(), 0);
        QTRY_COMPARE(daemon.side.goodbyes.size(), 1);
        const RunFolderContent left = readRunFolder(agent.runFolder(1).toStdString());
        QCOMPARE(left.state, RunFolderState::Running);
        QVERIFY(isAlive(left.record.leaderPid, left.record.leaderStart));
        agent.start({"run"});
        QTRY_COMPARE(daemon.side.hellos.size(), 2);
        QCOMPARE(daemon.side.hellos.last().held.value(0).state, TaskState::Running);
        QFile(go).open(QIODevice::WriteOnly);
        QTRY_COMPARE(daemon.side.end(1), "exited 12");
    }

    void killedAmidManyTasksItLosesNone()
    {
        constexpr int tasks = 60;
        WireDaemon daemon;
        daemon.side.welcome.slotCount = 4;
        Program agent;
        const QString marks = agent.folder.filePath("marks");
        QVERIFY(QDir().mkpath(marks));
        QFile::setPermissions(marks, QFile::Permissions(0x7777));
        agent.start({"join", daemon.link()});
        QTRY_COMPARE(daemon.side.hellos.size(), 1);
        AgentAssign all;
        for (int task = 1; task <= tasks; ++task)
            all.assignments.append(
                DaemonSide::shellTask(task,
                                      QString("echo x >>%1/%2; sleep 0.0%3; exit %2")
                                          .arg(marks)
                                          .arg(task)
                                          .arg(task % 7)));
        daemon.side.notify(all);
        for (int round = 0; round < 4; ++round) {
            const int before = daemon.side.count(ReportKind::Ended);
            QTRY_VERIFY(daemon.side.count(ReportKind::Ended) > before + 3);
            agent.process.kill();
            QVERIFY(agent.ends());
            const auto hellos = daemon.side.hellos.size();
            agent.start({"run"});
            QTRY_COMPARE(daemon.side.hellos.size(), hellos + 1);
            // As a daemon does: what it has assigned and the agent does not hold is sent again.
            AgentAssign again;
            for (const Assignment &assignment : all.assignments) {
                const auto &held = daemon.side.hellos.last().held;
                const bool isHeld
                    = std::any_of(held.cbegin(), held.cend(), [&](const HeldAttempt &one) {
                          return one.id() == assignment.id();
                      });
                if (!isHeld && !daemon.side.ended(int(assignment.task.value)))
                    again.assignments.append(assignment);
            }
            daemon.side.notify(again);
        }
        for (int task = 1; task <= tasks; ++task) {
            QTRY_COMPARE_WITH_TIMEOUT(daemon.side.end(task), QString("exited %1").arg(task),
                                      20'000);
            QFile mark(marks + '/' + QString::number(task));
            QVERIFY(mark.open(QIODevice::ReadOnly));
            QCOMPARE(mark.readAll(), "x\n"); // and none ran twice
        }
    }

    void itComesBackWhenTheDaemonIsGoneForAWhile()
    {
        WireDaemon daemon;
        Program agent;
        agent.start({"join", daemon.link()});
        QTRY_COMPARE(daemon.side.hellos.size(), 1);
        daemon.side.acknowledges = false;
        daemon.side.assignShell(1, "exit 3");
        QTRY_COMPARE(daemon.side.end(1), "exited 3");
        daemon.side.acknowledges = true;
        daemon.door.close(daemon.agent, 1001, "restarting");
        QTRY_COMPARE_WITH_TIMEOUT(daemon.side.hellos.size(), 2, 10'000);
        QTRY_COMPARE(daemon.side.allReports.size(), 2);
        QTRY_VERIFY(!QFile::exists(agent.runFolder(1)));
    }
};

QTEST_GUILESS_MAIN(TestAgentProgram)
#include "tst_agentprogram.moc"
