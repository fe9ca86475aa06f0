// How many rows the store writes a second and how fast it reads them, beside a bare sqlite3 loop
// that does the same row writes in the same number of commits. Interleaved; medians.
// usage: bench_store [--tasks N] [--rounds R] [--dir FOLDER] [--json]

#include "backend/protocol/taskrequests.h"
#include "backend/store/database.h"
#include "backend/store/queries.h"
#include "backend/store/store.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThread>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <sqlite3.h>

using namespace Drover;

namespace {

using Clock = std::chrono::steady_clock;

constexpr int submitted = 2000; // tasks a commit when they come in bulk; design.md, Group commit
constexpr int reported = 250; // assignments and as many ends a commit when fleets report

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

[[noreturn]] void die(const QString &why)
{
    std::fprintf(stderr, "%s\n", qPrintable(why));
    std::exit(1);
}

double median(QList<double> values)
{
    std::ranges::sort(values);
    return values.value(values.size() / 2);
}

double percentile(QList<double> values, double p)
{
    std::ranges::sort(values);
    return values.value(std::min(values.size() - 1, qsizetype(double(values.size()) * p)));
}

const Instant start = fromMicroseconds(1'767'225'600'000'000);
constexpr int tasksInBatch = 1000;
constexpr qint64 largeBatchFrom = 600'001; // these tasks are all of one batch
constexpr qint64 largeBatch = 5000;

qint64 batchOfTask(qint64 id)
{
    return id >= largeBatchFrom ? largeBatch : 1 + (id - 1) / tasksInBatch;
}

// Names in order are what people submit (files, numbers); any order costs a page of the name's
// index for each task.
enum class Names { InOrder, Scattered };

qint64 numberIn(Names names, qint64 id)
{
    return names == Names::InOrder ? id : id * 7919 % 10'000'019;
}

NewTask taskOf(qint64 id, Names names)
{
    NewTask row;
    row.task.id = TaskId {id};
    row.task.rev = id;
    row.task.batch = BatchId {batchOfTask(id)};
    row.task.name = QStringLiteral("frame-%1").arg(numberIn(names, id), 8, 10, QLatin1Char('0'));
    row.task.owner = QStringLiteral("anna");
    row.task.queued = start + std::chrono::microseconds(id);
    row.spec = QByteArray(60, 's');
    row.shape = 1;
    return row;
}

TaskChange changeOf(qint64 id, TaskState state, qint64 rev)
{
    TaskChange c;
    c.id = TaskId {id};
    c.rev = rev;
    c.batch = BatchId {batchOfTask(id)};
    c.state = state;
    c.lastAttempt = c.currentAttempt = 1;
    c.machine = MachineId {1 + id % 50};
    c.started = start + std::chrono::seconds(id);
    if (isFinished(state)) {
        c.ended = c.started + std::chrono::seconds(5);
        c.endReason = EndReason::Exited;
        c.exitCode = int(id % 3);
    }
    return c;
}

Attempt attemptOf(qint64 id, TaskState state, qint64 rev)
{
    Attempt a;
    a.task = TaskId {id};
    a.n = 1;
    a.rev = rev;
    a.machine = MachineId {1 + id % 50};
    a.state = state;
    a.assigned = a.started = start + std::chrono::seconds(id);
    if (isFinished(state)) {
        a.ended = a.started + std::chrono::seconds(5);
        a.endReason = EndReason::Exited;
        a.exitCode = int(id % 3);
        a.peakMemory = 12'345'678;
        a.wasRunning = true;
    }
    return a;
}

Batch batchOf(qint64 id)
{
    Batch b;
    b.id = BatchId {id};
    b.project = QStringLiteral("main");
    b.name = QStringLiteral("batch-%1").arg(id);
    return b;
}

// ---- the store --------------------------------------------------------------------------------

class OurStore
{
public:
    explicit OurStore(const QString &folder) : m_store({.dataDirectory = folder})
    {
        if (const Result<void> opened = m_store.open(); !opened)
            die(printed(opened.error()));
        const Clock::time_point began = Clock::now();
        const Result<Snapshot> snapshot = m_store.load();
        if (!snapshot)
            die(printed(snapshot.error()));
        m_loadSeconds = secondsSince(began);
        m_loaded = qint64(snapshot->tasks.size());
    }

    double loadSeconds() const { return m_loadSeconds; }
    qint64 loaded() const { return m_loaded; }
    Store &store() { return m_store; }

    // The state thread stages while the writer writes: wait only for the commit before the last.
    void handOver(qint64 *waiting)
    {
        ++*waiting;
        m_store.stage().whenCommitted([waiting](const Result<void> &result) {
            if (!result)
                die(printed(result.error()));
            --*waiting;
        });
        QCoreApplication::processEvents();
        while (*waiting > 1)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }

    double insert(qint64 first, qint64 count, Names names)
    {
        const Clock::time_point began = Clock::now();
        qint64 waiting = 0;
        for (qint64 i = 0; i < count; ++i) {
            m_store.stage().insert(taskOf(first + i, names));
            if ((first + i) % tasksInBatch == 0)
                m_store.stage().put(batchOf(batchOfTask(first + i)));
            if (i % submitted == submitted - 1)
                handOver(&waiting);
        }
        finish();
        return double(count) / secondsSince(began);
    }

    double live(qint64 first, qint64 count)
    {
        const Clock::time_point began = Clock::now();
        qint64 waiting = 0;
        qint64 rev = 10'000'000;
        for (qint64 i = 0; i < count + reported; i += reported) {
            for (qint64 id = first + i; id < first + std::min(i + reported, count); ++id) {
                m_store.stage().put(changeOf(id, TaskState::Assigned, ++rev));
                m_store.stage().put(attemptOf(id, TaskState::Assigned, rev));
            }
            for (qint64 id = first + i - reported; id < first + i && i > 0; ++id) {
                m_store.stage().put(changeOf(id, TaskState::Succeeded, ++rev));
                m_store.stage().put(attemptOf(id, TaskState::Succeeded, rev));
            }
            handOver(&waiting);
        }
        finish();
        return double(count) / secondsSince(began);
    }

private:
    void finish()
    {
        if (const Result<void> done = m_store.flush(); !done)
            die(printed(done.error()));
        QCoreApplication::processEvents();
    }

    Store m_store;
    double m_loadSeconds = 0;
    qint64 m_loaded = 0;
};

// ---- the limit --------------------------------------------------------------------------------

class BareLoop
{
public:
    explicit BareLoop(const QString &folder)
    {
        if (sqlite3_open(QFile::encodeName(folder + "/bare.db").constData(), &m_handle) != SQLITE_OK)
            die("bare.db");
        run("PRAGMA auto_vacuum = INCREMENTAL");
        run("PRAGMA journal_mode = WAL");
        run("PRAGMA synchronous = FULL");
        run("PRAGMA cache_size = -65536");
        run("PRAGMA wal_autocheckpoint = 4000");
        QFile schema(":/store/migrations/sqlite/0001_first.sql");
        if (!schema.open(QIODevice::ReadOnly))
            die("schema");
        run(schema.readAll().constData());
        m_task = prepare("INSERT INTO task VALUES (?1,?1,?2,1,0,0,?3,0,0,50,0,0,0,1,0,0,0,0,0,0,1,0,"
                         "0,NULL,0,0,?4,?4,'','anna','','','')");
        m_spec = prepare("INSERT INTO task_spec VALUES (?1,?2)");
        m_assign = prepare("UPDATE task SET rev=?2, state=2, machine=7, last_attempt=1,"
                           " current_attempt=1, started=?3 WHERE id=?1");
        m_end = prepare("UPDATE task SET rev=?2, state=8, ended=?3, exit_code=1, end_reason=1"
                        " WHERE id=?1");
        m_attempt = prepare("INSERT INTO attempt VALUES (?1,1,?2,7,2,1,?3,?3,0,0,NULL,0,0,0,0,0,0,0,"
                            "0,'','')");
        m_attemptEnd = prepare("UPDATE attempt SET rev=?2, state=8, ended=?3, end_reason=1,"
                               " exit_code=1, peak_memory=12345678, was_running=1"
                               " WHERE task=?1 AND n=1");
    }
    ~BareLoop()
    {
        for (sqlite3_stmt *statement : m_statements)
            sqlite3_finalize(statement);
        sqlite3_close(m_handle);
    }

    double insert(qint64 first, qint64 count, Names names)
    {
        const Clock::time_point began = Clock::now();
        const QByteArray spec(60, 's');
        char name[32];
        for (qint64 i = 0; i < count; ++i) {
            if (i % submitted == 0)
                run("BEGIN IMMEDIATE");
            const qint64 id = first + i;
            std::snprintf(name, sizeof name, "frame-%08lld", numberIn(names, id));
            sqlite3_bind_int64(m_task, 1, id);
            sqlite3_bind_int64(m_task, 2, batchOfTask(id));
            sqlite3_bind_int64(m_task, 3, toMicroseconds(start) + id);
            sqlite3_bind_text(m_task, 4, name, -1, SQLITE_STATIC);
            step(m_task);
            sqlite3_bind_int64(m_spec, 1, id);
            sqlite3_bind_blob(m_spec, 2, spec.constData(), int(spec.size()), SQLITE_STATIC);
            step(m_spec);
            if (i % submitted == submitted - 1 || i == count - 1)
                run("COMMIT");
        }
        return double(count) / secondsSince(began);
    }

    double live(qint64 first, qint64 count)
    {
        const Clock::time_point began = Clock::now();
        qint64 rev = 10'000'000;
        for (qint64 i = 0; i < count + reported; i += reported) {
            run("BEGIN IMMEDIATE");
            for (qint64 id = first + i; id < first + std::min(i + reported, count); ++id) {
                write(m_assign, id, ++rev);
                write(m_attempt, id, rev);
            }
            for (qint64 id = first + i - reported; id < first + i && i > 0; ++id) {
                write(m_end, id, ++rev);
                write(m_attemptEnd, id, rev);
            }
            run("COMMIT");
        }
        return double(count) / secondsSince(began);
    }

private:
    void run(const char *sql)
    {
        if (sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
            die(sqlite3_errmsg(m_handle));
    }
    sqlite3_stmt *prepare(const char *sql)
    {
        sqlite3_stmt *statement = nullptr;
        if (sqlite3_prepare_v2(m_handle, sql, -1, &statement, nullptr) != SQLITE_OK)
            die(sqlite3_errmsg(m_handle));
        m_statements.append(statement);
        return statement;
    }
    void step(sqlite3_stmt *statement)
    {
        if (sqlite3_step(statement) != SQLITE_DONE)
            die(sqlite3_errmsg(m_handle));
        sqlite3_reset(statement);
    }
    void write(sqlite3_stmt *statement, qint64 id, qint64 rev)
    {
        sqlite3_bind_int64(statement, 1, id);
        sqlite3_bind_int64(statement, 2, rev);
        sqlite3_bind_int64(statement, 3, toMicroseconds(start) + id * 1'000'000);
        step(statement);
    }

    sqlite3 *m_handle = nullptr;
    QList<sqlite3_stmt *> m_statements;
    sqlite3_stmt *m_task, *m_spec, *m_assign, *m_end, *m_attempt, *m_attemptEnd;
};

struct Figures
{
    QJsonObject json;
    void print(const QString &name, double ours, double bare, const char *unit)
    {
        std::printf("%-34s %12.0f %s   bare sqlite3 %12.0f   ratio %.2f\n", qPrintable(name), ours,
                    unit, bare, ours / bare);
        std::fflush(stdout);
        json.insert(name, QJsonObject {{"ours", ours}, {"bare", bare}});
    }
    void print(const QString &name, double ours, const char *unit)
    {
        std::printf("%-34s %12.2f %s\n", qPrintable(name), ours, unit);
        std::fflush(stdout);
        json.insert(name, ours);
    }
};

// Each question `times` over; p50 and p99 in ms.
void ask(Figures &figures, Database &db, const QString &name, int times,
         const std::function<bool(Database &)> &question)
{
    QList<double> taken;
    for (int i = 0; i < times; ++i) {
        const Clock::time_point began = Clock::now();
        if (!db.begin() || !question(db))
            die(name);
        db.rollback();
        taken.append(secondsSince(began) * 1000);
    }
    std::printf("%-52s p50 %8.2f ms   p99 %8.2f ms\n", qPrintable(name), percentile(taken, 0.5),
                percentile(taken, 0.99));
    std::fflush(stdout);
    figures.json.insert(name, QJsonObject {{"p50", percentile(taken, 0.5)}, {"p99", percentile(taken, 0.99)}});
}

void lists(Figures &figures, const StoreSettings &settings, const QString &when)
{
    Result<std::unique_ptr<Database>> connected = Database::connect(settings, DatabaseAccess::Read);
    if (!connected)
        die(printed(connected.error()));
    const auto page = [&](const char *words, const char *where, const char *order, int times, qint64 offset = 0) {
        ListTasks request;
        request.where = where;
        request.order = order;
        request.offset = offset;
        ask(figures, **connected, QString(words) + when, times,
            [&](Database &db) { return listTasks(db, request, {}).has_value(); });
    };
    page("first page by id", "", "-id", 200);
    page("first page by end", "", "-ended", 200);
    page("first page by batch", "", "-batch", 200);
    page("first page by name", "", "name", 200);
    page("first page of a batch", "batch = batch-100", "-id", 200);
    page("first page of a batch of 400,000", "batch = 5000", "-id", 200);
    page("the same, by its name", "batch = batch-5000", "-id", 20);
    page("what failed last", "state = failed and exit != 0", "-ended", 200);
    page("what runs", "state = started", "-id", 200);
    page("first page by another column", "", "-started", 10);
    page("a filter over all, by id", "name ~ 77$", "-id", 20);
    page("a filter that finds nothing", "step = nowhere", "-id", 10);
    page("a label that nobody has", "label.student = 7", "-id", 10);
    page("a page at 900,000 without a window", "", "-id", 10, 900'000);
    const auto count = [&](const char *words, const char *where) {
        ask(figures, **connected, QString(words) + when, 10,
            [&](Database &db) { return countTasks(db, where, {}).has_value(); });
    };
    count("count of a batch of 400,000", "batch = 5000");
    count("count of a state", "state = failed");
    count("count of words in names", "frame");
    count("count by a regular expression", "name ~ 7$");
    ask(figures, **connected, "a window by another column" + when, 5,
        [&](Database &db) { return orderedTasks(db, "", "-started", {}).has_value(); });
    qint64 at = 0;
    ask(figures, **connected, "a page of a window" + when, 200, [&](Database &db) {
        QList<TaskId> ids;
        for (int i = 0; i < 256; ++i)
            ids.append(TaskId {1 + (at += 7919) % 900'000});
        return tasksById(db, ids).has_value();
    });
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addOption({"tasks", "how many there are in the end", "N", "1000000"});
    parser.addOption({"rounds", "how many parts they come in", "R", "5"});
    parser.addOption({"dir", "where the databases lie", "FOLDER", "/var/tmp"});
    parser.addOption({"json", "print JSON as well"});
    parser.process(application);
    const qint64 tasks = parser.value("tasks").toLongLong();
    const qint64 rounds = parser.value("rounds").toLongLong();
    const QTemporaryDir folder(parser.value("dir") + "/drover-bench-XXXXXX");

    Figures figures;
    QList<double> ours;
    QList<double> bare;
    QList<double> oursLive;
    QList<double> bareLive;
    {
        OurStore store(folder.path());
        BareLoop loop(folder.path());
        const qint64 part = tasks / (rounds + 1);
        for (qint64 round = 0; round < rounds; ++round) {
            ours.append(store.insert(round * part + 1, part, Names::InOrder));
            bare.append(loop.insert(round * part + 1, part, Names::InOrder));
        }
        figures.print("insert tasks with spec", median(ours), median(bare), "tasks/s");
        figures.print("the same, names scattered",
                      store.insert(rounds * part + 1, part, Names::Scattered),
                      loop.insert(rounds * part + 1, part, Names::Scattered), "tasks/s");
        const qint64 lives = std::min<qint64>(part, 50'000);
        for (qint64 round = 0; round < rounds; ++round) {
            oursLive.append(store.live(round * part + 1, lives));
            bareLive.append(loop.live(round * part + 1, lives));
        }
        figures.print("assign and end tasks", median(oursLive), median(bareLive), "tasks/s");
        QList<double> alone;
        for (int i = 0; i < 500; ++i) {
            const Clock::time_point began = Clock::now();
            store.store().stage().put(changeOf(i + 1, TaskState::Succeeded, 20'000'000 + i));
            if (const Result<void> done = store.store().flush(); !done)
                die(printed(done.error()));
            alone.append(secondsSince(began) * 1000);
        }
        figures.print("one command, p50", percentile(alone, 0.5), "ms");
        figures.print("one command, p99", percentile(alone, 0.99), "ms");
    }
    OurStore again(folder.path());
    figures.print(QStringLiteral("load %1 unfinished").arg(again.loaded()), again.loadSeconds(), "s");
    lists(figures, {.dataDirectory = folder.path()}, QString());
    std::atomic<bool> asking = true;
    const std::unique_ptr<QThread> asker(QThread::create([&] {
        lists(figures, {.dataDirectory = folder.path()}, ", while tasks run");
        asking = false;
    }));
    asker->start();
    qint64 ran = 0;
    const Clock::time_point began = Clock::now();
    while (asking) {
        again.live(tasks / 2 + ran % (tasks / 4), 1000);
        ran += 1000;
    }
    asker->wait();
    figures.print("tasks that ran meanwhile", double(ran) / secondsSince(began), "tasks/s");
    if (parser.isSet("json"))
        std::printf("%s\n", QJsonDocument(figures.json).toJson().constData());
    return 0;
}
