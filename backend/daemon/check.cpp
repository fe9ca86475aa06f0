#include "backend/daemon/check.h"

#include "backend/base/clock.h"
#include "backend/base/size.h"
#include "backend/store/database.h"
#include "backend/store/schema.h"
#include "backend/store/store.h"
#include "backend/tls/certificatefolder.h"
#include "backend/tls/serveraddress.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QStorageInfo>
#include <QtNetwork/QTcpServer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using Kind = Finding::Kind;

Finding good(const QString &subject, const QString &words)
{
    return {Kind::Good, subject, words, {}};
}

Finding checkDataDirectory(const QString &path)
{
    const QString subject = u"data directory"_s;
    const QFileInfo info(path);
    if (!info.exists())
        return {Kind::Bad, subject, u"%1 is not there"_s.arg(path), u"droverd init makes it"_s};
    if (!info.isDir() || !info.isWritable())
        return {Kind::Bad, subject, u"%1 cannot be written"_s.arg(path), u"give it to the user that droverd runs as: chown -R USER %1"_s.arg(path)};
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    if (info.permissions() & others)
        return {Kind::Bad, subject, u"others may look into %1, where keys are"_s.arg(path), u"chmod 700 %1"_s.arg(path)};
    return good(subject, path);
}

QString dayOf(Instant instant)
{
    return toIso(instant).left(10);
}

Finding checkCertificates(const DaemonSettings &settings)
{
    const QString subject = u"certificates"_s;
    const QString folder = settings.dataDirectory + u"/tls"_s;
    const Result<CertificateFolder> certificates = CertificateFolder::open(folder);
    if (!certificates)
        return {Kind::Bad, subject, printed(certificates.error()), u"droverd init makes them in a new data directory; else restore %1 from a backup"_s.arg(folder)};
    const Instant now = SystemClock().now();
    const Instant authority = certificates->authority().certificate().notAfter();
    if (authority < now)
        return {Kind::Bad, subject, u"the authority has ended on %1"_s.arg(dayOf(authority)), u"make a new data directory, and let machines and people join anew"_s};
    const Result<QStringList> hosts = hostsOf(settings);
    if (certificates->leafEnds() < now && certificates->isGiven())
        return {Kind::Bad, subject, u"the certificate that was given has ended on %1"_s.arg(dayOf(certificates->leafEnds())), u"give a new one"_s};
    if (hosts && certificates->leafIsDue(*hosts, now))
        return good(subject, u"the daemon's own is renewed at the next start; the authority is good until %1"_s.arg(dayOf(authority)));
    const QString rotating = certificates->isRotating() ? u"; a rotation is on: the older authority is believed as well"_s : QString();
    return good(subject, u"good until %1, the authority until %2%3"_s.arg(dayOf(certificates->leafEnds()), dayOf(authority), rotating));
}

Finding checkDatabase(const DaemonSettings &settings)
{
    const QString subject = u"database"_s;
    const StoreSettings store {.dataDirectory = settings.dataDirectory, .postgres = settings.postgres};
    if (settings.postgres.isEmpty() && !QFileInfo::exists(databaseFile(store)))
        return {Kind::Bad, subject, u"%1 is not there"_s.arg(databaseFile(store)), u"droverd init makes it"_s};
    const Result<std::unique_ptr<Database>> db = Database::connect(store, DatabaseAccess::Read);
    if (!db)
        return {Kind::Bad, subject, printed(db.error()), settings.postgres.isEmpty() ? u"restore it from a backup"_s : u"look whether the server runs, and at the connection string (postgres)"_s};
    const Result<int> present = presentSchema(**db);
    if (!present)
        return {Kind::Bad, subject, printed(present.error()), u"droverd init makes it"_s};
    const int newest = newestSchema((*db)->dialect());
    if (*present > newest)
        return {Kind::Bad, subject, u"its schema is %1, this program knows %2"_s.arg(*present).arg(newest), u"start the newer droverd"_s};
    if (*present < newest)
        return good(subject, u"schema %1, brought to %2 at the next start"_s.arg(*present).arg(newest));
    return good(subject, u"%1, schema %2"_s.arg(settings.postgres.isEmpty() ? u"SQLite"_s : u"PostgreSQL"_s).arg(*present));
}

Finding checkPort(const DaemonSettings &settings)
{
    const QString subject = u"port"_s;
    const Result<ServerAddress> address = ServerAddress::parse(settings.listen);
    if (!address)
        return {Kind::Bad, subject, printed(address.error()), u"listen = \"127.0.0.1:7443\""_s};
    const QHostAddress host(address->host);
    if (host.isNull())
        return {Kind::Bad, subject, u"%1 is no address to listen on"_s.arg(address->host), u"use an address of this machine, 0.0.0.0 or [::]"_s};
    QTcpServer server;
    if (server.listen(host, address->port))
        return good(subject, u"%1 is free"_s.arg(settings.listen));
    return {Kind::Doubtful, subject, u"%1: %2"_s.arg(settings.listen, server.errorString()), u"fine when this daemon runs already; else choose another one (listen)"_s};
}

Finding checkDisk(const DaemonSettings &settings)
{
    const QString subject = u"disk"_s;
    const QStorageInfo disk(settings.dataDirectory);
    const QString words = u"%1 of %2 are free under %3"_s.arg(printedSize(disk.bytesAvailable()), printedSize(disk.bytesTotal()), settings.dataDirectory);
    if (disk.bytesAvailable() < settings.littleDisk)
        return {Kind::Doubtful, subject, words, u"make room, or move the data directory"_s};
    return good(subject, words);
}

} // namespace

QList<Finding> checkEverything(const DaemonSettings &settings)
{
    QList<Finding> findings {checkDataDirectory(settings.dataDirectory)};
    if (findings.first().kind != Kind::Bad || QFileInfo::exists(settings.dataDirectory))
        findings << checkCertificates(settings) << checkDatabase(settings) << checkDisk(settings);
    findings.append(checkPort(settings));
    for (const QString &text : settings.addresses) {
        if (const Result<ServerAddress> address = ServerAddress::parse(text); !address)
            findings.append({Kind::Bad, u"addresses"_s, printed(address.error()), u"host:port is expected"_s});
    }
    return findings;
}

QString printed(const QList<Finding> &findings)
{
    QString text;
    for (const Finding &finding : findings) {
        const QString kind = finding.kind == Kind::Good ? u"good"_s : finding.kind == Kind::Bad ? u"BAD "_s : u"look"_s;
        text += u"%1  %2: %3\n"_s.arg(kind, finding.subject, finding.words);
        if (!finding.remedy.isEmpty())
            text += u"      %1\n"_s.arg(finding.remedy);
    }
    return text;
}

} // namespace Drover
