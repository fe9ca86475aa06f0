#include "backend/protocol/machinerequests.h"
#include "backend/protocol/poolrequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "tests/support/cable.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

#include <csignal>

using namespace Drover;
using namespace std::chrono_literals;

namespace {

constexpr int patience = 60'000; // ms; machines of a test may be slow

/// A daemon with short leases, agents behind cables, and tasks that tell in files when they ran:
/// attempt n of a task writes a time to `<name>-<n>` all the while, until `go-<name>-<n>` is there.
class Ground
{
public:
    static constexpr auto lease = 4s;

    bool start()
    {
        m_site.setDaemonOptions({"--set", "queue.lease=4s", "--set", "machines.beat=400ms", "--set", "machines.silent=1s"});
        QDir().mkpath(path({}));
        QFile::setPermissions(path({}), QFile::Permissions(0x7777)); // tasks may be other users
        return m_site.init() && m_site.startDaemon();
    }

    bool addAgent(int slotCount)
    {
        m_cables.push_back(std::make_unique<Cable>(m_site.port()));
        return m_site.addAgent(slotCount, m_cables.back()->port());
    }

    Site &site() { return m_site; }
    Cable &cable(int agent) { return *m_cables[size_t(agent)]; }
    QString path(const QString &name) const { return m_site.path("ground/" + name); }

    /// Submits one task of each name. Exits with `code`.
    bool submit(const QStringList &names, LeaseRule rule, int code = 0)
    {
        Submit request;
        request.batch = "b";
        for (const QString &name : names) {
            TaskSpec spec;
            spec.name = name;
            spec.shell = QString("cd %1; me=%2-$DROVER_ATTEMPT; while [ ! -e go-$me ]; do date +%s%N >> $me; sleep 0.1; done; "
                                 ": > end-$me; exit %3").arg(path({}), name).arg(code);
            spec.leaseRule = rule;
            spec.killGrace = 1s;
            request.tasks.append(spec);
        }
        const auto submitted = m_site.ask(request);
        for (qsizetype i = 0; submitted && i < names.size(); ++i)
            m_tasks.insert(names[i], submitted->tasks[i]);
        return submitted.has_value();
    }

    TaskId id(const QString &name) const { return m_tasks.value(name); }
    TaskDetail detail(const QString &name) { return m_site.askUntilAnswered(GetTask {id(name)}); }

    /// "running 2": its state and its current attempt.
    QString state(const QString &name)
    {
        const Task task = detail(name).task;
        return QString("%1 %2").arg(enumText(task.state)).arg(task.currentAttempt);
    }
    /// "superseded exited": why each of its attempts ended.
    QString account(const QString &name)
    {
        QStringList reasons;
        const QList<Attempt> attempts = detail(name).attempts;
        for (const Attempt &attempt : attempts)
            reasons.append(isSet(attempt.ended) ? enumText(attempt.endReason) : "open");
        return reasons.join(' ');
    }

    void letGo(const QString &name, int attempt)
    {
        QFile file(path(QString("go-%1-%2").arg(name).arg(attempt)));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write");
    }
    bool hasEnded(const QString &name, int attempt) const { return QFile::exists(path(QString("end-%1-%2").arg(name).arg(attempt))); }

    /// When that attempt was seen running, first and last, in ns; 0: never.
    std::pair<qint64, qint64> seen(const QString &name, int attempt) const
    {
        QFile file(path(QString("%1-%2").arg(name).arg(attempt)));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
        return {lines.first().toLongLong(), lines.last().toLongLong()};
    }

    MachineState machine(int agent)
    {
        const QList<Machine> machines = m_site.askUntilAnswered(ListMachines {}).machines;
        for (const Machine &each : machines) {
            if (each.id.value == agent + 1)
                return each.state;
        }
        return MachineState::Offline;
    }

private:
    std::vector<std::unique_ptr<Cable>> m_cables; // they outlive the agents
    Site m_site;
    QHash<QString, TaskId> m_tasks;
};

} // namespace

/// The wire is cut, shorter and longer than leases; each test ends in an exact account of every
/// attempt.
class TestCuts : public QObject
{
    Q_OBJECT

private slots:
    void aCutShorterThanTheLeaseCostsNothing()
    {
        Ground ground;
        QVERIFY(ground.start());
        QVERIFY(ground.addAgent(3));
        QVERIFY(ground.submit({"r"}, LeaseRule::Replace));
        QVERIFY(ground.submit({"w"}, LeaseRule::Wait));
        QVERIFY(ground.submit({"f"}, LeaseRule::Fence));
        for (const QString name : {"r", "w", "f"})
            QTRY_COMPARE_WITH_TIMEOUT(ground.state(name), "running 1", patience);
        ground.cable(0).pull();
        QTRY_COMPARE_WITH_TIMEOUT(ground.machine(0), MachineState::Silent, patience);
        ground.cable(0).plug();
        QTRY_COMPARE_WITH_TIMEOUT(ground.machine(0), MachineState::Online, patience);
        for (const QString name : {"r", "w", "f"}) {
            ground.letGo(name, 1);
            QTRY_COMPARE_WITH_TIMEOUT(ground.state(name), "succeeded 1", patience);
            QCOMPARE(ground.account(name), "exited");
        }
    }

    void aCutLongerThanTheLeaseGoesTheWayOfItsRule()
    {
        Ground ground;
        QVERIFY(ground.start());
        QVERIFY(ground.addAgent(3));
        QVERIFY(ground.submit({"r"}, LeaseRule::Replace));
        QVERIFY(ground.submit({"w"}, LeaseRule::Wait));
        QVERIFY(ground.submit({"f"}, LeaseRule::Fence));
        for (const QString name : {"r", "w", "f"})
            QTRY_COMPARE_WITH_TIMEOUT(ground.state(name), "running 1", patience);
        QVERIFY(ground.addAgent(3));
        ground.cable(0).pull();
        QTRY_COMPARE_WITH_TIMEOUT(ground.state("r"), "running 2", patience);
        QTRY_COMPARE_WITH_TIMEOUT(ground.state("f"), "running 2", patience);
        QVERIFY(ground.detail("w").task.unreachable);
        QCOMPARE(ground.state("w"), "running 1");
        QTRY_VERIFY_WITH_TIMEOUT(ground.seen("f", 2).first > 0, patience);
        QVERIFY(ground.seen("f", 1).second < ground.seen("f", 2).first); // never two at once
        QTRY_VERIFY_WITH_TIMEOUT(ground.seen("r", 2).first > 0, patience);
        QVERIFY(ground.seen("r", 1).second > ground.seen("r", 2).first); // that one went on meanwhile

        ground.cable(0).plug();
        QTRY_COMPARE_WITH_TIMEOUT(ground.account("r"), "superseded open", patience);
        QTRY_VERIFY_WITH_TIMEOUT(!ground.detail("w").task.unreachable, patience);
        ground.letGo("w", 1);
        ground.letGo("r", 2);
        ground.letGo("f", 2);
        QTRY_COMPARE_WITH_TIMEOUT(ground.state("w"), "succeeded 1", patience);
        QTRY_COMPARE_WITH_TIMEOUT(ground.state("r"), "succeeded 2", patience);
        QTRY_COMPARE_WITH_TIMEOUT(ground.state("f"), "succeeded 2", patience);
        QCOMPARE(ground.account("w"), "exited");
        QCOMPARE(ground.account("r"), "superseded exited");
        QCOMPARE(ground.account("f"), "worker-lost exited");
    }

    void theFenceHoldsWithTheAgentDead()
    {
        Ground ground;
        QVERIFY(ground.start());
        QVERIFY(ground.addAgent(1));
        QVERIFY(ground.submit({"f"}, LeaseRule::Fence));
        QTRY_COMPARE_WITH_TIMEOUT(ground.state("f"), "running 1", patience);
        QVERIFY(ground.addAgent(1));
        ground.cable(0).pull();
        ground.site().killAgent(0);
        QTRY_COMPARE_WITH_TIMEOUT(ground.state("f"), "running 2", patience);
        QTRY_VERIFY_WITH_TIMEOUT(ground.seen("f", 2).first > 0, patience);
        QVERIFY(ground.seen("f", 1).first > 0);
        QVERIFY(ground.seen("f", 1).second < ground.seen("f", 2).first);
        ground.cable(0).plug();
        QVERIFY(ground.site().startAgent(0));
        QTRY_COMPARE_WITH_TIMEOUT(ground.machine(0), MachineState::Online, patience);
        ground.letGo("f", 2);
        QTRY_COMPARE_WITH_TIMEOUT(ground.state("f"), "succeeded 2", patience);
        QCOMPARE(ground.account("f"), "worker-lost exited");
    }

    void whatComesLateCountsWhenItShall()
    {
        Ground ground;
        QVERIFY(ground.start());
        QVERIFY(ground.addAgent(4));
        QVERIFY(ground.submit({"success", "edited", "cancelled"}, LeaseRule::Replace));
        QVERIFY(ground.submit({"failure"}, LeaseRule::Replace, 3));
        const QStringList all {"success", "edited", "cancelled", "failure"};
        for (const QString &name : all)
            QTRY_COMPARE_WITH_TIMEOUT(ground.state(name), "running 1", patience);
        QVERIFY(ground.addAgent(4));
        ground.cable(0).pull();
        VERIFY_OK(ground.site().ask(CancelTasks {.tasks = {.ids = {ground.id("cancelled")}}}));
        for (const QString name : {"success", "edited", "failure"})
            QTRY_COMPARE_WITH_TIMEOUT(ground.state(name), "running 2", patience);
        QTRY_COMPARE_WITH_TIMEOUT(ground.state("cancelled"), "cancelled 1", patience);
        TaskDetail edited = ground.detail("edited");
        edited.spec.notes = "another text";
        VERIFY_OK(ground.site().ask(EditTasks {.edits = {{.id = edited.task.id, .specNumber = 1, .spec = edited.spec}}}));
        for (const QString &name : all) { // on the machine that nobody reaches
            ground.letGo(name, 1);
            QTRY_VERIFY_WITH_TIMEOUT(ground.hasEnded(name, 1), patience);
        }
        ground.cable(0).plug();
        QTRY_COMPARE_WITH_TIMEOUT(ground.state("success"), "succeeded 1", patience); // it was faster after all
        QCOMPARE(ground.account("success"), "exited superseded");
        QTRY_COMPARE_WITH_TIMEOUT(ground.account("failure"), "superseded open", patience);
        QTRY_COMPARE_WITH_TIMEOUT(ground.account("edited"), "superseded open", patience);
        QCOMPARE(ground.state("cancelled"), "cancelled 1");
        for (const QString name : {"failure", "edited"})
            ground.letGo(name, 2);
        QTRY_COMPARE_WITH_TIMEOUT(ground.state("edited"), "succeeded 2", patience);
        QTRY_COMPARE_WITH_TIMEOUT(ground.state("failure"), "failed 2", patience);
        QCOMPARE(ground.account("failure"), "superseded exited");
    }

    void connectionsThatBreakAndAreSlowCostNothing()
    {
        Ground ground;
        QVERIFY(ground.start());
        QVERIFY(ground.addAgent(2));
        ground.cable(0).setDelay(50ms);
        Submit submit;
        submit.batch = "many";
        for (int i = 0; i < 100; ++i) {
            TaskSpec spec;
            spec.name = QString("t%1").arg(i);
            spec.shell = "sleep 0.05";
            submit.tasks.append(spec);
        }
        const Submitted submitted = ground.site().askUntilAnswered(submit);
        const auto finished = [&] {
            return ground.site().askUntilAnswered(AwaitTasks {.ids = {}, .batch = submitted.batch, .wait = 20ms}).counts.finished();
        };
        for (int breaks = 1; breaks <= 3; ++breaks) {
            QTRY_VERIFY_WITH_TIMEOUT(finished() >= breaks * 20, patience);
            ground.cable(0).breakConnections();
        }
        QTRY_COMPARE_WITH_TIMEOUT(finished(), 100, patience);
        for (const TaskId id : submitted.tasks) {
            const TaskDetail detail = ground.site().askUntilAnswered(GetTask {id});
            QCOMPARE(enumText(detail.task.state), "succeeded");
            QCOMPARE(detail.attempts.size(), 1);
        }
    }

    void aFrozenDaemonCostsNoLease()
    {
        Ground ground;
        QVERIFY(ground.start());
        QVERIFY(ground.addAgent(2));
        QVERIFY(ground.submit({"r"}, LeaseRule::Replace));
        QVERIFY(ground.submit({"w"}, LeaseRule::Wait));
        for (const QString name : {"r", "w"}) {
            QTRY_COMPARE_WITH_TIMEOUT(ground.state(name), "running 1", patience);
            QTRY_VERIFY_WITH_TIMEOUT(ground.seen(name, 1).first > 0, patience);
        }
        const auto ran = [&](const QString &name) { return std::chrono::nanoseconds(ground.seen(name, 1).second - ground.seen(name, 1).first); };
        QCOMPARE(::kill(pid_t(ground.site().daemonPid()), SIGSTOP), 0);
        const auto before = ran("r");
        QTRY_VERIFY_WITH_TIMEOUT(ran("r") - before > 2 * Ground::lease, patience);
        QCOMPARE(::kill(pid_t(ground.site().daemonPid()), SIGCONT), 0);
        const auto awake = ran("r");
        QTRY_VERIFY_WITH_TIMEOUT(ran("r") - awake > Ground::lease / 2, patience); // leases were looked at meanwhile
        for (const QString name : {"r", "w"}) {
            QVERIFY(!ground.detail(name).task.unreachable);
            ground.letGo(name, 1);
            QTRY_COMPARE_WITH_TIMEOUT(ground.state(name), "succeeded 1", patience);
            QCOMPARE(ground.account(name), "exited");
        }
    }

    void halfAPoolLostAtOnceStartsNothingAnew()
    {
        Ground ground;
        QVERIFY(ground.start());
        QStringList names;
        for (int i = 0; i < 6; ++i) {
            QVERIFY(ground.addAgent(1));
            names.append(QString("t%1").arg(i));
        }
        QVERIFY(ground.submit(names, LeaseRule::Replace));
        for (const QString &name : names)
            QTRY_COMPARE_WITH_TIMEOUT(ground.state(name), "running 1", patience);
        for (int i = 0; i < 3; ++i)
            ground.cable(i).pull();
        for (int i = 0; i < 3; ++i)
            QTRY_COMPARE_WITH_TIMEOUT(ground.machine(i), MachineState::Lost, patience);
        for (const QString &name : names)
            QCOMPARE(ground.account(name), "open"); // nothing of it is queued again
        for (int i = 0; i < 3; ++i)
            ground.cable(i).plug();
        for (const QString &name : names) {
            ground.letGo(name, 1);
            QTRY_COMPARE_WITH_TIMEOUT(ground.state(name), "succeeded 1", patience);
            QCOMPARE(ground.account(name), "exited");
        }
    }
};

QTEST_GUILESS_MAIN(TestCuts)
#include "tst_cuts.moc"
