#include "backend/agent/joining.h"

#include "backend/link/authorityfetch.h"
#include "backend/protocol/machinerequests.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr std::chrono::seconds patience{10};

} // namespace

Joining::Joining(InvitationLink invitation, Wishes wishes, MachineFacts facts, QObject *parent)
    : QObject(parent)
    , m_invitation(std::move(invitation))
    , m_wishes(std::move(wishes))
    , m_facts(std::move(facts))
{
    connect(&m_link, &Link::connected, this, &Joining::onConnected);
    connect(&m_link, &Link::failed, this, &Joining::fail);
    connect(&m_link, &Link::disconnected, this, &Joining::fail);
}

void Joining::start()
{
    Result<PrivateKey> key = PrivateKey::generate();
    if (!key) {
        fail(key.error());
        return;
    }
    m_key = *key;
    fetchAuthority(m_invitation.addresses, m_invitation.pin, patience, this,
                   [this](const Result<Certificate> &authority) { onAuthority(authority); });
}

void Joining::onAuthority(const Result<Certificate> &authority)
{
    if (!authority) {
        fail(authority.error());
        return;
    }
    m_authority = *authority;
    m_link.open({.addresses = m_invitation.addresses, .authorities = {*authority}, .identity = {}});
}

void Joining::onConnected()
{
    const Result<QByteArray> request = m_key->certificateRequest();
    if (!request) {
        fail(request.error());
        return;
    }
    m_link.send(JoinMachine{.secret = m_invitation.secret,
                            .request = *request,
                            .facts = m_facts,
                            .name = m_wishes.name,
                            .slotCount = m_wishes.slotCount},
                this, [this](const Result<Joined> &answer) { onAnswer(answer); });
}

void Joining::onAnswer(const Result<Joined> &answer)
{
    if (!answer) {
        fail(answer.error());
        return;
    }
    const Result<QList<Certificate>> certificate = Certificate::listFromPem(answer->certificate);
    if (!certificate) {
        fail(certificate.error());
        return;
    }
    m_link.disconnect(this);
    m_link.close();
    emit joined({.machine = answer->machine,
                 .name = answer->name,
                 .addresses = m_invitation.addresses,
                 .client = {.key = *m_key, .certificate = certificate->first()},
                 .authorities = {*m_authority}});
}

void Joining::fail(const Error &error)
{
    m_link.disconnect(this);
    m_link.close();
    emit failed(error);
}

} // namespace Drover
