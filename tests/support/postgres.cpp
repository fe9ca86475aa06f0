#include "tests/support/postgres.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QProcess>

#include <pwd.h>
#include <unistd.h>

namespace Drover {

namespace {

// The folder of the newest version's programs; empty: none is installed.
QString programs()
{
    const QDir versions("/usr/lib/postgresql");
    const QStringList found = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    return found.isEmpty() ? QString() : versions.filePath(found.last() + "/bin");
}

const passwd *owner()
{
    return getpwnam("postgres");
}

} // namespace

PostgresServer::~PostgresServer()
{
    stop();
}

QString PostgresServer::unavailable()
{
    if (programs().isEmpty())
        return "PostgreSQL is not installed (apt-get install postgresql-15)";
    if (geteuid() == 0 && !owner())
        return "PostgreSQL does not run as root, and there is no user postgres";
    return {};
}

QString PostgresServer::run(const QString &program, const QStringList &arguments) const
{
    QProcess process;
    const QString path = programs() + '/' + program;
    process.setWorkingDirectory("/");
    process.setProcessChannelMode(QProcess::MergedChannels);
    // The server inherits our channels: with a pipe we would wait for its end.
    const QString log = m_folder->filePath("data.log");
    process.setStandardOutputFile(log, QIODevice::Append);
    if (geteuid() == 0)
        process.start("runuser", QStringList {"-u", "postgres", "--", path} + arguments);
    else
        process.start(path, arguments);
    if (process.waitForFinished(60'000) && process.exitCode() == 0)
        return {};
    QFile file(log);
    (void)file.open(QIODevice::ReadOnly);
    return program + " failed: " + process.errorString() + "\n" + QString::fromUtf8(file.readAll());
}

QString PostgresServer::start()
{
    const QString top = QFileInfo("/dev/shm").isWritable() ? "/dev/shm" : "/tmp";
    if (!m_folder) {
        m_folder = std::make_unique<QTemporaryDir>(top + "/drover-pg-XXXXXX");
        if (geteuid() == 0 && chown(qPrintable(m_folder->path()), owner()->pw_uid, owner()->pw_gid) != 0)
            return "chown failed";
        const QString made = run("initdb", {"-D", m_folder->filePath("data"), "-U", "drover", "--auth=trust",
                                            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"});
        if (!made.isEmpty())
            return made;
    }
    const QString options
        = QString("-k %1 -c listen_addresses= -c fsync=off -c max_connections=20").arg(m_folder->path());
    const QString started = run("pg_ctl", {"-D", m_folder->filePath("data"), "-w", "-l",
                                           m_folder->filePath("server.log"), "-o", options, "start"});
    m_isRunning = started.isEmpty();
    return started;
}

void PostgresServer::stop()
{
    if (std::exchange(m_isRunning, false))
        run("pg_ctl", {"-D", m_folder->filePath("data"), "-w", "-m", "fast", "stop"});
}

QString PostgresServer::place(const QString &name) const
{
    return QString("host=%1 user=drover dbname=%2").arg(m_folder->path(), name);
}

QString PostgresServer::database(const QString &name)
{
    run("createdb", {"-h", m_folder->path(), "-U", "drover", name}); // fails when it is there
    return place(name);
}

} // namespace Drover
