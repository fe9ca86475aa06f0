#include "backend/settings/settings.h"
#include "tests/support/verify.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace Drover;
using namespace Qt::StringLiterals;

class TestSettings : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QMap<QString, QString> m_environment;

    QString file(const QString &name, const QByteArray &toml)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(toml) != toml.size())
            qFatal("cannot write");
        return file.fileName();
    }

    Result<Settings> read(const QByteArray &toml, const QStringList &sets = {})
    {
        return Settings::read(daemonSettingKeys(),
                              {.files = {file("one.toml", toml)}, .file = {}, .environmentPrefix = "DROVERD_", .sets = sets,
                               .environment = [this](const QString &name) { return m_environment.value(name); }});
    }

    // "line: key: reason; remedy" of each problem
    QStringList problems(const QByteArray &toml, const QStringList &sets = {})
    {
        const Result<Settings> settings = read(toml, sets);
        QStringList lines;
        for (const Problem &problem : settings ? QList<Problem>() : settings.error().problems)
            lines.append(QString("%1:%2: %3: %4; %5").arg(QFileInfo(problem.file).fileName()).arg(problem.line)
                             .arg(problem.field, problem.reason, problem.remedy));
        return lines;
    }

private slots:
    void cleanup() { m_environment.clear(); }

    void everyKeyHasADefaultThatIsGood()
    {
        for (const auto &keys : {daemonSettingKeys(), agentSettingKeys(), commandLineSettingKeys()}) {
            QSet<QString> names;
            for (const SettingKey &key : keys) {
                QVERIFY2(!key.words.isEmpty(), qPrintable(QString(key.name)));
                QVERIFY2(!names.contains(QString(key.name)), qPrintable(QString(key.name)));
                names.insert(QString(key.name));
            }
            Settings::defaults(keys);
        }
        QCOMPARE(Settings::defaults(daemonSettingKeys()).text("listen"_L1), "127.0.0.1:7443");
    }

    void whatIsPrintedAsDefaultsIsReadAsThem()
    {
        const QString text = printedDefaults(daemonSettingKeys(), "droverd");
        const QByteArray live = QString(text).replace(QRegularExpression("^# ([a-z-]+ = )", QRegularExpression::MultilineOption), "\\1").toUtf8();
        const Result<Settings> settings = read(live);
        VERIFY_OK(settings);
        QCOMPARE(settings->differences(Settings::defaults(daemonSettingKeys())), QStringList());
        VERIFY_OK(read(text.toUtf8())); // as it is: nothing but comments
    }

    void aLaterSourceCountsMore()
    {
        const QByteArray toml = "listen = '0.0.0.0:1'\naddresses = ['a:1', 'b:2']\n[log]\nlevel = 'debug'\nrotate-size = '1GiB'\nrotate-keep = 7\n";
        Result<Settings> settings = read(toml);
        VERIFY_OK(settings);
        QCOMPARE(settings->text("listen"_L1), "0.0.0.0:1");
        QCOMPARE(settings->list("addresses"_L1), QStringList({"a:1", "b:2"}));
        QCOMPARE(settings->number("log.rotate-size"_L1), 1024LL * 1024 * 1024);
        QCOMPARE(settings->number("log.rotate-keep"_L1), 7);
        QVERIFY(settings->isGiven("log.level"_L1));
        QVERIFY(!settings->isGiven("log.file"_L1));
        m_environment = {{"DROVERD_LISTEN", "1.2.3.4:5"}, {"DROVERD_LOG_ROTATE_KEEP", "8"}};
        settings = read(toml, {"listen=[::1]:6", "limits.handshake=500ms"});
        VERIFY_OK(settings);
        QCOMPARE(settings->text("listen"_L1), "[::1]:6");
        QCOMPARE(settings->number("log.rotate-keep"_L1), 8);
        QCOMPARE(settings->duration("limits.handshake"_L1), std::chrono::milliseconds(500));
    }

    void allThatIsWrongIsSaidAtOnce()
    {
        m_environment = {{"DROVERD_STORE_READERS", "many"}};
        QCOMPARE(problems("lisen = 'x'\ndata = 4\n\n[log]\nlevel = 'loud'\nrotate-keep = 5000\nrotate-size = 'big'\n[nothing.at.all]\nx = 1\n",
                          {"what", "limits.handshake=1ms"})
                     .join('\n'),
                 "one.toml:2: data: a text in quotes is expected; mend it or leave it out\n"
                 "one.toml:1: lisen: there is no such setting; did you mean listen?\n"
                 "one.toml:5: log.level: one of trace, debug, info, warning, error is expected, not \"loud\"; without it, it is info\n"
                 "one.toml:6: log.rotate-keep: 5000 is out of range; use 0 to 1000; without it, it is 5\n"
                 "one.toml:7: log.rotate-size: a size (20MB, 1GiB) is expected, not \"big\"; without it, it is 20MB\n"
                 "one.toml:9: nothing.at.all.x: there is no such setting; check --print-defaults lists them all\n"
                 "DROVERD_STORE_READERS:0: store.readers: a whole number is expected, not \"many\"; without it, it is 2\n"
                 "--set:0: what: key=value is expected; as in --set log.level=debug\n"
                 "--set:0: limits.handshake: 1ms is out of range; use 100 ms to 10 m 0 s; without it, it is 10s");
    }

    void whatIsNoTomlIsNamedWithItsLine()
    {
        const QStringList lines = problems("listen = 'a'\nlog = = 3\n");
        QCOMPARE(lines.size(), 1);
        QVERIFY2(lines.first().startsWith("one.toml:2: : it is no TOML"), qPrintable(lines.first()));
        QCOMPARE(problems(QByteArray(2'000'000, '#')), QStringList("one.toml:0: : it is larger than 1 MB; "));
        QCOMPARE(problems("listen = '\xff\xfe'\n").size(), 1);
    }

    void aFileThatIsNamedMustBeThere()
    {
        VERIFY_OK(Settings::read(daemonSettingKeys(), {.files = {"/nowhere/droverd.toml"}}));
        VERIFY_FAILS(Settings::read(daemonSettingKeys(), {.file = "/nowhere/droverd.toml"}), ErrorCode::Invalid);
    }
};

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
