#include "backend/protocol/eventrequests.h"
#include "backend/protocol/outputrequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

#include <QtCore/QDir>

#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

using namespace Drover;
using namespace std::chrono_literals;

/// Disks that fill up, under the daemon and under an agent. Each is a small one in memory, in a mount
/// namespace of this process, so that nothing of it is left behind.
class TestFullDisk : public QObject
{
    Q_OBJECT

    static constexpr qint64 megabyte = 1024 * 1024;

    static void mountDisk(const QString &path, int megabytes)
    {
        QVERIFY(QDir().mkpath(path));
        const QByteArray options = QString("size=%1m,mode=755").arg(megabytes).toLatin1();
        const int status = ::mount("none", QFile::encodeName(path).constData(), "tmpfs", 0, options.constData());
        QVERIFY2(status == 0, qPrintable(qt_error_string(errno)));
    }

    // Takes all but so many bytes.
    static void fill(const QString &path, qint64 leave)
    {
        struct statvfs disk {};
        QCOMPARE(::statvfs(QFile::encodeName(path).constData(), &disk), 0);
        const qint64 room = qint64(disk.f_bavail) * qint64(disk.f_frsize) - leave;
        QFile file(path + "/filler");
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered));
        const QByteArray block(65536, 'x');
        for (qint64 left = room; left > 0; left -= block.size()) {
            if (file.write(block.constData(), std::min<qint64>(left, block.size())) <= 0)
                break;
        }
    }

    static Submit tasks(const QString &batch, const QStringList &shells)
    {
        Submit submit {.key = "key-" + batch, .batch = batch};
        for (const QString &shell : shells) {
            TaskSpec spec;
            spec.shell = shell;
            submit.tasks.append(spec);
        }
        return submit;
    }

    static Task taskOf(Site &site, TaskId id) { return site.askUntilAnswered(GetTask {id}).task; }

private slots:
    void initTestCase()
    {
        // Root needs no user namespace; others are root in one of their own.
        const int kind = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
        QVERIFY2(::unshare(kind) == 0, qPrintable(qt_error_string(errno)));
        QCOMPARE(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    }

    void aDaemonWhoseDiskIsFullTakesNothingNewLosesNothingAndGoesOnByItself()
    {
        Site site;
        const QString data = site.path("data");
        mountDisk(data, 48);
        site.setDaemonOptions({"--set", "disk.ballast=6MB", "--set", "disk.refuse-below=12MB", "--set", "disk.resume-above=20MB"});
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(data + "/ballast"), 20'000);
        QVERIFY(site.addAgent(4));
        const QString gate = site.path("gate");
        const QString wait = QString("while [ ! -e %1 ]; do sleep 0.05; done; ").arg(gate);
        // The second writes more than travels in a report: 2 MB, which must not get lost.
        const Submitted before = site.askUntilAnswered(tasks("before", {wait + "echo small", wait + "seq 1 300000", wait + "exit 4"}));
        QTRY_COMPARE_WITH_TIMEOUT(taskOf(site, before.tasks[2]).state, TaskState::Running, 20'000);

        fill(data, 0);
        QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(data + "/ballast"), 20'000);
        QFile open(gate);
        QVERIFY(open.open(QIODevice::WriteOnly));
        // Reports are accepted, people come in, and nothing new is taken on.
        QTRY_COMPARE_WITH_TIMEOUT(taskOf(site, before.tasks[0]).state, TaskState::Succeeded, 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(taskOf(site, before.tasks[2]).state, TaskState::Failed, 30'000);
        const auto refused = site.ask(tasks("later", {"true"}));
        VERIFY_FAILS(refused, ErrorCode::LimitReached);
        QVERIFY2(refused.error().message.contains("disk"), qPrintable(refused.error().message));
        QVERIFY(site.askUntilAnswered(tasks("before", {wait + "echo small", wait + "seq 1 300000", wait + "exit 4"})).tasks == before.tasks);
        const Status status = site.askUntilAnswered(GetStatus {});
        QVERIFY(std::ranges::any_of(status.attention, [](const Attention &each) { return each.what.contains("nothing new is taken on"); }));
        VERIFY_OK(site.ask(DeleteTasks {.tasks = {.ids = {before.tasks[0]}}}));

        QVERIFY(QFile::remove(data + "/filler"));
        const auto accepted = [&] { return site.ask(tasks("later", {"true"})).has_value(); };
        QTRY_VERIFY_WITH_TIMEOUT(accepted(), 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(taskOf(site, before.tasks[1]).state, TaskState::Succeeded, 60'000);
        const auto out = site.ask(ReadOutput {.task = before.tasks[1], .offset = -7});
        VERIFY_OK(out);
        QCOMPARE(out->data, "300000\n");
        QCOMPARE(out->size, 1988895); // all of it
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(data + "/ballast"), 20'000);
        const auto events = site.ask(ListEvents {.where = "source = disk"});
        VERIFY_OK(events);
        QStringList kinds;
        for (const Event &event : events->events)
            kinds.prepend(event.kind);
        QVERIFY2(kinds.contains("full"), qPrintable(kinds.join(' ')));
        QCOMPARE(kinds.last(), "ample");
    }

    void aTaskOnAFullAgentEndsForThatReasonAndTheNextOneRuns()
    {
        Site site;
        const QString state = site.path("agent0");
        mountDisk(state, 24);
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(1));
        const Submitted submitted = site.askUntilAnswered(
            tasks("full", {"head -c 100000000 /dev/zero >big || exit 1", "echo still here"}));
        QTRY_COMPARE_WITH_TIMEOUT(taskOf(site, submitted.tasks[0]).state, TaskState::Failed, 60'000);
        QCOMPARE(taskOf(site, submitted.tasks[0]).endReason, EndReason::DiskFull);
        QTRY_COMPARE_WITH_TIMEOUT(taskOf(site, submitted.tasks[1]).state, TaskState::Succeeded, 60'000);
        const auto out = site.ask(ReadOutput {.task = submitted.tasks[1]});
        VERIFY_OK(out);
        QCOMPARE(out->data, "still here\n");
    }
};

QTEST_GUILESS_MAIN(TestFullDisk)
#include "tst_fulldisk.moc"
