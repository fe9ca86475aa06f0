#include "ui/shell/commandpalette.h"
#include "ui/widgets/look.h"

#include <QtTest/QtTest>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>

using namespace Drover;
using namespace Qt::StringLiterals;

namespace {

PaletteEntry entry(const QString &section, const QString &text, const QString &blocked = {})
{
    PaletteEntry entry;
    entry.id = text;
    entry.section = section;
    entry.text = text;
    entry.blocked = blocked;
    return entry;
}

QStringList texts(const QList<PaletteEntry> &entries)
{
    QStringList texts;
    for (const PaletteEntry &one : entries)
        texts.append(one.text);
    return texts;
}

} // namespace

class TestPalette : public QObject
{
    Q_OBJECT

private slots:
    void everyWordMustBeThere()
    {
        QVERIFY(paletteMatch(u"ret fail"_s, u"Retry failed"_s));
        QVERIFY(!paletteMatch(u"ret xyz"_s, u"Retry failed"_s));
        QVERIFY(paletteMatch(u"job"_s, u"Open task"_s, u"job execution"_s)); // by another word
    }

    void theStartOfAWordCountsMore()
    {
        QCOMPARE(paletteMatch(u"try"_s, u"Retry try"_s)->hits, (QList<std::pair<int, int>>{{6, 3}}));
        QVERIFY(paletteMatch(u"hold"_s, u"Hold everything"_s)->rank < paletteMatch(u"hold"_s, u"Threshold"_s)->rank);
    }

    void sectionsStayTogetherAndTheBestComesFirst()
    {
        const QList<PaletteEntry> all{entry("Tasks", "Edit and retry"), entry("Batches", "Retry failed"), entry("Tasks", "Retry")};
        QCOMPARE(texts(paletteFound(u"retr"_s, all)), QStringList({"Retry", "Edit and retry", "Retry failed"}));
    }

    void whatIsBlockedComesAfterTheRest()
    {
        const QList<PaletteEntry> all{entry("Tasks", "Retry", "nothing is selected"), entry("Tasks", "Retry elsewhere")};
        QCOMPARE(texts(paletteFound(u"retry"_s, all)), QStringList({"Retry elsewhere", "Retry"}));
    }

    void enterRunsTheChosenOne()
    {
        Look look;
        QWidget window;
        window.resize(1000, 700);
        CommandPalette palette(look, &window);
        window.show();
        QStringList ran;
        const auto source = [&](const QString &typed) {
            QList<PaletteEntry> all{entry("Tasks", "Retry"), entry("Tasks", "Release"), entry("Tasks", "Kill", "not running")};
            for (PaletteEntry &one : all)
                one.run = [&ran, text = one.text](bool newTab) { ran.append(text + (newTab ? "+" : "")); };
            return paletteFound(typed, all);
        };
        auto &edit = *palette.findChild<QLineEdit *>(u"paletteEdit"_s);
        palette.open(source, u"task 7"_s);
        QVERIFY(palette.isOpen());
        QTest::keyClicks(&edit, "re");
        QTest::keyClick(&edit, Qt::Key_Down);
        QTest::keyClick(&edit, Qt::Key_Enter);
        QCOMPARE(ran, QStringList({"Release"}));
        QVERIFY(!palette.isOpen());
        palette.open(source, {});
        QTest::keyClicks(&edit, "ret");
        QTest::keyClick(&edit, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(ran, QStringList({"Release", "Retry+"}));
        palette.open(source, {});
        QTest::keyClicks(&edit, "kill");
        QTest::keyClick(&edit, Qt::Key_Enter); // says why, does nothing
        QCOMPARE(ran.size(), 2);
        QVERIFY(palette.isOpen());
        QTest::keyClick(&edit, Qt::Key_Escape);
        QVERIFY(!palette.isOpen());
    }
};

QTEST_MAIN(TestPalette)
#include "tst_palette.moc"
