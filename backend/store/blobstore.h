#pragma once

#include "backend/store/database.h"
#include "backend/store/rows.h"

#include <QtCore/QHash>
#include <QtCore/QSet>

namespace Drover {

// Rows of blob, blob_owner and blob_use. Written by the writer inside its transaction.

Result<void> putBlobs(Database &database, const QHash<QString, StoredBlob> &blobs);
Result<void> putBlobOwners(Database &database, const std::vector<BlobOwner> &owners);
Result<void> putBlobUses(Database &database, const std::vector<BlobUse> &uses);
Result<void> removeInputs(Database &database, const std::vector<TaskId> &tasks);
/// With their owners.
Result<void> removeBlobs(Database &database, const std::vector<QString> &hashes);

Result<std::vector<StoredBlob>> allBlobs(Database &database);
Result<std::vector<BlobOwner>> allBlobOwners(Database &database);

// Questions of the query pool.

/// Blobs that no task and no attempt refers to.
Result<QSet<QString>> unusedBlobs(Database &database);

/// A task as somebody sees it who asks for a blob of it.
struct BlobReader
{
    QString project;
    qint64 size = -1; ///< of the blob; -1: the task does not refer to it
};
/// NotFound when there is no such task.
Result<BlobReader> blobOfTask(Database &database, TaskId task, const QString &hash);

/// Projects in which a task refers to each of these.
Result<QHash<QString, QStringList>> projectsUsing(Database &database, const QStringList &hashes);

struct StoredTaskOutputs
{
    QString project;
    int resultOf = 0; ///< the attempt that gave the result; 0: it has none yet
    int lastAttempt = 0;
    QList<BlobUse> outputs; ///< of all attempts, by name
};
Result<StoredTaskOutputs> outputsOf(Database &database, TaskId task);

} // namespace Drover
