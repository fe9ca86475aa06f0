#include "backend/protocol/batchrequests.h"
#include "backend/protocol/operationrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

using namespace Drover;
using namespace std::chrono_literals;

/// Actions on many tasks at a real daemon, which is killed meanwhile; what they did is undone.
class TestBulk : public QObject
{
    Q_OBJECT

    static TaskSpec spec(const QString &name, const QStringList &after = {})
    {
        TaskSpec spec;
        spec.name = name;
        spec.command = {"true"};
        spec.after = after;
        return spec;
    }

    static QList<TaskId> submit(Site &site, int count, const QString &batch)
    {
        QList<TaskId> all;
        while (all.size() < count) {
            Submit submit;
            submit.key = QString("%1-%2").arg(batch).arg(all.size());
            submit.batch = batch;
            for (int i = 0; i < 1000; ++i)
                submit.tasks.append(spec(QString("t%1").arg(i)));
            all += site.askUntilAnswered(submit).tasks;
        }
        return all;
    }

    static Operation ended(Site &site, OperationId id)
    {
        Operation operation;
        if (!QTest::qWaitFor(
                [&] {
                    operation = site.askUntilAnswered(
                        GetOperation{.id = id, .since = operation.rev, .wait = 500ms});
                    return operation.state != OperationState::Running;
                },
                60'000))
            qFatal("the operation does not end");
        return operation;
    }

    static qint64 count(Site &site, const QString &where)
    {
        return site.askUntilAnswered(CountTasks{.where = where}).count;
    }

private slots:
    void aBulkActionGoesOnWhereTheDaemonWasKilledAndIsUndone()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        submit(site, 20'000, "many");
        const auto touched
            = site.ask(HoldTasks{.tasks = {.where = "batch = many", .expectedCount = 20'000}});
        VERIFY_OK(touched);
        QVERIFY(touched->operation);
        site.killDaemon();
        QVERIFY(site.startDaemon());
        const Operation held = ended(site, touched->operation);
        QCOMPARE(held.state, OperationState::Succeeded);
        QCOMPARE(held.done, 20'000);
        QCOMPARE(held.changed, 20'000); // each once, whatever the moment of the kill
        QCOMPARE(count(site, "held = true"), 20'000);

        const auto undone = site.ask(UndoOperation{held.id});
        VERIFY_OK(undone);
        site.killDaemon();
        QVERIFY(site.startDaemon());
        QCOMPARE(ended(site, undone->id).changed, 20'000);
        QCOMPARE(count(site, "held = true"), 0);
        VERIFY_FAILS(site.ask(UndoOperation{held.id}), ErrorCode::Conflict);
    }

    void nothingIsDoneWhenItIsMoreThanThePersonWasShown()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        const QList<TaskId> tasks = submit(site, 1000, "b");
        VERIFY_FAILS(site.ask(HoldTasks{.tasks = {.where = "batch = b", .expectedCount = 999}}),
                     ErrorCode::Conflict);
        QCOMPARE(count(site, "held = true"), 0);
        const auto touched = site.ask(
            HoldTasks{.tasks = {.where = "batch = b", .minus = {tasks[0]}, .expectedCount = 999}});
        VERIFY_OK(touched);
        QCOMPARE(touched->changed, 999);
        QCOMPARE(count(site, "held = true"), 999);
    }

    void aCancelIsUndoneWithWhatFailedThroughIt()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        const Submitted submitted = site.askUntilAnswered(
            Submit{.key = "k",
                   .batch = "chain",
                   .tasks = {spec("a"), spec("b", {"a"}), spec("c", {"b", "d"}), spec("d")}});
        const auto touched
            = site.ask(CancelTasks{.tasks = {.ids = {submitted.tasks[0], submitted.tasks[3]}}});
        VERIFY_OK(touched);
        QCOMPARE(touched->changed, 2);
        QCOMPARE(count(site, "state = failed"), 2);
        QCOMPARE(count(site, "state = cancelled"), 2);
        const auto undone = site.ask(UndoOperation{touched->operation});
        VERIFY_OK(undone);
        QCOMPARE(ended(site, undone->id).changed, 4);
        QCOMPARE(count(site, "state = queued"), 2);
        QCOMPARE(count(site, "state = waiting"), 2);
        QVERIFY(site.addAgent(2));
        QTRY_COMPARE_WITH_TIMEOUT(count(site, "state = succeeded"), 4, 20'000);
    }

    void labelsAndBatchesChangeAndComeBack()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        submit(site, 1000, "from");
        const auto labelled = site.ask(LabelTasks{.tasks = {.where = "batch = from"},
                                                  .set = {{"student", "7"}, {"odd", "{}"}}});
        VERIFY_OK(labelled);
        QCOMPARE(count(site, "label.student = 7"), 1000);
        const auto relabelled = site.ask(
            LabelTasks{.tasks = {.all = true}, .set = {{"student", "8"}}, .remove = {"odd"}});
        VERIFY_OK(relabelled);
        QCOMPARE(count(site, "label.student = 8"), 1000);
        QCOMPARE(count(site, "label.odd = \"{}\""), 0);
        VERIFY_OK(site.ask(UndoOperation{relabelled->operation}));
        QTRY_COMPARE(count(site, "label.odd = \"{}\" and label.student = 7"), 1000);

        const auto moved = site.ask(MoveTasks{.tasks = {.all = true}, .batch = "to"});
        VERIFY_OK(moved);
        QCOMPARE(moved->changed, 1000);
        QCOMPARE(count(site, "batch = to"), 1000);
        const auto batches = site.ask(ListBatches{.name = "from"});
        VERIFY_OK(batches);
        QVERIFY(isSet(batches->batches.first().ended)); // nothing is left in it
    }

    void anEditChangesWhatWillRun()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        const TaskId id
            = site.askUntilAnswered(Submit{.key = "k", .tasks = {spec("old")}}).tasks.first();
        TaskSpec edited = spec("new");
        edited.shell = "echo edited";
        edited.command.clear();
        edited.step = "second";
        VERIFY_FAILS(site.ask(EditTasks{{{.id = id, .specNumber = 9, .spec = edited}}}),
                     ErrorCode::Invalid);
        TaskSpec bad = edited;
        bad.priority = 1000;
        VERIFY_FAILS(site.ask(EditTasks{{{.id = id, .specNumber = 1, .spec = bad}}}),
                     ErrorCode::Invalid);
        VERIFY_OK(site.ask(EditTasks{{{.id = id, .specNumber = 1, .spec = edited}}}));
        QVERIFY(site.addAgent(1));
        QTRY_COMPARE_WITH_TIMEOUT(count(site, "name = new and step = second and state = succeeded"),
                                  1, 20'000);
        const auto detail = site.ask(GetTask{id});
        VERIFY_OK(detail);
        QCOMPARE(detail->task.specNumber, 2);
        QCOMPARE(detail->spec.shell, "echo edited");
    }
};

QTEST_GUILESS_MAIN(TestBulk)
#include "tst_bulk.moc"
