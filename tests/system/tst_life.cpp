#include "backend/protocol/batchrequests.h"
#include "backend/protocol/causerequests.h"
#include "backend/protocol/explainrequests.h"
#include "backend/protocol/flagrequests.h"
#include "backend/protocol/poolrequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

using namespace Drover;
using namespace std::chrono_literals;

/// The life of tasks with the real programs: what people ask of them while they are there.
class TestLife : public QObject
{
    Q_OBJECT

    static TaskSpec shell(const QString &name, const QString &text)
    {
        TaskSpec spec;
        spec.name = name;
        spec.shell = text;
        return spec;
    }

    static TaskState stateOf(Site &site, TaskId id)
    {
        return site.askUntilAnswered(GetTask {id}).task.state;
    }

    static qint64 ticks(Site &site)
    {
        return QFileInfo(site.path("ticks")).size();
    }

private slots:
    void aPauseFreezesWhatRunsAndAResumeLetsItGoOn()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(1));
        Submit submit;
        submit.batch = "b";
        // The task may be another user than this test.
        QFile file(site.path("ticks"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.setPermissions(QFile::Permissions(0x6666)));
        const TaskSpec ticking = shell("ticks", QString("while [ ! -e %1 ]; do printf . >>%2; sleep 0.02; done")
                                              .arg(site.path("gate"), site.path("ticks")));
        submit.tasks = {ticking, shell("next", "true")};
        const auto submitted = site.ask(submit);
        VERIFY_OK(submitted);
        const TaskId id = submitted->tasks[0];
        QTRY_VERIFY_WITH_TIMEOUT(ticks(site) > 3, 20'000);

        VERIFY_OK(site.ask(PauseTasks {.tasks = {.ids = {id}}}));
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(site, id), TaskState::Paused, 10'000);
        const qint64 frozenAt = ticks(site);

        // Another flag wants it frozen too, so that one less changes nothing.
        VERIFY_OK(site.ask(SetBatch {.id = submitted->batch, .paused = true}));
        VERIFY_OK(site.ask(PauseTasks {.tasks = {.ids = {id}}, .paused = false}));
        site.killDaemon();
        QVERIFY(site.startDaemon());
        QTRY_COMPARE_WITH_TIMEOUT(site.askUntilAnswered(GetStatus {}).machinesOnline, 1, 20'000);
        QCOMPARE(stateOf(site, id), TaskState::Paused);
        QCOMPARE(ticks(site), frozenAt);

        QFile gate(site.path("gate"));
        QVERIFY(gate.open(QIODevice::WriteOnly));
        VERIFY_OK(site.ask(SetBatch {.id = submitted->batch, .paused = false}));
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(site, id), TaskState::Succeeded, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(site, submitted->tasks[1]), TaskState::Succeeded, 20'000);
    }

    void whatKeepsATaskIsExplained()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(1));
        TaskSpec large = shell("large", "true");
        large.needs.gpu = 3;
        TaskSpec failing = shell("failing", "echo broken >&2; exit 4");
        TaskSpec after = shell("after", "true");
        after.after = {"large"};
        Submit submit;
        submit.batch = "b";
        submit.tasks = {large, failing, after};
        const auto submitted = site.ask(submit);
        VERIFY_OK(submitted);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(site, submitted->tasks[1]), TaskState::Failed, 20'000);
        const auto why = [&](int task) { return site.askUntilAnswered(ExplainTask {.id = submitted->tasks[task]}).reasons.first(); };
        QCOMPARE(why(0).kind, ReasonKind::Gpu);
        QCOMPARE(why(1).what, "it has ended: exited with status 4: broken");
        QCOMPARE(why(2).kind, ReasonKind::WaitsFor);
        VERIFY_FAILS(site.ask(ExplainTask {.id = {999}}), ErrorCode::NotFound);

        const auto causes = site.ask(ListCauses {.batch = submitted->batch});
        VERIFY_OK(causes);
        QCOMPARE(causes->causes.size(), 1);
        QCOMPARE(causes->causes.first().exitCode, 4);
        const auto pools = site.ask(ListPools {});
        VERIFY_OK(pools);
        QCOMPARE(pools->pools.size(), 1);
        QCOMPARE(pools->pools.first().slotCount, 1);
        VERIFY_FAILS(site.ask(ResumePool {.pool = "default"}), ErrorCode::NotFound);
    }

    void aPausedProjectStartsNothingAndStatusSaysHowToGoOn()
    {
        Site site;
        QVERIFY(site.init());
        QVERIFY(site.startDaemon());
        QVERIFY(site.addAgent(1));
        VERIFY_OK(site.ask(PauseProject {.project = "main"}));
        Submit submit;
        submit.tasks = {shell("a", "true")};
        const auto submitted = site.ask(submit);
        VERIFY_OK(submitted);
        const auto status = site.ask(GetStatus {});
        VERIFY_OK(status);
        QCOMPARE(status->pausedProjects, QStringList({"main"}));
        QVERIFY(std::any_of(status->attention.begin(), status->attention.end(), [](const Attention &each) {
            return each.remedy == "drover resume --project main";
        }));
        QCOMPARE(stateOf(site, submitted->tasks[0]), TaskState::Queued);
        VERIFY_OK(site.ask(PauseProject {.project = "main", .paused = false}));
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(site, submitted->tasks[0]), TaskState::Succeeded, 20'000);
    }
};

QTEST_GUILESS_MAIN(TestLife)
#include "tst_life.moc"
