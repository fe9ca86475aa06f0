#include "ui/machines/lostbanner.h"
#include "ui/machines/machineactions.h"
#include "ui/machines/machinemodel.h"
#include "ui/machines/poolmodel.h"
#include "ui/machines/straymodel.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>

#include <cmath>

using namespace Drover;
using namespace std::chrono_literals;

class TestMachineModel : public QObject
{
    Q_OBJECT

    std::unique_ptr<MachineModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
    const Instant m_now = fromMicroseconds(1'790'000'000'000'000);

    Machine machine(qint64 id, const QString &name, MachineState state = MachineState::Online) const
    {
        Machine machine;
        machine.id = MachineId {id};
        machine.name = name;
        machine.state = state;
        machine.pools = {"default"};
        machine.slotCount = 4;
        machine.slotsUsed = 2;
        machine.lastContact = m_now - 1s;
        machine.facts.memory = 1000;
        machine.facts.cores = 4;
        machine.facts.agentVersion = "1.0";
        machine.facts.disks = {{.path = "/", .total = 100, .available = 19}};
        machine.load = {.cpu = 0.5, .memoryUsed = 980, .diskUsed = 81, .netIn = 1500, .netOut = 500};
        return machine;
    }

    Cell cell(int row, const QString &column) const
    {
        return m_model->index(row, m_model->columnOf(column)).data(CellRole).value<Cell>();
    }

    QStringList names() const
    {
        QStringList names;
        for (int row = 0; row < m_model->rowCount(); ++row)
            names.append(m_model->machineAt(row)->name);
        return names;
    }

    void fill(const QList<Machine> &machines)
    {
        QMap<MachineId, Machine> map;
        for (const Machine &each : machines)
            map.insert(each.id, each);
        m_model->reset(map);
    }

private slots:
    void init()
    {
        m_model = std::make_unique<MachineModel>();
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get());
        m_model->setNow(m_now, true);
        m_model->setVersion("1.0");
    }
    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
    }

    void namesAreSortedWithNumbersAsNumbers()
    {
        fill({machine(1, "m10"), machine(2, "m9"), machine(3, "a")});
        QCOMPARE(names(), QStringList({"a", "m9", "m10"}));
        m_model->setOrder("-name");
        QCOMPARE(names(), QStringList({"m10", "m9", "a"}));
    }

    void loadIsSaidWithItsLimits()
    {
        fill({machine(1, "m")});
        QCOMPARE(cell(0, "cpu").text, "50%");
        QCOMPARE(cell(0, "memory").text, "98%");
        QCOMPARE(cell(0, "memory").tint, Tint::Failed);
        QCOMPARE(cell(0, "disk").text, "81%");
        QCOMPARE(cell(0, "disk").tint, Tint::Paused);
        QCOMPARE(cell(0, "net").text, QLocale().toString(2.0, 'f', 1) + "k");
        QCOMPARE(cell(0, "slots").text, "2/4");
        QCOMPARE(cell(0, "slots").used, 2);
    }

    void aMachineOutOfContactHasNoFigures()
    {
        fill({machine(1, "m", MachineState::Lost)});
        QCOMPARE(cell(0, "cpu").text, "—");
        QVERIFY(cell(0, "cpu").curve.isEmpty());
        QCOMPARE(cell(0, "seen").tint, Tint::Lost);
        QCOMPARE(cell(0, "slots").used, 0);
    }

    void curvesHaveGapsWhereNothingWasHeard()
    {
        LoadCurves curves;
        curves.add(m_now, 0.1F, 0, 0, 0);
        curves.add(m_now + 2s, 0.2F, 0, 0, 0); // the same ten seconds: the newest counts
        curves.add(m_now + 30s, 0.5F, 0, 0, 0);
        QCOMPARE(curves.cpu.size(), 4);
        QCOMPARE(curves.cpu.first(), 0.2F);
        QVERIFY(std::isnan(curves.cpu.at(1)));
        QCOMPARE(curves.cpu.last(), 0.5F);
        for (int i = 0; i < 100; ++i)
            curves.add(m_now + i * 10s + 60s, 0.3F, 0, 0, 0);
        QCOMPARE(curves.cpu.size(), LoadCurves::steps);
        curves.add(m_now + 7200s, 0.9F, 0, 0, 0);
        QCOMPARE(curves.cpu.size(), LoadCurves::steps);
        QVERIFY(std::isnan(curves.cpu.first()));
    }

    void whatWasBeforeIsTakenFromTheDaemon()
    {
        fill({machine(1, "m")});
        LoadSeries series;
        series.machine = MachineId {1};
        series.start = m_now - 600s;
        series.step = 10s;
        for (int i = 0; i < 60; ++i) {
            series.cpu.append(i < 30 ? -1 : 250);
            series.memory.append(500);
            series.disk.append(50);
            series.netIn.append(1);
            series.netOut.append(1);
        }
        series.failedHour = 3;
        series.booted = m_now - 49h;
        m_model->setHistory({series});
        QVERIFY(cell(0, "cpu").curve.size() >= 30);
        QCOMPARE(cell(0, "cpu").curve.first(), 0.25F);
        QCOMPARE(cell(0, "failed").text, "3");
        QCOMPARE(cell(0, "failed").tint, Tint::Failed);
        QCOMPARE(cell(0, "up").text, "2 d");
    }

    void anotherVersionIsMarked()
    {
        Machine old = machine(1, "old");
        old.facts.agentVersion = "0.9";
        fill({old, machine(2, "new")});
        QCOMPARE(m_model->skewed(), 1);
        m_model->setSkewOnly(true);
        QCOMPARE(names(), QStringList({"old"}));
        QCOMPARE(cell(0, "version").tint, Tint::Silent);
    }

    void rowsChangeInPlaceAndMoveWhenSettled()
    {
        fill({machine(1, "a"), machine(2, "b"), machine(3, "c")});
        m_model->setOrder("-cpu");
        const QPersistentModelIndex b = m_model->index(m_model->rowOf(MachineId {2}), 0);
        Machine busy = machine(2, "b");
        busy.load.cpu = 0.9;
        busy.lastContact = m_now + 1s;
        m_model->apply({.added = {}, .changed = {busy}, .removed = {}});
        QCOMPARE(names(), QStringList({"a", "b", "c"}));
        QVERIFY(m_model->unsettled() > 0);
        m_model->settle();
        QCOMPARE(names(), QStringList({"b", "a", "c"}));
        QCOMPARE(b.row(), 0);
        m_model->apply({.added = {}, .changed = {}, .removed = {MachineId {1}}});
        QCOMPARE(names(), QStringList({"b", "c"}));
    }

    void statesAndWordsChoose()
    {
        Machine labelled = machine(1, "a");
        labelled.labels = {{"gpu", "a100"}};
        fill({labelled, machine(2, "b", MachineState::Draining)});
        m_model->setStates({MachineState::Draining});
        QCOMPARE(names(), QStringList({"b"}));
        m_model->setStates({});
        m_model->setWords("gpu=a1");
        QCOMPARE(names(), QStringList({"a"}));
        QCOMPARE(m_model->countsByState().size(), 1);
    }

    void labelsAreReadAndWritten()
    {
        QCOMPARE(labelsIn("gpu=a100, fast").value(), (QMap<QString, QString> {{"fast", ""}, {"gpu", "a100"}}));
        QCOMPARE(textOfLabels({{"fast", ""}, {"gpu", "a100"}}), "fast, gpu=a100");
        QVERIFY(!labelsIn("=x"));
        QVERIFY(!labelsIn("a=1, a=2"));
    }

    void whoIsLostIsNamed()
    {
        QCOMPARE(wordsOfLost({machine(1, "a")}), "a is out of contact.");
        QCOMPARE(wordsOfLost({machine(1, "a"), machine(2, "b")}), "a and b are out of contact.");
        QVERIFY(wordsOfLost({machine(1, "a"), machine(2, "b"), machine(3, "c")}).startsWith("a, b and 1 other"));
    }

    void poolsAndStraysAreListed()
    {
        PoolModel pools;
        QAbstractItemModelTester poolTester(&pools);
        pools.setPools({{.name = "render", .machines = 3, .online = 2, .slotCount = 8, .slotsUsed = 5},
                        {.name = "default", .machines = 6, .lost = 4, .stormBegan = m_now, .stormEnds = m_now + 15min, .waiting = 9}},
                       m_now, true);
        QCOMPARE(pools.rowCount(), 2);
        QCOMPARE(pools.poolAt(0)->name, "default");
        QVERIFY(pools.index(0, pools.columnOf("storm")).data().toString().contains("4 machine"));
        StrayModel strays;
        QAbstractItemModelTester strayTester(&strays);
        Stray stray;
        stray.machine = MachineId {1};
        stray.task = TaskId {1234567};
        stray.n = 2;
        strays.setStrays({stray}, {{MachineId {1}, "m1"}}, m_now, true);
        QCOMPARE(strays.index(0, 0).data().toString(), "m1");
        QCOMPARE(strays.strayAt(0)->n, 2);
    }
};

QTEST_GUILESS_MAIN(TestMachineModel)
#include "tst_machinemodel.moc"
