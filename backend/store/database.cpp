#include "backend/store/database.h"

#include "backend/store/postgresdatabase.h"
#include "backend/store/rowwriter.h"
#include "backend/store/sqlitedatabase.h"
#include "backend/store/store.h"

#include <atomic>

using namespace Qt::StringLiterals;

namespace Drover {

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::connect(const StoreSettings &settings,
                                                    DatabaseAccess access)
{
    if (!settings.postgres.isEmpty())
        return PostgresDatabase::connect(settings.postgres, access);
    return SqliteDatabase::connect(databaseFile(settings), access);
}

QString Database::nextConnectionName()
{
    static std::atomic<int> count = 0;
    return u"drover-%1"_s.arg(++count);
}

Statement &Database::prepared(QLatin1StringView sql)
{
    // Literals are few and live for ever, so that their address is a key that costs nothing.
    std::unique_ptr<Statement> &statement = m_statements[sql.data()];
    if (!statement)
        statement = prepare(QString(sql), Reuse::Often);
    return *statement;
}

Statement &Database::prepared(const RowShape &shape)
{
    std::unique_ptr<Statement> &statement = m_statements[&shape];
    if (!statement)
        statement = prepare(sqlOf(shape, dialect()), Reuse::Often);
    return *statement;
}

void Database::forgetStatements()
{
    m_statements.clear();
}

} // namespace Drover
