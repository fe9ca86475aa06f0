#include "backend/agent/outputtext.h"
#include "tests/backend/agent/agentworld.h"

using namespace Drover;
using namespace std::chrono_literals;

/// What tasks write, on its way to the daemon.
class TestOutput : public QObject
{
    Q_OBJECT

private slots:
    void outputThatIsTooLongForTheReportComesByChunksBeforeTheEnd()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "seq 1 100000");
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
        const QByteArray whole = world.daemon.output(1);
        QCOMPARE(whole.size(), world.daemon.ended(1)->outSize);
        QVERIFY(whole.startsWith("1\n2\n") && whole.endsWith("\n100000\n"));
        QVERIFY(world.daemon.ended(1)->out.isEmpty());
        QCOMPARE(world.daemon.order.last(), "ended 1-1");
        QVERIFY(world.daemon.find(1, ReportKind::Collecting));
    }

    void theEndWaitsUntilTheOutputIsDurable()
    {
        AgentWorld world;
        world.daemon.acknowledgesOutput = false;
        world.daemon.welcome.slotCount = 1;
        world.start();
        world.daemon.assignShell(1, "head -c 3000000 /dev/zero");
        QTRY_COMPARE(world.daemon.output(1).size(), ShippedStream::window); // and no more
        // Its slot is free meanwhile.
        world.daemon.assignShell(2, "true");
        QTRY_COMPARE(world.daemon.end(2), "exited 0");
        QCOMPARE(world.daemon.output(1).size(), ShippedStream::window);
        QVERIFY(!world.daemon.ended(1));
        world.daemon.acknowledgesOutput = true;
        world.daemon.notify(OutputAck{.task = TaskId{1}, .n = 1, .upTo = ShippedStream::window});
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
        QCOMPARE(world.daemon.output(1).size(), 3'000'000);
    }

    void whatWasNotAcknowledgedComesAgainAfterACut()
    {
        AgentWorld world;
        world.daemon.acknowledgesOutput = false;
        world.start();
        world.daemon.assignShell(1, "seq 1 20000");
        QTRY_VERIFY(world.daemon.output(1).endsWith("\n20000\n"));
        world.daemon.chunks.clear();
        world.link->cut();
        world.daemon.acknowledgesOutput = true;
        world.link->join();
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
        QCOMPARE(world.daemon.output(1).size(), world.daemon.ended(1)->outSize);
    }

    void aFollowerSeesALineWithinAQuarterOfASecond()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "while :; do date +%s.%N; sleep 0.13; done");
        QTRY_VERIFY(world.daemon.chunks.size() >= 8);
        world.daemon.orderTask(1, OrderKind::Kill);
        QTRY_VERIFY(world.daemon.ended(1));
        // Each line says when it was written; the mark says when it was seen.
        QList<double> delays;
        for (const OutputChunk &chunk : world.daemon.chunks) {
            QVERIFY(!chunk.marks.isEmpty());
            QCOMPARE(chunk.marks.last().offset, chunk.offset + chunk.data.size());
            const double written = chunk.data.trimmed().split('\n').last().toDouble();
            delays.append(double(toMicroseconds(chunk.marks.last().at)) / 1e6 - written);
        }
        std::sort(delays.begin(), delays.end());
        QVERIFY2(delays.at(delays.size() / 2) < 0.12,
                 qPrintable(QString::number(delays.at(delays.size() / 2))));
    }

    void bothStreamsAreKeptApartAndMergedOnesInOrder()
    {
        AgentWorld world;
        world.start();
        Assignment merged
            = DaemonSide::shellTask(1, "for i in 1 2 3; do echo o$i; echo e$i >&2; done");
        merged.spec.output = OutputMode::Merged;
        world.daemon.assign(merged);
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
        QCOMPARE(world.daemon.ended(1)->out, "o1\ne1\no2\ne2\no3\ne3\n");
        QVERIFY(world.daemon.ended(1)->err.isEmpty());
        world.daemon.assignShell(2, "seq 1 10000; seq 1 9000 >&2");
        QTRY_COMPARE(world.daemon.end(2), "exited 0");
        QVERIFY(world.daemon.output(2, Stream::Out).endsWith("\n10000\n"));
        QVERIFY(world.daemon.output(2, Stream::Err).endsWith("\n9000\n"));
    }

    void pastItsCapTheOldestOutputGoesAndTheGapIsTold()
    {
        AgentWorld world;
        world.daemon.acknowledgesOutput = false;
        world.start();
        Assignment assignment = DaemonSide::shellTask(
            1, "head -c 30000000 /dev/zero | tr '\\0' x; sleep 1.2; echo end");
        assignment.spec.outputCap = 4'000'000;
        world.daemon.assign(assignment);
        QTRY_VERIFY_WITH_TIMEOUT(world.daemon.find(1, ReportKind::Collecting), 10'000);
        world.daemon.acknowledgesOutput = true;
        const OutputChunk last = world.daemon.chunks.last();
        world.daemon.notify(
            OutputAck{.task = TaskId{1}, .n = 1, .upTo = last.offset + last.data.size()});
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
        QCOMPARE(world.daemon.ended(1)->outSize, 30'000'004);
        const auto gap = std::find_if(world.daemon.chunks.cbegin(), world.daemon.chunks.cend(),
                                      [](const OutputChunk &chunk) { return chunk.gapBefore > 0; });
        QVERIFY(gap != world.daemon.chunks.cend());
        QVERIFY(gap->gapBefore > 20'000'000);
        QVERIFY(!gap->data.contains('\0'));
    }

    void aTaskThatCutsItsOwnOutputShortEndsAllTheSame()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "seq 1 50000; sleep 0.5; : >/proc/self/fd/1; seq 1 10000");
        QTRY_COMPARE(world.daemon.end(1), "exited 0");
    }

    void manyLoudTasksShareOneWindow()
    {
        AgentWorld world;
        world.daemon.welcome.slotCount = 40;
        world.daemon.acknowledgesOutput = false;
        world.start();
        for (int task = 1; task <= 40; ++task)
            world.daemon.assignShell(
                task, QString("head -c 2000000 /dev/zero | tr '\\0' x; echo %1").arg(task));
        QTRY_COMPARE(world.daemon.count(ReportKind::Collecting), 40);
        const auto sent = [&world] {
            qint64 bytes = 0;
            for (const OutputChunk &chunk : world.daemon.chunks)
                bytes += chunk.data.size();
            return bytes;
        };
        QTRY_VERIFY(sent() >= 16 * ShippedStream::window);
        QVERIFY(sent() < 17 * ShippedStream::window);
        world.daemon.acknowledgesOutput = true;
        for (const OutputChunk &chunk : QList(world.daemon.chunks))
            world.daemon.notify(
                OutputAck{.task = chunk.task, .n = 1, .upTo = chunk.offset + chunk.data.size()});
        QTRY_COMPARE_WITH_TIMEOUT(world.daemon.count(ReportKind::Ended), 40, 20'000);
        for (int task = 1; task <= 40; ++task)
            QVERIFY(world.daemon.output(task).endsWith("x" + QByteArray::number(task) + '\n'));
    }

    void aGaugeTellsProgressAndTheLastLine()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(
            1, "echo working; echo '12.5 warming up' >>$DROVER_PROGRESS; sleep 100");
        const auto gauge = [&world] {
            return world.daemon.beats.isEmpty() ? QList<AttemptGauge>()
                                                : world.daemon.beats.last().gauges;
        };
        QTRY_VERIFY(!gauge().isEmpty() && gauge().first().progress >= 0);
        QCOMPARE(gauge().first().progress, 12.5);
        QCOMPARE(gauge().first().progressText, "warming up");
        QCOMPARE(gauge().first().lastLine, "working");
        QVERIFY(isSet(gauge().first().lastOutput));
        world.daemon.orderTask(1, OrderKind::Kill);
        QTRY_VERIFY(world.daemon.ended(1));
    }

    void anExpressionFindsProgressInTheOutput()
    {
        AgentWorld world;
        world.start();
        Assignment assignment
            = DaemonSide::shellTask(1, "echo '10% done'; echo '35% done'; echo later; sleep 100");
        assignment.spec.progress = "^(\\d+)% done";
        world.daemon.assign(assignment);
        QTRY_VERIFY(!world.daemon.beats.isEmpty() && !world.daemon.beats.last().gauges.isEmpty()
                    && world.daemon.beats.last().gauges.first().progress == 35);
        world.daemon.orderTask(1, OrderKind::Kill);
        QTRY_VERIFY(world.daemon.ended(1));
    }

    void aGaugeTellsMemoryAndCpuOfAllItsProcesses()
    {
        AgentWorld world;
        world.start();
        world.daemon.assignShell(1, "(while :; do :; done) & wait");
        QTRY_VERIFY_WITH_TIMEOUT(!world.daemon.beats.isEmpty()
                                     && !world.daemon.beats.last().gauges.isEmpty()
                                     && world.daemon.beats.last().gauges.first().cpu > 0.05,
                                 15'000);
        QVERIFY(world.daemon.beats.last().gauges.first().memory > 200'000);
        world.daemon.orderTask(1, OrderKind::Kill);
        QTRY_VERIFY(world.daemon.ended(1));
    }

    void theLastLineIsOfTheErrorsElseOfTheOutput_data()
    {
        QTest::addColumn<QByteArray>("tail");
        QTest::addColumn<QString>("line");
        QTest::newRow("plain") << QByteArray("a\nb\n") << "b";
        QTest::newRow("no line end") << QByteArray("a\nb") << "b";
        QTest::newRow("blank lines after it") << QByteArray("a\n \n\t\n\n") << "a";
        QTest::newRow("overwritten by a progress bar")
            << QByteArray("10%\r50%\rfailed\r\n") << "failed";
        QTest::newRow("control characters")
            << QByteArray("\x1b[31mred\x1b[0m\x07\n") << "[31mred [0m";
        QTest::newRow("not UTF-8")
            << QByteArray("caf\xe9\n") << QString::fromUtf8("caf\xef\xbf\xbd");
        QTest::newRow("nothing") << QByteArray("\n\n") << "";
        QTest::newRow("cut at a character")
            << QByteArray("\xc3\xa4").repeated(150)
            << QString::fromUtf8(QByteArray("\xc3\xa4").repeated(100));
    }
    void theLastLineIsOfTheErrorsElseOfTheOutput()
    {
        QFETCH(QByteArray, tail);
        QFETCH(QString, line);
        QCOMPARE(lastLineOf(tail), line);
    }

    void progressIsAPercentageAndWords_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<double>("percent");
        QTest::addColumn<QString>("text");
        QTest::newRow("number") << "40" << 40.0 << "";
        QTest::newRow("with words") << " 99.5  nearly there" << 99.5 << "nearly there";
        QTest::newRow("too much") << "101" << -1.0 << "";
        QTest::newRow("words only") << "nearly" << -1.0 << "";
        QTest::newRow("not a number") << "nan x" << -1.0 << "";
    }
    void progressIsAPercentageAndWords()
    {
        QFETCH(QString, line);
        QFETCH(double, percent);
        QFETCH(QString, text);
        QCOMPARE(progressOf(line).percent, percent);
        QCOMPARE(progressOf(line).text, text);
    }
};

QTEST_GUILESS_MAIN(TestOutput)
#include "tst_output.moc"
