#include "app/work/table.h"
#include "tests/support/verify.h"

using namespace Drover;

class TestTable : public QObject
{
    Q_OBJECT

    static QString print(const Result<Table> &table)
    {
        if (!table)
            return printed(table.error());
        QStringList lines {table->header.join('|')};
        for (const TableRow &row : table->rows)
            lines.append(QString::number(row.line) + " " + row.cells.join('|'));
        return lines.join('\n');
    }

private slots:
    void aTableIsReadByItsRfc_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plain") << QByteArray("a,b\n1,2\n3,4\n") << "a|b\n2 1|2\n3 3|4";
        QTest::newRow("no last line feed") << QByteArray("a,b\n1,2") << "a|b\n2 1|2";
        QTest::newRow("carriage returns") << QByteArray("a,b\r\n1,2\r\n") << "a|b\n2 1|2";
        QTest::newRow("mark") << QByteArray("\xef\xbb\xbf" "a,b\n1,2\n") << "a|b\n2 1|2";
        QTest::newRow("tabs") << QByteArray("a\tb\n1\t2,3\n") << "a|b\n2 1|2,3";
        QTest::newRow("quotes") << QByteArray("a,b\n\"x, y\",\"he said \"\"no\"\"\"\n") << "a|b\n2 x, y|he said \"no\"";
        QTest::newRow("line breaks in cells") << QByteArray("a,b\n\"x\ny\",1\nz,2\n") << "a|b\n2 x\ny|1\n4 z|2";
        QTest::newRow("empty cells and lines") << QByteArray("a,b\n\n,\n\n1,\n") << "a|b\n3 |\n5 1|";
        QTest::newRow("one column") << QByteArray("a\n1\n2\n") << "a\n2 1\n3 2";
        QTest::newRow("header alone") << QByteArray("a,b\n") << "a|b";
    }

    void aTableIsReadByItsRfc()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, expected);
        QCOMPARE(print(readTable("t.csv", bytes).value_or(Table())), expected);
    }

    void everythingWrongIsNamedWithItsLine()
    {
        const auto table = readTable("t.csv", "a,b\n1\n1,2\n1,2,3\n\"x\"y,2\n");
        VERIFY_FAILS(table, ErrorCode::Invalid);
        QCOMPARE(print(table),
                 "3 things must be mended; nothing was queued\n"
                 "  t.csv:2: has 1 cells, the header has 2; put cells that hold separators in double quotes\n"
                 "  t.csv:4: has 3 cells, the header has 2; put cells that hold separators in double quotes\n"
                 "  t.csv:5: something follows the closing quote of a cell; write \"\" for a quote inside a quoted cell");
    }

    void badTablesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << QByteArray() << "is empty";
        QTest::newRow("blank") << QByteArray("\n\n") << "is empty";
        QTest::newRow("open quote") << QByteArray("a,b\n1,\"2\n3,4\n") << "t.csv:2: a cell begins with a quote";
        QTest::newRow("column without a name") << QByteArray("a,,c\n") << "column 2 has no name";
        QTest::newRow("column twice") << QByteArray("a,b,a\n1,2,3\n") << "a: is the name of two columns";
        QTest::newRow("not UTF-8") << QByteArray("a,b\n1,2\n3,\xff\n") << "t.csv:3: is not UTF-8";
        QTest::newRow("zero byte") << QByteArray("a,b\n1,\0\n", 8) << "t.csv:2: has a zero byte";
    }

    void badTablesAreRefused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        const auto table = readTable("t.csv", bytes);
        VERIFY_FAILS(table, ErrorCode::Invalid);
        QVERIFY2(print(table).contains(says), qPrintable(print(table)));
    }
};

QTEST_APPLESS_MAIN(TestTable)
#include "tst_table.moc"
