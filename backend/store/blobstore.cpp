#include "backend/store/blobstore.h"

#include "backend/store/rowwriter.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum ColumnType;

constexpr Column blobColumns[] = {{"hash"_L1, Text}, {"size"_L1}, {"used"_L1}};
constexpr RowShape blobRow {RowShape::Kind::Upsert, "blob"_L1, blobColumns, 1};

constexpr Column useColumns[] = {{"task"_L1}, {"n"_L1}, {"role"_L1}, {"name"_L1, Text},
                                 {"hash"_L1, Text}, {"size"_L1}};
constexpr RowShape useRow {RowShape::Kind::Upsert, "blob_use"_L1, useColumns, 4};

} // namespace

Result<void> putBlobs(Database &database, const QHash<QString, StoredBlob> &blobs)
{
    RowWriter writer(database, blobRow);
    for (const StoredBlob *blob : inKeyOrder(blobs)) {
        if (const Result<int> put = writer.add(blob->hash, blob->size, blob->used); !put)
            return put.error();
    }
    return writer.finish();
}

Result<void> putBlobOwners(Database &database, const std::vector<BlobOwner> &owners)
{
    Statement &insert = database.prepared(
        "INSERT INTO blob_owner (hash, owner) VALUES (?1, ?2) ON CONFLICT DO NOTHING"_L1);
    for (const BlobOwner &owner : owners) {
        if (const Result<int> done = insert.with(owner.hash, owner.owner).run(); !done)
            return done.error();
    }
    return {};
}

Result<void> putBlobUses(Database &database, const std::vector<BlobUse> &uses)
{
    // One statement takes each key once.
    QMap<std::tuple<TaskId, int, BlobRole, QString>, const BlobUse *> last;
    for (const BlobUse &use : uses)
        last.insert({use.task, use.n, use.role, use.name}, &use);
    RowWriter writer(database, useRow);
    for (const BlobUse *use : std::as_const(last)) {
        const Result<int> put
            = writer.add(use->task, use->n, use->role, use->name, use->hash, use->size);
        if (!put)
            return put.error();
    }
    return writer.finish();
}

Result<void> removeInputs(Database &database, const std::vector<TaskId> &tasks)
{
    Statement &remove = database.prepared("DELETE FROM blob_use WHERE task = ?1 AND n = 0"_L1);
    for (const TaskId task : tasks) {
        if (const Result<int> done = remove.with(task).run(); !done)
            return done.error();
    }
    return {};
}

Result<void> removeBlobs(Database &database, const std::vector<QString> &hashes)
{
    for (const QString &hash : hashes) {
        for (const QLatin1StringView sql : {"DELETE FROM blob_owner WHERE hash = ?1"_L1,
                                            "DELETE FROM blob WHERE hash = ?1"_L1}) {
            if (const Result<int> done = database.prepared(sql).with(hash).run(); !done)
                return done.error();
        }
    }
    return {};
}

Result<std::vector<StoredBlob>> allBlobs(Database &database)
{
    std::vector<StoredBlob> blobs;
    Statement &query = database.prepared("SELECT hash, size, used FROM blob"_L1);
    while (query.next()) {
        StoredBlob &blob = blobs.emplace_back();
        RowReader(query).read(blob.hash, blob.size, blob.used);
    }
    const Result<void> read = query.finish();
    return read ? Result<std::vector<StoredBlob>>(std::move(blobs)) : read.error();
}

Result<std::vector<BlobOwner>> allBlobOwners(Database &database)
{
    std::vector<BlobOwner> owners;
    Statement &query = database.prepared("SELECT hash, owner FROM blob_owner"_L1);
    while (query.next()) {
        BlobOwner &owner = owners.emplace_back();
        RowReader(query).read(owner.hash, owner.owner);
    }
    const Result<void> read = query.finish();
    return read ? Result<std::vector<BlobOwner>>(std::move(owners)) : read.error();
}

Result<QSet<QString>> unusedBlobs(Database &database)
{
    QSet<QString> unused;
    Statement &query = database.prepared(
        "SELECT hash FROM blob WHERE NOT EXISTS"
        " (SELECT 1 FROM blob_use WHERE blob_use.hash = blob.hash)"_L1);
    while (query.next())
        unused.insert(query.text(0));
    const Result<void> read = query.finish();
    return read ? Result<QSet<QString>>(std::move(unused)) : read.error();
}

Result<BlobReader> blobOfTask(Database &database, TaskId task, const QString &hash)
{
    Statement &query = database.prepared(
        "SELECT batch.project, coalesce((SELECT max(size) FROM blob_use"
        " WHERE blob_use.task = task.id AND blob_use.hash = ?2), -1)"
        " FROM task JOIN batch ON batch.id = task.batch WHERE task.id = ?1"_L1);
    query.with(task, hash);
    BlobReader reader;
    const bool found = query.next();
    if (found)
        RowReader(query).read(reader.project, reader.size);
    if (const Result<void> read = query.finish(); !read)
        return read.error();
    return found ? Result<BlobReader>(reader)
                 : fail(ErrorCode::NotFound, u"there is no task %1"_s.arg(task.value));
}

Result<QHash<QString, QStringList>> projectsUsing(Database &database, const QStringList &hashes)
{
    QHash<QString, QStringList> projects;
    Statement &query = database.prepared(
        "SELECT DISTINCT batch.project FROM blob_use JOIN task ON task.id = blob_use.task"
        " JOIN batch ON batch.id = task.batch WHERE blob_use.hash = ?1"_L1);
    for (const QString &hash : hashes) {
        query.with(hash);
        while (query.next())
            projects[hash].append(query.text(0));
        if (const Result<void> read = query.finish(); !read)
            return read.error();
    }
    return projects;
}

Result<StoredTaskOutputs> outputsOf(Database &database, TaskId task)
{
    StoredTaskOutputs found;
    TaskState state = TaskState::Waiting;
    Statement &row = database.prepared(
        "SELECT batch.project, task.state, task.current_attempt, task.last_attempt"
        " FROM task JOIN batch ON batch.id = task.batch WHERE task.id = ?1"_L1);
    row.with(task);
    const bool isThere = row.next();
    if (isThere)
        RowReader(row).read(found.project, state, found.resultOf, found.lastAttempt);
    if (const Result<void> read = row.finish(); !read)
        return read.error();
    if (!isThere)
        return fail(ErrorCode::NotFound, u"there is no task %1"_s.arg(task.value));
    if (!isFinished(state))
        found.resultOf = 0;
    Statement &query = database.prepared(
        "SELECT task, n, role, name, hash, size FROM blob_use WHERE task = ?1 AND n > 0"
        " ORDER BY n, name"_L1);
    query.with(task);
    while (query.next()) {
        BlobUse &use = found.outputs.emplace_back();
        RowReader(query).read(use.task, use.n, use.role, use.name, use.hash, use.size);
    }
    const Result<void> read = query.finish();
    return read ? Result<StoredTaskOutputs>(std::move(found)) : read.error();
}

} // namespace Drover
