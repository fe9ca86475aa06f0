#include "backend/base/size.h"

#include <QtTest/QtTest>

using namespace Drover;

class TestSize : public QObject
{
    Q_OBJECT

private slots:
    void aSizeIsReadInTheUnitsPeopleWrite_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("bytes"); // -1: no size
        const std::pair<const char *, qint64> rows[] {
            {"0", 0}, {"100", 100}, {"100 B", 100}, {"2GB", 2'000'000'000}, {"512 MiB", 512 << 20},
            {"1.5g", 1610612736}, {"3K", 3072}, {"4kb", 4000}, {" 7 TiB ", 7LL << 40},
            {"", -1}, {"GB", -1}, {"-1", -1}, {"2GX", -1}, {"2 G B", -1}, {"1.2.3", -1}, {"1e30", -1},
            {"99999999999 EiB", -1}, {"lots", -1}, {"0x10", -1}, {"inf", -1}, {"nan", -1}};
        for (const auto &[text, bytes] : rows)
            QTest::newRow(text[0] ? text : "empty") << QString(text) << bytes;
    }

    void aSizeIsReadInTheUnitsPeopleWrite()
    {
        QFETCH(QString, text);
        QFETCH(qint64, bytes);
        QCOMPARE(sizeOf(text).value_or(-1), bytes);
    }

    void aSizeIsPrintedShort()
    {
        QCOMPARE(printedSize(0), "0 B");
        QCOMPARE(printedSize(812), "812 B");
        QCOMPARE(printedSize(2'000'000'000), "2 GB");
        QCOMPARE(printedSize(3'440'000), "3.4 MB");
        QCOMPARE(printedSize(999'999), "1 MB");
        QCOMPARE(printedSize(-1500), "-1.5 kB");
    }
};

QTEST_APPLESS_MAIN(TestSize)
#include "tst_size.moc"
