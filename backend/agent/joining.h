#pragma once

#include "backend/agent/agentidentity.h"
#include "backend/link/link.h"
#include "backend/protocol/machinerequests.h"
#include "backend/tls/invitationlink.h"

#include <memory>

namespace Drover {

/// Makes this machine one of the fleet: fetches the CA that the invitation's pin names and
/// believes it alone from then on, hands in the one-time secret with a certificate request for a
/// key that never leaves this machine. Stores nothing. Lives in the main thread; used once.
class Joining : public QObject
{
    Q_OBJECT

public:
    struct Wishes
    {
        QString name; ///< empty: the host name
        int slotCount = 0; ///< 0: as many as cores
    };

    Joining(InvitationLink invitation, Wishes wishes, MachineFacts facts,
            QObject *parent = nullptr);

    void start();

signals:
    void joined(const Drover::AgentIdentity &identity);
    /// Untrusted: somebody else answered there. The daemon's own words otherwise.
    void failed(const Drover::Error &error);

private:
    void onAuthority(const Result<Certificate> &authority);
    void onConnected();
    void onAnswer(const Result<Joined> &answer);
    void fail(const Error &error);

    InvitationLink m_invitation;
    Wishes m_wishes;
    MachineFacts m_facts;
    std::optional<PrivateKey> m_key;
    std::optional<Certificate> m_authority;
    Link m_link;
};

} // namespace Drover
