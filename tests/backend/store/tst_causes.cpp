#include "backend/store/causequeries.h"
#include "backend/store/database.h"
#include "backend/store/store.h"
#include "tests/support/testdatabase.h"
#include "tests/support/verify.h"

using namespace Drover;
using namespace std::chrono_literals;

/// What the failures of a batch have in common, out of the rows alone.
class TestCauses : public QObject
{
    Q_OBJECT

    TestDatabases m_databases;
    MemoryFolder m_folder;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<Database> m_db;

    void add(qint64 id, TaskState state, quint64 cause, const QString &line, const QString &student, qint64 machine)
    {
        NewTask row;
        row.task.id = TaskId {id};
        row.task.batch = BatchId {1};
        row.task.name = "grade";
        row.task.owner = "anna";
        row.task.queued = fromMicroseconds(1000);
        row.task.labels = {{"student", student}};
        row.spec = encode(TaskSpec {});
        m_store->stage().insert(row);
        TaskChange change;
        change.id = row.task.id;
        change.rev = id;
        change.batch = BatchId {1};
        change.state = state;
        change.ended = fromMicroseconds(2000 + id);
        change.machine = MachineId {machine};
        change.endReason = EndReason::Exited;
        change.exitCode = state == TaskState::Failed ? 1 : 0;
        change.lastLine = line;
        change.causeKey = cause;
        m_store->stage().put(change);
    }

private slots:
    void initTestCase()
    {
        START_DATABASES(m_databases);
        const StoreSettings settings {.dataDirectory = m_folder.path(), .postgres = m_databases.next()};
        m_store = std::make_unique<Store>(settings);
        VERIFY_OK(m_store->open());
        VERIFY_OK(m_store->load());
        Batch batch;
        batch.id = BatchId {1};
        batch.name = "b";
        batch.project = "main";
        batch.counts.add(TaskState::Failed, 5);
        batch.counts.add(TaskState::Succeeded, 3);
        m_store->stage().put(batch);
        for (const qint64 id : {1, 2}) {
            Machine machine;
            machine.id = MachineId {id};
            machine.name = QString("m%1").arg(id);
            m_store->stage().put(machine);
        }
        add(1, TaskState::Failed, 77, "no file 1", "ann", 2);
        add(2, TaskState::Failed, 77, "no file 2", "bob", 2);
        add(3, TaskState::Failed, 77, "no file 3", "cem", 2);
        add(4, TaskState::Failed, 88, "killed", "dan", 1);
        add(5, TaskState::Failed, 88, "killed", "dan", 2);
        for (qint64 id = 6; id <= 8; ++id)
            add(id, TaskState::Succeeded, 0, {}, "eve", id == 6 ? 2 : 1);
        VERIFY_OK(m_store->flush());
        Result<std::unique_ptr<Database>> db = Database::connect(settings, DatabaseAccess::Read);
        VERIFY_OK(db);
        m_db = std::move(*db);
    }

    void cleanupTestCase()
    {
        m_db.reset();
        m_store.reset();
    }

    void failuresAreGroupedTheMostFrequentFirst()
    {
        const Result<CauseList> list = causesOf(*m_db, {.batch = BatchId {1}}, {});
        VERIFY_OK(list);
        QCOMPARE(list->failed, 5);
        QCOMPARE(list->total, 8);
        QCOMPARE(list->causes.size(), 2);
        const Cause &first = list->causes[0];
        QCOMPARE(first.key, quint64(77));
        QCOMPARE(first.count, 3);
        QCOMPARE(first.exitCode, 1);
        QCOMPARE(first.lastLine, "no file 3");
        QCOMPARE(first.examples, QList<TaskId>({TaskId {3}, TaskId {2}, TaskId {1}}));
        QCOMPARE(first.first, fromMicroseconds(2001));
    }

    void whatTheyShareAndOthersHaveNotIsSaid()
    {
        const Result<CauseList> list = causesOf(*m_db, {.batch = BatchId {1}}, {});
        VERIFY_OK(list);
        // All three on m2, as two that did not fail so; their students differ.
        QCOMPARE(list->causes[0].shared, QList<SharedTrait>({{"machine", "m2", 3, 2}}));
        // Another cause: one student's, whom no other task has.
        QCOMPARE(list->causes[1].shared, QList<SharedTrait>({{"label.student", "dan", 2, 0}}));
    }

    void aBatchThatIsNotThereIsNotFound()
    {
        VERIFY_FAILS(causesOf(*m_db, {.batch = BatchId {9}}, {}), ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestCauses)
#include "tst_causes.moc"
