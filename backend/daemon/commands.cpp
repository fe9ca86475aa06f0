#include "backend/daemon/commands.h"

#include "backend/base/logging.h"
#include "backend/daemon/daemon.h"
#include "backend/daemon/unixsignals.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QSaveFile>
#include <QtCore/QTextStream>

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
        return CertificateFolder::open(tlsFolder(settings));
    if (!QDir().mkpath(settings.dataDirectory))
        return fail(ErrorCode::Io, u"cannot make %1"_s.arg(settings.dataDirectory));
    QFile::setPermissions(settings.dataDirectory, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    const Result<QStringList> hosts = hostsOf(settings);
    if (!hosts)
        return hosts.error();
    return CertificateFolder::create(tlsFolder(settings), *hosts, SystemClock().now());
}

Result<void> writePort(const QString &path, quint16 port)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::number(port) + '\n') < 0 || !file.commit())
        return fail(ErrorCode::Io, u"cannot write %1: %2"_s.arg(path, file.errorString()));
    return {};
}

} // namespace

int initialise(const DaemonSettings &settings, const QString &admin)
{
    Result<CertificateFolder> folder = certificates(settings);
    if (!folder)
        return failed(u"cannot prepare certificates"_s, folder.error());
    Daemon daemon(settings, std::move(*folder));
    const Result<QString> link = daemon.inviteAdmin(admin);
    if (!link)
        return failed(u"cannot prepare %1"_s.arg(settings.dataDirectory), link.error());
    QTextStream(stdout) << "Data directory: " << settings.dataDirectory << '\n'
                        << "Start it:       droverd run --data " << settings.dataDirectory << '\n'
                        << "Then sign in, once and within 7 days, with\n\n  drover login " << *link << '\n';
    return 0;
}

int run(const DaemonSettings &settings)
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
    const int status = QCoreApplication::exec();
    daemon.stop();
    return status;
}

} // namespace Drover
