#include "backend/base/error.h"
#include "backend/base/instant.h"

#include <QtTest/QtTest>

using namespace Drover;
using namespace std::chrono_literals;

class TestBase : public QObject
{
    Q_OBJECT

private slots:
    void everyErrorHasAStableName()
    {
        for (int i = 0; i <= int(ErrorCode::Io); ++i)
            QCOMPARE(int(errorCodeOf(QString(errorName(ErrorCode(i))))), i);
        QCOMPARE(errorCodeOf(u"invented-later"), ErrorCode::Internal);
    }

    void aProblemNamesFileLineFieldReasonAndRemedy()
    {
        QCOMPARE(printed(Problem {"jobs.yaml", 7, "needs.memory", "'2 GBB' is no size", "write 2GB"}),
                 "jobs.yaml:7: needs.memory: '2 GBB' is no size; write 2GB");
        QCOMPARE(printed(Problem {{}, 0, {}, "empty", {}}), "empty");
    }

    void durationsAreReadAsPeopleWriteThem_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("ms");
        QTest::newRow("bare seconds") << "90" << 90'000LL;
        QTest::newRow("two units") << "2m30s" << 150'000LL;
        QTest::newRow("fraction") << "1.5h" << 5'400'000LL;
        QTest::newRow("milliseconds") << "500ms" << 500LL;
        QTest::newRow("unknown unit") << "3 fortnights" << -1LL;
        QTest::newRow("no number") << "soon" << -1LL;
        QTest::newRow("beyond reason") << "99999999d" << -1LL;
    }
    void durationsAreReadAsPeopleWriteThem()
    {
        QFETCH(QString, text);
        QFETCH(qint64, ms);
        const auto duration = durationOf(text);
        QCOMPARE(duration ? duration->count() : -1, ms);
    }

    void instantsSurviveTheirText()
    {
        const Instant instant = fromMicroseconds(1'767'225'600'123'000);
        QCOMPARE(toIso(instant), "2026-01-01T00:00:00.123Z");
        QCOMPARE(fromIso(toIso(instant)), instant);
        QVERIFY(!fromIso("yesterday at noon"));
    }
};

QTEST_APPLESS_MAIN(TestBase)
#include "tst_base.moc"
