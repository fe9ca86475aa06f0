#pragma once

#include "backend/base/result.h"

#include <QtCore/QList>
#include <QtCore/QString>

namespace Drover {

constexpr quint16 defaultPort = 7443;

/// Where a daemon may be reached: a host name or an address, and a port.
struct ServerAddress
{
    QString host; ///< without brackets
    quint16 port = defaultPort;

    /// "host", "host:7443", "10.0.0.1:7443", "[2001:db8::1]:7443" or a bare IPv6 address.
    static Result<ServerAddress> parse(QStringView text);

    friend bool operator==(const ServerAddress &, const ServerAddress &) = default;
};

/// As `parse` reads it, always with the port.
QString printed(const ServerAddress &address);

/// "a:7443, b:7443", for errors.
QString printed(const QList<ServerAddress> &addresses);

} // namespace Drover
