#pragma once

#include "backend/api/gateway.h"
#include "backend/access/guesses.h"
#include "backend/api/rooms.h"
#include "backend/protocol/sessionrequests.h"

#include <QtCore/QObject>

namespace Drover {

/// Who is at the end of each connection, and the door every call passes: signed in, permitted, and
/// the store not behind. Lives in the state thread; knows the gateway by queued calls only.
class Sessions : public QObject
{
    Q_OBJECT

public:
    Sessions(Rooms &rooms, Gateway &gateway, QObject *parent = nullptr);

    /// The connection whose call is being handled; none for POST /rpc.
    PeerId current() const { return m_current; }
    /// That connection is this caller from now on.
    void setCaller(PeerId peer, const Caller &caller);
    /// Connections that are signed in as that user, or as anybody; oldest first.
    QList<SignedIn> signedIn(UserId user) const;
    /// Who is at that connection; not signed in when it has gone.
    Caller callerOf(SessionId session) const { return m_callers.value(PeerId {session.value}); }
    /// Behind the answers of this turn.
    void closeWhenCommitted(std::function<bool(SessionId, const Caller &)> which, const QString &reason);
    /// To the agent of a machine; nothing when it is not connected.
    void sendTo(MachineId machine, const QByteArray &frame);
    /// To one connection; `taken` follows when it has nearly all been read.
    template<NotificationType N>
    void notify(PeerId peer, const N &message)
    {
        notifyEncoded(peer, N::method, encode(message));
    }
    /// Every agent has to say hello again, and every client to ask again.
    void closeAll(const QString &reason);
    void closeMachine(MachineId machine, const QString &reason);

signals:
    void taken(Drover::PeerId peer);
    void gone(Drover::PeerId peer);

private:
    void notifyEncoded(PeerId peer, QLatin1StringView method, const QByteArray &params);
    void onOpened(PeerId peer, const PeerInfo &info);
    void onClosed(PeerId peer);
    void onCalled(PeerId peer, const QList<IncomingCall> &calls);
    void onPosted(const QString &token, const QString &address, const IncomingCall &call);
    void pass(const Caller &caller, const IncomingCall &call);
    void auditRefusal(const Caller &caller, const IncomingCall &call);
    Result<void> mayCall(const Caller &caller, const MethodRules &rules) const;

    Rooms &m_rooms;
    Gateway &m_gateway;
    PeerId m_current;
    Guesses m_refusals {60, std::chrono::minutes(1)}; ///< entries of the audit, by user
    QHash<PeerId, Caller> m_callers;
    QHash<MachineId, PeerId> m_agents;
};

} // namespace Drover
