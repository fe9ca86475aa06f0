#include "backend/agent/usecurve.h"

#include <QtTest/QtTest>

#include <algorithm>

using namespace Drover;
using namespace std::chrono_literals;

class TestUseCurve : public QObject
{
    Q_OBJECT

    static AttemptCurve after(int samples)
    {
        UseCurve curve;
        for (int i = 0; i < samples; ++i)
            curve.add({.memory = i, .cpu = double(i)});
        return curve.of({TaskId {1}, 3}, 2s).value_or(AttemptCurve {});
    }

private slots:
    void whatIsShortHasNone() { QCOMPARE(after(4), AttemptCurve {}); }

    void fewSamplesAreThePoints()
    {
        const AttemptCurve curve = after(5);
        QCOMPARE(curve.n, 3);
        QCOMPARE(curve.every, 2000ms);
        QCOMPARE(curve.memory, (QList<qint64> {0, 1, 2, 3, 4}));
    }

    void manySamplesStayBounded()
    {
        for (const int samples : {119, 120, 121, 122, 240, 241, 1000, 100'000}) {
            const AttemptCurve curve = after(samples);
            QVERIFY2(curve.memory.size() <= 120 && curve.memory.size() >= 60, qPrintable(QString::number(samples)));
            QCOMPARE(curve.cpu.size(), curve.memory.size());
            QCOMPARE(curve.memory.last(), samples - 1); // the most of each stretch
            QVERIFY(std::ranges::is_sorted(curve.memory) && std::ranges::is_sorted(curve.cpu));
            const qint64 covered = curve.every.count() * curve.memory.size() / 2000;
            QVERIFY(covered >= samples && covered < samples + curve.every.count() / 2000);
        }
    }
};

QTEST_GUILESS_MAIN(TestUseCurve)
#include "tst_usecurve.moc"
