#include "backend/store/sqlitedatabase.h"

#include "backend/store/sqlitefunctions.h"
#include "backend/store/sqlitestatement.h"

#include <QtCore/QVariant>
#include <QtSql/QSqlDriver>
#include <QtSql/QSqlError>

#include <sqlite3.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 applicationId = 0x44525652; // "DRVR", so that `file` and we know our own

} // namespace

SqliteDatabase::SqliteDatabase(DatabaseAccess access)
    : m_connection(QSqlDatabase::addDatabase(u"QSQLITE"_s, nextConnectionName())), m_access(access)
{
}

SqliteDatabase::~SqliteDatabase()
{
    forgetStatements();
    const QString name = m_connection.connectionName();
    m_connection.close();
    m_connection = {};
    QSqlDatabase::removeDatabase(name);
}

Result<std::unique_ptr<Database>> SqliteDatabase::connect(const QString &file, DatabaseAccess access)
{
    std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(access));
    if (const Result<void> opened = database->open(file); !opened)
        return opened.error();
    return Result<std::unique_ptr<Database>>(std::move(database));
}

Result<void> SqliteDatabase::open(const QString &file)
{
    m_connection.setDatabaseName(file);
    // Only somebody with a shell of the database's own makes us wait; five seconds, then say so.
    m_connection.setConnectOptions(m_access == DatabaseAccess::Read
                                       ? u"QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=5000"_s
                                       : u"QSQLITE_BUSY_TIMEOUT=5000"_s);
    if (!m_connection.open()) {
        return fail(ErrorCode::StorageUnavailable,
                    u"%1 cannot be opened: %2"_s.arg(file, m_connection.lastError().text()));
    }
    m_handle = *static_cast<sqlite3 *const *>(m_connection.driver()->handle().constData());
    sqlite3_extended_result_codes(m_handle, 1);
    registerFunctions(m_handle);
    const Result<qint64> id = pragma(u"application_id"_s);
    const Result<qint64> tables = id ? pragma(u"schema_version"_s) : id;
    if (!tables)
        return tables.error();
    if (*id != applicationId && *tables != 0) {
        return fail(ErrorCode::VersionMismatch,
                    u"%1 is a SQLite database, but not one of Drover's"_s.arg(file));
    }
    if (m_access == DatabaseAccess::Read)
        return script(u"PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;"_s);
    return setUp(*id);
}

Result<void> SqliteDatabase::setUp(qint64 presentId)
{
    if (presentId != applicationId) {
        // auto_vacuum only counts before anything else is written.
        const Result<void> marked = script(u"PRAGMA auto_vacuum = INCREMENTAL;"
                                           "PRAGMA application_id = %1;"_s.arg(applicationId));
        if (!marked)
            return marked.error();
    }
    return script(u"PRAGMA journal_mode = WAL;"
                  "PRAGMA synchronous = FULL;"
                  "PRAGMA cache_size = -65536;"
                  "PRAGMA temp_store = MEMORY;"
                  "PRAGMA wal_autocheckpoint = 4000;"
                  "PRAGMA journal_size_limit = 67108864;"_s);
}

Result<qint64> SqliteDatabase::pragma(const QString &name)
{
    SqliteStatement statement(m_handle, u"PRAGMA "_s + name);
    const qint64 value = statement.next() ? statement.integer(0) : 0;
    if (const Result<void> read = statement.finish(); !read)
        return read.error();
    return value;
}

Result<void> SqliteDatabase::copyTo(const QString &file) const
{
    sqlite3 *copy = nullptr;
    int status = sqlite3_open_v2(file.toUtf8().constData(), &copy, SQLITE_OPEN_READWRITE, nullptr);
    sqlite3_backup *backup = status == SQLITE_OK ? sqlite3_backup_init(copy, "main", m_handle, "main") : nullptr;
    if (backup) {
        sqlite3_backup_step(backup, -1); // all pages: one read transaction
        sqlite3_backup_finish(backup);
    }
    status = sqlite3_errcode(copy);
    const Result<void> done = status == SQLITE_OK ? Result<void>() : sqliteError(copy, u"copying the database to "_s + file);
    sqlite3_close(copy);
    return done;
}

Result<void> SqliteDatabase::begin()
{
    const QLatin1StringView sql = m_access == DatabaseAccess::Write ? "BEGIN IMMEDIATE"_L1 : "BEGIN"_L1;
    const Result<int> begun = prepared(sql).run();
    return begun ? Result<void>() : begun.error();
}

Result<void> SqliteDatabase::commit()
{
    const Result<int> done = prepared("COMMIT"_L1).run();
    return done ? Result<void>() : done.error();
}

void SqliteDatabase::rollback()
{
    // After some errors SQLite has already rolled back by itself.
    if (sqlite3_get_autocommit(m_handle) == 0)
        sqlite3_exec(m_handle, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> SqliteDatabase::script(const QString &sql)
{
    if (sqlite3_exec(m_handle, sql.toUtf8().constData(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return sqliteError(m_handle, QStringView(sql).left(60));
    return {};
}

std::unique_ptr<Statement> SqliteDatabase::prepare(const QString &sql, Reuse reuse)
{
    return std::make_unique<SqliteStatement>(m_handle, sql, reuse == Reuse::Often);
}

} // namespace Drover
