#include "backend/base/logsettings.h"
#include "tests/simulation/simulation.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QtTest>

using namespace Drover;
using namespace std::chrono_literals;

/// Fleets that live through an hour of faults each. A seed that fails is tried again by
/// DROVER_SEED=N tst_simulation; DROVER_SEEDS=N tries more of them.
class TestSimulation : public QObject
{
    Q_OBJECT

    qint64 m_events = 0;
    qint64 m_time = 0;

    static QList<quint32> seeds(int few)
    {
        if (qEnvironmentVariableIsSet("DROVER_SEED"))
            return {quint32(qEnvironmentVariableIntValue("DROVER_SEED"))};
        const int count = qEnvironmentVariableIsSet("DROVER_SEEDS") ? qEnvironmentVariableIntValue("DROVER_SEEDS") : few;
        QList<quint32> seeds;
        for (int i = 1; i <= count; ++i)
            seeds.append(quint32(i));
        return seeds;
    }

    QStringList run(const Scenario &scenario)
    {
        QElapsedTimer timer;
        timer.start();
        Simulation simulation(scenario);
        const QStringList violations = simulation.run();
        m_events += simulation.events();
        m_time += timer.elapsed();
        qInfo("%s, %lld ms", qPrintable(simulation.summary()), static_cast<long long>(timer.elapsed()));
        return violations;
    }

    void runAll(Scenario scenario, int few)
    {
        const QList<quint32> all = seeds(few);
        for (const quint32 seed : all) {
            scenario.seed = seed;
            const QStringList violations = run(scenario);
            QVERIFY2(violations.isEmpty(), qPrintable(violations.join('\n')));
        }
    }

private slots:
    void initTestCase()
    {
        QHashSeed::setDeterministicGlobalSeed(); // or one seed would not be one history
        changeLogging({.file = {}, .level = LogLevel::Error});
    }

    void everythingAtOnce() { runAll({}, 4); }

    void aFleetWithoutFaults()
    {
        Scenario scenario;
        scenario.cuts = scenario.stalls = scenario.agentDeaths = scenario.reboots = scenario.daemonDeaths = scenario.freezes
            = scenario.storms = 0s;
        runAll(scenario, 1);
    }

    void fencedTasksAreNeverTwoAtOnce()
    {
        Scenario scenario;
        scenario.rule = LeaseRule::Fence;
        scenario.cuts = 20s;
        scenario.agentDeaths = 60s;
        runAll(scenario, 2);
    }

    void aDaemonThatDiesAllTheTime()
    {
        Scenario scenario;
        scenario.daemonDeaths = 20s;
        scenario.commands = 5s;
        runAll(scenario, 1);
    }

    void aFrozenDaemonCostsNoLease()
    {
        Scenario scenario;
        scenario.cuts = scenario.stalls = scenario.agentDeaths = scenario.reboots = scenario.daemonDeaths = scenario.storms = 0s;
        scenario.freezes = 120s;
        scenario.seed = 7;
        Simulation simulation(scenario);
        const QStringList violations = simulation.run();
        QVERIFY2(violations.isEmpty(), qPrintable(violations.join('\n')));
        QCOMPARE(simulation.leasesEnded(), 0);
    }

    void theSameSeedIsTheSameHistory()
    {
        Scenario scenario;
        scenario.length = 10min;
        scenario.seed = 3;
        Simulation one(scenario);
        Simulation other(scenario);
        const QStringList violations = one.run() + other.run();
        QVERIFY2(violations.isEmpty(), qPrintable(violations.join('\n')));
        QCOMPARE(one.summary(), other.summary());
    }

    void cleanupTestCase()
    {
        if (m_time > 0)
            qInfo("%lld events, %lld a minute", static_cast<long long>(m_events),
                  static_cast<long long>(m_events * 60'000 / m_time));
    }
};

QTEST_GUILESS_MAIN(TestSimulation)
#include "tst_simulation.moc"
