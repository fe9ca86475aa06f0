#include "app/client/redemption.h"

#include "backend/protocol/sessionrequests.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

Redemption::Redemption(InvitationLink invitation, QString program, QObject *parent)
    : QObject(parent)
    , m_invitation(std::move(invitation))
    , m_program(std::move(program))
    , m_client(m_program)
{
}

void Redemption::start(const QString &user, const QString &password, Handler handler)
{
    m_handler = std::move(handler);
    if (m_invitation.kind != InvitationLink::Kind::User) {
        m_handler(fail(
            ErrorCode::Invalid,
            u"this link lets a machine in, not a person; type there: drover-agent join LINK"_s));
        return;
    }
    m_request
        = {.secret = m_invitation.secret, .user = user, .password = password, .program = m_program};
    fetchAuthority(m_invitation.addresses, m_invitation.pin, 10s, this,
                   [this](const Result<Certificate> &authority) { onAuthority(authority); });
}

void Redemption::onAuthority(const Result<Certificate> &authority)
{
    if (!authority)
        return m_handler(authority.error());
    m_client.open(
        {.link = {.addresses = m_invitation.addresses, .authorities = {*authority}, .identity = {}},
         .token = {},
         .user = {},
         .password = {}});
    m_client.send(m_request, this, [this, authority = *authority](const Result<NewToken> &token) {
        m_client.close();
        if (token)
            m_handler(
                Redeemed{.authority = authority, .token = token->token, .session = token->session});
        else
            m_handler(token.error());
    });
}

} // namespace Drover
