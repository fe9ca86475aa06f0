#include "backend/api/handlers/handlers.h"
#include "backend/protocol/machinerequests.h"
#include "backend/protocol/renewalrequests.h"

#include "backend/api/sessions.h"
#include "backend/api/userinvitation.h"
#include "backend/queue/speccheck.h"
#include "backend/tls/invitationlink.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr std::chrono::milliseconds longestInvitation = 30 * 24h;

Result<Invitation> invite(Rooms &rooms, const Caller &caller, const InviteMachine &request)
{
    if (request.valid <= 0ms || request.valid > longestInvitation)
        return fail(ErrorCode::Invalid, u"valid: use up to 30 days"_s);
    if (const QString problem = request.name.isEmpty() ? QString() : nameProblem(request.name); !problem.isEmpty())
        return fail(ErrorCode::Invalid, u"name: the machine's name "_s + problem);
    for (const QString &pool : request.pools) {
        if (const QString problem = nameProblem(pool); !problem.isEmpty())
            return fail(ErrorCode::Invalid, u"pools: the name "_s + problem);
    }
    InvitationLink link{.kind = InvitationLink::Kind::Machine,
                        .pin = rooms.certificates.pin(),
                        .secret = {},
                        .addresses = {}};
    for (const QString &address : rooms.addresses) {
        if (const Result<ServerAddress> parsed = ServerAddress::parse(address))
            link.addresses.append(*parsed);
    }
    const MachineInvitation details{
        .name = request.name, .pools = request.pools, .slotCount = request.slotCount};
    link.secret = rooms.access.invite(u"machine"_s, encode(details), request.valid);
    rooms.access.audit(caller, u"machine.invite"_s, request.name, u"done"_s);
    return Invitation{.link = link.printed(), .expires = rooms.clock.now() + request.valid};
}

Result<Joined> join(Rooms &rooms, const Caller &caller, const JoinMachine &request)
{
    const Result<QByteArray> details = rooms.access.invited(request.secret, u"machine"_s);
    if (!details)
        return details.error();
    const Result<MachineInvitation> invited = decode<MachineInvitation>(*details);
    if (!invited)
        return invited.error();
    // What the invitation says goes before what the machine wishes.
    const QString wished = request.name.isEmpty() ? request.facts.hostName : request.name;
    const QString name = invited->name.isEmpty() ? wished : invited->name;
    const int slotCount = invited->slotCount > 0 ? invited->slotCount : request.slotCount;
    if (const QString problem = nameProblem(name); !problem.isEmpty())
        return fail(ErrorCode::Invalid, u"the machine's name "_s + problem);
    const MachineId id = rooms.fleet.add(name, request.facts, invited->pools, slotCount);
    const Result<Certificate> certificate
        = rooms.certificates.signMachine(request.request, id, rooms.clock.now());
    if (!certificate) {
        std::ignore = rooms.fleet.remove(id);
        return certificate.error();
    }
    std::ignore = rooms.access.redeem(request.secret, u"machine"_s); // not before all has gone well
    rooms.fleet.setCertificate(id, QString::fromLatin1(certificate->fingerprint().toHex()));
    rooms.access.audit(caller, u"machine.join"_s, rooms.fleet.find(id)->row.name, u"done"_s);
    return Joined{
        .machine = id, .name = rooms.fleet.find(id)->row.name, .certificate = certificate->toPem()};
}

// The old certificate is believed until the new one has been shown: the answer may be lost.
Result<Renewed> renew(Rooms &rooms, const Caller &caller, const RenewMachine &request)
{
    Renewed renewed;
    if (!rooms.certificates.isGiven())
        renewed.authorities = toPem(rooms.certificates.identity().authorities);
    if (request.request.isEmpty())
        return renewed;
    const MachineRecord *machine = rooms.fleet.find(caller.machine);
    const Result<Certificate> certificate
        = rooms.certificates.signMachine(request.request, caller.machine, rooms.clock.now());
    if (!machine || !certificate)
        return machine ? certificate.error()
                       : fail(ErrorCode::NotFound, u"this machine was removed"_s);
    renewed.certificate = certificate->toPem();
    const QString present = machine->row.certificate.section(u' ', -1);
    rooms.fleet.setCertificate(
        caller.machine, present + u' ' + QString::fromLatin1(certificate->fingerprint().toHex()));
    rooms.access.audit(caller, u"agent.renew"_s, machine->row.name, u"done"_s);
    return renewed;
}

template <typename Reply>
void answerResult(Rooms &rooms, const Answer<Reply> &answer, const Result<Reply> &result)
{
    if (result)
        answerWhenCommitted(rooms, answer, *result);
    else
        answer(result.error());
}

} // namespace

void handleMachines(Router &router, Rooms &rooms, Sessions &sessions)
{
    router.handle<ListMachines>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const ListMachines &, const Answer<MachineList> &answer) {
            MachineList list{.machines = {}, .revision = rooms.ledger.revision()};
            const auto seen = rooms.access.projectsFor(caller, Verb::View);
            for (const MachineRecord &machine : rooms.fleet.all()) {
                if (!seen || machine.row.project == u"*" || seen->contains(machine.row.project))
                    list.machines.append(rooms.fleet.shown(machine));
            }
            std::ranges::sort(list.machines, {}, &Machine::id);
            answer(list);
        });
    router.handle<InviteMachine>({.who = Who::Admin, .refusedWhenBusy = true, .everywhere = true},
                                 [&rooms](const Caller &caller, const InviteMachine &request,
                                          const Answer<Invitation> &answer) {
                                     answerResult(rooms, answer, invite(rooms, caller, request));
                                 });
    router.handle<JoinMachine>(
        {.who = Who::Anybody, .refusedWhenBusy = true},
        [&rooms](const Caller &caller, const JoinMachine &request, const Answer<Joined> &answer) {
            answerResult(rooms, answer, join(rooms, caller, request));
        });
    router.handle<RenewMachine>(
        {.who = Who::Agent},
        [&rooms](const Caller &caller, const RenewMachine &request, const Answer<Renewed> &answer) {
            const Result<Renewed> renewed = renew(rooms, caller, request);
            if (renewed && request.request.isEmpty())
                answer(*renewed);
            else
                answerResult(rooms, answer, renewed);
        });
    router.handle<SetMachine>(
        {.who = Who::Admin, .refusedWhenBusy = true},
        [&rooms](const Caller &caller, const SetMachine &request, const Answer<Machine> &answer) {
            const MachineRecord *known = rooms.fleet.find(request.id);
            const Result<void> may = known
                ? rooms.access.may(caller, Verb::Administer, known->row.project)
                : Result<void>();
            const Result<Machine> machine = may ? rooms.fleet.set(request) : may.error();
            if (machine) {
                rooms.access.audit(caller, u"machine.set"_s, machine->name, u"done"_s);
                if (request.slotCount)
                    rooms.dispatcher.slotsChanged(request.id);
            }
            answerResult(rooms, answer, machine);
        });
    router.handle<RemoveMachine>(
        {.who = Who::Admin, .refusedWhenBusy = true},
        [&rooms, &sessions](const Caller &caller, const RemoveMachine &request,
                            const Answer<Done> &answer) {
            const MachineRecord *machine = rooms.fleet.find(request.id);
            if (!machine) {
                answer(
                    fail(ErrorCode::NotFound, u"there is no machine %1"_s.arg(request.id.value)));
                return;
            }
            if (const Result<void> may
                = rooms.access.may(caller, Verb::Administer, machine->row.project);
                !may) {
                answer(may.error());
                return;
            }
            rooms.access.audit(caller, u"machine.remove"_s, machine->row.name, u"done"_s);
            rooms.attempts.machineRemoved(request.id);
            std::ignore = rooms.fleet.remove(request.id);
            sessions.closeMachine(request.id, u"this machine was removed"_s);
            answerWhenCommitted(rooms, answer, Done{});
        });
}

} // namespace Drover
