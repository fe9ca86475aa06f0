#include "backend/store/database.h"

#include "backend/store/rowwriter.h"
#include "backend/store/sqlitedatabase.h"
#include "backend/store/store.h"

namespace Drover {

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::connect(const StoreSettings &settings,
                                                    DatabaseAccess access)
{
    return SqliteDatabase::connect(databaseFile(settings), access);
}

Statement &Database::prepared(QLatin1StringView sql)
{
    // Literals are few and live for ever, so that their address is a key that costs nothing.
    std::unique_ptr<Statement> &statement = m_statements[sql.data()];
    if (!statement)
        statement = prepare(QString(sql));
    return *statement;
}

Statement &Database::prepared(const RowShape &shape)
{
    std::unique_ptr<Statement> &statement = m_statements[&shape];
    if (!statement)
        statement = prepare(sqlOf(shape, dialect()));
    return *statement;
}

void Database::forgetStatements()
{
    m_statements.clear();
}

} // namespace Drover
