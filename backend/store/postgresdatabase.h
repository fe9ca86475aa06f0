#pragma once

#include "backend/store/database.h"

#include <QtSql/QSqlDatabase>

using PGconn = struct pg_conn;

namespace Drover {

/// A connection to a PostgreSQL server. The one that writes holds a lock there, so that there is
/// one daemon to a database.
class PostgresDatabase final : public Database
{
public:
    /// `where` is a connection string of libpq's, key=value or URI.
    static Result<std::unique_ptr<Database>> connect(const QString &where, DatabaseAccess access);
    ~PostgresDatabase() override;

    Dialect dialect() const override { return Dialect::Postgres; }
    bool isLost() const override;
    Result<void> begin() override;
    Result<void> commit() override;
    void rollback() override;
    Result<void> script(const QString &sql) override;
    std::unique_ptr<Statement> prepare(const QString &sql, Reuse reuse) override;

private:
    explicit PostgresDatabase(DatabaseAccess access);
    Result<void> open(const QString &where);
    Result<void> setUp();
    Result<void> takeLock();
    QString holderOfLock();

    QSqlDatabase m_connection;
    PGconn *m_handle = nullptr;
    DatabaseAccess m_access;
    int m_statements = 0;
};

} // namespace Drover
