#include "backend/api/sessions.h"

#include "backend/base/logging.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto busyAfter = 200ms; // design.md, Group commit
constexpr quint16 closedGoingAway = 1001;
constexpr quint16 closedForPolicy = 1008;

} // namespace

Sessions::Sessions(Rooms &rooms, Gateway &gateway, QObject *parent)
    : QObject(parent), m_rooms(rooms), m_gateway(gateway)
{
    connect(&gateway, &Gateway::opened, this, &Sessions::onOpened);
    connect(&gateway, &Gateway::closed, this, &Sessions::onClosed);
    connect(&gateway, &Gateway::called, this, &Sessions::onCalled);
    connect(&gateway, &Gateway::posted, this, &Sessions::onPosted);
    connect(&gateway, &Gateway::taken, this, &Sessions::taken);
    connect(&rooms.dispatcher, &Dispatcher::send, this, &Sessions::sendTo);
    connect(&rooms.dispatcher, &Dispatcher::helloWanted, this, [this](MachineId machine) {
        closeMachine(machine, u"its leases had ended; say hello again"_s);
    });
}

void Sessions::onOpened(PeerId peer, const PeerInfo &info)
{
    Caller caller;
    caller.address = info.address.toString();
    caller.since = m_rooms.clock.now();
    if (info.machine && m_rooms.fleet.find(info.machine)) {
        const MachineRecord *machine = m_rooms.fleet.find(info.machine);
        const QString shown = QString::fromLatin1(info.certificateFingerprint.toHex());
        const QStringList believed = machine->row.certificate.split(u' '); // two while one is renewed
        if (believed.contains(shown)) {
            if (believed.size() > 1 && believed.last() == shown)
                m_rooms.fleet.setCertificate(info.machine, shown);
            caller.machine = info.machine;
            // A machine has one agent: the newest connection is it.
            if (const PeerId older = m_agents.value(info.machine))
                QMetaObject::invokeMethod(&m_gateway, [&gateway = m_gateway, older] { gateway.close(older, closedForPolicy, u"a newer connection of this machine took over"_s); });
            m_agents.insert(info.machine, peer);
            QMetaObject::invokeMethod(&m_gateway, [&gateway = m_gateway, peer] { gateway.signedIn(peer); });
        }
    }
    m_callers.insert(peer, caller);
}

void Sessions::onClosed(PeerId peer)
{
    const Caller caller = m_callers.take(peer);
    if (caller.machine && m_agents.value(caller.machine) == peer) {
        m_agents.remove(caller.machine);
        const MachineRecord *machine = m_rooms.fleet.find(caller.machine);
        if (machine && !machine->saidGoodbye)
            m_rooms.dispatcher.left(caller.machine, Fleet::Leaving::Cut);
    }
    emit gone(peer);
}

void Sessions::setCaller(PeerId peer, const Caller &caller)
{
    if (!m_callers.contains(peer))
        return;
    m_callers.insert(peer, caller);
    QMetaObject::invokeMethod(&m_gateway, [&gateway = m_gateway, peer] { gateway.signedIn(peer); });
}

QList<SignedIn> Sessions::signedIn(UserId user) const
{
    QList<SignedIn> sessions;
    for (auto it = m_callers.cbegin(); it != m_callers.cend(); ++it) {
        if (!it->isSignedIn() || (user && it->user != user))
            continue;
        sessions.append({.id = SessionId {it.key().value}, .user = it->name, .program = it->program,
                         .address = it->address, .since = it->since, .token = {}, .own = it.key() == m_current});
    }
    std::ranges::sort(sessions, {}, &SignedIn::id);
    return sessions;
}

void Sessions::closeWhenCommitted(std::function<bool(SessionId, const Caller &)> which, const QString &reason)
{
    m_rooms.store.stage().whenCommitted([this, which = std::move(which), reason](const Result<void> &) {
        for (auto it = m_callers.cbegin(); it != m_callers.cend(); ++it) {
            if (!which(SessionId {it.key().value}, *it))
                continue;
            QMetaObject::invokeMethod(&m_gateway, [&gateway = m_gateway, peer = it.key(), reason] { gateway.close(peer, closedForPolicy, reason); });
        }
    });
}

void Sessions::sendTo(MachineId machine, const QByteArray &frame)
{
    const PeerId peer = m_agents.value(machine);
    if (peer)
        QMetaObject::invokeMethod(&m_gateway, [&gateway = m_gateway, peer, frame] { gateway.send(peer, frame); });
}

void Sessions::notifyEncoded(PeerId peer, QLatin1StringView method, const QByteArray &params)
{
    QMetaObject::invokeMethod(&m_gateway, [&gateway = m_gateway, peer, method, params] { gateway.notify(peer, method, params); });
}

void Sessions::closeAll(const QString &reason)
{
    for (auto it = m_callers.keyBegin(); it != m_callers.keyEnd(); ++it) {
        QMetaObject::invokeMethod(&m_gateway, [&gateway = m_gateway, peer = *it, reason] { gateway.close(peer, closedGoingAway, reason); });
    }
}

void Sessions::closeMachine(MachineId machine, const QString &reason)
{
    if (const PeerId peer = m_agents.value(machine))
        QMetaObject::invokeMethod(&m_gateway, [&gateway = m_gateway, peer, reason] { gateway.close(peer, closedForPolicy, reason); });
}

void Sessions::onCalled(PeerId peer, const QList<IncomingCall> &calls)
{
    m_current = peer;
    for (const IncomingCall &call : calls)
        pass(m_callers.value(peer), call); // looked up each time: one of them may sign in
    m_current = {};
}

void Sessions::onPosted(const QString &token, const QString &address, const IncomingCall &call)
{
    Caller caller;
    caller.address = address;
    caller.program = u"POST /rpc"_s;
    if (const auto used = token.isEmpty() ? std::nullopt : m_rooms.access.useToken(token)) {
        caller.user = used->user.id;
        caller.name = used->user.name;
        caller.token = used->token;
    }
    pass(caller, call);
}

Result<void> Sessions::mayCall(const Caller &caller, const MethodRules &rules) const
{
    const QString where = rules.everywhere ? u"*"_s : QString();
    switch (rules.who) {
    case Who::Anybody:
        return {};
    case Who::SignedIn:
        // Whoever has lost the last grant may still look at himself and leave.
        return m_rooms.access.isSignedIn(caller);
    case Who::Agent:
        return caller.machine ? Result<void> {}
                              : fail(ErrorCode::NotSignedIn, u"this is for agents: drover-agent join LINK"_s);
    case Who::Viewer:
        return m_rooms.access.may(caller, Verb::View, where);
    case Who::Operator:
        return m_rooms.access.may(caller, Verb::Operate, where);
    case Who::Admin:
        return m_rooms.access.may(caller, Verb::Administer, where);
    }
    Q_UNREACHABLE();
}

// Who tried what he may not; not so many that the disk would be filled by it.
void Sessions::auditRefusal(const Caller &caller, const IncomingCall &call)
{
    const SteadyInstant now = m_rooms.clock.steady();
    if (!caller.isSignedIn() || m_refusals.tooMany(caller.name, now))
        return;
    m_refusals.count(caller.name, now);
    m_rooms.access.audit(caller, call.method, {}, u"not-permitted"_s, 0);
}

void Sessions::pass(const Caller &caller, const IncomingCall &call)
{
    if (const Result<void> may = mayCall(caller, call.rules); !may) {
        auditRefusal(caller, call);
        call.channel->refuse(may.error());
        return;
    }
    if (call.rules.refusedWhenBusy && m_rooms.store.stageAge() > busyAfter) {
        call.channel->refuse({.code = ErrorCode::Busy, .message = u"the disk is behind; try again"_s,
                              .problems = {}, .retryAfterMs = int(busyAfter.count())});
        return;
    }
    call.call(caller, call.channel);
}

} // namespace Drover
