#pragma once

#include "backend/tls/serveraddress.h"

#include <QtCore/QStringList>

namespace Drover {

/// A way to the daemon through the system's own ssh, so that its agents, jump hosts and second
/// factors work.
struct TunnelSettings
{
    QString destination; ///< as one types it: `user@host`, or a name of ~/.ssh/config
    ServerAddress daemon{QStringLiteral("127.0.0.1")}; ///< seen from there
    QStringList options; ///< more arguments of ssh, before the destination

    friend bool operator==(const TunnelSettings &, const TunnelSettings &) = default;
};

} // namespace Drover
