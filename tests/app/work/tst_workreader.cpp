#include "app/work/afternames.h"
#include "app/work/shellwords.h"
#include "app/work/specreader.h"
#include "app/work/spectext.h"
#include "app/work/workreader.h"
#include "tests/support/verify.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QRandomGenerator>

using namespace Drover;

class TestWorkReader : public QObject
{
    Q_OBJECT

    static SpecNode options(const QList<std::pair<QString, QString>> &fields)
    {
        SpecNode node = SpecNode::ofMap();
        for (const auto &[path, value] : fields)
            node.setPath(path, SpecNode::ofText(value));
        return node;
    }

    static SpecNode command(const QStringList &words)
    {
        SpecNode node = SpecNode::ofMap();
        node.set("command", SpecNode::ofList(words));
        return node;
    }

    static Result<WorkList> read(const QByteArray &yaml, const SpecNode &over = SpecNode::ofMap())
    {
        WorkReader reader(over, [](const QString &path) -> Result<QByteArray> {
            if (path == "dir/samples.csv")
                return QByteArray("sample,k\na,1\nb,2\n");
            return fail(ErrorCode::NotFound, "cannot read " + path);
        });
        reader.addSpec("dir/s.yaml", yaml, SpecFormat::Yaml);
        return reader.finish();
    }

    // name: command, after names.
    static QString print(const Result<WorkList> &work)
    {
        if (!work)
            return printed(work.error());
        QStringList lines;
        for (const TaskSpec &task : work->tasks) {
            QString line = task.name + ": " + (task.shell.isEmpty() ? shellQuoted(task.command) : "sh " + task.shell);
            if (!task.after.isEmpty())
                line += " after " + task.after.join(",");
            lines.append(line);
        }
        return lines.join("\n");
    }

private slots:
    void everyFieldIsReadInHumanUnits()
    {
        const auto work = read(R"(
project: lab
batch: nightly
tasks:
  - name: align
    command: bwa mem 'a b' x
    environment: {THREADS: 4, EMPTY: ''}
    workdir: /data
    step: one
    priority: 70
    labels: {student: 7}
    retry: {attempts: 3, backoff: 10s, on: [out-of-memory, timed-out], memoryFactor: 1.5}
    timeouts: {prepare: 5m, run: 1h30m, collect: 90}
    needs: {slots: 2, cpu: 1.5, memory: 2GB, disk: 10 GiB, gpu: 1, labels: {ssd: yes}, withoutMachines: [m3, m4]}
    inputs: ["blob:abc", {source: "s3:x", name: y}]
    container: debian
    cache: true
    leaseRule: fence
    outputCap: 100MB
    output: merged
    overCap: fail
    keepFolder: on
    progress: '(\d+)%'
    cpuLimit: 2
    killGrace: 500ms
    held: true
)");
        VERIFY_OK(work);
        QCOMPARE(work->project, "lab");
        QCOMPARE(work->batch, "nightly");
        QCOMPARE(work->tasks.size(), 1);
        const TaskSpec &task = work->tasks.first();
        TaskSpec expected;
        expected.name = "align";
        expected.command = {"bwa", "mem", "a b", "x"};
        expected.environment = {{"THREADS", "4"}, {"EMPTY", ""}};
        expected.workdir = "/data";
        expected.step = "one";
        expected.priority = 70;
        expected.labels = {{"student", "7"}};
        expected.retry.attempts = 3;
        expected.retry.backoff = std::chrono::seconds(10);
        expected.retry.on = {EndReason::OutOfMemory, EndReason::TimedOut};
        expected.retry.memoryFactor = 1.5;
        expected.timeouts = {std::chrono::minutes(5), std::chrono::minutes(90), std::chrono::seconds(90)};
        expected.needs.slotCount = 2;
        expected.needs.cpu = 1.5;
        expected.needs.memory = 2'000'000'000;
        expected.needs.disk = 10LL << 30;
        expected.needs.gpu = 1;
        expected.needs.labels = {{"ssd", "yes"}};
        expected.needs.withoutMachines = {"m3", "m4"};
        expected.inputs = {Transfer {"blob:abc"}, Transfer {"s3:x", "y"}};
        expected.container = "debian";
        expected.cache = true;
        expected.leaseRule = LeaseRule::Fence;
        expected.outputCap = 100'000'000;
        expected.output = OutputMode::Merged;
        expected.overCap = OverCap::Fail;
        expected.keepFolder = true;
        expected.progress = "(\\d+)%";
        expected.cpuLimit = 2;
        expected.killGrace = std::chrono::milliseconds(500);
        expected.held = true;
        QCOMPARE(toJson(task), toJson(expected));
        QVERIFY(task == expected);
    }

    void whatADaemonPrintsOfASpecIsASpecAgain()
    {
        // Every text field of the list must be reachable by its own name, or a field was forgotten.
        for (const SpecField &field : specFields()) {
            SpecNode node = SpecNode::ofMap(1);
            node.setPath(field.path, SpecNode());
            Problems problems;
            (void)readTask(node, "f", problems);
            QVERIFY2(problems.isEmpty() || !printed(problems.error()).contains("no such field"),
                     qPrintable(field.path));
            QVERIFY2(!field.words.isEmpty(), qPrintable(field.path));
        }
    }

    void defaultsTemplatesAndOptionsComeUnderEachOther()
    {
        const auto work = read(R"(
defaults: {priority: 10, environment: {A: 1, B: 1}, command: default x}
templates:
  t: {priority: 20, environment: {B: 2}, shell: echo t}
tasks:
  - name: plain
  - {name: templated, template: t}
  - {name: own, template: t, priority: 30, command: mine}
)",
                               options({{"environment.C", "3"}}));
        VERIFY_OK(work);
        QCOMPARE(print(work), "plain: default x\ntemplated: sh echo t\nown: mine");
        QCOMPARE(work->tasks.at(0).priority, 10);
        QCOMPARE(work->tasks.at(1).priority, 20);
        QCOMPARE(work->tasks.at(2).priority, 30);
        const QMap<QString, QString> environment {{"A", "1"}, {"B", "2"}, {"C", "3"}};
        QCOMPARE(work->tasks.at(2).environment, environment);
        const auto over = read("- {command: a, priority: 5}", options({{"priority", "90"}}));
        VERIFY_OK(over);
        QCOMPARE(over->tasks.first().priority, 90);
    }

    void eachMakesEveryCombination()
    {
        const auto work = read(R"(
- name: "align-{sample}-{k}"
  command: [align, "{sample}", "{k}", "{n}"]
  each: {sample: [a, b], k: [1, 2]}
- name: merge
  shell: cat *.out
  after: ["align-*"]
)");
        QCOMPARE(print(work),
                 "align-a-1: align a 1 1\nalign-a-2: align a 2 2\nalign-b-1: align b 1 3\nalign-b-2: align b 2 4\n"
                 "merge: sh cat *.out after align-a-1,align-a-2,align-b-1,align-b-2");
    }

    void eachTakesRowsFromAListOrATable()
    {
        QCOMPARE(print(read("- {name: '{sample}', command: 'run {k}', each: [{sample: a, k: 1}, {sample: b, k: x y}]}")),
                 "a: run 1\nb: run 'x y'");
        QCOMPARE(print(read("- {name: '{sample}', command: 'run {k}', from: samples.csv}")), "a: run 1\nb: run 2");
        QVERIFY(print(read("- {command: 'run {k}', from: none.csv}")).contains("dir/s.yaml:1: from: cannot read dir/none.csv"));
    }

    void oneTaskIsASpecToo() { QCOMPARE(print(read("{name: a, command: b c}")), "a: b c"); }

    void aTableOfFieldsIsASpec()
    {
        WorkReader reader(SpecNode::ofMap());
        reader.addSpec("t.csv",
                       "name,command,after,labels.student,needs.memory,retry.on\n"
                       "a,echo 'x y',,7,2GB,out-of-memory timed-out\n"
                       "b,cat,a,,,\n",
                       SpecFormat::Table);
        const auto work = reader.finish();
        VERIFY_OK(work);
        QCOMPARE(print(work), "a: echo 'x y'\nb: cat after a");
        QCOMPARE(work->tasks.first().labels.value("student"), "7");
        QCOMPARE(work->tasks.first().needs.memory, 2'000'000'000);
        QCOMPARE(work->tasks.first().retry.on.size(), 2);
        QCOMPARE(work->origins.last().line, 3);
    }

    void anUnknownColumnIsNamedOnce()
    {
        WorkReader reader(SpecNode::ofMap());
        reader.addSpec("t.csv", "name,comand\na,b\nc,d\n", SpecFormat::Table);
        QCOMPARE(print(reader.finish()),
                 "one thing must be mended; nothing was queued\n"
                 "  t.csv:1: comand: is no field of a task; did you mean command?; for a table of your own columns "
                 "use --from FILE -- CMD {column}");
    }

    void theCommandLineMakesTasksOfFilesRowsAndLines()
    {
        WorkReader files(command({"wc", "{}", "{stem}.out"}));
        files.addForEach({"d/a b.txt", "c.txt"});
        QCOMPARE(print(files.finish()), "a b.txt: wc 'd/a b.txt' 'a b.out'\nc.txt: wc c.txt c.out");

        WorkReader rows(command({"grade", "{student}", "{n}"}));
        rows.addForRows("t.csv", "student\nada\ngrace\n");
        const auto graded = rows.finish();
        QCOMPARE(print(graded), ": grade ada 1\n: grade grace 2");
        QCOMPARE(graded->origins.last().line, 3);

        WorkReader lines(options({{"priority", "60"}}));
        lines.addLines("standard input", "# two\necho a b\n\nsort x | uniq > y\n");
        const auto piped = lines.finish();
        QCOMPARE(print(piped), ": echo a b\n: sh sort x | uniq > y");
        QCOMPARE(piped->tasks.last().priority, 60);

        WorkReader one(command({"true"}));
        one.addTask();
        QCOMPARE(print(one.finish()), ": true");
    }

    void badInputIsNamedByFileLineFieldAndRemedy_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const char *yaml, const char *says) {
            QTest::newRow(name) << QByteArray(yaml) << QString(says);
        };
        row("unknown key", "- command: a\n  proirity: 5\n", "dir/s.yaml:2: proirity: there is no such field; did you mean priority?");
        row("old word", "- command: a\n  requirements: [b]\n", "requirements: there is no such field; it is after here");
        row("nested", "- command: a\n  needs:\n    memroy: 1\n", "dir/s.yaml:3: needs.memroy: there is no such field; did you mean memory?");
        row("top level", "task: [a]\n", "dir/s.yaml:1: task: there is no such field; did you mean tasks?");
        row("size", "- {command: a, needs: {memory: lots}}", "needs.memory: \"lots\" is no size; write 512MB");
        row("duration", "- {command: a, timeouts: {run: soon}}", "timeouts.run: \"soon\" is no duration; write 90s");
        row("number", "- {command: a, priority: high}", "priority: \"high\" is no whole number");
        row("range", "- {command: a, priority: 101}", "priority: 101 is out of range; 0 to 100");
        row("choice", "- {command: a, leaseRule: never}", "leaseRule: \"never\" is not a choice; one of: replace, wait, fence");
        row("bool", "- {command: a, held: 2}", "held: true or false is expected");
        row("list for text", "- {command: a, name: [b]}", "name: one text is expected");
        row("text for map", "- {command: a, environment: b}", "environment: names with values are expected");
        row("no command", "- {name: a}", "command: is missing; say what to run");
        row("both", "- {command: a, shell: b}", "shell: stands beside command");
        row("shell syntax", "- {command: a | b}", "command: | would need a shell, and command runs without one");
        row("variable", "- {command: echo $HOME}", "command: $ would need a shell");
        row("open quote", "- {command: \"echo 'a\"}", "command: the quote ' at column 6 is not closed");
        row("no template", "templates: {align: {command: a}}\ntasks: [{template: alin}]", "there is no template alin; did you mean align?");
        row("no tasks", "batch: x\n", "tasks: there are no tasks");
        row("empty", "", "tasks: there are no tasks");
        row("scalar", "hello", "tasks: there are no tasks");
        row("task is text", "- hello", "a task is a set of fields");
        row("after nobody", "- {command: a, name: align}\n- {command: b, after: [algin]}", "dir/s.yaml:2: after: no task of this submission is called algin; did you mean align?");
        row("after no pattern", "- {command: b, after: ['x*']}", "no task of this submission fits x*");
        row("after itself", "- {command: a, name: a, after: [a]}", "tasks wait for each other in a circle: a → a");
        row("circle", "- {command: a, name: a, after: c}\n- {command: a, name: b, after: a}\n- {command: a, name: c, after: b}\n- {command: a, name: d, after: c}", "tasks wait for each other in a circle: a → c → b → a");
        row("mistyped placeholder", "- {command: 'a {smaple}', each: {sample: [1]}}", "{smaple}: stands for nothing here; did you mean {sample}?; {{smaple}} for the braces themselves");
        row("unused each", "- {command: a, each: {sample: [1, 2]}}", "all these tasks would be the same; put one of {n}, {sample} where it belongs");
        row("empty each", "- {command: a, each: {sample: []}}", "each: sample has no values");
        row("each of text", "- {command: a, each: b}", "each: names with lists of values are expected");
        row("each too many", "- {command: 'a {x}', each: {x: [1,2,3,4,5,6,7,8,9,0], y: [1,2,3,4,5,6,7,8,9,0], z: [1,2,3,4,5,6,7,8,9,0], p: [1,2,3,4,5,6,7,8,9,0], q: [1,2,3,4,5,6,7,8,9,0], r: [1,2,3,4,5,6,7,8,9,0], s: [1,2,3,4,5,6,7,8,9,0]}}", "these are more than 1000000 combinations");
        row("each and from", "- {command: a, each: {x: [1]}, from: y.csv}", "from: stands beside each");
        row("control character", "- {command: a, name: \"a\\tb\"}", "name: has a control character");
        row("zero byte", "- {command: [\"a\\0b\"]}", "command: has a zero byte");
        row("variable name", "- {command: a, environment: {\"A B\": 1}}", "environment.A B: is no name of a variable");
        row("relative workdir", "- {command: a, workdir: data}", "workdir: data is not absolute");
        row("progress", "- {command: a, progress: '('}", "progress: is no regular expression");
    }

    void badInputIsNamedByFileLineFieldAndRemedy()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(QString, says);
        const auto work = read(yaml);
        VERIFY_FAILS(work, ErrorCode::Invalid);
        QVERIFY2(print(work).contains(says), qPrintable(print(work)));
    }

    void allProblemsComeAtOnce()
    {
        const auto work = read("- {command: a, priority: x, needs: {memory: y}}\n- {command: b, held: z}\n");
        VERIFY_FAILS(work, ErrorCode::Invalid);
        QCOMPARE(work.error().problems.size(), 3);
    }

    void aMistakeInDefaultsIsSaidOnce()
    {
        const auto work = read("defaults: {priority: x}\ntasks: [{command: a}, {command: b}]");
        VERIFY_FAILS(work, ErrorCode::Invalid);
        QCOMPARE(work.error().problems.size(), 1);
    }

    void aThousandMistakesAreCounted()
    {
        QByteArray yaml;
        for (int i = 0; i < 1000; ++i)
            yaml += "- {command: a, priority: x}\n";
        const auto work = read(yaml);
        VERIFY_FAILS(work, ErrorCode::Invalid);
        QCOMPARE(work.error().problems.size(), Problems::most + 1);
        QCOMPARE(work.error().problems.last().reason, "and 900 more like these");
    }

    void aMistakeInAnOptionNamesNoFile()
    {
        WorkReader reader(options({{"needs.memory", "lots"}, {"command", "a"}}));
        reader.addTask();
        const auto work = reader.finish();
        VERIFY_FAILS(work, ErrorCode::Invalid);
        QCOMPARE(printed(work.error().problems.first()), "needs.memory: \"lots\" is no size; write 512MB, 2GiB, 1.5G");
    }

    void aNameOfAMegabyteIsRefusedInAFewWords()
    {
        const QByteArray long1 = "- {command: a, name: " + QByteArray(1 << 20, 'x') + "}\n";
        const QByteArray long2 = "- {command: a, after: " + QByteArray(1 << 20, 'x') + "}\n";
        const QByteArray long3 = "- {command: a, " + QByteArray(1000, 'x') + ": 1}\n";
        for (const QByteArray &yaml : {long1, long2, long3}) {
            const auto work = read(yaml);
            VERIFY_FAILS(work, ErrorCode::Invalid);
            QVERIFY(print(work).size() < 2000);
        }
    }

    void afterTakesRangesOfIds()
    {
        QCOMPARE(print(read("- {command: a, after: [12-14, 7, 13]}")), ": a after 12,13,14,7");
        WorkList work = *read("- {command: a, name: '12'}\n- {command: b, after: 12}");
        QCOMPARE(work.tasks.last().after, QStringList("12")); // a name first
        QVERIFY(!idsOf("0"));
        QVERIFY(!idsOf("5-3"));
        QVERIFY(!idsOf("1-99999999999"));
        QVERIFY(!idsOf("x"));
        QCOMPARE(idsOf("3-5")->size(), 3);
    }

    void afterNamesStepsToo()
    {
        QCOMPARE(print(read("- {command: a, name: x, step: one}\n- {command: b, name: y, step: two, after: one}\n")),
                 "x: a\ny: b after one");
    }

    void aTaskComesAfterThoseItWaitsFor()
    {
        QCOMPARE(print(read("- {command: a, name: last, after: [first, middle]}\n- {command: b, name: middle, after: first}\n"
                            "- {command: c, name: other}\n- {command: d, name: first}\n")),
                 "other: c\nfirst: d\nmiddle: b after first\nlast: a after first,middle");
    }

    // However a good submission is spoiled, nothing of it comes back.
    void nothingIsReturnedUnlessAllOfItIsGood()
    {
        const QByteArrayList spoilt {"- {command: a, priority: x}\n", "- {}\n", "- {command: a, after: nobody}\n",
                                     "- {template: none}\n", "- {command: 'a {x', nmae: b}\n", "- 5\n"};
        QRandomGenerator random(3);
        for (int round = 0; round < 200; ++round) {
            QByteArrayList lines;
            for (int i = random.bounded(20); i >= 0; --i)
                lines.append("- {command: good, name: t" + QByteArray::number(i) + "}\n");
            VERIFY_OK(read(lines.join()));
            lines.insert(random.bounded(lines.size() + 1), spoilt.at(random.bounded(spoilt.size())));
            const auto work = read(lines.join());
            QVERIFY(!work.has_value());
            QVERIFY(!work.error().problems.isEmpty());
        }
    }

    void randomBytesNeverComeThrough()
    {
        QRandomGenerator random(11);
        const QByteArray seed = "defaults: {priority: 5}\ntemplates: {t: {command: a}}\ntasks: [{template: t, each: {x: [1]}, name: '{x}'}]";
        for (int round = 0; round < 2000; ++round) {
            QByteArray bytes = seed;
            for (int hits = 1 + random.bounded(6); hits > 0; --hits)
                bytes[random.bounded(bytes.size())] = char(random.bounded(256));
            const auto work = read(bytes);
            if (work)
                QVERIFY(!work->tasks.isEmpty()); // good by chance: complete, or not at all
            else
                QVERIFY(!printed(work.error()).isEmpty());
        }
    }

    void aHundredThousandRowsAreReadInSeconds()
    {
        QByteArray table = "name,command,labels.student\n";
        for (int i = 0; i < 100'000; ++i)
            table += "t" + QByteArray::number(i) + ",echo " + QByteArray::number(i) + ",7\n";
        QElapsedTimer timer;
        timer.start();
        WorkReader reader(SpecNode::ofMap());
        reader.addSpec("t.csv", table, SpecFormat::Table);
        const auto work = reader.finish();
        VERIFY_OK(work);
        QCOMPARE(work->tasks.size(), 100'000);
        qInfo("100,000 rows in %lld ms", timer.elapsed());
        QVERIFY(timer.elapsed() < 20'000); // a loaded machine; alone it is about a second
    }
};

QTEST_APPLESS_MAIN(TestWorkReader)
#include "tst_workreader.moc"
