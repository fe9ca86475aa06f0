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

namespace {

FrontDoorLimits limitsOf(const Settings &settings)
{
    FrontDoorLimits limits;
    limits.connections = int(settings.number("limits.connections"_L1));
    limits.unsignedConnections = int(settings.number("limits.unsigned-connections"_L1));
    limits.handshake = settings.duration("limits.handshake"_L1);
    limits.head = settings.duration("limits.request-head"_L1);
    limits.bodyStall = settings.duration("limits.body-stall"_L1);
    limits.keepAlive = settings.duration("limits.keep-alive"_L1);
    limits.signIn = settings.duration("limits.sign-in"_L1);
    limits.silence = settings.duration("limits.silence"_L1);
    limits.slowBytes = settings.number("limits.slow-bytes"_L1);
    limits.slowFor = settings.duration("limits.slow-for"_L1);
    return limits;
}

DispatchSettings dispatchOf(const Settings &settings)
{
    DispatchSettings dispatch;
    dispatch.beat = settings.duration("machines.beat"_L1);
    dispatch.outputCap = settings.number("queue.output-cap"_L1);
    dispatch.storms = {.window = settings.duration("storm.window"_L1),
                       .patience = settings.duration("storm.patience"_L1),
                       .silence = 2 * dispatch.beat,
                       .leastMachines = int(settings.number("storm.machines"_L1)),
                       .oneIn = int(settings.number("storm.one-in"_L1))};
    return dispatch;
}

} // namespace

Result<DaemonSettings> readDaemonSettings(const SettingSources &sources)
{
    const Result<Settings> read = Settings::read(daemonSettingKeys(), sources);
    if (!read)
        return read.error();
    const Result<LogSettings> log = logSettingsOf(*read);
    if (!log)
        return log.error();
    DaemonSettings settings;
    settings.settings = *read;
    settings.dataDirectory = read->text("data"_L1);
    if (settings.dataDirectory.isEmpty())
        settings.dataDirectory = defaultDataDirectory();
    settings.listen = read->text("listen"_L1);
    settings.addresses = read->list("addresses"_L1);
    settings.postgres = read->text("postgres"_L1);
    settings.log = *log;
    settings.limits = limitsOf(*read);
    settings.validity.server = std::chrono::ceil<std::chrono::seconds>(read->duration("tls.server-validity"_L1));
    settings.validity.machine = std::chrono::ceil<std::chrono::seconds>(read->duration("tls.machine-validity"_L1));
    settings.readers = int(read->number("store.readers"_L1));
    settings.dispatch = dispatchOf(*read);
    settings.fleet.silentAfter = read->duration("machines.silent"_L1);
    settings.fleet.lostAfter = read->duration("machines.lost"_L1);
    settings.lease = read->duration("queue.lease"_L1);
    settings.mostPoison = int(read->number("queue.poison"_L1));
    settings.littleDisk = read->number("attention.disk"_L1);
    settings.stopWithin = read->duration("stop-within"_L1);
    return settings;
}

RetentionSettings retentionOf(const Settings &settings)
{
    return {.every = settings.duration("retention.every"_L1),
            .finished = settings.duration("retention.finished"_L1),
            .finishedMost = settings.number("retention.finished-most"_L1),
            .outputs = settings.duration("retention.outputs"_L1),
            .outputsMost = settings.number("retention.outputs-most"_L1),
            .events = settings.duration("retention.events"_L1),
            .audit = settings.duration("retention.audit"_L1),
            .trash = settings.duration("retention.trash"_L1)};
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
