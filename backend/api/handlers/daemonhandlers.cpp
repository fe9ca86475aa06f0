#include "backend/api/handlers/handlers.h"
#include "backend/protocol/sessionrequests.h"

#include "backend/api/metrics.h"
#include "backend/base/version.h"

#include <QtCore/QStorageInfo>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

void addFlags(const Status &status, QList<Attention> &list)
{
    if (status.held)
        list.append({u"everything is held: nothing new starts"_s, u"drover release --all"_s});
    if (status.paused)
        list.append({u"everything is paused: nothing starts, and what runs is frozen"_s,
                     u"drover resume --all"_s});
    for (const QString &project : status.heldProjects)
        list.append({u"project %1 is held: nothing new of it starts"_s.arg(project),
                     u"drover release --project %1"_s.arg(project)});
    for (const QString &project : status.pausedProjects)
        list.append({u"project %1 is paused: what runs of it is frozen"_s.arg(project),
                     u"drover resume --project %1"_s.arg(project)});
}

void addStorms(const Rooms &rooms, QList<Attention> &list)
{
    for (const Storms::Storm &storm : rooms.dispatcher.storms())
        list.append(
            {u"%1 machines of pool %2 were lost at once; what ran there is queued again at %3"_s
                 .arg(storm.lost.size())
                 .arg(storm.pool, toIso(storm.ends)),
             u"look at the network; drover pool resume %1 queues it again at once"_s.arg(
                 storm.pool)});
}

void addStrays(const Rooms &rooms, QList<Attention> &list)
{
    for (const StoredStray &stray : rooms.attempts.strays().all()) {
        if (stray.adopted)
            continue;
        const MachineRecord *machine = rooms.fleet.find(stray.machine);
        const QString name = machine ? machine->row.name : QString::number(stray.machine.value);
        const QString attempt = u"%1/%2"_s.arg(stray.task.value).arg(stray.n);
        list.append(
            {u"machine %1 holds attempt %2 of another history"_s.arg(name, attempt),
             u"drover stray stop %1 %2, or drover stray adopt %1 %2"_s.arg(name, attempt)});
    }
}

// The machines that the caller may see, as they are shown.
QList<Machine> machinesFor(const Rooms &rooms, const Caller &caller)
{
    const QStringList seen = rooms.access.scopeFor(caller, Verb::View);
    QList<Machine> machines;
    for (const MachineRecord &record : rooms.fleet.all()) {
        if (seen.isEmpty() || record.row.project == u"*" || seen.contains(record.row.project))
            machines.append(rooms.fleet.shown(record));
    }
    return machines;
}

QString dayOf(Instant instant)
{
    return toIso(instant).left(10);
}

void addAttentionOfMachines(QList<Attention> &list, const Status &status,
                            const QList<Machine> &machines)
{
    if (status.machines == 0)
        list.append({u"there is no machine to run tasks on"_s,
                     u"drover machine invite, then type the line it prints on a machine"_s});
    else if (status.machinesOnline == 0)
        list.append(
            {u"no machine is online"_s, u"start drover-agent there, and look at its log"_s});
    for (const Machine &machine : machines) {
        if (machine.state == MachineState::Lost || machine.state == MachineState::Silent)
            list.append({u"machine %1 is %2"_s.arg(machine.name, enumText(machine.state)),
                         u"look whether it runs, and at the log of its agent"_s});
        if (!machine.facts.agentVersion.isEmpty() && machine.facts.agentVersion != status.version)
            list.append({u"the agent of %1 has version %2, the daemon %3"_s.arg(
                             machine.name, machine.facts.agentVersion, status.version),
                         u"upgrade it; its tasks go on meanwhile"_s});
    }
}

QList<Attention> attentionOf(const Rooms &rooms, const Status &status,
                             const QList<Machine> &machines)
{
    QList<Attention> list;
    addFlags(status, list);
    addStorms(rooms, list);
    addStrays(rooms, list);
    addAttentionOfMachines(list, status, machines);
    if (const Result<void> grows = rooms.disk.mayGrow(); !grows)
        list.append({grows.error().message, u"it goes on by itself when there is room"_s});
    else if (status.diskFree < rooms.settings.number("attention.disk"_L1))
        list.append({u"little disk is left under %1"_s.arg(rooms.dataDirectory),
                     u"make room, or move the data directory"_s});
    const Instant soon = rooms.clock.now() + rooms.settings.duration("attention.certificate"_L1);
    if (status.certificateEnds < soon)
        list.append({u"the daemon's certificate ends on %1"_s.arg(dayOf(status.certificateEnds)),
                     rooms.certificates.isGiven()
                         ? u"give it a new one"_s
                         : u"it renews itself; its log says why it has not"_s});
    if (status.authorityEnds < soon)
        list.append({u"the certificate authority ends on %1"_s.arg(dayOf(status.authorityEnds)),
                     u"droverd rotate-ca, with the daemon stopped"_s});
    if (status.rotating)
        list.append({u"two certificate authorities are believed: a rotation is on"_s,
                     u"droverd rotate-ca --end, once all agents and people know the new one"_s});
    return list;
}

void countMachines(Status &status, const QList<Machine> &machines)
{
    QMap<QString, int> versions;
    for (const Machine &machine : machines) {
        ++status.machines;
        ++versions[machine.facts.agentVersion];
        if (machine.state != MachineState::Online && machine.state != MachineState::Draining)
            continue;
        ++status.machinesOnline;
        status.slotCount += machine.slotCount;
        status.slotsUsed += machine.slotsUsed;
    }
    for (auto it = versions.cbegin(); it != versions.cend(); ++it)
        status.agentVersions.append(
            u"%1 on %2 machine(s)"_s.arg(it.key().isEmpty() ? u"unknown"_s : it.key())
                .arg(it.value()));
}

Status statusOf(const Rooms &rooms, const Caller &caller, const StateCounts &ended)
{
    Status status;
    status.version = programVersion();
    status.store = rooms.ledger.storeId();
    status.epoch = rooms.ledger.epoch();
    status.revision = rooms.ledger.revision();
    status.now = rooms.clock.now();
    status.started = rooms.started;
    status.database = rooms.database;
    const Flags &flags = rooms.batches.flags();
    status.held = flags.held;
    status.paused = flags.paused;
    status.heldProjects = flags.heldProjects;
    status.pausedProjects = flags.pausedProjects;
    status.counts = ended;
    const QStringList seen = rooms.access.scopeFor(caller, Verb::View);
    for (const Batch &batch : rooms.batches.all()) {
        if (!seen.isEmpty() && !seen.contains(batch.project))
            continue;
        for (int state = 0; state < taskStateCount; ++state)
            status.counts.add(TaskState(state), batch.counts[TaskState(state)]);
    }
    status.unfinished = status.counts.total() - status.counts.finished();
    const QList<Machine> machines = machinesFor(rooms, caller);
    countMachines(status, machines);
    status.diskFree = QStorageInfo(rooms.dataDirectory).bytesAvailable();
    status.certificateEnds = rooms.certificates.leafEnds();
    status.authorityEnds = rooms.certificates.authority().certificate().notAfter();
    status.rotating = rooms.certificates.isRotating();
    status.attention = attentionOf(rooms, status, machines);
    return status;
}

} // namespace

void handleDaemon(Router &router, Rooms &rooms)
{
    router.handle<GetStatus>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const GetStatus &, const Answer<Status> &answer) {
            // Of batches that have ended the store alone knows.
            rooms.store.ask<StateCounts>(
                &rooms.dispatcher,
                [scope = scopeOf(rooms, caller)](Database &db) { return endedCounts(db, scope); },
                [&rooms, caller, answer](const Result<StateCounts> &ended) {
                    Status status = statusOf(rooms, caller, ended.value_or(StateCounts{}));
                    status.ready = ended.has_value();
                    answer(status);
                });
        });
    router.handle<GetMetrics>(
        {.who = Who::Viewer, .everywhere = true},
        [&rooms](const Caller &, const GetMetrics &, const Answer<Metrics> &answer) {
            answer(Metrics{metricsOf(rooms)});
        });
}

} // namespace Drover
