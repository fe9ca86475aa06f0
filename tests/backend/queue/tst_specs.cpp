#include "backend/queue/causes.h"
#include "backend/queue/speccheck.h"
#include "tests/support/verify.h"

#include <sodium.h>

using namespace Drover;

class TestSpecs : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(sodium_init() >= 0); }

    void whatIsNotBuiltIsRefusedByName()
    {
        TaskSpec spec;
        spec.command = {"true"};
        spec.container = "debian:12";
        const QList<Problem> problems = checkSpec(spec, "tasks[0].");
        QCOMPARE(problems.size(), 1);
        QCOMPARE(printed(problems.first()), "tasks[0].container: this version does not carry it out yet; leave it out");
    }

    void badNamesAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("problem");
        QTest::newRow("empty") << "" << "is empty";
        QTest::newRow("control character") << "a\nb" << "contains a control character";
        QTest::newRow("a megabyte") << QString(1'000'000, 'x') << "has 1000000 bytes, more than 200";
        QTest::newRow("half a surrogate pair") << QString(QChar(0xd800)) << "is not valid Unicode";
        QTest::newRow("good") << "prüfung 7" << "";
    }
    void badNamesAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(QString, problem);
        QCOMPARE(nameProblem(name), problem);
    }

    void aTaskWithNeitherOrBothCommandsIsRefused()
    {
        QCOMPARE(checkSpec({}, {}).size(), 1);
        TaskSpec both;
        both.command = {"a"};
        both.shell = "b";
        QCOMPARE(checkSpec(both, {}).first().field, "command");
    }

    void failuresOfOneKindHaveOneKey()
    {
        const auto key = [](const QString &line) { return causeKeyOf(EndReason::Exited, 1, line); };
        QCOMPARE(key("cannot open '/data/17/a.txt' at 0xdeadbeef"), key("cannot open '/data/2/b c.txt' at 0x17"));
        QCOMPARE(key("line 12: 3 errors"), key("line 9: 77 errors"));
        QVERIFY(key("cannot open x") != key("cannot close x"));
        QVERIFY(causeKeyOf(EndReason::Exited, 1, "x") != causeKeyOf(EndReason::Exited, 2, "x"));
        QCOMPARE(normalisedLine("read 17 of /a/b.c: it's \"here\" or not"), "read # of /: it's '' or not");
    }
};

QTEST_APPLESS_MAIN(TestSpecs)
#include "tst_specs.moc"
