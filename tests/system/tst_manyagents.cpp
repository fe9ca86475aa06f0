#include "backend/base/clock.h"
#include "backend/link/authorityfetch.h"
#include "backend/link/link.h"
#include "backend/protocol/agentmessages.h"
#include "backend/protocol/machinerequests.h"
#include "backend/protocol/sessionrequests.h"
#include "backend/protocol/submissionrequests.h"
#include "backend/protocol/taskrequests.h"
#include "backend/tls/invitationlink.h"
#include "tests/support/verify.h"
#include "tests/system/site.h"

#include <QtCore/QRandomGenerator>
#include <QtCore/QTimer>

#include <deque>

using namespace Drover;
using namespace std::chrono_literals;

namespace {

/// An agent as far as a daemon can see, on the real wire: its tasks end at once, and it forgets no
/// report before that is acknowledged.
class ThinAgent : public QObject
{
public:
    ThinAgent(const LinkTarget &target, int number) : m_target(target), m_link({.retryFirst = 50ms, .retryMost = 500ms})
    {
        m_facts.hostName = QString("thin%1").arg(number);
        m_facts.cores = 4;
        connect(&m_link, &Link::connected, this, &ThinAgent::sayHello);
        connect(&m_link, &Link::notified, this, &ThinAgent::onNotified);
        m_beat.callOnTimeout(this, [this] { m_link.notify(AgentBeat {.bootTime = 1, .load = {}, .gauges = {}}); });
        m_link.open(m_target);
    }

    void drop()
    {
        m_beat.stop();
        m_link.close();
        m_link.open(m_target);
    }

    int started() const { return m_started; }

private:
    void sayHello()
    {
        AgentHello hello {.version = "thin", .facts = m_facts, .epoch = m_epoch, .held = {}};
        for (const Report &report : m_reports)
            hello.held.append({.task = report.task, .n = report.n, .epoch = report.epoch, .specNumber = 1, .state = TaskState::Collecting});
        m_link.send<AgentHello>(hello, this, [this](const Result<AgentWelcome> &welcome) {
            if (!welcome)
                return;
            m_epoch = welcome->epoch;
            m_beat.start(welcome->beat);
            if (!m_reports.empty())
                m_link.notify(AgentReports {.reports = QList<Report>(m_reports.begin(), m_reports.end())});
        });
    }

    void onNotified(const QString &method, const QByteArray &params)
    {
        if (method == AgentAssign::method) {
            const auto assign = decode<AgentAssign>(params);
            for (const Assignment &assignment : assign->assignments)
                run(assignment.id());
        } else if (method == ReportsAck::method) {
            const qint64 upTo = decode<ReportsAck>(params)->upTo;
            while (!m_reports.empty() && m_reports.front().seq <= upTo)
                m_reports.pop_front();
        }
    }

    void run(AttemptId id)
    {
        if (std::ranges::any_of(m_reports, [id](const Report &each) { return each.id() == id; }))
            return;
        ++m_started;
        Report report;
        report.seq = ++m_lastReport;
        report.epoch = m_epoch;
        report.task = id.task;
        report.n = id.n;
        report.kind = ReportKind::Ended;
        report.at = report.started = SystemClock().now();
        report.endReason = EndReason::Exited;
        report.exitCode = 0;
        m_reports.push_back(report);
        m_link.notify(AgentReports {.reports = {report}});
    }

    LinkTarget m_target;
    MachineFacts m_facts;
    Link m_link;
    QTimer m_beat;
    std::deque<Report> m_reports; // not acknowledged
    qint64 m_epoch = 0;
    qint64 m_lastReport = 0;
    int m_started = 0;
};

int many()
{
    const int given = qEnvironmentVariableIntValue("DROVER_AGENTS");
    return given > 0 ? given : 150;
}

} // namespace

/// A daemon and very many agents, a fifth of which drop and return each second. DROVER_AGENTS says
/// how many; `--full` takes 1,000.
class TestManyAgents : public QObject
{
    Q_OBJECT

    Site m_site;
    std::vector<std::unique_ptr<ThinAgent>> m_agents;

    bool join(int count)
    {
        const auto link = InvitationLink::parse(m_site.ask(InviteMachine {}).value_or(Invitation {}).link);
        if (!link)
            return false;
        Result<Certificate> authority = fail(ErrorCode::Unreachable, {});
        bool isThere = false;
        fetchAuthority(link->addresses, link->pin, 10s, this, [&](const Result<Certificate> &fetched) {
            authority = fetched;
            isThere = true;
        });
        if (!QTest::qWaitFor([&] { return isThere; }, 20'000) || !authority)
            return false;
        for (int i = 0; i < count; ++i) {
            const auto key = PrivateKey::generate();
            const auto invitation = m_site.ask(InviteMachine {.slotCount = 2});
            if (!key || !invitation)
                return false;
            const auto joined = m_site.ask(JoinMachine {.secret = InvitationLink::parse(invitation->link)->secret,
                                                        .request = *key->certificateRequest(),
                                                        .facts = {},
                                                        .name = QString("thin%1").arg(i),
                                                        .slotCount = 2});
            if (!joined)
                return false;
            const auto certificates = Certificate::listFromPem(joined->certificate);
            m_agents.push_back(std::make_unique<ThinAgent>(
                LinkTarget {.addresses = link->addresses,
                            .authorities = {*authority},
                            .identity = ClientIdentity {.key = *key, .certificate = certificates->first()}},
                i));
        }
        return true;
    }

private slots:
    void aFifthOfThemDropsAndReturnsEachSecond()
    {
        const int count = many();
        QVERIFY(m_site.init());
        QVERIFY(m_site.startDaemon());
        QVERIFY(join(count));
        QTRY_COMPARE_WITH_TIMEOUT(m_site.askUntilAnswered(GetStatus {}).machinesOnline, count, 120'000);

        const quint32 seed = QRandomGenerator::system()->generate();
        qInfo("seed %u", seed);
        QRandomGenerator random(seed);
        qint64 drops = 0;
        QTimer dropping;
        dropping.callOnTimeout(this, [&] {
            for (int i = 0; i < count / 50; ++i, ++drops)
                m_agents[size_t(random.bounded(count))]->drop();
        });
        dropping.start(100ms);

        QList<TaskId> tasks;
        const int rounds = 10;
        for (int round = 0; round < rounds; ++round) {
            Submit submit;
            submit.key = QString("round%1").arg(round);
            submit.batch = "many";
            for (int i = 0; i < 2 * count; ++i) {
                TaskSpec spec;
                spec.command = {"true"};
                submit.tasks.append(spec);
            }
            const Submitted submitted = m_site.askUntilAnswered(submit);
            tasks += submitted.tasks;
            const qint64 dropped = drops;
            QTRY_VERIFY_WITH_TIMEOUT(drops >= dropped + count / 5, 60'000); // for a second
        }
        Awaited awaited;
        QTRY_VERIFY_WITH_TIMEOUT((awaited = m_site.askUntilAnswered(AwaitTasks {.ids = tasks, .batch = {}, .wait = 1s})).ended, 120'000);
        dropping.stop();
        QCOMPARE(awaited.counts[TaskState::Succeeded], tasks.size());
        QCOMPARE(awaited.counts.total(), tasks.size());
        int started = 0;
        for (const auto &agent : m_agents)
            started += agent->started();
        QCOMPARE(started, tasks.size()); // each of them once
        QTRY_COMPARE_WITH_TIMEOUT(m_site.askUntilAnswered(GetStatus {}).machinesOnline, count, 60'000);
        qInfo("%d agents dropped %lld times while %lld tasks ended", count, static_cast<long long>(drops),
              static_cast<long long>(tasks.size()));
    }
};

QTEST_GUILESS_MAIN(TestManyAgents)
#include "tst_manyagents.moc"
