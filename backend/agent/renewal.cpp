#include "backend/agent/renewal.h"

#include "backend/base/logging.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

// Certificates begin a day early, for clocks that are behind.
std::chrono::microseconds lifeOf(const Certificate &certificate)
{
    return certificate.notAfter() - certificate.notBefore() - 24h;
}

} // namespace

Renewal::Renewal(AgentIdentity identity, AgentPaths paths, WireLink &link, const Clock &clock, QObject *parent)
    : QObject(parent), m_identity(std::move(identity)), m_paths(std::move(paths)), m_link(link), m_clock(clock)
{
    connect(&m_timer, &QTimer::timeout, this, &Renewal::ask);
    connect(&m_link, &DaemonLink::connected, this, &Renewal::arm);
}

void Renewal::arm()
{
    const auto life = std::chrono::duration_cast<std::chrono::milliseconds>(lifeOf(m_identity.client.certificate));
    m_timer.start(std::clamp<std::chrono::milliseconds>(life / 10, 1s, 1h));
}

bool Renewal::isDue() const
{
    const Certificate &certificate = m_identity.client.certificate;
    const bool endsSoon = certificate.notAfter() - m_clock.now() < lifeOf(certificate) / 3;
    const bool isOlder = m_isOurs && !verifyMachine(certificate, {m_identity.authorities.first()}, m_clock.now());
    return endsSoon || isOlder;
}

void Renewal::ask()
{
    if (!m_link.isConnected())
        return;
    RenewMachine request;
    if (isDue()) {
        const Result<QByteArray> pem = m_identity.client.key.certificateRequest();
        if (!pem) {
            logError(LogCategory::Tls, u"no certificate request can be made", {{"reason"_L1, pem.error().message}});
            return;
        }
        request.request = *pem;
    }
    m_link.renew(request, [this](const Result<Renewed> &answer) { onAnswer(answer); });
}

void Renewal::onAnswer(const Result<Renewed> &answer)
{
    const Result<AgentIdentity> next = answer ? renewedBy(*answer) : answer.error();
    if (!next) {
        // Asked again by the timer; a daemon of a version before does not know the question.
        log(LogCategory::Tls, isDue() ? LogLevel::Warning : LogLevel::Debug, u"the certificate is not renewed",
            {{"reason"_L1, next.error().message}});
        return;
    }
    m_isOurs = !answer->authorities.isEmpty();
    const bool same = next->client.certificate == m_identity.client.certificate && next->authorities == m_identity.authorities;
    if (same)
        return;
    if (const Result<void> stored = next->store(m_paths); !stored) {
        logError(LogCategory::Tls, u"the renewed certificate is not stored", {{"reason"_L1, stored.error().message}});
        return;
    }
    m_identity = *next;
    logInfo(LogCategory::Tls, u"certificate renewed", {{"until"_L1, toIso(m_identity.client.certificate.notAfter())}});
    m_link.moveTo(m_identity.target());
}

Result<AgentIdentity> Renewal::renewedBy(const Renewed &answer) const
{
    AgentIdentity next = m_identity;
    if (!answer.authorities.isEmpty()) {
        const Result<QList<Certificate>> authorities = Certificate::listFromPem(answer.authorities);
        if (!authorities)
            return authorities.error();
        next.authorities = *authorities;
    }
    if (answer.certificate.isEmpty())
        return next;
    const Result<QList<Certificate>> certificate = Certificate::listFromPem(answer.certificate, 1);
    if (!certificate)
        return certificate.error();
    // With a certificate of the site's own the daemon does not say who signs those of machines.
    if (!answer.authorities.isEmpty()) {
        if (const auto machine = verifyMachine(certificate->first(), next.authorities, m_clock.now()); !machine)
            return machine.error();
    }
    if (certificate->first().commonName() != machineName(m_identity.machine) || certificate->first().pin() != m_identity.client.certificate.pin())
        return fail(ErrorCode::Untrusted, u"the certificate is another machine's, or for another key"_s);
    next.client.certificate = certificate->first();
    return next;
}

} // namespace Drover
