#include "app/work/placeholders.h"
#include "app/work/shellwords.h"
#include "tests/support/verify.h"

#include <QtCore/QProcess>

using namespace Drover;

class TestPlaceholders : public QObject
{
    Q_OBJECT

    static QString fill(const QString &text, const PlaceholderValues &values)
    {
        PlaceholderUse use;
        return filledIn(text, values, use);
    }

private slots:
    void theFivePlaceholdersComeFromAPath_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("expected");
        for (const auto &[path, expected] : {std::pair("/d/a.fq.gz", "/d/a.fq.gz a.fq.gz a.fq /d 3"),
                                             std::pair("a.txt", "a.txt a.txt a . 3"),
                                             std::pair("x/.hidden", "x/.hidden .hidden .hidden x 3"),
                                             std::pair("x/y/", "x/y/ y y x 3"), std::pair("plain", "plain plain plain . 3")})
            QTest::newRow(path) << QString(path) << QString(expected);
    }

    void theFivePlaceholdersComeFromAPath()
    {
        QFETCH(QString, path);
        QFETCH(QString, expected);
        QCOMPARE(fill("{} {name} {stem} {dir} {n}", placeholdersOf(path, 3)), expected);
    }

    void bracesThatAreNoPlaceholdersStay_data()
    {
        QTest::addColumn<QString>("expected");
        for (const char *text : {"awk {print $1}", "a{b,c}d", "${HOME}", "{{.Names}}", "{1..3}", "x{3}", "{", "}", "{a",
                                 "{ a }", "{{", "{{a}", "{{{{"})
            QTest::newRow(text) << QString(text);
        QTest::newRow("{{a}}") << "{a}";
        QTest::newRow("{{first name}}") << "{first name}";
        QTest::newRow("<{first name}>") << "<Ada>";
        QTest::newRow("{{}}") << "{{}}";
    }

    void bracesThatAreNoPlaceholdersStay()
    {
        QFETCH(QString, expected);
        QCOMPARE(fill(QTest::currentDataTag(), {{"first name", "Ada"}}), expected);
    }

    void aMistypedWordIsFoundAndLeft()
    {
        PlaceholderUse use;
        QCOMPARE(filledIn("{smaple} {sample} {}", {{"sample", "x"}}, use), "{smaple} x {}");
        QCOMPARE(use.unknown, QStringList("smaple"));
        QCOMPARE(use.used, 1);
    }

    // The value must arrive as one word whatever it holds: a file name is not a program.
    void aValueInAShellTextIsAlwaysOneWord_data()
    {
        QTest::addColumn<QString>("value");
        for (const char *value : {"plain", "two words", "it's", "say \"no\"", "$HOME `id` $(id)", "a;b|c&d", "back\\slash",
                                  "*", "-n", "tick`"})
            QTest::newRow(value) << QString(value);
    }

    void aValueInAShellTextIsAlwaysOneWord()
    {
        QFETCH(QString, value);
        for (const QString text : {"printf %s {}", "printf %s \"{}\"", "printf %s '{}'", "printf %s \"a\"'b'{}"}) {
            PlaceholderUse use;
            const QString line = filledIn(text, {{"", value}}, use, PlaceholderQuoting::Shell);
            QProcess shell;
            shell.start("/bin/sh", {"-c", line});
            QVERIFY(shell.waitForFinished());
            const QString expected = text.contains("a") ? "ab" + value : value;
            QCOMPARE(QString::fromUtf8(shell.readAllStandardOutput()), expected);
        }
    }

    void aTaskIsFilledInEverywhereAndItsShellTextQuoted()
    {
        SpecNode task = SpecNode::ofMap();
        task.set("command", SpecNode::ofList({"cat", "{}"}));
        task.set("shell", SpecNode::ofText("cat {}"));
        task.setPath("environment.FILE", SpecNode::ofText("{}"));
        task.setPath("environment.shell", SpecNode::ofText("{}"));
        PlaceholderUse use;
        const SpecNode filled = filledIn(task, {{"", "a b"}}, use);
        QCOMPARE(filled.find(u"command")->items.at(1).text, "a b");
        QCOMPARE(filled.find(u"shell")->text, "cat 'a b'");
        QCOMPARE(filled.find(u"environment")->find(u"FILE")->text, "a b");
        QCOMPARE(filled.find(u"environment")->find(u"shell")->text, "a b");
        QCOMPARE(use.used, 4);
    }

    void aMegabyteOfBracesIsNoWork()
    {
        const QString text(1 << 20, '{');
        QCOMPARE(fill(text, {{"a", "b"}}), text);
    }
};

QTEST_GUILESS_MAIN(TestPlaceholders)
#include "tst_placeholders.moc"
