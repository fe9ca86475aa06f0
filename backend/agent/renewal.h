#pragma once

#include "backend/agent/agentidentity.h"
#include "backend/agent/wirelink.h"
#include "backend/base/clock.h"
#include "backend/protocol/renewalrequests.h"

#include <QtCore/QTimer>

namespace Drover {

/// Keeps this machine's certificate from ending: with a third of its life left, or when the daemon
/// has a newer authority, it asks over the link for another one for the same key, stores it, and
/// connects by it. Asks now and then which authorities are to be believed, so that a rotation of
/// theirs reaches every agent that connects while it is on. Main thread; writes a file now and then.
class Renewal : public QObject
{
    Q_OBJECT

public:
    Renewal(AgentIdentity identity, AgentPaths paths, WireLink &link, const Clock &clock, QObject *parent = nullptr);

private:
    void ask();
    void onAnswer(const Result<Renewed> &answer);
    Result<AgentIdentity> renewedBy(const Renewed &answer) const;
    bool isDue() const;
    void arm();

    AgentIdentity m_identity;
    const AgentPaths m_paths;
    WireLink &m_link;
    const Clock &m_clock;
    QTimer m_timer;
    bool m_isOurs = false; ///< the authorities that the daemon told last are those of machines as well
};

} // namespace Drover
