#include "backend/scheduler/placement.h"
#include "tests/support/verify.h"

using namespace Drover;

/// A world of values: batches, ready tasks and machines; the plan is printed as "task>machine".
class TestPlacement : public QObject
{
    Q_OBJECT

    struct World
    {
        ReadyIndex ready;
        QHash<BatchId, Batch> batches;
        std::vector<Shape> shapes {1};
        std::vector<Room> rooms;
        Flags flags;
        Running running;
        qint64 tasks = 0;

        Batch &batch(qint64 id, const QString &project = "main")
        {
            Batch batch;
            batch.id = BatchId {id};
            batch.project = project;
            return *batches.insert(batch.id, batch);
        }
        int shape(const Needs &needs)
        {
            shapes.push_back({.id = qint64(shapes.size()), .needs = needs});
            return int(shapes.size()) - 1;
        }
        void task(qint64 batch, int shape, int priority = 50, int owner = 0, int share = 0)
        {
            TaskRecord record;
            record.id = TaskId {++tasks};
            record.batch = BatchId {batch};
            record.shape = shape;
            record.priority = qint8(priority);
            record.owner = owner;
            record.share = share;
            record.queued = fromMicroseconds(1'000'000 * tasks);
            ready.insert(record);
        }
        Room &machine(qint64 id, int free, int ahead = 0)
        {
            Room room {.machine = MachineId {id}, .name = QString("m%1").arg(id), .project = "*", .pools = {"default"}};
            room.freeSlots = free;
            room.ahead = ahead;
            room.freeCpu = 64;
            room.freeMemory = 1'000'000;
            rooms.push_back(room);
            return rooms.back();
        }
        QString planned(int most = 256)
        {
            QStringList words;
            for (const Placement &placement : plan({.ready = ready, .batches = batches,
                                                    .shape = [this](int id) -> const Shape & { return shapes[size_t(id)]; },
                                                    .rooms = rooms, .flags = flags, .running = running, .most = most}))
                words.append(QString("%1>%2").arg(placement.task.value).arg(placement.machine.value));
            return words.join(' ');
        }
    };

private slots:
    void theEmptiestMachineGetsTheNextTask()
    {
        World world;
        world.batch(1);
        const int any = world.shape({});
        for (int i = 0; i < 4; ++i)
            world.task(1, any);
        world.machine(1, 1);
        world.machine(2, 3);
        QCOMPARE(world.planned(), "1>2 2>2 3>1 4>2");
    }

    void higherPriorityGoesFirstAndAges()
    {
        World world;
        world.batch(1);
        const int any = world.shape({});
        world.task(1, any, 50);
        world.task(1, any, 51); // a minute's advantage, a second younger
        world.machine(1, 1);
        QCOMPARE(world.planned(), "2>1");
    }

    void projectsAndBatchesShareFairly()
    {
        World world;
        world.batch(1).counts.add(TaskState::Running, 5);
        world.batch(2);
        world.batch(3, "other");
        const int any = world.shape({});
        for (int i = 0; i < 3; ++i) {
            world.task(1, any);
            world.task(2, any);
            world.task(3, any);
        }
        world.machine(1, 4);
        // other has nothing running; then main's batch 2 before batch 1, as projects even out.
        QCOMPARE(world.planned(), "3>1 6>1 9>1 2>1");
    }

    void ownersShareFairlyInAProject()
    {
        World world;
        world.batch(1);
        const int any = world.shape({});
        for (int i = 0; i < 3; ++i)
            world.task(1, any, 50, 1);
        for (int i = 0; i < 2; ++i)
            world.task(1, any, 50, 2);
        world.running.byOwner = {{1, 1}}; // the first has one running already
        world.machine(1, 4);
        QCOMPARE(world.planned(), "4>1 1>1 5>1 2>1");
    }

    void aBatchThatAsksSharesBetweenTheValuesOfItsLabel()
    {
        World world;
        world.batch(1).shareBy = "student";
        const int any = world.shape({});
        for (const int student : {7, 7, 7, 8, 9})
            world.task(1, any, 50, 1, student);
        world.running.byShare = {{{BatchId {1}, 9}, 2}};
        world.machine(1, 4);
        QCOMPARE(world.planned(), "1>1 4>1 2>1 3>1"); // 9 waits until the others have as many
    }

    void gpusAreReserved()
    {
        World world;
        world.batch(1);
        Needs needs;
        needs.gpu = 1;
        const int shape = world.shape(needs);
        for (int i = 0; i < 3; ++i)
            world.task(1, shape);
        world.machine(1, 4);
        world.machine(2, 4).freeGpus = 2;
        QCOMPARE(world.planned(), "1>2 2>2");
    }

    void aFlagOfABatchItsProjectOrEverythingKeepsFromStarting()
    {
        World world;
        world.batch(1).held = true;
        world.batch(2).paused = true;
        world.batch(3, "quiet");
        world.batch(4, "frozen");
        world.batch(5);
        const int any = world.shape({});
        for (int batch = 1; batch <= 5; ++batch)
            world.task(batch, any);
        world.machine(1, 9);
        world.flags.hold("quiet", true);
        world.flags.pause("frozen", true);
        QCOMPARE(world.planned(), "5>1");
        world.flags.held = true;
        QCOMPARE(world.planned(), "");
    }

    void whatDoesNotFitLeavesRoomForWhatDoes()
    {
        World world;
        world.batch(1);
        Needs large;
        large.memory = 2'000'000;
        world.task(1, world.shape(large));
        world.task(1, world.shape({}));
        world.machine(1, 2);
        QCOMPARE(world.planned(), "2>1");
    }

    void aheadIsFilledOnlyWhenNoSlotIsFree()
    {
        World world;
        world.batch(1);
        const int any = world.shape({});
        for (int i = 0; i < 4; ++i)
            world.task(1, any);
        world.machine(1, 0, 2);
        world.machine(2, 1);
        QCOMPARE(world.planned(), "1>2 2>1 3>1");
    }

    void heldPausedAndFullBatchesGetNothing()
    {
        World world;
        world.batch(1).held = true;
        world.batch(2).paused = true;
        world.batch(3).mostRunning = 1;
        const int any = world.shape({});
        world.task(1, any);
        world.task(2, any);
        world.task(3, any);
        world.task(3, any);
        world.machine(1, 8);
        QCOMPARE(world.planned(), "3>1");
    }

    void poolsPinsAndLabelsAreObeyed()
    {
        World world;
        world.batch(1).pools = {"gpu"};
        Needs pinned;
        pinned.machine = "M2";
        Needs labelled;
        labelled.labels = {{"disk", "ssd"}};
        Needs without;
        without.withoutMachines = {"m2"};
        world.task(1, world.shape(pinned));
        world.task(1, world.shape(labelled));
        world.task(1, world.shape(without));
        world.machine(1, 9);
        world.machine(2, 9).pools = {"gpu"};
        Room &third = world.machine(3, 9);
        third.pools = {"gpu"};
        third.labels = {{"disk", "ssd"}};
        QCOMPARE(world.planned(), "1>2 2>3 3>3");
    }

    void oneMachineOfAProjectServesOnlyThat()
    {
        World world;
        world.batch(1, "other");
        world.task(1, world.shape({}));
        world.machine(1, 1).project = "main";
        QCOMPARE(world.planned(), "");
    }
};

QTEST_APPLESS_MAIN(TestPlacement)
#include "tst_placement.moc"
