#include "backend/store/schema.h"

#include "backend/base/logging.h"
#include "backend/base/version.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

using namespace Qt::StringLiterals;

static void initResources()
{
    Q_INIT_RESOURCE(migrations); // a static library's are not found otherwise
}

namespace Drover {

namespace {

// "migrations/sqlite/0001_first.sql", in order; the number is the version it brings.
QStringList migrationFiles(Dialect dialect)
{
    initResources();
    const QDir folder(dialect == Dialect::Sqlite ? u":/store/migrations/sqlite"_s
                                                 : u":/store/migrations/postgres"_s);
    QStringList files;
    for (const QString &name : folder.entryList({u"*.sql"_s}, QDir::Files, QDir::Name))
        files.append(folder.filePath(name));
    return files;
}

int versionOf(const QString &file)
{
    return file.section(u'/', -1).first(4).toInt();
}

Result<void> apply(Database &database, const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Internal, u"%1 cannot be read"_s.arg(path));
    const Result<void> done = database.script(QString::fromUtf8(file.readAll()));
    if (!done)
        return done.error();
    const Result<int> noted
        = database.prepared("INSERT INTO migration (version, name, program) VALUES (?1, ?2, ?3)"_L1)
              .with(versionOf(path), path.section(u'/', -1), programVersion())
              .run();
    if (!noted)
        return noted.error();
    logInfo(LogCategory::Store, u"migrated", {{"to"_L1, path.section(u'/', -1)}});
    return {};
}

Result<void> applyNewer(Database &database)
{
    const Result<void> table = database.script(
        u"CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL,"
        " program TEXT NOT NULL)"_s);
    const Result<int> present = table ? presentSchema(database) : table.error();
    if (!present)
        return present.error();
    if (*present > newestSchema(database.dialect())) {
        return fail(ErrorCode::VersionMismatch,
                    u"the database has schema %1 and droverd %2 knows %3: start the newer droverd"_s
                        .arg(*present)
                        .arg(programVersion())
                        .arg(newestSchema(database.dialect())));
    }
    for (const QString &path : migrationFiles(database.dialect())) {
        if (versionOf(path) <= *present)
            continue;
        if (const Result<void> applied = apply(database, path); !applied)
            return applied.error();
    }
    return {};
}

} // namespace

int newestSchema(Dialect dialect)
{
    const QStringList files = migrationFiles(dialect);
    return files.isEmpty() ? 0 : versionOf(files.last());
}

Result<int> presentSchema(Database &database)
{
    const std::unique_ptr<Statement> query
        = database.prepare(u"SELECT coalesce(max(version), 0) FROM migration"_s);
    const int version = query->next() ? int(query->integer(0)) : 0;
    const Result<void> read = query->finish();
    return read ? Result<int>(version) : read.error();
}

Result<void> migrate(Database &database)
{
    if (const Result<void> begun = database.begin(); !begun)
        return begun.error();
    if (const Result<void> applied = applyNewer(database); !applied) {
        database.rollback();
        return applied.error();
    }
    return database.commit();
}

} // namespace Drover
