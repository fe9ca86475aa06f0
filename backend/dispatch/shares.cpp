#include "backend/dispatch/shares.h"

#include "backend/store/store.h"
#include "backend/store/taskstore.h"

namespace Drover {

Shares::Shares(Store &store, TaskQueue &queue, BatchBook &batches, QObject *parent)
    : QObject(parent), m_store(store), m_queue(queue), m_batches(batches)
{
    connect(&queue, &TaskQueue::sharesStale, this, [this](BatchId batch) { m_stale.insert(batch); });
    connect(&store, &Store::committed, this, &Shares::readStale);
}

void Shares::forget()
{
    m_stale.clear();
    m_reading.clear();
}

void Shares::readStale()
{
    const QSet<BatchId> ready = m_stale - m_reading;
    m_stale -= ready;
    for (const BatchId id : ready) {
        if (const Batch *batch = m_batches.find(id))
            read(id, batch->shareBy);
    }
}

void Shares::read(BatchId id, const QString &label)
{
    m_reading.insert(id);
    m_store.ask<QHash<TaskId, QString>>(
        this, [id, label](Database &db) { return labelValues(db, id, label); },
        [this, id, label](const Result<QHash<TaskId, QString>> &values) {
            m_reading.remove(id);
            const Batch *batch = m_batches.find(id);
            if (values && batch && batch->shareBy == label && !m_stale.contains(id))
                m_queue.setShares(id, *values);
            readStale();
        });
}

} // namespace Drover
