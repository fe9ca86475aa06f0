#include "backend/agent/agentstatus.h"

#include "backend/agent/agentidentity.h"
#include "backend/protocol/cborcodec.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

using namespace Qt::StringLiterals;

namespace Drover {

Result<AgentStatus> readAgentStatus(const AgentPaths &paths)
{
    const Result<AgentIdentity> identity = AgentIdentity::load(paths);
    if (!identity)
        return identity.error();
    AgentStatus status{.machine = identity->machine, .name = identity->name, .addresses = {}};
    for (const ServerAddress &address : identity->addresses)
        status.addresses.append(printed(address));
    status.process = StateLock::holder(paths);
    QFile file(paths.status());
    if (status.process && file.open(QIODevice::ReadOnly)) {
        if (const Result<ConnectionStatus> connection = fromJson<ConnectionStatus>(file.readAll()))
            status.connection = *connection;
    }
    const QDir runs(paths.run());
    for (const QString &name : runs.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const RunFolderContent content
            = readRunFolder(QFile::encodeName(runs.filePath(name)).toStdString());
        status.running += content.state == RunFolderState::Running ? 1 : 0;
        status.ended += content.state == RunFolderState::Ended ? 1 : 0;
    }
    return status;
}

QString printed(const AgentStatus &status)
{
    QStringList lines;
    lines << u"machine    %1 (%2)"_s.arg(status.name).arg(status.machine.value);
    lines << u"daemon     %1"_s.arg(status.addresses.join(u", "_s));
    lines << (status.process ? u"agent      running, process %1"_s.arg(status.process)
                             : u"agent      not running"_s);
    if (status.process) {
        const QString since = isSet(status.connection.since)
            ? u" since "_s + toIso(status.connection.since)
            : QString();
        lines << (status.connection.connected
                      ? u"connection open%1, %2 slots"_s.arg(since).arg(status.connection.slotCount)
                      : u"connection none%1: %2"_s.arg(since, status.connection.reason));
    }
    lines << u"tasks      %1 running, %2 ended and not yet acknowledged"_s.arg(status.running)
                 .arg(status.ended);
    return lines.join(u'\n') + u'\n';
}

} // namespace Drover

DROVER_CODEC(Drover::ConnectionStatus)
DROVER_CODEC(Drover::AgentStatus)
