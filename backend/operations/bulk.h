#pragma once

#include "backend/store/rows.h"

#include <functional>

namespace Drover {

/// How one task gets back to what it was: only while its row still is as the action left it.
/// On disk: add at the end, never rename.
struct UndoEntry
{
    TaskId task;
    qint64 rev = 0; ///< of its row after the action
    QByteArray before; ///< as the action has it

    static constexpr auto fields()
    {
        return fieldList(field("task", &UndoEntry::task), field("rev", &UndoEntry::rev),
                         field("before", &UndoEntry::before));
    }
    friend bool operator==(const UndoEntry &, const UndoEntry &) = default;
};

/// What a slice of a bulk action came to.
struct SliceResult
{
    qint64 changed = 0;
    qint64 already = 0; ///< were so before
    QList<UndoEntry> undo;
};

/// How one bulk action is carried out and taken back, slice by slice. Both put their rows on the
/// stage and call `done` in that same turn of the state thread, so that a slice and the mark that
/// it is done share a commit. Before that they may ask the database.
struct BulkAction
{
    using Done = std::function<void(const Result<SliceResult> &)>;

    QString words; ///< "hold", for people
    std::function<void(const StoredOperation &, const QList<TaskId> &, const Done &)> run;
    /// None: it cannot be taken back.
    std::function<void(const StoredOperation &, const QList<UndoEntry> &, const Done &)> undo;
};

/// The columns of an OperationSlice.
QByteArray packedIds(const QList<TaskId> &ids);
Result<QList<TaskId>> unpackedIds(const QByteArray &bytes);
QByteArray packedUndo(const QList<UndoEntry> &entries);
Result<QList<UndoEntry>> unpackedUndo(const QByteArray &bytes);

} // namespace Drover
