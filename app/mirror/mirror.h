#pragma once

#include "app/client/connection.h"
#include "app/mirror/mirroredrows.h"
#include "app/mirror/updaterate.h"
#include "backend/protocol/lookingrequests.h"
#include "backend/protocol/poolrequests.h"

namespace Drover {

using MachineChanges = RowChanges<Machine>;
using BatchChanges = RowChanges<Batch>;
using OperationChanges = RowChanges<Operation>;

/// What is known of one server, for views: its small collections whole, how it stands, who one is
/// there. What is here is as of `asOf()`; while the connection is away it stays as it was, and is
/// resumed from its position when it comes back.
///
/// A batch of changes is one signal a collection, with lists, at most 30 times a second. Pointers
/// to rows are good until the next turn of the event loop. GUI thread; the connection outlives it.
class Mirror : public QObject
{
    Q_OBJECT

public:
    explicit Mirror(Connection &connection, QObject *parent = nullptr);

    Connection &connection() const { return m_connection; }

    // ---- rows, by id

    const QMap<MachineId, Machine> &machines() const { return m_machines.rows(); }
    const QMap<BatchId, Batch> &batches() const { return m_batches.rows(); } ///< live, and the last that ended
    const QMap<OperationId, Operation> &operations() const { return m_operations.rows(); }
    const Machine *machine(MachineId id) const { return m_machines.find(id); }
    const Batch *batch(BatchId id) const { return m_batches.find(id); }
    const Operation *operation(OperationId id) const { return m_operations.find(id); }
    /// By name, whatever the case; null where there is none.
    const Machine *machineNamed(const QString &name) const;
    /// The live one of that name, else the last that ended.
    const Batch *batchNamed(const QString &name, const QString &project) const;

    /// As of the last `requestPools`.
    const QList<Pool> &pools() const { return m_pools; }
    void requestPools();

    /// Asked for every 2 s while connected; holds and pauses that this program asked for show at once
    /// by `requestStatus`.
    const Status &status() const { return m_status; }
    void requestStatus();

    // ---- who one is

    const SessionInfo &session() const { return m_session; }
    /// `project` empty: in any; `*`: in all.
    bool may(Level level, const QString &project = {}) const;
    bool readsOutputs(const QString &project) const;
    quint64 store() const { return quint64(m_session.store); } ///< as links name it

    /// What a view has open, until it dies or says otherwise; others hear of it.
    void lookAt(QObject *view, const QList<LookedAt> &things);
    /// Who else has it open ("task/42"), by name.
    QStringList viewersOf(const QString &object) const;

    // ---- how fresh it is

    const ConnectionStatus &connectionStatus() const { return m_connection.status(); }
    /// What stands here was so at that moment by our clock; never: nothing was ever seen.
    Instant asOf() const { return m_connection.status().heard; }
    bool isStale() const { return m_connection.status().isStale(); }
    /// The first snapshot has come: empty collections are empty.
    bool isLoaded() const { return m_loaded; }
    /// The daemon's clock minus ours; none: not measured yet.
    std::optional<std::chrono::milliseconds> clockSkew() const { return m_skew; }
    /// Now, by the daemon's clock: what ages of its instants count from.
    Instant daemonNow() const;
    qint64 revision() const { return m_revision; } ///< highest seen
    double updatesPerSecond() const; ///< rows of collections and windows, over the last seconds
    /// Windows tell what they have taken.
    void noteUpdates(qsizetype rows, qint64 revision);

signals:
    void machinesChanged(const Drover::MachineChanges &changes);
    void batchesChanged(const Drover::BatchChanges &changes);
    void operationsChanged(const Drover::OperationChanges &changes);
    void poolsChanged();
    /// Frames of all windows of this connection, for those who have one.
    void windowsChanged(const QList<Drover::WindowChanged> &frames);
    void statusChanged();
    void viewersChanged();
    /// Signed in, as somebody; or grants are others.
    void sessionChanged();
    /// The first snapshot, or one of another history: everything may be other than before. Comes before
    /// the signals that say what.
    void reloaded();
    /// Figures of the connection, freshness, skew, updates, revision: at least once a second.
    void figuresChanged();

private:
    void onSignedIn(const SessionInfo &session);
    void subscribe();
    void onFeed(const QList<FeedChanges> &frames);
    void onGauges(const QList<FeedGauges> &frames);
    void apply(const QList<FeedChanges> &frames);
    void tellLooking();
    void onStatus(const Result<Status> &status, Instant asked);
    void tellChanges();

    Connection &m_connection;
    MirroredRows<Machine> m_machines;
    MirroredRows<Batch> m_batches;
    MirroredRows<Operation> m_operations;
    QList<Pool> m_pools;
    QHash<const QObject *, QList<LookedAt>> m_looking;
    QList<LookedAt> m_toldLooking; // to the daemon of this sign-in
    QList<Viewer> m_viewers;
    Status m_status;
    SessionInfo m_session;
    QString m_position; // store:epoch:rev, to resume from
    bool m_subscribed = false; // of this sign-in; frames before it are of another
    bool m_loaded = false;
    bool m_askingStatus = false;
    bool m_askingPools = false;
    std::optional<std::chrono::milliseconds> m_skew;
    qint64 m_revision = 0;
    UpdateRate m_rate;
    QTimer m_statusTimer {this};
};

} // namespace Drover
