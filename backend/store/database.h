#pragma once

#include "backend/store/statement.h"

#include <memory>
#include <unordered_map>

namespace Drover {

struct RowShape;
struct StoreSettings;

enum class Dialect { Sqlite, Postgres };
enum class DatabaseAccess { Write, Read };

/// One connection to the database, of one dialect: transactions, prepared statements, and errors
/// as codes of ours. Qt Sql opens and closes it; statements go to the library below, because
/// that is more than twice as fast with rows by the hundred thousand.
///
/// SQL is written with numbered parameters, `?1`; PostgreSQL sees them as `$1`. Errors: what may
/// pass (disk full, locked, connection lost) is StorageUnavailable, a query that was stopped
/// Interrupted, and what we did wrong (a constraint, a typing error) Internal.
/// Lives in the thread that connected it.
class Database
{
public:
    /// Does not create tables: schema.h does.
    static Result<std::unique_ptr<Database>> connect(const StoreSettings &settings,
                                                     DatabaseAccess access);
    virtual ~Database();

    virtual Dialect dialect() const = 0;
    /// Connection lost: only a new one helps.
    virtual bool isLost() const = 0;

    virtual Result<void> begin() = 0;
    virtual Result<void> commit() = 0;
    /// Never fails: a connection that cannot is lost, and the server rolls back by itself.
    virtual void rollback() = 0;

    /// Several statements without parameters or rows.
    virtual Result<void> script(const QString &sql) = 0;

    enum class Reuse { Once, Often };
    /// A statement for text that is made at run time.
    virtual std::unique_ptr<Statement> prepare(const QString &sql, Reuse reuse = Reuse::Once) = 0;

    /// The statement for text of ours, prepared at its first use and kept.
    Statement &prepared(QLatin1StringView sql);
    /// The one that writes rows of that shape; `shape` lives for ever.
    Statement &prepared(const RowShape &shape);

protected:
    void forgetStatements();
    /// A name for a connection of Qt's, which have to have different ones.
    static QString nextConnectionName();

private:
    std::unordered_map<const void *, std::unique_ptr<Statement>> m_statements; // by text or shape
};

} // namespace Drover
