#pragma once

#include "backend/store/store.h"

namespace Drover {

/// What a backup holds: one SQLite file with the database as it was at one moment, the files that
/// go with it (keys and certificates), and the names and sizes of those that it leaves out (outputs).
struct BackupFacts
{
    Instant made;
    QString program; ///< version of droverd that made it
    int schema = 0;
    qint64 tasks = 0;
    qint64 inside = 0; ///< files
    qint64 listed = 0; ///< files that are not inside
    qint64 listedBytes = 0;
    qint64 size = 0; ///< of the backup itself
};

/// Copies the database while a daemon may be writing it, with all below the `inside` folders of the
/// data directory, checks the copy, and only then gives it its name (0600). Conflict when there is a
/// file of that name. Blocks.
Result<BackupFacts> writeBackup(const StoreSettings &settings, const QStringList &inside,
                                const QString &file);

/// Whether it is a whole backup that this program can read.
Result<BackupFacts> checkBackup(const QString &file);

/// Makes a data directory of it: database and files. `directory` is made, and must be empty.
Result<void> unpackBackup(const QString &file, const QString &directory);

/// Of the files that it lists those that are missing, or shorter, in that data directory.
Result<QStringList> missingFiles(const QString &file, const QString &directory);

} // namespace Drover
