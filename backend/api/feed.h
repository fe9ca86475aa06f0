#pragma once

#include "backend/api/rooms.h"
#include "backend/api/sessions.h"
#include "backend/protocol/feedrequests.h"

#include <QtCore/QTimer>

#include <deque>

namespace Drover {

/// Tells those who have subscribed what has changed in the small collections, after it is durable.
///
/// A subscriber is a set of what it does not know yet, not a queue: who reads slowly gets fewer,
/// newer frames, each 33 ms at the soonest, and none before the last one was taken. Resuming from a
/// position gives what is newer; rows of the time before this daemon's start come as a snapshot.
/// Lives in the state thread.
class Feed : public QObject
{
    Q_OBJECT

public:
    Feed(Rooms &rooms, Sessions &sessions, QObject *parent = nullptr);

    void restore(const Snapshot &snapshot);

    Result<FeedStart> subscribe(PeerId peer, const Caller &caller, const QString &position);

private:
    struct Subscriber
    {
        QStringList projects; ///< empty: all
        QString user; ///< whose operations; with all projects those of everybody
        QSet<MachineId> machines;
        QSet<BatchId> batches;
        QSet<OperationId> operations;
        QSet<MachineId> removedMachines;
        QSet<OperationId> removedOperations;
        bool busy = false; ///< has not taken its last frame

        bool isUpToDate() const;
    };

    void onCommitted(const std::shared_ptr<Stage> &stage);
    void onRecent(const Result<QList<Batch>> &batches);
    void onTaken(PeerId peer);
    void onFrame();
    void onSecond();
    QList<AttemptGauge> changedTaskGauges();
    void keep(const Batch &batch);
    void sendTo(PeerId peer, Subscriber &subscriber);
    FeedChanges changesFor(Subscriber &subscriber) const;
    Machine shown(const Machine &row) const;
    bool maySee(const Subscriber &subscriber, const QString &project) const;
    QString position() const;
    std::optional<qint64> revisionOf(const QString &position) const;

    Rooms &m_rooms;
    Sessions &m_sessions;
    // As they were committed: memory may be ahead of the disk.
    QHash<MachineId, Machine> m_machines;
    QHash<BatchId, Batch> m_batches;
    QHash<OperationId, Operation> m_operations;
    std::deque<BatchId> m_endedBatches; // the oldest first
    QHash<MachineId, MachineGauge> m_gauges;
    QHash<AttemptId, AttemptGauge> m_taskGauges; // as they were told last
    QHash<PeerId, Subscriber> m_subscribers;
    qint64 m_since = 0; // changes before it are not known one by one
    qint64 m_revision = 0; // durable
    QTimer m_frame;
    QTimer m_second;
};

} // namespace Drover
