#pragma once

#include "app/client/tunnelsettings.h"
#include "backend/tls/certificate.h"
#include "backend/tls/serveraddress.h"

#include <QtCore/QList>

#include <optional>

namespace Drover {

/// One daemon that a person works with: where it is, whom to believe, and who one is there. What
/// one signs in with lies apart: the command line's token in a file that only its owner reads, the
/// console's in the key ring (secretstore.h).
struct Profile
{
    QString name;
    QList<ServerAddress> addresses;
    QList<Certificate> authorities;
    QString user;
    QString project = QStringLiteral("main"); ///< unless a command says otherwise
    std::optional<TunnelSettings> tunnel; ///< the console's way there; the command line uses ssh by itself
};

} // namespace Drover
