#include "backend/protocol/taskrequests.h"
#include "backend/store/columntext.h"
#include "backend/store/database.h"
#include "backend/store/queries.h"
#include "backend/store/store.h"
#include "tests/support/testdatabase.h"
#include "tests/support/verify.h"

using namespace Drover;
using namespace std::chrono_literals;

namespace {

const Instant noon = fromMicroseconds(1'767'225'600'000'000);

NewTask newTask(qint64 id, qint64 batch, const QString &name)
{
    NewTask row;
    row.task.id = TaskId {id};
    row.task.rev = id;
    row.task.batch = BatchId {batch};
    row.task.name = name;
    row.task.owner = "anna";
    row.task.queued = noon;
    row.task.labels = {{"key \"q\"", "ü\n"}};
    TaskSpec spec;
    spec.name = name;
    spec.command = QStringList {"true"};
    row.spec = encode(spec);
    row.shape = 5;
    row.flags = 0;
    return row;
}

Batch newBatch(qint64 id, const QString &name, const QString &project, Instant ended = never)
{
    Batch batch;
    batch.id = BatchId {id};
    batch.name = name;
    batch.project = project;
    batch.ended = ended;
    return batch;
}

TaskChange ended(qint64 id, qint64 batch, TaskState state, std::chrono::seconds after)
{
    TaskChange change;
    change.id = TaskId {id};
    change.rev = 100 + id;
    change.batch = BatchId {batch};
    change.state = state;
    change.started = noon;
    change.ended = noon + after;
    change.machine = MachineId {1};
    change.lastAttempt = change.currentAttempt = 1;
    change.failures = 2;
    change.shape = 5;
    change.exitCode = int(id);
    return change;
}

QString printed(const QList<Task> &tasks)
{
    QStringList ids;
    for (const Task &task : tasks)
        ids.append(QString::number(task.id.value));
    return ids.join(' ');
}

} // namespace

/// Two batches of project main, one of lab, tasks 1 to 9; 1, 2 and 7 have ended.
class TestQueries : public QObject
{
    Q_OBJECT

    TestDatabases m_databases;
    MemoryFolder m_folder;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<Database> m_db;

    QString list(const QString &order, int limit = 256, qint64 offset = 0, ListScope scope = {})
    {
        ListTasks request;
        request.order = order;
        request.limit = limit;
        request.offset = offset;
        const Result<TaskPage> page = listTasks(*m_db, request, scope);
        return page ? ::printed(page->tasks) + (page->more ? " …" : "")
                    : Drover::printed(page.error());
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
        stage.put(newBatch(1, "Night", "main"));
        stage.put(newBatch(2, "day", "main", noon + 1h));
        stage.put(newBatch(3, "LAB", "lab"));
        stage.put(newBatch(4, "night", "main", noon));
        const QStringList names {"b", "A", "ä", "Ä2", "c", "D", "e", "f", "G"};
        for (int i = 0; i < 9; ++i) {
            NewTask task = newTask(i + 1, 1 + i / 3, names[i]);
            if (i == 8) {
                task.task.state = TaskState::Waiting;
                task.after = {TaskId {1}, TaskId {2}, TaskId {3}};
            }
            if (i == 7)
                task.submission = 77;
            stage.insert(task);
        }
        stage.put(ended(1, 1, TaskState::Failed, 30s));
        stage.put(ended(2, 1, TaskState::Succeeded, 10s));
        stage.put(ended(7, 3, TaskState::Cancelled, 20s));
        Machine machine;
        machine.id = MachineId {1};
        machine.name = "m1";
        stage.put(machine);
        for (int n = 1; n <= 2; ++n) {
            Attempt attempt;
            attempt.task = TaskId {1};
            attempt.n = n;
            attempt.machine = MachineId {1};
            stage.put(attempt);
        }
        stage.putOutput({TaskId {1}, 1}, "out", "err");
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

    void aListHasTheOrderItWasAskedFor()
    {
        QCOMPARE(list("-id"), "9 8 7 6 5 4 3 2 1");
        QCOMPARE(list("id"), "1 2 3 4 5 6 7 8 9");
        QCOMPARE(list("-ended"), "1 7 2 9 8 6 5 4 3");
        QCOMPARE(list("ended"), "3 4 5 6 8 9 2 7 1");
        QCOMPARE(list("name"), "2 1 5 6 7 8 9 3 4"); // case does not count
        QCOMPARE(list("batchName"), "4 5 6 7 8 9 1 2 3");
        QCOMPARE(list("-batch"), "9 8 7 6 5 4 3 2 1");
        QCOMPARE(list("-machineName"), "7 2 1 9 8 6 5 4 3");
        QCOMPARE(list("-duration"), "1 7 2 9 8 6 5 4 3");
        QCOMPARE(list("-exitCode", 3), "7 2 1 …");
    }

    void anOrderThatIsNoneIsRefusedWithThoseThereAre()
    {
        const QString words = list("colour");
        QVERIFY2(words.contains("\"colour\""), qPrintable(words));
        QVERIFY2(words.contains("lastLine"), qPrintable(words));
    }

    void aPageGoesOnWhereTheOneBeforeEnded()
    {
        QCOMPARE(list("id", 4), "1 2 3 4 …");
        QCOMPARE(list("id", 4, 4), "5 6 7 8 …");
        QCOMPARE(list("id", 4, 8), "9");
        QCOMPARE(list("id", 9), "1 2 3 4 5 6 7 8 9");
    }

    void aViewerSeesTheTasksOfTheirProjectsAndNoneOfAnOpenSubmission()
    {
        QCOMPARE(list("id", 10, 0, {.projects = {"lab"}}), "7 8 9");
        QCOMPARE(list("id", 10, 0, {.projects = {"lab", "x\"}'", "main"}}), "1 2 3 4 5 6 7 8 9");
        QCOMPARE(list("id", 10, 0, {.hiddenSubmissions = {77, 78}}), "1 2 3 4 5 6 7 9");
        const Result<QList<TaskId>> matching
            = tasksMatching(*m_db, {}, {.projects = {"lab"}, .hiddenSubmissions = {77}}, 1);
        VERIFY_OK(matching);
        QCOMPARE(*matching, QList<TaskId>({TaskId {7}}));
    }

    void aWindowIsTheIdsOfItsWholeOrderAndItsPagesAreRowsById()
    {
        const Result<std::vector<TaskId>> window
            = orderedTasks(*m_db, "batch = night", "-duration", {});
        VERIFY_OK(window);
        QCOMPARE(*window, (std::vector<TaskId> {TaskId {1}, TaskId {2}, TaskId {3}}));
        const Result<QList<Task>> page = tasksById(*m_db, {TaskId {5}, TaskId {99}, TaskId {1}});
        VERIFY_OK(page);
        QCOMPARE(::printed(*page), "5 1");
        const Result<qint64> count = countTasks(*m_db, "finished or state:finished", {});
        VERIFY_OK(count);
        QCOMPARE(*count, 3);
        const Result<StateBreakdown> states = countStates(*m_db, "finished or state:finished", {});
        VERIFY_OK(states);
        QCOMPARE(states->counts.total(), 3);
        QCOMPARE(states->counts.finished(), 3);
        QCOMPARE(states->revision, 107);
        VERIFY_FAILS(countStates(*m_db, "colour = red", {}), ErrorCode::Invalid);
    }

    void aListSaysWhichRevisionItSaw()
    {
        const Result<TaskPage> page = listTasks(*m_db, {}, {});
        VERIFY_OK(page);
        QCOMPARE(page->revision, 107);
    }

    void aRowHasEverythingThatListsShow()
    {
        ListTasks request;
        request.order = "id";
        const Result<TaskPage> page = listTasks(*m_db, request, {});
        VERIFY_OK(page);
        Task expected = newTask(1, 1, "b").task;
        const TaskChange change = ended(1, 1, TaskState::Failed, 30s);
        expected.rev = change.rev;
        expected.project = "main";
        expected.batchName = "Night";
        expected.state = change.state;
        expected.started = change.started;
        expected.ended = change.ended;
        expected.machine = change.machine;
        expected.machineName = "m1";
        expected.lastAttempt = expected.currentAttempt = 1;
        expected.exitCode = 1;
        QCOMPARE(page->tasks.at(0), expected);
    }

    void aTaskHasItsSpecItsAttemptsAndWhatItStillWaitsFor()
    {
        const Result<TaskDetail> one = taskDetail(*m_db, TaskId {1});
        VERIFY_OK(one);
        QCOMPARE(one->spec.command, QStringList {"true"});
        QCOMPARE(one->attempts.size(), 2);
        QCOMPARE(one->attempts[1].machineName, "m1");
        QCOMPARE(one->waitsFor.size(), 0);
        const Result<TaskDetail> nine = taskDetail(*m_db, TaskId {9});
        VERIFY_OK(nine);
        QCOMPARE(nine->waitsFor, QList<TaskId>({TaskId {1}, TaskId {3}})); // 1 failed, 2 did not
        const Result<TaskDetail> none = taskDetail(*m_db, TaskId {10});
        VERIFY_FAILS(none, ErrorCode::NotFound);
    }

    void specsComeInTheOrderOfTheIds()
    {
        const Result<QList<QByteArray>> specs
            = specsOf(*m_db, {TaskId {5}, TaskId {99}, TaskId {2}});
        VERIFY_OK(specs);
        QCOMPARE(specs->size(), 3);
        QCOMPARE(decode<TaskSpec>(specs->at(0))->name, "c");
        QCOMPARE(specs->at(1), QByteArray());
        QCOMPARE(decode<TaskSpec>(specs->at(2))->name, "A");
    }

    void statesOfWhatDoesNotExistAreLeftOut()
    {
        const Result<QHash<TaskId, TaskState>> states
            = statesOf(*m_db, {TaskId {1}, TaskId {99}, TaskId {9}});
        VERIFY_OK(states);
        QCOMPARE(states->size(), 2);
        QCOMPARE(states->value(TaskId {1}), TaskState::Failed);
        QCOMPARE(states->value(TaskId {9}), TaskState::Waiting);
    }

    void batchesAreAllLiveOnesAndEndedOnesUpToTheLimit()
    {
        const auto ids = [&](const ListBatches &request, const ListScope &scope) {
            const Result<QList<Batch>> batches = listBatches(*m_db, request, scope);
            QStringList found;
            for (const Batch &batch : batches.value_or(QList<Batch>()))
                found.append(QString::number(batch.id.value));
            return found.join(' ');
        };
        QCOMPARE(ids({}, {}), "4 3 2 1");
        QCOMPARE(ids({.limit = 1}, {}), "4 3 1");
        QCOMPARE(ids({.live = true}, {}), "3 1");
        QCOMPARE(ids({.name = "NIGHT"}, {}), "4 1");
        QCOMPARE(ids({.name = "2"}, {}), "2");
        QCOMPARE(ids({}, {.projects = {"lab"}}), "3");
    }

    void outputIsThatOfTheLatestAttemptUnlessOneIsNamed()
    {
        const Result<StoredOutput> first = outputOf(*m_db, TaskId {1}, 1);
        VERIFY_OK(first);
        QVERIFY(first->isInline);
        QCOMPARE(first->out, QByteArray("out"));
        QCOMPARE(first->err, QByteArray("err"));
        const Result<StoredOutput> latest = outputOf(*m_db, TaskId {1}, 0);
        VERIFY_OK(latest);
        QCOMPARE(latest->attempt.n, 2);
        QVERIFY(!latest->isInline);
        const Result<StoredOutput> third = outputOf(*m_db, TaskId {1}, 3);
        VERIFY_FAILS(third, ErrorCode::NotFound);
        const Result<StoredOutput> none = outputOf(*m_db, TaskId {5}, 0);
        VERIFY_FAILS(none, ErrorCode::NotFound);
    }

    void aFinishedTaskComesWithWhatTheQueueNeedsToQueueItAgain()
    {
        const Result<QList<RetryRow>> rows
            = finishedTasks(*m_db, {TaskId {3}, TaskId {2}, TaskId {1}});
        VERIFY_OK(rows);
        QCOMPARE(rows->size(), 2); // 3 has not ended
        const RetryRow &row = rows->at(0);
        QCOMPARE(row.stored.id, TaskId {1});
        QCOMPARE(row.stored.shape, 5);
        QCOMPARE(row.stored.failures, 2);
        QCOMPARE(row.stored.lastAttempt, 1);
        QCOMPARE(row.task.batchName, "Night");
    }

    void smallCollectionsSurviveTheirColumn()
    {
        const QMap<QString, QString> map {{"a\"b", "\\ \n\t\u0001 ü 😀"}, {"", "'"}};
        QCOMPARE(mapOf(textOf(map)), map);
        QCOMPARE(textOf(QMap<QString, QString>()), "");
        const QList<qint64> numbers {0, (qint64(1) << 53) - 1, -5};
        QCOMPARE(numbersOf(textOf(numbers)), numbers);
        const QStringList list {"", ",", "\"]"};
        QCOMPARE(listOf(textOf(list)), list);
        QCOMPARE(mapOf("not json"), (QMap<QString, QString>()));
    }
};

QTEST_GUILESS_MAIN(TestQueries)
#include "tst_queries.moc"
