#include "backend/dispatch/storms.h"
#include "tests/backend/queue/farm.h"

using namespace Drover;
using namespace std::chrono_literals;

/// A pool of machines that fall silent, on a clock that is moved by hand.
class TestStorms : public QObject
{
    Q_OBJECT

    struct Pool
    {
        Farm farm;
        Fleet fleet {*farm.store, *farm.ledger, farm.clock};
        Storms storms {fleet, farm.clock};
        QList<MachineId> machines;

        explicit Pool(int count)
        {
            for (int i = 0; i < count; ++i) {
                MachineFacts facts;
                facts.hostName = QString("m%1").arg(i);
                facts.cores = 4;
                machines.append(fleet.add({}, facts, {"default"}, 4));
                fleet.connected(machines.last(), facts, {});
            }
        }
        // All but the first `silent` are heard of until then.
        void advance(std::chrono::seconds time, int silent)
        {
            farm.clock.advance(time);
            for (int i = silent; i < machines.size(); ++i)
                fleet.contact(machines[i]);
        }
        Loss judge(int machine) { return storms.judge(*fleet.find(machines[machine])); }
    };

private slots:
    void oneMachineOfFiveIsNoStorm()
    {
        Pool pool(5);
        pool.advance(10min, 1);
        QCOMPARE(pool.judge(0), Loss::Alone);
        QVERIFY(pool.storms.all().isEmpty());
    }

    void moreThanAThirdAtOnceIsAStorm()
    {
        Pool pool(6);
        pool.advance(10min, 3);
        QCOMPARE(pool.judge(0), Loss::InStorm);
        QCOMPARE(pool.storms.all().size(), 1);
        QCOMPARE(pool.storms.all().first().lost.size(), 3);
        QCOMPARE(pool.judge(2), Loss::InStorm);
    }

    void aThirdIsNotMoreThanAThird()
    {
        Pool pool(6);
        pool.advance(10min, 2);
        QCOMPARE(pool.judge(0), Loss::Alone);
    }

    void aSmallPoolHasNoStorms()
    {
        Pool pool(4);
        pool.advance(10min, 4);
        QCOMPARE(pool.judge(0), Loss::Alone);
    }

    void lossesMinutesApartAreNoStorm()
    {
        Pool pool(6);
        pool.advance(3min, 1);
        pool.advance(3min, 2);
        pool.advance(4min, 3);
        QCOMPARE(pool.judge(0), Loss::Alone);
    }

    void itEndsByItselfAndWhatItTookIsNotPoison()
    {
        Pool pool(5);
        pool.advance(10min, 5);
        QCOMPARE(pool.judge(0), Loss::InStorm);
        QVERIFY(pool.storms.over().isEmpty());
        pool.advance(15min, 5);
        QCOMPARE(pool.storms.over().size(), 5);
        QVERIFY(pool.storms.all().isEmpty());
        QCOMPARE(pool.judge(0), Loss::AfterStorm); // no second storm of the same machines
    }

    void itEndsWhenAllAreBack()
    {
        Pool pool(5);
        pool.advance(10min, 5);
        QCOMPARE(pool.judge(0), Loss::InStorm);
        pool.advance(1s, 0);
        QCOMPARE(pool.storms.over().size(), 5);
    }

    void aPersonLetsItGoOn()
    {
        Pool pool(5);
        pool.advance(10min, 5);
        QCOMPARE(pool.judge(0), Loss::InStorm);
        VERIFY_FAILS(pool.storms.resume("other"), ErrorCode::NotFound);
        VERIFY_OK(pool.storms.resume("default"));
        QCOMPARE(pool.storms.over().size(), 5);
    }

    void attemptsWaitForItsEndAndAreNotPoisoned()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        for (int machine = 1; machine <= 4; ++machine) {
            const AttemptId attempt = farm.assign(machine);
            farm.report(machine, attempt, ReportKind::Started);
            farm.attempts->leaseEnded(attempt, Loss::InStorm);
            QCOMPARE(farm.print(), QStringList({QString("a running %1 unreachable").arg(machine)}));
            QCOMPARE(farm.attempts->waitingOn({machine}), 1);
            farm.attempts->stormEnded({machine});
            QCOMPARE(farm.print(), QStringList({"a queued"}));
        }
    }

    void aMachineThatReturnsInTheStormKeepsItsTask()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const AttemptId attempt = farm.assign(1);
        farm.report(1, attempt, ReportKind::Started);
        farm.attempts->leaseEnded(attempt, Loss::InStorm);
        farm.attempts->reconcile({1}, {{.task = attempt.task, .n = attempt.n, .state = TaskState::Running}});
        farm.attempts->stormEnded({1});
        QCOMPARE(farm.print(), QStringList({"a running 1"}));
    }

    void aFenceInAStormWaitsForBoth()
    {
        Farm farm;
        TaskSpec spec = Farm::task("a");
        spec.leaseRule = LeaseRule::Fence;
        VERIFY_OK(farm.submit({spec}));
        const AttemptId attempt = farm.assign(1);
        farm.report(1, attempt, ReportKind::Started);
        farm.attempts->leaseEnded(attempt, Loss::InStorm);
        farm.attempts->fenceEnded(attempt);
        QCOMPARE(farm.print(), QStringList({"a running 1 unreachable"}));
        farm.attempts->stormEnded({1});
        QCOMPARE(farm.print(), QStringList({"a queued"}));
    }

    void aLeaseBeginsAnewWithTheDaemon()
    {
        Farm farm;
        VERIFY_OK(farm.submit({Farm::task("a")}));
        const AttemptId attempt = farm.assign(1);
        farm.report(1, attempt, ReportKind::Started);
        farm.attempts->leaseEnded(attempt, Loss::InStorm);
        farm.restart();
        QCOMPARE(farm.print(), QStringList({"a running 1"}));
        farm.attempts->leaseEnded(attempt);
        QCOMPARE(farm.print(), QStringList({"a queued"}));
    }
};

QTEST_GUILESS_MAIN(TestStorms)
#include "tst_storms.moc"
