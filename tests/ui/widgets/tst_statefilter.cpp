#include "ui/widgets/statefilter.h"

#include <QtTest/QtTest>

using namespace Drover;

class TestStateFilter : public QObject
{
    Q_OBJECT

private slots:
    void theStatesOfAFilterAreRead()
    {
        QVERIFY(!statesOf("name ~ x").has_value());
        QCOMPARE(statesOf("state = failed name ~ x").value(), bitOf(TaskState::Failed));
        QCOMPARE(statesOf("state:running,failed").value(), bitOf(TaskState::Running) | bitOf(TaskState::Failed));
        QVERIFY(statesOf("state = unfinished").value() & bitOf(TaskState::Queued));
        QVERIFY(!statesOf("state = failed or name ~ x").has_value());
        QVERIFY(!statesOf("state = ").has_value());
    }

    void theyTakeEachOthersPlace()
    {
        QCOMPARE(withStates("", bitOf(TaskState::Failed)), "state = failed");
        QCOMPARE(withStates("name ~ x and state = failed", bitOf(TaskState::Queued)), "name ~ \"x\" and state = queued");
        QCOMPARE(withStates("state:failed batch = b", 0), "batch = b");
        QCOMPARE(withStates("a or b", bitOf(TaskState::Failed)), "state = failed and (a or b)");
        QCOMPARE(withStates("not ( right", bitOf(TaskState::Failed)), "not ( right");
    }

    void heldIsAPartOfItsOwn()
    {
        QVERIFY(asksForHeld("held = yes batch = b"));
        QVERIFY(!asksForHeld("held = no"));
        QCOMPARE(withHeld("batch = b", true), "held = yes and batch = b");
        QCOMPARE(withHeld("held = yes and batch = b", false), "batch = b");
    }

    void twoFiltersAreBoth()
    {
        QCOMPARE(both("", "a"), "a");
        QCOMPARE(both("a or b", "c"), "(a or b) and (c)");
    }
};

QTEST_GUILESS_MAIN(TestStateFilter)
#include "tst_statefilter.moc"
