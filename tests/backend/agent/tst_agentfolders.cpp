#include "backend/agent/journal.h"
#include "backend/agent/removetree.h"
#include "backend/agent/seats.h"
#include "tests/support/verify.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Drover;

/// What an agent keeps on disk: its journal and the working folders.
class TestAgentFolders : public QObject
{
    Q_OBJECT

    static AttemptNote note(int task, qint64 epoch = 1)
    {
        return {.task = TaskId{task}, .n = 1, .epoch = epoch};
    }

    static QString contents(const QString &folder)
    {
        QStringList names;
        QDirIterator it(folder,
                        QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                        QDirIterator::Subdirectories);
        while (it.hasNext())
            names.append(it.next().mid(folder.size() + 1));
        names.sort();
        return names.join(' ');
    }

    static void write(const QString &path, const QByteArray &bytes = "x")
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

private slots:
    void aJournalRemembersWhatWasAddedAndNotRemoved()
    {
        QTemporaryDir folder;
        {
            Journal journal(folder.filePath("journal"));
            VERIFY_OK(journal.open());
            QCOMPARE(journal.generation(), 1);
            VERIFY_OK(journal.setHistory(99, 7));
            VERIFY_OK(journal.add({note(1), note(2), note(3)}));
            VERIFY_OK(journal.remove({note(2).id()}));
        }
        Journal again(folder.filePath("journal"));
        VERIFY_OK(again.open());
        QCOMPARE(again.generation(), 2);
        QCOMPARE(again.epoch(), 99);
        QCOMPARE(again.revision(), 7);
        QCOMPARE(again.notes().size(), 2);
        QCOMPARE(again.notes().value(note(3).id()), note(3));
    }

    void aJournalThatWasCutShortKeepsWhatIsWhole()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("journal");
        {
            Journal journal(path);
            VERIFY_OK(journal.open());
            VERIFY_OK(journal.add({note(1), note(2)}));
        }
        QFile file(path);
        QVERIFY(file.resize(file.size() - 3));
        {
            Journal journal(path);
            VERIFY_OK(journal.open());
            QCOMPARE(journal.notes().keys(), QList<AttemptId>{note(1).id()});
            VERIFY_OK(journal.add({note(4)}));
        }
        Journal journal(path);
        VERIFY_OK(journal.open());
        QCOMPARE(journal.notes().size(), 2);
    }

    void aJournalDoesNotGrowForEver()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("journal");
        Journal journal(path);
        VERIFY_OK(journal.open());
        AttemptNote long1 = note(1);
        long1.progress = QString(20'000, 'x');
        for (int i = 0; i < 1000; ++i) {
            VERIFY_OK(journal.add({long1}));
            VERIFY_OK(journal.remove({long1.id()}));
        }
        QVERIFY(QFileInfo(path).size() < 5'000'000);
    }

    void theLowestFreeSeatIsTaken()
    {
        QTemporaryDir folder;
        Seats seats(folder.filePath("work"), {});
        VERIFY_OK(seats.open());
        QCOMPARE(seats.take()->index, 0);
        QCOMPARE(seats.take()->index, 1);
        QCOMPARE(seats.take()->index, 2);
        seats.release(1);
        seats.release(0);
        QCOMPARE(seats.take()->index, 0);
        QCOMPARE(seats.busy(), 2);
    }

    void aSeatIsCleanForTheNextTask_data()
    {
        QTest::addColumn<QString>("mess"); // shell, in the seat
        QTest::newRow("nothing") << ":";
        QTest::newRow("files") << "echo x >a; echo x >output/b; echo x >temp/.c";
        QTest::newRow("closed folders") << "mkdir -p a/b/c; echo x >a/b/c/d; chmod 0 a/b/c a/b a";
        QTest::newRow("its parts gone") << "rmdir input output temp resource";
        QTest::newRow("a link for a part") << "rmdir output; ln -s /etc output";
        QTest::newRow("a file for a part") << "rmdir temp; echo x >temp";
        QTest::newRow("closed itself") << "chmod 0 .";
        QTest::newRow("a fifo and a socket") << "mkfifo input/f";
        QTest::newRow("a name with everything") << "mkdir 'a b'; echo x >'a b/\n*'";
        QTest::newRow("deep") << "i=0; while [ $i -lt 300 ]; do mkdir d; cd d; i=$((i+1)); done";
    }
    void aSeatIsCleanForTheNextTask()
    {
        QFETCH(QString, mess);
        QTemporaryDir folder;
        Seats seats(folder.filePath("work"), {});
        VERIFY_OK(seats.open());
        const Seat seat = *seats.take();
        const QString path = QString::fromStdString(seat.folder);
        QProcess shell;
        shell.setWorkingDirectory(path);
        shell.start("/bin/sh", {"-c", mess});
        QVERIFY(shell.waitForFinished());
        QCOMPARE(shell.exitCode(), 0);
        seats.release(seat.index);
        QCOMPARE(seats.take()->folder, seat.folder);
        QCOMPARE(contents(path), "input output resource temp");
        struct stat info;
        QCOMPARE(stat(seat.folder.c_str(), &info), 0);
        QCOMPARE(int(info.st_mode & 07777), 0700);
    }

    void cleaningFollowsNoLink()
    {
        QTemporaryDir folder;
        QVERIFY(QDir().mkpath(folder.filePath("precious/sub")));
        write(folder.filePath("precious/file"));
        Seats seats(folder.filePath("work"), {});
        VERIFY_OK(seats.open());
        const Seat seat = *seats.take();
        const QString path = QString::fromStdString(seat.folder);
        QVERIFY(QFile::link(folder.filePath("precious"), path + "/link"));
        QVERIFY(QDir(path).rmdir("output"));
        QVERIFY(QFile::link(folder.filePath("precious"), path + "/output"));
        seats.release(seat.index);
        QCOMPARE(contents(folder.filePath("precious")), "file sub");
        QCOMPARE(contents(path), "input output resource temp");
    }

    void aSeatThatWasUsedOftenIsStillLookedAt()
    {
        QTemporaryDir folder;
        Seats seats(folder.filePath("work"), {});
        VERIFY_OK(seats.open());
        const QString path = QString::fromStdString(seats.take()->folder);
        // Its folders are old, so that their change times may be trusted.
        QTRY_VERIFY_WITH_TIMEOUT(
            QFileInfo(path).metadataChangeTime().msecsTo(QDateTime::currentDateTime()) > 2100,
            10'000);
        seats.release(0);
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(seats.take()->index, 0);
            if (i > 0)
                write(path + "/temp/left");
            seats.release(0);
            QCOMPARE(contents(path), "input output resource temp");
        }
    }

    void whatIsKeptIsMovedAside()
    {
        QTemporaryDir folder;
        Seats seats(folder.filePath("work"), {});
        VERIFY_OK(seats.open());
        const Seat seat = *seats.take();
        write(QString::fromStdString(seat.folder) + "/core");
        seats.keep(seat.index, "42-1");
        QVERIFY(QFile::exists(folder.filePath("work/kept/42-1/core")));
        QCOMPARE(seats.take()->folder, seat.folder);
        QCOMPARE(contents(QString::fromStdString(seat.folder)), "input output resource temp");
    }

    void slotUsersHaveTheirFoldersAndAreNotTwo()
    {
        if (geteuid() != 0)
            QSKIP("only root can give a folder away");
        QTemporaryDir folder;
        QVERIFY(QFile::setPermissions(folder.path(),
                                      QFile::permissions(folder.path()) | QFile::ExeOther));
        Seats seats(folder.filePath("work"), {.firstUser = 64200, .count = 2});
        VERIFY_OK(seats.open());
        const Seat first = *seats.take();
        const Seat second = *seats.take();
        QCOMPARE(first.user, 64200);
        QCOMPARE(second.user, 64201);
        struct stat info;
        QCOMPARE(stat((second.folder + "/output").c_str(), &info), 0);
        QCOMPARE(info.st_uid, 64201u);
        VERIFY_FAILS(seats.take(), ErrorCode::Busy);
        seats.release(0);
        QCOMPARE(seats.take()->user, 64200);
    }

    void aWorkRootThatUsersCannotReachIsRefused()
    {
        if (geteuid() != 0)
            QSKIP("only root's tasks are other users");
        QTemporaryDir folder; // 0700
        Seats seats(folder.filePath("a/work"), {.firstUser = 64200, .count = 2});
        const Result<void> opened = seats.open();
        VERIFY_FAILS(opened, ErrorCode::Invalid);
        QVERIFY(opened.error().message.contains(folder.path()));
    }

    void aTreeIsRemovedWhole()
    {
        QTemporaryDir folder;
        QVERIFY(QDir().mkpath(folder.filePath("tree/a/b")));
        write(folder.filePath("tree/a/b/c"));
        write(folder.filePath("tree/d"));
        QCOMPARE(removeTree(AT_FDCWD, folder.filePath("tree").toUtf8().constData()), 0);
        QVERIFY(!QFile::exists(folder.filePath("tree")));
        QCOMPARE(removeTree(AT_FDCWD, folder.filePath("tree").toUtf8().constData()),
                 0); // nor is that an error
    }
};

QTEST_GUILESS_MAIN(TestAgentFolders)
#include "tst_agentfolders.moc"
