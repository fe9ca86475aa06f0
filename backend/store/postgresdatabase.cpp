#include "backend/store/postgresdatabase.h"

#include "backend/store/postgresstatement.h"

#include <QtCore/QVariant>
#include <QtSql/QSqlDriver>
#include <QtSql/QSqlError>

#include <libpq-fe.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 lockKey = 0x44726f766572; // "Drover", among the advisory locks of the database

// A server that is gone is noticed in four seconds, not in two hours; design.md, Takeover.
constexpr QLatin1StringView keepAlive
    = "keepalives_idle=1;keepalives_interval=1;keepalives_count=3;connect_timeout=5"_L1;

// Qt wants the parts of a connection string one by one.
Result<void> setPlace(QSqlDatabase &connection, const QString &where)
{
    char *problem = nullptr;
    PQconninfoOption *options = PQconninfoParse(where.toUtf8().constData(), &problem);
    if (!options) {
        const QString words = QString::fromUtf8(problem ? problem : "").trimmed();
        PQfreemem(problem);
        return fail(ErrorCode::Invalid, u"not a connection string of PostgreSQL: %1"_s.arg(words));
    }
    QStringList others {QString(keepAlive)};
    for (const PQconninfoOption *option = options; option->keyword; ++option) {
        if (!option->val)
            continue;
        const QLatin1StringView name(option->keyword);
        const QString value = QString::fromUtf8(option->val);
        if (name == "host"_L1)
            connection.setHostName(value);
        else if (name == "port"_L1)
            connection.setPort(value.toInt());
        else if (name == "dbname"_L1)
            connection.setDatabaseName(value);
        else if (name == "user"_L1)
            connection.setUserName(value);
        else if (name == "password"_L1)
            connection.setPassword(value);
        else
            others.append(QString(name) + u'=' + value);
    }
    PQconninfoFree(options);
    connection.setConnectOptions(others.join(u';'));
    return {};
}

} // namespace

PostgresDatabase::PostgresDatabase(DatabaseAccess access)
    : m_connection(QSqlDatabase::addDatabase(u"QPSQL"_s, nextConnectionName())), m_access(access)
{
}

PostgresDatabase::~PostgresDatabase()
{
    forgetStatements();
    const QString name = m_connection.connectionName();
    m_connection.close();
    m_connection = {};
    QSqlDatabase::removeDatabase(name);
}

Result<std::unique_ptr<Database>> PostgresDatabase::connect(const QString &where, DatabaseAccess access)
{
    std::unique_ptr<PostgresDatabase> database(new PostgresDatabase(access));
    if (const Result<void> opened = database->open(where); !opened)
        return opened.error();
    return Result<std::unique_ptr<Database>>(std::move(database));
}

Result<void> PostgresDatabase::open(const QString &where)
{
    if (!m_connection.isValid())
        return fail(ErrorCode::StorageUnavailable, u"Qt's driver for PostgreSQL is not installed (libqt6sql6-psql)"_s);
    if (const Result<void> set = setPlace(m_connection, where); !set)
        return set.error();
    if (!m_connection.open()) {
        return fail(ErrorCode::StorageUnavailable,
                    u"the PostgreSQL server does not take us: %1"_s.arg(
                        m_connection.lastError().databaseText().simplified()));
    }
    m_handle = *static_cast<PGconn *const *>(m_connection.driver()->handle().constData());
    return setUp();
}

Result<void> PostgresDatabase::setUp()
{
    const bool reads = m_access == DatabaseAccess::Read;
    const Result<void> set = script(
        u"SET client_min_messages = warning; SET application_name = 'droverd, process %1';"
        "SET default_transaction_isolation = '%2'; SET default_transaction_read_only = %3"_s.arg(
            QString::number(::getpid()), reads ? u"repeatable read"_s : u"read committed"_s,
            reads ? u"on"_s : u"off"_s));
    if (!set || reads)
        return set;
    // The server ends the session, and with it the lock, of a daemon whose machine is gone or that
    // was frozen: one that lives gives a sign each second.
    const Result<void> limits = script(
        u"SET tcp_keepalives_idle = 1; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3;"
        "SET idle_session_timeout = '10s'; SET idle_in_transaction_session_timeout = '10s'"_s);
    return limits ? takeLock() : limits;
}

Result<void> PostgresDatabase::takeLock()
{
    // A daemon that has just died is let go by the server a moment later. Whoever waits for longer
    // asks again each second, and is in at once when the lock is let go.
    if (const Result<void> set = script(u"SET lock_timeout = '1s'"_s); !set)
        return set.error();
    const auto query = prepare(u"SELECT pg_advisory_lock(?1)"_s, Reuse::Once);
    const Result<int> taken = query->with(lockKey).run();
    if (const Result<void> set = script(u"SET lock_timeout = 0"_s); !set)
        return set.error();
    if (taken)
        return {};
    if (isLost())
        return taken.error();
    return fail(ErrorCode::Conflict, u"the database is in use by a daemon%1"_s.arg(holderOfLock()));
}

QString PostgresDatabase::holderOfLock()
{
    const auto query = prepare(
        u"SELECT coalesce(host(client_addr), 'the server''s machine'), application_name FROM pg_stat_activity"
        " WHERE pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)"
        " AND datname = current_database() AND pid <> pg_backend_pid()"_s,
        Reuse::Once);
    const QString words = query->next()
        ? u": %2 on %1"_s.arg(query->text(0), query->text(1))
        : QString();
    return query->finish() ? words : QString();
}

bool PostgresDatabase::isLost() const
{
    return PQstatus(m_handle) == CONNECTION_BAD;
}

Result<void> PostgresDatabase::begin()
{
    return script(u"BEGIN"_s);
}

Result<void> PostgresDatabase::commit()
{
    return script(u"COMMIT"_s);
}

void PostgresDatabase::rollback()
{
    if (PQtransactionStatus(m_handle) != PQTRANS_IDLE)
        PQclear(PQexec(m_handle, "ROLLBACK"));
}

Result<void> PostgresDatabase::script(const QString &sql)
{
    PGresult *result = PQexec(m_handle, sql.toUtf8().constData());
    const ExecStatusType status = PQresultStatus(result);
    // A COMMIT of what has failed answers ROLLBACK, as if all were well.
    const bool undone = sql == u"COMMIT" && QByteArrayView(PQcmdStatus(result)) == "ROLLBACK";
    Result<void> done;
    if (undone)
        done = fail(ErrorCode::StorageUnavailable, u"the server rolled the transaction back"_s);
    else if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        done = postgresError(m_handle, result, QStringView(sql).left(60));
    PQclear(result);
    return done;
}

std::unique_ptr<Statement> PostgresDatabase::prepare(const QString &sql, Reuse reuse)
{
    const QByteArray name
        = reuse == Reuse::Once ? QByteArray() : "drover" + QByteArray::number(++m_statements);
    return std::make_unique<PostgresStatement>(m_handle, sql, name);
}

} // namespace Drover
