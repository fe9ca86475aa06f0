#include "ui/batches/batchactions.h"
#include "ui/batches/batchmodel.h"
#include "ui/batches/causemodel.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>

using namespace Drover;
using namespace std::chrono_literals;

/// Rows of the batches: they change in place, and move only when they may.
class TestBatchModel : public QObject
{
    Q_OBJECT

    std::unique_ptr<BatchModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
    const Instant m_now = fromMicroseconds(1'790'000'000'000'000);

    Batch batch(qint64 id, const QString &name, const QMap<TaskState, qint64> &counts) const
    {
        Batch batch;
        batch.id = BatchId {id};
        batch.name = name;
        batch.project = "main";
        batch.owner = "ann";
        batch.created = m_now - 1h + id * 1s;
        for (auto it = counts.cbegin(); it != counts.cend(); ++it)
            batch.counts.add(it.key(), it.value());
        return batch;
    }

    QStringList column(const QString &id) const
    {
        QStringList texts;
        for (int row = 0; row < m_model->rowCount(); ++row)
            texts.append(m_model->index(row, m_model->columnOf(id)).data().toString());
        return texts;
    }

    void fill(const QList<Batch> &batches)
    {
        QMap<BatchId, Batch> map;
        for (const Batch &each : batches)
            map.insert(each.id, each);
        m_model->reset(map);
    }

private slots:
    void init()
    {
        m_model = std::make_unique<BatchModel>();
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get());
        m_model->setNow(m_now, true);
    }
    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
    }

    void theNewestComesFirst()
    {
        fill({batch(1, "a", {}), batch(2, "b", {}), batch(3, "c", {})});
        QCOMPARE(column("name"), QStringList({"c", "b", "a"}));
        m_model->setOrder("name");
        QCOMPARE(column("name"), QStringList({"a", "b", "c"}));
    }

    void countsAreSaidAndZerosAreFaint()
    {
        fill({batch(1, "a", {{TaskState::Succeeded, 65}, {TaskState::Failed, 1}, {TaskState::Running, 3}, {TaskState::Queued, 31}})});
        QCOMPARE(column("done"), QStringList({"66%"}));
        QCOMPARE(column("failed"), QStringList({"1"}));
        QCOMPARE(column("running"), QStringList({"3"}));
        QCOMPARE(column("waiting"), QStringList({"31"}));
        QCOMPARE(m_model->index(0, m_model->columnOf("failed")).data(CellRole).value<Cell>().tint, Tint::Failed);
        QVERIFY(m_model->rowWords(0).startsWith("Running, a"));
    }

    void aChangeStaysInItsPlaceUntilItIsSettled()
    {
        m_model->setOrder("-failed");
        fill({batch(1, "a", {{TaskState::Failed, 1}}), batch(2, "b", {{TaskState::Failed, 5}})});
        QCOMPARE(column("name"), QStringList({"b", "a"}));
        QSignalSpy moved(m_model.get(), &BatchModel::layoutChanged);
        m_model->apply({.added = {}, .changed = {batch(1, "a", {{TaskState::Failed, 9}})}, .removed = {}});
        QCOMPARE(column("name"), QStringList({"b", "a"}));
        QCOMPARE(m_model->unsettled(), 2);
        m_model->settle();
        QCOMPARE(column("name"), QStringList({"a", "b"}));
        QCOMPARE(moved.size(), 1);
    }

    void aRowKeepsItsIndexWhenOthersComeAndGo()
    {
        fill({batch(1, "a", {}), batch(2, "b", {})});
        const QPersistentModelIndex first = m_model->index(1, 0);
        m_model->apply({.added = {batch(3, "c", {}), batch(4, "d", {})}, .changed = {}, .removed = {}});
        m_model->settle();
        QCOMPARE(first.row(), 3);
        m_model->apply({.added = {}, .changed = {}, .removed = {BatchId {3}, BatchId {2}}});
        QCOMPARE(first.row(), 1);
        QCOMPARE(column("name"), QStringList({"d", "a"}));
    }

    void stepsComeBelowTheirBatchWhenItIsOpened()
    {
        fill({batch(1, "a", {{TaskState::Queued, 2}}), batch(2, "b", {})});
        BatchStep fetch {.step = "fetch", .counts = {}, .started = never, .ended = never};
        fetch.counts.add(TaskState::Succeeded, 4);
        BatchStep draw {.step = "draw", .counts = {}, .started = never, .ended = never};
        draw.counts.add(TaskState::Queued, 1);
        m_model->setSteps(BatchId {1}, {fetch}); // not open: not shown
        QCOMPARE(m_model->rowCount(), 2);
        m_model->setOpen(BatchId {1}, true);
        m_model->setSteps(BatchId {1}, {fetch, draw});
        QCOMPARE(column("name"), QStringList({"b", "a", "fetch", "draw"}));
        QCOMPARE(column("state"), QStringList({"Empty", "Queued", "Succeeded", "Queued"}));
        QCOMPARE(m_model->stepAt(2), "fetch");
        QCOMPARE(m_model->shown(), 2);
        m_model->setOpen(BatchId {1}, false);
        QCOMPARE(column("name"), QStringList({"b", "a"}));
    }

    void chipsAndWordsChoose()
    {
        Batch held = batch(1, "tide one", {{TaskState::Queued, 1}});
        held.held = true;
        fill({held, batch(2, "tide two", {{TaskState::Running, 1}}), batch(3, "lab", {{TaskState::Running, 1}})});
        m_model->setStates({BatchState::Running});
        QCOMPARE(column("name"), QStringList({"lab", "tide two"}));
        m_model->setWords("TIDE");
        QCOMPARE(column("name"), QStringList({"tide two"}));
        QCOMPARE(m_model->countsByState().value(BatchState::Held), 1);
        QCOMPARE(m_model->countsByState().value(BatchState::Running), 1);
    }

    void theEstimateIsATimeOfDayOrAReason()
    {
        Batch paused = batch(1, "p", {{TaskState::Queued, 1}});
        paused.paused = true;
        fill({paused, batch(2, "r", {{TaskState::Running, 1}}), batch(3, "n", {{TaskState::Running, 1}})});
        m_model->setRates({{.batch = BatchId {2}, .perMinute = 3, .through = m_now + 10min}});
        QCOMPARE(column("eta"), QStringList({"—", wordsOfEta(m_now + 10min, m_now, true), "paused"}));
    }

    void whereNamesBatchesAndSteps()
    {
        ChosenBatches chosen;
        chosen.batches = {batch(3, "a", {}), batch(4, "b", {})};
        QCOMPARE(whereOf(chosen), "batch in (3, 4)");
        chosen.batches.removeLast();
        chosen.steps = {"fetch", "say \"hi\""};
        QCOMPARE(whereOf(chosen), "batch in (3) and step in (\"fetch\", \"say \"\"hi\"\"\")");
    }

    void causesSayWhatTheyShare()
    {
        CauseModel causes;
        QAbstractItemModelTester tester(&causes);
        CauseList list;
        list.failed = 4;
        list.causes = {{.key = 7, .reason = EndReason::Exited, .exitCode = 3, .lastLine = "no such file", .count = 3,
                        .shared = {{"machine", "fell-22", 3, 0}, {"label.student", "ann", 3, 2}}},
                       {.key = 9, .reason = EndReason::OutOfMemory, .count = 1}};
        causes.setCauses(list);
        QCOMPARE(causes.rowCount(), 2);
        QCOMPARE(causes.index(0, 0).data().toString(), "3");
        QVERIFY(causes.index(0, causes.columnOf("shared")).data().toString().contains("fell-22"));
        QVERIFY(causes.index(0, causes.columnOf("shared")).data().toString().contains("student ann"));
        list.causes.removeFirst();
        causes.setCauses(list);
        QCOMPARE(causes.rowCount(), 1);
        QCOMPARE(causes.causeAt(0)->key, quint64(9));
    }
};

QTEST_GUILESS_MAIN(TestBatchModel)
#include "tst_batchmodel.moc"
