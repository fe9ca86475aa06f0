#pragma once

#include "backend/base/result.h"

#include <QtCore/QStringList>

namespace Drover {

/// Where a daemon keeps its things and where it listens. A value.
struct DaemonSettings
{
    QString dataDirectory;
    QString listen = QStringLiteral("127.0.0.1:7443"); ///< port 0 takes a free one
    QStringList addresses; ///< under which it is reached; none: the one it listens on
    QString postgres; ///< connection string; empty: SQLite in the data directory
    QString portFile; ///< written with the port once it listens, for scripts and tests
};

/// /var/lib/drover for root, else $XDG_STATE_HOME/drover.
QString defaultDataDirectory();

/// The hosts of all addresses, for the certificate.
Result<QStringList> hostsOf(const DaemonSettings &settings);

/// What invitations carry: the public addresses, else where it listens.
QStringList publicAddresses(const DaemonSettings &settings, quint16 port);

} // namespace Drover
