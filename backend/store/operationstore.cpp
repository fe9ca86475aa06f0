#include "backend/store/operationstore.h"

#include "backend/store/rowwriter.h"
#include "backend/store/statement.h"

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

using enum ColumnType;

constexpr Column operationColumns[] = {
    {"id"_L1},
    {"rev"_L1},
    {"kind"_L1, Text},
    {"action"_L1, Text},
    {"words"_L1, Text},
    {"state"_L1},
    {"user_id"_L1},
    {"user_name"_L1, Text},
    {"address"_L1, Text},
    {"program"_L1, Text},
    {"created"_L1},
    {"ended"_L1},
    {"total"_L1},
    {"done"_L1},
    {"changed"_L1},
    {"already"_L1},
    {"error"_L1, Text},
    {"undoable"_L1},
    {"undoes"_L1},
    {"undone_by"_L1},
    {"params"_L1, Blob},
};
constexpr RowShape operationRow{RowShape::Kind::Upsert, "operation"_L1, operationColumns, 1};

constexpr Column sliceColumns[] = {{"operation"_L1}, {"n"_L1}, {"ids"_L1, Blob}, {"undo"_L1, Blob}};
constexpr RowShape sliceRow{RowShape::Kind::Insert, "operation_slice"_L1, sliceColumns, 2};

constexpr Column undoColumns[] = {{"operation"_L1}, {"n"_L1}, {"undo"_L1, Blob}};
constexpr RowShape undoRow{RowShape::Kind::Update, "operation_slice"_L1, undoColumns, 2};

// In the order of operationColumns.
const QString selectOperation
    = u"SELECT id, rev, kind, action, words, state, user_id, user_name, address, program, created,"
      " ended, total, done, changed, already, error, undoable, undoes, undone_by, params"
      " FROM operation "_s;

StoredOperation operationAt(const Statement &row)
{
    StoredOperation s;
    Operation &o = s.operation;
    RowReader(row).read(o.id, o.rev, o.kind, o.action, o.words, o.state, s.user, o.user, s.address,
                        s.program, o.created, o.ended, o.total, o.done, o.changed, o.already,
                        o.error, o.undoable, o.undoes, o.undoneBy, s.params);
    return s;
}

Result<std::vector<StoredOperation>> allOf(Statement &query)
{
    std::vector<StoredOperation> operations;
    while (query.next())
        operations.push_back(operationAt(query));
    const Result<void> read = query.finish();
    return read ? Result<std::vector<StoredOperation>>(std::move(operations)) : read.error();
}

Error noOperation(OperationId id)
{
    return fail(ErrorCode::NotFound,
                u"there is no operation %1; it may be over for long"_s.arg(id.value));
}

} // namespace

Result<void> putOperations(Database &database,
                           const QHash<OperationId, StoredOperation> &operations)
{
    RowWriter writer(database, operationRow);
    for (const StoredOperation *s : inKeyOrder(operations)) {
        const Operation &o = s->operation;
        const Result<int> put
            = writer.add(o.id, o.rev, o.kind, o.action, o.words, o.state, s->user, o.user,
                         s->address, s->program, o.created, o.ended, o.total, o.done, o.changed,
                         o.already, o.error, o.undoable, o.undoes, o.undoneBy, s->params);
        if (!put)
            return put.error();
    }
    return writer.finish();
}

Result<void> insertSlices(Database &database, const std::vector<OperationSlice> &slices)
{
    RowWriter writer(database, sliceRow);
    for (const OperationSlice &slice : slices) {
        const Result<int> added = writer.add(slice.operation, slice.n, slice.ids, slice.undo);
        if (!added)
            return added.error();
    }
    return writer.finish();
}

Result<void> putUndo(Database &database, const std::vector<OperationSlice> &slices)
{
    RowWriter writer(database, undoRow);
    for (const OperationSlice &slice : slices) {
        const Result<int> put = writer.add(slice.operation, slice.n, slice.undo);
        if (!put)
            return put.error();
    }
    return writer.finish();
}

Result<void> removeOperations(Database &database, const std::vector<OperationId> &operations)
{
    for (const QLatin1StringView sql : {"DELETE FROM operation_slice WHERE operation = ?1"_L1,
                                        "DELETE FROM operation WHERE id = ?1"_L1}) {
        for (const OperationId id : operations) {
            if (const Result<int> removed = database.prepared(sql).with(id).run(); !removed)
                return removed.error();
        }
    }
    return {};
}

Result<std::vector<StoredOperation>> runningOperations(Database &database)
{
    const std::unique_ptr<Statement> query
        = database.prepare(selectOperation + u"WHERE state = ?1 ORDER BY id"_s);
    return allOf(query->with(OperationState::Running));
}

Result<QList<Operation>> listOperations(Database &database, int limit, UserId user)
{
    const std::unique_ptr<Statement> query
        = database.prepare(selectOperation + u"WHERE user_id = ?2 OR ?2 = 0 ORDER BY id DESC LIMIT ?1"_s);
    const Result<std::vector<StoredOperation>> stored = allOf(query->with(limit, user));
    if (!stored)
        return stored.error();
    QList<Operation> operations;
    for (const StoredOperation &each : *stored)
        operations.append(each.operation);
    return operations;
}

Result<StoredOperation> operationWith(Database &database, OperationId id)
{
    const std::unique_ptr<Statement> query = database.prepare(selectOperation + u"WHERE id = ?1"_s);
    const Result<std::vector<StoredOperation>> stored = allOf(query->with(id));
    if (!stored)
        return stored.error();
    if (stored->empty())
        return noOperation(id);
    return stored->front();
}

Result<OperationSlice> sliceOf(Database &database, OperationId id, int n)
{
    OperationSlice slice{.operation = id, .n = n, .ids = {}, .undo = {}};
    Statement &query = database.prepared(
        "SELECT ids, undo FROM operation_slice WHERE operation = ?1 AND n = ?2"_L1);
    const bool found = query.with(id, n).next();
    if (found)
        RowReader(query).read(slice.ids, slice.undo);
    if (const Result<void> read = query.finish(); !read)
        return read.error();
    if (!found)
        return noOperation(id);
    return slice;
}

Result<std::vector<OperationId>> operationsEndedBefore(Database &database, Instant before)
{
    std::vector<OperationId> ids;
    Statement &query = database.prepared(
        "SELECT id FROM operation WHERE ended > 0 AND ended < ?1 ORDER BY id LIMIT 1000"_L1);
    query.with(before);
    while (query.next())
        RowReader(query).read(ids.emplace_back());
    const Result<void> read = query.finish();
    return read ? Result<std::vector<OperationId>>(std::move(ids)) : read.error();
}

} // namespace Drover
