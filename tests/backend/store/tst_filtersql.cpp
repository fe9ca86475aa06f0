#include "backend/protocol/taskrequests.h"
#include "backend/store/database.h"
#include "backend/store/filtersql.h"
#include "backend/store/queries.h"
#include "backend/store/store.h"
#include "tests/support/randomfilter.h"
#include "tests/support/testdatabase.h"
#include "tests/support/verify.h"

using namespace Drover;

/// Holds memory and database together: what a filter finds is the same in both.
class TestFilterSql : public QObject
{
    Q_OBJECT

    TestDatabases m_databases;
    MemoryFolder m_folder;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<Database> m_db;
    QList<Task> m_tasks;
    const QList<QString> m_batches {"night", "7", "Day", "ÄLIGN"};
    const QList<QString> m_machines {"m1", "M2", "align"};

    // Ids of those that match, in memory.
    QString remembered(const QString &where) const
    {
        const Result<Filter> filter = Filter::parse(where);
        if (!filter)
            return filter.error().message;
        QStringList ids;
        for (const Task &task : m_tasks) {
            if (filter->matches(task, {.now = RandomFilter::now()}))
                ids.append(QString::number(task.id.value));
        }
        return ids.join(' ');
    }

    // The same, asked of the database.
    QString stored(const QString &where)
    {
        const Result<QList<TaskId>> found
            = tasksMatching(*m_db, where, {.now = RandomFilter::now()}, 1'000'000);
        if (!found)
            return found.error().message;
        QStringList ids;
        for (const TaskId id : *found)
            ids.append(QString::number(id.value));
        return ids.join(' ');
    }

private slots:
    void initTestCase()
    {
        START_DATABASES(m_databases);
        const StoreSettings settings {.dataDirectory = m_folder.path(), .postgres = m_databases.next()};
        m_store = std::make_unique<Store>(settings);
        VERIFY_OK(m_store->open());
        VERIFY_OK(m_store->load());
        Stage &stage = m_store->stage();
        for (int i = 0; i < m_batches.size(); ++i) {
            Batch batch;
            batch.id = BatchId {i + 1};
            batch.name = m_batches[i];
            batch.project = (i + 1) % 2 ? "main" : "lab";
            stage.put(batch);
        }
        for (int i = 0; i < m_machines.size(); ++i) {
            Machine machine;
            machine.id = MachineId {i + 1};
            machine.name = m_machines[i];
            stage.put(machine);
        }
        RandomFilter random(4711);
        for (qint64 id = 1; id <= 300; ++id) {
            NewTask row;
            row.task = random.task(id, m_batches, m_machines);
            m_tasks.append(row.task);
            stage.insert(row);
        }
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

    void whatIsStoredReadsBackAsItWas()
    {
        ListTasks request;
        request.order = "id";
        request.limit = 1000;
        const Result<TaskPage> page = listTasks(*m_db, request, {});
        VERIFY_OK(page);
        QCOMPARE(page->tasks, m_tasks);
    }

    void memoryAndDatabaseFindTheSameTasks()
    {
        RandomFilter random(1);
        for (int i = 0; i < 3000; ++i) {
            const QString where = random.filter();
            const QString expected = remembered(where);
            const QString actual = stored(where);
            QVERIFY2(actual == expected,
                     qPrintable(where + "\nmemory   " + expected + "\ndatabase " + actual));
        }
    }

    void aListTakesAFilterAndRefusesOneThatIsWrong()
    {
        ListTasks request;
        request.where = "state = failed";
        request.limit = 1000;
        const Result<TaskPage> page = listTasks(*m_db, request, {});
        VERIFY_OK(page);
        QVERIFY(!page->tasks.isEmpty());
        for (const Task &task : page->tasks)
            QCOMPARE(task.state, TaskState::Failed);
        request.where = "stat = failed";
        const Result<TaskPage> wrong = listTasks(*m_db, request, {});
        VERIFY_FAILS(wrong, ErrorCode::Invalid);
    }

    void nothingOfAFilterGetsIntoTheSql()
    {
        SqlText text(Dialect::Sqlite);
        const Result<Filter> filter
            = Filter::parse("name = \"x'); DROP TABLE task --\" or label.\"'; --\" ~ \"';\" or \"';\" or batch = \"';\"");
        VERIFY_OK(filter);
        const QString sql = sqlOf(*filter, {}, text);
        QVERIFY2(!sql.contains('\'') && !sql.contains(';'), qPrintable(sql));
        QCOMPARE(stored("name = \"x'); DROP TABLE task --\""), "");
    }
};

QTEST_GUILESS_MAIN(TestFilterSql)
#include "tst_filtersql.moc"
