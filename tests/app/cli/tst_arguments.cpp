#include "app/cli/arguments.h"
#include "tests/support/verify.h"

using namespace Drover;

class TestArguments : public QObject
{
    Q_OBJECT

    static QList<Option> options()
    {
        return {flag("--follow", "", "-f"), flag("--yes", "", "-y"),
                {.name = "--memory", .value = "SIZE", .letter = "-m"},
                {.name = "--label", .value = "K=V", .takes = Option::Takes::Each},
                {.name = "--each", .value = "FILES…", .takes = Option::Takes::Words}};
    }

    static QString print(const QStringList &arguments)
    {
        const auto args = parseArguments(arguments, options());
        if (!args)
            return printed(args.error());
        QStringList parts;
        for (const Option &option : options()) {
            if (args->has(option.name))
                parts.append(option.name + "=" + args->values(option.name).join('|'));
        }
        parts.append("words=" + args->words.join('|'));
        if (args->hasCommand)
            parts.append("command=" + args->command.join('|'));
        return parts.join(' ');
    }

private slots:
    void aCommandLineIsTakenApart_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("expected");
        const auto row = [](const QStringList &arguments, const char *expected) {
            QTest::newRow(qPrintable(arguments.join(' '))) << arguments << QString(expected);
        };
        row({"12", "-f", "13"}, "--follow= words=12|13");
        row({"-fy"}, "--follow= --yes= words=");
        row({"-m2GB"}, "--memory=2GB words=");
        row({"-fm", "2GB"}, "--follow= --memory=2GB words=");
        row({"--memory=2GB", "x"}, "--memory=2GB words=x");
        row({"--memory="}, "--memory= words=");
        row({"--memory=-x"}, "--memory=-x words=");
        row({"--label", "a=1", "w", "--label", "b=2"}, "--label=a=1|b=2 words=w");
        row({"--each", "a", "b", "-f", "c"}, "--follow= --each=a|b words=c");
        row({"--each", "a", "b", "--", "wc", "-l", "--", "{}"}, "--each=a|b words= command=wc|-l|--|{}");
        row({"--each", "[a,b]", "{}", "{a}"}, "--each=[a,b]|{}|{a} words=");
        row({"-", "--"}, "words=- command=");
        row({"-5"}, "words=-5");
    }

    void aCommandLineIsTakenApart()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, expected);
        QCOMPARE(print(arguments), expected);
    }

    void whatIsWrongIsSaid_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("says");
        QTest::newRow("unknown") << QStringList {"--memroy", "1"} << "there is no option --memroy; did you mean --memory?";
        QTest::newRow("far") << QStringList {"--zzzzzzzz"} << "--help lists them";
        QTest::newRow("letter") << QStringList {"-fx"} << "there is no option -fx";
        QTest::newRow("no value") << QStringList {"--memory"} << "--memory needs SIZE";
        QTest::newRow("option as value") << QStringList {"--memory", "--yes"} << "write --memory=SIZE where it begins with -";
        QTest::newRow("dashes as value") << QStringList {"--memory", "--", "x"} << "--memory needs SIZE";
        QTest::newRow("twice") << QStringList {"--memory", "1", "--memory", "2"} << "stands there twice";
        QTest::newRow("value of a flag") << QStringList {"--yes=1"} << "--yes takes no value";
        QTest::newRow("no words") << QStringList {"--each", "--", "x"} << "--each needs FILES…";
        QTest::newRow("a megabyte") << QStringList {"--" + QString(1 << 20, 'x')} << "--help lists them";
    }

    void whatIsWrongIsSaid()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        VERIFY_FAILS(parseArguments(arguments, options()), ErrorCode::Invalid);
        QVERIFY2(print(arguments).contains(says), qPrintable(print(arguments)));
        QVERIFY(print(arguments).size() < 300);
    }
};

QTEST_APPLESS_MAIN(TestArguments)
#include "tst_arguments.moc"
