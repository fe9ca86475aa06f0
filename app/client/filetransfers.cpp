#include "app/client/filetransfers.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr int mostTickets = 10; // one ends with its connection

}

FileTransfers::FileTransfers(Client &client, QObject *parent) : QObject(parent), m_client(client) { }

void FileTransfers::upload(const QStringList &paths, QObject *context,
                           std::function<void(const Result<Uploaded> &)> done)
{
    Job job {.items = {}, .context = context, .done = std::move(done), .orders = {}};
    QStringList once = paths;
    once.removeDuplicates();
    for (const QString &path : std::as_const(once))
        job.items.append({.order = {.way = BlobOrder::Way::Up, .path = path, .hash = {}, .query = {}}, .file = {}});
    start(std::move(job));
}

void FileTransfers::download(TaskId task, const QList<Wanted> &files, QObject *context,
                             std::function<void(const Result<void> &)> done)
{
    Job job {.items = {}, .context = context, .done = {}, .orders = {}};
    job.done = [done = std::move(done)](const Result<Uploaded> &result) {
        done(result ? Result<void>() : result.error());
    };
    for (const Wanted &file : files) {
        job.items.append({.order = {.way = BlobOrder::Way::Down,
                                    .path = file.path,
                                    .hash = file.hash,
                                    .query = "task=" + QByteArray::number(task.value)},
                          .size = std::max<qint64>(0, file.size),
                          .file = {}});
    }
    start(std::move(job));
}

void FileTransfers::start(Job job)
{
    const qint64 id = ++m_last;
    const bool isEmpty = job.items.isEmpty();
    m_jobs.insert(id, std::move(job));
    if (isEmpty)
        QMetaObject::invokeMethod(this, [this, id] { finish(id, Uploaded()); }, Qt::QueuedConnection);
    else
        askTicket(id);
}

void FileTransfers::askTicket(qint64 job)
{
    ++m_jobs[job].tickets;
    m_client.send(GetBlobTicket {}, this, [this, job](const Result<BlobTicket> &ticket) {
        if (!m_jobs.contains(job))
            return;
        if (!ticket)
            return finish(job, ticket.error());
        LinkTarget target = m_client.target();
        // The one that answers just now goes first.
        std::ranges::stable_partition(target.addresses, [this](const ServerAddress &address) {
            return printed(address) == printed(m_client.link().address());
        });
        m_carrier.setTarget(target, ticket->ticket);
        carry(job);
    });
}

void FileTransfers::carry(qint64 job)
{
    Job &carried = m_jobs[job];
    for (qsizetype i = 0; i < carried.items.size(); ++i) {
        if (carried.items[i].isDone)
            continue;
        carried.orders.append(m_carrier.carry(
            carried.items[i].order, this, [this, job, i](const Result<BlobFile> &result) { onDone(job, i, result); },
            [this, job, i](qint64 done, qint64 all) {
                const auto known = m_jobs.find(job);
                if (known == m_jobs.end())
                    return;
                known->items[i].done = done;
                known->items[i].size = all;
                tellProgress();
            }));
    }
}

void FileTransfers::onDone(qint64 job, qsizetype item, const Result<BlobFile> &result)
{
    if (!m_jobs.contains(job))
        return;
    Job &carried = m_jobs[job];
    if (!result) {
        for (const qint64 order : std::exchange(carried.orders, {}))
            m_carrier.cancel(order);
        // A ticket ends with the connection it was given on.
        if (result.error().code == ErrorCode::NotSignedIn && carried.tickets < mostTickets)
            askTicket(job);
        else
            finish(job, result.error());
        return;
    }
    Item &done = carried.items[item];
    done.isDone = true;
    done.file = *result;
    done.done = done.size = result->size;
    tellProgress();
    if (!std::ranges::all_of(carried.items, &Item::isDone))
        return;
    Uploaded files;
    for (const Item &each : std::as_const(carried.items))
        files.insert(each.order.path, each.file);
    finish(job, files);
}

void FileTransfers::finish(qint64 job, const Result<Uploaded> &result)
{
    const Job finished = m_jobs.take(job);
    if (finished.context && finished.done)
        finished.done(result);
}

void FileTransfers::tellProgress()
{
    qint64 bytes = 0;
    qint64 allBytes = 0;
    qsizetype files = 0;
    qsizetype allFiles = 0;
    for (const Job &job : std::as_const(m_jobs)) {
        for (const Item &item : job.items) {
            bytes += item.done;
            allBytes += item.size;
            files += item.isDone ? 1 : 0;
            ++allFiles;
        }
    }
    emit progressed(bytes, allBytes, files, allFiles);
}

void FileTransfers::cancel()
{
    for (const Job &job : std::as_const(m_jobs)) {
        for (const qint64 order : job.orders)
            m_carrier.cancel(order);
    }
    m_jobs.clear();
}

} // namespace Drover
