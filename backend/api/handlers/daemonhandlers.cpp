#include "backend/api/handlers/handlers.h"
#include "backend/protocol/sessionrequests.h"

#include "backend/base/version.h"

#include <QtCore/QStorageInfo>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr qint64 littleDisk = 1024LL * 1024 * 1024;
constexpr auto certificateSoon = 14 * 24h;

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

QList<Attention> attentionOf(const Rooms &rooms, const Status &status)
{
    QList<Attention> list;
    addFlags(status, list);
    addStorms(rooms, list);
    addStrays(rooms, list);
    if (status.machines == 0)
        list.append({u"there is no machine to run tasks on"_s,
                     u"drover machine invite, then type the line it prints on a machine"_s});
    else if (status.machinesOnline == 0)
        list.append(
            {u"no machine is online"_s, u"start drover-agent there, and look at its log"_s});
    for (const MachineRecord &machine : rooms.fleet.all()) {
        const Machine shown = rooms.fleet.shown(machine);
        if (shown.state == MachineState::Lost || shown.state == MachineState::Silent)
            list.append({u"machine %1 is %2"_s.arg(shown.name, enumText(shown.state)),
                         u"look whether it runs, and at the log of its agent"_s});
    }
    if (status.diskFree < littleDisk)
        list.append({u"little disk is left under %1"_s.arg(rooms.dataDirectory),
                     u"make room, or move the data directory"_s});
    if (status.certificateEnds < rooms.clock.now() + certificateSoon)
        list.append(
            {u"the daemon's certificate ends soon"_s, u"restart the daemon, which renews it"_s});
    return list;
}

Status statusOf(const Rooms &rooms)
{
    Status status;
    status.version = programVersion();
    status.store = rooms.ledger.storeId();
    status.epoch = rooms.ledger.epoch();
    status.revision = rooms.ledger.revision();
    status.started = rooms.started;
    status.database = rooms.database;
    const Flags &flags = rooms.batches.flags();
    status.held = flags.held;
    status.paused = flags.paused;
    status.heldProjects = flags.heldProjects;
    status.pausedProjects = flags.pausedProjects;
    for (const Batch &batch : rooms.batches.all()) {
        for (int state = 0; state < taskStateCount; ++state)
            status.counts.add(TaskState(state), batch.counts[TaskState(state)]);
    }
    for (const MachineRecord &machine : rooms.fleet.all()) {
        const Machine shown = rooms.fleet.shown(machine);
        ++status.machines;
        if (shown.state != MachineState::Online && shown.state != MachineState::Draining)
            continue;
        ++status.machinesOnline;
        status.slotCount += shown.slotCount;
        status.slotsUsed += shown.slotsUsed;
    }
    status.diskFree = QStorageInfo(rooms.dataDirectory).bytesAvailable();
    status.certificateEnds = rooms.certificates.leafEnds();
    status.attention = attentionOf(rooms, status);
    return status;
}

} // namespace

void handleDaemon(Router &router, Rooms &rooms)
{
    router.handle<GetStatus>({.who = Who::Viewer},
                             [&rooms](const Caller &, const GetStatus &,
                                      const Answer<Status> &answer) { answer(statusOf(rooms)); });
}

} // namespace Drover
