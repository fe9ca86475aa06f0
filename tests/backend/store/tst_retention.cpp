#include "backend/store/database.h"
#include "backend/store/queries.h"
#include "backend/store/retentionqueries.h"
#include "backend/store/store.h"
#include "tests/support/testdatabase.h"
#include "tests/support/verify.h"

using namespace Drover;
using namespace std::chrono_literals;

/// What retention and the trash ask and write, on a real database.
class TestRetention : public QObject
{
    Q_OBJECT

    TestDatabases m_databases;
    std::unique_ptr<MemoryFolder> m_folder;
    StoreSettings m_settings;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<Database> m_db;

    static Instant at(int second) { return fromMicroseconds(1'767'225'600'000'000 + qint64(second) * 1'000'000); }

    // Ended at that second; 0: not.
    void task(qint64 id, int ended, qint64 batch = 1, bool keep = false)
    {
        NewTask row;
        row.task.id = TaskId {id};
        row.task.rev = id;
        row.task.batch = BatchId {batch};
        row.task.name = QString("t%1").arg(id);
        row.task.keep = keep;
        row.task.state = ended ? TaskState::Succeeded : TaskState::Queued;
        row.task.ended = ended ? at(ended) : never;
        row.spec = "spec";
        m_store->stage().insert(row);
        Attempt attempt;
        attempt.task = row.task.id;
        attempt.n = 1;
        attempt.outSize = 100'000;
        m_store->stage().put(attempt);
        m_store->stage().putOutput(attempt.id(), "out", {});
    }

    void batch(qint64 id, bool ended, bool keep = false)
    {
        Batch b;
        b.id = BatchId {id};
        b.name = QString("b%1").arg(id);
        b.project = "main";
        b.ended = ended ? at(1) : never;
        b.keep = keep;
        m_store->stage().put(b);
    }

    template<typename T>
    static QString idsOf(const Result<QList<T>> &rows)
    {
        if (!rows)
            return printed(rows.error());
        QStringList ids;
        for (const T &row : *rows) {
            if constexpr (requires { row.id; })
                ids.append(QString::number(row.id.value));
            else
                ids.append(QString::number(row.value));
        }
        return ids.join(' ');
    }

    QString listed(const QString &where = {})
    {
        const Result<TaskPage> page = listTasks(*m_db, {.where = where, .order = "id"}, {});
        return page ? idsOf(Result<QList<Task>>(page->tasks)) : printed(page.error());
    }

private slots:
    void initTestCase() { START_DATABASES(m_databases); }

    void init()
    {
        m_db.reset();
        m_store.reset();
        m_folder = std::make_unique<MemoryFolder>();
        m_settings = {.dataDirectory = m_folder->path(), .postgres = m_databases.next()};
        m_store = std::make_unique<Store>(m_settings);
        VERIFY_OK(m_store->open());
        VERIFY_OK(m_store->load());
        auto db = Database::connect(m_settings, DatabaseAccess::Read);
        VERIFY_OK(db);
        m_db = std::move(*db);
        batch(1, false);
        batch(2, true);
        batch(3, true, true);
        task(1, 10);
        task(2, 0);
        task(3, 5, 2);
        task(4, 5, 2, true);
        task(5, 6, 3);
        task(6, 30);
        VERIFY_OK(m_store->flush());
    }

    void cleanupTestCase()
    {
        m_db.reset();
        m_store.reset();
    }

    void whatIsKeptOrUnfinishedIsPassedOver()
    {
        QCOMPARE(idsOf(finishedBefore(*m_db, {}, at(100), 10)), "3 1 6");
        QCOMPARE(idsOf(finishedBefore(*m_db, {}, at(30), 10)), "3 1");
        QCOMPARE(idsOf(finishedBefore(*m_db, {at(5), {3}}, at(100), 1)), "1");
        QCOMPARE(*endOfSurplus(*m_db, 1), at(10)); // the newest stays
        QCOMPARE(*endOfSurplus(*m_db, 100), never);
    }

    void theTrashIsListedOnlyWhenAskedFor()
    {
        QCOMPARE(listed(), "1 2 3 4 5 6");
        m_store->stage().put(TaskAway {.id = {1}, .rev = 100, .away = at(50)});
        m_store->stage().put(TaskAway {.id = {3}, .rev = 101, .away = at(60)});
        VERIFY_OK(m_store->flush());
        QCOMPARE(listed(), "2 4 5 6");
        QCOMPARE(listed("putAway = yes"), "1 3");
        QCOMPARE(listed("state = finished"), "4 5 6");
        QCOMPARE(*countTasks(*m_db, "batch = b2", {}), 1);
        QCOMPARE(countStates(*m_db, "batch = b2", {})->counts.total(), 1);
        QCOMPARE(idsOf(finishedBefore(*m_db, {}, at(100), 10)), "6");
        QCOMPARE(idsOf(sweptTasks(*m_db, at(55), 10)), "1");
        const auto rows = awayRows(*m_db, {{1}, {4}});
        VERIFY_OK(rows);
        QCOMPARE(std::ranges::count_if(*rows, &AwayRow::away), 1);
        QCOMPARE(std::ranges::count_if(*rows, &AwayRow::keep), 1);
        m_store->stage().put(TaskAway {.id = {1}, .rev = 102, .away = never});
        VERIFY_OK(m_store->flush());
        QCOMPARE(listed(), "1 2 4 5 6");
    }

    void aBatchGoesWhenItsLastTaskIsAway()
    {
        QCOMPARE(idsOf(emptyBatches(*m_db, {}, 10)), "");
        m_store->stage().put(TaskAway {.id = {3}, .rev = 100, .away = at(50)});
        m_store->stage().put(TaskKept {.id = {4}, .rev = 101, .keep = false});
        m_store->stage().put(TaskAway {.id = {4}, .rev = 102, .away = at(50)});
        m_store->stage().put(TaskAway {.id = {5}, .rev = 103, .away = at(50)});
        VERIFY_OK(m_store->flush());
        QCOMPARE(idsOf(emptyBatches(*m_db, {}, 10)), "2"); // 3 is kept, 1 has not ended
        m_store->stage().put(BatchAway {.id = {2}, .rev = 104, .away = at(60)});
        VERIFY_OK(m_store->flush());
        QCOMPARE(idsOf(listBatches(*m_db, {}, {})), "3 1");
        QCOMPARE(idsOf(sweptBatches(*m_db, at(70), 10)), ""); // its tasks are in the trash yet
        m_store->stage().remove(Removal<TaskId> {.id = {3}, .rev = 105});
        m_store->stage().remove(Removal<TaskId> {.id = {4}, .rev = 106});
        VERIFY_OK(m_store->flush());
        QCOMPARE(idsOf(sweptBatches(*m_db, at(70), 10)), "2");
    }

    void whatIsRemovedLeavesNothingButATombstone()
    {
        QCOMPARE(streamsOf(*m_db, {{1}})->size(), 1);
        m_store->stage().remove(Removal<TaskId> {.id = {1}, .rev = 200});
        m_store->stage().removeOutputs({6});
        VERIFY_OK(m_store->flush());
        QCOMPARE(listed(), "2 3 4 5 6");
        VERIFY_FAILS(taskDetail(*m_db, {1}), ErrorCode::NotFound);
        QVERIFY(streamsOf(*m_db, {{1}})->isEmpty());
        QVERIFY(!outputOf(*m_db, {6}, 1)->isInline);
        QVERIFY(outputOf(*m_db, {5}, 1)->isInline);
        QCOMPARE(*storedRevision(*m_db), 200);
        const auto tombstones = m_db->prepare("SELECT id, rev FROM tombstone WHERE noun = 'task'");
        QVERIFY(tombstones->next());
        QCOMPARE(tombstones->integer(0), 1);
        QCOMPARE(tombstones->integer(1), 200);
        VERIFY_OK(tombstones->finish());
        m_store->stage().removeTombstonesBefore(at(2'000'000'000));
        VERIFY_OK(m_store->flush());
        const auto none = m_db->prepare("SELECT id FROM tombstone");
        QVERIFY(!none->next());
        VERIFY_OK(none->finish());
    }

    void oldEventsAndAuditGoFromTheFirstOn()
    {
        for (int i = 1; i <= 5; ++i) {
            m_store->stage().insert(Event {.id = {i}, .at = at(i), .source = "daemon", .kind = "k", .object = {}, .project = {}, .text = "t"});
            m_store->stage().insert(AuditRow {.id = {i}, .at = at(i), .user = "ann", .address = {}, .program = {}, .action = "a", .object = {}, .outcome = "done", .count = 0, .project = {}});
        }
        VERIFY_OK(m_store->flush());
        QCOMPARE(lastEventBefore(*m_db, at(4), 10)->value, 3);
        QCOMPARE(lastEventBefore(*m_db, at(4), 2)->value, 2); // a slice
        QCOMPARE(lastAuditBefore(*m_db, at(1), 10)->value, 0);
        m_store->stage().removeEventsUpTo({3});
        m_store->stage().removeAuditUpTo({4});
        VERIFY_OK(m_store->flush());
        QCOMPARE(listEvents(*m_db, {}, {})->events.size(), 2);
        QCOMPARE(lastAuditBefore(*m_db, at(100), 10)->value, 5);
    }
};

QTEST_GUILESS_MAIN(TestRetention)
#include "tst_retention.moc"
