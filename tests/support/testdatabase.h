#pragma once

#include "tests/support/memoryfolder.h"
#include "tests/support/postgres.h"


namespace Drover {

/// The kind of database that the tests of this process run on: SQLite, or PostgreSQL where the
/// environment has DROVER_TEST_DATABASE=postgres. Each test program is run once on either.
class TestDatabases
{
public:
    static bool isPostgres() { return qgetenv("DROVER_TEST_DATABASE") == "postgres"; }

    /// Empty: ready. Else why these tests cannot run here.
    QString start()
    {
        if (!isPostgres())
            return {};
        const QString why = PostgresServer::unavailable();
        return why.isEmpty() ? m_server.start() : why;
    }

    /// Connection string of a new, empty database; empty for SQLite, which lies in the folder.
    QString next()
    {
        return isPostgres() ? m_server.database(QString("test%1").arg(++m_count)) : QString();
    }

    PostgresServer &server() { return m_server; }

private:
    PostgresServer m_server;
    int m_count = 0;
};

} // namespace Drover

/// In initTestCase: skips everything, and says why, where the database cannot be had.
#define START_DATABASES(databases) \
    do { \
        const QString why = (databases).start(); \
        if (!why.isEmpty()) \
            QSKIP(qPrintable(why)); \
    } while (false)
