#pragma once

#include "backend/agent/attemptfolders.h"
#include "backend/agent/cgroups.h"
#include "backend/agent/outputshipper.h"
#include "backend/agent/stock.h"
#include "backend/protocol/machine.h"

#include <QtCore/QThread>
#include <QtCore/QTimer>

namespace Drover {

/// The main thread's side of the file thread: what is asked here is done there, in the order it
/// was asked, and answered by the signals, which arrive in the main thread. Destroying it waits
/// for what is being done.
class FileThread : public QObject
{
    Q_OBJECT

public:
    FileThread(const AgentPaths &paths, SlotUsers users, qint64 cacheSize, const Clock &clock,
               QObject *parent = nullptr);
    ~FileThread() override;

    void open();
    void setHistory(qint64 epoch, qint64 revision);
    void prepare(const QList<AttemptNote> &notes);
    void look(const QList<AttemptId> &ids);
    void lookForStrangers();
    void follow(const QList<FollowedAttempt> &attempts);
    void collect(const QList<EndedAttempt> &attempts);
    void acknowledgeOutput(AttemptId id, Stream stream, qint64 upTo);
    void dropOutput(const QList<AttemptId> &ids);
    void setConnected(bool connected);

    /// Gathered, and done some 50 ms later: nobody waits for it, and many at once are cheaper.
    void clean(const FinishedAttempt &finished);

    // Files that tasks take and leave: see Stock.
    void findLacking(const Furnishing &furnishing);
    void admit(const QString &hash);
    void furnish(const Furnishing &furnishing);
    void unwant(AttemptId id);
    void gather(AttemptId id, const Seat &seat, const QStringList &patterns);
    void openOutput(AttemptId id, const Seat &seat, const QString &name);
    /// Where a download is to come to.
    QString stockPath(const QString &hash) const { return Stock::pathOf(m_stockFolder, hash); }

    /// The file systems under the work root and the state folder.
    void measureDisks();

    /// For a new shim host; see arrangeCgroups().
    void arrangeCgroups(qint64 pid, const QString &scope, const QString &name);

    /// Replaces a small file of the state folder, for `drover-agent status`.
    void writeFile(const QString &path, const QByteArray &bytes);

signals:
    void opened(const Drover::AttemptFolders::Opened &opened);
    void openFailed(const Drover::Error &error);
    void prepared(const QList<Drover::PreparedAttempt> &attempts);
    void looked(const QList<Drover::FoundAttempt> &attempts);
    void strangersFound(const QList<Drover::FoundAttempt> &attempts);
    void cleaned(const QList<Drover::SpareFolder> &spares);
    void chunks(const QList<Drover::OutputChunk> &chunks);
    void collected(const QList<Drover::CollectedOutput> &attempts);
    void gauges(const QList<Drover::AttemptGauge> &gauges);
    void lacking(Drover::AttemptId id, const QStringList &hashes);
    void furnished(Drover::AttemptId id, const Drover::Result<void> &done);
    void gathered(Drover::AttemptId id, const QList<Drover::LeftFile> &files, const QString &unmatched);
    void outputOpened(Drover::AttemptId id, const QString &name, int file);
    /// `used` bytes of the first.
    void disksMeasured(const QList<Drover::DiskFact> &disks, qint64 used);
    void cgroupsArranged(const Drover::Cgroups &cgroups);

private:
    void cleanNow();

    QThread m_thread;
    AttemptFolders *m_folders; // all three live in m_thread, and go with it
    OutputShipper *m_shipper;
    Stock *m_stock;
    const QString m_stockFolder;
    QStringList m_disks;
    QList<FinishedAttempt> m_toClean;
    QTimer m_cleanSoon;
};

} // namespace Drover
