#pragma once

#include "backend/api/frontdoorlimits.h"
#include "backend/base/logsettings.h"
#include "backend/dispatch/dispatcher.h"
#include "backend/queue/retention.h"
#include "backend/settings/settings.h"
#include "backend/tls/authority.h"

#include <QtCore/QStringList>

namespace Drover {

/// What droverd is told: settings, and what only its command line says. A value.
struct DaemonSettings
{
    Settings settings = Settings::defaults(daemonSettingKeys()); ///< all of it; below is what is read often

    QString dataDirectory;
    QString listen = QStringLiteral("127.0.0.1:7443"); ///< port 0 takes a free one
    QStringList addresses; ///< under which it is reached; none: the one it listens on
    QString postgres; ///< connection string; empty: SQLite in the data directory
    QString portFile; ///< written with the port once it listens, for scripts and tests
    LogSettings log;
    FrontDoorLimits limits;
    int readers = 2;
    DispatchSettings dispatch;
    FleetSettings fleet;
    std::chrono::milliseconds lease {600'000}; ///< of new batches
    int mostPoison = 3;
    Validity validity;
    qint64 littleDisk = 0; ///< bytes
    std::chrono::milliseconds stopWithin {20'000};
};

/// Invalid says everything that is wrong, at once.
Result<DaemonSettings> readDaemonSettings(const SettingSources &sources);

/// /var/lib/drover for root, else $XDG_STATE_HOME/drover.
QString defaultDataDirectory();

/// How long what is over stays.
RetentionSettings retentionOf(const Settings &settings);

/// The hosts of all addresses, for the certificate.
Result<QStringList> hostsOf(const DaemonSettings &settings);

/// What invitations carry: the public addresses, else where it listens.
QStringList publicAddresses(const DaemonSettings &settings, quint16 port);

} // namespace Drover
