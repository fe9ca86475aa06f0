#include "tests/support/powerloss.h"

#include <QtCore/QFile>
#include <QtCore/QMutexLocker>

#include <algorithm>
#include <cstring>
#include <sqlite3.h>

namespace Drover {

namespace {

constexpr qint64 sectorSize = 512;

PowerLoss *theDisk = nullptr; // of this process, while one lives
sqlite3_vfs *theRealVfs = nullptr;
sqlite3_vfs theVfs;

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void put(QByteArray &into, qint64 offset, const QByteArray &data)
{
    if (into.size() < offset + data.size())
        into.append(offset + data.size() - into.size(), '\0');
    std::memcpy(into.data() + offset, data.constData(), size_t(data.size()));
}

void resize(QByteArray &bytes, qint64 size)
{
    if (size <= bytes.size())
        bytes.truncate(size);
    else
        bytes.append(size - bytes.size(), '\0');
}

// What SQLite holds of an open file; the real one lies behind it.
struct OpenFile
{
    sqlite3_file base;
    QString *path; // null: a temporary file, which nobody misses
};

OpenFile *ours(sqlite3_file *file)
{
    return reinterpret_cast<OpenFile *>(file);
}

sqlite3_file *real(sqlite3_file *file)
{
    return reinterpret_cast<sqlite3_file *>(ours(file) + 1);
}

const sqlite3_io_methods &methods(sqlite3_file *file)
{
    return *real(file)->pMethods;
}

} // namespace

// What SQLite calls; each looks at the platter first, and then does the real thing.
struct PowerLossCalls
{
    static int close(sqlite3_file *file)
    {
        delete std::exchange(ours(file)->path, nullptr);
        return methods(file).xClose(real(file));
    }
    static int read(sqlite3_file *file, void *into, int size, sqlite3_int64 offset)
    {
        return methods(file).xRead(real(file), into, size, offset);
    }
    static int write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
    {
        const QString *path = ours(file)->path;
        if (path
            && !theDisk->write(
                *path,
                {.offset = offset, .data = QByteArray(static_cast<const char *>(data), size)}))
            return SQLITE_IOERR_WRITE;
        return methods(file).xWrite(real(file), data, size, offset);
    }
    static int truncate(sqlite3_file *file, sqlite3_int64 size)
    {
        const QString *path = ours(file)->path;
        if (path && !theDisk->write(*path, {.offset = -1, .data = {}, .size = size}))
            return SQLITE_IOERR_TRUNCATE;
        return methods(file).xTruncate(real(file), size);
    }
    static int sync(sqlite3_file *file, int)
    {
        const QString *path = ours(file)->path;
        return !path || theDisk->sync(*path) ? SQLITE_OK : SQLITE_IOERR_FSYNC;
    }
    static int fileSize(sqlite3_file *file, sqlite3_int64 *size)
    {
        return methods(file).xFileSize(real(file), size);
    }
    static int lock(sqlite3_file *file, int level)
    {
        return methods(file).xLock(real(file), level);
    }
    static int unlock(sqlite3_file *file, int level)
    {
        return methods(file).xUnlock(real(file), level);
    }
    static int reserved(sqlite3_file *file, int *out)
    {
        return methods(file).xCheckReservedLock(real(file), out);
    }
    static int control(sqlite3_file *file, int code, void *arg)
    {
        return methods(file).xFileControl(real(file), code, arg);
    }
    static int sector(sqlite3_file *file) { return methods(file).xSectorSize(real(file)); }
    static int traits(sqlite3_file *file)
    {
        return methods(file).xDeviceCharacteristics(real(file));
    }
    static int shmMap(sqlite3_file *file, int page, int size, int extend, void volatile **at)
    {
        return methods(file).xShmMap(real(file), page, size, extend, at);
    }
    static int shmLock(sqlite3_file *file, int offset, int n, int flags)
    {
        return methods(file).xShmLock(real(file), offset, n, flags);
    }
    static void shmBarrier(sqlite3_file *file) { methods(file).xShmBarrier(real(file)); }
    static int shmUnmap(sqlite3_file *file, int remove)
    {
        return methods(file).xShmUnmap(real(file), remove);
    }

    // Version 2: no memory-mapped reads or writes, which would pass us by.
    static constexpr sqlite3_io_methods table{.iVersion = 2,
                                              .xClose = close,
                                              .xRead = read,
                                              .xWrite = write,
                                              .xTruncate = truncate,
                                              .xSync = sync,
                                              .xFileSize = fileSize,
                                              .xLock = lock,
                                              .xUnlock = unlock,
                                              .xCheckReservedLock = reserved,
                                              .xFileControl = control,
                                              .xSectorSize = sector,
                                              .xDeviceCharacteristics = traits,
                                              .xShmMap = shmMap,
                                              .xShmLock = shmLock,
                                              .xShmBarrier = shmBarrier,
                                              .xShmUnmap = shmUnmap,
                                              .xFetch = nullptr,
                                              .xUnfetch = nullptr};

    static int open(sqlite3_vfs *, const char *name, sqlite3_file *file, int flags, int *outFlags)
    {
        ours(file)->base.pMethods = nullptr;
        ours(file)->path = nullptr;
        if (name)
            theDisk->openFile(QString::fromUtf8(name));
        const int status = theRealVfs->xOpen(theRealVfs, name, real(file), flags, outFlags);
        if (!real(file)->pMethods)
            return status;
        ours(file)->path = name ? new QString(QString::fromUtf8(name)) : nullptr;
        ours(file)->base.pMethods = &table;
        return status;
    }
    static int remove(sqlite3_vfs *, const char *name, int isSynced)
    {
        if (!theDisk->remove(QString::fromUtf8(name), isSynced != 0))
            return SQLITE_IOERR_DELETE;
        return theRealVfs->xDelete(theRealVfs, name, isSynced);
    }
};

PowerLoss::PowerLoss(quint32 seed, Disk disk) : m_random(seed), m_disk(disk)
{
    // All, none, and what lies between: each catches other mistakes.
    constexpr int mercies[] = {0, 1, 4, 7, 8};
    m_mercy = mercies[m_random.bounded(5)];
    Q_ASSERT(!theDisk);
    theDisk = this;
    theRealVfs = sqlite3_vfs_find(nullptr);
    theVfs = *theRealVfs;
    theVfs.zName = "powerloss";
    theVfs.pNext = nullptr;
    theVfs.szOsFile = int(sizeof(OpenFile)) + theRealVfs->szOsFile;
    theVfs.xOpen = PowerLossCalls::open;
    theVfs.xDelete = PowerLossCalls::remove;
    sqlite3_vfs_register(&theVfs, 1);
}

PowerLoss::~PowerLoss()
{
    sqlite3_vfs_unregister(&theVfs);
    sqlite3_vfs_register(theRealVfs, 1);
    theDisk = nullptr;
}

void PowerLoss::cutAt(qint64 operation)
{
    const QMutexLocker locker(&m_mutex);
    m_cutAt = operation;
}

qint64 PowerLoss::operations() const
{
    const QMutexLocker locker(&m_mutex);
    return m_operations;
}

bool PowerLoss::isCut() const
{
    const QMutexLocker locker(&m_mutex);
    return m_isCut;
}

bool PowerLoss::step()
{
    if (m_isCut)
        return false;
    if (++m_operations != m_cutAt)
        return true;
    cut();
    return false;
}

void PowerLoss::openFile(const QString &path)
{
    const QMutexLocker locker(&m_mutex);
    if (m_isCut)
        return;
    // What lies there when it is first seen has been there for long.
    if (!m_files.contains(path))
        m_files.insert(path,
                       {.platter = contentOf(path),
                        .isThere = true,
                        .isNamed = QFile::exists(path),
                        .removed = {},
                        .unsynced = {}});
    m_files[path].isThere = true; // or made now
}

bool PowerLoss::write(const QString &path, const Write &write)
{
    const QMutexLocker locker(&m_mutex);
    if (!m_isCut)
        m_files[path].unsynced.push_back(write); // what the cut meets may have arrived
    return step();
}

bool PowerLoss::sync(const QString &path)
{
    const QMutexLocker locker(&m_mutex);
    if (!step())
        return false;
    if (m_disk == Disk::Liar)
        return true;
    File &file = m_files[path];
    for (const Write &each : std::exchange(file.unsynced, {})) {
        if (each.offset < 0)
            resize(file.platter, each.size);
        else
            put(file.platter, each.offset, each.data);
    }
    if (!file.isNamed)
        syncFolderOf(path); // SQLite does with a new file's first sync
    return true;
}

// All names that were made or removed in it are so for good.
void PowerLoss::syncFolderOf(const QString &path)
{
    const QString folder = path.left(path.lastIndexOf(u'/') + 1);
    for (auto it = m_files.begin(); it != m_files.end(); ++it) {
        if (!it.key().startsWith(folder))
            continue;
        it->isNamed = it->isThere;
        it->removed.reset();
    }
}

bool PowerLoss::remove(const QString &path, bool isSynced)
{
    const QMutexLocker locker(&m_mutex);
    if (!step())
        return false;
    File &file = m_files[path];
    File gone;
    if (file.isNamed)
        gone.removed = file.platter;
    else
        gone.removed = file.removed;
    file = gone;
    if (isSynced)
        syncFolderOf(path);
    return true;
}

std::optional<QByteArray> PowerLoss::remainsOf(const File &file)
{
    if (!file.isNamed && (!file.isThere || !survives()))
        return file.removed && survives() ? file.removed : std::nullopt;
    QByteArray remains = file.platter;
    for (const Write &each : file.unsynced) {
        if (each.offset < 0) {
            if (survives())
                resize(remains, each.size);
            continue;
        }
        for (qint64 at = 0; at < each.data.size();) {
            const qint64 end = std::min<qint64>((each.offset + at) / sectorSize * sectorSize
                                                    + sectorSize - each.offset,
                                                each.data.size());
            if (survives())
                put(remains, each.offset + at, each.data.mid(at, end - at));
            at = end;
        }
    }
    return remains;
}

void PowerLoss::cut()
{
    m_isCut = true;
    for (auto it = m_files.cbegin(); it != m_files.cend(); ++it)
        m_remains.insert(it.key(), remainsOf(*it));
}

void PowerLoss::applyCut()
{
    const QMutexLocker locker(&m_mutex);
    for (auto it = m_remains.cbegin(); it != m_remains.cend(); ++it) {
        QFile::remove(it.key() + QStringLiteral("-shm")); // it lay in memory
        QFile::remove(it.key());
        if (!*it)
            continue;
        QFile file(it.key());
        if (!file.open(QIODevice::WriteOnly) || file.write(**it) != (*it)->size())
            qFatal("cannot write %s", qPrintable(it.key()));
    }
}

} // namespace Drover
