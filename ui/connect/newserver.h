#pragma once

#include "app/client/tunnelsettings.h"
#include "app/profiles/profile.h"

#include <optional>

namespace Drover {

/// A server that somebody has just been let in to.
struct NewServer
{
    Profile profile;
    QString token; ///< who came by a password has a token made for this computer; the password is not kept
    std::optional<TunnelSettings> tunnel;
};

/// A name for a profile that nobody gave one: the host says most about where one is.
QString suggestedName(const QList<ServerAddress> &addresses);

} // namespace Drover
