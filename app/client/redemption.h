#pragma once

#include "app/client/client.h"
#include "backend/link/authorityfetch.h"
#include "backend/protocol/sessionrequests.h"

namespace Drover {

/// What an invitation has brought: whom to believe from now on, and a token.
struct Redeemed
{
    Certificate authority;
    QString token;
    SessionInfo session;
};

/// Turns an invitation link into a user with a token: fetches the CA that the link's pin names,
/// believes it alone, and hands the one-time secret over. Calls its handler once. Lives in the
/// thread of whoever makes it.
class Redemption : public QObject
{
    Q_OBJECT

public:
    using Handler = std::function<void(const Result<Redeemed> &)>;

    Redemption(InvitationLink invitation, QString program, QObject *parent = nullptr);

    /// `user` is the name to be known by (empty: as invited), `password` may be empty.
    /// Invalid for a link that is for machines.
    void start(const QString &user, const QString &password, Handler handler);

private:
    void onAuthority(const Result<Certificate> &authority);

    InvitationLink m_invitation;
    QString m_program;
    RedeemInvitation m_request;
    Handler m_handler;
    Client m_client;
};

} // namespace Drover
