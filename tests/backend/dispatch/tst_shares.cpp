#include "backend/dispatch/shares.h"
#include "tests/backend/queue/farm.h"

using namespace Drover;

/// A batch that shares its slots by a label, on a real store.
class TestShares : public QObject
{
    Q_OBJECT

    static TaskSpec taskOf(const QString &name, const QString &student)
    {
        TaskSpec spec = Farm::task(name);
        if (!student.isEmpty())
            spec.labels = {{"student", student}};
        return spec;
    }

    static QString shareOf(Farm &farm, TaskId id)
    {
        return farm.queue->textOf(farm.queue->find(id)->share);
    }

private slots:
    void changedLabelsChangeSharesAtOnce()
    {
        Farm farm;
        Shares shares(*farm.store, *farm.queue, *farm.batches);
        const auto submitted = farm.submit({taskOf("a", "ada"), taskOf("b", {})});
        VERIFY_OK(submitted);
        farm.batches->change(submitted->batch, [](Batch &batch) { batch.shareBy = "student"; });
        farm.queue->noteStaleShares(submitted->batch);
        farm.commit();
        QTRY_COMPARE(shareOf(farm, submitted->tasks[0]), "=ada");
        QTRY_COMPARE(shareOf(farm, submitted->tasks[1]), "=");

        const qint64 rev = farm.queue->touchRevision(submitted->tasks[1]);
        farm.store->stage().insert(LabelChange {.id = submitted->tasks[1], .rev = rev, .labels = {{"student", "ben"}}});
        farm.commit();
        QTRY_COMPARE(shareOf(farm, submitted->tasks[1]), "=ben");
    }

    void aTaskThatIsMovedTakesItsShareAlong()
    {
        Farm farm;
        Shares shares(*farm.store, *farm.queue, *farm.batches);
        const auto submitted = farm.submit({taskOf("a", "ada")});
        VERIFY_OK(submitted);
        const BatchId to = farm.batches->ensure("main", "to", "admin", farm.clock.now());
        farm.batches->change(to, [](Batch &batch) { batch.shareBy = "student"; });
        farm.commit();
        QCOMPARE(farm.queue->move(submitted->tasks[0], to), Outcome::Changed);
        farm.commit();
        QTRY_COMPARE(shareOf(farm, submitted->tasks[0]), "=ada");
    }

    void anEditOfLabelsChangesShares()
    {
        Farm farm;
        Shares shares(*farm.store, *farm.queue, *farm.batches);
        const auto submitted = farm.submit({taskOf("a", "ada")});
        VERIFY_OK(submitted);
        farm.batches->change(submitted->batch, [](Batch &batch) { batch.shareBy = "student"; });
        const TaskSpec edited = taskOf("a", "eve");
        QCOMPARE(farm.queue->edit(submitted->tasks[0], edited), Outcome::Changed);
        farm.store->stage().put(TaskWords {.id = submitted->tasks[0], .rev = 1, .name = "a", .step = {}, .runAs = {}, .labels = edited.labels});
        farm.commit();
        QTRY_COMPARE(shareOf(farm, submitted->tasks[0]), "=eve");
    }
};

QTEST_GUILESS_MAIN(TestShares)
#include "tst_shares.moc"
