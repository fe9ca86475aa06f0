#include "backend/files/outputfiles.h"
#include "backend/store/database.h"
#include "backend/store/queries.h"
#include "backend/store/store.h"
#include "tests/support/memoryfolder.h"
#include "tests/support/powerloss.h"
#include "tests/support/verify.h"

#include <QtCore/QDir>
#include <QtCore/QDirIterator>
#include <QtTest/QSignalSpy>

#include <dlfcn.h>
#include <sqlite3.h>

using namespace Drover;
using namespace std::chrono_literals;

namespace {

constexpr int seeds = 150;
constexpr int generations = 40;

// What each task's row is; a generation is what one turn of the state thread adds to it.
struct Row
{
    qint64 rev = 0;
    QByteArray spec;

    friend bool operator==(const Row &, const Row &) = default;
};
using Rows = QMap<qint64, Row>;

// What is on the platter of the disk that outputs lie on: filled by syncfs().
QHash<QString, QByteArray> thePlatter;
QString theOutputs; // empty: nobody looks
bool theSyncFails = false;

} // namespace

// In place of the C library's: what it makes durable is what the files are at that moment.
extern "C" int syncfs(int fd) noexcept
{
    if (theOutputs.isEmpty()) {
        static const auto real = reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, "syncfs"));
        return real(fd);
    }
    if (theSyncFails) {
        errno = EIO;
        return -1;
    }
    QDirIterator it(theOutputs, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        QFile file(it.next());
        if (file.open(QIODevice::ReadOnly))
            thePlatter.insert(file.fileName(), file.readAll());
    }
    return 0;
}

/// Acknowledged means kept (life.md, Promises): the real store on a disk whose power goes.
class TestPowerLoss : public QObject
{
    Q_OBJECT

    // One life of a store, from an empty folder to the cut, and what it had said by then.
    struct Life
    {
        std::unique_ptr<MemoryFolder> folder = std::make_unique<MemoryFolder>();
        std::vector<Rows> states{{}}; // by generation, as staged
        int acknowledged = 0;
        qint64 operations = 0;
        bool wasCut = false;

        StoreSettings settings() const { return {.dataDirectory = folder->path(), .postgres = {}}; }
    };

    static void stageGeneration(Store &store, Life &life, QRandomGenerator &random)
    {
        Rows rows = life.states.back();
        const int generation = int(life.states.size());
        Stage &stage = store.stage();
        for (int i = int(random.bounded(4)); i >= 0; --i) {
            NewTask task;
            task.task.id = TaskId{qint64(rows.size()) + 1};
            task.task.rev = generation;
            task.task.name = "t";
            task.spec = QByteArray(int(random.bounded(6000)), char('a' + generation % 26));
            rows.insert(task.task.id.value, {generation, task.spec});
            stage.insert(task);
        }
        for (int i = 0; i < 3; ++i) {
            TaskChange change;
            change.id = TaskId{1 + qint64(random.bounded(int(rows.size())))};
            change.rev = generation;
            rows[change.id.value].rev = generation;
            stage.put(change);
        }
        stage.putMeta("generation", QByteArray::number(generation));
        stage.whenCommitted([&life, generation](const Result<void> &done) {
            if (done)
                life.acknowledged = generation;
        });
        life.states.push_back(rows);
    }

    // As another connection does now and then; the writer's own come every 16 MB.
    static void checkpoint(const Life &life, QRandomGenerator &random)
    {
        const char *const kinds[] = {"PASSIVE", "RESTART", "TRUNCATE"};
        sqlite3 *handle = nullptr;
        if (sqlite3_open(qPrintable(databaseFile(life.settings())), &handle) == SQLITE_OK)
            sqlite3_exec(
                handle,
                qPrintable(QString("PRAGMA wal_checkpoint(%1)").arg(kinds[random.bounded(3)])),
                nullptr, nullptr, nullptr);
        sqlite3_close(handle);
    }

    // At operation 0 there is no cut.
    static Life live(quint32 seed, qint64 cutAt, PowerLoss::Disk disk = PowerLoss::Disk::Honest)
    {
        Life life;
        PowerLoss power(seed, disk);
        power.cutAt(cutAt);
        QRandomGenerator random(seed);
        {
            Store store(life.settings());
            if (store.open() && store.load()) {
                for (int i = 0; i < generations && !power.isCut(); ++i) {
                    stageGeneration(store, life, random);
                    if (random.bounded(3) == 0)
                        QCoreApplication::processEvents(); // handed over; the next one meets it in
                                                           // the writer
                    if (random.bounded(4) == 0)
                        std::ignore = store.flush();
                    if (random.bounded(8) == 0)
                        checkpoint(life, random);
                }
                std::ignore = store.flush();
            }
        }
        life.operations = power.operations();
        life.wasCut = power.isCut();
        if (life.wasCut)
            power.applyCut();
        return life;
    }

    static QString integrityOf(const Life &life)
    {
        sqlite3 *handle = nullptr;
        QString said;
        const auto hear = [](void *into, int, char **values, char **) {
            static_cast<QString *>(into)->append(QString::fromUtf8(values[0]));
            return 0;
        };
        if (sqlite3_open(qPrintable(databaseFile(life.settings())), &handle) == SQLITE_OK)
            sqlite3_exec(handle, "PRAGMA integrity_check", hear, &said, nullptr);
        sqlite3_close(handle);
        return said;
    }

    // Empty: what was acknowledged is there, and what is there is what some generation was.
    static QString problemOf(const Life &life)
    {
        Store store(life.settings());
        if (const Result<void> opened = store.open(); !opened)
            return printed(opened.error());
        const Result<Snapshot> read = store.load();
        if (!read)
            return printed(read.error());
        if (const QString said = integrityOf(life); said != "ok")
            return said;
        const int generation = read->meta.value("generation").toInt();
        if (generation < life.acknowledged)
            return QString("%1 was acknowledged, %2 is there")
                .arg(life.acknowledged)
                .arg(generation);
        if (generation >= int(life.states.size()))
            return QString("%1 never was").arg(generation);
        const auto db = Database::connect(life.settings(), DatabaseAccess::Read);
        if (!db)
            return printed(db.error());
        Rows rows;
        for (const StoredTask &task : read->tasks) {
            const auto spec = specsOf(**db, {task.id});
            rows.insert(task.id.value, {task.rev, spec ? spec->value(0) : QByteArray()});
        }
        return rows == life.states[size_t(generation)]
            ? QString()
            : QString("a part of generation %1 is there").arg(generation);
    }

private slots:
    void acknowledgedMeansKept()
    {
        const quint32 first = QRandomGenerator::system()->generate();
        int cuts = 0;
        int kept = 0;
        for (quint32 seed = first; seed != first + seeds; ++seed) {
            const Life whole = live(seed, 0);
            QCOMPARE(whole.acknowledged, generations);
            QRandomGenerator random(seed);
            const Life life = live(seed, 1 + random.bounded(whole.operations));
            cuts += life.wasCut;
            kept += life.acknowledged;
            const QString problem = problemOf(life);
            QVERIFY2(problem.isEmpty(), qPrintable(QString("seed %1: %2").arg(seed).arg(problem)));
        }
        qInfo("seeds from %u: %d cuts, %d turns acknowledged before them and kept", first, cuts,
              kept);
        QVERIFY(cuts > seeds * 3 / 4); // where threads meet otherwise, a cut may come too late
        QVERIFY(kept > seeds);
    }

    void aDiskThatLiesIsFoundOut()
    {
        int lost = 0;
        for (quint32 seed = 1; seed <= 20; ++seed) {
            const Life whole = live(seed, 0);
            lost += !problemOf(live(seed, whole.operations * 3 / 4, PowerLoss::Disk::Liar))
                         .isEmpty();
        }
        QVERIFY2(lost > 5, qPrintable(QString::number(lost)));
    }

    void outputIsAcknowledgedWhenItIsDurable()
    {
        MemoryFolder folder;
        OutputFiles files(folder.filePath("outputs"));
        theOutputs = folder.filePath("outputs");
        QHash<OutputName, qint64> acknowledged;
        connect(&files, &OutputFiles::stored, this, [&](const OutputName &name, qint64 size) {
            acknowledged[name] = size;
            const QString file = QString("%1/%2/%3.%4")
                                     .arg(theOutputs)
                                     .arg(name.attempt.task.value / 1000)
                                     .arg(printed(name.attempt), name.stream == 0 ? "out" : "err");
            QVERIFY2(thePlatter.value(file).size() >= size, qPrintable(file));
        });
        QSignalSpy failed(&files, &OutputFiles::failed);
        const quint32 seed = QRandomGenerator::system()->generate();
        qInfo("seed %u", seed);
        QRandomGenerator random(seed);
        QHash<OutputName, QByteArray> sent;
        for (int round = 0; round < 100; ++round) {
            theSyncFails = random.bounded(10) == 0;
            const auto before = acknowledged;
            QList<OutputPart> parts;
            for (int i = 0; i < 5; ++i) {
                const OutputName name{{TaskId{1 + qint64(random.bounded(3000))}, 1},
                                      int(random.bounded(2))};
                const QByteArray data(int(random.bounded(2000)) + 1, char('a' + round % 26));
                parts.append(
                    {.name = name, .offset = sent[name].size(), .data = data, .marks = {}});
                sent[name] += data;
            }
            files.write(parts);
            if (theSyncFails)
                QCOMPARE(acknowledged, before); // what may be lost is not acknowledged
        }
        QVERIFY(failed.size() > 0);
        for (auto it = acknowledged.cbegin(); it != acknowledged.cend(); ++it) {
            const auto text = textOfFile(files.pathOf(it.key()));
            VERIFY_OK(text->refresh(never));
            const auto read = text->bytes(0, *it);
            VERIFY_OK(read);
            QCOMPARE(*read, sent[it.key()].left(*it));
        }
        theOutputs.clear();
    }
};

QTEST_GUILESS_MAIN(TestPowerLoss)
#include "tst_powerloss.moc"
