#include "app/profiles/consolestate.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace Drover;

class TestConsoleState : public QObject
{
    Q_OBJECT

    static QByteArray contentOf(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    static void write(const QString &path, const QByteArray &bytes)
    {
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

private slots:
    void whatIsArrangedIsThereTheNextTime()
    {
        QTemporaryDir folder;
        {
            ConsoleState state(folder.path(), "main");
            QSignalSpy changed(&state, &ConsoleState::changed);
            state.setValue("tables/tasks", QJsonObject{{"version", 1}, {"columns", QJsonArray{"state", "id"}}});
            state.setValue("saved", QJsonArray{"a"});
            state.setValue("saved", QJsonArray{"a"}); // as it is already
            state.setBlob("layouts/Operate", QByteArray("\0\1\2", 3));
            QCOMPARE(changed.size(), 3);
        }
        const ConsoleState state(folder.path(), "main");
        QCOMPARE(state.value("tables/tasks").toObject()["columns"], QJsonArray({"state", "id"}));
        QCOMPARE(state.blob("layouts/Operate"), QByteArray("\0\1\2", 3));
        QVERIFY(state.value("nothing").isUndefined());
        QCOMPARE(state.keys("layouts/"), QStringList({"layouts/Operate"}));
        QVERIFY(ConsoleState(folder.path(), "other").keys().isEmpty());
        QVERIFY(state.problem().isEmpty());
        QCOMPARE(QFileInfo(state.file()).permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther),
                 QFileDevice::Permissions());
    }

    void whatIsTakenAwayIsGone()
    {
        QTemporaryDir folder;
        ConsoleState state(folder.path(), "main");
        state.setValue("theme", "dark");
        state.setValue("theme", {});
        state.setValue("density", "compact");
        state.flush();
        QTRY_VERIFY(contentOf(state.file()).contains("compact"));
        QVERIFY(!contentOf(state.file()).contains("theme"));
    }

    void aFileThatCannotBeReadIsSetAsideAndTold()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("console/main.json");
        write(file, "{ \"values\": { half");
        {
            ConsoleState state(folder.path(), "main");
            QVERIFY2(state.problem().contains("set aside"), qPrintable(state.problem()));
            state.setValue("theme", "dark");
        }
        QCOMPARE(ConsoleState(folder.path(), "main").value("theme"), "dark");
        const QStringList aside = QDir(folder.filePath("console")).entryList({"main.json.unreadable-*"});
        QCOMPARE(aside.size(), 1);
        QCOMPARE(contentOf(folder.filePath("console/" + aside.first())), "{ \"values\": { half");
    }

    void whatALaterVersionHasPutThereStays()
    {
        QTemporaryDir folder;
        write(folder.filePath("console/main.json"), R"({"version": 7, "new": [1, 2], "values": {"theme": "dark"}})");
        {
            ConsoleState state(folder.path(), "main");
            QCOMPARE(state.value("theme"), "dark");
            state.setValue("theme", "light");
        }
        const QJsonObject all = QJsonDocument::fromJson(contentOf(folder.filePath("console/main.json"))).object();
        QCOMPARE(all["version"], 7);
        QCOMPARE(all["new"], QJsonArray({1, 2}));
        QCOMPARE(all["values"].toObject()["theme"], "light");
    }

    void aFolderThatCannotBeWrittenIsTold()
    {
        QTemporaryDir folder;
        write(folder.filePath("console"), "in the way");
        ConsoleState state(folder.path(), "main");
        state.setValue("theme", "dark");
        state.flush();
        QTRY_VERIFY2(state.problem().contains("not kept"), qPrintable(state.problem()));
        QVERIFY(QFile::remove(folder.filePath("console")));
        state.setValue("theme", "light"); // tries again
        QTRY_VERIFY(state.problem().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestConsoleState)
#include "tst_consolestate.moc"
