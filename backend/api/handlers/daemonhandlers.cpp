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

QList<Attention> attentionOf(const Rooms &rooms, const Status &status)
{
    QList<Attention> list;
    if (status.held)
        list.append({u"everything is held: nothing new starts"_s, u"drover release --all"_s});
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
    status.held = rooms.dispatcher.isHeld();
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
    router.handle<HoldEverything>(
        {.who = Who::Operator},
        [&rooms](const Caller &caller, const HoldEverything &request, const Answer<Done> &answer) {
            rooms.dispatcher.setHeld(request.held);
            rooms.access.audit(caller, u"daemon.hold"_s, request.held ? u"held"_s : u"released"_s,
                               u"done"_s);
            answerWhenCommitted(rooms, answer, Done{});
        });
}

} // namespace Drover
