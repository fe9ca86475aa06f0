#include "backend/store/database.h"
#include "backend/store/store.h"
#include "tests/support/testdatabase.h"
#include "tests/support/verify.h"

#include <QtTest/QSignalSpy>

#include <csignal>
#include <sqlite3.h>
#include <sys/resource.h>

using namespace Drover;
using namespace std::chrono_literals;

namespace {

const Instant noon = fromMicroseconds(1'767'225'600'123'456);

NewTask newTask(qint64 id, const QString &name, qint64 batch = 1)
{
    NewTask row;
    row.task.id = TaskId {id};
    row.task.rev = id;
    row.task.batch = BatchId {batch};
    row.task.name = name;
    row.task.owner = "anna";
    row.task.queued = noon;
    row.task.labels = {{"student", "7"}};
    row.spec = "spec of " + name.toUtf8();
    row.shape = 1;
    return row;
}

TaskChange running(qint64 id, qint64 rev)
{
    TaskChange change;
    change.id = TaskId {id};
    change.rev = rev;
    change.batch = BatchId {1};
    change.state = TaskState::Running;
    change.lastAttempt = change.currentAttempt = 1;
    change.started = noon + 1s;
    change.machine = MachineId {1};
    return change;
}

Attempt attempt(qint64 task, int n)
{
    Attempt a;
    a.task = TaskId {task};
    a.n = n;
    a.rev = 7;
    a.machine = MachineId {1};
    a.assigned = noon;
    return a;
}

Batch batch(qint64 id, const QString &name)
{
    Batch b;
    b.id = BatchId {id};
    b.rev = 3;
    b.project = "main";
    b.name = name;
    b.created = noon;
    b.pools = {"default", "gpu"};
    b.counts.add(TaskState::Queued, 5);
    return b;
}

// The bytes that this process may write into one file; the disk is full beyond.
class FileLimit
{
public:
    explicit FileLimit(rlim_t bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit now {bytes, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FileLimit() { setrlimit(RLIMIT_FSIZE, &m_before); }

private:
    rlimit m_before {};
};

} // namespace

class TestStore : public QObject
{
    Q_OBJECT

    TestDatabases m_databases;
    std::unique_ptr<MemoryFolder> m_folder;
    QString m_postgres;

    StoreSettings settings() const { return {.dataDirectory = m_folder->path(), .postgres = m_postgres}; }

    // Does something to the database behind the store's back.
    void run(const QString &sql) const
    {
        if (!TestDatabases::isPostgres())
            return runOnFile(sql);
        const Result<std::unique_ptr<Database>> db = Database::connect(settings(), DatabaseAccess::Read);
        VERIFY_OK(db);
        const Result<void> allowed = (*db)->script("SET default_transaction_read_only = off");
        VERIFY_OK(allowed);
        const Result<void> done = (*db)->script(sql);
        VERIFY_OK(done);
    }
    void runOnFile(const QString &sql) const
    {
        sqlite3 *handle = nullptr;
        QCOMPARE(sqlite3_open(qPrintable(databaseFile(settings())), &handle), SQLITE_OK);
        QCOMPARE(sqlite3_exec(handle, qPrintable(sql), nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(handle);
    }

    // A store that is open, and empty or what the one before has left.
    std::unique_ptr<Store> start(Snapshot *snapshot = nullptr)
    {
        auto store = std::make_unique<Store>(settings());
        const Result<void> opened = store->open();
        if (!opened) {
            qWarning("%s", qPrintable(printed(opened.error())));
            return nullptr;
        }
        Result<Snapshot> loaded = store->load();
        if (!loaded) {
            qWarning("%s", qPrintable(printed(loaded.error())));
            return nullptr;
        }
        if (snapshot)
            *snapshot = std::move(*loaded);
        return store;
    }

private slots:
    void initTestCase() { START_DATABASES(m_databases); }

    void init()
    {
        m_folder = std::make_unique<MemoryFolder>();
        m_postgres = m_databases.next();
    }

    void whatWasCommittedIsReadBackAtTheNextStart()
    {
        {
            const auto store = start();
            QVERIFY(store);
            Stage &stage = store->stage();
            Shape shape {.id = 1, .needs = {}, .leaseRule = LeaseRule::Fence};
            shape.needs.memory = 1000;
            stage.insert(shape);
            NewTask waiting = newTask(2, "waits");
            waiting.task.state = TaskState::Waiting;
            waiting.after = {TaskId {1}};
            stage.insert(newTask(1, "first"));
            stage.insert(waiting);
            stage.put(running(1, 11));
            stage.put(batch(1, "Night"));
            stage.put(attempt(1, 1));
            Machine machine;
            machine.id = MachineId {1};
            machine.name = "m1";
            machine.labels = {{"gpu", "yes"}};
            machine.facts.cores = 4;
            stage.put(machine);
            stage.put(StoredSubmission {.id = 4, .key = "k", .user = "anna", .at = noon + 24h * 3650,
                                        .batch = BatchId {1}, .first = {TaskId {1}}, .count = {2}});
            stage.putMeta("epoch", "77");
            VERIFY_OK(store->flush());
        }
        Snapshot read;
        const auto store = start(&read);
        QVERIFY(store);
        QCOMPARE(read.shapes.size(), size_t(1));
        QCOMPARE(read.shapes[0].needs.memory, 1000);
        QCOMPARE(read.shapes[0].leaseRule, std::optional(LeaseRule::Fence));
        QCOMPARE(read.tasks.size(), size_t(2));
        QCOMPARE(read.tasks[0].id, TaskId {1});
        QCOMPARE(read.tasks[0].state, TaskState::Running);
        QCOMPARE(read.tasks[0].rev, 11);
        QCOMPARE(read.tasks[0].started, noon + 1s);
        QCOMPARE(read.tasks[0].queued, noon);
        QCOMPARE(read.tasks[1].state, TaskState::Waiting);
        QCOMPARE(read.needs.size(), size_t(1));
        QCOMPARE(read.needs[0].other, TaskId {1});
        QCOMPARE(read.needs[0].otherState, TaskState::Running);
        QCOMPARE(read.specs.size(), size_t(1));
        QCOMPARE(read.specs[0].second, QByteArray("spec of first"));
        QCOMPARE(read.batches.size(), size_t(1));
        QCOMPARE(read.batches[0], batch(1, "Night"));
        QCOMPARE(read.attempts.size(), size_t(1));
        QCOMPARE(read.attempts[0].machineName, "m1");
        QCOMPARE(read.machines.size(), size_t(1));
        QCOMPARE(read.machines[0].facts.cores, 4);
        QCOMPARE(read.submissions.size(), size_t(1));
        QCOMPARE(read.submissions[0].first, QList<TaskId>({TaskId {1}}));
        QCOMPARE(read.meta.value("epoch"), QByteArray("77"));
        QCOMPARE(read.revision, 11);
    }

    void aTaskThatHasEndedIsNotLoadedAndOneThatIsQueuedAgainIs()
    {
        auto store = start();
        QVERIFY(store);
        for (qint64 id = 1; id <= 3; ++id)
            store->stage().insert(newTask(id, "t"));
        VERIFY_OK(store->flush());
        for (qint64 id = 1; id <= 2; ++id) {
            TaskChange ended = running(id, 10 + id);
            ended.state = TaskState::Failed;
            ended.ended = noon + 5s;
            ended.exitCode = 3;
            store->stage().put(ended);
            Attempt a = attempt(id, 1);
            a.ended = noon + 5s;
            store->stage().put(a);
        }
        VERIFY_OK(store->flush());
        TaskChange again = running(2, 20);
        again.state = TaskState::Queued;
        again.batch = BatchId {9};
        store->stage().put(again);
        VERIFY_OK(store->flush());
        store.reset();
        Snapshot read;
        store = start(&read);
        QVERIFY(store);
        QCOMPARE(read.tasks.size(), size_t(2));
        QCOMPARE(read.tasks[0].id, TaskId {2});
        QCOMPARE(read.tasks[0].batch, BatchId {9});
        QCOMPARE(read.tasks[1].id, TaskId {3});
        QCOMPARE(read.attempts.size(), size_t(0));
    }

    void anAttemptFollowsItsLife()
    {
        auto store = start();
        QVERIFY(store);
        Attempt a = attempt(1, 1);
        store->stage().put(a);
        VERIFY_OK(store->flush());
        a.state = TaskState::Running;
        a.started = noon + 1s;
        a.wasRunning = true;
        store->stage().put(a);
        VERIFY_OK(store->flush());
        Snapshot read;
        store.reset();
        store = start(&read);
        QVERIFY(store);
        QCOMPARE(read.attempts.size(), size_t(1));
        QCOMPARE(read.attempts[0], a);
    }

    void usersTokensAndInvitationsComeBackAndGo()
    {
        auto store = start();
        QVERIFY(store);
        StoredUser anna {.id = UserId {1}, .name = "Anna", .passwordHash = "$argon2id$", .created = noon,
                         .grants = {{.project = "main", .level = Level::Viewer}, {.project = "lab"}}};
        store->stage().put(anna);
        store->stage().put(StoredToken {.id = TokenId {1}, .user = UserId {1}, .name = "ci",
                                        .hash = QByteArray("\0\1\2", 3), .created = noon});
        store->stage().put(StoredToken {.id = TokenId {2}, .user = UserId {1}});
        store->stage().put(StoredInvitation {.id = InvitationId {1}, .kind = "machine",
                                             .hash = "h", .expires = noon, .details = "d"});
        store->stage().put(StoredInvitation {.id = InvitationId {2}});
        store->stage().insert(AuditRow {.id = AuditId {1}, .at = noon, .user = "anna"});
        VERIFY_OK(store->flush());
        anna.grants = {{.project = "*", .level = Level::Admin, .readsOutputs = false, .readsSecrets = true}};
        store->stage().put(anna);
        store->stage().put(StoredUser {.id = UserId {2}, .name = "gone", .grants = {{.project = "main"}}});
        store->stage().put(Project {.id = ProjectId {1}, .rev = 7, .name = "lab", .created = noon, .held = true, .notes = "n"});
        store->stage().put(Project {.id = ProjectId {2}, .name = "gone"});
        VERIFY_OK(store->flush());
        store->stage().remove(UserId {2});
        store->stage().remove(ProjectId {2});
        store->stage().remove(TokenId {2});
        store->stage().remove(InvitationId {2});
        VERIFY_OK(store->flush());
        Snapshot read;
        store.reset();
        store = start(&read);
        QVERIFY(store);
        QCOMPARE(read.users.size(), size_t(1));
        QCOMPARE(read.users[0].name, "Anna");
        QCOMPARE(read.users[0].grants, anna.grants);
        QCOMPARE(read.projects.size(), size_t(1));
        QCOMPARE(read.projects[0], (Project {.id = ProjectId {1}, .rev = 7, .name = "lab", .created = noon, .held = true, .notes = "n"}));
        QCOMPARE(read.tokens.size(), size_t(1));
        QCOMPARE(read.tokens[0].hash, QByteArray("\0\1\2", 3));
        QCOMPARE(read.invitations.size(), size_t(1));
        QCOMPARE(read.invitations[0].kind, "machine");
    }

    void anAbandonedSubmissionGoesWithItsTasks()
    {
        auto store = start();
        QVERIFY(store);
        for (qint64 id = 1; id <= 6; ++id) {
            NewTask task = newTask(id, "t");
            task.submission = id <= 4 ? 9 : 0;
            task.after = {TaskId {6}};
            store->stage().insert(task);
        }
        store->stage().put(StoredSubmission {.id = 9, .at = noon, .open = true,
                                             .first = {TaskId {1}, TaskId {3}}, .count = {1, 3}});
        VERIFY_OK(store->flush());
        store->stage().removeSubmission(9);
        VERIFY_OK(store->flush());
        Snapshot read;
        store.reset();
        store = start(&read);
        QVERIFY(store);
        QStringList left;
        for (const StoredTask &task : read.tasks)
            left.append(QString::number(task.id.value));
        QCOMPARE(left, QStringList({"2", "5", "6"})); // 2 is in none of its runs
        QCOMPARE(read.submissions.size(), size_t(0));
    }

    void aRemovedMachineLeavesItsNameBehind()
    {
        auto store = start();
        QVERIFY(store);
        Machine machine;
        machine.id = MachineId {1};
        machine.name = "m1";
        store->stage().put(machine);
        store->stage().put(attempt(1, 1));
        VERIFY_OK(store->flush());
        store->stage().remove(MachineId {1});
        VERIFY_OK(store->flush());
        Snapshot read;
        store.reset();
        store = start(&read);
        QVERIFY(store);
        QCOMPARE(read.machines.size(), size_t(0));
        QCOMPARE(read.attempts.at(0).machineName, "m1");
    }

    void aLoneCommandIsAnsweredWithoutWaitingForOthers()
    {
        const auto store = start();
        QVERIFY(store);
        QSignalSpy committed(store.get(), &Store::committed);
        bool answered = false;
        store->stage().putMeta("a", "1");
        store->stage().whenCommitted([&](const Result<void> &result) { answered = result.has_value(); });
        QVERIFY(store->stageAge() < 10s);
        QTRY_VERIFY(answered);
        QCOMPARE(committed.size(), 1);
        QCOMPARE(store->stageAge(), 0ms);
    }

    void whatComesWhileTheWriterIsBusySharesTheNextCommit()
    {
        const auto store = start();
        QVERIFY(store);
        QSignalSpy committed(store.get(), &Store::committed);
        QList<int> answered;
        const auto command = [&](int number) {
            store->stage().putMeta(QString::number(number), "x");
            store->stage().whenCommitted([&answered, number](const Result<void> &result) {
                answered.append(result ? number : -number);
            });
        };
        command(0);
        QCoreApplication::sendPostedEvents(store.get(), QEvent::MetaCall); // handed over: busy
        for (int i = 1; i <= 1000; ++i) {
            command(i);
            if (i % 100 == 0)
                QCoreApplication::sendPostedEvents(nullptr, 0);
        }
        QTRY_COMPARE(answered.size(), 1001);
        QVERIFY2(committed.size() < 20, qPrintable(QString::number(committed.size())));
        for (int i = 0; i <= 1000; ++i)
            QCOMPARE(answered[i], i);
    }

    void aRoomCollectsUntilJustBeforeTheHandOver()
    {
        const auto store = start();
        QVERIFY(store);
        int collected = 0;
        store->beforeHandOver([&](Stage &stage) {
            stage.putMeta("sum", QByteArray::number(collected));
            store->stage().putMeta("again", "1"); // must not make it go round for ever
        });
        QSignalSpy committed(store.get(), &Store::committed);
        for (int i = 0; i < 5; ++i) {
            store->stage().putMeta("n", "x");
            ++collected;
        }
        VERIFY_OK(store->flush());
        QCoreApplication::processEvents();
        QCOMPARE(committed.size(), 1);
        const auto stage = committed[0][0].value<std::shared_ptr<Stage>>();
        QCOMPARE(stage->meta.value("sum"), QByteArray("5"));
    }

    void aFullDiskFailsWhatIsPendingAndNothingIsWrittenUntilItIsReadAgain()
    {
        if (TestDatabases::isPostgres())
            QSKIP("the files are the server's");
        const auto store = start();
        QVERIFY(store);
        store->stage().insert(newTask(1, "before"));
        VERIFY_OK(store->flush());
        QSignalSpy failed(store.get(), &Store::failed);
        QStringList answers;
        const auto note = [&](const Result<void> &result) {
            answers.append(result ? QString("done") : QString(errorName(result.error().code)));
        };
        {
            const FileLimit limit(1'000'000);
            store->stage().insert(newTask(2, "lost"));
            store->stage().putOutput({TaskId {1}, 1}, QByteArray(4'000'000, 'x'), {});
            store->stage().whenCommitted(note);
            QCoreApplication::sendPostedEvents(store.get(), QEvent::MetaCall);
            store->stage().insert(newTask(3, "staged meanwhile"));
            store->stage().whenCommitted(note);
            QTRY_COMPARE(answers, QStringList({"storage-unavailable", "storage-unavailable"}));
            QCOMPARE(failed.size(), 1);
        }
        store->stage().insert(newTask(4, "not read again yet"));
        store->stage().whenCommitted(note);
        const Result<void> flushed = store->flush();
        VERIFY_FAILS(flushed, ErrorCode::StorageUnavailable);
        QCOMPARE(answers.size(), 3);
        const Result<Snapshot> read = store->load();
        VERIFY_OK(read);
        QCOMPARE(read->tasks.size(), size_t(1));
        store->stage().insert(newTask(2, "now"));
        store->stage().whenCommitted(note);
        VERIFY_OK(store->flush());
        QCOMPARE(answers.last(), "done");
    }

    void aServerThatGoesAwayFailsWhatIsPendingAndIsTakenAgainWhenItIsBack()
    {
        if (!TestDatabases::isPostgres())
            QSKIP("SQLite has no server");
        const auto store = start();
        QVERIFY(store);
        store->stage().insert(newTask(1, "before"));
        VERIFY_OK(store->flush());
        m_databases.server().stop();
        store->stage().insert(newTask(2, "lost"));
        VERIFY_FAILS(store->flush(), ErrorCode::StorageUnavailable);
        const Result<Snapshot> gone = store->load();
        VERIFY_FAILS(gone, ErrorCode::StorageUnavailable);
        QCOMPARE(m_databases.server().start(), "");
        const Result<Snapshot> read = store->load();
        VERIFY_OK(read);
        QCOMPARE(read->tasks.size(), size_t(1));
        store->stage().insert(newTask(2, "again"));
        VERIFY_OK(store->flush());
    }

    void aSecondDaemonIsRefusedByName()
    {
        const auto store = start();
        QVERIFY(store);
        Store second(settings());
        const Result<void> opened = second.open();
        VERIFY_FAILS(opened, ErrorCode::Conflict);
        QVERIFY(opened.error().message.contains(QString::number(QCoreApplication::applicationPid())));
        QVERIFY(TestDatabases::isPostgres() || opened.error().message.contains(m_folder->path()));
    }

    void aSecondDaemonWithADirectoryOfItsOwnIsRefusedByTheServer()
    {
        if (!TestDatabases::isPostgres())
            QSKIP("SQLite lies in the directory");
        const auto store = start();
        QVERIFY(store);
        const MemoryFolder elsewhere;
        Store second({.dataDirectory = elsewhere.path(), .postgres = m_postgres});
        const Result<void> opened = second.open();
        VERIFY_FAILS(opened, ErrorCode::Conflict);
        QVERIFY2(opened.error().message.contains("droverd, process "),
                 qPrintable(opened.error().message));
    }

    void aNewerSchemaIsRefusedByName()
    {
        QVERIFY(start());
        run("INSERT INTO migration VALUES (9000, 'x', '9.9')");
        Store store(settings());
        const Result<void> opened = store.open();
        VERIFY_FAILS(opened, ErrorCode::VersionMismatch);
        QVERIFY2(opened.error().message.contains("9000"), qPrintable(opened.error().message));
    }

    void anotherProgramsDatabaseIsRefusedAndLeftAlone()
    {
        if (TestDatabases::isPostgres())
            QSKIP("a database of PostgreSQL's has no mark of whose it is");
        runOnFile("CREATE TABLE photos (id)");
        Store store(settings());
        const Result<void> opened = store.open();
        VERIFY_FAILS(opened, ErrorCode::VersionMismatch);
        QVERIFY2(opened.error().message.contains(m_folder->path()), qPrintable(opened.error().message));
    }

    void aQuestionIsAnsweredInTheAskersThreadUnlessItHasDied()
    {
        const auto store = start();
        QVERIFY(store);
        store->stage().insert(newTask(1, "one"));
        VERIFY_OK(store->flush());
        QThread *thread = nullptr;
        qint64 count = -1;
        bool answeredToTheDead = false;
        const std::function<Result<qint64>(Database &)> ask = [](Database &db) -> Result<qint64> {
            Statement &query = db.prepared(QLatin1StringView("SELECT count(*) FROM task"));
            const qint64 rows = query.next() ? query.integer(0) : -1;
            const Result<void> read = query.finish();
            return read ? Result<qint64>(rows) : read.error();
        };
        {
            QObject dead;
            store->ask<qint64>(&dead, ask, [&](Result<qint64>) { answeredToTheDead = true; });
        }
        store->ask<qint64>(this, ask, [&](Result<qint64> rows) {
            thread = QThread::currentThread();
            count = rows.value_or(-2);
        });
        QTRY_COMPARE(count, 1);
        QCOMPARE(thread, QThread::currentThread());
        QVERIFY(!answeredToTheDead);
    }
};

QTEST_GUILESS_MAIN(TestStore)
#include "tst_store.moc"
