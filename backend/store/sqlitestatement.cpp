#include "backend/store/sqlitestatement.h"

#include <sqlite3.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

ErrorCode codeOf(int status)
{
    switch (status & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ErrorCode::StorageUnavailable;
    case SQLITE_INTERRUPT:
        return ErrorCode::Interrupted;
    default:
        return ErrorCode::Internal;
    }
}

} // namespace

Error sqliteError(sqlite3 *handle, QStringView doing)
{
    const int status = sqlite3_extended_errcode(handle);
    const QString words = (status & 0xff) == SQLITE_FULL
        ? u"the disk is full"_s
        : QString::fromUtf8(sqlite3_errmsg(handle));
    return fail(codeOf(status), u"%1: %2 (SQLite %3)"_s.arg(doing, words).arg(status));
}

SqliteStatement::SqliteStatement(sqlite3 *handle, const QString &sql, bool isKept) : m_handle(handle)
{
    const QByteArray utf8 = sql.toUtf8();
    const int status = sqlite3_prepare_v3(handle, utf8.constData(), int(utf8.size()),
                                          isKept ? SQLITE_PREPARE_PERSISTENT : 0, &m_statement, nullptr);
    if (status != SQLITE_OK) {
        m_broken = true;
        m_error = sqliteError(handle, sql);
    }
}

SqliteStatement::~SqliteStatement()
{
    sqlite3_finalize(m_statement);
}

Result<int> SqliteStatement::run()
{
    if (m_broken)
        return *m_error;
    int status = SQLITE_ROW;
    while (status == SQLITE_ROW && !m_error)
        status = sqlite3_step(m_statement);
    if (status != SQLITE_DONE && !m_error)
        m_error = sqliteError(m_handle, QString::fromUtf8(sqlite3_sql(m_statement)).left(60));
    rewind();
    if (m_error)
        return *std::exchange(m_error, std::nullopt);
    return sqlite3_changes(m_handle);
}

bool SqliteStatement::next()
{
    if (m_error)
        return false;
    const int status = sqlite3_step(m_statement);
    if (status == SQLITE_ROW)
        return true;
    if (status != SQLITE_DONE)
        m_error = sqliteError(m_handle, QString::fromUtf8(sqlite3_sql(m_statement)).left(60));
    return false;
}

Result<void> SqliteStatement::finish()
{
    rewind();
    if (!m_error)
        return {};
    const Error error = *m_error;
    if (!m_broken)
        m_error.reset();
    return error;
}

void SqliteStatement::rewind()
{
    sqlite3_reset(m_statement);
    m_parameters = 0;
    m_kept.clear();
}

void SqliteStatement::keep(int status)
{
    if (status != SQLITE_OK && !m_error)
        m_error = sqliteError(m_handle, u"binding a parameter");
}

void SqliteStatement::takeInteger(qint64 value)
{
    keep(sqlite3_bind_int64(m_statement, ++m_parameters, value));
}

void SqliteStatement::takeReal(double value)
{
    keep(sqlite3_bind_double(m_statement, ++m_parameters, value));
}

void SqliteStatement::takeText(QByteArray utf8)
{
    keep(sqlite3_bind_text(m_statement, ++m_parameters, utf8.constData(), int(utf8.size()),
                           SQLITE_STATIC));
    if (!utf8.isEmpty())
        m_kept.append(std::move(utf8));
}

void SqliteStatement::takeBlob(const QByteArray &value)
{
    // A null pointer would be NULL, not empty: constData() of an empty array is not null.
    keep(sqlite3_bind_blob(m_statement, ++m_parameters, value.constData(), int(value.size()),
                           SQLITE_STATIC));
    if (!value.isEmpty())
        m_kept.append(value);
}

void SqliteStatement::takeNull()
{
    keep(sqlite3_bind_null(m_statement, ++m_parameters));
}

bool SqliteStatement::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

qint64 SqliteStatement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

double SqliteStatement::real(int column) const
{
    return sqlite3_column_double(m_statement, column);
}

QString SqliteStatement::text(int column) const
{
    const auto *utf8 = reinterpret_cast<const char *>(sqlite3_column_text(m_statement, column));
    return QString::fromUtf8(utf8, sqlite3_column_bytes(m_statement, column));
}

QByteArray SqliteStatement::blob(int column) const
{
    const auto *bytes = static_cast<const char *>(sqlite3_column_blob(m_statement, column));
    return QByteArray(bytes, sqlite3_column_bytes(m_statement, column));
}

} // namespace Drover
