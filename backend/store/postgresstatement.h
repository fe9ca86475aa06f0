#pragma once

#include "backend/store/statement.h"

using PGconn = struct pg_conn;
using PGresult = struct pg_result;

namespace Drover {

/// What a result of libpq's, or no result, says went wrong.
Error postgresError(PGconn *connection, const PGresult *result, QStringView doing);
/// "?1" to "$1".
QByteArray postgresSql(const QString &sql);

/// A statement of PostgreSQL's. One with a name is prepared there and kept.
class PostgresStatement final : public Statement
{
public:
    PostgresStatement(PGconn *connection, const QString &sql, QByteArray name);
    ~PostgresStatement() override;

    Result<int> run() override;
    bool next() override;
    Result<void> finish() override;

    bool isNull(int column) const override;
    qint64 integer(int column) const override;
    double real(int column) const override;
    QString text(int column) const override;
    QByteArray blob(int column) const override;

protected:
    void takeInteger(qint64 value) override;
    void takeReal(double value) override;
    void takeText(QByteArray utf8) override;
    void takeBlob(const QByteArray &value) override;
    void takeNull() override;

private:
    struct Parameter
    {
        QByteArray bytes;
        bool isBinary = false;
        bool isNull = false;
    };
    bool send();
    bool prepareOnce();
    void clear();
    void note(const PGresult *result);

    PGconn *m_connection;
    QByteArray m_sql;
    QByteArray m_name;
    bool m_isPrepared = false;
    bool m_isSent = false;
    std::vector<Parameter> m_parameters;
    PGresult *m_row = nullptr; // of one row, or none
    std::optional<Error> m_error;
};

} // namespace Drover
