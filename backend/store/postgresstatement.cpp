#include "backend/store/postgresstatement.h"

#include <QtCore/QtEndian>

#include <libpq-fe.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

// By the class of an SQLSTATE; https://www.postgresql.org/docs/15/errcodes-appendix.html
ErrorCode codeOf(PGconn *connection, QByteArrayView state)
{
    if (PQstatus(connection) == CONNECTION_BAD || state.isEmpty())
        return ErrorCode::StorageUnavailable;
    if (state == "57014") // query_canceled
        return ErrorCode::Interrupted;
    if (state.startsWith("2201B")) // a regular expression that is too complex for it
        return ErrorCode::Invalid;
    for (const char *passing : {"08", "25", "40", "53", "55", "57", "58"}) {
        if (state.startsWith(passing))
            return ErrorCode::StorageUnavailable;
    }
    return ErrorCode::Internal;
}

} // namespace

Error postgresError(PGconn *connection, const PGresult *result, QStringView doing)
{
    const QByteArray state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    const char *words = result ? PQresultErrorMessage(result) : PQerrorMessage(connection);
    return fail(codeOf(connection, state), u"%1: %2 (PostgreSQL %3)"_s
                                               .arg(doing, QString::fromUtf8(words).simplified(),
                                                    QString::fromLatin1(state)));
}

QByteArray postgresSql(const QString &sql)
{
    QString translated = sql;
    for (qsizetype i = 0; i + 1 < translated.size(); ++i) {
        if (translated[i] == u'?' && translated[i + 1].isDigit())
            translated[i] = u'$';
    }
    return translated.toUtf8();
}

PostgresStatement::PostgresStatement(PGconn *connection, const QString &sql, QByteArray name)
    : m_connection(connection), m_sql(postgresSql(sql)), m_name(std::move(name))
{
}

PostgresStatement::~PostgresStatement()
{
    clear();
}

bool PostgresStatement::prepareOnce()
{
    if (m_isPrepared || m_name.isEmpty())
        return true;
    PGresult *result = PQprepare(m_connection, m_name.constData(), m_sql.constData(), 0, nullptr);
    m_isPrepared = PQresultStatus(result) == PGRES_COMMAND_OK;
    note(result);
    PQclear(result);
    return m_isPrepared;
}

bool PostgresStatement::send()
{
    m_isSent = true;
    if (!prepareOnce())
        return false;
    std::vector<const char *> values;
    std::vector<int> lengths;
    std::vector<int> formats;
    for (const Parameter &each : m_parameters) {
        values.push_back(each.isNull ? nullptr : each.bytes.constData());
        lengths.push_back(int(each.bytes.size()));
        formats.push_back(each.isBinary ? 1 : 0);
    }
    const int count = int(m_parameters.size());
    const int sent = m_name.isEmpty()
        ? PQsendQueryParams(m_connection, m_sql.constData(), count, nullptr, values.data(),
                            lengths.data(), formats.data(), 1)
        : PQsendQueryPrepared(m_connection, m_name.constData(), count, values.data(),
                              lengths.data(), formats.data(), 1);
    if (sent == 0) {
        note(nullptr);
        return false;
    }
    // Row by row: a million tasks are read at start, and are not to lie here all at once.
    PQsetSingleRowMode(m_connection);
    return true;
}

Result<int> PostgresStatement::run()
{
    int changed = 0;
    if (send()) {
        while (PGresult *result = PQgetResult(m_connection)) {
            changed = std::max(changed, QByteArray(PQcmdTuples(result)).toInt());
            note(result);
            PQclear(result);
        }
    }
    const Result<void> finished = finish();
    return finished ? Result<int>(changed) : finished.error();
}

bool PostgresStatement::next()
{
    if (!m_isSent && !send())
        return false;
    PQclear(std::exchange(m_row, nullptr));
    if (m_error)
        return false;
    m_row = PQgetResult(m_connection);
    if (PQresultStatus(m_row) == PGRES_SINGLE_TUPLE)
        return true;
    if (m_row)
        note(m_row);
    return false;
}

Result<void> PostgresStatement::finish()
{
    clear();
    if (!m_error)
        return {};
    return *std::exchange(m_error, std::nullopt);
}

void PostgresStatement::clear()
{
    PQclear(std::exchange(m_row, nullptr));
    // What was not read must go before the connection takes the next statement.
    while (m_isSent) {
        PGresult *rest = PQgetResult(m_connection);
        m_isSent = rest != nullptr;
        PQclear(rest);
    }
    m_parameters.clear();
}

void PostgresStatement::note(const PGresult *result)
{
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_SINGLE_TUPLE && !m_error)
        m_error = postgresError(m_connection, result, QString::fromUtf8(m_sql).left(60));
}

void PostgresStatement::takeInteger(qint64 value)
{
    m_parameters.push_back({QByteArray::number(value)});
}

void PostgresStatement::takeReal(double value)
{
    m_parameters.push_back({QByteArray::number(value, 'g', 17)});
}

void PostgresStatement::takeText(QByteArray utf8)
{
    utf8.replace('\0', "\xef\xbf\xbd"); // PostgreSQL has no such text
    m_parameters.push_back({std::move(utf8)});
}

void PostgresStatement::takeBlob(const QByteArray &value)
{
    m_parameters.push_back({value, true});
}

void PostgresStatement::takeNull()
{
    m_parameters.push_back({{}, false, true});
}

bool PostgresStatement::isNull(int column) const
{
    return PQgetisnull(m_row, 0, column) != 0;
}

qint64 PostgresStatement::integer(int column) const
{
    const char *bytes = PQgetvalue(m_row, 0, column);
    switch (PQgetlength(m_row, 0, column)) {
    case 8:
        return qFromBigEndian<qint64>(bytes);
    case 4:
        return qFromBigEndian<qint32>(bytes);
    case 2:
        return qFromBigEndian<qint16>(bytes);
    default:
        return 0;
    }
}

double PostgresStatement::real(int column) const
{
    if (PQgetlength(m_row, 0, column) != 8)
        return 0;
    return qFromBigEndian<double>(PQgetvalue(m_row, 0, column));
}

QString PostgresStatement::text(int column) const
{
    return QString::fromUtf8(PQgetvalue(m_row, 0, column), PQgetlength(m_row, 0, column));
}

QByteArray PostgresStatement::blob(int column) const
{
    return QByteArray(PQgetvalue(m_row, 0, column), PQgetlength(m_row, 0, column));
}

} // namespace Drover
