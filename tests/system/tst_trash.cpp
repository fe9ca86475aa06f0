#include "backend/protocol/batchrequests.h"
#include "backend/protocol/operationrequests.h"
#include "backend/protocol/outputrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "backend/protocol/userrequests.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

#include <QtCore/QDir>
#include <QtCore/QDirIterator>

using namespace Drover;
using namespace std::chrono_literals;

/// What is over is put away, by people and by retention, and what is kept is not.
class TestTrash : public QObject
{
    Q_OBJECT

    static Submitted submit(Site &site, const QString &batch, const QStringList &shells)
    {
        Submit submit {.key = "key-" + batch, .batch = batch};
        for (const QString &shell : shells) {
            TaskSpec spec;
            spec.shell = shell;
            submit.tasks.append(spec);
        }
        return site.askUntilAnswered(submit);
    }

    static bool isOver(Site &site, BatchId batch)
    {
        return site.askUntilAnswered(AwaitTasks {.ids = {}, .batch = batch, .wait = 100ms}).ended;
    }

    static QList<qint64> listed(Site &site, const QString &where = {})
    {
        QList<qint64> ids;
        for (const Task &task : site.askUntilAnswered(ListTasks {.where = where, .order = "id"}).tasks)
            ids.append(task.id.value);
        return ids;
    }

    static QStringList batches(Site &site)
    {
        QStringList names;
        for (const Batch &batch : site.askUntilAnswered(ListBatches {}).batches)
            names.append(batch.name);
        names.sort();
        return names;
    }

    static int files(const QString &folder)
    {
        int count = 0;
        for (QDirIterator it(folder, QDir::Files, QDirIterator::Subdirectories); it.hasNext(); it.next())
            ++count;
        return count;
    }

private slots:
    void whatIsPutAwayComesBackByUndoAndTheRestIsRefused()
    {
        Site site;
        site.setDaemonOptions({"--set", "retention.every=200ms"});
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(2));
        const Submitted done = submit(site, "done", {"true", "false", "true"});
        QTRY_VERIFY_WITH_TIMEOUT(isOver(site, done.batch), 30'000);
        const Submitted runs = submit(site, "runs", {"sleep 600"});

        const auto refused = site.ask(DeleteTasks {.tasks = {.ids = {done.tasks[0], runs.tasks[0]}}});
        VERIFY_FAILS(refused, ErrorCode::Conflict);
        QVERIFY2(refused.error().message.contains("drover cancel"), qPrintable(refused.error().message));
        VERIFY_OK(site.ask(KeepTasks {.tasks = {.ids = {done.tasks[1]}}}));
        const auto kept = site.ask(DeleteTasks {.tasks = {.ids = {done.tasks[1]}}});
        VERIFY_FAILS(kept, ErrorCode::Conflict);
        QVERIFY2(kept.error().message.contains("drover keep --release"), qPrintable(kept.error().message));

        // Of a filter what has ended is meant, and what is kept stays.
        const auto away = site.ask(DeleteTasks {.tasks = {.where = "id > 0"}});
        VERIFY_OK(away);
        QCOMPARE(away->changed, 2);
        QCOMPARE(listed(site), QList<qint64>({done.tasks[1].value, runs.tasks[0].value}));
        QCOMPARE(listed(site, "putAway = yes"), QList<qint64>({done.tasks[0].value, done.tasks[2].value}));
        const auto audit = site.ask(ListAudit {.where = "method = task.delete outcome = done"});
        VERIFY_OK(audit);
        QCOMPARE(audit->entries.size(), 1);
        QCOMPARE(audit->entries[0].count, 2);
        VERIFY_FAILS(site.ask(RetryTasks {.tasks = {.ids = {done.tasks[0]}}}), ErrorCode::Conflict);
        VERIFY_OK(site.ask(KeepTasks {.tasks = {.ids = {done.tasks[1]}}, .kept = false}));
        const auto last = site.ask(DeleteTasks {.tasks = {.ids = {done.tasks[1]}}});
        VERIFY_OK(last);
        QTRY_COMPARE_WITH_TIMEOUT(batches(site), QStringList({"runs"}), 20'000); // its batch goes with its last task

        site.killDaemon();
        QVERIFY(site.startDaemon());
        QCOMPARE(listed(site), QList<qint64>({runs.tasks[0].value}));
        VERIFY_OK(site.ask(UndoOperation {.id = last->operation}));
        QTRY_COMPARE_WITH_TIMEOUT(batches(site), QStringList({"done", "runs"}), 20'000);
        VERIFY_OK(site.ask(UndoOperation {.id = away->operation}));
        QTRY_COMPARE_WITH_TIMEOUT(listed(site).size(), 4, 20'000);
        QVERIFY(listed(site, "putAway = yes").isEmpty());
    }

    void whatEndedLongAgoGoesWithItsOutputAndWhatIsKeptStays()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(2));
        const Submitted old = submit(site, "old", {"seq 1 20000", "echo short", "true"});
        const Submitted kept = submit(site, "kept", {"seq 1 20000", "echo short"});
        QTRY_VERIFY_WITH_TIMEOUT(isOver(site, old.batch) && isOver(site, kept.batch), 30'000);
        VERIFY_OK(site.ask(SetBatch {.id = kept.batch, .keep = true})); // although it has ended
        const QString outputs = site.path("data/outputs");
        QVERIFY(files(outputs) >= 2);
        QCOMPARE(site.stopDaemon(), 0);

        site.setDaemonOptions({"--set", "retention.every=100ms", "--set", "retention.finished=1s", "--set", "retention.trash=1s"});
        QVERIFY(site.startDaemon());
        const auto isGone = [&](TaskId task) {
            const auto detail = site.ask(GetTask {task});
            return !detail && detail.error().code == ErrorCode::NotFound;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isGone(old.tasks[0]) && isGone(old.tasks[1]) && isGone(old.tasks[2]), 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(batches(site), QStringList({"kept"}), 20'000);
        QCOMPARE(listed(site), QList<qint64>({kept.tasks[0].value, kept.tasks[1].value}));
        const auto out = site.ask(ReadOutput {.task = kept.tasks[0], .limit = 4});
        VERIFY_OK(out);
        QCOMPARE(out->data, "1\n2\n");
        const auto left = [&] {
            QStringList names;
            for (QDirIterator it(outputs, QDir::Files, QDirIterator::Subdirectories); it.hasNext();)
                names.append(QFileInfo(it.next()).fileName().section('-', 0, 0));
            names.removeDuplicates();
            return names;
        };
        QTRY_COMPARE_WITH_TIMEOUT(left(), QStringList({QString::number(kept.tasks[0].value)}), 20'000);
        // Nobody gets the ids of what is gone.
        QVERIFY(submit(site, "new", {"true"}).tasks[0].value > kept.tasks[1].value);
    }

    void outputGoesBeforeItsTask()
    {
        Site site;
        site.setDaemonOptions({"--set", "retention.every=100ms", "--set", "retention.outputs=1s"});
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(1));
        const Submitted done = submit(site, "done", {"seq 1 20000", "echo short"});
        QTRY_VERIFY_WITH_TIMEOUT(isOver(site, done.batch), 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(files(site.path("data/outputs")), 0, 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(!site.ask(ReadOutput {.task = done.tasks[1]}) || site.ask(ReadOutput {.task = done.tasks[1]})->data.isEmpty(), 20'000);
        QCOMPARE(listed(site).size(), 2);
    }
};

QTEST_GUILESS_MAIN(TestTrash)
#include "tst_trash.moc"
