// backup, restore, migrate.
#include "backend/base/clock.h"
#include "backend/base/logging.h"
#include "backend/base/size.h"
#include "backend/daemon/commands.h"
#include "backend/store/backup.h"
#include "backend/store/database.h"
#include "backend/store/directorylock.h"
#include "backend/store/ledger.h"
#include "backend/store/schema.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QTextStream>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qsizetype mostNamed = 5; // of missing files

const QStringList insideBackup {u"tls"_s};

int failed(const QString &what, const Error &error)
{
    QTextStream(stderr) << "droverd: " << what << ": " << printed(error) << '\n';
    return 1;
}

StoreSettings storeOf(const DaemonSettings &settings)
{
    return {.dataDirectory = settings.dataDirectory, .postgres = settings.postgres};
}

QString worded(const BackupFacts &facts)
{
    return u"%1 tasks, schema %2, %3 keys and certificates inside; %4 output files (%5) are listed and not inside"_s
        .arg(facts.tasks).arg(facts.schema).arg(facts.inside).arg(facts.listed).arg(printedSize(facts.listedBytes));
}

Error needsOtherMeans()
{
    return fail(ErrorCode::Invalid, u"the database is in PostgreSQL: take pg_dump and a copy of the data directory; bring them back"
                                    " with pg_restore, and then run droverd restore without a file"_s);
}

// What was written since the backup is another history, which machines and people may remember.
Result<void> beginEpoch(const StoreSettings &where, const QString &object)
{
    Store store(where);
    if (Result<void> opened = store.open(); !opened)
        return opened;
    const Result<Snapshot> snapshot = store.load();
    if (!snapshot)
        return snapshot.error();
    Ledger ledger(store);
    ledger.restore(*snapshot);
    ledger.beginEpoch();
    store.stage().insert(AuditRow {.id = AuditId {ledger.next(u"audit"_s)},
                                   .at = SystemClock().now(),
                                   .user = {},
                                   .address = {},
                                   .program = u"droverd restore"_s,
                                   .action = u"daemon.restore"_s,
                                   .object = object,
                                   .outcome = u"done"_s,
                                   .count = 1,
                                   .project = {}});
    store.stage().insert(Event {.id = EventId {ledger.next(u"event"_s)},
                                .at = SystemClock().now(),
                                .severity = EventSeverity::Warning,
                                .source = u"daemon"_s,
                                .kind = u"restored"_s,
                                .object = {},
                                .project = {},
                                .text = u"the database was restored (%1); a new epoch has begun"_s.arg(object)});
    return store.flush();
}

bool rename(const QDir &from, const QString &name, const QDir &to)
{
    return !QFile::exists(from.filePath(name)) || QFile::rename(from.filePath(name), to.filePath(name));
}

// Nothing is deleted: where the wrong backup was taken, there is a way back.
Result<QString> putAside(const QDir &data)
{
    const QStringList names {u"drover.db"_s, u"drover.db-wal"_s, u"drover.db-shm"_s, u"tls"_s};
    if (std::ranges::none_of(names, [&](const QString &name) { return data.exists(name); }))
        return QString();
    const QString aside = u"replaced-"_s + QDateTime::currentDateTimeUtc().toString(u"yyyyMMdd-HHmmss"_s);
    if (!data.mkdir(aside))
        return fail(ErrorCode::Io, u"cannot make %1"_s.arg(data.filePath(aside)));
    QFile::setPermissions(data.filePath(aside), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    for (const QString &name : names) {
        if (!rename(data, name, QDir(data.filePath(aside))))
            return fail(ErrorCode::Io, u"cannot move %1 to %2"_s.arg(data.filePath(name), aside));
    }
    return data.filePath(aside);
}

// Made ready beside it, and then only renamed: what is interrupted can be done again.
Result<QString> replaceData(const QString &file, const QDir &data)
{
    QDir fresh(data.filePath(u"restore.part"_s));
    fresh.removeRecursively();
    Result<void> made = unpackBackup(file, fresh.path());
    if (made)
        made = beginEpoch({.dataDirectory = fresh.path(), .postgres = {}}, file);
    if (!made)
        return made.error();
    Result<QString> aside = putAside(data);
    if (!aside)
        return aside;
    for (const QString &name : QStringList {u"tls"_s, u"drover.db"_s}) {
        if (!rename(fresh, name, data))
            return fail(ErrorCode::Io, u"cannot move %1 to %2"_s.arg(fresh.filePath(name), data.path()));
    }
    fresh.removeRecursively();
    return aside;
}

int restoreFile(const DaemonSettings &settings, const QString &file)
{
    DirectoryLock lock;
    if (const Result<void> locked = lock.take(settings.dataDirectory); !locked)
        return failed(u"stop the daemon first"_s, locked.error());
    const Result<BackupFacts> facts = checkBackup(file);
    if (!facts)
        return failed(u"cannot restore"_s, facts.error());
    const Result<QString> aside = replaceData(file, QDir(settings.dataDirectory));
    if (!aside)
        return failed(u"cannot restore"_s, aside.error());
    QTextStream out(stdout);
    out << "Restored the backup of " << toIso(facts->made) << ": " << worded(*facts) << ".\n"
        << "A new epoch has begun: what machines did since then are strays (drover strays), and numbers go on far beyond.\n";
    if (!aside->isEmpty())
        out << "What was there lies in " << *aside << ".\n";
    const Result<QStringList> missing = missingFiles(file, settings.dataDirectory);
    if (missing && !missing->isEmpty()) {
        out << missing->size() << " output files are missing here: " << missing->first(std::min(mostNamed, missing->size())).join(u", "_s)
            << (missing->size() > mostNamed ? ", …" : "") << "; copy them back into " << settings.dataDirectory << ".\n";
    }
    return 0;
}

} // namespace

int backup(const DaemonSettings &settings, const QString &file)
{
    if (!settings.postgres.isEmpty())
        return failed(u"cannot back up"_s, needsOtherMeans());
    const Result<BackupFacts> facts = writeBackup(storeOf(settings), insideBackup, file);
    if (!facts)
        return failed(u"cannot back up"_s, facts.error());
    QTextStream(stdout) << file << ": " << printedSize(facts->size) << ", checked: " << worded(*facts)
                        << ".\nWhoever has this file can pose as the daemon: keep it as safe as the data directory.\n";
    return 0;
}

int restore(const DaemonSettings &settings, const QString &file)
{
    if (!file.isEmpty() && !settings.postgres.isEmpty())
        return failed(u"cannot restore"_s, needsOtherMeans());
    if (!file.isEmpty())
        return restoreFile(settings, file);
    if (const Result<void> begun = beginEpoch(storeOf(settings), u"brought back by other means"_s); !begun)
        return failed(u"cannot begin a new epoch"_s, begun.error());
    QTextStream(stdout) << "A new epoch has begun.\n";
    return 0;
}

int migrateDatabase(const DaemonSettings &settings)
{
    DirectoryLock lock;
    if (const Result<void> locked = settings.postgres.isEmpty() ? lock.take(settings.dataDirectory) : Result<void>(); !locked)
        return failed(u"stop the daemon first"_s, locked.error());
    const StoreSettings store = storeOf(settings);
    if (settings.postgres.isEmpty() && !QFile::exists(databaseFile(store)))
        return failed(u"cannot migrate"_s, fail(ErrorCode::NotFound, u"there is no %1; droverd init makes it"_s.arg(databaseFile(store))));
    const Result<std::unique_ptr<Database>> db = Database::connect(store, DatabaseAccess::Write);
    if (!db)
        return failed(u"cannot migrate"_s, db.error());
    const Result<int> before = presentSchema(**db);
    if (!before)
        return failed(u"cannot migrate"_s, before.error());
    if (const Result<void> done = migrate(**db); !done)
        return failed(u"cannot migrate"_s, done.error());
    const int now = newestSchema((*db)->dialect());
    if (*before == now)
        QTextStream(stdout) << "The schema is " << now << " already.\n";
    else
        QTextStream(stdout) << "The schema was " << *before << " and is " << now << ".\n";
    return 0;
}

} // namespace Drover
