#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QMap>
#include <QtCore/QMutex>
#include <QtCore/QRandomGenerator>
#include <QtCore/QString>

#include <optional>
#include <vector>

struct sqlite3_file;
struct sqlite3_vfs;

namespace Drover {

/// A disk for SQLite that forgets, when the power goes, what was not synced.
///
/// While one lives it is the default VFS of this process. Programs see their writes at once, as
/// they do in the page cache; apart from that it keeps what each file is on the platter. At the cut
/// every 512-byte sector that was written and not synced has arrived or has not, in any order, by
/// seed; so have truncations, new names and removals. All that comes after the cut fails. Any
/// thread.
class PowerLoss
{
public:
    enum class Disk {
        Honest,
        Liar, ///< says that it has synced, and has not: shows that a test can fail
    };

    explicit PowerLoss(quint32 seed, Disk disk = Disk::Honest);
    /// Every connection is closed by then.
    ~PowerLoss();
    PowerLoss(const PowerLoss &) = delete;
    PowerLoss &operator=(const PowerLoss &) = delete;

    /// The cut comes at that write, sync, truncation or removal, counted from 1.
    void cutAt(qint64 operation);
    qint64 operations() const;
    bool isCut() const;

    /// Makes the files what the cut has left of them.
    void applyCut();

private:
    friend struct PowerLossCalls;

    struct Write
    {
        qint64 offset = 0; ///< below zero: truncated to `size`
        QByteArray data;
        qint64 size = 0;
    };
    struct File
    {
        QByteArray platter;
        bool isThere = false;
        bool isNamed = false; ///< its name is on the platter
        std::optional<QByteArray> removed; ///< an older file of that name, whose removal is not
        std::vector<Write> unsynced;
    };

    bool step(); // false: there is no power
    void cut();
    std::optional<QByteArray> remainsOf(const File &file);
    bool survives() { return int(m_random.bounded(8)) < m_mercy; }
    void openFile(const QString &path);
    bool write(const QString &path, const Write &write);
    bool sync(const QString &path);
    bool remove(const QString &path, bool isSynced);
    void syncFolderOf(const QString &path);

    mutable QMutex m_mutex;
    QRandomGenerator m_random;
    Disk m_disk;
    int m_mercy; // of 8 sectors so many survive
    QMap<QString, File> m_files;
    QMap<QString, std::optional<QByteArray>> m_remains; // after the cut
    qint64 m_operations = 0;
    qint64 m_cutAt = -1;
    bool m_isCut = false;
};

} // namespace Drover
