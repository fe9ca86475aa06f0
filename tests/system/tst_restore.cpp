#include "backend/protocol/outputrequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/strayrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "backend/protocol/userrequests.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

#include <QtCore/QDir>

using namespace Drover;
using namespace std::chrono_literals;

namespace {

constexpr qint64 farBeyond = qint64(1) << 32;

struct Run
{
    int status = -1;
    QString said;
};

Run droverd(const QStringList &arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QString(DROVER_BIN_DIR) + "/droverd", arguments);
    if (!process.waitForFinished(60'000))
        return {};
    return {process.exitCode(), QString::fromUtf8(process.readAll())};
}

} // namespace

/// What happens when a daemon's data goes back in time, with the real programs.
class TestRestore : public QObject
{
    Q_OBJECT

    static TaskId submitOne(Site &site, const QString &batch, const QString &shell)
    {
        Submit submit;
        submit.key = "key-" + batch;
        submit.batch = batch;
        TaskSpec spec;
        spec.shell = shell;
        submit.tasks = {spec};
        return site.askUntilAnswered(submit).tasks.value(0);
    }

    static TaskState stateOf(Site &site, TaskId id) { return site.askUntilAnswered(GetTask {id}).task.state; }

    static void open(const QString &gate)
    {
        QFile file(gate);
        QVERIFY(file.open(QIODevice::WriteOnly));
    }

private slots:
    void noOldReportMeetsATaskOfARestoredDatabase()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(4));
        const QString waits = QString("while [ ! -e %1 ]; do sleep 0.05; done; exit ").arg(site.path("gate"));
        const QStringList where {"--data", site.path("data")};
        const QString file = site.path("backup");
        const TaskId before = submitOne(site, "before", waits + "7");
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(site, before), TaskState::Running, 20'000);
        const TaskId large = submitOne(site, "large", "seq 1 20000");
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(site, large), TaskState::Succeeded, 20'000);

        const Run made = droverd(QStringList {"backup", file} + where);
        QVERIFY2(made.status == 0, qPrintable(made.said));
        QVERIFY2(made.said.contains("2 tasks"), qPrintable(made.said));
        QCOMPARE(QFile::permissions(file) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        const Run again = droverd(QStringList {"backup", file} + where);
        QCOMPARE(again.status, 1);
        QVERIFY2(again.said.contains("is there already"), qPrintable(again.said));

        const TaskId later = submitOne(site, "later", waits + "9");
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(site, later), TaskState::Running, 20'000);
        const Status old = site.askUntilAnswered(GetStatus {});
        const Run early = droverd(QStringList {"restore", file} + where);
        QCOMPARE(early.status, 1);
        QVERIFY2(early.said.contains("stop the daemon first"), qPrintable(early.said));
        site.killDaemon();
        const Run restored = droverd(QStringList {"restore", file} + where);
        QVERIFY2(restored.status == 0, qPrintable(restored.said));
        QCOMPARE(QDir(site.path("data")).entryList({"replaced-*"}).size(), 1);
        QVERIFY(site.startDaemon());

        // Both that run are strays now; the one that the backup knows is queued again, and runs.
        QTRY_COMPARE_WITH_TIMEOUT(site.askUntilAnswered(ListStrays {}).strays.size(), 2, 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(site, before), TaskState::Running, 20'000);
        VERIFY_FAILS(site.ask(GetTask {later}), ErrorCode::NotFound);
        const Status now = site.askUntilAnswered(GetStatus {});
        QVERIFY(now.epoch != old.epoch);
        QCOMPARE(now.store, old.store);
        QVERIFY(now.revision > old.revision + farBeyond - 1000);
        const TaskId fresh = submitOne(site, "fresh", "exit 3");
        QVERIFY(fresh.value > farBeyond);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(site, fresh), TaskState::Failed, 20'000);
        QVERIFY(site.ask(ReadOutput {.task = large})->data.startsWith("1\n2\n")); // its file is still there

        open(site.path("gate"));
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(site, before), TaskState::Failed, 20'000);
        const auto ended = [&] {
            const auto strays = site.askUntilAnswered(ListStrays {}).strays;
            return std::ranges::count_if(strays, [](const Stray &stray) { return stray.endReason == EndReason::Exited; });
        };
        QTRY_COMPARE_WITH_TIMEOUT(ended(), 2, 20'000);
        const TaskDetail detail = site.askUntilAnswered(GetTask {before});
        QCOMPARE(detail.attempts.size(), 2);
        QCOMPARE(detail.attempts[0].endReason, EndReason::Superseded);
        QCOMPARE(detail.task.exitCode, 7);
        QCOMPARE(detail.task.currentAttempt, 2);
        QCOMPARE(site.askUntilAnswered(GetTask {fresh}).task.exitCode, 3);
        VERIFY_FAILS(site.ask(GetTask {later}), ErrorCode::NotFound);
    }

    void aDataDirectoryThatWasSetBackIsNoticedByWhatAgentsKnow()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(1));
        submitOne(site, "a", "true");
        const QString file = site.path("data") + "/drover.db";
        QCOMPARE(site.stopDaemon(), 0);
        QVERIFY(QFile::copy(file, site.path("snapshot")));
        QVERIFY(site.startDaemon());
        const TaskId gone = submitOne(site, "b", "true");
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(site, gone), TaskState::Succeeded, 30'000);
        QCOMPARE(site.stopDaemon(), 0);
        QVERIFY(site.startDaemon()); // its agent hears of the revision with the next welcome
        QTRY_COMPARE_WITH_TIMEOUT(site.askUntilAnswered(GetStatus {}).machinesOnline, 1, 30'000);
        const qint64 epoch = site.askUntilAnswered(GetStatus {}).epoch;
        QCOMPARE(site.stopDaemon(), 0);

        QVERIFY(QFile::remove(file) && QFile::copy(site.path("snapshot"), file));
        QVERIFY(site.startDaemon());
        QTRY_VERIFY_WITH_TIMEOUT(site.askUntilAnswered(GetStatus {}).epoch != epoch, 30'000);
        QVERIFY(submitOne(site, "c", "true").value > farBeyond);
        const auto audit = site.ask(ListAudit {.where = "action = daemon.epoch"});
        VERIFY_OK(audit);
        QCOMPARE(audit->entries.size(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(site.askUntilAnswered(GetStatus {}).machinesOnline, 1, 30'000);
    }

    void whatIsNoBackupIsRefusedAndNothingIsTouched()
    {
        Site site;
        QVERIFY(site.init());
        const QStringList where {"--data", site.path("data")};
        const Run same = droverd(QStringList {"migrate"} + where);
        QVERIFY2(same.status == 0 && same.said.contains("already"), qPrintable(same.said));
        const QString file = site.path("backup");
        QCOMPARE(droverd(QStringList {"backup", file} + where).status, 0);
        QFile damaged(file);
        QVERIFY(damaged.open(QIODevice::ReadWrite));
        QByteArray bytes = damaged.readAll();
        const qsizetype at = bytes.indexOf("-----BEGIN CERTIFICATE");
        QVERIFY(at > 0);
        bytes[at + 100] = char(bytes[at + 100] ^ 1);
        QVERIFY(damaged.seek(0) && damaged.write(bytes) == bytes.size());
        damaged.close();
        const Run refused = droverd(QStringList {"restore", file} + where);
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.said.contains("damaged"), qPrintable(refused.said));
        QCOMPARE(droverd(QStringList {"restore", site.path("nothing")} + where).status, 1);
        QVERIFY(QDir(site.path("data")).entryList({"replaced-*"}).isEmpty());
        QVERIFY(site.startDaemon());
    }
};

QTEST_GUILESS_MAIN(TestRestore)
#include "tst_restore.moc"
