#include "backend/store/backup.h"

#include "backend/base/version.h"
#include "backend/store/schema.h"
#include "backend/store/sqlitedatabase.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>
#include <QtCore/QDirIterator>
#include <QtCore/QFile>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// Only in backups; what an older program wrote a newer one reads.
const QString tables = u"CREATE TABLE backup (made INTEGER NOT NULL, program TEXT NOT NULL) STRICT;"
                       "CREATE TABLE backup_file (path TEXT PRIMARY KEY, size INTEGER NOT NULL,"
                       " hash BLOB, content BLOB) STRICT;"_s;
const QString noTables = u"DROP TABLE backup; DROP TABLE backup_file;"_s;

Error ioError(const QString &doing, const QString &path)
{
    return fail(ErrorCode::Io, u"%1 %2: %3"_s.arg(doing, path, QString::fromLocal8Bit(std::strerror(errno))));
}

QByteArray hashOf(const QByteArray &content)
{
    return QCryptographicHash::hash(content, QCryptographicHash::Blake2b_256);
}

Result<void> makePrivate(const QString &directory)
{
    const auto owners = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    if (!QDir().mkpath(directory) || !QFile::setPermissions(directory, owners))
        return ioError(u"making"_s, directory);
    return {};
}

// With the folder that names it.
Result<void> makeDurable(const QString &path)
{
    for (const QString &each : {path, QFileInfo(path).absolutePath()}) {
        const int fd = ::open(QFile::encodeName(each).constData(), O_RDONLY | O_CLOEXEC);
        const bool synced = fd >= 0 && ::fsync(fd) == 0;
        const Error error = synced ? Error {} : ioError(u"syncing"_s, each);
        if (fd >= 0)
            ::close(fd);
        if (!synced)
            return error;
    }
    return {};
}

// Paths below the data directory that are not the database's own.
QStringList filesOf(const QString &directory)
{
    QStringList paths;
    const QDir root(directory);
    QDirIterator it(directory, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        const QString path = root.relativeFilePath(it.next());
        const bool own = path.startsWith(u"drover.") || path == u"ballast";
        if (!own && !path.startsWith(u"replaced-"))
            paths.append(path);
    }
    return paths;
}

Result<void> addFile(Database &backup, const QString &directory, const QString &path, bool isInside)
{
    QFile file(directory + u'/' + path);
    if (!isInside) {
        const Result<int> listed
            = backup.prepared("INSERT INTO backup_file (path, size) VALUES (?1, ?2)"_L1).with(path, qint64(file.size())).run();
        return listed ? Result<void>() : listed.error();
    }
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"cannot read %1: %2"_s.arg(file.fileName(), file.errorString()));
    const QByteArray content = file.readAll();
    const Result<int> added
        = backup.prepared("INSERT INTO backup_file (path, size, hash, content) VALUES (?1, ?2, ?3, ?4)"_L1)
              .with(path, qint64(content.size()), hashOf(content), content)
              .run();
    return added ? Result<void>() : added.error();
}

Result<void> fillIn(Database &backup, const QString &directory, const QStringList &inside)
{
    Result<void> done = backup.script(tables);
    if (done)
        done = backup.begin();
    if (!done)
        return done;
    const Instant now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    const Result<int> head = backup.prepared("INSERT INTO backup (made, program) VALUES (?1, ?2)"_L1).with(now, programVersion()).run();
    if (!head)
        return head.error();
    for (const QString &path : filesOf(directory)) {
        if (done = addFile(backup, directory, path, inside.contains(path.section(u'/', 0, 0))); !done)
            return done;
    }
    if (done = backup.commit(); !done)
        return done;
    return backup.script(u"PRAGMA journal_mode = DELETE;"_s); // one file, without a log beside it
}

Result<void> makeCopy(const StoreSettings &settings, const QStringList &inside, const QString &file)
{
    const Result<std::unique_ptr<Database>> source = SqliteDatabase::connect(databaseFile(settings), DatabaseAccess::Read);
    if (!source)
        return source.error();
    if (Result<void> copied = static_cast<const SqliteDatabase &>(**source).copyTo(file); !copied)
        return copied;
    const Result<std::unique_ptr<Database>> backup = SqliteDatabase::connect(file, DatabaseAccess::Write);
    return backup ? fillIn(**backup, settings.dataDirectory, inside) : backup.error();
}

Error isNone(const QString &file, const QString &why)
{
    return fail(ErrorCode::Invalid, u"%1 is not a whole backup of Drover's (%2); take another one"_s.arg(file, why));
}

Result<void> checkContent(Database &db, const QString &file)
{
    const auto integrity = db.prepare(u"PRAGMA integrity_check(1)"_s);
    const QString said = integrity->next() ? integrity->text(0) : QString();
    if (const Result<void> read = integrity->finish(); !read)
        return read.error();
    if (said != u"ok")
        return isNone(file, said);
    const auto files = db.prepare(u"SELECT path, hash, content FROM backup_file WHERE content IS NOT NULL"_s);
    while (files->next()) {
        if (hashOf(files->blob(2)) != files->blob(1))
            return isNone(file, u"%1 in it is damaged"_s.arg(files->text(0)));
    }
    return files->finish();
}

Result<BackupFacts> factsOf(Database &db, const QString &file)
{
    BackupFacts facts {.made = {}, .program = {}, .size = QFileInfo(file).size()};
    const auto head = db.prepare(u"SELECT made, program FROM backup"_s);
    if (head->next())
        RowReader(*head).read(facts.made, facts.program);
    if (!head->finish())
        return isNone(file, u"what a backup says of itself is missing"_s);
    const auto counts = db.prepare(u"SELECT (SELECT count(*) FROM task), (SELECT count(*) FROM backup_file WHERE content IS NOT NULL),"
                                   " (SELECT count(*) FROM backup_file WHERE content IS NULL),"
                                   " (SELECT coalesce(sum(size), 0) FROM backup_file WHERE content IS NULL)"_s);
    if (counts->next())
        RowReader(*counts).read(facts.tasks, facts.inside, facts.listed, facts.listedBytes);
    if (const Result<void> read = counts->finish(); !read)
        return read.error();
    const Result<int> schema = presentSchema(db);
    if (!schema)
        return schema.error();
    facts.schema = *schema;
    if (*schema > newestSchema(Dialect::Sqlite)) {
        return fail(ErrorCode::VersionMismatch, u"%1 was made by droverd %2 and has schema %3; this one knows %4: use the newer droverd"_s
                                                    .arg(file, facts.program).arg(*schema).arg(newestSchema(Dialect::Sqlite)));
    }
    return facts;
}

Result<void> extractFiles(Database &db, const QString &directory)
{
    const auto files = db.prepare(u"SELECT path, content FROM backup_file WHERE content IS NOT NULL"_s);
    while (files->next()) {
        const QString path = directory + u'/' + files->text(0);
        if (Result<void> made = makePrivate(path.section(u'/', 0, -2)); !made) {
            (void)files->finish();
            return made;
        }
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
            || file.write(files->blob(1)) != files->blob(1).size() || !file.flush()) {
            const Error error = fail(ErrorCode::Io, u"cannot write %1: %2"_s.arg(path, file.errorString()));
            (void)files->finish();
            return error;
        }
        file.close();
        if (Result<void> durable = makeDurable(path); !durable)
            return durable;
    }
    return files->finish();
}

} // namespace

Result<BackupFacts> writeBackup(const StoreSettings &settings, const QStringList &inside, const QString &file)
{
    if (QFile::exists(file))
        return fail(ErrorCode::Conflict, u"%1 is there already; choose another name"_s.arg(file));
    const QString part = file + u".part"_s;
    QFile::remove(part); // of one that was interrupted
    const int fd = ::open(QFile::encodeName(part).constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600); // keys are in it
    if (fd < 0)
        return ioError(u"making"_s, part);
    ::close(fd);
    Result<void> made = makeCopy(settings, inside, part);
    const Result<BackupFacts> facts = made ? checkBackup(part) : made.error();
    if (facts)
        made = makeDurable(part);
    if (facts && made && ::rename(QFile::encodeName(part).constData(), QFile::encodeName(file).constData()) != 0)
        made = ioError(u"naming"_s, file);
    if (facts && made)
        made = makeDurable(file);
    if (facts && made)
        return facts;
    QFile::remove(part);
    return facts ? made.error() : facts.error();
}

Result<BackupFacts> checkBackup(const QString &file)
{
    if (!QFileInfo(file).isFile())
        return fail(ErrorCode::NotFound, u"there is no file %1"_s.arg(file));
    const Result<std::unique_ptr<Database>> db = SqliteDatabase::connect(file, DatabaseAccess::Read);
    if (!db)
        return isNone(file, db.error().message);
    Result<BackupFacts> facts = factsOf(**db, file);
    const Result<void> whole = facts ? checkContent(**db, file) : Result<void>();
    return whole ? facts : whole.error();
}

Result<void> unpackBackup(const QString &file, const QString &directory)
{
    if (Result<void> made = makePrivate(directory); !made)
        return made;
    const QString database = databaseFile({.dataDirectory = directory, .postgres = {}});
    QFile copy(file);
    if (!copy.copy(database) || !QFile::setPermissions(database, QFile::ReadOwner | QFile::WriteOwner))
        return fail(ErrorCode::Io, u"cannot copy %1 to %2: %3"_s.arg(file, database, copy.errorString()));
    const Result<std::unique_ptr<Database>> db = SqliteDatabase::connect(database, DatabaseAccess::Write);
    Result<void> done = db ? extractFiles(**db, directory) : db.error();
    if (done)
        done = (*db)->script(noTables);
    return done;
}

Result<QStringList> missingFiles(const QString &file, const QString &directory)
{
    const Result<std::unique_ptr<Database>> db = SqliteDatabase::connect(file, DatabaseAccess::Read);
    if (!db)
        return db.error();
    QStringList missing;
    const auto files = (*db)->prepare(u"SELECT path, size FROM backup_file WHERE content IS NULL ORDER BY path"_s);
    while (files->next()) {
        const QFileInfo there(directory + u'/' + files->text(0));
        if (!there.exists() || there.size() < files->integer(1))
            missing.append(files->text(0));
    }
    const Result<void> read = files->finish();
    return read ? Result<QStringList>(missing) : read.error();
}

} // namespace Drover
