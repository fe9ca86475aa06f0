#pragma once

#include "app/client/client.h"
#include "backend/link/blobcarrier.h"
#include "backend/protocol/blobrequests.h"

#include <QtCore/QMap>

namespace Drover {

/// Files on their way between this machine and the daemon, in the name of who is signed in: those
/// that tasks are to take, and those that tasks have left. Nothing here waits for a disk or the
/// network; a cut is ridden out, and what the daemon has from this user is not sent again. Lives in
/// the client's thread.
class FileTransfers : public QObject
{
    Q_OBJECT

public:
    explicit FileTransfers(Client &client, QObject *parent = nullptr);

    using Uploaded = QMap<QString, BlobFile>; ///< by path, as it was given
    /// Hands these files in, each once. All of them, or the first thing that went wrong.
    void upload(const QStringList &paths, QObject *context, std::function<void(const Result<Uploaded> &)> done);

    struct Wanted
    {
        QString hash;
        qint64 size = -1;
        QString path; ///< where it goes; its folder is there
    };
    /// Brings files that this task takes, or that this attempt of it has left.
    void download(TaskId task, const QList<Wanted> &files, QObject *context,
                  std::function<void(const Result<void> &)> done);

    /// No handler is called any more.
    void cancel();

signals:
    /// Of all that was asked for and is not done; sizes as far as they are known.
    void progressed(qint64 bytes, qint64 allBytes, qsizetype files, qsizetype allFiles);

private:
    struct Item
    {
        BlobOrder order;
        qint64 done = 0;
        qint64 size = 0;
        bool isDone = false;
        BlobFile file;
    };
    struct Job
    {
        QList<Item> items;
        QPointer<QObject> context;
        std::function<void(const Result<Uploaded> &)> done;
        QList<qint64> orders;
        int tickets = 0; ///< that were asked for
    };

    void start(Job job);
    void askTicket(qint64 job);
    void carry(qint64 job);
    void onDone(qint64 job, qsizetype item, const Result<BlobFile> &result);
    void finish(qint64 job, const Result<Uploaded> &result);
    void tellProgress();

    Client &m_client;
    BlobCarrier m_carrier;
    QMap<qint64, Job> m_jobs;
    qint64 m_last = 0;
};

} // namespace Drover
