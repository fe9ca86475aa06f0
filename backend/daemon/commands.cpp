#include "backend/daemon/commands.h"

#include "backend/base/logging.h"
#include "backend/daemon/check.h"
#include "backend/daemon/daemon.h"
#include "backend/daemon/unixsignals.h"
#include "backend/store/directorylock.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QSaveFile>
#include <QtCore/QTextStream>

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <ctime>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

int failed(const QString &what, const Error &error)
{
    QTextStream(stderr) << "droverd: " << what << ": " << printed(error) << '\n';
    return 1;
}

QString tlsFolder(const DaemonSettings &settings)
{
    return settings.dataDirectory + u"/tls"_s;
}

Result<CertificateFolder> certificates(const DaemonSettings &settings)
{
    if (QDir(tlsFolder(settings)).exists(u"authority.pem"_s))
        return CertificateFolder::open(tlsFolder(settings), settings.validity);
    if (!QDir().mkpath(settings.dataDirectory))
        return fail(ErrorCode::Io, u"cannot make %1"_s.arg(settings.dataDirectory));
    QFile::setPermissions(settings.dataDirectory, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    const Result<QStringList> hosts = hostsOf(settings);
    if (!hosts)
        return hosts.error();
    return CertificateFolder::create(tlsFolder(settings), *hosts, SystemClock().now(), settings.validity);
}

Result<void> writePort(const QString &path, quint16 port)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::number(port) + '\n') < 0 || !file.commit())
        return fail(ErrorCode::Io, u"cannot write %1: %2"_s.arg(path, file.errorString()));
    return {};
}

} // namespace

int initialise(const DaemonSettings &settings, const QString &admin, const QString &runLine)
{
    Result<CertificateFolder> folder = certificates(settings);
    if (!folder)
        return failed(u"cannot prepare certificates"_s, folder.error());
    Daemon daemon(settings, std::move(*folder));
    const Result<QString> link = daemon.inviteAdmin(admin);
    if (!link)
        return failed(u"cannot prepare %1"_s.arg(settings.dataDirectory), link.error());
    QTextStream(stdout) << "Data directory: " << settings.dataDirectory << '\n'
                        << "Start it:       " << runLine << '\n'
                        << "Then sign in, once and within 7 days, with\n\n  drover login " << *link << '\n';
    return 0;
}

int check(const DaemonSettings &settings)
{
    const QList<Finding> findings = checkEverything(settings);
    QTextStream(stdout) << "good  settings: read\n" << printed(findings);
    const bool bad = std::ranges::any_of(findings, [](const Finding &finding) { return finding.kind == Finding::Kind::Bad; });
    return bad ? 1 : 0;
}

int rotateAuthority(const DaemonSettings &settings, Rotation rotation)
{
    DirectoryLock lock; // a daemon that runs would go on with what it has read
    if (const Result<void> locked = lock.take(settings.dataDirectory); !locked)
        return failed(u"stop the daemon first"_s, locked.error());
    Result<CertificateFolder> folder = CertificateFolder::open(tlsFolder(settings), settings.validity);
    const Result<QStringList> hosts = hostsOf(settings);
    if (!folder || !hosts)
        return failed(u"cannot read certificates"_s, folder ? hosts.error() : folder.error());
    const Result<void> done = rotation == Rotation::End ? folder->endRotation() : folder->beginRotation(*hosts, SystemClock().now());
    if (!done)
        return failed(u"cannot rotate"_s, done.error());
    QTextStream(stdout) << (rotation == Rotation::End
                                ? "The old authority is believed no more.\n"
                                : "There is a new authority; the old one is believed as well. Start the daemon, let agents renew their\n"
                                  "certificates and people sign in by new invitations, then: droverd rotate-ca --end\n");
    return 0;
}

namespace {

void reload(Daemon &daemon, const std::function<Result<DaemonSettings>()> &again)
{
    timespec now {};
    clock_gettime(CLOCK_MONOTONIC, &now);
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", now.tv_sec * 1'000'000LL + now.tv_nsec / 1000);
    if (const Result<DaemonSettings> read = again())
        daemon.reload(*read);
    else
        logError(LogCategory::Settings, u"the settings stay as they were", {{"reason"_L1, printed(read.error())}});
    sd_notify(0, "READY=1");
}

} // namespace

int run(const DaemonSettings &settings, const std::function<Result<DaemonSettings>()> &again)
{
    UnixSignals unixSignals;
    if (!QDir(tlsFolder(settings)).exists(u"authority.pem"_s))
        return failed(u"cannot start"_s, fail(ErrorCode::NotFound, u"there is nothing in %1; droverd init makes it"_s.arg(settings.dataDirectory)));
    Result<CertificateFolder> folder = certificates(settings);
    if (!folder)
        return failed(u"cannot read certificates"_s, folder.error());
    Daemon daemon(settings, std::move(*folder));
    const auto giveUp = [](const Error &error) { QCoreApplication::exit(failed(u"cannot go on"_s, error)); };
    QObject::connect(&daemon, &Daemon::gaveUp, qApp, [giveUp](const QString &reason) {
        giveUp(fail(ErrorCode::StorageUnavailable, reason));
    });
    QObject::connect(&daemon, &Daemon::listening, qApp, [&settings, giveUp](quint16 port) {
        if (settings.portFile.isEmpty())
            return;
        if (const Result<void> written = writePort(settings.portFile, port); !written)
            giveUp(written.error());
    });
    if (const Result<void> started = daemon.start(); !started)
        return failed(u"cannot start"_s, started.error());
    QObject::connect(&unixSignals, &UnixSignals::terminated, qApp, [] { QCoreApplication::quit(); });
    QObject::connect(&unixSignals, &UnixSignals::hungUp, &daemon, [&daemon, again] { reload(daemon, again); });
    const int status = QCoreApplication::exec();
    // What was acknowledged is durable: past the bound the kernel ends us, and nothing is lost.
    ::alarm(uint(std::chrono::ceil<std::chrono::seconds>(settings.stopWithin).count()));
    daemon.stop();
    return status;
}

} // namespace Drover
