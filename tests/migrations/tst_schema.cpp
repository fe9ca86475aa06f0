#include "backend/store/database.h"
#include "backend/store/schema.h"
#include "backend/store/store.h"
#include "tests/support/memoryfolder.h"
#include "tests/support/postgres.h"
#include "tests/support/verify.h"

#include <QtCore/QDirIterator>

using namespace Drover;

namespace {

QStringList rows(Database &db, const QString &sql)
{
    QStringList found;
    const std::unique_ptr<Statement> query = db.prepare(sql);
    while (query->next())
        found.append(query->text(0));
    const Result<void> read = query->finish();
    if (!read)
        found.append(read.error().message);
    return found;
}

// A type of PostgreSQL's as SQLite has it: several lengths of integer are one there.
QString plainType(QString type)
{
    static const QHash<QString, QString> types {{"bigint", "INTEGER"}, {"integer", "INTEGER"},
                                                {"smallint", "INTEGER"}, {"text", "TEXT"},
                                                {"bytea", "BLOB"}};
    return types.value(type, type);
}

// "task.name TEXT not null", by table and place.
QStringList columns(Database &db)
{
    if (db.dialect() == Dialect::Sqlite) {
        return rows(db, "SELECT t.name || '.' || c.name || ' ' || c.type"
                        " || CASE WHEN c.\"notnull\" OR c.pk THEN ' not null' ELSE '' END"
                        " FROM sqlite_schema t JOIN pragma_table_info(t.name) c"
                        " WHERE t.type = 'table' ORDER BY t.name, c.cid");
    }
    QStringList found;
    for (const QString &row :
         rows(db, "SELECT table_name || '.' || column_name || ' ' || data_type"
                  " || CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END"
                  " FROM information_schema.columns WHERE table_schema = 'public'"
                  " ORDER BY table_name COLLATE \"C\", ordinal_position")) {
        const QString type = row.section(' ', 1, 1);
        found.append(row.section(' ', 0, 0) + ' ' + plainType(type) + row.mid(row.indexOf(type) + type.size()));
    }
    return found;
}

// Names of indexes that were made by name, with where they hold; primary keys are columns' own.
QStringList indexes(Database &db)
{
    const QString sqlite = "SELECT name || coalesce(' where ' || substr(sql, nullif(instr(sql, 'WHERE '), 0) + 6), '')"
                           " FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
    const QString postgres = "SELECT indexrelid::regclass::text || coalesce(' where ' ||"
                             " btrim(pg_get_expr(indpred, indrelid), '()'), '') FROM pg_index"
                             " WHERE indrelid::regclass::text NOT LIKE 'pg\\_%' AND NOT indisprimary"
                             " AND indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
                             " ORDER BY 1";
    return rows(db, db.dialect() == Dialect::Sqlite ? sqlite : postgres);
}

} // namespace

/// The two schemas are one, and every migration is there in both.
class TestSchema : public QObject
{
    Q_OBJECT

    MemoryFolder m_folder;
    PostgresServer m_server;
    std::unique_ptr<Database> m_sqlite;
    std::unique_ptr<Database> m_postgres;

    std::unique_ptr<Database> open(const StoreSettings &settings)
    {
        Result<std::unique_ptr<Database>> db = Database::connect(settings, DatabaseAccess::Write);
        const Result<void> done = db ? migrate(**db) : db.error();
        if (!done)
            qWarning("%s", qPrintable(printed(done.error())));
        return done ? std::move(*db) : nullptr;
    }

private slots:
    void initTestCase()
    {
        m_sqlite = open({.dataDirectory = m_folder.path()});
        QVERIFY(m_sqlite);
        const QString why = PostgresServer::unavailable();
        if (!why.isEmpty())
            QSKIP(qPrintable(why));
        QCOMPARE(m_server.start(), "");
        m_postgres = open({.dataDirectory = m_folder.path(), .postgres = m_server.database("schema")});
        QVERIFY(m_postgres);
    }

    void cleanupTestCase()
    {
        m_sqlite.reset();
        m_postgres.reset();
    }

    void bothDialectsHaveTheSameMigrations()
    {
        QHash<QString, QStringList> names;
        for (const QString dialect : {"sqlite", "postgres"}) {
            names[dialect] = QDir(DROVER_SOURCE_DIR "/backend/store/migrations/" + dialect)
                                 .entryList({"*.sql"}, QDir::Files, QDir::Name);
        }
        QVERIFY(!names["sqlite"].isEmpty());
        QCOMPARE(names["postgres"], names["sqlite"]);
        QCOMPARE(newestSchema(Dialect::Sqlite), int(names["sqlite"].size()));
        QCOMPARE(newestSchema(Dialect::Postgres), int(names["sqlite"].size()));
    }

    void bothSchemasHaveTheSameColumns()
    {
        const QStringList sqlite = columns(*m_sqlite);
        QVERIFY2(sqlite.size() > 150, qPrintable(sqlite.join('\n')));
        QCOMPARE(columns(*m_postgres).join('\n'), sqlite.join('\n'));
    }

    void bothSchemasHaveTheSameIndexes()
    {
        const QStringList sqlite = indexes(*m_sqlite);
        QVERIFY2(sqlite.contains("task_ended"), qPrintable(sqlite.join('\n')));
        QCOMPARE(indexes(*m_postgres).join('\n'), sqlite.join('\n'));
    }

    void taskHasFewIndexes()
    {
        QCOMPARE(indexes(*m_sqlite).filter(QRegularExpression("^task_")),
                 QStringList({"task_away where away > 0", "task_batch", "task_ended", "task_name"})); // each is written for every task, but the first
    }

    void everyTableIsStrict()
    {
        QCOMPARE(rows(*m_sqlite, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                                 " AND NOT strict AND name NOT LIKE 'sqlite%'"),
                 QStringList({"migration"}));
    }

    void migratingAgainChangesNothing()
    {
        for (Database *db : {m_sqlite.get(), m_postgres.get()}) {
            const QStringList before = columns(*db);
            VERIFY_OK(migrate(*db));
            QCOMPARE(columns(*db), before);
            const Result<int> present = presentSchema(*db);
            VERIFY_OK(present);
            QCOMPARE(*present, newestSchema(db->dialect()));
        }
    }
};

QTEST_GUILESS_MAIN(TestSchema)
#include "tst_schema.moc"
