#include "backend/agent/agentcheck.h"
#include "backend/agent/agentoptions.h"
#include "backend/agent/agentstatus.h"
#include "backend/agent/joining.h"
#include "backend/agent/renewal.h"
#include "backend/agent/terminationsignals.h"
#include "backend/agent/wirelink.h"
#include "backend/base/logging.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QTimer>

#include <algorithm>
#include <cstdio>
#include <csignal>
#include <ctime>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

using namespace Drover;
using namespace Qt::StringLiterals;

namespace {

int exitOf(const Error &error)
{
    switch (error.code) {
    case ErrorCode::NotFound:
        return int(AgentExit::NotJoined);
    case ErrorCode::Conflict:
        return int(AgentExit::Conflict);
    case ErrorCode::Unreachable:
    case ErrorCode::TimedOut:
        return int(AgentExit::Unreachable);
    case ErrorCode::Untrusted:
    case ErrorCode::NotPermitted:
    case ErrorCode::NotSignedIn:
        return int(AgentExit::Refused);
    default:
        return int(AgentExit::Failed);
    }
}

int complain(const Error &error, int exit)
{
    fprintf(stderr, "drover-agent: %s\n", qPrintable(printed(error)));
    return exit;
}

int complain(const Error &error)
{
    return complain(error, exitOf(error));
}

int showStatus(const AgentOptions &options)
{
    const Result<AgentStatus> status = readAgentStatus(options.paths);
    if (!status)
        return complain(status.error());
    const QByteArray text = options.asJson ? toJson(*status) + '\n' : printed(*status).toUtf8();
    fwrite(text.constData(), 1, size_t(text.size()), stdout);
    return status->process ? int(AgentExit::Fine) : int(AgentExit::NotRunning);
}

int join(const AgentOptions &options)
{
    const Result<InvitationLink> invitation = InvitationLink::parse(options.invitation);
    if (!invitation)
        return complain(invitation.error(), int(AgentExit::Usage));
    if (invitation->kind != InvitationLink::Kind::Machine)
        return complain(
            fail(ErrorCode::Invalid, u"this link invites a person: 'drover login' takes it"_s),
            int(AgentExit::Usage));
    if (const Result<AgentIdentity> known = AgentIdentity::load(options.paths))
        return complain(
            fail(ErrorCode::Conflict,
                 u"joined already, as %1; to join anew, remove %2 or give another --state"_s.arg(
                     known->name, options.paths.state)));

    Joining joining(*invitation, {.name = options.name, .slotCount = options.slotCount},
                    plainFacts());
    int exit = int(AgentExit::Fine);
    QObject::connect(&joining, &Joining::failed, qApp, [&exit](const Error &error) {
        const bool spent = error.code == ErrorCode::NotFound;
        qApp->exit(exit = complain(error, spent ? int(AgentExit::Refused) : exitOf(error)));
    });
    QObject::connect(&joining, &Joining::joined, qApp, [&](const AgentIdentity &identity) {
        if (const Result<void> stored = identity.store(options.paths); !stored)
            exit = complain(stored.error());
        else
            printf("joined as %s (machine %lld)\n", qPrintable(identity.name),
                   static_cast<long long>(identity.machine.value));
        fflush(stdout);
        qApp->exit(exit);
    });
    QMetaObject::invokeMethod(&joining, &Joining::start, Qt::QueuedConnection);
    qApp->exec();
    return exit;
}

/// Two files are open for each task that is followed. Returns what was the limit.
rlimit raiseFileLimit()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    const rlimit raised{.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65'536),
                        .rlim_max = limit.rlim_max};
    if (raised.rlim_cur > limit.rlim_cur)
        setrlimit(RLIMIT_NOFILE, &raised);
    return limit;
}

// Levels and format of the log; all else needs a restart, which no task notices.
void reload(const AgentOptions &options)
{
    timespec now {};
    clock_gettime(CLOCK_MONOTONIC, &now);
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", now.tv_sec * 1'000'000LL + now.tv_nsec / 1000);
    const Result<Settings> settings = Settings::read(agentSettingKeys(), options.settings);
    if (const Result<LogSettings> log = settings ? logSettingsOf(*settings) : settings.error()) {
        changeLogging(*log);
        logInfo(LogCategory::Settings, u"read again");
    } else {
        logError(LogCategory::Settings, u"the settings stay as they were", {{"reason"_L1, printed(log.error())}});
    }
    sd_notify(0, "READY=1");
}

/// Tells systemd that the agent is ready, whether the daemon has taken it on, and that it is alive.
class ServiceManager
{
public:
    explicit ServiceManager(const Agent &agent)
    {
        sd_notify(0, "READY=1\nSTATUS=looking for the daemon");
        QObject::connect(&agent, &Agent::welcomed, &m_watchdog, [](const AgentWelcome &welcome) {
            sd_notifyf(0, "STATUS=taken on as %s, %d slots", qPrintable(welcome.name), welcome.slotCount);
        });
        QObject::connect(&m_watchdog, &QTimer::timeout, &m_watchdog, [] { sd_notify(0, "WATCHDOG=1"); });
        if (uint64_t every = 0; sd_watchdog_enabled(0, &every) > 0)
            m_watchdog.start(int(every / 3000)); // µs
    }

private:
    QTimer m_watchdog;
};

int run(const AgentOptions &options)
{
    const Result<AgentIdentity> identity = AgentIdentity::load(options.paths);
    if (!identity)
        return complain(identity.error());
    const Result<QString> shim = ShimHost::findProgram();
    if (!shim)
        return complain(shim.error(), int(AgentExit::Failed));

    TerminationSignals termination;
    SystemClock clock;
    WireLink link(identity->target());
    const Renewal renewal(*identity, options.paths, link, clock);
    Agent agent({.paths = options.paths,
                 .users = options.users,
                 .shimProgram = *shim,
                 .shimWrapper = ShimHost::usualWrapper(),
                 .fileLimit = raiseFileLimit(),
                 .home = QDir::homePath(),
                 .cacheSize = options.cacheSize,
                 .gpus = options.gpus},
                link, clock);
    QObject::connect(&agent, &Agent::failed, qApp, [](const Error &error) {
        qApp->exit(complain(error, int(AgentExit::Failed)));
    });
    QObject::connect(&termination, &TerminationSignals::received, &agent, [&agent, &options](int signal) {
        if (signal == SIGHUP) {
            reload(options);
            return;
        }
        sd_notify(0, "STOPPING=1");
        logInfo(LogCategory::Agent, u"told to end; tasks go on",
                {{"signal"_L1, QString::number(signal)}});
        agent.sayGoodbye(u"its agent was stopped"_s);
    });
    QObject::connect(&agent, &Agent::leftBehind, qApp, [] { qApp->exit(0); });
    if (const Result<void> started = agent.start(); !started)
        return complain(started.error(), int(AgentExit::Failed));
    const ServiceManager manager(agent);
    return qApp->exec();
}

} // namespace

int main(int count, char **arguments)
{
    const std::variant<AgentOptions, int> parsed = parseAgentOptions(count, arguments);
    if (const int *exit = std::get_if<int>(&parsed))
        return *exit;
    const auto &options = std::get<AgentOptions>(parsed);
    qputenv("QT_NO_GLIB", "1"); // Qt's own event loop is the lighter one
    const QCoreApplication app(count, arguments);
    if (const Result<void> logging = startLogging(options.log); !logging)
        return complain(logging.error(), int(AgentExit::Failed));
    if (options.command == AgentOptions::Command::Check)
        return checkAgent(options);
    if (options.command == AgentOptions::Command::Status)
        return showStatus(options);
    const Result<StateLock> lock = StateLock::take(options.paths);
    if (!lock)
        return complain(lock.error());
    if (options.command == AgentOptions::Command::Join) {
        const int exit = join(options);
        if (exit != 0 || options.thenExit)
            return exit;
    }
    return run(options);
}
