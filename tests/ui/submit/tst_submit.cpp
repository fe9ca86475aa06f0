#include "ui/shell/droptarget.h"
#include "ui/submit/submitmodel.h"
#include "ui/submit/submitreader.h"

#include <QtCore/QMimeData>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>

using namespace Drover;

namespace {

/// Files of a test, in a folder of its own.
struct Files
{
    QTemporaryDir folder;

    QString add(const QString &name, const QByteArray &bytes)
    {
        const QString path = folder.filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(path));
        return path;
    }
};

QStringList printed(const SubmitPreview &preview)
{
    QStringList lines;
    for (const PreviewTask &task : preview.tasks) {
        const QString what = task.state == PreviewState::Error    ? "error: " + task.problem
                             : task.state == PreviewState::Repeat ? "repeat: " + task.problem
                             : task.task.shell.isEmpty()          ? task.task.command.join(' ')
                                                                  : task.task.shell;
        lines.append(task.name + " | " + what);
    }
    return lines;
}

SubmitDraft linesDraft(const QString &lines)
{
    SubmitDraft draft;
    draft.lines = lines;
    return draft;
}

} // namespace

class TestSubmit : public QObject
{
    Q_OBJECT

private slots:
    void filesAreKnownByNameAndFirstLine()
    {
        Files files;
        files.add("b/data.bin", "x");
        files.add("b/work.yaml", "tasks: []");
        files.add("b/rows.csv", "a\n1\n");
        files.add("b/run.py", "#!/usr/bin/env python3\nprint(1)\n");
        files.add("b/run.sh", "echo 1\n");
        files.add("b/empty", "");
        QStringList kinds;
        for (const DroppedFile &file : lookAtFiles({files.folder.path(), files.folder.filePath("b/data.bin"), files.folder.filePath("gone")}))
            kinds.append(QFileInfo(file.path).fileName() + " " + QString::number(int(file.kind)) + " " + file.interpreter.join(' '));
        QCOMPARE(kinds, QStringList({"data.bin 3 ", "empty 4 ", "rows.csv 1 ", "run.py 2 /usr/bin/env python3", "run.sh 2 /bin/sh",
                                     "work.yaml 0 ", "gone 4 "}));
    }

    void dataGoesThroughTheTemplateAndIsSentAlong()
    {
        Files files;
        SubmitDraft draft = linesDraft("wc -l {} > {stem}.txt");
        draft.files = lookAtFiles({files.add("a b.fq", "1"), files.add("c.fq", "2")});
        const SubmitPreview preview = previewOf(draft);
        QCOMPARE(printed(preview), QStringList({"a b.fq | wc -l \"$INPUT\"/'a b.fq' > 'a b'.txt", "c.fq | wc -l \"$INPUT\"/c.fq > c.txt"}));
        QCOMPARE(preview.tasks.first().task.inputs.size(), 1);
        QCOMPARE(preview.tasks.first().task.inputs.first().source, files.folder.filePath("a b.fq"));
        draft.sendsFiles = false;
        QCOMPARE(previewOf(draft).tasks.last().task.inputs.size(), 0);
        QVERIFY(previewOf(draft).tasks.last().task.shell.contains(files.folder.filePath("c.fq")));
    }

    void dataWithoutACommandSaysWhatIsMissing()
    {
        Files files;
        SubmitDraft draft = linesDraft("");
        draft.files = lookAtFiles({files.add("c.fq", "2")});
        const SubmitPreview preview = previewOf(draft);
        QCOMPARE(preview.count(PreviewState::Error), 1);
        QVERIFY(preview.tasks.first().remedy.contains("{}"));
    }

    void scriptsAreTasksOfTheirInterpreter()
    {
        Files files;
        SubmitDraft draft = linesDraft("");
        draft.files = lookAtFiles({files.add("it's {n}.py", "#!/usr/bin/env python3\n")});
        const SubmitPreview preview = previewOf(draft);
        QCOMPARE(printed(preview), QStringList({"it's {n}.py | exec /usr/bin/env python3 \"$INPUT\"/'it'\\''s {n}.py'"}));
    }

    void aTableGivesOneTaskARow()
    {
        Files files;
        SubmitDraft draft = linesDraft("align {sample} {reads}");
        draft.files = lookAtFiles({files.add("samples.csv", "sample,reads\na,1.fq\nb,2.fq\n")});
        QCOMPARE(printed(previewOf(draft)), QStringList({"align | align a 1.fq", "align | align b 2.fq"}));
    }

    void linesSpecsAndFieldsAreReadWithTheirProblems()
    {
        SubmitDraft draft = linesDraft("sleep 1\nzcat x | wc -l\nsleep 1\n");
        draft.fields.insert("priority", "70");
        const SubmitPreview preview = previewOf(draft);
        QCOMPARE(printed(preview), QStringList({"sleep | sleep 1", "zcat | zcat x | wc -l", "sleep | repeat: sleep has the same command and input."}));
        QCOMPARE(preview.tasks.first().task.priority, 70);

        draft.fields.insert("needs.memory", "much");
        draft.way = SubmitWay::Spec;
        draft.spec = "tasks:\n  - command: a\n    priority: 900\n  - comand: b\n";
        const SubmitPreview wrong = previewOf(draft);
        QCOMPARE(wrong.count(PreviewState::Ready), 0);
        const QString text = printed(wrong).join('\n');
        QVERIFY2(text.contains("needs.memory") && text.contains(":4"), qPrintable(text));
    }

    void theModelShowsProblemsUnderTheirTasks()
    {
        SubmitModel model;
        QAbstractItemModelTester tester(&model);
        model.setPreview(previewOf(linesDraft("sleep 1\nsleep 1\nsleep 2")));
        QCOMPARE(model.rowCount(), 4); // three tasks, and a line under the one that repeats
        QVERIFY(model.isProblem(2));
        QCOMPARE(model.wanted().size(), 2);
        model.runAgain(1);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.wanted().size(), 3);
        model.leaveOut(0);
        QCOMPARE(model.wanted().size(), 2);
        model.setShown(PreviewState::Repeat);
        QCOMPARE(model.rowCount(), 1);
    }

    void theNewestDraftIsReadAndNoOther()
    {
        SubmitReader reader;
        QStringList seen;
        connect(&reader, &SubmitReader::ready, &reader, [&](const SubmitPreview &preview) { seen.append(printed(preview).join(';')); });
        for (const char *line : {"a", "b", "c"})
            reader.read(linesDraft(line));
        QTRY_COMPARE(seen, QStringList({"c | c"}));
    }

    void whatIsDraggedIsKnown()
    {
        std::unique_ptr<QMimeData> tasks(mimeOf({TaskId{4}, TaskId{7}}));
        QCOMPARE(droppedThings(*tasks).tasks, QList<TaskId>({TaskId{4}, TaskId{7}}));
        QMimeData files;
        files.setUrls({QUrl::fromLocalFile("/tmp/a b"), QUrl("https://example.org/x")});
        QCOMPARE(droppedThings(files).paths, QStringList({"/tmp/a b"}));
        QCOMPARE(submitLink(droppedThings(files)).query.value("files"), QString("/tmp/a b"));
        QMimeData text;
        text.setText("sleep 1\n\nsleep 2\n");
        QCOMPARE(droppedThings(text).count(), 2);
        QMimeData web;
        web.setUrls({QUrl("https://example.org/x")});
        QVERIFY(droppedThings(web).isEmpty());
    }
};

QTEST_MAIN(TestSubmit)
#include "tst_submit.moc"
