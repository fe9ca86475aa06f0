#pragma once

#include "backend/base/clock.h"
#include "backend/operations/bulk.h"
#include "backend/store/ledger.h"

#include <QtCore/QObject>

#include <optional>

namespace Drover {

/// The daemon's long work: each operation is stored when it is accepted, goes slice by slice, one
/// commit each, goes on after a restart where it was, can be cancelled, and where its action allows
/// undone. What fits into one slice is done at once, and stored only for its undo.
///
/// Lives in the state thread.
class Operations : public QObject
{
    Q_OBJECT

public:
    /// Tasks of one commit.
    static constexpr qsizetype sliceSize = 2000;

    Operations(Store &store, Ledger &ledger, const Clock &clock, QObject *parent = nullptr);

    /// Before restore(); `action` is the method that asks for it.
    void add(const QString &action, BulkAction how);
    /// What was going on goes on.
    void restore(const Snapshot &snapshot);
    /// What is on the way goes no further: the store has failed.
    void forget();

    /// What an action came to when it was accepted.
    struct Accepted
    {
        SliceResult result; ///< all zero when it goes on as an operation
        OperationId operation; ///< none: done, and not to be undone
    };
    using Answer = std::function<void(const Result<Accepted> &)>;

    /// `who` names user, address and program; `params` is what the action wants to know later.
    /// The answer comes once the rows are on the stage, not yet committed.
    void start(const QString &action, const StoredOperation &who, const QByteArray &params,
               const QList<TaskId> &ids, const Answer &answer);

    /// Takes back what an operation did. Conflict when it cannot be, or was already.
    Result<Operation> undo(const StoredOperation &original, const StoredOperation &who);
    /// Stops after the slice that is on its way.
    Result<Operation> cancel(OperationId id);

    /// One that goes on.
    const Operation *find(OperationId id) const;

    /// Drops what has ended long ago; called now and then.
    void sweep();

signals:
    /// Its row has changed, and is durable.
    void changed(const Drover::Operation &operation);

private:
    struct Running
    {
        StoredOperation stored;
        std::optional<StoredOperation> original; ///< of an undo
        bool cancelled = false;
    };

    StoredOperation drafted(const QString &action, const StoredOperation &who, qint64 total);
    void startLarge(StoredOperation stored, const QList<TaskId> &ids, const Answer &answer);
    void goOn(OperationId id);
    void nextSlice(OperationId id);
    void runSlice(OperationId id, const OperationSlice &slice);
    void onSlice(OperationId id, int n, const Result<SliceResult> &result);
    void end(OperationId id, OperationState state, const QString &error = {});
    void put(StoredOperation &stored);

    Store &m_store;
    Ledger &m_ledger;
    const Clock &m_clock;
    QHash<QString, BulkAction> m_actions;
    QHash<OperationId, Running> m_running;
    int m_history = 0; // answers that were asked for before forget() change nothing
};

} // namespace Drover
