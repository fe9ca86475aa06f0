#include "backend/agent/wirelink.h"

namespace Drover {

WireLink::WireLink(LinkTarget target, const LinkSettings &settings, QObject *parent)
    : DaemonLink(parent)
    , m_target(std::move(target))
    , m_link(settings)
{
    connect(&m_link, &Link::connected, this, &WireLink::connected);
    connect(&m_link, &Link::disconnected, this,
            [this](const Error &error) { emit disconnected(error.message); });
    connect(&m_link, &Link::failed, this,
            [this](const Error &error) { emit disconnected(error.message); });
    connect(&m_link, &Link::notified, this, &WireLink::received);
}

void WireLink::start()
{
    m_link.open(m_target);
}

void WireLink::hello(const AgentHello &hello,
                     std::function<void(const Result<AgentWelcome> &)> answer)
{
    m_link.send(hello, this, std::move(answer));
}

void WireLink::renew(const RenewMachine &request, std::function<void(const Result<Renewed> &)> answer)
{
    m_link.send(request, this, std::move(answer));
}

void WireLink::moveTo(const LinkTarget &target)
{
    m_target = target;
    m_link.open(m_target);
}

void WireLink::sendNotification(QLatin1StringView method, const QByteArray &params)
{
    m_link.sendNotification(method, params);
}

} // namespace Drover
