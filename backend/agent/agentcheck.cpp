#include "backend/agent/agentcheck.h"

#include "backend/agent/agentidentity.h"
#include "backend/agent/shimhost.h"
#include "backend/base/clock.h"
#include "backend/base/size.h"

#include <QtCore/QFileInfo>
#include <QtCore/QStorageInfo>
#include <QtNetwork/QTcpSocket>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int patience = 3000; // ms, for one address

class Findings
{
public:
    void good(const QString &subject, const QString &words) { say(u"good"_s, subject, words); }
    void bad(const QString &subject, const QString &words, const QString &remedy)
    {
        say(u"BAD "_s, subject, words);
        std::printf("      %s\n", qPrintable(remedy));
        m_isBad = true;
    }
    bool isBad() const { return m_isBad; }

private:
    static void say(const QString &kind, const QString &subject, const QString &words)
    {
        std::printf("%s  %s: %s\n", qPrintable(kind), qPrintable(subject), qPrintable(words));
    }

    bool m_isBad = false;
};

void checkState(Findings &report, const AgentPaths &paths)
{
    const QFileInfo state(paths.state);
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    if (!state.exists())
        report.bad(u"state"_s, u"%1 is not there"_s.arg(paths.state), u"drover-agent join LINK makes it; drover machine invite makes the link"_s);
    else if (!state.isWritable())
        report.bad(u"state"_s, u"%1 cannot be written"_s.arg(paths.state), u"run it as the user it belongs to"_s);
    else if (state.permissions() & others)
        report.bad(u"state"_s, u"others may look into %1, where the key is"_s.arg(paths.state), u"chmod 700 %1"_s.arg(paths.state));
    else if (const qint64 holder = StateLock::holder(paths); holder > 0)
        report.good(u"state"_s, u"%1, process %2 runs with it"_s.arg(paths.state).arg(holder));
    else
        report.good(u"state"_s, u"%1, no agent runs with it"_s.arg(paths.state));
}

void checkWork(Findings &report, const QString &work)
{
    QFileInfo place(work);
    while (!place.exists() && place.path() != place.filePath())
        place = QFileInfo(place.path());
    const QStorageInfo disk(place.filePath());
    if (!place.isWritable())
        report.bad(u"work"_s, u"%1 cannot be written"_s.arg(place.filePath()), u"give another one: --work DIR"_s);
    else
        report.good(u"work"_s, u"%1, %2 free"_s.arg(work, printedSize(disk.bytesAvailable())));
}

void checkDaemon(Findings &report, const AgentIdentity &identity)
{
    QStringList tried;
    for (const ServerAddress &address : identity.addresses) {
        QTcpSocket socket;
        socket.connectToHost(address.host, address.port);
        if (socket.waitForConnected(patience)) {
            report.good(u"daemon"_s, u"%1 answers"_s.arg(printed(address)));
            return;
        }
        tried.append(u"%1: %2"_s.arg(printed(address), socket.errorString()));
    }
    report.bad(u"daemon"_s, tried.join(u"; "), u"look whether it runs, and whether a firewall is between"_s);
}

} // namespace

int checkAgent(const AgentOptions &options)
{
    Findings report;
    report.good(u"settings"_s, u"read"_s);
    checkState(report, options.paths);
    if (const Result<QString> shim = ShimHost::findProgram())
        report.good(u"shim"_s, *shim);
    else
        report.bad(u"shim"_s, shim.error().message, u"put drover-shim beside drover-agent"_s);
    checkWork(report, options.paths.work);
    const Result<AgentIdentity> identity = AgentIdentity::load(options.paths);
    if (!identity) {
        report.bad(u"identity"_s, printed(identity.error()), u"drover-agent join LINK; drover machine invite makes the link"_s);
        return int(AgentExit::NotJoined);
    }
    const Instant ends = identity->client.certificate.notAfter();
    const QString until = u"%1 (machine %2), certificate until %3"_s.arg(identity->name).arg(identity->machine.value).arg(toIso(ends).left(10));
    if (ends < SystemClock().now())
        report.bad(u"identity"_s, until, u"it was away for too long to renew it: remove it (drover machine remove) and join anew"_s);
    else
        report.good(u"identity"_s, until);
    checkDaemon(report, *identity);
    return report.isBad() ? int(AgentExit::Failed) : int(AgentExit::Fine);
}

} // namespace Drover
