#include "app/work/streammerge.h"
#include "backend/protocol/outputrequests.h"

#include <QtTest/QtTest>

using namespace Drover;

class TestStreamMerge : public QObject
{
    Q_OBJECT

    // "o" or "e" and the data of each part; neighbours of one stream together.
    static QString print(const QList<StreamMerge::Part> &parts)
    {
        QString text;
        QChar last;
        for (const StreamMerge::Part &part : parts) {
            const QChar name = part.stream == Stream::Out ? 'o' : 'e';
            if (name != last)
                text += (text.isEmpty() ? "" : " ") + QString(name) + ":";
            last = name;
            text += QString::fromUtf8(part.data).replace('\n', '/');
        }
        return text;
    }

    static OutputPiece piece(const QByteArray &data, qint64 offset, const QList<std::pair<qint64, qint64>> &marks)
    {
        OutputPiece made {.data = data, .offset = offset};
        for (const auto &[to, at] : marks)
            made.marks.append({to, fromMicroseconds(at)});
        return made;
    }

private slots:
    void marksPutLinesBackIntoTheirOrder()
    {
        StreamMerge merge;
        merge.add(Stream::Out, piece("a1\na2\na3\n", 0, {{3, 10}, {6, 30}, {9, 50}}));
        merge.add(Stream::Err, piece("b1\nb2\n", 0, {{3, 20}, {6, 40}}));
        merge.finish(Stream::Out);
        merge.finish(Stream::Err);
        QCOMPARE(print(merge.take()), "o:a1/ e:b1/ o:a2/ e:b2/ o:a3/");
    }

    void aLineIsNeverTornApart()
    {
        StreamMerge merge;
        merge.add(Stream::Out, piece("half", 0, {{4, 10}}));
        merge.add(Stream::Err, piece("b\n", 0, {{2, 20}}));
        merge.finish(Stream::Err);
        QCOMPARE(print(merge.take()), ""); // the half line may still come before b
        merge.add(Stream::Out, piece(" line\nrest", 4, {{9, 30}, {14, 40}}));
        merge.finish(Stream::Out);
        QCOMPARE(print(merge.take()), "e:b/ o:half line/rest");
    }

    void withoutMarksStdoutComesFirst()
    {
        StreamMerge merge;
        merge.add(Stream::Err, piece("b\n", 0, {}));
        merge.add(Stream::Out, piece("a\n", 0, {}));
        merge.finish(Stream::Out);
        merge.finish(Stream::Err);
        QCOMPARE(print(merge.take()), "o:a/ e:b/");
    }

    void nothingComesBeforeItIsSure()
    {
        StreamMerge merge;
        merge.add(Stream::Out, piece("a\n", 0, {{2, 10}}));
        QVERIFY(!merge.isWaitingFor(Stream::Out));
        QVERIFY(merge.isWaitingFor(Stream::Err));
        QCOMPARE(merge.take().size(), 0);
        merge.finish(Stream::Err);
        QCOMPARE(print(merge.take()), "o:a/");
        QVERIFY(merge.isWaitingFor(Stream::Out));
    }

    void marksOfAPieceInTheMiddleCountFromTheBeginning()
    {
        StreamMerge merge;
        merge.add(Stream::Out, piece("x\ny\n", 100, {{50, 5}, {102, 10}, {104, 30}}));
        merge.add(Stream::Err, piece("e\n", 7, {{9, 20}}));
        merge.finish(Stream::Out);
        merge.finish(Stream::Err);
        QCOMPARE(print(merge.take()), "o:x/ e:e/ o:y/");
    }

    void theLastLinesAreTheLastOfBoth_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<QString>("expected");
        QTest::newRow("1") << 1 << "o:5";
        QTest::newRow("2") << 2 << "e:4/ o:5";
        QTest::newRow("4") << 4 << "o:2/ e:3/4/ o:5";
        QTest::newRow("9") << 9 << "o:1/2/ e:3/4/ o:5";
    }

    void theLastLinesAreTheLastOfBoth()
    {
        QFETCH(int, count);
        QFETCH(QString, expected);
        const QList<StreamMerge::Part> parts {{Stream::Out, "1\n2\n"}, {Stream::Err, "3\n4\n"}, {Stream::Out, "5"}};
        QCOMPARE(print(lastLines(parts, count)), expected);
    }
};

QTEST_APPLESS_MAIN(TestStreamMerge)
#include "tst_streammerge.moc"
