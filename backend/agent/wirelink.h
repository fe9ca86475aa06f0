#pragma once

#include "backend/agent/daemonlink.h"
#include "backend/link/link.h"
#include "backend/protocol/renewalrequests.h"

namespace Drover {

/// The real connection: pinned TLS by the machine's certificate.
class WireLink : public DaemonLink
{
    Q_OBJECT

public:
    explicit WireLink(LinkTarget target, const LinkSettings &settings = {},
                      QObject *parent = nullptr);

    LinkTarget target() const override { return m_target; }
    void start() override;
    bool isConnected() const override { return m_link.state() == LinkState::Open; }
    qint64 backlog() const override { return m_link.backlog(); }
    void hello(const AgentHello &hello,
               std::function<void(const Result<AgentWelcome> &)> answer) override;

    void renew(const RenewMachine &request, std::function<void(const Result<Renewed> &)> answer);
    /// Connects anew, as that.
    void moveTo(const LinkTarget &target);

    const Link &link() const { return m_link; }

protected:
    void sendNotification(QLatin1StringView method, const QByteArray &params) override;

private:
    LinkTarget m_target;
    Link m_link;
};

} // namespace Drover
