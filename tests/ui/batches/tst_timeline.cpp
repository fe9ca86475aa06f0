#include "ui/batches/timelinechart.h"
#include "ui/widgets/look.h"

#include <QtTest/QtTest>

using namespace Drover;
using namespace std::chrono_literals;

/// Lanes of a timeline, and where its bars lie.
class TestTimeline : public QObject
{
    Q_OBJECT

    const Instant m_start = fromMicroseconds(1'790'000'000'000'000);

    TimelineAttempt attempt(qint64 task, const QString &machine, std::chrono::seconds from, std::chrono::seconds to,
                            int exitCode = 0) const
    {
        TimelineAttempt attempt;
        attempt.task = TaskId {task};
        attempt.n = 1;
        attempt.name = QString("t%1").arg(task);
        attempt.step = task % 2 ? "odd" : "even";
        attempt.machine = MachineId {machine.size()};
        attempt.machineName = machine;
        attempt.started = m_start + from;
        attempt.ended = to > 0s ? m_start + to : never;
        attempt.state = to > 0s ? TaskState::Succeeded : TaskState::Running;
        attempt.endReason = to > 0s ? EndReason::Exited : EndReason::None;
        attempt.exitCode = exitCode;
        return attempt;
    }

private slots:
    void lanesAreSortedByNameWithNumbersAsNumbers()
    {
        const QList<TimelineLane> lanes
            = lanesOf({attempt(1, "m10", 0s, 5s), attempt(2, "m2", 0s, 5s), attempt(3, "m2", 6s, 9s)}, TimelineBy::Worker);
        QCOMPARE(lanes.size(), 2);
        QCOMPARE(lanes[0].name, "m2");
        QCOMPARE(lanes[0].bars.size(), 2);
        QCOMPARE(lanes[0].lines, 1);
        QCOMPARE(lanes[1].name, "m10");
        QCOMPARE(lanesOf({attempt(1, "m", 0s, 5s), attempt(2, "m", 0s, 5s)}, TimelineBy::Step).size(), 2);
    }

    void whatRanAtTheSameTimeLiesBelowEachOther()
    {
        const QList<TimelineLane> lanes = lanesOf(
            {attempt(1, "m", 0s, 10s), attempt(2, "m", 2s, 4s), attempt(3, "m", 5s, 8s), attempt(4, "m", 6s, 0s)}, TimelineBy::Worker);
        QCOMPARE(lanes[0].lines, 3);
        QList<int> lines;
        for (const TimelineBar &bar : lanes[0].bars)
            lines.append(bar.line);
        QCOMPARE(lines, QList<int>({0, 1, 1, 2}));
        QList<TimelineAttempt> many;
        for (int i = 0; i < 40; ++i)
            many.append(attempt(i + 1, "m", 0s, 10s));
        QCOMPARE(lanesOf(many, TimelineBy::Worker)[0].lines, 8);
    }

    void aBarIsSelectedAndOpenedWhereItIsSeen()
    {
        Look look;
        TimelineChart chart(look);
        chart.resize(800, 300);
        chart.setSpan(m_start, m_start + 100s);
        chart.setNow(m_start + 90s);
        chart.setAttempts({attempt(1, "m1", 10s, 40s), attempt(2, "m2", 50s, 0s)}, TimelineBy::Worker);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        const QRectF first = chart.rectOf(TaskId {1}, 1);
        const QRectF second = chart.rectOf(TaskId {2}, 1);
        QVERIFY(first.width() > 50);
        QVERIFY(second.left() > first.right());
        QVERIFY(second.top() > first.bottom());
        QSignalSpy selected(&chart, &TimelineChart::attemptSelected);
        QSignalSpy opened(&chart, &TimelineChart::attemptOpened);
        QTest::mouseClick(chart.viewport(), Qt::LeftButton, {}, first.center().toPoint());
        QCOMPARE(selected.size(), 1);
        QCOMPARE(chart.selected(), (AttemptId {TaskId {1}, 1}));
        QTest::keyClick(&chart, Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
    }

    void theTimeIsMovedAndStretched()
    {
        Look look;
        TimelineChart chart(look);
        chart.resize(800, 300);
        chart.setSpan(m_start, m_start + 100s);
        QSignalSpy wanted(&chart, &TimelineChart::spanWanted);
        QTest::keyClick(&chart, Qt::Key_Right);
        QVERIFY(chart.from() > m_start);
        QCOMPARE(chart.to() - chart.from(), 100s);
        QTest::keyClick(&chart, Qt::Key_Plus);
        QVERIFY(chart.to() - chart.from() < 100s);
        QCOMPARE(wanted.size(), 2);
    }

    // Colours, shapes and the strip are looked at in pictures; here they must not fall over.
    void everyThemeIsDrawn()
    {
        for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark, ThemeChoice::HighContrast}) {
            Look look;
            look.setThemeChoice(choice);
            TimelineChart chart(look);
            chart.resize(700, 260);
            chart.setSpan(m_start, m_start + 100s);
            chart.setNow(m_start + 80s);
            chart.setMachines({{MachineId {2}, {.slotCount = 2, .draining = true}}});
            chart.setAttempts({attempt(1, "m1", 1s, 40s), attempt(2, "m1", 41s, 60s, 3), attempt(3, "m22", 5s, 0s)}, TimelineBy::Worker);
            CountSeries counts;
            counts.start = m_start;
            counts.started = {0, 3, -1, 5, 2};
            chart.setOverview(counts);
            const QImage image = chart.grab().toImage();
            QVERIFY(!image.isNull());
            QVERIFY(image.pixelColor(chart.rectOf(TaskId {2}, 1).center().toPoint()) != look.color(Tint::Surface));
        }
    }
};

QTEST_MAIN(TestTimeline)
#include "tst_timeline.moc"
