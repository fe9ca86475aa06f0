#pragma once

#include "backend/queue/taskqueue.h"

#include <QtCore/QObject>
#include <QtCore/QSet>

namespace Drover {

class Store;

/// Keeps what each task of a batch that shares its slots by a label has as its value. Labels stand in
/// the database alone: a batch whose shares, labels or tasks have changed is read again as soon as the
/// change is durable. Lives in the state thread.
class Shares : public QObject
{
    Q_OBJECT

public:
    Shares(Store &store, TaskQueue &queue, BatchBook &batches, QObject *parent = nullptr);

    /// Memory is read anew, shares included.
    void forget();

private:
    void readStale();
    void read(BatchId id, const QString &label);

    Store &m_store;
    TaskQueue &m_queue;
    BatchBook &m_batches;
    QSet<BatchId> m_stale;
    QSet<BatchId> m_reading; ///< one at a time, so that no older answer comes last
};

} // namespace Drover
