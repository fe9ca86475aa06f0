#include "backend/agent/stock.h"
#include "tests/support/memoryfolder.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>
#include <QtTest/QtTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Drover;

/// The files of tasks on a machine, on a real file system.
class TestStock : public QObject
{
    Q_OBJECT

    MemoryFolder m_folder;

    QString path(const QString &name) const { return m_folder.path() + '/' + name; }

    void write(const QString &name, const QByteArray &bytes) const
    {
        QVERIFY(QDir().mkpath(QFileInfo(path(name)).path()));
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }

    QByteArray content(const QString &name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("nothing");
    }

    QString admitted(Stock &stock, const QByteArray &bytes) const
    {
        const QString hash = QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Blake2b_256).toHex());
        write("cache/" + hash, bytes);
        stock.admit(hash);
        return hash;
    }

    Seat seat() const { return {.index = 0, .folder = path("seat").toStdString()}; }

private slots:
    void init()
    {
        QDir(m_folder.path()).removeRecursively();
        for (const char *name : {"seat/input", "seat/resource", "seat/output"})
            QVERIFY(QDir().mkpath(path(name)));
    }

    void patternsStandForPaths_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("matches");
        const auto row = [](const char *pattern, const char *path, bool matches) {
            QTest::addRow("%s %s", pattern, path) << QString(pattern) << QString(path) << matches;
        };
        row("a.txt", "a.txt", true);
        row("a.txt", "aXtxt", false);
        row("a.txt", "b/a.txt", false);
        row("*.txt", "a.txt", true);
        row("*.txt", "b/a.txt", false);
        row("**/*.txt", "b/c/a.txt", true);
        row("**/*.txt", "a.txt", true);
        row("b", "b/c/a.txt", true);
        row("b/**", "b/c/a.txt", true);
        row("b/?", "b/cc", false);
        row("**", "b/c", true);
        row("a(b)[1].txt", "a(b)[1].txt", true);
    }

    void patternsStandForPaths()
    {
        QFETCH(QString, pattern);
        QFETCH(QString, path);
        QFETCH(bool, matches);
        QCOMPARE(matchesPattern(path, pattern), matches);
    }

    void whatIsHereIsNotLacking()
    {
        Stock stock(path("cache"), 1'000'000);
        stock.open();
        const QString hash = admitted(stock, "one");
        QStringList lacking {"not said"};
        connect(&stock, &Stock::lacking, this, [&](AttemptId, const QStringList &hashes) { lacking = hashes; });
        const QString other(64, 'a');
        stock.look({.id = {TaskId {1}, 1}, .seat = seat(), .inputs = {{"blob:" + hash, "x"}, {"blob:" + other, "y"}}, .sharedInputs = {{"blob:" + other, "z"}}});
        QCOMPARE(lacking, QStringList {other});
        // One that a task wrote to is not believed any more.
        chmod(path("cache/" + hash).toUtf8(), 0600);
        write("cache/" + hash, "two");
        stock.look({.id = {TaskId {1}, 1}, .seat = seat(), .inputs = {{"blob:" + hash, "x"}}, .sharedInputs = {}});
        QCOMPARE(lacking, QStringList {hash});
    }

    void inputsAreCopiedAndSharedOnesLinked()
    {
        Stock stock(path("cache"), 1'000'000);
        stock.open();
        const QString hash = admitted(stock, "content");
        std::optional<Result<void>> done;
        connect(&stock, &Stock::furnished, this, [&](AttemptId, const Result<void> &result) { done = result; });
        write("seat/input/sub/x", "of an agent that died");
        stock.furnish({.id = {TaskId {1}, 1}, .seat = seat(), .inputs = {{"blob:" + hash, "sub/x"}}, .sharedInputs = {{"blob:" + hash, "ref/y"}}});
        QVERIFY(done && done->has_value());
        QCOMPARE(content("seat/input/sub/x"), "content");
        QCOMPARE(content("seat/resource/ref/y"), "content");
        struct stat cached;
        struct stat linked;
        struct stat copied;
        QCOMPARE(stat(path("cache/" + hash).toUtf8(), &cached), 0);
        QCOMPARE(stat(path("seat/resource/ref/y").toUtf8(), &linked), 0);
        QCOMPARE(stat(path("seat/input/sub/x").toUtf8(), &copied), 0);
        QCOMPARE(linked.st_ino, cached.st_ino);
        QVERIFY(copied.st_ino != cached.st_ino);
        QCOMPARE(copied.st_mode & 0777, 0600u);
        QCOMPARE(linked.st_mode & 0777, 0444u);
    }

    void noLinkLeadsOutOfTheFolder()
    {
        Stock stock(path("cache"), 1'000'000);
        stock.open();
        const QString hash = admitted(stock, "content");
        std::optional<Result<void>> done;
        connect(&stock, &Stock::furnished, this, [&](AttemptId, const Result<void> &result) { done = result; });
        QVERIFY(QDir().mkpath(path("elsewhere")));
        QVERIFY(QFile::link(path("elsewhere"), path("seat/input/sub")));
        stock.furnish({.id = {TaskId {1}, 1}, .seat = seat(), .inputs = {{"blob:" + hash, "sub/x"}}, .sharedInputs = {}});
        QVERIFY(done && !done->has_value());
        QVERIFY(!QFile::exists(path("elsewhere/x")));

        write("elsewhere/secret", "s");
        write("seat/output/a/b.txt", "b");
        QVERIFY(QFile::link(path("elsewhere/secret"), path("seat/output/c.txt")));
        QVERIFY(QFile::link(path("elsewhere"), path("seat/output/d")));
        QStringList names;
        QString unmatched;
        connect(&stock, &Stock::gathered, this, [&](AttemptId, const QList<LeftFile> &files, const QString &pattern) {
            for (const LeftFile &file : files)
                names.append(file.name);
            unmatched = pattern;
        });
        stock.gather({TaskId {1}, 1}, seat(), {"**", "e/*"});
        QCOMPARE(names, QStringList {"a/b.txt"});
        QCOMPARE(unmatched, "e/*");
        int opened = 0;
        connect(&stock, &Stock::outputOpened, this, [&](AttemptId, const QString &, int file) { opened = file; });
        stock.openOutput({TaskId {1}, 1}, seat(), "c.txt");
        QCOMPARE(opened, -1);
        stock.openOutput({TaskId {1}, 1}, seat(), "d/secret");
        QCOMPARE(opened, -1);
        stock.openOutput({TaskId {1}, 1}, seat(), "a/b.txt");
        QVERIFY(opened >= 0);
        close(opened);
    }

    void theOldestMakeRoom()
    {
        Stock stock(path("cache"), 10);
        stock.open();
        const QString a = admitted(stock, "aaaa");
        const QString b = admitted(stock, "bbbb");
        const Furnishing furnishing {.id = {TaskId {1}, 1}, .seat = seat(), .inputs = {{"blob:" + a, "x"}}, .sharedInputs = {}};
        stock.look(furnishing);
        const QString c = admitted(stock, "cccc");
        QVERIFY(QFile::exists(path("cache/" + a)));
        QVERIFY(!QFile::exists(path("cache/" + b)));
        // What is wanted is kept, even where there is too much of it.
        admitted(stock, "ddddddddd");
        QVERIFY(QFile::exists(path("cache/" + a)));
        QVERIFY(!QFile::exists(path("cache/" + c)));
        stock.furnish(furnishing);
        QCOMPARE(content("seat/input/x"), "aaaa");
        admitted(stock, "eeeeeeeee"); // nobody wants the other any more
        QVERIFY(!QFile::exists(path("cache/" + a)));
    }
};

QTEST_GUILESS_MAIN(TestStock)
#include "tst_stock.moc"
