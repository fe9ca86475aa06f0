#include "backend/series/series.h"
#include "backend/store/batchqueries.h"
#include "backend/store/database.h"
#include "backend/store/seriesstore.h"
#include "backend/store/store.h"
#include "tests/support/fakeclock.h"
#include "tests/support/testdatabase.h"
#include "tests/support/verify.h"

using namespace Drover;
using namespace std::chrono_literals;

/// What is kept of the past, and how it becomes a chart.
class TestSeries : public QObject
{
    Q_OBJECT

    TestDatabases m_databases;
    std::unique_ptr<MemoryFolder> m_folder;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<Database> m_db;
    std::unique_ptr<FakeClock> m_clock;
    std::unique_ptr<Series> m_series;

    void put(qint64 id, const QString &project, const QMap<TaskState, qint64> &counts, bool over = false)
    {
        Batch batch;
        batch.id = BatchId {id};
        batch.project = project;
        batch.name = QString("b%1").arg(id);
        for (auto it = counts.cbegin(); it != counts.cend(); ++it)
            batch.counts.add(it.key(), it.value());
        if (over)
            batch.ended = m_clock->now();
        m_store->stage().put(batch);
        VERIFY_OK(m_store->flush());
    }

    void pass(std::chrono::seconds time)
    {
        for (auto left = time; left > 0s; left -= 1s) {
            m_clock->advance(1s);
            m_series->tick();
        }
    }

    QStringList stored(SeriesKind kind, const QString &subject)
    {
        QStringList lines;
        const auto rows = seriesOf(*m_db, kind, subject, never, m_clock->now() + 1h);
        for (const SeriesRow &row : rows.value_or(QList<SeriesRow>())) {
            for (const CountPoint &p : countsIn(row))
                lines.append(QString("%1 waiting %2 queued %3 started, %4 succeeded %5 failed")
                                 .arg(p.waiting).arg(p.queued).arg(p.started).arg(p.succeeded).arg(p.failed));
        }
        return lines;
    }

private slots:
    void initTestCase() { START_DATABASES(m_databases); }

    void init()
    {
        m_folder = std::make_unique<MemoryFolder>();
        const StoreSettings settings {.dataDirectory = m_folder->path(), .postgres = m_databases.next()};
        m_store = std::make_unique<Store>(settings);
        VERIFY_OK(m_store->open());
        const Result<Snapshot> snapshot = m_store->load();
        VERIFY_OK(snapshot);
        m_clock = std::make_unique<FakeClock>();
        m_series = std::make_unique<Series>(*m_store, *m_clock);
        m_series->restore(*snapshot);
        m_series->tick();
        Result<std::unique_ptr<Database>> db = Database::connect(settings, DatabaseAccess::Read);
        VERIFY_OK(db);
        m_db = std::move(*db);
    }

    void cleanup()
    {
        m_series.reset();
        m_db.reset();
        m_store.reset();
    }

    void pointsComeBackAsTheyWere()
    {
        CountPoint first {.at = m_clock->now(), .waiting = 3, .queued = 1'000'000, .started = 129, .succeeded = 127};
        CountPoint second = first;
        second.at += 10s;
        second.failed = 5'000'000'000;
        const SeriesRow row = packed(SeriesKind::BatchFine, "7", std::vector {first, second});
        QVERIFY(row.points.size() < 30);
        const std::vector<CountPoint> back = countsIn(row);
        QCOMPARE(back.size(), size_t(2));
        QCOMPARE(back[0].queued, 1'000'000);
        QCOMPARE(back[0].started, 129);
        QCOMPARE(back[1].at, second.at);
        QCOMPARE(back[1].failed, 5'000'000'000);
        SeriesRow cut = row;
        cut.points.chop(1);
        QCOMPARE(countsIn(cut).size(), size_t(1));
    }

    void whatEndedBetweenTwoLooksIsCountedOnce()
    {
        put(1, "main", {{TaskState::Queued, 5}, {TaskState::Running, 2}});
        pass(10s);
        put(1, "main", {{TaskState::Queued, 3}, {TaskState::Running, 2}, {TaskState::Succeeded, 1}, {TaskState::Failed, 1}});
        pass(10s);
        put(1, "main", {{TaskState::Succeeded, 6}, {TaskState::Failed, 1}}, true);
        pass(10s);
        pass(30s);
        VERIFY_OK(m_store->flush());
        QCOMPARE(stored(SeriesKind::BatchFine, "1"),
                 QStringList({"0 waiting 5 queued 2 started, 0 succeeded 0 failed",
                              "0 waiting 3 queued 2 started, 1 succeeded 1 failed",
                              "0 waiting 0 queued 0 started, 5 succeeded 0 failed"}));
        // The project goes on when nothing is to do: zero is not unknown.
        QCOMPARE(stored(SeriesKind::ProjectFine, "main").size(), 5);
    }

    void aBatchThatWasOverBetweenTwoLooksIsNotForgotten()
    {
        put(1, "main", {{TaskState::Succeeded, 4}}, true);
        pass(60s);
        VERIFY_OK(m_store->flush());
        QCOMPARE(stored(SeriesKind::BatchFine, "1"),
                 QStringList({"0 waiting 0 queued 0 started, 4 succeeded 0 failed"}));
    }

    void whatEndedBeforeTheDaemonStartedIsNoNews()
    {
        put(1, "main", {{TaskState::Queued, 1}, {TaskState::Succeeded, 100}});
        const Result<Snapshot> snapshot = m_store->load();
        VERIFY_OK(snapshot);
        Series again(*m_store, *m_clock);
        again.restore(*snapshot);
        m_clock->advance(10s);
        again.tick();
        const std::vector<CountPoint> points = again.pendingCounts(SeriesKind::BatchFine, "1");
        QCOMPARE(points.size(), size_t(1));
        QCOMPARE(points[0].succeeded, 0);
        QCOMPARE(points[0].queued, 1);
    }

    void fiveMinutesAddUpWhatEnded()
    {
        put(1, "main", {{TaskState::Queued, 3}});
        pass(20s);
        put(1, "main", {{TaskState::Queued, 2}, {TaskState::Succeeded, 1}});
        pass(20s);
        put(1, "main", {{TaskState::Queued, 1}, {TaskState::Succeeded, 2}});
        pass(5min);
        VERIFY_OK(m_store->flush());
        const QStringList coarse = stored(SeriesKind::BatchCoarse, "1");
        QCOMPARE(coarse, QStringList({"0 waiting 1 queued 0 started, 2 succeeded 0 failed"}));
    }

    void eachKindIsKeptForItsOwnTime()
    {
        put(1, "main", {{TaskState::Queued, 1}});
        pass(6min);
        m_series->flush();
        VERIFY_OK(m_store->flush());
        QVERIFY(!stored(SeriesKind::BatchFine, "1").isEmpty());
        m_clock->advance(26h);
        m_series->tick();
        VERIFY_OK(m_store->flush());
        QCOMPARE(stored(SeriesKind::BatchFine, "1"), QStringList());
        QVERIFY(!stored(SeriesKind::BatchCoarse, "1").isEmpty());
        m_clock->advance(31 * 24h);
        m_series->tick();
        VERIFY_OK(m_store->flush());
        const auto old = seriesOf(*m_db, SeriesKind::BatchCoarse, "1", never, m_clock->now() - 24h);
        VERIFY_OK(old);
        QCOMPARE(old->size(), 0);
    }

    void aGridTakesTheLastLevelAndTheSumOfEnds()
    {
        const Instant start = m_clock->now();
        const auto point = [&](int seconds, qint64 queued, qint64 succeeded) {
            return CountPoint {.at = start + std::chrono::seconds(seconds), .queued = queued, .succeeded = succeeded};
        };
        const Grid grid = Grid::of(start, start + 120s, 4, 10s);
        QCOMPARE(grid.step, 30s);
        QCOMPARE(grid.size, 4);
        const CountSeries series
            = folded(grid, {{point(0, 9, 1), point(20, 7, 2), point(40, 5, 1)}, {point(10, 1, 1), point(100, 2, 0)}});
        QCOMPARE(series.queued, QList<qint64>({8, 5, -1, 2}));
        QCOMPARE(series.succeeded, QList<qint64>({4, 1, -1, 0}));
    }

    void loadLiesInMemoryForTenMinutesAndByMinuteInTheStore()
    {
        const MachineId machine {4};
        for (int i = 0; i < 11 * 60 / 2; ++i) {
            m_clock->advance(2s);
            m_series->load(machine, {.cpu = i % 2 == 0 ? 0.5 : 0.7, .memoryUsed = 1024, .diskUsed = 2048, .netIn = 10}, 5h);
            m_series->tick();
        }
        QCOMPARE(m_series->recentLoad(machine).size(), size_t(300));
        QCOMPARE(m_series->booted(machine), m_clock->now() - 5h);
        VERIFY_OK(m_store->flush());
        const auto rows = seriesOf(*m_db, SeriesKind::Load, "4", never, m_clock->now());
        VERIFY_OK(rows);
        QCOMPARE(rows->size(), 1);
        const std::vector<LoadPoint> minutes = loadsIn(rows->first());
        QCOMPARE(minutes.size(), size_t(10));
        QCOMPARE(minutes[5].cpu, 600);
        QCOMPARE(minutes[5].memory, 1024);
        QCOMPARE(minutes[6].at - minutes[5].at, 60s);
        m_series->flush();
        VERIFY_OK(m_store->flush());
        QCOMPARE(seriesOf(*m_db, SeriesKind::Load, "4", never, m_clock->now())->size(), 2);
    }

    void failuresOfAMachineAreThoseOfTheLastHour()
    {
        const auto end = [&](int n, EndReason reason, int exitCode) {
            Attempt attempt;
            attempt.task = TaskId {n};
            attempt.n = 1;
            attempt.machine = MachineId {2};
            attempt.ended = m_clock->now();
            attempt.endReason = reason;
            attempt.exitCode = exitCode;
            m_store->stage().put(attempt);
        };
        end(1, EndReason::Exited, 0);
        end(2, EndReason::Exited, 3);
        end(3, EndReason::OutOfMemory, 137);
        end(4, EndReason::Cancelled, 1);
        VERIFY_OK(m_store->flush());
        QCOMPARE(m_series->failedLastHour(MachineId {2}), 2);
        pass(70min);
        QCOMPARE(m_series->failedLastHour(MachineId {2}), 0);
    }

    void aRateSaysWhenABatchWouldBeThrough()
    {
        put(1, "main", {{TaskState::Queued, 60}});
        pass(10s);
        put(1, "main", {{TaskState::Queued, 50}, {TaskState::Succeeded, 10}});
        pass(10s);
        const QList<BatchRate> rates = m_series->rates();
        QCOMPARE(rates.size(), 1);
        QCOMPARE(rates[0].perMinute, 30.0);
        QCOMPARE(rates[0].through - m_clock->now(), 100s);
    }

    void stepsStandInTheOrderOfTheirFirstTasks()
    {
        put(1, "main", {{TaskState::Queued, 3}});
        qint64 id = 0;
        for (const char *step : {"fetch", "align", "fetch"}) {
            NewTask row;
            row.task.id = TaskId {++id};
            row.task.batch = BatchId {1};
            row.task.name = "t";
            row.task.step = step;
            row.task.state = id == 1 ? TaskState::Succeeded : TaskState::Queued;
            m_store->stage().insert(row);
        }
        VERIFY_OK(m_store->flush());
        const Result<BatchStepList> list = stepsOf(*m_db, {.batch = BatchId {1}}, {});
        VERIFY_OK(list);
        QCOMPARE(list->steps.size(), 2);
        QCOMPARE(list->steps[0].step, "fetch");
        QCOMPARE(list->steps[0].counts[TaskState::Succeeded], 1);
        QCOMPARE(list->steps[0].counts[TaskState::Queued], 1);
        QCOMPARE(list->steps[1].step, "align");
        VERIFY_FAILS(stepsOf(*m_db, {.batch = BatchId {1}}, {.projects = {"other"}}), ErrorCode::NotFound);
    }

    void aTimelineHasWhatRanInTheSpan()
    {
        put(1, "main", {{TaskState::Succeeded, 3}});
        const Instant start = m_clock->now();
        for (const int id : {1, 2, 3}) {
            NewTask row;
            row.task.id = TaskId {id};
            row.task.batch = BatchId {1};
            row.task.name = QString("t%1").arg(id);
            m_store->stage().insert(row);
            Attempt attempt;
            attempt.task = row.task.id;
            attempt.n = 1;
            attempt.started = start + id * 60s;
            attempt.ended = id == 3 ? never : attempt.started + 30s;
            m_store->stage().put(attempt);
        }
        VERIFY_OK(m_store->flush());
        const Instant now = start + 10min;
        const auto names = [&](const GetTimeline &request) {
            QStringList found;
            const Result<Timeline> timeline = timelineOf(*m_db, request, {}, now);
            for (const TimelineAttempt &a : timeline ? timeline->attempts : QList<TimelineAttempt>())
                found.append(a.name);
            return found;
        };
        const BatchId batch {1};
        QCOMPARE(names({.batch = batch}), QStringList({"t1", "t2", "t3"}));
        QCOMPARE(names({.batch = batch, .from = start + 100s}), QStringList({"t2", "t3"}));
        QCOMPARE(names({.batch = batch, .from = start + 100s, .to = start + 130s}), QStringList({"t2"}));
        const Result<Timeline> cut = timelineOf(*m_db, {.batch = batch, .limit = 2}, {}, now);
        VERIFY_OK(cut);
        QVERIFY(cut->more);
        QCOMPARE(cut->attempts.size(), 2);
        QCOMPARE(cut->first, start + 60s);
        QCOMPARE(cut->last, never);
    }
};

QTEST_GUILESS_MAIN(TestSeries)
#include "tst_series.moc"
