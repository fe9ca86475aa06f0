#include "backend/api/handlers/handlers.h"
#include "backend/protocol/batchrequests.h"
#include "backend/queue/speccheck.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

Error rangeError(const QString &field, qint64 value, qint64 least, qint64 most)
{
    return fail(
        ErrorCode::Invalid,
        u"%1: %2 is out of range; use %3 to %4"_s.arg(field).arg(value).arg(least).arg(most));
}

Result<void> check(const SetBatch &request)
{
    constexpr qint64 longestLease = 30LL * 86'400'000;
    const QString label = request.shareBy.value_or(QString());
    if (const QString problem = nameProblem(label); !label.isEmpty() && !problem.isEmpty())
        return fail(ErrorCode::Invalid, u"shareBy: the label's name "_s + problem);
    if (request.priority && (*request.priority < 0 || *request.priority > 100))
        return rangeError(u"priority"_s, *request.priority, 0, 100);
    if (request.mostRunning && *request.mostRunning < 0)
        return rangeError(u"mostRunning"_s, *request.mostRunning, 0, 1'000'000);
    if (request.lease && (request.lease->count() < 1000 || request.lease->count() > longestLease))
        return rangeError(u"lease"_s, request.lease->count(), 1000, longestLease);
    return {};
}

void apply(const SetBatch &request, Batch &batch)
{
    batch.held = request.held.value_or(batch.held);
    batch.paused = request.paused.value_or(batch.paused);
    batch.keep = request.keep.value_or(batch.keep);
    batch.priority = request.priority.value_or(batch.priority);
    batch.mostRunning = request.mostRunning.value_or(batch.mostRunning);
    batch.pools = request.pools.value_or(batch.pools);
    batch.leaseRule = request.leaseRule.value_or(batch.leaseRule);
    batch.lease = request.lease.value_or(batch.lease);
    batch.shareBy = request.shareBy.value_or(batch.shareBy);
    batch.notes = request.notes.value_or(batch.notes);
}

void set(Rooms &rooms, const Caller &caller, const SetBatch &request, const Answer<Batch> &answer)
{
    const Batch *batch = rooms.batches.find(request.id);
    if (!batch) {
        answer(fail(
            ErrorCode::NotFound,
            u"there is no live batch %1; what has ended is not changed"_s.arg(request.id.value)));
        return;
    }
    Result<void> may = rooms.access.may(caller, Verb::Operate, batch->project);
    if (may)
        may = check(request);
    if (!may) {
        answer(may.error());
        return;
    }
    rooms.batches.change(request.id, [&](Batch &edited) { apply(request, edited); });
    rooms.access.audit(caller, u"batch.set"_s, batch->name, u"done"_s, 1, batch->project);
    rooms.dispatcher.followFlags();
    if (request.shareBy) {
        rooms.queue.setShares(request.id, {}); // until they are read, with the next commit
        rooms.queue.noteStaleShares(request.id);
    }
    answerWhenCommitted(rooms, answer, *rooms.batches.find(request.id));
}

} // namespace

void handleBatches(Router &router, Rooms &rooms)
{
    router.handle<ListBatches>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const ListBatches &request,
                 const Answer<BatchList> &answer) {
            const ListScope scope = scopeOf(rooms, caller);
            rooms.store.ask<QList<Batch>>(
                &rooms.dispatcher,
                [request, scope](Database &db) { return listBatches(db, request, scope); },
                [&rooms, answer](const Result<QList<Batch>> &batches) {
                    if (batches)
                        answer(BatchList{.batches = *batches, .revision = rooms.ledger.revision()});
                    else
                        answer(batches.error());
                });
        });
    router.handle<SetBatch>(
        {.who = Who::Operator, .refusedWhenBusy = true},
        [&rooms](const Caller &caller, const SetBatch &request, const Answer<Batch> &answer) {
            set(rooms, caller, request, answer);
        });
}

} // namespace Drover
