#include "app/work/shellwords.h"
#include "tests/support/verify.h"

#include <QtCore/QProcess>
#include <QtCore/QRandomGenerator>

using namespace Drover;

class TestShellWords : public QObject
{
    Q_OBJECT

private slots:
    void aLineIsTakenApartAsAShellDoes_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QStringList>("words");
        const std::pair<const char *, QStringList> rows[] {
            {"bwa mem x", {"bwa", "mem", "x"}},
            {"  a\t b\n", {"a", "b"}},
            {"a 'b c' \"d e\"", {"a", "b c", "d e"}},
            {"a''b \"\"", {"ab", ""}},
            {"a\\ b 'it'\\''s'", {"a b", "it's"}},
            {"\"a\\\"b\\n\"", {"a\"b\\n"}},
            {"", {}},
        };
        for (const auto &[line, words] : rows)
            QTest::newRow(line[0] ? line : "empty") << QString(line) << words;
    }

    void aLineIsTakenApartAsAShellDoes()
    {
        QFETCH(QString, line);
        QFETCH(QStringList, words);
        const auto found = shellWords(line);
        VERIFY_OK(found);
        QCOMPARE(found->words, words);
    }

    void anOpenQuoteIsNamedByItsColumn()
    {
        VERIFY_FAILS(shellWords("echo 'a"), ErrorCode::Invalid);
        QCOMPARE(shellWords("echo 'a").error().message, "the quote ' at column 6 is not closed");
        VERIFY_FAILS(shellWords("echo \"a"), ErrorCode::Invalid);
        VERIFY_FAILS(shellWords("echo a\\"), ErrorCode::Invalid);
    }

    void whatOnlyAShellCanDoIsSeen_data()
    {
        QTest::addColumn<bool>("needs");
        for (const char *line : {"a | b", "a > b", "a && b", "echo $HOME", "echo \"$HOME\"", "ls *.txt", "cd x",
                                 "A=1 b", "echo `date`", "(a)", "echo ~", "a # b", "if true; then a; fi", "ls a?"})
            QTest::newRow(line) << true;
        for (const char *line : {"a b", "grep 'a|b' c", "awk '{print $1}' x", "find . -name '*.txt'",
                                 "echo \\$HOME", "a --x=1", "echo a#b", "true", "echo \"\\$x\""})
            QTest::newRow(line) << false;
    }

    void whatOnlyAShellCanDoIsSeen()
    {
        QFETCH(bool, needs);
        const auto found = shellWords(QTest::currentDataTag());
        VERIFY_OK(found);
        QCOMPARE(needsShell(*found), needs);
    }

    void quotedWordsComeBackFromUsAndFromAShell()
    {
        const QString letters = "ab '\"\\$`*?[]{}()|&;<>#~=!\n\té";
        QRandomGenerator random(7);
        for (int round = 0; round < 200; ++round) {
            QStringList words {"printf", "%s\\0"};
            for (int i = 0; i < 4; ++i) {
                QString word;
                for (int length = random.bounded(8); length > 0; --length)
                    word += letters.at(random.bounded(letters.size()));
                words.append(word);
            }
            const auto ours = shellWords(shellQuoted(words));
            VERIFY_OK(ours);
            QCOMPARE(ours->words, words);
            QVERIFY(!needsShell(*ours));
            if (round % 20 == 0) {
                QProcess shell;
                shell.start("/bin/sh", {"-c", shellQuoted(words)});
                QVERIFY(shell.waitForFinished());
                QCOMPARE(QString::fromUtf8(shell.readAllStandardOutput()),
                         words.mid(2).join(QChar(0)) + QChar(0));
            }
        }
    }

    void aProgramWithAnEqualsSignIsNoAssignment()
    {
        QCOMPARE(shellQuoted(QStringList {"A=1", "B=2"}), "'A=1' B=2");
    }
};

QTEST_GUILESS_MAIN(TestShellWords)
#include "tst_shellwords.moc"
