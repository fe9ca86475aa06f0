#include "tests/bench/wirefleet.h"

#include "backend/agent/agentidentity.h"
#include "backend/agent/joining.h"
#include "backend/base/clock.h"
#include "backend/protocol/machinerequests.h"
#include "tests/system/site.h"

namespace Drover {

namespace {

AgentIdentity joined(Site &site, int number, int slotCount)
{
    const auto invitation = site.ask(InviteMachine {.slotCount = slotCount});
    if (!invitation)
        qFatal("no invitation: %s", qPrintable(invitation.error().message));
    MachineFacts facts;
    facts.hostName = QString("wire%1").arg(number);
    facts.cores = slotCount;
    facts.memory = 64LL << 30;
    Joining joining(*InvitationLink::parse(invitation->link), {.name = facts.hostName, .slotCount = slotCount}, facts);
    std::optional<AgentIdentity> identity;
    QObject::connect(&joining, &Joining::joined, &joining, [&](const AgentIdentity &found) { identity = found; });
    QObject::connect(&joining, &Joining::failed, &joining, [](const Error &error) { qFatal("%s", qPrintable(error.message)); });
    joining.start();
    if (!QTest::qWaitFor([&] { return identity.has_value(); }, 30'000))
        qFatal("a machine cannot join");
    return *identity;
}

} // namespace

WireAgent::WireAgent(const LinkTarget &target, std::chrono::milliseconds runs, QObject *parent)
    : QObject(parent), m_link(target, {}, this), m_beat(this), m_runs(runs)
{
    connect(&m_link, &DaemonLink::connected, this, &WireAgent::onConnected);
    connect(&m_link, &DaemonLink::received, this, &WireAgent::onReceived);
    m_beat.callOnTimeout(this, &WireAgent::beat);
}

void WireAgent::onConnected()
{
    AgentHello hello;
    hello.version = "bench";
    hello.epoch = m_epoch;
    hello.facts.memory = 64LL << 30;
    m_link.hello(hello, [this](const Result<AgentWelcome> &welcome) {
        if (!welcome)
            qFatal("an agent is refused: %s", qPrintable(welcome.error().message));
        m_epoch = welcome->epoch;
        m_beat.start(welcome->beat);
        beat();
    });
}

void WireAgent::beat()
{
    m_link.send(AgentBeat {.bootTime = 1, .load = {}, .gauges = {}});
}

void WireAgent::onReceived(const QString &method, const QByteArray &params)
{
    if (method != AgentAssign::method)
        return;
    const Result<AgentAssign> assign = decode<AgentAssign>(params);
    if (!assign)
        qFatal("%s", qPrintable(assign.error().message));
    if (m_runs.count() == 0)
        report(assign->assignments);
    else
        QTimer::singleShot(m_runs, Qt::PreciseTimer, this, [this, assigned = assign->assignments] { report(assigned); });
}

void WireAgent::report(const QList<Assignment> &assignments)
{
    AgentReports reports;
    const Instant now = SystemClock().now();
    for (const Assignment &each : assignments) {
        Report report;
        report.epoch = m_epoch;
        report.task = each.task;
        report.n = each.n;
        report.at = report.started = now;
        report.seq = ++m_seq;
        report.kind = ReportKind::Started;
        reports.reports.append(report);
        report.seq = ++m_seq;
        report.kind = ReportKind::Ended;
        report.endReason = EndReason::Exited;
        report.exitCode = 0;
        reports.reports.append(report);
    }
    m_link.send(reports);
}

WireFleet::WireFleet(Site &site, int agents, int slotsEach, std::chrono::milliseconds runs)
    : m_crew(new QObject), m_runs(runs)
{
    for (int i = 0; i < agents; ++i)
        m_targets.append(joined(site, i, slotsEach).target());
    m_crew->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_crew, &QObject::deleteLater);
    m_thread.start();
}

WireFleet::~WireFleet()
{
    m_thread.quit();
    m_thread.wait();
}

void WireFleet::start()
{
    QMetaObject::invokeMethod(m_crew, [crew = m_crew, targets = m_targets, runs = m_runs] {
        for (const LinkTarget &target : targets)
            (new WireAgent(target, runs, crew))->start();
    });
}

} // namespace Drover
