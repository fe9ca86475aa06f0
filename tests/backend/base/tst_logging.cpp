#include "backend/base/logsettings.h"
#include "tests/support/verify.h"

#include <QtCore/QDir>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace Drover;
using namespace Qt::StringLiterals;

class TestLogging : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    LogSettings m_settings {.file = m_folder.filePath("log"), .rotateBytes = 20'000, .rotateKeep = 2};

    QStringList lines() const
    {
        QFile file(m_folder.filePath("log"));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        return QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts);
    }

private slots:
    void initTestCase() { VERIFY_OK(startLogging(m_settings)); }

    void aValueCannotForgeALine()
    {
        logInfo(LogCategory::Net, u"hello", {{"who"_L1, "a b\n2026 error x=1"}, {"n"_L1, "1"}});
        QCOMPARE(lines().size(), 1);
        QVERIFY2(lines().first().endsWith(R"( info net: hello who="a b?2026 error x=1" n=1)"), qPrintable(lines().first()));
    }

    void levelsOfCategoriesChangeAtRunTime()
    {
        const auto before = lines().size();
        log(LogCategory::Net, LogLevel::Debug, u"not seen");
        m_settings.level = LogLevel::Warning;
        m_settings.levels = *logLevelsOf({"net=debug"});
        changeLogging(m_settings);
        log(LogCategory::Net, LogLevel::Debug, u"seen");
        logInfo(LogCategory::Tls, u"not seen");
        logInfo(LogCategory::Net, u"seen");
        QCOMPARE(lines().size(), before + 2);
        VERIFY_FAILS(logLevelsOf({"nett=debug"}), ErrorCode::Invalid);
        VERIFY_FAILS(logLevelsOf({"net"}), ErrorCode::Invalid);
    }

    void jsonIsAnObjectALine()
    {
        m_settings.format = LogFormat::Json;
        changeLogging(m_settings);
        logInfo(LogCategory::Net, u"said \"x\"", {{"level"_L1, "forged"}, {"why"_L1, "a\nb"}});
        const QJsonObject line = QJsonDocument::fromJson(lines().last().toUtf8()).object();
        QCOMPARE(line.value("level").toString(), "info");
        QCOMPARE(line.value("why").toString(), "a\nb");
        QCOMPARE(line.value("text").toString(), "said \"x\"");
        QVERIFY(line.contains("at"));
    }

    void filesRotateAndSoManyAreKept()
    {
        for (int i = 0; i < 2000; ++i)
            logInfo(LogCategory::Net, u"a line of some length that fills the file", {{"n"_L1, QString::number(i)}});
        QCOMPARE(QDir(m_folder.path()).entryList(QDir::Files).size(), 3);
        for (const QFileInfo &file : QDir(m_folder.path()).entryInfoList(QDir::Files))
            QVERIFY(file.size() <= 20'000);
    }

    void aFileThatCannotBeWrittenIsSaid()
    {
        VERIFY_FAILS(startLogging(LogSettings {.file = "/proc/nothing/log"}), ErrorCode::Io);
    }
};

QTEST_GUILESS_MAIN(TestLogging)
#include "tst_logging.moc"
