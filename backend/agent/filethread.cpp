#include "backend/agent/filethread.h"

#include "backend/base/logging.h"

#include <QtCore/QFile>
#include <QtCore/QSaveFile>

#include <sys/statvfs.h>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr std::chrono::milliseconds cleanAfter{50};
constexpr qsizetype cleanAtOnce = 128;

} // namespace

FileThread::FileThread(const AgentPaths &paths, SlotUsers users, qint64 cacheSize,
                       const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_folders(new AttemptFolders(paths, users))
    , m_shipper(new OutputShipper(clock,
                                  {QFile::encodeName(paths.work).toStdString(),
                                   QFile::encodeName(paths.state).toStdString()}))
    , m_stock(new Stock(paths.cache(), cacheSize))
    , m_stockFolder(paths.cache())
    , m_disks{paths.work, paths.state}
{
    for (QObject *worker : {static_cast<QObject *>(m_folders), static_cast<QObject *>(m_shipper),
                            static_cast<QObject *>(m_stock)}) {
        worker->moveToThread(&m_thread);
        connect(&m_thread, &QThread::finished, worker, &QObject::deleteLater);
    }
    connect(m_folders, &AttemptFolders::prepared, this, &FileThread::prepared);
    connect(m_folders, &AttemptFolders::looked, this, &FileThread::looked);
    connect(m_folders, &AttemptFolders::strangersFound, this, &FileThread::strangersFound);
    connect(m_folders, &AttemptFolders::cleaned, this, &FileThread::cleaned);
    connect(m_shipper, &OutputShipper::chunks, this, &FileThread::chunks);
    connect(m_shipper, &OutputShipper::collected, this, &FileThread::collected);
    connect(m_shipper, &OutputShipper::gauges, this, &FileThread::gauges);
    connect(m_stock, &Stock::lacking, this, &FileThread::lacking);
    connect(m_stock, &Stock::furnished, this, &FileThread::furnished);
    connect(m_stock, &Stock::gathered, this, &FileThread::gathered);
    connect(m_stock, &Stock::outputOpened, this, &FileThread::outputOpened);
    m_cleanSoon.setSingleShot(true);
    m_cleanSoon.callOnTimeout(this, &FileThread::cleanNow);
    m_thread.setObjectName(QStringLiteral("files"));
    m_thread.start();
}

FileThread::~FileThread()
{
    cleanNow();
    // Behind all that was asked, so that none of it is dropped.
    QMetaObject::invokeMethod(m_folders, [this] { m_thread.quit(); });
    m_thread.wait();
}

void FileThread::open()
{
    QMetaObject::invokeMethod(m_folders, [this] {
        const Result<AttemptFolders::Opened> result = m_folders->open();
        m_stock->open();
        if (result)
            emit opened(*result);
        else
            emit openFailed(result.error());
    });
}

void FileThread::setHistory(qint64 epoch, qint64 revision)
{
    QMetaObject::invokeMethod(m_folders, [this, epoch, revision] { m_folders->setHistory(epoch, revision); });
}

void FileThread::prepare(const QList<AttemptNote> &notes)
{
    QMetaObject::invokeMethod(m_folders, [this, notes] { m_folders->prepare(notes); });
}

void FileThread::look(const QList<AttemptId> &ids)
{
    if (!ids.isEmpty())
        QMetaObject::invokeMethod(m_folders, [this, ids] { m_folders->look(ids); });
}

void FileThread::lookForStrangers()
{
    QMetaObject::invokeMethod(m_folders, [this] { m_folders->lookForStrangers(); });
}

void FileThread::follow(const QList<FollowedAttempt> &attempts)
{
    if (!attempts.isEmpty())
        QMetaObject::invokeMethod(m_shipper, [this, attempts] { m_shipper->follow(attempts); });
}

void FileThread::collect(const QList<EndedAttempt> &attempts)
{
    if (!attempts.isEmpty())
        QMetaObject::invokeMethod(m_shipper, [this, attempts] { m_shipper->collect(attempts); });
}

void FileThread::acknowledgeOutput(AttemptId id, Stream stream, qint64 upTo)
{
    QMetaObject::invokeMethod(m_shipper, [=, this] { m_shipper->acknowledge(id, stream, upTo); });
}

void FileThread::dropOutput(const QList<AttemptId> &ids)
{
    QMetaObject::invokeMethod(m_shipper, [this, ids] { m_shipper->drop(ids); });
}

void FileThread::setConnected(bool connected)
{
    QMetaObject::invokeMethod(m_shipper, [this, connected] { m_shipper->setConnected(connected); });
}

void FileThread::clean(const FinishedAttempt &finished)
{
    m_toClean.append(finished);
    if (m_toClean.size() >= cleanAtOnce)
        cleanNow();
    else if (!m_cleanSoon.isActive())
        m_cleanSoon.start(cleanAfter);
}

void FileThread::cleanNow()
{
    m_cleanSoon.stop();
    if (m_toClean.isEmpty())
        return;
    QMetaObject::invokeMethod(
        m_folders, [this, finished = std::exchange(m_toClean, {})] { m_folders->clean(finished); });
}

void FileThread::findLacking(const Furnishing &furnishing)
{
    QMetaObject::invokeMethod(m_stock, [this, furnishing] { m_stock->look(furnishing); });
}

void FileThread::admit(const QString &hash)
{
    QMetaObject::invokeMethod(m_stock, [this, hash] { m_stock->admit(hash); });
}

void FileThread::furnish(const Furnishing &furnishing)
{
    QMetaObject::invokeMethod(m_stock, [this, furnishing] { m_stock->furnish(furnishing); });
}

void FileThread::unwant(AttemptId id)
{
    QMetaObject::invokeMethod(m_stock, [this, id] { m_stock->unwant(id); });
}

void FileThread::gather(AttemptId id, const Seat &seat, const QStringList &patterns)
{
    QMetaObject::invokeMethod(m_stock, [=, this] { m_stock->gather(id, seat, patterns); });
}

void FileThread::openOutput(AttemptId id, const Seat &seat, const QString &name)
{
    QMetaObject::invokeMethod(m_stock, [=, this] { m_stock->openOutput(id, seat, name); });
}

void FileThread::measureDisks()
{
    QMetaObject::invokeMethod(m_folders, [this] {
        QList<DiskFact> disks;
        qint64 used = 0;
        for (const QString &path : m_disks) {
            struct statvfs info;
            if (statvfs(QFile::encodeName(path).constData(), &info) != 0)
                continue;
            const auto bytes
                = [&info](fsblkcnt_t blocks) { return qint64(blocks) * qint64(info.f_frsize); };
            if (disks.isEmpty())
                used = bytes(info.f_blocks - info.f_bfree);
            disks.append(
                {.path = path, .total = bytes(info.f_blocks), .available = bytes(info.f_bavail)});
        }
        emit disksMeasured(disks, used);
    });
}

void FileThread::arrangeCgroups(qint64 pid, const QString &scope, const QString &name)
{
    QMetaObject::invokeMethod(m_folders, [=, this] {
        emit cgroupsArranged(Drover::arrangeCgroups(pid_t(pid), scope, name));
    });
}

void FileThread::writeFile(const QString &path, const QByteArray &bytes)
{
    QMetaObject::invokeMethod(m_folders, [path, bytes] {
        QSaveFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
            logWarning(LogCategory::Agent, u"cannot write a file",
                       {{"path"_L1, path}, {"reason"_L1, file.errorString()}});
    });
}

} // namespace Drover
