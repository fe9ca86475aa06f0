#pragma once

#include "app/cli/screen.h"
#include "app/client/client.h"
#include "app/profiles/profilestore.h"

#include <QtCore/QEventLoop>

#include <memory>

namespace Drover {

/// The command line's way to the daemon: a command asks and waits for the answer. Connects when
/// something is first asked, to the daemon of the chosen profile. Lives in the main thread.
class Session
{
public:
    Session(const ProfileStore &profiles, Screen &screen, QString profileName);
    ~Session();

    const ProfileStore &profiles() const { return m_profiles; }
    const QString &profileName() const
    {
        return m_profileName;
    } ///< as chosen; empty: the default one

    Result<Profile> profile() const { return m_profiles.profile(m_profileName); }

    /// Opened; the same one each time. Fails where nobody is signed in.
    Result<Client *> client();

    /// Waits for the reply. `limit` is how long it may take once it was asked for.
    template <RequestType Request>
    Result<typename Request::Reply> call(const Request &request,
                                         std::optional<std::chrono::milliseconds> limit = {})
    {
        const Result<Client *> opened = client();
        if (!opened)
            return opened.error();
        return waited<typename Request::Reply>([&](QObject *context, auto handler) {
            (*opened)->send(request, context, std::move(handler), limit);
        });
    }

    /// Calls `start(context, handler)` and runs the event loop until the handler was called.
    template <typename Reply, typename Start> Result<Reply> waited(Start &&start)
    {
        QEventLoop loop;
        QObject context;
        std::optional<Result<Reply>> answer;
        start(&context, [&](const Result<Reply> &reply) {
            answer = reply;
            loop.quit();
        });
        if (!answer)
            loop.exec();
        if (!answer->has_value())
            return explained(answer->error());
        return *answer;
    }

    /// With what a person can do about it where the daemon is away.
    Error explained(Error error) const;

private:
    const ProfileStore &m_profiles;
    Screen &m_screen;
    QString m_profileName;
    std::unique_ptr<Client> m_client;
};

/// "drover 0.1.0", for the audit.
QString programOfCli();

} // namespace Drover
