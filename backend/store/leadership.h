#pragma once

#include "backend/store/database.h"

namespace Drover {

/// Whose turn it is to write a PostgreSQL database that several daemons wait for.
///
/// The server's advisory lock lets one of them in (PostgresDatabase). Each that comes in begins a
/// new *term*, and every transaction of its names that term and a rising sequence: a daemon that
/// was frozen while another took over changes nothing when it wakes, and after a lost connection
/// one can tell whether the last commit happened. The data directory must be the one that they all
/// share: a file in it knows the last term, so that a copy of it is refused as well.
/// Lives in the writer thread.
class Leadership
{
public:
    explicit Leadership(QString dataDirectory) : m_dataDirectory(std::move(dataDirectory)) { }

    /// Begins a new term, in a transaction of its own. Invalid when the data directory is not the
    /// shared one.
    Result<void> take(Database &database);

    /// Part of every transaction; Conflict when another daemon has taken over since.
    Result<void> stamp(Database &database);

    /// Whether the last transaction that was stamped is in the database: known after take().
    bool lastHappened() const { return m_lastHappened; }

    /// A sign of life, and Conflict when another daemon has taken over.
    Result<void> check(Database &database) const;

private:
    struct Mark
    {
        QString directory;
        qint64 term = 0;
    };
    struct Row
    {
        qint64 term = 0;
        qint64 sequence = 0;
        QString directory;
    };

    Result<Row> takeRow(Database &database);
    static Result<Row> readRow(Database &database);
    Result<Mark> readMark() const;
    Result<void> writeMark(const Mark &mark) const;
    Result<void> compare(const Row &row, const Mark &mark) const;
    QString markFile() const;

    QString m_dataDirectory;
    qint64 m_term = 0;
    qint64 m_sequence = 0;
    bool m_lastHappened = false;
};

} // namespace Drover
