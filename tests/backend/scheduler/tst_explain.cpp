#include "backend/scheduler/explain.h"
#include "tests/support/verify.h"

using namespace Drover;
using namespace std::chrono_literals;

/// One world of values for each reason; an explanation is printed as "kind: what | remedy".
class TestExplain : public QObject
{
    Q_OBJECT

    struct World
    {
        TaskRecord task;
        Needs needs;
        Batch batch;
        Flags flags;
        ReadyIndex ready;
        QHash<BatchId, Batch> batches;
        std::vector<Place> places;
        QList<WaitedFor> waitsFor;
        Instant now = fromMicroseconds(1'000'000'000);
        LeaseRule rule = LeaseRule::Replace;
        QString stormPool;

        World()
        {
            task.id = TaskId {7};
            task.batch = BatchId {1};
            task.queued = now;
            batch.id = BatchId {1};
            batch.name = "night";
            batch.project = "main";
            place("m1");
        }

        Place &place(const QString &name)
        {
            Place place;
            place.room = {.machine = MachineId {qint64(places.size()) + 1}, .name = name, .project = "*",
                          .pools = {"default"}, .freeSlots = 2, .freeCpu = 4, .freeMemory = 8'000'000'000,
                          .freeDisk = 100'000'000'000};
            place.slotCount = 2;
            place.cpu = 4;
            place.memory = 8'000'000'000;
            place.disk = 100'000'000'000;
            places.push_back(place);
            return places.back();
        }

        void queue(qint64 id, qint64 ofBatch, Instant at)
        {
            TaskRecord other;
            other.id = TaskId {id};
            other.batch = BatchId {ofBatch};
            other.queued = at;
            ready.insert(other);
        }

        QStringList why()
        {
            batches.insert(batch.id, batch);
            const Explanation explanation
                = explain({.task = task, .needs = needs, .batch = batch, .flags = flags, .ready = ready,
                           .batches = batches, .places = places, .waitsFor = waitsFor, .now = now,
                           .leaseRule = rule, .silence = 11min, .stormPool = stormPool, .stormEnds = now + 4min});
            QStringList lines;
            for (const Reason &reason : explanation.reasons) {
                lines.append(enumText(reason.kind) + ": " + reason.what
                             + (reason.remedy.isEmpty() ? QString() : " | " + reason.remedy));
            }
            return lines;
        }
    };

private slots:
    void nothingInTheWayMeansTheNextPlan()
    {
        World world;
        QCOMPARE(world.why(), QStringList({"next: it starts with the next plan, in a moment"}));
    }

    void everyFlagIsNamedWithItsLevel()
    {
        World world;
        world.flags.held = true;
        world.flags.pause("main", true);
        world.batch.held = true;
        world.task.held = true;
        QCOMPARE(world.why(), QStringList({"held: everything is held | drover release --all",
                                           "held: batch night is held | drover release --batch night",
                                           "held: the task itself is held | drover release 7",
                                           "paused: project main is paused | drover resume --project main"}));
    }

    void itWaitsForNamedTasks()
    {
        World world;
        world.task.state = TaskState::Waiting;
        world.task.waitsFor = 2;
        world.waitsFor = {{TaskId {3}, TaskState::Running}, {TaskId {4}, TaskState::Queued}};
        QCOMPARE(world.why(), QStringList({"waits-for: it waits for 2 tasks: 3 (running), 4 (queued)"}));
    }

    void aNeedThatFailedIsToBeRetried()
    {
        World world;
        world.task.state = TaskState::Waiting;
        world.waitsFor = {{TaskId {3}, TaskState::Failed}};
        QCOMPARE(world.why(), QStringList({"need-failed: it waits for 3 to succeed, and that ended badly | drover retry 3"}));
    }

    void aBackOffSaysWhen()
    {
        World world;
        world.task.failures = 2;
        world.task.notBefore = world.now + 40s;
        QCOMPARE(world.why(), QStringList({"back-off: it failed 2 times and is tried again in 40 s"}));
    }

    void noMachineAtAll()
    {
        World world;
        world.places.clear();
        QCOMPARE(world.why(), QStringList({"pool: there is no machine yet | drover machine invite"}));
    }

    void noMachineInItsPools()
    {
        World world;
        world.batch.pools = {"gpu"};
        QCOMPARE(world.why(),
                 QStringList({"pool: none of 1 machine is in a pool that batch night may use: gpu"
                              " | drover machine set MACHINE --pools gpu, or drover batch set night --pools …"}));
    }

    void theMachineItNamesIsNotThere()
    {
        World world;
        world.needs.machine = "m9";
        QVERIFY(world.why().first().startsWith("machine: it may run on machine m9 only"));
    }

    void noMachineHasItsLabels()
    {
        World world;
        world.needs.labels = {{"room", "A"}};
        QCOMPARE(world.why(), QStringList({"label: none of 1 machine has the labels it needs: room=A"
                                           " | drover machine set MACHINE --label room=A"}));
    }

    void tooMuchMemorySaysHowMuchLessWouldDo()
    {
        World world;
        for (int i = 2; i <= 14; ++i)
            world.place(QString("m%1").arg(i));
        world.needs.memory = 10'000'000'000;
        QCOMPARE(world.why(), QStringList({"memory: it asks 10 GB of memory, and the largest of 14 machines has 8 GB"
                                           " | it starts on 14 machines if it asks 2 GB less"}));
    }

    void moreGpusThanAnyMachineHas()
    {
        World world;
        world.places.front().gpus = 1;
        world.needs.gpu = 2;
        QCOMPARE(world.why(), QStringList({"gpu: it asks 2 of GPUs, and the largest of 1 machine has 1"
                                           " | it starts on 1 machine if it asks 1 less"}));
    }

    void moreSlotsCoresAndDiskThanAnyMachineHas()
    {
        World world;
        world.needs.slotCount = 3;
        world.needs.cpu = 6;
        world.needs.disk = 200'000'000'000;
        const QStringList why = world.why();
        QCOMPARE(why.size(), 3);
        QVERIFY(why[0].startsWith("slots: it asks 3 of slots, and the largest of 1 machine has 2"));
        QVERIFY(why[1].startsWith("cpu: it asks 6 of cores, and the largest of 1 machine has 4"));
        QVERIFY(why[2].startsWith("disk: it asks 200 GB of disk") || why[2].startsWith("disk: it asks 200.0 GB of disk"));
    }

    void thoseThatCouldRunItAreAway()
    {
        World world;
        world.places.front().state = MachineState::Lost;
        world.place("m2").state = MachineState::Draining;
        QCOMPARE(world.why(), QStringList({"offline: no machine that could run it is there: m1 (lost), m2 (draining)"
                                           " | start drover-agent there, or drover machine set MACHINE --draining no"}));
    }

    void itsBatchRunsNoMoreAtOnce()
    {
        World world;
        world.batch.mostRunning = 1;
        world.batch.counts.add(TaskState::Running, 1);
        QCOMPARE(world.why(), QStringList({"batch-limit: batch night runs at most 1 at once, and 1 are; 0 tasks of it come first"
                                           " | drover batch set night --most-running 2"}));
    }

    void allSlotsAreTakenWithSoManyAhead()
    {
        World world;
        world.places.front().room.freeSlots = 0;
        world.queue(5, 1, world.now - 2s);
        world.queue(6, 1, world.now - 1s);
        world.queue(9, 1, world.now + 1s);
        world.queue(3, 2, world.now);
        world.batches.insert(BatchId {2}, Batch {.id = BatchId {2}, .project = "main", .name = "other"});
        QCOMPARE(world.why(), QStringList({"busy: all slots of 1 machine that could run it are taken (2 in all);"
                                           " 2 tasks of its batch come first, and 1 task of other batches share them"
                                           " | wait; or drover priority 100 7, or drover machine invite"}));
    }

    void slotsAreFreeAndMemoryIsNot()
    {
        World world;
        world.needs.memory = 5'000'000'000;
        world.places.front().room.freeMemory = 3'000'000'000;
        QCOMPARE(world.why(), QStringList({"memory: 1 machine have a free slot, and none of them 5 GB of memory free; the most is 3 GB"
                                           " | wait; it starts now on 1 machine if it asks 2 GB less"}));
    }

    void whatRunsSaysWhere()
    {
        World world;
        world.task.state = TaskState::Running;
        world.task.machine = MachineId {1};
        world.task.started = world.now - 90s;
        QCOMPARE(world.why().size(), 1);
        QVERIFY(world.why().first().startsWith("running: it runs on m1 since "));
    }

    void unreachableSaysTheRule()
    {
        World world;
        world.task.state = TaskState::Running;
        world.task.machine = MachineId {1};
        world.task.unreachable = true;
        world.rule = LeaseRule::Wait;
        QVERIFY2(world.why().first().startsWith("unreachable: no contact with m1 for 11"), qPrintable(world.why().first()));
        QVERIFY(world.why().first().endsWith("its rule is to wait for the machine | start the machine, or drover cancel --now 7 and drover retry 7"));
    }

    void aStormSaysHowToGoOn()
    {
        World world;
        world.task.state = TaskState::Running;
        world.task.machine = MachineId {1};
        world.task.unreachable = true;
        world.stormPool = "default";
        QVERIFY(world.why().first().startsWith("storm: no contact with m1"));
        QVERIFY(world.why().first().endsWith(" | drover pool resume default"));
    }

    void whatHasEndedSaysHow()
    {
        Task task;
        task.id = TaskId {7};
        task.state = TaskState::Failed;
        task.endReason = EndReason::Exited;
        task.exitCode = 3;
        task.lastLine = "no such file";
        const Explanation explanation = explainFinished(task);
        QCOMPARE(explanation.reasons.first().what, "it has ended: exited with status 3: no such file");
        QCOMPARE(explanation.reasons.first().remedy, "drover log 7, then drover retry 7");
    }
};

QTEST_GUILESS_MAIN(TestExplain)
#include "tst_explain.moc"
