#include "ui/shell/filterline.h"
#include "ui/shell/filtertoken.h"
#include "ui/widgets/look.h"

#include <QtTest/QtTest>
#include <QtWidgets/QLineEdit>

using namespace Drover;
using namespace Qt::StringLiterals;

namespace {

QStringList proposed(const QString &text, const std::function<QStringList(FilterField)> &names = {})
{
    QStringList texts;
    for (const FilterProposal &proposal : proposalsFor(text, int(text.size()), FilterSubject::Task, names).proposals)
        texts.append(proposal.text);
    return texts;
}

struct Line
{
    Look look;
    QWidget window;
    FilterLine line{look, &window};
    QLineEdit &edit = *line.findChild<QLineEdit *>(u"filterEdit"_s);
    QStringList entered;

    explicit Line(FilterUse use = FilterUse::Tasks)
    {
        window.resize(900, 300);
        line.setGeometry(10, 10, 800, 30);
        line.setSubject(use, u"tasks"_s);
        QObject::connect(&line, &FilterLine::entered, &window, [this](const QString &filter) { entered.append(filter); });
        window.show();
    }

    QStringList tokens() const
    {
        QStringList texts;
        for (const FilterToken *token : line.findChildren<FilterToken *>()) {
            if (token->isVisible())
                texts.append(token->filter());
        }
        return texts;
    }

    void type(const QString &text)
    {
        edit.setFocus();
        QTest::keyClicks(&edit, text);
    }
};

} // namespace

class TestFilterLine : public QObject
{
    Q_OBJECT

private slots:
    void fieldsAreProposedByWhatTheyBeginWith()
    {
        QCOMPARE(proposed("dur"), QStringList({"duration:"}));
        QVERIFY(proposed("state = failed and st").contains("started:"));
        QVERIFY(proposed("work").contains("machine:")); // its other name
    }

    void wordsOfTheGrammarAreProposedWhereTheyMayStand()
    {
        QVERIFY(proposed("state:failed o").contains("or "));
        QVERIFY(!proposed("o").contains("or "));
        QVERIFY(proposed("no").contains("not "));
    }

    void valuesAreProposedByTheFieldsType()
    {
        QCOMPARE(proposed("state:fai"), QStringList({"failed"}));
        QCOMPARE(proposed("state in (queued, ru"), QStringList({"running"}));
        QVERIFY(proposed("reason = out").contains("out-of-memory"));
        QCOMPARE(proposed("held:"), QStringList({"yes", "no"}));
        QVERIFY(proposed("started >= to").contains("today"));
        QVERIFY(proposed("exit = n").contains("none"));
    }

    void namesComeFromWhatThereIs()
    {
        const auto names = [](FilterField field) {
            return field == FilterField::Batch ? QStringList({"nightly", "tide ensemble"}) : QStringList();
        };
        QCOMPARE(proposed("batch:ni", names), QStringList({"nightly"}));
        QCOMPARE(proposed("batch:ens", names), QStringList({"\"tide ensemble\""}));
    }

    void conjunctsBecomeTokens()
    {
        Line line;
        line.line.setFilter(u"state:failed,running batch:nightly"_s);
        QCOMPARE(line.tokens().size(), 2);
        QCOMPARE(line.edit.text(), QString());
        QCOMPARE(tokenParts(u"state in (failed, running)"_s), std::pair(QString("state:"), QString("failed, running")));
        QCOMPARE(tokenParts(u"duration > 5m"_s), std::pair(QString("duration >"), QString("5m")));
        QCOMPARE(tokenParts(u"a = 1 or b = 2"_s).first, QString());
    }

    void enterAppliesWhatWasTypedBesideTheTokens()
    {
        Line line;
        line.line.setFilter(u"state = failed"_s);
        line.edit.setText(u"exit:4"_s);
        QCOMPARE(line.entered.size(), 0); // not before Enter
        QTest::keyClick(&line.edit, Qt::Key_Enter);
        QCOMPARE(line.entered.size(), 1);
        QCOMPARE(line.tokens().size(), 2);
        QCOMPARE(line.edit.text(), QString());
    }

    void backspaceSelectsTheLastTokenThenTakesItAway()
    {
        Line line;
        line.line.setFilter(u"state = failed exit = 4"_s);
        line.edit.setFocus();
        QTest::keyClick(&line.edit, Qt::Key_Backspace);
        QCOMPARE(line.tokens().size(), 2);
        QTest::keyClick(&line.edit, Qt::Key_Backspace);
        QCOMPARE(line.tokens(), QStringList({"state = failed"}));
        QCOMPARE(line.entered, QStringList({"state = failed"}));
    }

    void whatIsWrongIsSaidBelowAndTheOldFilterStays()
    {
        Line line;
        line.line.setFilter(u"state = failed"_s);
        line.edit.setText(u"stat = x"_s);
        QTest::keyClick(&line.edit, Qt::Key_Enter);
        QVERIFY(!line.line.problem().isEmpty());
        QCOMPARE(line.entered.size(), 0);
        QCOMPARE(line.tokens(), QStringList({"state = failed"}));
        line.line.setFilter(u"state = failed"_s); // the view tells it again at each change
        QCOMPARE(line.edit.text(), QString("stat = x")); // nothing typed is lost
        QVERIFY(!line.line.problem().isEmpty());
        QTest::keyClick(&line.edit, Qt::Key_Escape);
        QVERIFY(line.line.problem().isEmpty());
    }

    void anOrKeepsItsMeaningBesideOthers()
    {
        Line line;
        line.line.setFilter(u"exit = 1 or exit = 2"_s);
        QCOMPARE(line.tokens().size(), 1);
        line.edit.setText(u"state = failed"_s);
        QTest::keyClick(&line.edit, Qt::Key_Enter);
        QCOMPARE(line.tokens().size(), 2);
        QVERIFY(line.line.filter().contains(u"(exit = 1 or exit = 2)"_s));
    }

    void plainWordsActWhileOneTypes()
    {
        Line line(FilterUse::Words);
        line.type(u"moor"_s);
        QTRY_COMPARE(line.entered, QStringList({"moor"}));
        QCOMPARE(line.tokens().size(), 0);
    }

    void aViewWithNothingToFilterDisablesIt()
    {
        Line line(FilterUse::None);
        QVERIFY(!line.line.isEnabled());
        QVERIFY(!line.edit.placeholderText().isEmpty());
    }

    void clearingShowsEverything()
    {
        Line line;
        line.line.setFilter(u"state = failed exit = 4"_s);
        line.line.clear();
        QCOMPARE(line.entered, QStringList({QString()}));
        QCOMPARE(line.tokens().size(), 0);
    }
};

QTEST_MAIN(TestFilterLine)
#include "tst_filterline.moc"
