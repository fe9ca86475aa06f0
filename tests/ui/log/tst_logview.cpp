#include "tests/support/verify.h"
#include "tests/ui/log/textsource.h"
#include "ui/log/loghitmodel.h"
#include "ui/log/logpane.h"
#include "ui/log/logview.h"
#include "ui/widgets/look.h"

#include <QtGui/QAccessible>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QScrollBar>

using namespace Drover;

namespace {

Instant at(qint64 ms)
{
    return fromMicroseconds(1'700'000'000'000'000 + ms * 1000);
}

/// A pane of a log that a test writes.
struct Bench
{
    std::shared_ptr<OutputText> text;
    std::shared_ptr<bool> isOver = std::make_shared<bool>(false);
    Look look;
    std::unique_ptr<LogPane> pane;

    explicit Bench(std::shared_ptr<OutputText> of) : text(std::move(of))
    {
        look.setThemeChoice(ThemeChoice::Light);
        pane = std::make_unique<LogPane>(look, [this](AttemptId, Stream) { return std::make_unique<TextSource>(text, isOver); });
        pane->resize(900, 400);
        pane->show();
        pane->open({42}, 1);
    }
    GrowingText &growing() { return static_cast<GrowingText &>(*text); }
    LogView *view() { return pane->view(); }
    LogDocument &document() { return view()->document(); }
    bool isSettled() { return document().isKnown() && document().isCounted() && document().size() == text->size(); }
    QString label(const QString &name) { return pane->findChild<QLabel *>(name)->text(); }
    QStringList rows() { return view()->visibleText(); }
    // Empty while blocks are on their way.
    QString firstRow() { return rows().value(0); }
    QString lastRow()
    {
        const QStringList all = rows();
        return all.value(all.size() - 1);
    }
    bool settle()
    {
        return QTest::qWaitFor([&] { return isSettled() && !rows().isEmpty(); }, 20'000);
    }
};

std::shared_ptr<GrowingText> numbered(int lines)
{
    auto text = std::make_shared<GrowingText>();
    QByteArray bytes;
    for (int i = 1; i <= lines; ++i)
        bytes += "line " + QByteArray::number(i) + "\n";
    text->add(bytes, at(0));
    return text;
}

} // namespace

class TestLogView : public QObject
{
    Q_OBJECT

private slots:
    void aLogOpensAtItsEndAndFollowsIt()
    {
        Bench bench(numbered(5000));
        QVERIFY(bench.settle());
        QTRY_COMPARE(bench.lastRow(), "line 5000");
        QVERIFY(bench.view()->follows());
        bench.growing().add("line 5001\n");
        QTRY_COMPARE(bench.lastRow(), "line 5001");
        QTest::keyClick(bench.view(), Qt::Key_PageUp);
        QVERIFY(!bench.view()->follows());
        const QStringList before = bench.rows();
        bench.growing().add("line 5002\n");
        QTRY_COMPARE(bench.document().info().lines, 5002);
        QCOMPARE(bench.rows(), before); // what one reads does not move
        QTest::keyClick(bench.view(), Qt::Key_End);
        QTRY_COMPARE(bench.lastRow(), "line 5002");
        QVERIFY(bench.view()->follows());
        QTest::keyClick(bench.view(), Qt::Key_Home);
        QTRY_COMPARE(bench.firstRow(), "line 1");
        QCOMPARE(bench.document().lineNumber(0), 1);
    }

    void twelveMillionLinesCostAFewBlocks()
    {
        constexpr qint64 count = 12'000'000;
        TextSource::reads = 0;
        Bench bench(std::make_shared<GeneratedText>(count));
        QTRY_VERIFY(!bench.rows().isEmpty());
        QVERIFY(bench.lastRow().contains("line 000011999999"));
        QVERIFY2(TextSource::reads < 12, qPrintable(QString::number(TextSource::reads)));
        bench.pane->goTo("50%");
        QTRY_VERIFY(bench.rows().join(' ').contains("line 000006000000"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.isSettled(), 60'000);
        QCOMPARE(bench.document().info().lines, count);
        QCOMPARE(bench.document().info().errors, count / 1000);
        bench.pane->goTo("7654321");
        QTRY_VERIFY(bench.rows().join(' ').contains("line 000007654320"));
        const qint64 place = 7'654'320 * GeneratedText::lineSize;
        QTRY_COMPARE(bench.document().lineNumber(place), 7'654'321);
        for (int i = 0; i < 300; ++i)
            QTest::keyClick(bench.view(), Qt::Key_PageDown);
        QVERIFY(bench.document().heldBytes() <= 48 * 1024 * 1024);
        QScrollBar *bar = bench.view()->verticalScrollBar();
        bar->setValue(bar->maximum());
        QTRY_VERIFY(bench.lastRow().contains("line 000011999999"));
        bar->setValue(0);
        QTRY_VERIFY(bench.firstRow().contains("line 000000000000"));
    }

    void aLineOfTenMegabytesIsDrawnInSlices()
    {
        auto text = numbered(10);
        text->add(QByteArray(10'000'000, 'x') + QByteArray("é") + "END\nafter\n");
        Bench bench(text);
        QVERIFY(bench.settle());
        QTRY_COMPARE(bench.lastRow(), "after");
        QCOMPARE(bench.document().info().lines, 12);
        QTest::keyClick(bench.view(), Qt::Key_Home);
        QTRY_COMPARE(bench.firstRow(), "line 1");
        // Every byte is on exactly one row.
        qint64 place = 0;
        int slices = 0;
        while (place < text->size()) {
            std::optional<LogRow> row;
            QTRY_VERIFY((row = bench.document().rowAt(place)).has_value());
            QCOMPARE(row->begin, place);
            QVERIFY(row->end - row->begin < 2 * LogDocument::blockSize);
            std::optional<qint64> start;
            QTRY_VERIFY((start = bench.document().rowStart(row->end > row->begin ? row->end - 1 : row->begin)).has_value());
            QCOMPARE(*start, place);
            slices += row->isSlice;
            place = row->next;
        }
        QCOMPARE(place, text->size());
        QVERIFY(slices > 150);
        bench.view()->setWraps(true);
        QElapsedTimer timer;
        timer.start();
        bench.view()->grab();
        qInfo("painted wrapped in %lld ms", timer.elapsed());
        bench.pane->find({"END", false, false});
        QTRY_VERIFY(bench.rows().join(' ').contains("END"));
    }

    void whatIsNotKeptIsSaidOnALineOfItsOwn()
    {
        auto text = numbered(3);
        text->addGap(432'000'000 / 100);
        text->add("line 900\nline 901\n");
        Bench bench(text);
        QVERIFY(bench.settle());
        QTRY_COMPARE(bench.rows().size(), 6);
        const QStringList rows = bench.rows();
        QVERIFY2(rows[3].endsWith("not kept"), qPrintable(rows[3]));
        QCOMPARE(rows[4], "line 900");
        bench.view()->grab();
    }

    void hitsAreCountedShownAndGoneThrough()
    {
        Bench bench(numbered(30'000));
        QVERIFY(bench.settle());
        QTest::keyClick(bench.view(), Qt::Key_Home);
        auto *field = bench.pane->findChild<QLineEdit *>("logFind");
        QTest::keyClicks(field, "LINE 2\\d9$");
        QTRY_COMPARE(bench.label("logCount"), "1 of 10");
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_COMPARE(bench.label("logCount"), "2 of 10");
        QVERIFY(bench.rows().contains("line 219"));
        QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
        QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
        QTRY_COMPARE(bench.label("logCount"), "10 of 10");
        bench.growing().add("line 209\nline 2A9\n");
        QTRY_COMPARE(bench.label("logCount"), "10 of 11");
        field->setText("(");
        QTRY_COMPARE(bench.label("logCount"), "error");
        QVERIFY(field->toolTip().contains("character"));
        field->setText("no such words");
        QTRY_COMPARE(bench.label("logCount"), "none");
        field->clear();
        QTRY_COMPARE(bench.label("logCount"), "");
    }

    void theListOfHitsIsAModelOfItsLines()
    {
        Bench bench(numbered(30'000));
        QVERIFY(bench.settle());
        LogHitModel model(bench.document());
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setPattern({"line 1", true, true});
        // The tester asks for more by itself, as a view does that is scrolled to its end.
        QTRY_COMPARE(model.rowCount(), 11'111);
        QVERIFY(!model.canFetchMore({}));
        QCOMPARE(model.index(1, 0).data().toString(), "10  line 10");
        QCOMPARE(model.index(1, 0).data(LogHitModel::NumberRole).toLongLong(), 10);
        model.setPattern({"nothing", true, true});
        QCOMPARE(model.rowCount(), 0);
    }

    void linesAreKeptAndDroppedByExpressions()
    {
        Bench bench(numbered(20'000));
        QVERIFY(bench.settle());
        bench.pane->filter()->set({"^line 12", "^line 777$"}, {"5"});
        QTRY_VERIFY(bench.pane->filter()->isDone());
        QTRY_COMPARE(bench.lastRow(), "line 12999");
        QCOMPARE(bench.pane->filter()->lines(), 1 + 1 + 9 + 81 + 729);
        QTest::keyClick(bench.view(), Qt::Key_Home);
        QTRY_COMPARE(bench.rows().mid(0, 3), QStringList({"line 12", "line 120", "line 121"}));
        QTest::keyClick(bench.view(), Qt::Key_Down);
        QCOMPARE(bench.firstRow(), "line 120");
        QVERIFY(bench.label("logFilter").contains("821 lines shown"));
        bench.pane->filter()->set({}, {});
        QTRY_VERIFY(bench.rows().contains("line 122"));
    }

    void textIsSelectedByKeyboardAndMouseCopiedAndSaved()
    {
        auto text = numbered(100);
        text->add("\x1b[31mred\x1b[0m and plain\n");
        Bench bench(text);
        QVERIFY(bench.settle());
        QSignalSpy copied(bench.pane.get(), &LogPane::copied);
        QTest::keyClick(bench.view(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(bench.view(), Qt::Key_C, Qt::ControlModifier);
        QTRY_COMPARE(copied.size(), 1);
        QVERIFY(copied[0][0].toString().startsWith("line 1\nline 2\n"));
        QVERIFY(copied[0][0].toString().endsWith("red and plain\n")); // as one sees it
        QTest::keyClick(bench.view(), Qt::Key_Home);
        QTRY_COMPARE(bench.firstRow(), "line 1");
        bench.view()->select({0, 0});
        QTest::keyClick(bench.view(), Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(bench.view(), Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(bench.view(), Qt::Key_C, Qt::ControlModifier);
        QTRY_COMPARE(copied.size(), 2);
        QCOMPARE(copied[1][0].toString(), "line 1\nl");
        // A double click takes a word, a drag a stretch.
        const QRect row = bench.view()->rectOfRow(0);
        const QPoint word(row.left() + 230, row.center().y());
        QTest::mouseDClick(bench.view()->viewport(), Qt::LeftButton, {}, word);
        QVERIFY(bench.view()->selection().size() >= 1);
        // In the gutter a click sets a bookmark.
        QTest::mouseClick(bench.view()->viewport(), Qt::LeftButton, {}, QPoint(8, row.center().y()));
        QCOMPARE(bench.view()->bookmarks(), QSet<qint64>({0}));
        QTemporaryDir folder;
        QSignalSpy told(bench.pane.get(), &LogPane::told);
        bench.pane->saveTo(folder.filePath("all.log"));
        QTRY_COMPARE(told.size(), 1);
        QFile file(folder.filePath("all.log"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), text->bytes()); // as it was written
        QSignalSpy wrong(bench.pane.get(), &LogPane::wentWrong);
        bench.pane->saveTo("/no/such/folder/all.log");
        QTRY_COMPARE(wrong.size(), 1);
    }

    void placesAreLinesPercentagesAndTimes()
    {
        auto text = std::make_shared<GrowingText>();
        for (int i = 1; i <= 3000; ++i)
            text->add("second " + QByteArray::number(i) + "\n", at(i * 1000));
        Bench bench(text);
        QVERIFY(bench.settle());
        bench.pane->goTo("100");
        QTRY_VERIFY(bench.rows().contains("second 100"));
        QTRY_COMPARE(bench.pane->currentLine(), 100);
        bench.pane->goTo("50%");
        QTRY_VERIFY(bench.rows().contains("second 1550"));
        bench.pane->goTo(toIso(at(2'000'500)));
        QTRY_COMPARE(bench.pane->currentLine(), 2001);
        QCOMPARE(bench.document().momentOf(bench.view()->cursor()), at(2'001'000));
        QCOMPARE(LogPane::problemOfPlace("10:23:50"), "");
        QVERIFY(LogPane::problemOfPlace("soon").contains("expected"));
    }

    void figuresAndTheEndStandBelow()
    {
        auto text = numbered(10);
        text->add("ERROR a\nWARN b\nwarning: c\nFATAL d\n", at(5000));
        Bench bench(text);
        *bench.isOver = true;
        QVERIFY(bench.settle());
        QTRY_COMPARE(bench.label("logFigures").section(',', 0, 0), "14 lines");
        QCOMPARE(bench.label("logErrors"), "2 errors");
        QCOMPARE(bench.label("logWarnings"), "2 warnings");
        QTRY_VERIFY(bench.label("logEnd").startsWith("Ended 22:13:25"));
        QCOMPARE(bench.label("logOrder"), "order true to 100 ms");
    }

    void colorsBarsAndTheLaneArePainted()
    {
        auto text = numbered(3);
        text->add("ERROR broken\n\x1b[32mgreen\x1b[0m\n");
        Bench bench(text);
        QVERIFY(bench.settle());
        const QImage image = bench.view()->viewport()->grab().toImage();
        const qreal ratio = image.devicePixelRatio();
        const QRect row = bench.view()->rectOfRow(21);
        QVERIFY(!row.isNull());
        const auto colorAt = [&](double x, double y) { return image.pixelColor(int(x * ratio), int(y * ratio)); };
        const double middle = row.center().y();
        QCOMPARE(colorAt(row.right() - 40, middle), bench.look.color(Tint::ErrSoft));
        QCOMPARE(colorAt(2, middle), bench.look.color(Tint::Window));
        bool bar = false;
        for (int x = 0; x < 120; ++x)
            bar = bar || colorAt(x, middle) == bench.look.color(Tint::LogError);
        QVERIFY(bar);
        // The text that stays where the level's word has its own column.
        QCOMPARE(bench.view()->textOfRow(21), "ERROR broken");
    }

    void escapesTabsAndWideCharactersStandInAGrid()
    {
        const LogLine line("a\tb\x1b[1;38;5;196mc中d\x1b[0m e\u0301");
        QCOMPARE(line.text(), QString::fromUtf8("a       bc中d e\u0301"));
        QCOMPARE(line.columns(), 15);
        QCOMPARE(line.columnOf(line.text().indexOf('d')), 12);
        QCOMPARE(line.text()[line.characterAt(12)], QChar('d'));
        QCOMPARE(line.spans().size(), 2);
        QCOMPARE(line.spans()[0].style.foreground, 196);
        QVERIFY(line.spans()[0].style.bold);
        QCOMPARE(LogLine("10%\r20%\r30%").text(), "30%"); // as a terminal shows it
        QCOMPARE(LogLine(QByteArray("bad \xff\x01", 6)).text(), QString::fromUtf8("bad \ufffd\u2401"));
        const LogLine level("[warn] open boundary");
        QCOMPARE(level.text().mid(level.begin()), "open boundary");
        const LogLine own("2026-01-31 ERROR x");
        QCOMPARE(own.begin(), 0);
        QCOMPARE(int(own.level().level), int(LineLevel::Error));
        // Colours keep a contrast that can be read.
        for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::HighContrast}) {
            const Theme theme = Theme::of(kind);
            QVERIFY(ansiColor(theme, 231) != theme.color(Tint::Surface));
            QVERIFY(ansiColor(theme, 16) != theme.color(Tint::Surface));
        }
    }

    void theScreenReaderReadsWhatIsInSight()
    {
        Bench bench(numbered(4));
        QVERIFY(bench.settle());
        QAccessibleInterface *reader = QAccessible::queryAccessibleInterface(bench.view());
        QVERIFY(reader && reader->textInterface());
        QCOMPARE(reader->text(QAccessible::Value), "line 1\nline 2\nline 3\nline 4");
        QCOMPARE(reader->textInterface()->text(0, 6), "line 1");
        QVERIFY(reader->text(QAccessible::Name).startsWith("Log of"));
        QVERIFY(reader->state().readOnly);
    }

    void anEmptyLogSaysWhy()
    {
        Bench bench(std::make_shared<GrowingText>());
        QTRY_COMPARE(bench.label("logEmpty"), "Nothing has been written yet");
        *bench.isOver = true;
        bench.growing().add("x\n");
        QTRY_COMPARE(bench.rows(), QStringList({"x"}));
    }
};

QTEST_MAIN(TestLogView)
#include "tst_logview.moc"
