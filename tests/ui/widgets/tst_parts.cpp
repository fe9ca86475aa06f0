#include "ui/widgets/chip.h"
#include "ui/widgets/commandwell.h"
#include "ui/widgets/curvechart.h"
#include "ui/widgets/digits.h"
#include "ui/widgets/flowline.h"
#include "ui/widgets/keyvaluegrid.h"
#include "ui/widgets/look.h"
#include "ui/widgets/reasoncard.h"

#include <QtTest/QtTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

using namespace Drover;
using namespace std::chrono_literals;

class TestParts : public QObject
{
    Q_OBJECT

private slots:
    void digitsStandUnderEachOther()
    {
        Look look;
        const QFont font = look.font(FontUse::Body);
        QCOMPARE(digitsWidth(font, "111"), digitsWidth(font, "888"));
        QCOMPARE(digitsWidth(font, "10:11:11"), digitsWidth(font, "20:48:48"));
    }

    void chipsLoseTheirWordsAndThenFold()
    {
        Look look;
        FlowLine line(look);
        QList<Chip *> chips;
        for (const char *word : {"running", "paused", "failed", "queued", "waiting", "succeeded"}) {
            auto *chip = new Chip(look, "state-running", Tint::Running, word);
            chip->setCount(1234);
            line.addChip(chip);
            chips.append(chip);
        }
        line.resize(1200, 40);
        line.show();
        QVERIFY(chips.last()->isVisible());
        QCOMPARE(chips.last()->width(), chips.last()->widthWith(true));
        line.resize(480, 40);
        QVERIFY(chips.last()->isVisible());
        QCOMPARE(chips.last()->width(), chips.last()->widthWith(false));
        QCOMPARE(chips.last()->toolTip(), "1,234 succeeded");
        line.resize(240, 40);
        QVERIFY(!chips.last()->isVisible());
        QVERIFY(line.findChild<QToolButton *>("moreChips")->isVisible());
        line.setWanted(chips.first(), false);
        QVERIFY(!chips.first()->isVisible());
    }

    void aChipIsACheckBoxWithItsCount()
    {
        Look look;
        Chip chip(look, "state-failed", Tint::Failed, "failed");
        chip.setCount(214);
        QCOMPARE(chip.accessibleName(), "214 failed");
        QVERIFY(chip.isCheckable());
        QTest::keyClick(&chip, Qt::Key_Space);
        QVERIFY(chip.isChecked());
    }

    void valuesAreTextWhateverTheyHold()
    {
        Look look;
        KeyValueGrid grid(look);
        grid.setRows({{.key = "Batch", .value = "<b>x</b>", .link = "drover:///batch/1"},
                      {.key = "Step", .value = ""},
                      {.key = "Started", .value = "10:19:02", .aside = "UTC"}});
        const auto values = grid.findChildren<QLabel *>(QRegularExpression("^value\\."));
        QCOMPARE(values.size(), 2);
        QVERIFY(values[0]->text().contains("&lt;b&gt;x"));
        QCOMPARE(values[1]->accessibleName(), "Started: 10:19:02 UTC");
        // In place: the same labels, other values.
        grid.setRows({{.key = "Batch", .value = "y"}, {.key = "Started", .value = "11:00:00"}});
        QCOMPARE(grid.findChildren<QLabel *>(QRegularExpression("^value\\.")), values);
        QCOMPARE(grid.valueOf("Batch"), "y");
        QSignalSpy links(&grid, &KeyValueGrid::linkActivated);
        emit values[0]->linkActivated("drover:///batch/1");
        QCOMPARE(links.size(), 1);
    }

    void aReasonHasItsRemediesAsLinks()
    {
        Look look;
        ReasonCard card(look);
        QVERIFY(card.isHidden());
        card.setReason(ReasonCard::Kind::Error, "Out of memory", "Used 16.0 of 16 GiB.",
                       {{"Retry with 24 GiB", "retry:24"}, {"Ask for a larger machine", ""}});
        QVERIFY(!card.isHidden());
        QCOMPARE(card.accessibleName(), "Out of memory");
        QSignalSpy chosen(&card, &ReasonCard::remedyChosen);
        auto *links = card.findChild<QLabel *>("reasonRemedies");
        QVERIFY(links->text().contains("retry:24"));
        emit links->linkActivated("retry:24");
        QCOMPARE(chosen.size(), 1);
        card.setReason(ReasonCard::Kind::Hint, {}, {}, {});
        QVERIFY(card.isHidden());
    }

    void aWellGivesAllOfItsText()
    {
        Look look;
        CommandWell well(look, "Command");
        QVERIFY(well.isHidden());
        well.setText("tidemodel run --member 12");
        QSignalSpy copies(&well, &CommandWell::copyAsked);
        well.findChild<QToolButton *>("copy")->click();
        QCOMPARE(copies[0][0].toString(), "tidemodel run --member 12");
    }

    void aChartShowsItsGapsAndLimit()
    {
        Look look;
        CurveChart chart(look);
        chart.resize(304, 124);
        chart.setTitle("Memory, attempt 3", "peak 16.0 GiB");
        const Instant from = *fromIso("2026-11-28T10:19:00Z");
        QList<std::pair<Instant, double>> points;
        for (int i = 0; i <= 20; ++i)
            points.append({from + std::chrono::seconds(i), i == 10 ? std::nan("") : i});
        chart.setSpan(from, from + 20s);
        chart.setCurves({{.name = "memory", .points = points}});
        chart.setLimit(24, "limit 24");
        QCOMPARE(chart.accessibleName(), "Memory, attempt 3, memory 20");
        const QImage image = chart.grab().toImage();
        // The dashed limit is somewhere in the plot, in its colour.
        bool found = false;
        for (int y = 20; y < 60 && !found; ++y) {
            for (int x = 0; x < 300 && !found; ++x)
                found = image.pixelColor(x, y) == look.color(Tint::Failed);
        }
        QVERIFY(found);
    }
};

QTEST_MAIN(TestParts)
#include "tst_parts.moc"
