#pragma once

#include "backend/protocol/codec.h"

namespace Drover {

/// On disk and on the wire: add at the end, never rename.
enum class OperationState { Running, Succeeded, Failed, Cancelled };
template <>
inline constexpr auto enumNames<OperationState>
    = std::to_array<std::string_view>({"running", "succeeded", "failed", "cancelled"});

/// Work of the daemon that is longer than a request, or can be undone: what it does, for whom, how
/// far it is. Bulk actions on tasks are operations of kind `bulk`.
struct Operation
{
    OperationId id;
    qint64 rev = 0;
    QString kind;
    QString action;
    QString words;
    OperationState state = OperationState::Running;
    QString user;
    Instant created;
    Instant ended;
    qint64 total = 0;
    qint64 done = 0;
    qint64 changed = 0;
    qint64 already = 0;
    QString error;
    bool undoable = false;
    OperationId undoes;
    OperationId undoneBy;

    static constexpr auto fields()
    {
        return fieldList(
            field("id", &Operation::id), field("rev", &Operation::rev),
            field("kind", &Operation::kind), field("action", &Operation::action, "method"),
            field("words", &Operation::words, "what it does, for people"),
            field("state", &Operation::state), field("user", &Operation::user),
            field("created", &Operation::created), field("ended", &Operation::ended),
            field("total", &Operation::total, "things it touches"),
            field("done", &Operation::done, "of them so far"),
            field("changed", &Operation::changed), field("already", &Operation::already),
            field("error", &Operation::error, "why it failed"),
            field("undoable", &Operation::undoable, "operation.undo takes it back"),
            field("undoes", &Operation::undoes, "the operation that this one takes back"),
            field("undoneBy", &Operation::undoneBy));
    }
    friend bool operator==(const Operation &, const Operation &) = default;
};

} // namespace Drover
