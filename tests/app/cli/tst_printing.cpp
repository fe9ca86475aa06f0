#include "app/cli/columns.h"
#include "app/cli/exitstatus.h"
#include "app/cli/look.h"
#include "app/cli/texttable.h"
#include "backend/protocol/taskrequests.h"
#include "tests/support/verify.h"

#include <QtCore/QJsonDocument>

using namespace Drover;

class TestPrinting : public QObject
{
    Q_OBJECT

    QByteArray m_out;
    QByteArray m_error;

    Screen screen(ScreenSettings settings = {})
    {
        m_out.clear();
        m_error.clear();
        return Screen(settings, [this](const QByteArray &bytes) { m_out += bytes; },
                      [this](const QByteArray &bytes) { m_error += bytes; });
    }

    static TextTable table()
    {
        TextTable table;
        table.addColumn("ID", TextTable::Align::Right);
        table.addColumn("NAME");
        table.addColumn("END");
        table.addRow({{"7"}, {"a name that is long"}, {"exit 1", Tone::Bad}});
        table.addRow({{"1234"}, {""}, {""}});
        return table;
    }

private slots:
    void aTableInAPipeIsWholeAndHasNoGaps()
    {
        const Screen pipe = screen();
        QCOMPARE(table().printed(pipe), "  ID  NAME                 END\n"
                                        "   7  a name that is long  exit 1\n"
                                        "1234  -                    -\n");
    }

    void aTableOnATerminalIsAsWideAsTheTerminal()
    {
        const Screen terminal = screen({.isTerminal = true, .width = 24});
        QCOMPARE(table().printed(terminal), "  ID  NAME        END\n"
                                            "   7  a name th…  exit 1\n"
                                            "1234              \n");
        const Screen tiny = screen({.isTerminal = true, .width = 3});
        QVERIFY(table().printed(tiny).contains("a nam…")); // no narrower than can be read
    }

    void colorsAreOnlyWhereTheyAreWanted()
    {
        QVERIFY(!table().printed(screen({.isTerminal = true, .width = 80})).contains('\x1b'));
        QVERIFY(table().printed(screen({.isTerminal = true, .width = 80, .color = true})).contains("\x1b[31mexit 1\x1b[0m"));
    }

    void strangersCannotSteerTheTerminal()
    {
        const Screen terminal = screen({.isTerminal = true, .width = 80});
        TextTable hostile;
        hostile.addColumn("NAME");
        hostile.addRow({{"a\x1b]0;owned\x07\nb\tc\u202Ed"}});
        const QString text = hostile.printed(terminal);
        QCOMPARE(text, "NAME\na\uFFFD]0;owned\uFFFD b c\uFFFDd\n");
        QCOMPARE(harmless("plain é 漢"), "plain é 漢");
    }

    void columnsAreCountedAsTheTerminalDoes()
    {
        QCOMPARE(columnsOf(u"abc"), 3);
        QCOMPARE(columnsOf(u"漢字"), 4);
        QCOMPARE(columnsOf(u"e\u0301"), 1);
        QCOMPARE(columnsOf(u"😀"), 2);
        QCOMPARE(fitted("漢字漢字", 5), "漢字…");
        QCOMPARE(fitted("abc", 3), "abc");
    }

    void errorsGoToStandardErrorWithAllTheirProblems()
    {
        Screen pipe = screen();
        pipe.error({.code = ErrorCode::Invalid, .message = "two things", .problems = {{"f", 1, "x", "bad", "mend it"}, {"f", 2, "y", "worse", ""}}});
        QCOMPARE(m_error, "drover: two things\n  f:1: x: bad; mend it\n  f:2: y: worse\n");
        QCOMPARE(m_out, "");
    }

    void progressIsForThoseWhoWatch()
    {
        Screen pipe = screen();
        pipe.progress("50 %");
        QCOMPARE(m_error, "");
        Screen terminal = screen({.isErrorTerminal = true, .width = 20});
        terminal.progress("50 %");
        terminal.note("done");
        QCOMPARE(m_error, "\r\x1b[2K50 %\r\x1b[2Kdone\n");
    }

    void aBarIsAsWideAsItIsTold()
    {
        StateCounts counts;
        counts.add(TaskState::Succeeded, 5);
        counts.add(TaskState::Running, 5);
        QCOMPARE(progressBar(counts, 60), "[#############--------------]   50 %  5 succeeded, 5 running");
        QCOMPARE(progressBar(counts, 10), "50 %  5 succeeded, 5 running");
        QCOMPARE(progressBar(StateCounts(), 20), "[-----------]    0 %");
    }

    void jsonHasEveryFieldUnderItsName()
    {
        Task task;
        task.id = TaskId {7};
        task.queued = fromMicroseconds(1'767'225'600'000'000);
        const QJsonObject json = jsonOf(task).toObject();
        QCOMPARE(json.value("id").toInteger(), 7);
        QCOMPARE(json.value("state").toString(), "queued"); // also where it is the default
        QCOMPARE(json.value("queued").toString(), "2026-01-01T00:00:00.000Z");
        QVERIFY(json.value("ended").isNull() && json.contains("ended"));
        QVERIFY(json.value("exitCode").isNull() && json.contains("exitCode"));
        QCOMPARE(json.keys().size(), fieldNamesOf<Task>().size());
        Screen pipe = screen();
        printJson(pipe, jsonOf(TaskPage {.tasks = {task}}));
        QVERIFY(QJsonDocument::fromJson(m_out).object().value("tasks").isArray());
    }

    void columnsAreChosenByNameAndAnyFieldIsOne()
    {
        const QList<Column<Task>> known {{"name", "NAME", TextTable::Align::Left, [](const Task &t) { return TextTable::Cell {t.name}; }}};
        Task task;
        task.name = "align";
        task.labels = {{"student", "7"}, {"a.b", "dots"}};
        const auto columns = chosenColumns(known, "name, labels.student,labels.a.b,held", {});
        VERIFY_OK(columns);
        const Screen pipe = screen();
        QCOMPARE(printedTable(*columns, {task}, pipe), "NAME   labels.student  labels.a.b  held\nalign  7               dots        no\n");
        const auto wrong = chosenColumns(known, "nmae", {});
        VERIFY_FAILS(wrong, ErrorCode::Invalid);
        QVERIFY(wrong.error().message.contains("did you mean name?"));
    }

    void listsAreSortedByAnyField()
    {
        Machine a;
        a.name = "b2";
        a.slotCount = 10;
        a.load.cpu = 0.5;
        Machine b;
        b.name = "A1";
        b.slotCount = 9;
        b.load.cpu = 0.25;
        QList<Machine> machines {a, b};
        VERIFY_OK(sortRows(machines, "name"));
        QCOMPARE(machines.first().name, "A1");
        VERIFY_OK(sortRows(machines, "-slots")); // as numbers: 10 is more than 9
        QCOMPARE(machines.first().name, "b2");
        VERIFY_OK(sortRows(machines, "load.cpu"));
        QCOMPARE(machines.first().name, "A1");
        VERIFY_FAILS(sortRows(machines, "size"), ErrorCode::Invalid);
    }

    void everyErrorHasItsExitStatus()
    {
        QCOMPARE(exitStatusOf(ErrorCode::NotFound), ExitStatus::NotFound);
        QCOMPARE(exitStatusOf(ErrorCode::NotSignedIn), ExitStatus::NotPermitted);
        QCOMPARE(exitStatusOf(ErrorCode::Untrusted), ExitStatus::Unreachable);
        QCOMPARE(exitStatusOf(ErrorCode::Conflict), ExitStatus::Refused);
        QCOMPARE(int(exitStatusOf(ErrorCode::TimedOut)), 7);
        QCOMPARE(exitStatusLines().size(), 9);
    }
};

QTEST_APPLESS_MAIN(TestPrinting)
#include "tst_printing.moc"
