#include "backend/daemon/daemonsettings.h"

#include "backend/tls/serveraddress.h"

#include <QtCore/QDir>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

QString defaultDataDirectory()
{
    if (::geteuid() == 0)
        return u"/var/lib/drover"_s;
    const QString state = qEnvironmentVariable("XDG_STATE_HOME", QDir::homePath() + u"/.local/state"_s);
    return state + u"/drover"_s;
}

QStringList publicAddresses(const DaemonSettings &settings, quint16 port)
{
    if (!settings.addresses.isEmpty())
        return settings.addresses;
    const Result<ServerAddress> listen = ServerAddress::parse(settings.listen);
    const QString host = listen ? listen->host : u"127.0.0.1"_s;
    return {printed(ServerAddress {.host = host, .port = port})};
}

Result<QStringList> hostsOf(const DaemonSettings &settings)
{
    QStringList hosts {u"localhost"_s, u"127.0.0.1"_s};
    QStringList all = settings.addresses;
    all.append(settings.listen);
    for (const QString &text : std::as_const(all)) {
        const Result<ServerAddress> address = ServerAddress::parse(text);
        if (!address)
            return address.error();
        const bool anywhere = address->host == u"0.0.0.0" || address->host == u"::";
        if (!anywhere && !hosts.contains(address->host))
            hosts.append(address->host);
    }
    return hosts;
}

} // namespace Drover
