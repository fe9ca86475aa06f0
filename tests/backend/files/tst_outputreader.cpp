#include "backend/files/outputreader.h"
#include "tests/support/memoryfolder.h"
#include "tests/support/verify.h"

#include <QtTest/QtTest>

using namespace Drover;

namespace {

constexpr AttemptId attempt {{42}, 1};

Instant at(qint64 ms)
{
    return fromMicroseconds(1'700'000'000'000'000 + ms * 1000);
}

/// A daemon's folder of outputs, written piece by piece.
struct Shelf
{
    MemoryFolder folder;
    OutputFiles files {folder.filePath("outputs")};
    OutputReader reader {files};
    qint64 sizes[2] = {0, 0};

    void write(int stream, const QByteArray &data, qint64 ms = -1, qint64 gapBefore = 0)
    {
        OutputPart part {.name = {attempt, stream}, .offset = sizes[stream] + gapBefore, .data = data, .marks = {}, .gapBefore = gapBefore};
        sizes[stream] = part.offset + data.size();
        if (ms >= 0)
            part.marks.append({sizes[stream], at(ms)});
        files.write({part});
    }
    static OutputSubject of(int stream, bool isOver = false) { return {.attempt = attempt, .stream = stream, .ended = isOver ? at(1'000'000) : never}; }

    QByteArray all(int stream, bool isOver = false)
    {
        const auto slice = reader.read(of(stream, isOver), 0, 1 << 20);
        return slice ? slice->data : slice.error().message.toUtf8();
    }
    OutputHits find(OutputQuery query, int stream = 0)
    {
        if (query.to == 0)
            query.to = std::numeric_limits<qint64>::max();
        const auto hits = reader.find(of(stream), query);
        return hits ? *hits : OutputHits {};
    }
};

OutputQuery queryFor(const QString &pattern, OutputPattern::Kind kind = OutputPattern::Kind::Expression)
{
    OutputQuery query;
    query.keep = std::move(*OutputPattern::compile(pattern, kind, OutputPattern::Case::Counts));
    return query;
}

QByteArray lines(int from, int to)
{
    QByteArray text;
    for (int i = from; i <= to; ++i)
        text += "line " + QByteArray::number(i) + "\n";
    return text;
}

} // namespace

class TestOutputReader : public QObject
{
    Q_OBJECT

private slots:
    void linesAreCountedAndFoundAsTheOutputGrows()
    {
        Shelf shelf;
        shelf.write(0, lines(1, 30'000) + "ERROR half of a li");
        auto figures = shelf.reader.figures(Shelf::of(0), 0);
        VERIFY_OK(figures);
        QCOMPARE(figures->lines, 30'001);
        QCOMPARE(figures->errors, 0); // it has no end yet
        shelf.write(0, "ne\nWARN x\n");
        figures = shelf.reader.figures(Shelf::of(0), 0);
        QCOMPARE(figures->lines, 30'002);
        QCOMPARE(figures->errors, 1);
        QCOMPARE(figures->warnings, 1);
        qint64 sum = 0;
        for (const OutputBlock &block : figures->blocks)
            sum += block.lines;
        QCOMPARE(sum, 30'002);
        for (const qint64 line : {0, 1, 7'777, 29'999}) {
            qint64 offset = -1;
            shelf.reader.locateLine(Shelf::of(0), line, [&](const Result<qint64> &found) { offset = *found; });
            QTRY_VERIFY(offset >= 0);
            const auto slice = shelf.reader.read(Shelf::of(0), offset, 20);
            QVERIFY(slice->data.startsWith("line " + QByteArray::number(line + 1) + "\n"));
            QCOMPARE(*shelf.reader.lineAt(Shelf::of(0), offset), line);
        }
    }

    void bothStreamsComeInTheOrderOfTheirMarksAndNeverInsideALine()
    {
        Shelf shelf;
        shelf.write(0, "o1\no2 begins", 100);
        shelf.write(1, "e1\n", 150);
        shelf.write(0, " and ends\n", 200);
        shelf.write(1, "e2\n", 180);
        QCOMPARE(shelf.all(2), "o1\no2 begins and ends\ne1\ne2\n");
        // What has its place keeps it, whatever comes late.
        shelf.write(1, "e3\n", 190);
        shelf.write(0, "rest without end", 300);
        QCOMPARE(shelf.all(2), "o1\no2 begins and ends\ne1\ne2\ne3\n");
        QCOMPARE(shelf.all(2, true), "o1\no2 begins and ends\ne1\ne2\ne3\nrest without end");
        const auto slice = shelf.reader.read(Shelf::of(2, true), 0, 1000);
        QCOMPARE(slice->stretches.size(), 3);
        QCOMPARE(slice->stretches[1].stream, 1);
        QCOMPARE(slice->stretches[1].size, 9);
    }

    void aShortOutputKeepsItsTimesInTheStore()
    {
        Shelf shelf;
        shelf.write(0, "o1\n", 100);
        shelf.write(1, "e1\n", 200);
        shelf.write(0, "o2\n", 300);
        for (const int stream : {0, 1})
            shelf.files.remove({attempt, stream}, OutputFiles::Removal::Bytes);
        OutputSubject subject = Shelf::of(2, true);
        subject.outInline = subject.errInline = true;
        subject.out = "o1\no2\no3\n";
        subject.err = "e1\n";
        const auto slice = shelf.reader.read(subject, 0, 100);
        VERIFY_OK(slice);
        QCOMPARE(slice->data, "o1\ne1\no2\no3\n");
        QCOMPARE(*shelf.reader.momentOf(subject, 3), at(200));
        QCOMPARE(*shelf.reader.momentOf(subject, 9), at(1'000'000)); // at the end at the latest
    }

    void aTimeIsFoundByItsMark()
    {
        Shelf shelf;
        for (int i = 1; i <= 100; ++i)
            shelf.write(0, "second " + QByteArray::number(i) + "\n", i * 1000);
        const auto offset = shelf.reader.locateTime(Shelf::of(0), at(50'500));
        VERIFY_OK(offset);
        QVERIFY(shelf.reader.read(Shelf::of(0), *offset, 100)->data.startsWith("second 51\n"));
        QCOMPARE(*shelf.reader.momentOf(Shelf::of(0), *offset), at(51'000));
    }

    void whatIsNotKeptIsSteppedOver()
    {
        Shelf shelf;
        shelf.write(0, lines(1, 10));
        shelf.write(0, lines(500, 510), -1, 5'000'000);
        const auto figures = shelf.reader.figures(Shelf::of(0), 0);
        QCOMPARE(figures->holes, QList<OutputHole>({{71, 5'000'000}}));
        QCOMPARE(figures->lines, 21);
        QCOMPARE(shelf.reader.read(Shelf::of(0), 0, 1 << 20)->data, lines(1, 10));
        const auto after = shelf.reader.read(Shelf::of(0), 1'000'000, 1 << 20);
        QCOMPARE(after->offset, 5'000'071);
        QCOMPARE(after->gap, 5'000'000);
        QCOMPARE(after->data, lines(500, 510));
        QCOMPARE(shelf.find(queryFor("line 5")).hits.size(), 12);
    }

    void hitsAreFoundForwardBackwardByPagesAndByLine()
    {
        Shelf shelf;
        shelf.write(0, lines(1, 300'000)); // several chunks
        VERIFY_OK(shelf.reader.figures(Shelf::of(0), -1));
        OutputQuery query = queryFor("^line \\d*99999$");
        OutputHits hits = shelf.find(std::move(query));
        QCOMPARE(hits.hits.size(), 3);
        QVERIFY(hits.isDone);
        QCOMPARE(hits.hits[0].line, 99'998);
        query = queryFor("9", OutputPattern::Kind::Words);
        query.limit = 10;
        hits = shelf.find(std::move(query));
        QCOMPARE(hits.hits.size(), 10);
        QVERIFY(!hits.isDone);
        query = queryFor("line 1\\d+");
        query.direction = OutputQuery::Direction::Backward;
        query.limit = 2;
        query.text = OutputQuery::Text::Line;
        hits = shelf.find(std::move(query));
        QCOMPARE(hits.hits.size(), 2);
        QCOMPARE(hits.hits[1].text, "line 199999");
        QCOMPARE(hits.hits[0].text, "line 199998");
        query = {};
        query.drop = std::move(*OutputPattern::compile("[0-8]", OutputPattern::Kind::Expression, OutputPattern::Case::Counts));
        hits = shelf.find(std::move(query));
        QCOMPARE(hits.hits.size(), 5); // 9, 99, …
    }

    void allPagesTogetherFindWhatOneLookFinds()
    {
        Shelf shelf;
        QByteArray text = lines(1, 100'000);
        text.insert(500'000, QByteArray(3'000'000, 'x') + "needle" + QByteArray(1'000'000, 'y')); // one long line
        shelf.write(0, text);
        for (const auto &[pattern, kind] : {std::pair("needle|7777", OutputPattern::Kind::Expression), std::pair("99", OutputPattern::Kind::Words)}) {
            QList<qint64> paged;
            for (qint64 from = 0;;) {
                OutputQuery query = queryFor(pattern, kind);
                query.from = from;
                query.limit = 7;
                const OutputHits page = shelf.find(std::move(query));
                for (const OutputHit &hit : page.hits)
                    paged.append(hit.offset);
                if (page.isDone)
                    break;
                from = page.next;
            }
            QList<qint64> plain;
            const QRegularExpression expression(pattern);
            const QString latin = QString::fromLatin1(text);
            for (auto it = expression.globalMatch(latin); it.hasNext();)
                plain.append(it.next().capturedStart());
            QCOMPARE(paged, plain);
        }
    }

    void aBadPatternSaysWhatIsWrongAndWhatToDo()
    {
        const auto bad = OutputPattern::compile("a(b", OutputPattern::Kind::Expression, OutputPattern::Case::Counts);
        QVERIFY(!bad);
        QVERIFY2(bad.error().message.contains("at character") && bad.error().message.contains("switch regular"), qPrintable(bad.error().message));
        VERIFY_OK(OutputPattern::compile("a(b", OutputPattern::Kind::Words, OutputPattern::Case::Ignored));
        // One that would take for ever ends.
        Shelf shelf;
        shelf.write(0, QByteArray(5000, 'a') + "\n");
        const auto endless = shelf.reader.find(Shelf::of(0), queryFor("(a|aa)+$b"));
        QVERIFY(endless || endless.error().message.contains("simpler"));
    }

    void levelsAreRecognisedWhereProgramsWriteThem_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("level");
        const auto row = [](const char *line, LineLevel level) { QTest::newRow(line) << QByteArray(line) << int(level); };
        row("2026-01-31 12:00:00,123 ERROR no room", LineLevel::Error);
        row("[warn] open boundary", LineLevel::Warning);
        row("error: cannot allocate", LineLevel::Error);
        row("\x1b[31mfatal\x1b[0m: not a git repository", LineLevel::Fatal);
        row("src/a.cpp:12:3: error: expected ';'", LineLevel::Error);
        row("time=12 level=debug msg=x", LineLevel::Debug);
        row("Traceback (most recent call last):", LineLevel::Error);
        row("the error was small", LineLevel::None);
        row("0 errors, 3 warnings", LineLevel::None);
        row("INFORMATION", LineLevel::None);
        row("", LineLevel::None);
    }
    void levelsAreRecognisedWhereProgramsWriteThem()
    {
        QFETCH(QByteArray, line);
        QFETCH(int, level);
        QCOMPARE(int(levelWordOf(line).level), level);
    }
};

QTEST_GUILESS_MAIN(TestOutputReader)
#include "tst_outputreader.moc"
