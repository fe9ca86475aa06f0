#pragma once

#include "backend/store/database.h"

#include <QtSql/QSqlDatabase>

struct sqlite3;

namespace Drover {

/// A connection to a SQLite file: WAL, synchronous=FULL, so that what was committed is there
/// after a power cut.
class SqliteDatabase final : public Database
{
public:
    /// For writing it creates the file; it refuses one that is not Drover's.
    static Result<std::unique_ptr<Database>> connect(const QString &file, DatabaseAccess access);
    ~SqliteDatabase() override;

    Dialect dialect() const override { return Dialect::Sqlite; }
    bool isLost() const override { return false; }
    /// Into an empty file, as it is at one moment; who writes meanwhile does not wait.
    Result<void> copyTo(const QString &file) const;
    Result<void> begin() override;
    Result<void> commit() override;
    void rollback() override;
    Result<void> script(const QString &sql) override;
    std::unique_ptr<Statement> prepare(const QString &sql, Reuse reuse) override;

private:
    explicit SqliteDatabase(DatabaseAccess access);
    Result<void> open(const QString &file);
    Result<void> setUp(qint64 presentId);
    Result<qint64> pragma(const QString &name);

    QSqlDatabase m_connection;
    sqlite3 *m_handle = nullptr;
    DatabaseAccess m_access;
};

} // namespace Drover
