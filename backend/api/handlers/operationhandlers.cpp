#include "backend/api/handlers/handlers.h"
#include "backend/protocol/operationrequests.h"
#include "backend/store/operationstore.h"

#include <QtCore/QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace Drover {

namespace {

constexpr std::chrono::milliseconds longestWait = 60s;

// One's own; all for those who see all projects, since an operation may have touched any.
bool seesAll(const Rooms &rooms, const Caller &caller)
{
    return rooms.access.may(caller, Verb::View, u"*"_s).has_value();
}

// Of that user; none: of anybody.
void answerStored(Rooms &rooms, OperationId id, UserId user, const Answer<Operation> &answer)
{
    rooms.store.ask<StoredOperation>(
        &rooms.operations, [id](Database &db) { return operationWith(db, id); },
        [answer, id, user](const Result<StoredOperation> &stored) {
            if (stored && user && stored->user != user)
                answer(fail(ErrorCode::NotFound, u"there is no operation %1"_s.arg(id.value)));
            else if (stored)
                answer(stored->operation);
            else
                answer(stored.error());
        });
}

// Answers with the next change of the operation, or with what it is by then.
void awaitChange(Rooms &rooms, const GetOperation &request, const Answer<Operation> &answer)
{
    auto *patience = new QTimer(&rooms.operations);
    patience->setSingleShot(true);
    QObject::connect(&rooms.operations, &Operations::changed, patience,
                     [patience, id = request.id, answer](const Operation &operation) {
                         if (operation.id != id)
                             return;
                         patience->deleteLater();
                         QObject::disconnect(patience, nullptr, nullptr, nullptr);
                         answer(operation);
                     });
    QObject::connect(patience, &QTimer::timeout, &rooms.operations,
                     [&rooms, patience, id = request.id, answer] {
                         patience->deleteLater();
                         answerStored(rooms, id, {}, answer);
                     });
    patience->start(std::clamp<std::chrono::milliseconds>(request.wait, 0ms, longestWait));
}

void undo(Rooms &rooms, const Caller &caller, OperationId id, const Answer<Operation> &answer)
{
    rooms.store.ask<StoredOperation>(
        &rooms.operations, [id](Database &db) { return operationWith(db, id); },
        [&rooms, caller, answer](const Result<StoredOperation> &stored) {
            if (!stored) {
                answer(stored.error());
                return;
            }
            // One's own deeds, or anybody's for those who may do anything.
            const bool own = stored->user == caller.user;
            const Result<void> may
                = own ? Result<void>() : rooms.access.may(caller, Verb::Administer, u"*"_s);
            const Result<Operation> back
                = may ? rooms.operations.undo(*stored, askedBy(caller)) : may.error();
            if (!back) {
                answer(back.error());
                return;
            }
            rooms.access.audit(caller, u"operation.undo"_s,
                               QString::number(stored->operation.id.value), u"done"_s, back->total);
            answerWhenCommitted(rooms, answer, *back);
        });
}

} // namespace

void handleOperations(Router &router, Rooms &rooms)
{
    router.handle<ListOperations>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const ListOperations &request,
                 const Answer<OperationList> &answer) {
            if (request.limit < 1 || request.limit > 1000) {
                answer(fail(ErrorCode::Invalid,
                            u"limit: %1 is out of range; use 1 to 1000"_s.arg(request.limit)));
                return;
            }
            rooms.store.ask<QList<Operation>>(
                &rooms.operations,
                [limit = request.limit, user = seesAll(rooms, caller) ? UserId() : caller.user](
                    Database &db) { return listOperations(db, limit, user); },
                [&rooms, answer](const Result<QList<Operation>> &operations) {
                    if (operations)
                        answer(OperationList{.operations = *operations,
                                             .revision = rooms.ledger.revision()});
                    else
                        answer(operations.error());
                });
        });
    router.handle<GetOperation>(
        {.who = Who::Viewer},
        [&rooms](const Caller &caller, const GetOperation &request,
                 const Answer<Operation> &answer) {
            const Operation *going = rooms.operations.find(request.id);
            if (going && going->user != caller.name && !seesAll(rooms, caller))
                answer(
                    fail(ErrorCode::NotFound, u"there is no operation %1"_s.arg(request.id.value)));
            else if (going && going->rev <= request.since && request.wait > 0ms)
                awaitChange(rooms, request, answer);
            else if (going)
                answer(*going);
            else
                answerStored(rooms, request.id, seesAll(rooms, caller) ? UserId() : caller.user,
                             answer);
        });
    router.handle<CancelOperation>({.who = Who::Operator},
                                   [&rooms](const Caller &caller, const CancelOperation &request,
                                            const Answer<Operation> &answer) {
                                       const Operation *going = rooms.operations.find(request.id);
                                       const Result<void> may = !going || going->user == caller.name
                                           ? Result<void>()
                                           : rooms.access.may(caller, Verb::Administer, u"*"_s);
                                       const Result<Operation> cancelled = may
                                           ? rooms.operations.cancel(request.id)
                                           : may.error();
                                       if (!cancelled) {
                                           answer(cancelled.error());
                                           return;
                                       }
                                       rooms.access.audit(caller, u"operation.cancel"_s,
                                                          QString::number(request.id.value),
                                                          u"done"_s);
                                       answerWhenCommitted(rooms, answer, *cancelled);
                                   });
    router.handle<UndoOperation>(
        {.who = Who::Operator},
        [&rooms](const Caller &caller, const UndoOperation &request,
                 const Answer<Operation> &answer) { undo(rooms, caller, request.id, answer); });
}

} // namespace Drover
