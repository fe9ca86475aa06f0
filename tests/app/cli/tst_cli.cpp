#include "app/cli/cli.h"
#include "app/cli/commands/commands.h"
#include "app/cli/completion.h"
#include "app/cli/help.h"
#include "app/cli/submitoptions.h"
#include "app/cli/tasksof.h"
#include "app/work/oldwords.h"
#include "app/work/specreader.h"
#include "app/work/workreader.h"
#include "backend/protocol/filter.h"
#include "tests/support/verify.h"

#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>

using namespace Drover;

class TestCli : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QByteArray m_out;
    QByteArray m_error;

    // Runs a command line with nobody signed in; what it says stands in m_out and m_error.
    ExitStatus run(const QStringList &arguments)
    {
        m_out.clear();
        m_error.clear();
        Screen screen({}, [this](const QByteArray &bytes) { m_out += bytes; }, [this](const QByteArray &bytes) { m_error += bytes; });
        return runCli(arguments, screen, ProfileStore(m_folder.path()), {});
    }

    static QString path(const QStringList &arguments)
    {
        const auto matched = matchedCommand(arguments);
        return matched ? matched->command->path.join(' ') + " | " + matched->args.words.join(' ') : printed(matched.error());
    }

private slots:
    void commandsAreFoundByTheLongestPath_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plain") << QStringList {"tasks"} << "tasks | ";
        QTest::newRow("noun") << QStringList {"batch", "nightly"} << "batch | nightly";
        QTest::newRow("noun verb") << QStringList {"batch", "set", "nightly", "--held", "yes"} << "batch set | nightly";
        QTest::newRow("generic") << QStringList {"task", "cancel", "12"} << "cancel | 12";
        QTest::newRow("generic list") << QStringList {"machine", "list"} << "machines | ";
        QTest::newRow("options first") << QStringList {"--profile", "x", "--json", "batch", "set", "y", "--held", "no"} << "batch set | y";
        QTest::newRow("dashes are words") << QStringList {"task", "--", "12"} << "task | 12";
        QTest::newRow("mistyped") << QStringList {"taks"} << "there is no command taks; did you mean tasks?";
        QTest::newRow("old") << QStringList {"scitq-relaunch"} << "scitq-relaunch is called retry TASK… here; drover help lists the commands";
        QTest::newRow("no verb") << QStringList {"attempt", "x"} << "drover attempt: which verb? there are: list, compare";
        QTest::newRow("unknown option") << QStringList {"tasks", "--wher", "x"} << "there is no option --wher; did you mean --where?";
    }

    void commandsAreFoundByTheLongestPath()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, expected);
        QCOMPARE(path(arguments), expected);
    }

    void everyCommandIsDocumentedAndNoneStandsTwice()
    {
        QSet<QString> paths;
        for (const Command &command : commands()) {
            QVERIFY2(!command.words.isEmpty() && command.run, qPrintable(command.path.join(' ')));
            for (const QStringList &each : QList<QStringList> {command.path} + command.also) {
                QVERIFY2(!paths.contains(each.join(' ')), qPrintable(each.join(' ')));
                paths.insert(each.join(' '));
            }
            QSet<QString> names;
            for (const Option &option : command.options + commonOptions()) {
                QVERIFY2(!option.words.isEmpty(), qPrintable(option.name));
                QVERIFY2(!names.contains(option.name), qPrintable(command.path.join(' ') + " " + option.name));
                names.insert(option.name);
            }
            QCOMPARE(run(command.path + QStringList {"--help"}), ExitStatus::Ok);
            QVERIFY(m_out.contains("Exit status"));
        }
    }

    void oldWordsNameCommandsThatThereAre()
    {
        QSet<QString> known {"help"};
        for (const Command &command : commands()) {
            known.insert(command.path.first());
            for (const QStringList &other : command.also)
                known.insert(other.first());
        }
        for (const OldWord &old : oldWords()) {
            // What names a command line must name one of ours.
            if (old.now.contains(' ') && old.now != "scaling rule" && old.now != "NOUN VERB")
                QVERIFY2(known.contains(old.now.section(' ', 0, 0)), qPrintable(old.now));
            QVERIFY2(!known.contains(old.word), qPrintable(old.word));
        }
    }

    void helpKnowsItsTopics()
    {
        for (const QString &topic : helpTopics()) {
            QCOMPARE(run({"help", topic}), ExitStatus::Ok);
            QVERIFY2(m_out.size() > 100, qPrintable(topic));
        }
        QCOMPARE(run({"help"}), ExitStatus::Ok);
        QCOMPARE(run({"help", "batch", "set"}), ExitStatus::Ok);
        QVERIFY(m_out.contains("--most-running"));
        QCOMPARE(run({"help", "nothing"}), ExitStatus::Usage);
        QCOMPARE(run({}), ExitStatus::Usage);
        QCOMPARE(run({"--version"}), ExitStatus::Ok);
    }

    void whoIsNotSignedInIsToldHow()
    {
        for (const QStringList &arguments : {QStringList {"tasks"}, QStringList {"status"}, QStringList {"wait", "1"}, QStringList {"submit", "--", "true"}}) {
            QCOMPARE(run(arguments), ExitStatus::NotPermitted);
            QVERIFY2(m_error.contains("drover login LINK"), m_error.constData());
            QCOMPARE(m_out, "");
        }
    }

    void wrongCommandLinesAreRefusedBeforeAnythingIsSent_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("says");
        const auto row = [](const QStringList &arguments, const char *says) {
            QTest::newRow(qPrintable(arguments.join(' '))) << arguments << QString(says);
        };
        row({"submit"}, "write drover submit -- CMD ARGS…");
        row({"submit", "--"}, "nothing stands after --");
        row({"submit", "ls", "-f"}, "ls is no spec file; to run it, write: drover submit -- ls");
        row({"submit", "--each", "a", "--from", "b", "--", "c"}, "give either --each or --from");
        row({"submit", "--each", "a"}, "say what to run for each");
        row({"submit", "--each", "a", "--", "wc"}, "all these tasks would be the same");
        row({"submit", "--each", "a", "--", "wc", "{nmae}"}, "{nmae}: stands for nothing here; did you mean {name}?");
        row({"submit", "--memory", "lots", "--", "a"}, "--memory: \"lots\" is no size");
        row({"submit", "--priority", "101", "--", "a"}, "--priority: 101 is out of range; 0 to 100");
        row({"submit", "--retry", "many", "--", "a"}, "--retry: \"many\" is no whole number");
        row({"submit", "--label", "x", "--", "a"}, "--label x: KEY=VALUE is expected");
        row({"submit", "--env", "NOT_SET_ANYWHERE", "--", "a"}, "--env NOT_SET_ANYWHERE: it is not set here");
        row({"submit", "--retry-on", "sadness", "--", "a"}, "--retry-on: \"sadness\" is not a choice; one of: none, exited");
        row({"submit", "--shell", "a", "--", "b"}, "stands beside command");
        row({"submit", "--follow", "--each", "a", "b", "--", "c", "{}"}, "--follow shows one task, and these are 2");
        row({"submit", "x.yaml", "--", "a"}, "x.yaml stands before --");
        row({"submit", "--format", "xml", "-"}, "--format: one of yaml, json, csv, lines");
        row({"task"}, "one task is expected");
        row({"tasks", "--columns", "nmae"}, "did you mean name?");
        row({"tasks", "--limit", "x"}, "--limit: a number is expected");
        row({"cancel"}, "which tasks?");
        row({"cancel", "1", "--all"}, "give either ids");
        row({"cancel", "x"}, "x is no task; give ids (12), ranges (12-20)");
        row({"retry", "--all"}, "retry does not take --all");
        row({"hold", "--all", "3"}, "one of them only");
        row({"priority", "3000", "1"}, "a priority from 0 to 100 comes first");
        row({"wait"}, "what for?");
        row({"wait", "1", "--timeout", "soon"}, "--timeout: a duration is expected");
        row({"log", "x"}, "x is no task");
        row({"log", "1", "--bytes", "9-1"}, "--bytes: A-B is expected");
        row({"log", "1", "--tail", "0"}, "--tail: a number of lines is expected");
        row({"log", "1", "--lines", "5"}, "--lines: A-B is expected");
        row({"log", "1", "--since", "soon"}, "--since: an instant is expected");
        row({"log", "1", "--lines", "1-5", "--bytes", "0-9"}, "one of --bytes, --lines and --since");
        row({"log", "1", "--grep", "x", "--follow"}, "go without --follow");
        row({"batch", "set", "x"}, "nothing is to be changed");
        row({"batch", "set", "x", "--lease-rule", "y"}, "one of replace, wait, fence is expected");
        row({"machine", "set", "x", "--label", "y"}, "KEY=VALUE is expected");
        row({"machine", "invite", "--valid", "y"}, "--valid: a duration is expected");
        row({"login", "http://x"}, "drover:");
        row({"api", "task.lst"}, "there is no method task.lst; did you mean task.list?");
        row({"compare", "1"}, "two tasks or attempts are expected");
        row({"tasks", "--watch", "--json"}, "--watch is for a terminal");
        row({"completion", "csh"}, "bash, zsh or fish");
    }

    void wrongCommandLinesAreRefusedBeforeAnythingIsSent()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        QCOMPARE(run(arguments), ExitStatus::Usage);
        QVERIFY2(QString::fromUtf8(m_error).contains(says), m_error.constData());
        QCOMPARE(m_out, "");
    }

    void optionsOfSubmitSetTheirFields()
    {
        const auto matched = matchedCommand({"submit", "--memory", "2GB", "--label", "a.b=c=d", "--label", "e=", "--retry", "2", "--after", "x",
                                             "--after", "7", "--input", "/data/r=r.fq", "--input", "s3:a/b", "--held", "--merged",
                                             "--not-machine", "m1", "--need-label", "ssd=yes", "--", "cmd", "--help"});
        VERIFY_OK(matched);
        QCOMPARE(matched->args.command, QStringList({"cmd", "--help"}));
        Result<SpecNode> fields = taskFieldsOf(matched->args);
        VERIFY_OK(fields);
        fields->set("command", SpecNode::ofList(matched->args.command));
        Problems problems;
        const TaskSpec task = readTask(*fields, {}, problems);
        QVERIFY2(problems.isEmpty(), problems.isEmpty() ? "" : qPrintable(printed(problems.error())));
        TaskSpec expected;
        expected.command = {"cmd", "--help"};
        expected.needs.memory = 2'000'000'000;
        expected.labels = {{"a.b", "c=d"}, {"e", ""}};
        expected.retry.attempts = 3;
        expected.after = {"x", "7"};
        expected.inputs = {Transfer {"/data/r", "r.fq"}, Transfer {"s3:a/b"}};
        expected.held = true;
        expected.output = OutputMode::Merged;
        expected.needs.withoutMachines = {"m1"};
        expected.needs.labels = {{"ssd", "yes"}};
        QCOMPARE(toJson(task), toJson(expected));
    }

    void problemsOfTheDaemonArePutWhereTheTaskWasWritten()
    {
        const QList<WorkOrigin> origins {{"a.yaml", 3}, {"a.yaml", 9}, {}};
        const auto placed = placedProblems({{{}, 0, "tasks[1].needs.memory", "too much", ""}, {{}, 0, "tasks[2].needs.memory", "too much", ""},
                                            {{}, 0, "batch", "no name", ""}},
                                           origins);
        QCOMPARE(printed(placed.at(0)), "a.yaml:9: needs.memory: too much");
        QCOMPARE(printed(placed.at(1)), "--memory: too much");
        QCOMPARE(printed(placed.at(2)), "batch: no name");
    }

    void aBatchOfAnyNameMakesAFilter()
    {
        for (const QString name : {"nightly", "a b", "it's", "say \"no\"", "\\", "\"", "7"}) {
            const auto filter = Filter::parse(filterOfBatch(name));
            VERIFY_OK(filter);
        }
    }

    void tasksAndAttemptsAreNamedByNumbers()
    {
        QCOMPARE(taskIdsOf({"12", "14-16"})->size(), 4);
        VERIFY_FAILS(taskIdsOf({"12", "x"}), ErrorCode::Invalid);
        QVERIFY(*attemptOf("42") == (AttemptId {TaskId {42}, 0}));
        QVERIFY(*attemptOf("42/2") == (AttemptId {TaskId {42}, 2}));
        for (const QString wrong : {"", "0", "x", "42/", "/2", "42/2/3", "-42", "99999999999999999999"})
            VERIFY_FAILS(attemptOf(wrong), ErrorCode::Invalid);
    }

    void completionKnowsCommandsOptionsAndChoices()
    {
        const QString script = completionScript("bash")
            + "\nCOMP_WORDS=(drover batch set x --lease-rule ''); COMP_CWORD=5; _drover; echo \"${COMPREPLY[*]}\""
              "\nCOMP_WORDS=(drover canc); COMP_CWORD=1; _drover; echo \"${COMPREPLY[*]}\""
              "\nCOMP_WORDS=(drover tasks --col); COMP_CWORD=2; _drover; echo \"${COMPREPLY[*]}\""
              "\nCOMP_WORDS=(drover batch set x --most); COMP_CWORD=4; _drover; echo \"${COMPREPLY[*]}\"\n";
        QProcess bash;
        bash.setWorkingDirectory(m_folder.path());
        bash.start("bash", {"--norc", "-c", script});
        QVERIFY(bash.waitForFinished());
        QCOMPARE(bash.readAllStandardError(), "");
        QCOMPARE(bash.readAllStandardOutput(), "replace wait fence\ncancel\n--columns\n--most-running\n");
        for (const QString shell : {"zsh", "fish"}) {
            QVERIFY(completionScript(shell).contains("most-running"));
            QVERIFY(completionScript(shell).contains("'replace wait fence'"));
        }
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
