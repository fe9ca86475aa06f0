#include "ui/widgets/statelook.h"
#include "ui/widgets/words.h"

#include <QtCore/QFile>
#include <QtTest/QtTest>

using namespace Drover;
using namespace std::chrono_literals;

class TestWords : public QObject
{
    Q_OBJECT

    static Instant at(const char *iso) { return *fromIso(iso); }

private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void everyStateHasAWordAShapeAndAColour()
    {
        for (int i = 0; i < taskStateCount; ++i) {
            const StateLook look = lookOf(TaskState(i));
            QVERIFY(!look.word.isEmpty());
            QVERIFY2(QFile::exists(":/icons/" + look.icon + ".svg"), qPrintable(look.icon));
        }
        for (int i = 0; i <= int(BatchState::Empty); ++i)
            QVERIFY(QFile::exists(":/icons/" + lookOf(BatchState(i)).icon + ".svg"));
        for (int i = 0; i <= int(MachineState::Deploying); ++i)
            QVERIFY(QFile::exists(":/icons/" + lookOf(MachineState(i)).icon + ".svg"));
    }

    void aStateOfANewerDaemonIsShownAsItCame()
    {
        const StateLook look = lookOf(TaskState(foreignEnumValue("hibernating")));
        QCOMPARE(look.word, "hibernating");
        QCOMPARE(look.icon, "state-unknown");
    }

    void runningDurationsKeepTheirWidth()
    {
        QCOMPARE(wordsOfDuration(340ms), "340 ms");
        QCOMPARE(wordsOfDuration(4200ms), "4.2 s");
        QCOMPARE(wordsOfDuration(38s), "38 s");
        QCOMPARE(wordsOfDuration(65s), "1 m 05 s");
        QCOMPARE(wordsOfDuration(2h + 3min), "2 h 03 m");
        QCOMPARE(wordsOfDuration(50h), "2 d 02 h");
    }

    void idsAreGroupedAndCopiedWithoutGroups()
    {
        const QString shown = groupedId(7204116);
        QCOMPARE(shown.size(), 9);
        QCOMPARE(plain(shown), "7204116");
        QCOMPARE(groupedId(12), "12");
    }

    void countsOfChipsAreShort()
    {
        QCOMPARE(shortCount(31877), "31,877");
        QCOMPARE(shortCount(997500), "997.5k");
        QCOMPARE(shortCount(12'340'000), "12.3M");
    }

    void timesAreAsShortAsTheyCanBe()
    {
        const Instant now = at("2026-11-28T10:42:07Z");
        QCOMPARE(wordsOfTime(at("2026-11-28T10:19:02Z"), now, true), "10:19:02");
        QCOMPARE(wordsOfTime(at("2026-11-27T10:19:02Z"), now, true), "Yesterday 10:19");
        QCOMPARE(wordsOfTime(at("2026-11-02T10:19:02Z"), now, true), "2 Nov 10:19");
        QCOMPARE(wordsOfTime(at("2025-11-02T10:19:02Z"), now, true), "2 Nov 2025 10:19");
        QCOMPARE(wordsOfTime(never, now, true), "");
        QCOMPARE(wordsOfMoment(at("2026-11-28T10:19:02Z"), true), "2026-11-28 10:19:02 UTC");
        QCOMPARE(wordsOfAge(at("2026-11-28T10:24:00Z"), now), "18 m ago");
        QCOMPARE(wordsOfAge(at("2026-11-28T10:46:30Z"), now), "in 4 m");
        QCOMPARE(wordsOfAge(now, now), "just now");
    }

    void endsAreSaidShort()
    {
        QCOMPARE(wordsOfEnd(EndReason::Exited, 4, 0), "exit 4");
        QCOMPARE(wordsOfEnd(EndReason::Exited, 0, 0), "");
        QCOMPARE(wordsOfEnd(EndReason::Signalled, {}, 11), "signal 11");
        QCOMPARE(wordsOfEnd(EndReason::OutOfMemory, {}, 9), "out of memory");
        QCOMPARE(titleOfEnd(EndReason::OutOfMemory, {}, 9), "Out of memory");
        QCOMPARE(titleOfEnd(EndReason::Exited, 4, 0), "Ended with exit status 4");
    }

    void memoryIsCountedInPowersOf1024()
    {
        QCOMPARE(wordsOfMemory(16LL << 30), "16.0 GiB");
        QCOMPARE(wordsOfSize(2'100'000), "2.1 MB");
    }

    void aBarLeavesWhatHasNotBegunEmpty()
    {
        StateCounts counts;
        counts.add(TaskState::Queued, 5);
        counts.add(TaskState::Waiting, 2);
        counts.add(TaskState::Running, 3);
        counts.add(TaskState::Failed, 1);
        counts.add(TaskState::Succeeded, 9);
        const QList<Segment> segments = segmentsOf(counts);
        QCOMPARE(segments.size(), 3);
        QCOMPARE(int(segments[0].tint), int(Tint::Succeeded));
        QCOMPARE(int(segments[1].tint), int(Tint::Running));
        QCOMPARE(int(segments[2].tint), int(Tint::Failed));
        QCOMPARE(notBegun(counts), 7);
        QCOMPARE(wordsOfCounts(counts), "2 waiting, 5 queued, 3 running, 9 succeeded, 1 failed");
    }
};

QTEST_GUILESS_MAIN(TestWords)
#include "tst_words.moc"
