#pragma once

#include "backend/store/statement.h"

struct sqlite3;
struct sqlite3_stmt;

namespace Drover {

/// The error of the last call on that handle.
Error sqliteError(sqlite3 *handle, QStringView doing);

/// A statement of SQLite's own.
class SqliteStatement final : public Statement
{
public:
    /// `isKept`: it will be used again and again.
    SqliteStatement(sqlite3 *handle, const QString &sql, bool isKept = false);
    ~SqliteStatement() override;

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
    void rewind();
    void keep(int status);

    sqlite3 *m_handle;
    sqlite3_stmt *m_statement = nullptr;
    std::optional<Error> m_error; // of preparing, for good; of a step, until finish()
    QList<QByteArray> m_kept; // parameters, which SQLite does not copy
    int m_parameters = 0; // put so far
    bool m_broken = false; // could not be prepared
};

} // namespace Drover
