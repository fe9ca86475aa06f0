#pragma once

#include "backend/agent/filethread.h"
#include "backend/link/blobcarrier.h"

#include <map>
#include <memory>
#include <set>

namespace Drover {

/// Why an attempt did not get what it takes, or what it left was not taken away.
struct SupplyFailure
{
    EndReason reason = EndReason::InputMissing;
    QString detail;
};

/// Brings attempts what they take before they start, and takes away what they leave: a file that
/// several wait for is downloaded once. Waits for a daemon that is away as long as the task's time
/// for preparing or collecting allows. Lives in the main thread; files and connections are others'.
class Supplies : public QObject
{
    Q_OBJECT

public:
    explicit Supplies(FileThread &files, QObject *parent = nullptr);

    /// Whom to call; at each connection, since the certificate may be another.
    void setTarget(const LinkTarget &target) { m_carrier.setTarget(target); }

    /// `brought` follows. `within` 0: however long it takes.
    void bring(const Furnishing &furnishing, std::chrono::milliseconds within);

    enum class Wanted {
        All, ///< each pattern must match something
        WhatIsThere, ///< of a task that has failed already
    };
    /// `collected` follows.
    void collect(AttemptId id, const Seat &seat, const QStringList &patterns, Wanted wanted,
                 std::chrono::milliseconds within);

    /// Nothing follows any more.
    void cancel(AttemptId id);

signals:
    void brought(Drover::AttemptId id, const std::optional<Drover::SupplyFailure> &failure);
    void collected(Drover::AttemptId id, const QList<Drover::Transfer> &outputs,
                   const std::optional<Drover::SupplyFailure> &failure);

private:
    struct Bringing
    {
        Furnishing furnishing;
        QSet<QString> lacking;
        std::unique_ptr<QTimer> timeout;
    };
    struct Download
    {
        AttemptId asker; ///< through which it is asked for
        qint64 order = 0;
    };
    struct Collecting
    {
        Seat seat;
        Wanted wanted = Wanted::All;
        QList<LeftFile> left; ///< not begun
        QList<Transfer> done;
        QSet<qint64> orders;
        int opening = 0;
        std::unique_ptr<QTimer> timeout;
    };

    void onLacking(AttemptId id, const QStringList &hashes);
    void onFurnished(AttemptId id, const Result<void> &done);
    void download(const QString &hash, AttemptId asker);
    void onDownloaded(const QString &hash, const Result<BlobFile> &result);
    void dropDownload(const QString &hash);
    void failBringing(AttemptId id, const SupplyFailure &failure);

    void onGathered(AttemptId id, const QList<LeftFile> &files, const QString &unmatched);
    void openNext(AttemptId id, Collecting &collecting);
    void onOpened(AttemptId id, const QString &name, int file);
    void onUploaded(AttemptId id, const QString &name, const Result<BlobFile> &result);
    void finishCollecting(AttemptId id, const std::optional<SupplyFailure> &failure);
    std::unique_ptr<QTimer> timer(std::chrono::milliseconds within, std::function<void()> then);

    FileThread &m_files;
    BlobCarrier m_carrier;
    std::map<AttemptId, Bringing> m_bringing;
    std::map<AttemptId, Collecting> m_collecting;
    QHash<QString, Download> m_downloads; ///< by hash
};

} // namespace Drover
