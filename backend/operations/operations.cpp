#include "backend/operations/operations.h"

#include "backend/base/logging.h"
#include "backend/store/operationstore.h"
#include "backend/store/store.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr auto keptFor = 30 * 24h;
const QString undoAction = u"operation.undo"_s;

} // namespace

Operations::Operations(Store &store, Ledger &ledger, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_ledger(ledger)
    , m_clock(clock)
{
}

void Operations::add(const QString &action, BulkAction how)
{
    m_actions.insert(action, std::move(how));
}

void Operations::forget()
{
    m_running.clear();
    ++m_history;
}

void Operations::restore(const Snapshot &snapshot)
{
    forget();
    for (const StoredOperation &stored : snapshot.operations)
        m_running.insert(stored.operation.id, {.stored = stored, .original = {}});
    for (const StoredOperation &stored : snapshot.operations)
        goOn(stored.operation.id);
}

const Operation *Operations::find(OperationId id) const
{
    const auto it = m_running.constFind(id);
    return it == m_running.cend() ? nullptr : &it->stored.operation;
}

StoredOperation Operations::drafted(const QString &action, const StoredOperation &who, qint64 total)
{
    StoredOperation stored = who;
    stored.operation.id = OperationId{m_ledger.next(u"operation"_s)};
    stored.operation.kind = u"bulk"_s;
    stored.operation.action = action;
    stored.operation.words = m_actions.value(action).words;
    stored.operation.created = m_clock.now();
    stored.operation.total = total;
    return stored;
}

void Operations::put(StoredOperation &stored)
{
    stored.operation.rev = m_ledger.nextRevision();
    m_store.stage().put(stored);
    m_store.stage().whenCommitted([this, operation = stored.operation](const Result<void> &done) {
        if (done)
            emit changed(operation);
    });
}

void Operations::start(const QString &action, const StoredOperation &who, const QByteArray &params,
                       const QList<TaskId> &ids, const Answer &answer)
{
    const auto how = m_actions.constFind(action);
    Q_ASSERT(how != m_actions.cend());
    StoredOperation asked = who;
    asked.params = params;
    if (ids.size() > sliceSize) {
        startLarge(drafted(action, asked, ids.size()), ids, answer);
        return;
    }
    how->run(asked, ids,
             [this, action, asked, ids, answer, undoable = bool(how->undo),
              history = m_history](const Result<SliceResult> &result) {
                 if (!result || !undoable || result->undo.isEmpty() || history != m_history) {
                     answer(result ? Result<Accepted>(Accepted{.result = *result, .operation = {}})
                                   : result.error());
                     return;
                 }
                 StoredOperation stored = drafted(action, asked, ids.size());
                 Operation &operation = stored.operation;
                 operation.state = OperationState::Succeeded;
                 operation.ended = operation.created;
                 operation.done = operation.total;
                 operation.changed = result->changed;
                 operation.already = result->already;
                 operation.undoable = true;
                 m_store.stage().insert(OperationSlice{.operation = operation.id,
                                                       .n = 0,
                                                       .ids = packedIds(ids),
                                                       .undo = packedUndo(result->undo)});
                 put(stored);
                 answer(Accepted{.result = *result, .operation = operation.id});
             });
}

void Operations::startLarge(StoredOperation stored, const QList<TaskId> &ids, const Answer &answer)
{
    const OperationId id = stored.operation.id;
    stored.operation.undoable = bool(m_actions.value(stored.operation.action).undo);
    for (qsizetype at = 0; at < ids.size(); at += sliceSize) {
        m_store.stage().insert(OperationSlice{.operation = id,
                                              .n = int(at / sliceSize),
                                              .ids = packedIds(ids.mid(at, sliceSize)),
                                              .undo = {}});
    }
    put(stored);
    m_running.insert(id, {.stored = stored, .original = {}});
    goOn(id);
    answer(Accepted{.result = {}, .operation = id});
}

Result<Operation> Operations::undo(const StoredOperation &original, const StoredOperation &who)
{
    const Operation &done = original.operation;
    if (find(done.id))
        return fail(ErrorCode::Conflict,
                    u"operation %1 is still going on; cancel it first"_s.arg(done.id.value));
    if (done.undoneBy)
        return fail(ErrorCode::Conflict,
                    u"operation %1 was taken back already, by operation %2"_s.arg(done.id.value)
                        .arg(done.undoneBy.value));
    if (!done.undoable || !m_actions.value(done.action).undo)
        return fail(ErrorCode::Conflict,
                    u"operation %1 (%2) cannot be undone"_s.arg(done.id.value).arg(done.words));
    StoredOperation back = drafted(undoAction, who, done.done);
    back.operation.words = u"undo of %1"_s.arg(done.words);
    back.operation.undoes = done.id;
    StoredOperation undone = original;
    undone.operation.undoneBy = back.operation.id;
    undone.operation.undoable = false;
    put(undone);
    put(back);
    m_running.insert(back.operation.id, {.stored = back, .original = undone});
    goOn(back.operation.id);
    return back.operation;
}

Result<Operation> Operations::cancel(OperationId id)
{
    const auto it = m_running.find(id);
    if (it == m_running.end())
        return fail(
            ErrorCode::Conflict,
            u"operation %1 is not going on; what is over cannot be cancelled"_s.arg(id.value));
    it->cancelled = true;
    return it->stored.operation;
}

// The next slice begins when all before it is durable: a restart finds the mark of each.
void Operations::goOn(OperationId id)
{
    m_store.stage().whenCommitted([this, id, history = m_history](const Result<void> &done) {
        if (done && history == m_history)
            nextSlice(id);
    });
}

void Operations::nextSlice(OperationId id)
{
    const auto it = m_running.find(id);
    if (it == m_running.end())
        return;
    const Operation &operation = it->stored.operation;
    if (it->cancelled) {
        end(id, OperationState::Cancelled);
        return;
    }
    if (operation.done >= operation.total) {
        end(id, OperationState::Succeeded);
        return;
    }
    const OperationId whose = operation.undoes ? operation.undoes : id;
    // Backwards when undoing: what failed after the first slice may wait for tasks of the last.
    const int slices = int((operation.total + sliceSize - 1) / sliceSize);
    const int at = int(operation.done / sliceSize);
    const int n = operation.undoes ? slices - 1 - at : at;
    using Found = std::pair<OperationSlice, StoredOperation>;
    m_store.ask<Found>(
        this,
        [whose, n](Database &db) -> Result<Found> {
            const Result<OperationSlice> slice = sliceOf(db, whose, n);
            const Result<StoredOperation> stored = operationWith(db, whose);
            if (!slice || !stored)
                return slice ? stored.error() : slice.error();
            return Found{*slice, *stored};
        },
        [this, id, history = m_history](const Result<Found> &found) {
            const auto running = m_running.find(id);
            if (history != m_history || running == m_running.end())
                return;
            if (!found) {
                end(id, OperationState::Failed, found.error().message);
                return;
            }
            if (running->stored.operation.undoes)
                running->original = found->second;
            runSlice(id, found->first);
        });
}

void Operations::runSlice(OperationId id, const OperationSlice &slice)
{
    const Running &running = m_running[id];
    const auto done
        = [this, id, n = slice.n, history = m_history](const Result<SliceResult> &result) {
              if (history == m_history)
                  onSlice(id, n, result);
          };
    if (running.original) {
        const Result<QList<UndoEntry>> entries = unpackedUndo(slice.undo);
        const BulkAction how = m_actions.value(running.original->operation.action);
        if (entries && how.undo)
            how.undo(*running.original, *entries, done);
        else
            end(id, OperationState::Failed,
                entries ? u"there is no way back"_s : entries.error().message);
        return;
    }
    const Result<QList<TaskId>> ids = unpackedIds(slice.ids);
    const BulkAction how = m_actions.value(running.stored.operation.action);
    if (ids && how.run)
        how.run(running.stored, *ids, done);
    else
        end(id, OperationState::Failed,
            ids ? u"this version has no such action"_s : ids.error().message);
}

void Operations::onSlice(OperationId id, int n, const Result<SliceResult> &result)
{
    const auto it = m_running.find(id);
    if (it == m_running.end())
        return;
    if (!result) {
        end(id, OperationState::Failed, result.error().message);
        return;
    }
    Operation &operation = it->stored.operation;
    operation.done = std::min(operation.total, operation.done + sliceSize);
    operation.changed += result->changed;
    operation.already += result->already;
    if (!result->undo.isEmpty())
        m_store.stage().putUndo(
            {.operation = id, .n = n, .ids = {}, .undo = packedUndo(result->undo)});
    if (operation.done >= operation.total) {
        end(id, OperationState::Succeeded);
        return;
    }
    put(it->stored);
    goOn(id);
}

void Operations::end(OperationId id, OperationState state, const QString &error)
{
    StoredOperation stored = m_running.take(id).stored;
    stored.operation.state = state;
    stored.operation.error = error;
    stored.operation.ended = m_clock.now();
    stored.operation.undoable = stored.operation.undoable && stored.operation.changed > 0;
    put(stored);
    if (state == OperationState::Failed) {
        logWarning(LogCategory::Api, u"an operation failed",
                   {{"operation"_L1, QString::number(id.value)}, {"reason"_L1, error}});
    }
}

void Operations::sweep()
{
    using Ids = std::vector<OperationId>;
    m_store.ask<Ids>(
        this,
        [before = m_clock.now() - keptFor](Database &db) {
            return operationsEndedBefore(db, before);
        },
        [this](const Result<Ids> &ids) {
            if (!ids)
                return;
            for (const OperationId id : *ids)
                m_store.stage().remove(id);
        });
}

} // namespace Drover
