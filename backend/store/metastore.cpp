#include "backend/store/metastore.h"

#include "backend/store/columntext.h"
#include "backend/store/rowwriter.h"
#include "backend/store/taskstore.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum ColumnType;

constexpr Column metaColumns[] = {{"name"_L1, Text}, {"value"_L1, Blob}};
constexpr RowShape metaRow {RowShape::Kind::Upsert, "meta"_L1, metaColumns, 1};

constexpr Column submissionColumns[]
    = {{"id"_L1}, {"idempotency_key"_L1, Text}, {"user_name"_L1, Text}, {"happened"_L1},
       {"batch"_L1}, {"is_open"_L1}, {"firsts"_L1, Text}, {"counts"_L1, Text}};
constexpr RowShape submissionRow {RowShape::Kind::Upsert, "submission"_L1, submissionColumns, 1};

constexpr QLatin1StringView revisionName = "revision"_L1;

QList<qint64> idsOf(const QList<TaskId> &tasks)
{
    QList<qint64> ids;
    for (const TaskId task : tasks)
        ids.append(task.value);
    return ids;
}

StoredSubmission submissionAt(const Statement &row)
{
    StoredSubmission s;
    QString firsts;
    QString counts;
    RowReader(row).read(s.id, s.key, s.user, s.at, s.batch, s.open, firsts, counts);
    for (const qint64 id : numbersOf(firsts))
        s.first.append(TaskId {id});
    s.count = numbersOf(counts);
    return s;
}

} // namespace

Result<void> putMeta(Database &database, const QMap<QString, QByteArray> &facts)
{
    RowWriter writer(database, metaRow);
    for (auto it = facts.cbegin(); it != facts.cend(); ++it) {
        if (const Result<int> put = writer.add(it.key(), it.value()); !put)
            return put.error();
    }
    return writer.finish();
}

Result<QMap<QString, QByteArray>> allMeta(Database &database)
{
    QMap<QString, QByteArray> facts;
    Statement &query = database.prepared("SELECT name, value FROM meta"_L1);
    while (query.next())
        facts.insert(query.text(0), query.blob(1));
    const Result<void> read = query.finish();
    return read ? Result<QMap<QString, QByteArray>>(std::move(facts)) : read.error();
}

Result<void> raiseRevision(Database &database, qint64 revision)
{
    const Result<qint64> present = presentRevision(database);
    if (!present)
        return present.error();
    if (revision <= *present)
        return {};
    return putMeta(database, {{QString(revisionName), QByteArray::number(revision)}});
}

Result<qint64> presentRevision(Database &database)
{
    Statement &query = database.prepared("SELECT value FROM meta WHERE name = 'revision'"_L1);
    const qint64 revision = query.next() ? query.blob(0).toLongLong() : 0;
    const Result<void> read = query.finish();
    return read ? Result<qint64>(revision) : read.error();
}

Result<void> putSubmissions(Database &database, const QHash<qint64, StoredSubmission> &submissions)
{
    RowWriter writer(database, submissionRow);
    for (const StoredSubmission &s : submissions) {
        const Result<int> put = writer.add(s.id, s.key, s.user, s.at, s.batch, s.open,
                                           textOf(idsOf(s.first)), textOf(s.count));
        if (!put)
            return put.error();
    }
    return writer.finish();
}

Result<void> removeSubmission(Database &database, qint64 id)
{
    Statement &query = database.prepared(
        "SELECT id, idempotency_key, user_name, happened, batch, is_open, firsts, counts"
        " FROM submission WHERE id = ?1"_L1);
    const StoredSubmission stored = query.with(id).next() ? submissionAt(query) : StoredSubmission {};
    if (const Result<void> read = query.finish(); !read)
        return read.error();
    for (qsizetype i = 0; i < std::min(stored.first.size(), stored.count.size()); ++i) {
        const Result<void> removed
            = removeTasks(database, id, stored.first[i].value, stored.count[i]);
        if (!removed)
            return removed.error();
    }
    const Result<int> removed = database.prepared("DELETE FROM submission WHERE id = ?1"_L1).with(id).run();
    return removed ? Result<void>() : removed.error();
}

Result<void> sweepSubmissions(Database &database, Instant before)
{
    const Result<int> swept
        = database.prepared("DELETE FROM submission WHERE is_open = 0 AND happened < ?1"_L1)
              .with(before)
              .run();
    return swept ? Result<void>() : swept.error();
}

Result<std::vector<StoredSubmission>> allSubmissions(Database &database)
{
    std::vector<StoredSubmission> submissions;
    Statement &query = database.prepared(
        "SELECT id, idempotency_key, user_name, happened, batch, is_open, firsts, counts"
        " FROM submission ORDER BY id"_L1);
    while (query.next())
        submissions.push_back(submissionAt(query));
    const Result<void> read = query.finish();
    return read ? Result<std::vector<StoredSubmission>>(std::move(submissions)) : read.error();
}

} // namespace Drover
