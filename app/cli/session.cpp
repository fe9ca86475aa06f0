#include "app/cli/session.h"

#include "app/cli/clitext.h"
#include "backend/base/version.h"

using namespace Qt::StringLiterals;

namespace Drover {

QString programOfCli()
{
    return u"drover "_s + programVersion();
}

Session::Session(const ProfileStore &profiles, Screen &screen, QString profileName)
    : m_profiles(profiles)
    , m_screen(screen)
    , m_profileName(std::move(profileName))
{
}

Session::~Session() = default;

Result<Client *> Session::client()
{
    if (m_client)
        return m_client.get();
    const Result<Profile> chosen = profile();
    if (!chosen)
        return chosen.error();
    const Result<QString> token = m_profiles.token(chosen->name);
    if (!token)
        return token.error();
    m_client = std::make_unique<Client>(programOfCli());
    QObject::connect(m_client.get(), &Client::lost, m_client.get(), [this](const Error &error) {
        m_screen.note(CliText::tr("the connection was lost (%1); waiting for the daemon…")
                          .arg(error.message));
    });
    m_client->open(
        {.link
         = {.addresses = chosen->addresses, .authorities = chosen->authorities, .identity = {}},
         .token = *token,
         .user = {},
         .password = {}});
    return m_client.get();
}

Error Session::explained(Error error) const
{
    const Result<Profile> chosen = profile();
    if (!chosen)
        return error;
    const QString where = printed(chosen->addresses);
    if (error.code == ErrorCode::Unreachable) {
        error.message = CliText::tr("the daemon at %1 does not answer: %2; look whether droverd "
                                    "runs there, and whether "
                                    "the address is right: drover login profiles")
                            .arg(where, error.message);
    } else if (error.code == ErrorCode::Untrusted) {
        error.message = CliText::tr("who answers at %1 is not the daemon you signed in to: %2; if "
                                    "it was set up anew, take a "
                                    "new invitation: drover login LINK")
                            .arg(where, error.message);
    }
    return error;
}

} // namespace Drover
